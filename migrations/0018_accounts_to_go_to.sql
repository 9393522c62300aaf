-- The accounts that delegate and are in use, by name: the list beside every page of an account starts there.
CREATE INDEX IF NOT EXISTS account_to_go_to ON account (parent_id, name_key, id) WHERE delegated = 1 AND status = 'active';
