-- Sessions and devices, the counters that stop guessers, and the links that work once.
-- A secret is 32 random bytes. Only its SHA-256 is stored: `token_hash` is of the secret that was shown, `mailed_token_hash` of the one
-- that was mailed. Only the latter proves the mailbox.

-- A user who is signed in somewhere.
CREATE TABLE IF NOT EXISTS session (
  token_hash    TEXT PRIMARY KEY,
  id            TEXT NOT NULL,  -- the public id, in the list of sessions and in access tokens
  user_id       TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created_at    INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,  -- written at most every five minutes, a session unused for 14 days is over
  expires_at    INTEGER NOT NULL,  -- when it ends, however much it is used
  user_agent    TEXT,
  ip            TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS session_by_user ON session (user_id, id);

-- A browser that signed in as a user, known by its own cookie. Its wrong passwords are counted apart, so that the wrong passwords of others
-- do not keep the user out. One browser may be the device of several users.
CREATE TABLE IF NOT EXISTS device (
  token_hash  TEXT NOT NULL,
  user_id     TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (token_hash, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS device_by_user ON device (user_id, created_at);

-- Counters: wrong passwords, links asked for, e-mails sent. A counter that would pass its bound refuses the batch. The scheduled job removes those
-- that are over.
CREATE TABLE IF NOT EXISTS attempt (
  key         TEXT PRIMARY KEY,  -- what is counted and for whom, in the words of the module that counts
  count       INTEGER NOT NULL,  -- of all parts
  most        INTEGER,           -- its bound, NULL where the module that counts decides
  parts       TEXT NOT NULL DEFAULT '{}',  -- what was counted by part, a JSON object: the places that an address was tried from
  part        TEXT,              -- the part that was counted last
  part_count  INTEGER,           -- of that part
  part_most   INTEGER,           -- its bound
  ends_at     INTEGER NOT NULL,  -- when the count begins anew
  CONSTRAINT too_many_attempts CHECK (coalesce(count <= most, 1) AND coalesce(part_count <= part_most, 1))
) STRICT, WITHOUT ROWID;

-- Which rows of a table the scheduled job looked at last: those after `first_key` up to `after_key`, or to the end where that is NULL. It walks the
-- table by its key, a thousand rows at a time, because an index by the time at which rows end would be written with each row.
CREATE TABLE IF NOT EXISTS sweep (
  name       TEXT PRIMARY KEY,  -- the table
  first_key  TEXT NOT NULL,
  after_key  TEXT
) STRICT, WITHOUT ROWID;

-- A link that makes its holder a user of an account. An expired invitation is still pending: the statement that asks compares `expires_at`.
CREATE TABLE IF NOT EXISTS invitation (
  id                 TEXT PRIMARY KEY,
  account_id         TEXT NOT NULL REFERENCES account (id),
  member_id          TEXT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
  purpose            TEXT NOT NULL CHECK (purpose IN ('member', 'first_admin')),  -- first_admin: accepting it makes a pending account active
  token_hash         TEXT NOT NULL UNIQUE,
  mailed_token_hash  TEXT,
  state              TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'revoked', 'replaced')),
  created_by         TEXT NOT NULL REFERENCES user (id),
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER,  -- when it left the state pending
  declined_at        INTEGER   -- set where the person declined: a second decline reads the first result, and one that was withdrawn does not
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS invitation_by_mailed_token ON invitation (mailed_token_hash) WHERE mailed_token_hash IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_invitation ON invitation (member_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS invitation_by_member ON invitation (member_id, created_at);
CREATE INDEX IF NOT EXISTS invitation_by_inviter ON invitation (created_by, state);
CREATE INDEX IF NOT EXISTS invitation_by_account ON invitation (account_id, state);

-- A link that sets a new password.
CREATE TABLE IF NOT EXISTS password_reset (
  id                 TEXT PRIMARY KEY,
  user_id            TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  account_id         TEXT REFERENCES account (id),  -- where the administrator made the link, NULL for the other origins
  token_hash         TEXT,
  mailed_token_hash  TEXT,
  state              TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'used', 'revoked', 'replaced')),
  created_by         TEXT REFERENCES user (id),  -- the administrator who made the link
  origin             TEXT GENERATED ALWAYS AS (  -- who made it: an administrator, the person by *forgot password*, or the operator by `make recover`
    CASE WHEN created_by IS NULL THEN CASE WHEN token_hash IS NULL THEN 'person' ELSE 'operator' END ELSE 'admin' END) VIRTUAL,
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS password_reset_by_token ON password_reset (token_hash) WHERE token_hash IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS password_reset_by_mailed_token ON password_reset (mailed_token_hash) WHERE mailed_token_hash IS NOT NULL;
CREATE INDEX IF NOT EXISTS password_reset_by_user ON password_reset (user_id, state);
CREATE INDEX IF NOT EXISTS password_reset_by_creator ON password_reset (created_by);
CREATE INDEX IF NOT EXISTS password_reset_pending_by_account ON password_reset (account_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS password_reset_pending_by_creator ON password_reset (created_by, user_id) WHERE state = 'pending';
-- One open link for each origin: what anybody can ask for does not end a link that was handed over.
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_reset_by_origin ON password_reset (user_id, origin) WHERE state = 'pending';

-- The addresses typed into *forgot password*, until the work is done after the answer: known and unknown ones alike, so that the answer
-- takes the same time. The scheduled job does what a worker that died left here.
CREATE TABLE IF NOT EXISTS reset_request (
  id          TEXT PRIMARY KEY,
  email_key   TEXT NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reset_request_by_time ON reset_request (created_at);

-- A link that changes the address a user signs in with. It goes by mail alone, for it proves the new mailbox.
CREATE TABLE IF NOT EXISTS email_change (
  id                 TEXT PRIMARY KEY,
  user_id            TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  session_id         TEXT NOT NULL,  -- the session that asked: the link works while it is there, and it is the one session that stays
  email              TEXT NOT NULL,
  email_key          TEXT NOT NULL,
  words              TEXT NOT NULL,  -- the words of the new address for `member_word`, a JSON list
  old_email          TEXT NOT NULL,
  mailed_token_hash  TEXT NOT NULL UNIQUE,
  state              TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'used', 'revoked', 'replaced')),
  created_at         INTEGER NOT NULL,
  expires_at         INTEGER NOT NULL,
  ended_at           INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_email_change ON email_change (user_id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS email_change_by_user ON email_change (user_id, state);

-- The views of what is open. No view looks at the clock: a statement that asks compares `expires_at`, and finds a link by either of its hashes.

-- The sessions of users who may sign in.
CREATE VIEW IF NOT EXISTS open_session (token_hash, user_id, last_seen_at, expires_at) AS
  SELECT session.token_hash, session.user_id, session.last_seen_at, session.expires_at FROM session JOIN user ON user.id = session.user_id
   WHERE user.status = 'active';

-- The invitations that can be accepted. One ends with the access that it brings.
CREATE VIEW IF NOT EXISTS open_invitation
    (id, account_id, account_status, member_id, email, email_key, purpose, token_hash, mailed_token_hash, created_by, expires_at) AS
  SELECT invitation.id, invitation.account_id, account.status, invitation.member_id, member.email, member.email_key, invitation.purpose,
         invitation.token_hash, invitation.mailed_token_hash, invitation.created_by, min(invitation.expires_at, member.ends_at)
    FROM invitation JOIN member ON member.id = invitation.member_id JOIN account ON account.id = invitation.account_id
   WHERE invitation.state = 'pending' AND member.access = 'invited' AND account.status IN ('pending', 'active', 'deactivated');

-- The invitations that were accepted, with who did, while they are in the account. `expires_at` is that of the link.
CREATE VIEW IF NOT EXISTS accepted_invitation (account_id, user_id, password_hash, token_hash, mailed_token_hash, expires_at, access_ends_at) AS
  SELECT invitation.account_id, member.user_id, user.password_hash, invitation.token_hash, invitation.mailed_token_hash, invitation.expires_at, member.ends_at
    FROM invitation JOIN member ON member.id = invitation.member_id JOIN user ON user.id = member.user_id JOIN account ON account.id = invitation.account_id
   WHERE invitation.state = 'accepted' AND member.access = 'active' AND user.status = 'active' AND account.status IN ('active', 'deactivated');

-- The links that set a password.
CREATE VIEW IF NOT EXISTS open_reset (user_id, token_hash, mailed_token_hash, expires_at) AS
  SELECT password_reset.user_id, password_reset.token_hash, password_reset.mailed_token_hash, password_reset.expires_at
    FROM password_reset JOIN user ON user.id = password_reset.user_id
   WHERE password_reset.state = 'pending' AND user.status = 'active';

-- The links that change an address. One ends with the session that asked for it, however that ended.
CREATE VIEW IF NOT EXISTS open_email_change (user_id, session_id, email, email_key, mailed_token_hash, expires_at) AS
  SELECT email_change.user_id, email_change.session_id, email_change.email, email_change.email_key, email_change.mailed_token_hash, email_change.expires_at
    FROM email_change JOIN user ON user.id = email_change.user_id JOIN session ON session.user_id = email_change.user_id AND session.id = email_change.session_id
   WHERE email_change.state = 'pending' AND user.status = 'active';

-- The users whose address was never confirmed, with the mailed links that would prove the mailbox. Whoever opens one proves it for the first
-- time, and whoever used the user before may be somebody else.
CREATE VIEW IF NOT EXISTS first_proof (mailed_token_hash, user_id) AS
  SELECT invitation.mailed_token_hash, user.id
    FROM invitation JOIN member ON member.id = invitation.member_id JOIN user ON user.email_key = member.email_key
   WHERE invitation.state = 'pending' AND user.email_verified_at IS NULL AND user.status = 'active'
  UNION ALL
  SELECT password_reset.mailed_token_hash, user.id FROM password_reset JOIN user ON user.id = password_reset.user_id
   WHERE password_reset.state = 'pending' AND user.email_verified_at IS NULL AND user.status = 'active';
