-- Delegation on and off; deactivation, deletion, restoration within a while, and the purge that ends it.

ALTER TABLE account ADD COLUMN status_before TEXT CHECK (status_before IN ('pending', 'active', 'deactivated'));
-- Set by the first chunk of a purge: from then on nothing is restored. `purge_at` is null again once the account is a tombstone.
ALTER TABLE account ADD COLUMN purge_began_at INTEGER;
CREATE INDEX IF NOT EXISTS account_by_purge ON account (purge_at, id) WHERE purge_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS account_deleted ON account (parent_id, name_key, id) WHERE status = 'deleted' AND purge_at IS NOT NULL;

ALTER TABLE host_setting ADD COLUMN standard_may_delete INTEGER NOT NULL DEFAULT 1 CHECK (standard_may_delete IN (0, 1));

-- The account an administrator made the link in; null for those people ask for themselves.
ALTER TABLE password_reset ADD COLUMN account_id TEXT REFERENCES account (id);
CREATE INDEX IF NOT EXISTS password_reset_pending_by_account ON password_reset (account_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS password_reset_pending_by_creator ON password_reset (created_by, user_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS delivery_by_account ON delivery (account_id);

ALTER TABLE refusal ADD COLUMN delegation_needs_own_admin INTEGER CONSTRAINT delegation_needs_own_admin CHECK (delegation_needs_own_admin IS NULL);
ALTER TABLE refusal ADD COLUMN not_for_the_host INTEGER CONSTRAINT not_for_the_host CHECK (not_for_the_host IS NULL);
ALTER TABLE refusal ADD COLUMN account_not_deleted INTEGER CONSTRAINT account_not_deleted CHECK (account_not_deleted IS NULL);
ALTER TABLE refusal ADD COLUMN restore_too_late INTEGER CONSTRAINT restore_too_late CHECK (restore_too_late IS NULL);
