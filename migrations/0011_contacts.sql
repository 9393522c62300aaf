-- Preferences by account: who wants a category is found without walking the account's people, also when nobody does.
ALTER TABLE subscription ADD COLUMN account_id TEXT REFERENCES account (id);
UPDATE subscription SET account_id = (SELECT member.account_id FROM member WHERE member.id = subscription.member_id) WHERE account_id IS NULL;
CREATE INDEX IF NOT EXISTS subscription_by_account ON subscription (account_id, category, member_id);

-- What the account's own address wants, code by code with a space between: all of it, until somebody says otherwise.
ALTER TABLE account ADD COLUMN email_preferences TEXT NOT NULL DEFAULT 'general product domain administration support';

ALTER TABLE refusal ADD COLUMN domain_keeps_a_recipient INTEGER CONSTRAINT domain_keeps_a_recipient CHECK (domain_keeps_a_recipient IS NULL);
ALTER TABLE refusal ADD COLUMN italian_address INTEGER CONSTRAINT italian_address CHECK (italian_address IS NULL);
