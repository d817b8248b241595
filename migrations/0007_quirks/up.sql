-- What is set for one device (quirks, a JSON object of flags), what its transport said of it (hints, JSON), and which
-- rules held in a session (names with blanks between them).
ALTER TABLE devices ADD COLUMN hints TEXT;
ALTER TABLE devices ADD COLUMN quirks TEXT;
ALTER TABLE sync_log ADD COLUMN quirks TEXT NOT NULL DEFAULT '';
