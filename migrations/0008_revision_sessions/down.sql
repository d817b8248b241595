ALTER TABLE revisions DROP COLUMN session;
