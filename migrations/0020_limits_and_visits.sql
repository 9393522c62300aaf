-- A device that signed in as a user: its cookie's secret by its hash. It has a counter of wrong passwords of its own, so that nobody else's
-- wrong passwords keep its owner out. One browser may be the device of several users.
CREATE TABLE IF NOT EXISTS device (
  token_hash  TEXT NOT NULL,
  user_id     TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (token_hash, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS device_by_user ON device (user_id, created_at);

-- When a member was last in this account. Sessions tell where a user was last at all, which is not for one account to know; so what is known
-- of the time before is kept only for those who have no other account.
ALTER TABLE member ADD COLUMN last_seen_at INTEGER;
UPDATE member SET last_seen_at = (SELECT max(s.last_seen_at) FROM session s WHERE s.user_id = member.user_id)
 WHERE last_seen_at IS NULL AND user_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM member o WHERE o.user_id = member.user_id AND o.id <> member.id);
