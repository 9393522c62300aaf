-- Whom a line of a file means is found by the address, among contacts too.
CREATE INDEX IF NOT EXISTS member_by_address ON member (account_id, email_key);
