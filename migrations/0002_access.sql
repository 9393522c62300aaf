-- Who may do what: the permissions, the matrix of roles, the extra permissions of one person, and the views that every decision reads.
-- The matrix is data. A change of it is a change of these rows and of tests/golden/permissions.txt, which shows the result for every route.

-- Every permission that the program knows.
CREATE TABLE IF NOT EXISTS permission (
  key        TEXT PRIMARY KEY,  -- `noun.verb`
  level      TEXT NOT NULL CHECK (level IN ('view', 'manage')),  -- a view-only member can be granted those of level view only
  grantable  INTEGER NOT NULL CHECK (grantable IN (0, 1)),       -- 1: can be given to one person besides the role
  enabled    INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1) AND (enabled = 1 OR grantable = 1)),  -- 0: the host has switched it off
  title_en   TEXT,  -- what the host calls it, NULL for our own title
  title_it   TEXT,
  version    INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO permission (key, level, grantable) VALUES
  ('host.manage', 'manage', 0),
  ('host.view', 'view', 0),
  ('accounts.create', 'manage', 0),
  ('account.view', 'view', 0),
  ('account.rename', 'manage', 0),
  ('account.deactivate', 'manage', 0),
  ('account.delete', 'manage', 0),
  ('account.restore', 'manage', 0),
  ('delegation.manage', 'manage', 0),
  ('members.view', 'view', 0),
  ('members.manage', 'manage', 0),
  ('resources.view', 'view', 0),
  ('resources.edit', 'manage', 0),
  ('resources.manage', 'manage', 0),
  ('emails.send', 'manage', 0),
  ('audit.view', 'view', 0),
  ('profile.manage', 'manage', 1),
  ('contacts.manage', 'manage', 1),
  ('emails.view', 'view', 1),
  ('products.view', 'view', 1),
  ('products.manage', 'manage', 1),
  ('products.sso', 'manage', 1),
  ('domains.view', 'view', 1),
  ('domains.manage', 'manage', 1),
  ('invoices.pay', 'manage', 1),
  ('quotes.accept', 'manage', 1),
  ('tickets.open', 'manage', 1),
  ('affiliates.view', 'view', 1),
  ('orders.place', 'manage', 1);

-- What each role may do, by the way its holder reaches an account:
--   member      the access one has in the account itself
--   host        a host user, on every account
--   delegation  a host user, on accounts that delegate
--   grant       what a granted permission brings, `role` is then the key of that permission
CREATE TABLE IF NOT EXISTS role_permission (
  via         TEXT NOT NULL CHECK (via IN ('member', 'host', 'delegation', 'grant')),
  role        TEXT NOT NULL,
  permission  TEXT NOT NULL REFERENCES permission (key),
  PRIMARY KEY (via, role, permission)
) STRICT, WITHOUT ROWID;

-- The administrator of an account may do everything in it but what only the host does.
INSERT OR IGNORE INTO role_permission (via, role, permission)
  SELECT 'member', 'admin', key FROM permission
   WHERE key NOT IN ('host.manage', 'host.view', 'accounts.create', 'account.deactivate', 'account.restore');
INSERT OR IGNORE INTO role_permission (via, role, permission) VALUES
  ('member', 'standard', 'account.view'),
  ('member', 'standard', 'account.delete'),
  ('member', 'standard', 'members.view'),
  ('member', 'standard', 'resources.view'),
  ('member', 'standard', 'resources.edit'),
  ('member', 'view_only', 'account.view'),
  ('member', 'view_only', 'members.view'),
  ('member', 'view_only', 'resources.view');
INSERT OR IGNORE INTO role_permission (via, role, permission) VALUES
  ('host', 'admin', 'host.manage'),
  ('host', 'admin', 'host.view'),
  ('host', 'admin', 'accounts.create'),
  ('host', 'admin', 'account.delete'),
  ('host', 'admin', 'account.restore'),
  ('host', 'standard', 'host.view'),
  ('host', 'standard', 'accounts.create'),
  ('host', 'standard', 'account.delete'),
  ('host', 'view_only', 'host.view');
INSERT OR IGNORE INTO role_permission (via, role, permission) VALUES
  ('delegation', 'admin', 'account.view'),
  ('delegation', 'admin', 'account.rename'),
  ('delegation', 'admin', 'account.deactivate'),
  ('delegation', 'admin', 'profile.manage'),
  ('delegation', 'admin', 'members.view'),
  ('delegation', 'admin', 'members.manage'),
  ('delegation', 'admin', 'contacts.manage'),
  ('delegation', 'admin', 'resources.view'),
  ('delegation', 'admin', 'resources.edit'),
  ('delegation', 'admin', 'resources.manage'),
  ('delegation', 'admin', 'emails.view'),
  ('delegation', 'admin', 'emails.send'),
  ('delegation', 'admin', 'audit.view'),
  ('delegation', 'standard', 'account.view'),
  ('delegation', 'standard', 'account.rename'),
  ('delegation', 'standard', 'account.deactivate'),
  ('delegation', 'standard', 'members.view'),
  ('delegation', 'standard', 'resources.view'),
  ('delegation', 'view_only', 'account.view'),
  ('delegation', 'view_only', 'members.view'),
  ('delegation', 'view_only', 'resources.view');
-- A grant brings its own permission, and who manages the profile also renames the account.
INSERT OR IGNORE INTO role_permission (via, role, permission)
  SELECT 'grant', key, key FROM permission WHERE grantable = 1;
INSERT OR IGNORE INTO role_permission (via, role, permission) VALUES ('grant', 'profile.manage', 'account.rename');

-- The rows of the matrix that are out of force while the host has switched their permission (`key`) off. They wait here, so that no
-- statement that asks who may do what looks at the switch.
CREATE TABLE IF NOT EXISTS role_permission_off (
  key         TEXT NOT NULL REFERENCES permission (key),
  via         TEXT NOT NULL,
  role        TEXT NOT NULL,
  permission  TEXT NOT NULL,
  PRIMARY KEY (key, via, role, permission)
) STRICT, WITHOUT ROWID;

-- The permissions that one member was granted besides those of the role.
CREATE TABLE IF NOT EXISTS member_permission (
  member_id   TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  permission  TEXT NOT NULL REFERENCES permission (key),
  PRIMARY KEY (member_id, permission)
) STRICT, WITHOUT ROWID;

-- The matrix in force: the host says whether the standard users of an account may delete it.
CREATE VIEW IF NOT EXISTS held_by_role (via, role, permission) AS
  SELECT matrix.via, matrix.role, matrix.permission FROM role_permission matrix
   WHERE NOT (matrix.via = 'member' AND matrix.role = 'standard' AND matrix.permission = 'account.delete'
              AND EXISTS (SELECT 1 FROM host_setting WHERE host_setting.standard_may_delete = 0));

-- The same matrix with one row for each way and role, its permissions as a JSON list: whoever asks reads one row instead of one for each
-- permission. The batch that changes the matrix writes these rows anew (`permission_set`, src/access/permission_set.rs).
CREATE TABLE IF NOT EXISTS permission_set (
  via          TEXT NOT NULL,
  role         TEXT NOT NULL,
  permissions  TEXT NOT NULL,
  PRIMARY KEY (via, role)
) STRICT, WITHOUT ROWID;
INSERT OR REPLACE INTO permission_set (via, role, permissions)
  SELECT via, role, json_group_array(permission) FROM held_by_role GROUP BY via, role;

-- The administrators that the rule `account_keeps_an_admin` counts, for their access has no end.
CREATE VIEW IF NOT EXISTS lasting_admin (member_id, account_id, user_id) AS
  SELECT m.id, m.account_id, m.user_id FROM member m WHERE m.role = 'admin' AND m.access = 'active' AND m.expires_at IS NULL;

-- The paths by which a user reaches an account, one row for each. A statement that asks adds `ends_at > now`.
-- `in_force` is 0 for the access one has in a deactivated account: it is visible, but nothing may be done.
-- A seat that is held for the host counts while its holder is an administrator of the host without an end and the account delegates.
CREATE VIEW IF NOT EXISTS presence (user_id, account_id, member_id, via, role, ends_at, in_force) AS
  SELECT m.user_id, m.account_id, m.id, 'member', m.role, m.ends_at, a.status = 'active'
    FROM member m JOIN account a ON a.id = m.account_id
   WHERE m.access = 'active' AND a.status IN ('active', 'deactivated')
     AND (m.held_for_host = 0 OR a.delegated = 1 AND EXISTS (SELECT 1 FROM lasting_admin o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id))
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'host', m.role, m.ends_at, 1
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id)
   WHERE m.access = 'active' AND (a.status <> 'deleted' OR a.purge_at IS NOT NULL)
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'delegation', m.role, m.ends_at, 1
    FROM account a JOIN member m ON m.account_id = a.parent_id
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');

-- What a user may do in an account, one row for each path and permission. A statement that asks adds `ends_at > now`.
CREATE VIEW IF NOT EXISTS power (user_id, account_id, via, permission, expires_at, ends_at) AS
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at, m.ends_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN held_by_role r ON r.via = 'member' AND r.role = m.role
   WHERE m.access = 'active' AND a.status = 'active'
     AND (m.held_for_host = 0 OR a.delegated = 1 AND EXISTS (SELECT 1 FROM lasting_admin o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id))
  UNION ALL
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at, m.ends_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN member_permission g ON g.member_id = m.id
    JOIN role_permission r ON r.via = 'grant' AND r.role = g.permission
   WHERE m.access = 'active' AND a.status = 'active'
  UNION ALL
  SELECT m.user_id, a.id, 'host', r.permission, m.expires_at, m.ends_at
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id) JOIN held_by_role r ON r.via = 'host' AND r.role = m.role
   WHERE m.access = 'active'
  UNION ALL
  SELECT m.user_id, a.id, 'delegation', r.permission, m.expires_at, m.ends_at
    FROM account a JOIN member m ON m.account_id = a.parent_id JOIN held_by_role r ON r.via = 'delegation' AND r.role = m.role
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');
