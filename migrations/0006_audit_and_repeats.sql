-- What each change also writes: a line of the audit, and what a repeat of the same request needs.

-- One line for each accepted change, written in the batch of the change. Nothing edits or removes a line.
-- No column refers to another table: what was done stays known when the thing is gone.
CREATE TABLE IF NOT EXISTS audit_event (
  id           TEXT PRIMARY KEY,
  at           INTEGER NOT NULL,
  account_id   TEXT,  -- whose audit the line stands in, NULL for what users do to themselves
  host_id      TEXT,  -- the host, where the line speaks of the account as a whole and stands in the audit of the host too
  by_host      INTEGER,  -- 1: somebody of the host did it. In the audit of the host only they are named.
  actor_id     TEXT,  -- the user, NULL for who only held a link
  actor_name   TEXT,  -- as they were called then
  via          TEXT CHECK (via IN ('member', 'delegation', 'host')),  -- how they reached the account
  action       TEXT NOT NULL,  -- `noun.verb_in_the_past`
  target_type  TEXT NOT NULL,
  target_id    TEXT NOT NULL,
  target_name  TEXT,  -- as it was called then
  before       TEXT,  -- what changed, as it was, JSON
  after        TEXT,  -- the same as it is now, JSON
  request_id   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS audit_by_account ON audit_event (account_id, id) WHERE account_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_by_host ON audit_event (host_id, id) WHERE host_id IS NOT NULL;

-- A request that is done once: the `Idempotency-Key` of an API request, or the token of a form. The scheduled job removes old rows.
CREATE TABLE IF NOT EXISTS idempotency (
  user_id        TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  key            TEXT NOT NULL,
  request_hash   TEXT NOT NULL,  -- a repeat with another body is refused
  target_id      TEXT NOT NULL,  -- what the first request acted on
  first_request  TEXT,  -- the id of the first request: the ids it gave follow from it
  result         TEXT,  -- what of the first answer cannot be read from other rows
  expires_at     INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_by_end ON idempotency (expires_at);
