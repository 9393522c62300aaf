INSERT INTO subscription (member_id, category, account_id) VALUES ('bob', 'domain', 'conti');
INSERT INTO communication (id, account_id, category, subject, text, created_at, created_by) VALUES ('news', 'conti', 'domain', 'Dominio', 'Scade.', 1, 'ada');
INSERT INTO communication_word (account_id, word, communication_id) VALUES ('conti', 'domain:dominio', 'news');
INSERT INTO delivery (id, account_id, member_id, communication_id, letter, to_email, status, created_at)
  VALUES ('news:bob', 'conti', 'bob', 'news', 'communication', 'bob@conti.example', 'failed', 1);
INSERT INTO delivery (id, account_id, member_id, invitation_id, letter, to_email, language, token_hash, status, created_at, next_attempt_at)
  VALUES ('letter', 'conti', 'bob', 'invitation', 'invitation', 'bob@conti.example', 'it', 'im', 'queued', 1, 1);
