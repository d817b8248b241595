-- The session in which a body became a revision; none for the command line.
ALTER TABLE revisions ADD COLUMN session BIGINT;
