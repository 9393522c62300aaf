-- What a repeat of a request needs to answer like the first: the id of the first request, from which the ids it gave follow; and what cannot
-- be read back afterwards. `target_id` is what the first acted on.
ALTER TABLE idempotency ADD COLUMN first_request TEXT;
ALTER TABLE idempotency ADD COLUMN result TEXT;
