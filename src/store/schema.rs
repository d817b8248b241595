//! The tables, as `migrations/` makes them.

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    accounts (account_id) {
        account_id -> BigInt,
        name -> Text,
        password_hash -> Text,
        md5_secret -> Nullable<Binary>,
        role -> Text,
        disabled -> Bool,
        clock -> BigInt,
        next_item -> BigInt,
        created -> BigInt,
    }
}

diesel::table! {
    devices (account_id, device_id) {
        account_id -> BigInt,
        device_id -> Text,
        devinf -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        hints -> Nullable<Text>,
        quirks -> Nullable<Text>,
        auth_count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}

diesel::table! {
    collections (account_id, collection_id) {
        account_id -> BigInt,
        collection_id -> Text,
        seq -> BigInt,
        floor -> BigInt,
        state_hash -> BigInt,
        live -> BigInt,
        policy -> Text,
    }
}

diesel::table! {
    items (account_id, item_id) {
        account_id -> BigInt,
        item_id -> BigInt,
        collection_id -> Text,
        seq -> BigInt,
        created_seq -> BigInt,
        deleted -> Bool,
        digest -> BigInt,
        twin_key -> BigInt,
        writer -> Nullable<Text>,
        modified -> BigInt,
        media_type -> Text,
        body -> Binary,
        parent -> BigInt,
    }
}

diesel::table! {
    revisions (account_id, item_id, seq, reason) {
        account_id -> BigInt,
        item_id -> BigInt,
        seq -> BigInt,
        reason -> Text,
        digest -> BigInt,
        writer -> Nullable<Text>,
        at -> BigInt,
        media_type -> Text,
        body -> Binary,
        session -> Nullable<BigInt>,
    }
}

diesel::table! {
    maps (account_id, item_id, device_id, datastore) {
        account_id -> BigInt,
        device_id -> Text,
        datastore -> Text,
        item_id -> BigInt,
        luid -> Nullable<Text>,
        state -> Integer,
        known -> BigInt,
        known_digest -> BigInt,
        offered -> BigInt,
        offered_digest -> BigInt,
        session -> BigInt,
        known_parent -> BigInt,
        offered_parent -> BigInt,
    }
}

diesel::table! {
    peers (account_id, device_id, datastore) {
        account_id -> BigInt,
        device_id -> Text,
        datastore -> Text,
        client_anchor -> Nullable<Text>,
        client_anchor_prev -> Nullable<Text>,
        server_anchor -> Nullable<Text>,
        server_anchor_prev -> Nullable<Text>,
        acked -> BigInt,
        acked_prev -> BigInt,
        types -> Text,
        epoch -> Text,
        synced -> BigInt,
        filter -> Text,
        filter_prev -> Text,
    }
}

diesel::table! {
    sessions (account_id, token) {
        account_id -> BigInt,
        token -> Text,
        device_id -> Text,
        client_session -> Text,
        number -> BigInt,
        over -> Bool,
        last_msg -> BigInt,
        request_hash -> BigInt,
        updated -> BigInt,
        expires -> BigInt,
        state -> Binary,
        reply_type -> Text,
        reply -> Binary,
    }
}

diesel::table! {
    staged (account_id, device_id, datastore, luid) {
        account_id -> BigInt,
        device_id -> Text,
        datastore -> Text,
        luid -> Text,
        digest -> BigInt,
        twin_key -> BigInt,
        media_type -> Text,
        body -> Binary,
        parent -> Text,
    }
}

diesel::table! {
    partials (account_id, device_id, datastore) {
        account_id -> BigInt,
        device_id -> Text,
        datastore -> Text,
        luid -> Text,
        adds -> Bool,
        size -> BigInt,
        media_type -> Nullable<Text>,
        format -> Nullable<Text>,
        have -> BigInt,
        source_parent -> Nullable<Text>,
        target_parent -> Nullable<Text>,
    }
}

diesel::table! {
    pieces (account_id, device_id, datastore, at) {
        account_id -> BigInt,
        device_id -> Text,
        datastore -> Text,
        at -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    sync_log (account_id, at, number, datastore) {
        account_id -> BigInt,
        at -> BigInt,
        device_id -> Text,
        number -> BigInt,
        datastore -> Text,
        asked -> BigInt,
        given -> BigInt,
        why -> Text,
        outcome -> Text,
        counts -> Text,
        quirks -> Text,
        ended -> BigInt,
    }
}

diesel::table! {
    server_logins (account_id, device_id) {
        account_id -> BigInt,
        device_id -> Text,
        password -> Nullable<Binary>,
        scheme -> Nullable<Text>,
        nonce -> Binary,
    }
}

diesel::table! {
    notifications (account_id, device_id) {
        account_id -> BigInt,
        device_id -> Text,
        session -> BigInt,
        times -> BigInt,
        sent -> BigInt,
        answered -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(items, maps);
diesel::allow_tables_to_appear_in_same_query!(sessions, staged, partials);
