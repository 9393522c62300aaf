ALTER TABLE refusal ADD COLUMN
  mail_not_configured INTEGER CONSTRAINT mail_not_configured CHECK (mail_not_configured IS NULL);
