INSERT INTO audit_event (id, at, account_id, host_id, by_host, actor_id, actor_name, via, action, target_type, target_id, target_name, before, after, request_id)
  VALUES ('line', 1, 'conti', 'host', 1, 'ada', 'Ada Conti', 'host', 'account.deactivated', 'account', 'conti', 'Conti', '{"status":"active"}', '{"status":"deactivated"}', 'request');
INSERT INTO idempotency (user_id, key, request_hash, target_id, first_request, expires_at) VALUES ('ada', 'k', 'h', 'conti', 'request', 1);
