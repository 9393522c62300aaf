-- A search among those of one access and one role walks only them.
CREATE INDEX IF NOT EXISTS member_word_by_both ON member_word (account_id, access, role, word, member_id);
