-- What the host says of each permission: another title, and whether it is in use at all. The service cannot do without those that are not
-- granted to single persons, so only grantable ones are ever switched off.
ALTER TABLE permission ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1) AND (enabled = 1 OR grantable = 1));
ALTER TABLE permission ADD COLUMN title_en TEXT;
ALTER TABLE permission ADD COLUMN title_it TEXT;
ALTER TABLE permission ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- The rows of the matrix that wait here while their permission (`key`) is switched off: out of `role_permission` they count for nobody, and
-- no statement that asks who may do what has to look at the switch.
CREATE TABLE IF NOT EXISTS role_permission_off (
  key         TEXT NOT NULL REFERENCES permission (key),
  via         TEXT NOT NULL,
  role        TEXT NOT NULL,
  permission  TEXT NOT NULL,
  PRIMARY KEY (key, via, role, permission)
) STRICT, WITHOUT ROWID;
