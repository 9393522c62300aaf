-- Whoever declines twice (a second click, an answer that was lost) reads the first result again: so a declined invitation is told from one
-- that was withdrawn.
ALTER TABLE invitation ADD COLUMN declined_at INTEGER;
