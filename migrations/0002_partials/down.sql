DROP TABLE pieces;
DROP TABLE partials;
