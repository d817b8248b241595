ALTER TABLE sync_log DROP COLUMN quirks;
ALTER TABLE devices DROP COLUMN quirks;
ALTER TABLE devices DROP COLUMN hints;
