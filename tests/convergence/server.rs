//! The server of a history: a host over a store in memory, which can be dropped and made anew between any two messages.

use std::cell::RefCell;
use std::sync::OnceLock;

use anchorage::auth::{Auth, Keys, Scheme, Secret, seal};
use anchorage::client::{Exchange, Reply};
use anchorage::codec::Encoding;
use anchorage::ids::{AccountId, CollectionId, DeviceId, ItemId, Millis, UserName};
use anchorage::session::{Envelope, Host, Request, Settings};
use anchorage::store::{
    Collection, Device, Item, NewAccount, Options, Policy, Role, Store, StoreError,
};
use anchorage::sync::{Release, Released};
use argon2::{Argon2, PasswordHasher as _};

use crate::chance::Chance;

pub const ENDPOINT: &str = "http://a.example/sync";
pub const PASSWORD: &str = "s3cret-of-the-sea";
/// The state hash counts modulo this prime.
const MODULUS: i64 = (1 << 31) - 1;

/// A store with its tables, to be shared by histories one after the other: each has its own accounts.
pub fn store() -> Store {
    let store = Store::open("sqlite::memory:", &Options::default()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    store
}

pub struct Server {
    host: Host,
    store: Store,
    settings: Settings,
    /// Everything it said in XML, to be judged by the DTD.
    said: RefCell<Vec<Vec<u8>>>,
}

impl Server {
    pub fn new(store: &Store, settings: Settings) -> Self {
        Self {
            host: host(store, &settings),
            store: store.clone(),
            settings,
            said: RefCell::default(),
        }
    }

    /// What was in memory is lost.
    pub fn restart(&mut self) {
        self.host = host(&self.store, &self.settings);
    }

    /// Makes an account whose collections settle conflicts by these policies.
    pub fn enroll(&self, id: AccountId, name: &UserName, policies: &[(&str, Policy)]) {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(cheap_hash);
        let clear = format!("{name}:{PASSWORD}");
        let account = NewAccount {
            id,
            name: name.clone(),
            password_hash: hash.clone(),
            md5_secret: Some(seal::seal(&keys(), id, &clear, [9; seal::NONCE_BYTES]).unwrap()),
            role: Role::User,
            created: Millis(0),
        };
        let made = self.store.write(|tx| {
            tx.create_account(&account)?;
            for (collection, policy) in policies {
                tx.set_policy(id, &CollectionId::parse(collection).unwrap(), *policy)?;
            }
            Ok::<_, StoreError>(())
        });
        made.unwrap();
    }

    /// Sets flags of a device before it first comes, as `device set` does.
    pub fn introduce(&self, account: AccountId, id: &DeviceId, flags: &str, now: Millis) {
        let device = Device {
            account,
            id: id.clone(),
            devinf: None,
            user_agent: None,
            hints: None,
            quirks: Some(flags.to_owned()),
            auth_count: 0,
            first_seen: now,
            last_seen: now,
        };
        let put = self.store.write(|tx| tx.put_device(&device));
        put.unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    /// Delivers a message; the reply, or why there is none.
    pub fn deliver(
        &self,
        exchange: &Exchange,
        now: Millis,
        chance: &mut Chance,
    ) -> Result<Reply, String> {
        let token = exchange.url.split_once("?s=").map(|(_, token)| token);
        let request = Request {
            body: &exchange.body,
            charset: None,
            token,
            endpoint: Some(ENDPOINT),
            user_agent: None,
            envelope: Envelope {
                hmac: exchange.hmac.as_deref(),
                ..Envelope::default()
            },
            hints: &[],
            now,
            chance: chance.bytes(),
            ..Request::default()
        };
        let reply = self
            .host
            .answer(&request)
            .map_err(|refused| format!("{refused:?}"))?;
        let spelling = match reply.encoding {
            Encoding::Xml => {
                self.said.borrow_mut().push(reply.body.clone());
                "xml"
            }
            Encoding::Wbxml => "wbxml",
        };
        Ok(Reply {
            content_type: format!("application/vnd.syncml+{spelling}"),
            body: reply.body,
            hmac: reply.hmac,
        })
    }

    /// A person decides on the deletions of a device that were held back.
    pub fn release(
        &self,
        account: AccountId,
        device: &DeviceId,
        now: Millis,
        decision: Release,
    ) -> Released {
        self.store
            .write(|tx| anchorage::sync::release(tx, account, device, now, decision))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    /// Everything it said in XML.
    pub fn said(&self) -> Vec<Vec<u8>> {
        self.said.take()
    }

    /// The live items of a collection.
    pub fn items(&self, account: AccountId, collection: &str) -> Vec<Item> {
        let id = CollectionId::parse(collection).unwrap();
        let items = self
            .store
            .read(|tx| tx.items_of(account, &id, ItemId(0), 10_000));
        items.unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    /// Where a collection's hash and count do not agree with what lies in it.
    pub fn audit(&self, account: AccountId) -> Vec<String> {
        let collections: Result<Vec<Collection>, StoreError> =
            self.store.read(|tx| tx.collections(account));
        let mut wrong = Vec::new();
        for collection in collections.unwrap() {
            let items = self.items(account, collection.id.as_str());
            let hash = items.iter().fold(0, |sum, item| {
                (sum + anchorage::store::term(item.id, item.digest)) % MODULUS
            });
            if hash != collection.state_hash {
                wrong.push(format!("the state hash of {} is wrong", collection.id));
            }
            if i64::try_from(items.len()).unwrap() != collection.live {
                wrong.push(format!(
                    "{} holds {} items, not {}",
                    collection.id,
                    items.len(),
                    collection.live
                ));
            }
        }
        wrong
    }
}

/// A hash of the password that costs next to nothing to check.
fn cheap_hash() -> String {
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = argon2.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]);
    hash.unwrap().to_string()
}

fn keys() -> Keys {
    Keys::new(&Secret::from_bytes([3; 32]))
}

fn host(store: &Store, settings: &Settings) -> Host {
    let auth = Auth::new(keys(), [5; 32], Scheme::Md5);
    Host::new(store.clone(), auth, settings.clone())
}
