-- Accounts, users, and the people an account knows.
--
-- What holds in every file of this folder:
-- An id is a UUIDv7 in text, made by the program. An instant is a whole number of milliseconds since 1970 in UTC, bound by the program.
-- A yes or no is 1 or 0. `version` counts the edits of a row that people edit: it is the ETag of the thing.
-- A column named `…_key` holds a text as it is compared or sorted: lower case, NFC, in names also without accents. The program makes it.
-- Unless a comment says otherwise, a column is written by the change that the request asks for.
-- From release 0.1.0 on, a file of this folder is not changed any more: a change of the schema is a new file (tests/migrations.rs).

-- A host or a customer account. There is one host: its id is fixed (`HOST` in the program), and its members are the host users.
CREATE TABLE IF NOT EXISTS account (
  id                 TEXT PRIMARY KEY,
  parent_id          TEXT REFERENCES account (id),  -- the host of this account, NULL for the host itself
  name               TEXT NOT NULL,
  name_key           TEXT NOT NULL,
  status             TEXT NOT NULL CHECK (status IN ('pending', 'active', 'deactivated', 'deleted')),  -- pending: no administrator accepted yet
  delegated          INTEGER NOT NULL DEFAULT 0 CHECK (delegated IN (0, 1)),  -- 1: host users may manage its users
  company            TEXT,
  email              TEXT,
  email_key          TEXT,
  email_preferences  TEXT NOT NULL DEFAULT 'general product domain administration support',  -- categories sent to `email`, with a space between
  phone              TEXT,
  address_1          TEXT,
  address_2          TEXT,
  city               TEXT,
  province           TEXT,
  postcode           TEXT,
  country            TEXT,
  tax_id             TEXT,
  language           TEXT CHECK (language IN ('it', 'en')),
  created_at         INTEGER NOT NULL,
  status_before      TEXT CHECK (status_before IN ('pending', 'active', 'deactivated')),  -- the status that a restore gives back
  deleted_at         INTEGER,
  purge_at           INTEGER,  -- when the scheduled job removes the data, NULL again once they are gone
  purge_began_at     INTEGER,  -- set by the first chunk of the purge: from then on nothing is restored
  version            INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_host ON account ((parent_id IS NULL)) WHERE parent_id IS NULL;
CREATE INDEX IF NOT EXISTS account_by_purge ON account (purge_at, id) WHERE purge_at IS NOT NULL;
-- Accounts that can be restored.
CREATE INDEX IF NOT EXISTS account_deleted ON account (parent_id, name_key, id) WHERE status = 'deleted' AND purge_at IS NOT NULL;
-- The list of other accounts beside each page starts here.
CREATE INDEX IF NOT EXISTS account_to_go_to ON account (parent_id, name_key, id) WHERE delegated = 1 AND status = 'active';
-- Lists of accounts start here, so that they do not walk what is left of purged ones.
CREATE INDEX IF NOT EXISTS account_in_use ON account (parent_id, name_key, id) WHERE status <> 'deleted';
CREATE INDEX IF NOT EXISTS account_in_use_by_delegation ON account (parent_id, delegated, name_key, id) WHERE status <> 'deleted';

-- The words of the name of each account: a search reads only what it finds.
CREATE TABLE IF NOT EXISTS account_word (
  parent_id   TEXT NOT NULL,  -- that of the account
  word        TEXT NOT NULL,  -- lower case, without accents
  account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  PRIMARY KEY (parent_id, word, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_word_by_account ON account_word (account_id, word);

-- What the host decides without a deployment. One row, of the host. Its name and language stand in its account.
CREATE TABLE IF NOT EXISTS host_setting (
  account_id           TEXT PRIMARY KEY REFERENCES account (id),
  invitation_ms        INTEGER NOT NULL DEFAULT 86400000,  -- how long an invitation can be accepted, in milliseconds
  reset_ms             INTEGER NOT NULL DEFAULT 3600000,   -- how long a reset link works, in milliseconds
  standard_may_delete  INTEGER NOT NULL DEFAULT 1 CHECK (standard_may_delete IN (0, 1)),  -- 1: standard users may delete their account
  audiences            TEXT,  -- whom tokens for other services may be for: a JSON list of absolute URIs, NULL for the default audience
  version              INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- A person who can sign in: one address, one password, any number of accounts.
CREATE TABLE IF NOT EXISTS user (
  id                 TEXT PRIMARY KEY,
  email              TEXT NOT NULL,         -- as typed
  email_key          TEXT NOT NULL UNIQUE,  -- the domain in ASCII
  email_verified_at  INTEGER,               -- when a link that was mailed to this address came back, NULL before
  password_hash      TEXT NOT NULL,         -- argon2id, with its parameters, in PHC format
  first_name         TEXT NOT NULL,
  last_name          TEXT NOT NULL,
  language           TEXT NOT NULL CHECK (language IN ('it', 'en')),
  status             TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  created_at         INTEGER NOT NULL,
  version            INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- A person an account knows: always a contact and, with access, a user of the account. There is no second table of contacts.
CREATE TABLE IF NOT EXISTS member (
  id              TEXT PRIMARY KEY,
  account_id      TEXT NOT NULL REFERENCES account (id),
  email           TEXT NOT NULL,  -- with access it is the address the user signs in with
  email_key       TEXT NOT NULL,
  first_name      TEXT,
  first_name_key  TEXT,
  last_name       TEXT,
  last_name_key   TEXT,
  name_key        TEXT NOT NULL GENERATED ALWAYS AS (ltrim(coalesce(last_name_key, '') || ' ' || coalesce(first_name_key, '') || ' ' || email_key)) STORED,
  company         TEXT,
  phone           TEXT,
  address_1       TEXT,
  address_2       TEXT,
  city            TEXT,
  province        TEXT,
  postcode        TEXT,
  country         TEXT,
  access          TEXT NOT NULL DEFAULT 'none' CHECK (access IN ('none', 'invited', 'active', 'suspended')),  -- none: a contact only
  role            TEXT NOT NULL DEFAULT 'none' CHECK (role IN ('none', 'admin', 'standard', 'view_only')),
  user_id         TEXT REFERENCES user (id),  -- who accepted the invitation, NULL before
  expires_at      INTEGER,  -- when the access ends by itself, NULL for never
  -- The same to compare with: for never it is the largest whole number that JavaScript holds exactly.
  ends_at         INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(expires_at, 9007199254740991)) STORED,
  words           TEXT NOT NULL DEFAULT '{}',  -- the words of each field that people are searched by, a JSON object of lists: the names of the fields begin with _, no word does
  held_for_host   INTEGER NOT NULL DEFAULT 0  -- 1: the seat of the host administrator who made the account, it ends with delegation
    CHECK (held_for_host = 0 OR (held_for_host = 1 AND role = 'admin' AND access = 'active' AND user_id IS NOT NULL AND expires_at IS NULL)),
  last_seen_at    INTEGER,  -- when this user was last in this account, written at most every five minutes
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL DEFAULT 1,
  CHECK (access = 'none' OR role <> 'none'),
  CHECK (access IN ('none', 'invited') OR user_id IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_member_per_user ON member (user_id, account_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS one_access_per_address ON member (account_id, email_key) WHERE access <> 'none';
-- Each list of people, whatever it is filtered by, starts where its page starts.
CREATE INDEX IF NOT EXISTS member_by_name ON member (account_id, name_key, id);
CREATE INDEX IF NOT EXISTS member_by_access ON member (account_id, access, name_key, id);
CREATE INDEX IF NOT EXISTS member_by_access_and_role ON member (account_id, access, role, name_key, id);
CREATE INDEX IF NOT EXISTS seat_by_holder ON member (user_id, account_id) WHERE held_for_host = 1;
CREATE INDEX IF NOT EXISTS seat_by_account ON member (account_id) WHERE held_for_host = 1;
-- A line of an imported file finds its person by address and name, and looks at one row however many share the address.
CREATE INDEX IF NOT EXISTS member_by_address_and_name ON member (account_id, email_key, first_name_key, last_name_key, id);

-- The words people are searched by, one row for each word of a member: a search reads only what it finds. A foreign key would need a second index
-- to find the rows of a member. The column `words` of the member finds them, so the batch that changes or deletes a member removes them itself.
CREATE TABLE IF NOT EXISTS member_word (
  account_id  TEXT NOT NULL,
  word        TEXT NOT NULL,  -- lower case, without accents
  member_id   TEXT NOT NULL,
  PRIMARY KEY (account_id, word, member_id)
) STRICT, WITHOUT ROWID;
-- The same words, from the members' rows.
CREATE VIEW IF NOT EXISTS searchable_word (account_id, word, member_id) AS
  SELECT m.account_id, t.value, m.id FROM member m, json_each(m.words) f, json_each(f.value) t;
