-- Who may do what, as data. A change of the matrix is a change of these rows, and of tests/golden/permissions.txt.

CREATE TABLE IF NOT EXISTS permission (
  key        TEXT PRIMARY KEY,
  level      TEXT NOT NULL CHECK (level IN ('view', 'manage')),
  grantable  INTEGER NOT NULL CHECK (grantable IN (0, 1))
) STRICT, WITHOUT ROWID;

INSERT INTO permission (key, level, grantable) VALUES
  ('host.manage', 'manage', 0), ('host.view', 'view', 0), ('accounts.create', 'manage', 0),
  ('account.view', 'view', 0), ('account.rename', 'manage', 0), ('account.deactivate', 'manage', 0),
  ('account.delete', 'manage', 0), ('account.restore', 'manage', 0), ('delegation.manage', 'manage', 0),
  ('members.view', 'view', 0), ('members.manage', 'manage', 0),
  ('resources.manage', 'manage', 0), ('resources.edit', 'manage', 0), ('resources.view', 'view', 0),
  ('emails.send', 'manage', 0), ('audit.view', 'view', 0),
  ('profile.manage', 'manage', 1), ('contacts.manage', 'manage', 1), ('emails.view', 'view', 1),
  ('products.view', 'view', 1), ('products.manage', 'manage', 1), ('products.sso', 'manage', 1),
  ('domains.view', 'view', 1), ('domains.manage', 'manage', 1), ('invoices.pay', 'manage', 1),
  ('quotes.accept', 'manage', 1), ('tickets.open', 'manage', 1), ('affiliates.view', 'view', 1), ('orders.place', 'manage', 1);

-- via 'member': one's own access. 'host': a member of the host, on any account. 'delegation': the same, where the account delegates.
-- via 'grant': what a granted permission brings besides itself (`role` is then the granted key).
CREATE TABLE IF NOT EXISTS role_permission (
  via         TEXT NOT NULL CHECK (via IN ('member', 'host', 'delegation', 'grant')),
  role        TEXT NOT NULL,
  permission  TEXT NOT NULL REFERENCES permission (key),
  PRIMARY KEY (via, role, permission)
) STRICT, WITHOUT ROWID;

INSERT INTO role_permission (via, role, permission)
  SELECT 'member', 'admin', key FROM permission
   WHERE key NOT IN ('host.manage', 'host.view', 'accounts.create', 'account.deactivate', 'account.restore');
INSERT INTO role_permission (via, role, permission) VALUES
  ('member', 'standard', 'account.view'), ('member', 'standard', 'account.delete'), ('member', 'standard', 'members.view'),
  ('member', 'standard', 'resources.view'), ('member', 'standard', 'resources.edit'),
  ('member', 'view_only', 'account.view'), ('member', 'view_only', 'members.view'), ('member', 'view_only', 'resources.view');
INSERT INTO role_permission (via, role, permission) VALUES
  ('host', 'admin', 'host.manage'), ('host', 'admin', 'host.view'), ('host', 'admin', 'accounts.create'),
  ('host', 'admin', 'account.delete'), ('host', 'admin', 'account.restore'),
  ('host', 'standard', 'host.view'), ('host', 'standard', 'accounts.create'), ('host', 'standard', 'account.delete'),
  ('host', 'view_only', 'host.view');
INSERT INTO role_permission (via, role, permission) VALUES
  ('delegation', 'admin', 'account.view'), ('delegation', 'admin', 'account.rename'), ('delegation', 'admin', 'profile.manage'),
  ('delegation', 'admin', 'account.deactivate'), ('delegation', 'admin', 'members.view'), ('delegation', 'admin', 'members.manage'),
  ('delegation', 'admin', 'contacts.manage'), ('delegation', 'admin', 'resources.manage'), ('delegation', 'admin', 'resources.edit'),
  ('delegation', 'admin', 'resources.view'), ('delegation', 'admin', 'emails.view'), ('delegation', 'admin', 'emails.send'),
  ('delegation', 'admin', 'audit.view'),
  ('delegation', 'standard', 'account.view'), ('delegation', 'standard', 'account.rename'), ('delegation', 'standard', 'account.deactivate'),
  ('delegation', 'standard', 'members.view'), ('delegation', 'standard', 'resources.view'),
  ('delegation', 'view_only', 'account.view'), ('delegation', 'view_only', 'members.view'), ('delegation', 'view_only', 'resources.view');
INSERT INTO role_permission (via, role, permission)
  SELECT 'grant', key, key FROM permission WHERE grantable = 1;
INSERT INTO role_permission (via, role, permission) VALUES ('grant', 'profile.manage', 'account.rename');

CREATE TABLE IF NOT EXISTS member_permission (
  member_id   TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  permission  TEXT NOT NULL REFERENCES permission (key),
  PRIMARY KEY (member_id, permission)
) STRICT, WITHOUT ROWID;

-- The ways a user stands in an account. The only place that reads access; whoever asks adds `expires_at IS NULL OR expires_at > now`.
-- `in_force` is 0 for one's own access to a deactivated account: visible, but nothing may be done.
CREATE VIEW IF NOT EXISTS presence (user_id, account_id, member_id, via, role, expires_at, in_force) AS
  SELECT m.user_id, m.account_id, m.id, 'member', m.role, m.expires_at, a.status = 'active'
    FROM member m JOIN account a ON a.id = m.account_id
   WHERE m.access = 'active' AND a.status IN ('active', 'deactivated')
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'host', m.role, m.expires_at, 1
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id)
   WHERE m.access = 'active'
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'delegation', m.role, m.expires_at, 1
    FROM account a JOIN member m ON m.account_id = a.parent_id
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');

-- What a user may do in an account, one row a way and permission.
CREATE VIEW IF NOT EXISTS power (user_id, account_id, via, permission, expires_at) AS
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN role_permission r ON r.via = 'member' AND r.role = m.role
   WHERE m.access = 'active' AND a.status = 'active'
  UNION ALL
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN member_permission g ON g.member_id = m.id
    JOIN role_permission r ON r.via = 'grant' AND r.role = g.permission
   WHERE m.access = 'active' AND a.status = 'active'
  UNION ALL
  SELECT m.user_id, a.id, 'host', r.permission, m.expires_at
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id) JOIN role_permission r ON r.via = 'host' AND r.role = m.role
   WHERE m.access = 'active'
  UNION ALL
  SELECT m.user_id, a.id, 'delegation', r.permission, m.expires_at
    FROM account a JOIN member m ON m.account_id = a.parent_id JOIN role_permission r ON r.via = 'delegation' AND r.role = m.role
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');
