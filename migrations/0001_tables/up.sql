-- One set of tables for PostgreSQL and SQLite: TEXT, BIGINT, INTEGER, BOOLEAN and BYTEA mean the same to both.
-- Every key but that of the settings begins with account_id, so that the database can be split by account.
-- Instants are milliseconds since 1970-01-01 UTC. A change number (seq, known, offered, acked) is a reading of
-- accounts.clock. Removing an account removes all that is its. Large values stand last: SQLite reads a row from its
-- beginning as far as it must.
--
-- In every index of items and maps the column that tells most comes right after account_id. PostgreSQL, until it has
-- counted the rows of a table, takes any index that fits the beginning of a condition for as good as the one that
-- fits it all, and would read all entries of a device for each item.

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE accounts (
    account_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    md5_secret BYTEA,
    role TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    clock BIGINT NOT NULL,
    next_item BIGINT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE devices (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    devinf TEXT,
    user_agent TEXT,
    auth_count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (account_id, device_id)
);

CREATE TABLE collections (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    collection_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    floor BIGINT NOT NULL,
    state_hash BIGINT NOT NULL,
    live BIGINT NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (account_id, collection_id)
);

CREATE TABLE items (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    item_id BIGINT NOT NULL,
    collection_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    created_seq BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,
    digest BIGINT NOT NULL,
    twin_key BIGINT NOT NULL,
    writer TEXT,
    modified BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (account_id, item_id)
);
CREATE INDEX items_by_seq ON items (account_id, collection_id, seq, item_id);
CREATE INDEX items_by_twin ON items (account_id, twin_key);

CREATE TABLE revisions (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    item_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    reason TEXT NOT NULL,
    digest BIGINT NOT NULL,
    writer TEXT,
    at BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (account_id, item_id, seq, reason)
);

CREATE TABLE maps (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    datastore TEXT NOT NULL,
    item_id BIGINT NOT NULL,
    luid TEXT,
    state INTEGER NOT NULL,
    known BIGINT NOT NULL,
    known_digest BIGINT NOT NULL,
    offered BIGINT NOT NULL,
    offered_digest BIGINT NOT NULL,
    session BIGINT NOT NULL,
    PRIMARY KEY (account_id, item_id, device_id, datastore)
);
CREATE UNIQUE INDEX maps_by_luid ON maps (account_id, luid, device_id, datastore);
CREATE INDEX maps_by_state ON maps (account_id, state, device_id, datastore);

CREATE TABLE peers (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    datastore TEXT NOT NULL,
    client_anchor TEXT,
    client_anchor_prev TEXT,
    server_anchor TEXT,
    server_anchor_prev TEXT,
    acked BIGINT NOT NULL,
    acked_prev BIGINT NOT NULL,
    types TEXT NOT NULL,
    epoch TEXT NOT NULL,
    synced BIGINT NOT NULL,
    PRIMARY KEY (account_id, device_id, datastore)
);

CREATE TABLE sessions (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    device_id TEXT NOT NULL,
    client_session TEXT NOT NULL,
    number BIGINT NOT NULL,
    over BOOLEAN NOT NULL,
    last_msg BIGINT NOT NULL,
    request_hash BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    state BYTEA NOT NULL,
    reply_type TEXT NOT NULL,
    reply BYTEA NOT NULL,
    PRIMARY KEY (account_id, token)
);
CREATE INDEX sessions_by_device ON sessions (account_id, device_id, over);

CREATE TABLE staged (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    datastore TEXT NOT NULL,
    luid TEXT NOT NULL,
    digest BIGINT NOT NULL,
    twin_key BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (account_id, device_id, datastore, luid)
);

CREATE TABLE sync_log (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    datastore TEXT NOT NULL,
    asked BIGINT NOT NULL,
    given BIGINT NOT NULL,
    why TEXT NOT NULL,
    outcome TEXT NOT NULL,
    counts TEXT NOT NULL,
    ended BIGINT NOT NULL,
    PRIMARY KEY (account_id, at, number, datastore)
);
CREATE INDEX sync_log_by_session ON sync_log (account_id, number);
