ALTER TABLE refusal ADD COLUMN
  permission_switched_off INTEGER CONSTRAINT permission_switched_off CHECK (permission_switched_off IS NULL);
