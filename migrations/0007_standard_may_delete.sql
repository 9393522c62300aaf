-- Whether the standard users of an account may delete it is the host's to say: the matrix as it is in force, and who holds what by it.

CREATE VIEW IF NOT EXISTS held_by_role (via, role, permission) AS
  SELECT matrix.via, matrix.role, matrix.permission FROM role_permission matrix
   WHERE NOT (matrix.via = 'member' AND matrix.role = 'standard' AND matrix.permission = 'account.delete'
              AND EXISTS (SELECT 1 FROM host_setting WHERE host_setting.standard_may_delete = 0));

DROP VIEW IF EXISTS power;
CREATE VIEW IF NOT EXISTS power (user_id, account_id, via, permission, expires_at) AS
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN held_by_role r ON r.via = 'member' AND r.role = m.role
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
