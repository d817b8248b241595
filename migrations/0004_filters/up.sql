-- The filter by which a device was sent items last, and the one before; empty means none.
ALTER TABLE peers ADD COLUMN filter TEXT NOT NULL DEFAULT '';
ALTER TABLE peers ADD COLUMN filter_prev TEXT NOT NULL DEFAULT '';
