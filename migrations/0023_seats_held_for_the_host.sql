-- A seat that is held for the host: the first administrator of a managed account is the host administrator who made it. It ends with delegation, and
-- passes to another host administrator when its holder is none any more. Accounts made before have no such seat: who made them is not known.
ALTER TABLE member ADD COLUMN held_for_host INTEGER NOT NULL DEFAULT 0
  CHECK (held_for_host = 0 OR (held_for_host = 1 AND role = 'admin' AND access = 'active' AND user_id IS NOT NULL AND expires_at IS NULL));
CREATE INDEX IF NOT EXISTS seat_by_holder ON member (user_id, account_id) WHERE held_for_host = 1;
CREATE INDEX IF NOT EXISTS seat_by_account ON member (account_id) WHERE held_for_host = 1;

-- A held seat lets its holder do something only while they are a lasting administrator of the host and the account delegates.
DROP VIEW IF EXISTS presence;
CREATE VIEW IF NOT EXISTS presence (user_id, account_id, member_id, via, role, expires_at, in_force) AS
  SELECT m.user_id, m.account_id, m.id, 'member', m.role, m.expires_at, a.status = 'active'
    FROM member m JOIN account a ON a.id = m.account_id
   WHERE m.access = 'active' AND a.status IN ('active', 'deactivated')
     AND (m.held_for_host = 0 OR a.delegated = 1 AND EXISTS (SELECT 1 FROM member o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id
            AND o.role = 'admin' AND o.access = 'active' AND o.expires_at IS NULL))
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'host', m.role, m.expires_at, 1
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id)
   WHERE m.access = 'active' AND (a.status <> 'deleted' OR a.purge_at IS NOT NULL)
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'delegation', m.role, m.expires_at, 1
    FROM account a JOIN member m ON m.account_id = a.parent_id
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');

DROP VIEW IF EXISTS power;
CREATE VIEW IF NOT EXISTS power (user_id, account_id, via, permission, expires_at) AS
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN held_by_role r ON r.via = 'member' AND r.role = m.role
   WHERE m.access = 'active' AND a.status = 'active'
     AND (m.held_for_host = 0 OR a.delegated = 1 AND EXISTS (SELECT 1 FROM member o WHERE o.account_id = a.parent_id AND o.user_id = m.user_id
            AND o.role = 'admin' AND o.access = 'active' AND o.expires_at IS NULL))
  UNION ALL
  SELECT m.user_id, m.account_id, 'member', r.permission, m.expires_at
    FROM member m JOIN account a ON a.id = m.account_id JOIN member_permission g ON g.member_id = m.id
    JOIN role_permission r ON r.via = 'grant' AND r.role = g.permission
   WHERE m.access = 'active' AND a.status = 'active'
  UNION ALL
  SELECT m.user_id, a.id, 'host', r.permission, m.expires_at
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id) JOIN held_by_role r ON r.via = 'host' AND r.role = m.role
   WHERE m.access = 'active'
  UNION ALL
  SELECT m.user_id, a.id, 'delegation', r.permission, m.expires_at
    FROM account a JOIN member m ON m.account_id = a.parent_id JOIN held_by_role r ON r.via = 'delegation' AND r.role = m.role
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');

-- Whether a line of an account that stands in its host's trail too was made by somebody of the host: only they are named there.
ALTER TABLE audit_event ADD COLUMN by_host INTEGER;

ALTER TABLE refusal ADD COLUMN first_admin_required INTEGER CONSTRAINT first_admin_required CHECK (first_admin_required IS NULL);
ALTER TABLE refusal ADD COLUMN first_admin_of_host INTEGER CONSTRAINT first_admin_of_host CHECK (first_admin_of_host IS NULL);
ALTER TABLE refusal ADD COLUMN seat_of_the_host INTEGER CONSTRAINT seat_of_the_host CHECK (seat_of_the_host IS NULL);
ALTER TABLE refusal ADD COLUMN outlasts_own_access INTEGER CONSTRAINT outlasts_own_access CHECK (outlasts_own_access IS NULL);
