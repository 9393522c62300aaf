INSERT INTO account (id, parent_id, name, name_key, status, created_at) VALUES ('host', NULL, 'Ospite', 'ospite', 'active', 1);
INSERT INTO account (id, parent_id, name, name_key, status, delegated, email, email_key, created_at)
  VALUES ('conti', 'host', 'Conti', 'conti', 'active', 1, 'Info@conti.example', 'info@conti.example', 2);
INSERT INTO account (id, parent_id, name, name_key, status, created_at, status_before, deleted_at, purge_at)
  VALUES ('gone', 'host', 'Andato', 'andato', 'deleted', 3, 'active', 4, 5);
INSERT INTO account_word (parent_id, word, account_id) VALUES ('host', 'conti', 'conti');
INSERT INTO host_setting (account_id) VALUES ('host');
INSERT INTO user (id, email, email_key, password_hash, first_name, last_name, language, created_at)
  VALUES ('ada', 'Ada@conti.example', 'ada@conti.example', '$argon2id$', 'Ada', 'Conti', 'it', 6);
INSERT INTO member (id, account_id, email, email_key, access, role, user_id, created_at, updated_at)
  VALUES ('ada at the host', 'host', 'Ada@conti.example', 'ada@conti.example', 'active', 'admin', 'ada', 7, 7);
INSERT INTO member (id, account_id, email, email_key, access, role, user_id, held_for_host, created_at, updated_at)
  VALUES ('ada at conti', 'conti', 'Ada@conti.example', 'ada@conti.example', 'active', 'admin', 'ada', 1, 8, 8);
INSERT INTO member (id, account_id, email, email_key, first_name, first_name_key, access, role, words, created_at, updated_at)
  VALUES ('bob', 'conti', 'bob@conti.example', 'bob@conti.example', 'Bob', 'bob', 'invited', 'standard', '{"_first_name": ["bob"]}', 9, 9);
INSERT INTO member_word (account_id, word, member_id) VALUES ('conti', 'bob', 'bob');
