-- The account's own address as addresses are compared (NFC, lower case, the domain in ASCII), so that whoever shares it gets one letter.
ALTER TABLE account ADD COLUMN email_key TEXT;
UPDATE account SET email_key = lower(email) WHERE email IS NOT NULL AND email_key IS NULL;

ALTER TABLE refusal ADD COLUMN access_ended INTEGER CONSTRAINT access_ended CHECK (access_ended IS NULL);
