-- Communications by category, to whom they went, and the change of one's own address.
CREATE TABLE IF NOT EXISTS communication (
  id          TEXT PRIMARY KEY,
  account_id  TEXT NOT NULL REFERENCES account (id),
  category    TEXT NOT NULL CHECK (category IN ('general', 'product', 'domain', 'administration', 'support')),
  subject     TEXT NOT NULL,
  text        TEXT NOT NULL,
  html        TEXT,
  created_at  INTEGER NOT NULL,
  created_by  TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS communication_by_account ON communication (account_id, id);

-- What a communication is found by: each word of it as ':word' and as 'category:word', and ':' and 'category:' for all of them. So that whatever
-- is asked starts where its page starts. No key leads back to the communication: a purge takes the words of an account first.
CREATE TABLE IF NOT EXISTS communication_word (
  account_id        TEXT NOT NULL,
  word              TEXT NOT NULL,
  communication_id  TEXT NOT NULL,
  PRIMARY KEY (account_id, word, communication_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE delivery ADD COLUMN communication_id TEXT REFERENCES communication (id) ON DELETE CASCADE;
CREATE INDEX IF NOT EXISTS delivery_by_communication ON delivery (communication_id, status, id);
DROP INDEX IF EXISTS delivery_by_user;
CREATE INDEX IF NOT EXISTS delivery_by_person ON delivery (user_id, id);
DROP INDEX IF EXISTS delivery_by_member;
CREATE INDEX IF NOT EXISTS delivery_by_contact ON delivery (member_id, id);

-- The link goes by mail alone: it proves the new mailbox. `session_id` asked for it, and is the one session that stays.
CREATE TABLE IF NOT EXISTS email_change (
  id                 TEXT PRIMARY KEY,
  user_id            TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  session_id         TEXT NOT NULL,
  email              TEXT NOT NULL,
  email_key          TEXT NOT NULL,
  words              TEXT NOT NULL,
  old_email          TEXT NOT NULL,
  mailed_token_hash  TEXT NOT NULL UNIQUE,
  state              TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'used', 'revoked', 'replaced')),
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_email_change ON email_change (user_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS email_change_by_user ON email_change (user_id, state);

ALTER TABLE refusal ADD COLUMN email_taken INTEGER CONSTRAINT email_taken CHECK (email_taken IS NULL);
ALTER TABLE refusal ADD COLUMN needs_mail INTEGER CONSTRAINT needs_mail CHECK (needs_mail IS NULL);
ALTER TABLE refusal ADD COLUMN no_recipients INTEGER CONSTRAINT no_recipients CHECK (no_recipients IS NULL);
ALTER TABLE refusal ADD COLUMN nothing_to_resend INTEGER CONSTRAINT nothing_to_resend CHECK (nothing_to_resend IS NULL);
