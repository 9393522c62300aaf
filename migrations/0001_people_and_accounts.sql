-- Accounts, people and the links that bring them in.
-- Instants are milliseconds UTC, bound by the program; ids are UUIDv7 text; `version` counts the edits of what people edit.

CREATE TABLE IF NOT EXISTS account (
  id          TEXT PRIMARY KEY,
  parent_id   TEXT REFERENCES account (id),
  name        TEXT NOT NULL,
  name_key    TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('pending', 'active', 'deactivated', 'deleted')),
  delegated   INTEGER NOT NULL DEFAULT 0 CHECK (delegated IN (0, 1)),
  company     TEXT,
  email       TEXT,
  phone       TEXT,
  address_1   TEXT,
  address_2   TEXT,
  city        TEXT,
  province    TEXT,
  postcode    TEXT,
  country     TEXT,
  tax_id      TEXT,
  language    TEXT CHECK (language IN ('it', 'en')),
  created_at  INTEGER NOT NULL,
  deleted_at  INTEGER,
  purge_at    INTEGER,
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_host ON account ((parent_id IS NULL)) WHERE parent_id IS NULL;
CREATE INDEX IF NOT EXISTS account_by_name ON account (parent_id, name_key, id);
CREATE INDEX IF NOT EXISTS account_by_delegation ON account (parent_id, delegated, name_key, id);

CREATE TABLE IF NOT EXISTS account_word (
  parent_id   TEXT NOT NULL,
  word        TEXT NOT NULL,
  account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  PRIMARY KEY (parent_id, word, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_word_by_account ON account_word (account_id, word);

CREATE TABLE IF NOT EXISTS host_setting (
  account_id         TEXT PRIMARY KEY REFERENCES account (id),
  invitation_ms      INTEGER NOT NULL DEFAULT 86400000,
  reset_ms           INTEGER NOT NULL DEFAULT 3600000,
  version            INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS user (
  id                 TEXT PRIMARY KEY,
  email              TEXT NOT NULL,
  email_key          TEXT NOT NULL UNIQUE,
  email_verified_at  INTEGER,
  password_hash      TEXT NOT NULL,
  first_name         TEXT NOT NULL,
  last_name          TEXT NOT NULL,
  language           TEXT NOT NULL CHECK (language IN ('it', 'en')),
  status             TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  created_at         INTEGER NOT NULL,
  version            INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS session (
  token_hash    TEXT PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  user_id       TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created_at    INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  user_agent    TEXT,
  ip            TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_by_user ON session (user_id, last_seen_at);
CREATE INDEX IF NOT EXISTS session_by_end ON session (expires_at);

-- A person an account knows: always a contact; with access, a user of it. There is no second table of contacts.
CREATE TABLE IF NOT EXISTS member (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES account (id),
  email        TEXT NOT NULL,
  email_key    TEXT NOT NULL,
  first_name_key  TEXT,
  last_name_key   TEXT,
  name_key     TEXT NOT NULL GENERATED ALWAYS AS (ltrim(coalesce(last_name_key, '') || ' ' || coalesce(first_name_key, '') || ' ' || email_key)) STORED,
  first_name   TEXT,
  last_name    TEXT,
  company      TEXT,
  phone        TEXT,
  address_1    TEXT,
  address_2    TEXT,
  city         TEXT,
  province     TEXT,
  postcode     TEXT,
  country      TEXT,
  access       TEXT NOT NULL DEFAULT 'none' CHECK (access IN ('none', 'invited', 'active', 'suspended')),
  role         TEXT NOT NULL DEFAULT 'none' CHECK (role IN ('none', 'admin', 'standard', 'view_only')),
  user_id      TEXT REFERENCES user (id),
  expires_at   INTEGER,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  version      INTEGER NOT NULL DEFAULT 1,
  CHECK (access = 'none' OR role <> 'none'),
  CHECK (access IN ('none', 'invited') OR user_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_member_per_user ON member (account_id, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS one_access_per_address ON member (account_id, email_key) WHERE access <> 'none';
CREATE INDEX IF NOT EXISTS member_by_name ON member (account_id, name_key, id);
CREATE INDEX IF NOT EXISTS member_by_access ON member (account_id, access, name_key, id);
CREATE INDEX IF NOT EXISTS member_by_access_and_role ON member (account_id, access, role, name_key, id);
CREATE INDEX IF NOT EXISTS member_by_role ON member (account_id, role, name_key, id);
CREATE INDEX IF NOT EXISTS member_by_user ON member (user_id, account_id);
CREATE INDEX IF NOT EXISTS member_admin ON member (account_id) WHERE role = 'admin' AND access = 'active' AND expires_at IS NULL;

-- The words people are searched by: lower case, without accents, so that a search reads only what it finds. Access and role follow the
-- member by themselves, so that a search within them does too.
CREATE UNIQUE INDEX IF NOT EXISTS member_filed ON member (id, access, role);
CREATE TABLE IF NOT EXISTS member_word (
  account_id  TEXT NOT NULL,
  word        TEXT NOT NULL,
  member_id   TEXT NOT NULL,
  field       TEXT NOT NULL CHECK (field IN ('first_name', 'last_name', 'company', 'email')),
  access      TEXT NOT NULL,
  role        TEXT NOT NULL,
  PRIMARY KEY (account_id, word, member_id, field),
  FOREIGN KEY (member_id, access, role) REFERENCES member (id, access, role) ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS member_word_by_member ON member_word (member_id, word, field);
CREATE INDEX IF NOT EXISTS member_word_by_filing ON member_word (member_id, access, role);
CREATE INDEX IF NOT EXISTS member_word_by_access ON member_word (account_id, access, word, member_id);
CREATE INDEX IF NOT EXISTS member_word_by_role ON member_word (account_id, role, word, member_id);

CREATE TABLE IF NOT EXISTS subscription (
  member_id  TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  category   TEXT NOT NULL CHECK (category IN ('general', 'product', 'domain', 'administration', 'support')),
  PRIMARY KEY (member_id, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS resource (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES account (id),
  kind         TEXT NOT NULL REFERENCES resource_kind (code),
  external_id  TEXT NOT NULL,
  name         TEXT NOT NULL,
  settings     TEXT NOT NULL DEFAULT '{}',
  visibility   TEXT NOT NULL DEFAULT 'assigned' CHECK (visibility IN ('everyone', 'assigned', 'admins')),
  status       TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
  created_at   INTEGER NOT NULL,
  version      INTEGER NOT NULL DEFAULT 1,
  UNIQUE (account_id, kind, external_id)
) STRICT;

CREATE TABLE IF NOT EXISTS assignment (
  member_id    TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  resource_id  TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
  PRIMARY KEY (member_id, resource_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS assignment_by_resource ON assignment (resource_id);

-- `token_hash` is of the link that was shown, `mailed_token_hash` of the one in the letter: only the latter proves the mailbox.
CREATE TABLE IF NOT EXISTS invitation (
  id                 TEXT PRIMARY KEY,
  account_id         TEXT NOT NULL REFERENCES account (id),
  member_id          TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  purpose            TEXT NOT NULL CHECK (purpose IN ('member', 'first_admin')),
  token_hash         TEXT NOT NULL UNIQUE,
  mailed_token_hash  TEXT UNIQUE,
  state              TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'revoked', 'replaced')),
  created_by         TEXT NOT NULL REFERENCES user (id),
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_invitation ON invitation (member_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS invitation_by_member ON invitation (member_id, created_at);
CREATE INDEX IF NOT EXISTS invitation_by_inviter ON invitation (created_by, state);
CREATE INDEX IF NOT EXISTS invitation_by_account ON invitation (account_id, state);

CREATE TABLE IF NOT EXISTS password_reset (
  id                 TEXT PRIMARY KEY,
  user_id            TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  token_hash         TEXT UNIQUE,
  mailed_token_hash  TEXT UNIQUE,
  state              TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'used', 'revoked', 'replaced')),
  created_by         TEXT REFERENCES user (id),
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_reset ON password_reset (user_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS password_reset_by_user ON password_reset (user_id, state);
CREATE INDEX IF NOT EXISTS password_reset_by_creator ON password_reset (created_by);

-- A letter to one address. Its secret is never here.
CREATE TABLE IF NOT EXISTS delivery (
  id             TEXT PRIMARY KEY,
  account_id     TEXT REFERENCES account (id),
  member_id      TEXT REFERENCES member (id) ON DELETE SET NULL,
  user_id        TEXT REFERENCES user (id) ON DELETE SET NULL,
  invitation_id  TEXT REFERENCES invitation (id) ON DELETE SET NULL,
  letter         TEXT NOT NULL,
  to_email       TEXT NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'failed', 'not_sent')),
  attempts       INTEGER NOT NULL DEFAULT 0,
  failure        TEXT,
  provider_id    TEXT,
  created_at     INTEGER NOT NULL,
  sent_at        INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_by_invitation ON delivery (invitation_id);
CREATE INDEX IF NOT EXISTS delivery_by_member ON delivery (member_id);
CREATE INDEX IF NOT EXISTS delivery_by_user ON delivery (user_id);

CREATE TABLE IF NOT EXISTS audit_event (
  id           TEXT PRIMARY KEY,
  at           INTEGER NOT NULL,
  account_id   TEXT,
  actor_id     TEXT,
  actor_name   TEXT,
  via          TEXT CHECK (via IN ('member', 'delegation', 'host')),
  action       TEXT NOT NULL,
  target_type  TEXT NOT NULL,
  target_id    TEXT NOT NULL,
  target_name  TEXT,
  before       TEXT,
  after        TEXT,
  request_id   TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS audit_by_account ON audit_event (account_id, id);

-- Failures and requests counted per key within a window.
CREATE TABLE IF NOT EXISTS attempt (
  key      TEXT PRIMARY KEY,
  count    INTEGER NOT NULL,
  ends_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attempt_by_end ON attempt (ends_at);

CREATE TABLE IF NOT EXISTS idempotency (
  user_id       TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  key           TEXT NOT NULL,
  request_hash  TEXT NOT NULL,
  target_id     TEXT NOT NULL,
  expires_at    INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_by_end ON idempotency (expires_at);
