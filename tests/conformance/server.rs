//! A server with one user, whose clock and chance are the test's, and what others do to his items meanwhile.

use std::collections::BTreeMap;

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::ids::{AccountId, CollectionId, DeviceId, ItemId, Millis, UserName};
use anchorage::item::{Content, MediaType};
use anchorage::pim;
use anchorage::session::{
    Ends, Envelope, Host, Patience, Refused, Reply, Request, Settings, Style,
};
use anchorage::store::{
    Item, NewAccount, Options, Policy, Revision, Role, Store, StoreError, Tx, term,
};
use anchorage::sync::{self, Guard};

use crate::common::postgres::{Database, database};
use crate::story::{Decision, Elsewhere};

/// The user of every story.
pub const USER: &str = "anna";
/// And the password.
pub const PASSWORD: &str = "green-ladder-42";
/// Where the server is reached.
pub const ENDPOINT: &str = "http://sync.example.org/sync";

const ACCOUNT: AccountId = AccountId(7);
/// The beginning of time in every story: 2026-01-01T00:00:00Z, in milliseconds.
const BEGIN: i64 = 1_767_225_600_000;
/// Between two messages, in milliseconds.
const STEP_MS: i64 = 1_000;

/// Which database a story is played on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// In memory.
    Sqlite,
    /// In a schema of its own.
    Postgres,
}

/// How the server is set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The user's scheme.
    pub scheme: Scheme,
    /// Credentials with every message.
    pub per_message: bool,
    /// The credentials of an HTTP header count.
    pub http_basic: bool,
    /// How conflicts are settled.
    pub policy: Option<Policy>,
    /// How a device is told to wait.
    pub busy_style: Style,
    /// How many deletions are too many.
    pub guard: Guard,
    /// A Copy with data is an Add.
    pub copy_as_add: bool,
    /// So many numbers of items are used up before.
    pub used_numbers: i64,
}

/// A running server.
pub struct Server {
    host: Host,
    /// How the device names its software.
    pub user_agent: String,
    now: Millis,
    moments: u8,
    _database: Option<Database>,
}

impl Server {
    /// With nothing but its user.
    pub fn new(on: On, setting: Setting) -> Self {
        let database = (on == On::Postgres).then(database);
        let url = database
            .as_ref()
            .map_or("sqlite::memory:", |database| database.url());
        let store = Store::open(url, &Options::default()).unwrap();
        store.migrate("0a1b2c3d").unwrap();
        let keys = Keys::new(&Secret::from_bytes([7; 32]));
        let account = new_account(&keys, setting.scheme);
        store
            .write(|tx| {
                tx.create_account(&account)?;
                if setting.used_numbers > 0 {
                    tx.reserve_items(ACCOUNT, setting.used_numbers)?;
                }
                for collection in tx.collections(ACCOUNT)? {
                    if let Some(policy) = setting.policy {
                        tx.set_policy(ACCOUNT, &collection.id, policy)?;
                    }
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let settings = Settings {
            per_message: setting.per_message,
            http_basic: setting.http_basic,
            busy_style: setting.busy_style,
            guard: setting.guard,
            copy_as_add: setting.copy_as_add,
            ..Settings::default()
        };
        let host = Host::new(store, Auth::new(keys, [9; 32], setting.scheme), settings);
        Self {
            host,
            user_agent: "story".to_owned(),
            now: Millis(BEGIN),
            moments: 0,
            _database: database,
        }
    }

    /// Time goes on; what is random is another.
    pub fn tick(&mut self) {
        self.now = Millis(self.now.0 + STEP_MS);
        self.moments = self.moments.wrapping_add(1);
    }

    /// One message with nothing around it.
    pub fn answer(&self, body: &[u8], token: Option<&str>) -> Result<Reply, Refused> {
        self.answer_in(Envelope::default(), body, token, None)
    }

    /// One message. Where work on it is `late` the device is told to wait at that moment, and the work goes on to its end.
    pub fn answer_in(
        &self,
        envelope: Envelope<'_>,
        body: &[u8],
        token: Option<&str>,
        late: Option<Ends>,
    ) -> Result<Reply, Refused> {
        let patience = late.map(Patience::ending);
        let reply = self.host.answer(&Request {
            body,
            charset: None,
            token,
            endpoint: Some(ENDPOINT),
            user_agent: Some(&self.user_agent),
            envelope,
            hints: &[],
            now: self.now,
            chance: [self.moments; 16],
            patience: patience.as_ref(),
            ..Request::default()
        })?;
        Ok(patience
            .and_then(|patience| patience.tell())
            .unwrap_or(reply))
    }

    /// Sets flags of every device of the user.
    pub fn set(&self, flags: &BTreeMap<String, String>) {
        let json = serde_json::to_string(flags).unwrap();
        let devices = self.host.store().write(|tx| {
            let devices = tx.devices(ACCOUNT)?;
            for device in &devices {
                assert!(tx.set_device_quirks(ACCOUNT, &device.id, Some(&json))?);
            }
            Ok::<_, StoreError>(devices)
        });
        assert!(!devices.unwrap().is_empty(), "no device yet");
    }

    /// Another device's doing.
    pub fn elsewhere(&mut self, event: &Elsewhere) {
        self.tick();
        let now = self.now;
        if let Some(decision) = event.release {
            return self.release(decision);
        }
        let body = event.body.replace('\n', "\r\n").into_bytes();
        let declared = MediaType::new(event.media_type.as_deref().unwrap_or_default());
        let content = Content {
            media_type: pim::classify(&body, &declared),
            body,
        };
        let folder = event.folder.map(ItemId);
        self.host
            .store()
            .write(
                |tx| match (&event.add, event.replace, event.delete, event.moved) {
                    (Some(collection), None, None, None) => {
                        let id = tx.reserve_items(ACCOUNT, 1)?;
                        put(
                            tx,
                            id,
                            &CollectionId::parse(collection).unwrap(),
                            Some(content),
                            folder,
                            now,
                        )
                    }
                    (None, Some(id), None, None) => {
                        change(tx, ItemId(id), Some(content), folder, now)
                    }
                    (None, None, Some(id), None) => change(tx, ItemId(id), None, folder, now),
                    (None, None, None, Some(id)) => {
                        let content = tx.items(ACCOUNT, &[ItemId(id)])?.pop().unwrap().content;
                        change(tx, ItemId(id), Some(content), folder, now)
                    }
                    _ => panic!("one of add, replace, delete and moved: {event:?}"),
                },
            )
            .unwrap();
    }

    /// A person decides on what the only device did.
    fn release(&self, decision: Decision) {
        let decision = match decision {
            Decision::CarryOut => sync::Release::CarryOut,
            Decision::GiveBack => sync::Release::GiveBack,
        };
        let store = self.host.store();
        let released = store.write(|tx| {
            let device = tx.devices(ACCOUNT)?.pop().unwrap();
            sync::release(tx, ACCOUNT, &device.id, self.now, decision)
        });
        assert_ne!(released.unwrap(), sync::Released::default());
    }

    /// The titles of the living items by collection; behind those of the folders they lie in, which must live.
    pub fn titles(&self) -> BTreeMap<String, Vec<String>> {
        let mut titles = BTreeMap::<String, Vec<String>>::new();
        let items = self.items();
        for item in &items {
            let (mut title, mut above) = (pim::title(&item.content), item.parent);
            for depth in 0.. {
                assert!(depth < 100, "item {} lies in itself", item.id);
                if above == ItemId(0) {
                    break;
                }
                let folder = items.iter().find(|one| one.id == above).unwrap();
                assert_eq!(folder.collection, item.collection);
                assert_eq!(pim::kind(&folder.content), pim::Kind::Folder);
                title = format!("{}/{title}", pim::title(&folder.content));
                above = folder.parent;
            }
            titles
                .entry(item.collection.to_string())
                .or_default()
                .push(title);
        }
        for of in titles.values_mut() {
            of.sort_unstable();
        }
        titles
    }

    /// The names that a device gave to items, by collection, and the items.
    pub fn luids(&self, device: &DeviceId) -> BTreeMap<(String, String), Item> {
        let known = self.host.store().read(|tx| {
            let maps = tx.maps_of(ACCOUNT, device)?;
            let mut known = BTreeMap::new();
            for map in maps {
                let item = tx.items(ACCOUNT, &[map.item])?.pop();
                if let (Some(luid), Some(item)) = (map.luid, item.filter(|item| !item.deleted)) {
                    known.insert((item.collection.to_string(), luid.to_string()), item);
                }
            }
            Ok::<_, StoreError>(known)
        });
        known.unwrap()
    }

    /// The living items.
    pub fn items(&self) -> Vec<Item> {
        let all = self.host.store().read(|tx| {
            let mut all = Vec::new();
            for collection in tx.collections(ACCOUNT)? {
                let items = tx.items_of(ACCOUNT, &collection.id, ItemId(0), 10_000)?;
                assert_eq!(
                    (collection.live, collection.state_hash),
                    sums(&items),
                    "what {} says of itself",
                    collection.id
                );
                all.extend(items);
            }
            Ok::<_, StoreError>(all)
        });
        all.unwrap()
    }
}

/// What a collection of these items must know of itself: how many there are, and the sum over them.
fn sums(items: &[Item]) -> (i64, i64) {
    let live = items.iter().filter(|item| !item.deleted);
    let sum = live
        .clone()
        .map(|item| term(item.id, item.digest))
        .fold(0_i64, |sum, term| (sum + term).rem_euclid(2_147_483_647));
    (i64::try_from(live.count()).unwrap(), sum)
}

fn new_account(keys: &Keys, scheme: Scheme) -> NewAccount {
    let name = UserName::parse(USER).unwrap();
    let chance = Chance {
        salt: [3; 16],
        seal: [4; 24],
    };
    let password = Password::parse(PASSWORD).unwrap();
    let stored = auth::store(keys, ACCOUNT, &name, &password, scheme, chance).unwrap();
    NewAccount {
        id: ACCOUNT,
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: Millis(BEGIN),
    }
}

fn change(
    tx: &mut Tx<'_>,
    id: ItemId,
    to: Option<Content>,
    folder: Option<ItemId>,
    now: Millis,
) -> Result<(), StoreError> {
    let item = tx.items(ACCOUNT, &[id])?.pop().unwrap();
    assert!(!item.deleted, "item {id} is gone already");
    if to.is_some() {
        tx.put_revisions(&[Revision {
            account: ACCOUNT,
            item: id,
            seq: item.seq,
            content: item.content,
            digest: item.digest,
            reason: "superseded".to_owned(),
            writer: None,
            at: now,
            session: None,
        }])?;
    }
    put(tx, id, &item.collection, to, folder, now)
}

/// Puts an item there, in the place of what was there; without content a tombstone.
fn put(
    tx: &mut Tx<'_>,
    id: ItemId,
    collection: &CollectionId,
    content: Option<Content>,
    folder: Option<ItemId>,
    now: Millis,
) -> Result<(), StoreError> {
    let seq = tx.tick(ACCOUNT, now)?;
    let former = tx.items(ACCOUNT, &[id])?.pop();
    let deleted = content.is_none();
    let content = content
        .or(former.as_ref().map(|former| former.content.clone()))
        .unwrap();
    let parent = folder.or(former.as_ref().map(|former| former.parent));
    let parent = parent.unwrap_or(ItemId(0));
    let item = Item {
        account: ACCOUNT,
        id,
        collection: collection.clone(),
        seq,
        created_seq: former.as_ref().map_or(seq, |former| former.created_seq),
        deleted,
        digest: pim::digest(&content).under(parent.0),
        twin_key: pim::twin_key(&content),
        parent,
        content,
        writer: None,
        modified: now,
    };
    let weight = |item: &Item| {
        if item.deleted {
            0
        } else {
            term(id, item.digest)
        }
    };
    let count = |item: &Item| i64::from(!item.deleted);
    let hash = weight(&item) - former.as_ref().map_or(0, weight);
    let live = count(&item) - former.as_ref().map_or(0, count);
    tx.put_items(&[item])?;
    tx.touch_collection(ACCOUNT, collection, seq, hash, live)
}
