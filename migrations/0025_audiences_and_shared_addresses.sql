-- Whom tokens for other services may be for: a JSON list of absolute URIs; NULL is the one there is at first. The first is taken when none is
-- asked for.
ALTER TABLE host_setting ADD COLUMN audiences TEXT;

-- At most 50 people of an account share an address.
ALTER TABLE refusal ADD COLUMN address_shared_by_too_many INTEGER CONSTRAINT address_shared_by_too_many CHECK (address_shared_by_too_many IS NULL);

-- Of those who share an address, who has a name is found by it: a line of an imported file looks at one row, however many there are.
CREATE INDEX IF NOT EXISTS member_by_address_and_name ON member (account_id, email_key, first_name_key, last_name_key, id);
DROP INDEX IF EXISTS member_by_address;

-- Accounts in use, by name: what is left of purged ones is not walked.
CREATE INDEX IF NOT EXISTS account_in_use ON account (parent_id, name_key, id) WHERE status <> 'deleted';
CREATE INDEX IF NOT EXISTS account_in_use_by_delegation ON account (parent_id, delegated, name_key, id) WHERE status <> 'deleted';
