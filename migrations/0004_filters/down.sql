ALTER TABLE peers DROP COLUMN filter_prev;
ALTER TABLE peers DROP COLUMN filter;
