-- Rules of pixels and apps.
ALTER TABLE refusal ADD COLUMN
  not_assigned    INTEGER CONSTRAINT not_assigned    CHECK (not_assigned IS NULL);
ALTER TABLE refusal ADD COLUMN
  kind_reserved   INTEGER CONSTRAINT kind_reserved   CHECK (kind_reserved IS NULL);
ALTER TABLE refusal ADD COLUMN
  unknown_member  INTEGER CONSTRAINT unknown_member  CHECK (unknown_member IS NULL);
