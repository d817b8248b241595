-- A large object that a device is sending, one for each device and datastore: what its first chunk said, and the
-- bytes so far, a row for each chunk, so that a chunk costs what it holds and not what came before it.

CREATE TABLE partials (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    datastore TEXT NOT NULL,
    luid TEXT NOT NULL,
    adds BOOLEAN NOT NULL,
    size BIGINT NOT NULL,
    media_type TEXT,
    format TEXT,
    have BIGINT NOT NULL,
    PRIMARY KEY (account_id, device_id, datastore)
);

CREATE TABLE pieces (
    account_id BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    datastore TEXT NOT NULL,
    at BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (account_id, device_id, datastore, at),
    FOREIGN KEY (account_id, device_id, datastore) REFERENCES partials (account_id, device_id, datastore)
        ON DELETE CASCADE
);
