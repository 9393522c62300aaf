ALTER TABLE host_setting ADD COLUMN standard_may_delete INTEGER NOT NULL DEFAULT 1 CHECK (standard_may_delete IN (0, 1));
