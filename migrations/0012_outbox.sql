-- A letter's row holds all that makes the letter, and no secret: the link in it is made again from the row's id, `token_hash` says which
-- key made it. Whoever sends takes a row for a while (`claimed_until`); a row whose time ran out was lost with its worker, and is due again.
ALTER TABLE delivery ADD COLUMN language TEXT CHECK (language IN ('it', 'en'));
ALTER TABLE delivery ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE delivery ADD COLUMN token_hash TEXT;
ALTER TABLE delivery ADD COLUMN sender_id TEXT;
ALTER TABLE delivery ADD COLUMN next_attempt_at INTEGER;
ALTER TABLE delivery ADD COLUMN claimed_until INTEGER;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_attempt_at) WHERE status = 'queued';
CREATE UNIQUE INDEX IF NOT EXISTS delivery_by_token ON delivery (token_hash) WHERE token_hash IS NOT NULL;

-- What was under way when letters were not yet made from their rows cannot be made again.
UPDATE delivery SET status = 'failed', failure = 'superseded' WHERE status = 'queued';
