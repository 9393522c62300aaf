-- Who made a reset link: an admin of an account, whoever asked for a letter, or the operator of the deployment (`make recover`). One open
-- link each: what anybody can ask for must not end a link that was handed over.
ALTER TABLE password_reset ADD COLUMN origin TEXT GENERATED ALWAYS AS (
  CASE WHEN created_by IS NULL THEN CASE WHEN token_hash IS NULL THEN 'person' ELSE 'operator' END ELSE 'admin' END) VIRTUAL;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_reset_by_origin ON password_reset (user_id, origin) WHERE state = 'pending';
DROP INDEX IF EXISTS one_pending_reset;

-- Who asked for a letter by *forgot password*, until the work is done after the answer: known and unknown addresses alike, so that nothing of
-- it can be seen from outside. What a killed worker left here the scheduled job does.
CREATE TABLE IF NOT EXISTS reset_request (
  id          TEXT PRIMARY KEY,
  email_key   TEXT NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reset_request_by_time ON reset_request (created_at);
