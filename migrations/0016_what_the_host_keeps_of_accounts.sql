-- What a host keeps of its accounts when they are gone: the lines of their trails that speak of an account as a whole stand in the host's
-- trail too, and a purged account is not there for anybody.
ALTER TABLE audit_event ADD COLUMN host_id TEXT;
CREATE INDEX IF NOT EXISTS audit_by_host ON audit_event (host_id, id) WHERE host_id IS NOT NULL;

DROP VIEW IF EXISTS presence;
CREATE VIEW IF NOT EXISTS presence (user_id, account_id, member_id, via, role, expires_at, in_force) AS
  SELECT m.user_id, m.account_id, m.id, 'member', m.role, m.expires_at, a.status = 'active'
    FROM member m JOIN account a ON a.id = m.account_id
   WHERE m.access = 'active' AND a.status IN ('active', 'deactivated')
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'host', m.role, m.expires_at, 1
    FROM account a JOIN member m ON m.account_id = coalesce(a.parent_id, a.id)
   WHERE m.access = 'active' AND (a.status <> 'deleted' OR a.purge_at IS NOT NULL)
  UNION ALL
  SELECT m.user_id, a.id, m.id, 'delegation', m.role, m.expires_at, 1
    FROM account a JOIN member m ON m.account_id = a.parent_id
   WHERE m.access = 'active' AND a.delegated = 1 AND a.status IN ('active', 'deactivated');
