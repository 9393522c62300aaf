-- Who made a reset link: an admin of an account, whoever asked for a letter, or the operator of the deployment (`make recover`). One open
-- link each: what anybody can ask for must not end a link that was handed over.
ALTER TABLE password_reset ADD COLUMN origin TEXT GENERATED ALWAYS AS (
  CASE WHEN created_by IS NOT NULL THEN 'admin' WHEN token_hash IS NULL THEN 'person' ELSE 'operator' END) VIRTUAL;
CREATE UNIQUE INDEX IF NOT EXISTS one_pending_reset_by_origin ON password_reset (user_id, origin) WHERE state = 'pending';
DROP INDEX IF EXISTS one_pending_reset;
