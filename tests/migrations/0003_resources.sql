INSERT INTO resource (id, account_id, kind, external_id, name, name_key, is_open, first_people, created_at) VALUES ('pixel', 'conti', 'pixel', '1', 'Negozio', 'negozio', 1, '["bob"]', 1);
INSERT INTO assignment (member_id, resource_id) VALUES ('bob', 'pixel');
