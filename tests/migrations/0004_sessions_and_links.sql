INSERT INTO session (token_hash, id, user_id, created_at, last_seen_at, expires_at) VALUES ('s', 'session', 'ada', 1, 2, 3);
INSERT INTO device (token_hash, user_id, created_at) VALUES ('d', 'ada', 1);
INSERT INTO attempt (key, count, most, part, parts, part_count, part_most, ends_at) VALUES ('password:place:203.0.113.7', 2, 50, '*', '{"*": 2}', 2, 50, 3);
INSERT INTO sweep (name, first_key, after_key) VALUES ('attempt', '', 'password:place:203.0.113.7');
INSERT INTO invitation (id, account_id, member_id, purpose, token_hash, mailed_token_hash, created_by, created_at, expires_at)
  VALUES ('invitation', 'conti', 'bob', 'member', 'i', 'im', 'ada', 1, 2);
INSERT INTO password_reset (id, user_id, account_id, token_hash, created_by, created_at, expires_at) VALUES ('by an admin', 'ada', 'conti', 'r', 'ada', 1, 2);
INSERT INTO password_reset (id, user_id, mailed_token_hash, created_at, expires_at) VALUES ('by the person', 'ada', 'rm', 1, 2);
INSERT INTO reset_request (id, email_key, created_at) VALUES ('request', 'nobody@conti.example', 1);
INSERT INTO email_change (id, user_id, session_id, email, email_key, words, old_email, mailed_token_hash, created_at, expires_at)
  VALUES ('change', 'ada', 'session', 'ada@new.example', 'ada@new.example', '["ada"]', 'Ada@conti.example', 'em', 1, 2);
