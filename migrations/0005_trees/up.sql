-- Trees of folders and files: an item may lie in another of its collection, 0 being none. An entry of a device says in
-- which folder the device is known to have the item, and in which it was last sent. The indexes leave out everything
-- that lies in no folder, so that contacts and calendars pay nothing for them.

ALTER TABLE items ADD COLUMN parent BIGINT NOT NULL DEFAULT 0;
CREATE INDEX items_by_parent ON items (account_id, parent) WHERE parent <> 0;

ALTER TABLE maps ADD COLUMN known_parent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE maps ADD COLUMN offered_parent BIGINT NOT NULL DEFAULT 0;
CREATE INDEX maps_by_parent ON maps (account_id, known_parent, device_id, datastore) WHERE known_parent <> 0;

-- The LUID of the folder; empty for none.
ALTER TABLE staged ADD COLUMN parent TEXT NOT NULL DEFAULT '';

-- The folder of a large object on its way in, as its first chunk names it.
ALTER TABLE partials ADD COLUMN source_parent TEXT;
ALTER TABLE partials ADD COLUMN target_parent TEXT;

INSERT INTO collections (account_id, collection_id, seq, floor, state_hash, live, policy)
    SELECT account_id, 'files', 0, 0, 0, 0, 'newest-wins' FROM accounts;
INSERT INTO collections (account_id, collection_id, seq, floor, state_hash, live, policy)
    SELECT account_id, 'email', 0, 0, 0, 0, 'newest-wins' FROM accounts;
