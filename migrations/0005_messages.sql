-- Communications: who receives which category, the messages, and the outbox of e-mails.

-- The categories that a member wants to receive.
CREATE TABLE IF NOT EXISTS subscription (
  member_id   TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  category    TEXT NOT NULL CHECK (category IN ('general', 'product', 'domain', 'administration', 'support')),
  account_id  TEXT REFERENCES account (id),  -- that of the member: who wants a category is found without walking the people of the account
  PRIMARY KEY (member_id, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS subscription_by_account ON subscription (account_id, category, member_id);

-- A message by category, sent to those who wanted that category then.
CREATE TABLE IF NOT EXISTS communication (
  id          TEXT PRIMARY KEY,
  account_id  TEXT NOT NULL REFERENCES account (id),
  category    TEXT NOT NULL CHECK (category IN ('general', 'product', 'domain', 'administration', 'support')),
  subject     TEXT NOT NULL,
  text        TEXT NOT NULL,
  html        TEXT,
  created_at  INTEGER NOT NULL,
  created_by  TEXT NOT NULL  -- the user
) STRICT;
CREATE INDEX IF NOT EXISTS communication_by_account ON communication (account_id, id);

-- What a communication is found by: each word of it as `:word` and as `category:word`, and `:` and `category:` for all of them, so that
-- whatever is asked starts where its page starts. No key leads back to the communication: a purge takes the words of an account first.
CREATE TABLE IF NOT EXISTS communication_word (
  account_id        TEXT NOT NULL,
  word              TEXT NOT NULL,
  communication_id  TEXT NOT NULL,
  PRIMARY KEY (account_id, word, communication_id)
) STRICT, WITHOUT ROWID;

-- An e-mail to one address. The row holds all that makes the e-mail, and no secret: the secret of its link is derived from the id.
CREATE TABLE IF NOT EXISTS delivery (
  id                TEXT PRIMARY KEY,
  account_id        TEXT REFERENCES account (id),  -- NULL for what concerns the user alone
  member_id         TEXT REFERENCES member (id) ON DELETE SET NULL,
  user_id           TEXT REFERENCES user (id) ON DELETE SET NULL,
  invitation_id     TEXT REFERENCES invitation (id) ON DELETE SET NULL,
  communication_id  TEXT REFERENCES communication (id) ON DELETE CASCADE,
  letter            TEXT NOT NULL,  -- which text: a code of src/messages/mail/email.rs
  to_email          TEXT NOT NULL,
  language          TEXT CHECK (language IN ('it', 'en')),
  details           TEXT NOT NULL DEFAULT '{}',  -- the values in the text, a JSON object
  token_hash        TEXT,  -- of the link in the e-mail: says which key the secret was derived by
  sender_id         TEXT,  -- the user who caused it, for the limits
  status            TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed', 'not_sent')),  -- not_sent: there was no mail provider
  attempts          INTEGER NOT NULL DEFAULT 0,
  next_attempt_at   INTEGER,
  claimed_until     INTEGER,  -- a worker is sending it until then: later the worker was lost, and the e-mail is due again
  failure           TEXT,     -- why the last attempt failed, one line without a secret
  provider_id       TEXT,     -- the id that the provider gave it
  created_at        INTEGER NOT NULL,
  sent_at           INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS delivery_by_invitation ON delivery (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_by_account ON delivery (account_id);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_attempt_at) WHERE status = 'queued';
CREATE UNIQUE INDEX IF NOT EXISTS delivery_by_token ON delivery (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_by_communication ON delivery (communication_id, status, id) WHERE communication_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_by_person ON delivery (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS delivery_by_contact ON delivery (member_id, id) WHERE member_id IS NOT NULL;

-- The e-mails that ask a user to confirm the address, while it is still theirs. `is_done`: it is confirmed. Such a link is an e-mail and no
-- more, so the statement that asks compares `created_at`.
CREATE VIEW IF NOT EXISTS address_proof (token_hash, user_id, is_done, created_at) AS
  SELECT delivery.token_hash, user.id, user.email_verified_at IS NOT NULL, delivery.created_at FROM delivery JOIN user ON user.id = delivery.user_id
   WHERE delivery.letter = 'email_verification' AND user.email = delivery.to_email AND user.status = 'active';
