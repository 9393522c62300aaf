UPDATE password_reset SET state = 'replaced', ended_at = :now
 WHERE state = 'pending' AND origin = 'operator' AND user_id = (SELECT id FROM user WHERE email_key = :email_key AND status = 'active');
INSERT INTO password_reset (id, user_id, token_hash, created_at, expires_at)
SELECT :id, id, :token_hash, :now, :until FROM user WHERE email_key = :email_key AND status = 'active';
INSERT INTO audit_event (id, at, account_id, actor_name, action, target_type, target_id, target_name, request_id)
SELECT :line_id, :now, :host, 'make recover', 'password_reset.made_by_operator', 'user', u.id,
       (SELECT m.email FROM member m WHERE m.account_id = :host AND m.user_id = u.id), :id
  FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.id = :id;
SELECT u.email FROM password_reset r JOIN user u ON u.id = r.user_id WHERE r.id = :id;
