INSERT INTO member_permission (member_id, permission) VALUES ('bob', 'profile.manage');
UPDATE permission SET enabled = 0, title_it = 'Affiliati' WHERE key = 'affiliates.view';
INSERT INTO role_permission_off (key, via, role, permission) VALUES ('affiliates.view', 'grant', 'affiliates.view', 'affiliates.view');
DELETE FROM role_permission WHERE permission = 'affiliates.view';
