-- How the server proves itself to a device that asks, and what it was last notified of.

-- password: sealed; NULL where the user's own stands in. scheme: what the device asked for, NULL as long as it asked for
-- nothing. nonce: the device's latest for the server, decoded.
CREATE TABLE server_logins (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    password BYTEA,
    scheme TEXT,
    nonce BYTEA NOT NULL,
    PRIMARY KEY (account_id, device_id)
);

-- session: 1 to 65535, the same for a notification that is sent again. answered: when the device came with it.
CREATE TABLE notifications (
    account_id BIGINT NOT NULL REFERENCES accounts (account_id) ON DELETE CASCADE,
    device_id TEXT NOT NULL,
    session BIGINT NOT NULL,
    times BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    answered BIGINT,
    PRIMARY KEY (account_id, device_id)
);
