-- Pixels and apps: what kinds there are, and the order their lists are read in.

-- `standard_may_edit`: whoever may only edit what is assigned to them edits this kind. `shown_to_all`: whoever may see resources sees each of
-- this kind, whatever its visibility.
CREATE TABLE IF NOT EXISTS resource_kind (
  code               TEXT PRIMARY KEY,
  standard_may_edit  INTEGER NOT NULL CHECK (standard_may_edit IN (0, 1)),
  shown_to_all       INTEGER NOT NULL CHECK (shown_to_all IN (0, 1))
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO resource_kind (code, standard_may_edit, shown_to_all) VALUES ('pixel', 1, 1), ('app', 0, 0);

-- `name_key` sorts. `is_open` says that everybody who may see resources sees this one; it follows kind and visibility, so that a list for
-- those who do not see everything starts where its page starts.
ALTER TABLE resource ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE resource ADD COLUMN is_open INTEGER NOT NULL DEFAULT 0;
UPDATE resource SET name_key = lower(name), is_open = (visibility = 'everyone' OR kind IN (SELECT code FROM resource_kind WHERE shown_to_all = 1));

CREATE INDEX IF NOT EXISTS resource_by_name ON resource (account_id, name_key, id);
CREATE INDEX IF NOT EXISTS resource_by_kind ON resource (account_id, kind, name_key, id);
CREATE INDEX IF NOT EXISTS resource_open_by_name ON resource (account_id, name_key, id) WHERE is_open = 1;
CREATE INDEX IF NOT EXISTS resource_open_by_kind ON resource (account_id, kind, name_key, id) WHERE is_open = 1;
