//! Empty stores, one for each test, with one account in them, and values to put there.

use std::ops::Deref;

use anchorage::ids::{
    AccountId, Anchor, CollectionId, DatastoreId, DeviceId, ItemId, Luid, Millis, Rev,
    SessionToken, UserName,
};
use anchorage::item::{Content, Digest, MediaType, TwinKey};
use anchorage::store::{
    Account, Device, Item, LogEntry, MapEntry, MapState, NewAccount, Options, Peer, Revision, Role,
    Session, Staged, Store, StoreError, Tx,
};
use tempfile::TempDir;

use crate::common::postgres::{Database, database};

/// The account every fresh store has.
pub const ACCOUNT: AccountId = AccountId(7_000_000_001);

/// A migrated store that lives as long as this value.
pub struct Fresh {
    store: Store,
    url: String,
    _file: Option<TempDir>,
    _database: Option<Database>,
}

impl Fresh {
    /// In memory.
    pub fn in_memory() -> Self {
        Self::open("sqlite::memory:".to_owned(), None, None)
    }

    /// In a file.
    pub fn in_a_file() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("store.sqlite").display());
        Self::open(url, Some(folder), None)
    }

    /// On `PostgreSQL`.
    pub fn on_postgres() -> Self {
        let database = database();
        Self::open(database.url().to_owned(), None, Some(database))
    }

    fn open(url: String, file: Option<TempDir>, database: Option<Database>) -> Self {
        let store = Store::open(&url, &Options::default()).unwrap();
        store.migrate("0a1b2c3d").unwrap();
        store
            .write(|tx| tx.create_account(&account(ACCOUNT, "ada")))
            .unwrap();
        Self {
            store,
            url,
            _file: file,
            _database: database,
        }
    }

    /// Where the database is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks, and expects an answer.
    pub fn ask<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(work).unwrap()
    }

    /// All accounts.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method itself is not general enough"
    )]
    pub fn accounts(&self) -> Vec<Account> {
        self.ask(|tx| tx.accounts())
    }

    /// Tells, and expects it to be taken.
    pub fn tell<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(work).unwrap()
    }
}

impl Deref for Fresh {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

pub fn account(id: AccountId, name: &str) -> NewAccount {
    NewAccount {
        id,
        name: UserName::parse(name).unwrap(),
        password_hash: "$argon2id$".to_owned(),
        md5_secret: Some(vec![0, 255, 7]),
        role: Role::User,
        created: Millis(1_700_000_000_000),
    }
}

pub fn phone() -> DeviceId {
    DeviceId::parse("IMEI:004999010640000").unwrap()
}

pub fn contacts() -> CollectionId {
    CollectionId::parse("contacts").unwrap()
}

pub fn card() -> DatastoreId {
    DatastoreId::parse("card").unwrap()
}

pub fn luid(text: &str) -> Luid {
    Luid::parse(text).unwrap()
}

pub fn token(text: &str) -> SessionToken {
    SessionToken::parse(text).unwrap()
}

pub fn device() -> Device {
    Device {
        account: ACCOUNT,
        id: phone(),
        devinf: Some(r#"{"man":"Nokia"}"#.to_owned()),
        user_agent: None,
        hints: None,
        quirks: None,
        auth_count: 0,
        first_seen: Millis(1),
        last_seen: Millis(1),
    }
}

/// A live contact, written at `seq`.
pub fn item(id: i64, seq: i64) -> Item {
    Item {
        account: ACCOUNT,
        id: ItemId(id),
        collection: contacts(),
        seq: Rev(seq),
        created_seq: Rev(seq),
        deleted: false,
        content: Content {
            media_type: MediaType::new("text/x-vcard"),
            body: vec![0, 1, 2, 255],
        },
        digest: Digest(-id),
        twin_key: TwinKey(id % 10),
        parent: ItemId(0),
        writer: None,
        modified: Millis(seq),
    }
}

pub fn tombstone(id: i64, seq: i64) -> Item {
    Item {
        deleted: true,
        ..item(id, seq)
    }
}

/// The phone has the item as of `known`, under a LUID that is the item's number.
pub fn mapped(id: i64, known: i64) -> MapEntry {
    MapEntry {
        account: ACCOUNT,
        device: phone(),
        datastore: card(),
        item: ItemId(id),
        luid: Some(luid(&id.to_string())),
        state: MapState::Mapped,
        known: Rev(known),
        known_digest: Digest(i64::MIN),
        offered: Rev(0),
        offered_digest: Digest(i64::MAX),
        session: 1,
        known_parent: ItemId(0),
        offered_parent: ItemId(0),
    }
}

pub fn revision(item: i64, seq: i64, reason: &str) -> Revision {
    Revision {
        account: ACCOUNT,
        item: ItemId(item),
        seq: Rev(seq),
        content: Content {
            media_type: MediaType::new("text/x-vcard"),
            body: b"BEGIN:VCARD".to_vec(),
        },
        digest: Digest(3),
        reason: reason.to_owned(),
        writer: Some(phone()),
        at: Millis(9),
        session: Some(7),
    }
}

pub fn peer() -> Peer {
    Peer {
        account: ACCOUNT,
        device: phone(),
        datastore: card(),
        client_anchor: Some(Anchor::parse("276").unwrap()),
        client_anchor_prev: Some(Anchor::parse("275").unwrap()),
        server_anchor: None,
        server_anchor_prev: Some(Anchor::parse("8").unwrap()),
        acked: Rev(1000),
        acked_prev: Rev(900),
        types: "text/vcard text/x-vcard".to_owned(),
        filter: "{}".to_owned(),
        filter_prev: String::new(),
        epoch: "0a1b2c3d".to_owned(),
        synced: Millis(5),
    }
}

pub fn session(name: &str, number: i64) -> Session {
    Session {
        account: ACCOUNT,
        token: token(name),
        device: phone(),
        client_session: "1A".to_owned(),
        number,
        state: b"{}".to_vec(),
        over: false,
        last_msg: 1,
        request_hash: -1,
        reply: vec![0, 1],
        reply_type: "application/vnd.syncml+wbxml".to_owned(),
        updated: Millis(10),
        expires: Millis(1000),
    }
}

pub fn staged(name: &str) -> Staged {
    Staged {
        account: ACCOUNT,
        device: phone(),
        datastore: card(),
        luid: luid(name),
        content: Content {
            media_type: MediaType::new("text/x-vcard"),
            body: vec![1],
        },
        digest: Digest(1),
        twin_key: TwinKey(2),
        parent: None,
    }
}

pub fn log_entry(at: i64, number: i64) -> LogEntry {
    LogEntry {
        account: ACCOUNT,
        at: Millis(at),
        device: phone(),
        number,
        datastore: "card".to_owned(),
        asked: 200,
        given: 201,
        why: "no anchor".to_owned(),
        outcome: "running".to_owned(),
        counts: "{}".to_owned(),
        quirks: "nokia".to_owned(),
        ended: Millis(at),
    }
}
