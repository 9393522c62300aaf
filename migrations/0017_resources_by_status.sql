-- Pixels and apps in use, or paused, are listed apart: each list starts where its page starts.
CREATE INDEX IF NOT EXISTS resource_by_status ON resource (account_id, status, name_key, id);
CREATE INDEX IF NOT EXISTS resource_by_kind_and_status ON resource (account_id, kind, status, name_key, id);
CREATE INDEX IF NOT EXISTS resource_open_by_status ON resource (account_id, status, name_key, id) WHERE is_open = 1;
CREATE INDEX IF NOT EXISTS resource_open_by_kind_and_status ON resource (account_id, kind, status, name_key, id) WHERE is_open = 1;
