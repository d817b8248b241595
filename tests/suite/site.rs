//! A server with one user, over HTTP or in this thread, and the account the suite is given.

use std::cell::Cell;
use std::thread;

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::client;
use anchorage::client::http::Answer;
use anchorage::client::suite::Setting;
use anchorage::client::{Exchange, Reply};
use anchorage::codec::{Encoding, Version};
use anchorage::ids::{AccountId, Millis, UserName};
use anchorage::serve::{Bound, Options};
use anchorage::session::{Host, Request, Settings};
use anchorage::store::{self, NewAccount, Role, Store};

const PASSWORD: &str = "green-ladder-42";
const BEGIN: Millis = Millis(1_767_225_600_000);
/// Where the server in this thread says it is.
pub const ENDPOINT: &str = "http://sync.example.org/sync";

/// The suite's account on the server at this URL.
pub fn setting(url: &str, version: Version, encoding: Encoding) -> Setting {
    let number = |version| match version {
        Version::V10 => 10,
        Version::V11 => 11,
        Version::V12 => 12,
    };
    Setting {
        url: url.to_owned(),
        user: UserName::parse("anna").unwrap(),
        password: client::Password(PASSWORD.to_owned()),
        scheme: client::Scheme::Md5,
        contacts: "contacts".to_owned(),
        calendar: "calendar".to_owned(),
        prefix: "suite".to_owned(),
        same_devices: false,
        tag: format!(
            "C0badcafe{}{}",
            number(version),
            if encoding == Encoding::Xml { "x" } else { "w" }
        ),
        now: BEGIN,
    }
}
/// A server on a free port; its thread ends with the test.
pub fn serve(database: &str) -> String {
    let host = host(database);
    let bound = Bound::new(Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
        max_request_bytes: 8 << 20,
        busy_after: None,
        workers: Some(1),
    });
    let bound = bound.unwrap();
    let url = format!("http://{}/sync", bound.address().unwrap());
    thread::spawn(move || bound.run(host));
    url
}

fn account(keys: &Keys) -> NewAccount {
    let name = UserName::parse("anna").unwrap();
    let chance = Chance {
        salt: [3; 16],
        seal: [4; 24],
    };
    let password = Password::parse(PASSWORD).unwrap();
    let stored = auth::store(keys, AccountId(7), &name, &password, Scheme::Md5, chance).unwrap();
    NewAccount {
        id: AccountId(7),
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: BEGIN,
    }
}

fn host(database: &str) -> Host {
    let store = Store::open(database, &store::Options::default()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    let keys = Keys::new(&Secret::from_bytes([7; 32]));
    store
        .write(|tx| tx.create_account(&account(&keys)))
        .unwrap();
    Host::new(
        store,
        Auth::new(keys, [9; 32], Scheme::Md5),
        Settings::default(),
    )
}

/// A server in this thread, with its database in memory.
pub struct Here {
    host: Host,
    moments: Cell<u32>,
}

impl Here {
    pub fn new() -> Self {
        Self {
            host: host("sqlite::memory:"),
            moments: Cell::new(0),
        }
    }

    /// Answers a message as the server would over HTTP.
    pub fn answer(&self, exchange: &Exchange) -> Answer {
        let moment = self.moments.get() + 1;
        self.moments.set(moment);
        let mut chance = [0; 16];
        chance[..4].copy_from_slice(&moment.to_be_bytes());
        let reply = self.host.answer(&Request {
            body: &exchange.body,
            token: exchange.url.split_once("?s=").map(|(_, token)| token),
            endpoint: Some(ENDPOINT),
            user_agent: Some("suite"),
            now: Millis(BEGIN.0 + i64::from(moment) * 1000),
            chance,
            ..Request::default()
        });
        let (status, body) = reply.map_or((400, Vec::new()), |reply| (200, reply.body));
        Answer {
            status,
            reason: status.to_string(),
            reply: Reply {
                content_type: exchange.content_type.clone(),
                body,
                hmac: None,
            },
        }
    }
}
