//! A server on a free port, and somebody who posts to it.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::codec::Limits;
use anchorage::ids::{AccountId, Millis, UserName};
use anchorage::message::{Command, Message, StatusCode};
use anchorage::serve::{Bound, Options};
use anchorage::session::{Host, Settings};
use anchorage::store::{self, NewAccount, Role, Store};

use crate::validate::assert_valid;

pub const XML: &str = "application/vnd.syncml+xml";
pub const WBXML: &str = "application/vnd.syncml+wbxml";
/// Longest body the server takes, in bytes.
pub const MAX_BYTES: usize = 64 << 10;
/// `anna:green-ladder-42`.
pub const RIGHT: &str = "YW5uYTpncmVlbi1sYWRkZXItNDI=";

/// The account of the user `anna`.
pub const ANNA: AccountId = AccountId(7);

/// A running server; its thread ends with the test.
pub struct Site {
    address: SocketAddr,
    agent: ureq::Agent,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Site {
    /// With the database in memory.
    pub fn new() -> Self {
        Self::over("sqlite::memory:", None)
    }

    /// With the database in memory, set in this way.
    pub fn set(settings: Settings) -> Self {
        Self::set_at(settings, None)
    }

    /// As [`Site::set`], known to devices by a URL.
    pub fn set_at(settings: Settings, public_url: Option<&str>) -> Self {
        Self::open("sqlite::memory:", public_url, settings)
    }

    /// Over a database, known to devices by a URL.
    pub fn over(database: &str, public_url: Option<&str>) -> Self {
        Self::open(database, public_url, Settings::default())
    }

    fn open(database: &str, public_url: Option<&str>, settings: Settings) -> Self {
        let store = store(database, Duration::from_secs(1));
        Self::on(store, public_url, None, settings)
    }

    /// A node over a store, which other nodes may share.
    pub fn on(
        store: Store,
        public_url: Option<&str>,
        busy_after: Option<Duration>,
        settings: Settings,
    ) -> Self {
        let keys = Keys::new(&Secret::from_bytes([7; 32]));
        let settings = Settings {
            limits: Limits {
                bytes: MAX_BYTES,
                ..Limits::default()
            },
            ..settings
        };
        let host = Host::new(store, Auth::new(keys, [9; 32], Scheme::Md5), settings);
        let bound = Bound::new(Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            public_url: public_url.map(str::to_owned),
            max_request_bytes: MAX_BYTES,
            workers: Some(1),
            busy_after,
        });
        let bound = bound.unwrap();
        let address = bound.address().unwrap();
        thread::spawn(move || bound.run(host));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .build()
            .into();
        Self { address, agent }
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Posts a body to `/sync`.
    pub fn post(&self, content_type: &str, body: &[u8]) -> Answer {
        self.post_with(&self.url("/sync"), &[("Content-Type", content_type)], body)
    }

    pub fn post_with(&self, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body).unwrap())
    }

    /// Posts in chunks, without saying how much is to come.
    pub fn post_chunked(&self, body: &[u8]) -> Answer {
        let mut reader = body;
        let request = self.agent.post(self.url("/sync")).content_type(XML);
        answer(
            request
                .send(ureq::SendBody::from_reader(&mut reader))
                .unwrap(),
        )
    }

    pub fn get(&self, path: &str) -> Answer {
        answer(self.agent.get(self.url(path)).call().unwrap())
    }

    pub fn put(&self, path: &str) -> Answer {
        answer(self.agent.put(self.url(path)).send("x").unwrap())
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let answer = Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_vec().unwrap(),
    };
    if answer.status == 200 && answer.header("content-type") == Some(XML) {
        assert_valid(&answer.body);
    }
    answer
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The message in it.
    pub fn message(&self) -> Message {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        Message::decode(&self.body, None, &Limits::default())
            .unwrap()
            .message
    }

    /// Command and code of each Status, in their order.
    pub fn statuses(&self) -> Vec<(String, u16)> {
        statuses(&self.message())
            .map(|(cmd, code)| (cmd.to_owned(), code.number()))
            .collect()
    }
}

fn statuses(message: &Message) -> impl Iterator<Item = (&str, StatusCode)> {
    message.body.iter().filter_map(|command| {
        if let Command::Status(status) = command {
            Some((status.cmd.as_str(), status.code.unwrap()))
        } else {
            None
        }
    })
}

/// The tables, and anna in them. A writer waits so long for its turn.
pub fn store(database: &str, patience: Duration) -> Store {
    let options = store::Options {
        patience,
        ..store::Options::default()
    };
    let store = Store::open(database, &options).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    let keys = Keys::new(&Secret::from_bytes([7; 32]));
    store
        .write(|tx| tx.create_account(&account(&keys)))
        .unwrap();
    store
}

fn account(keys: &Keys) -> NewAccount {
    let (id, name) = (ANNA, UserName::parse("anna").unwrap());
    let password = Password::parse("green-ladder-42").unwrap();
    let chance = Chance {
        salt: [3; 16],
        seal: [4; 24],
    };
    let stored = auth::store(keys, id, &name, &password, Scheme::Md5, chance).unwrap();
    NewAccount {
        id,
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: Millis(0),
    }
}

/// A message of 1.2 with this number, this Basic data in its header and these commands.
pub fn message(number: u32, cred: Option<&str>, body: &str) -> String {
    versioned("1.2", "SyncML/1.2", number, cred, body)
}

pub fn versioned(dtd: &str, proto: &str, number: u32, cred: Option<&str>, body: &str) -> String {
    let cred = cred.map_or_else(String::new, |data| {
        format!(
            "<Cred><Meta><Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>syncml:auth-basic</Type></Meta><Data>{data}</Data></Cred>"
        )
    });
    format!(
        "<?xml version='1.0'?><SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>{dtd}</VerDTD><VerProto>{proto}</VerProto>\
         <SessionID>1</SessionID><MsgID>{number}</MsgID><Target><LocURI>http://sync.example.org/sync</LocURI></Target>\
         <Source><LocURI>IMEI:1</LocURI><LocName>anna</LocName></Source>{cred}</SyncHdr><SyncBody>{body}</SyncBody></SyncML>"
    )
}

/// An Alert for a datastore, in its first sync.
pub fn alert(number: u32, datastore: &str) -> String {
    format!(
        "<Alert><CmdID>{number}</CmdID><Data>201</Data><Item><Target><LocURI>{datastore}</LocURI></Target><Source><LocURI>./{datastore}</LocURI></Source>\
         <Meta><Anchor xmlns='syncml:metinf'><Next>1</Next></Anchor></Meta></Item></Alert>"
    )
}

/// A Sync of contacts with one Add.
pub fn one_contact() -> &'static str {
    "<Sync><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./contacts</LocURI></Source>\
     <Add><CmdID>2</CmdID><Meta><Type xmlns='syncml:metinf'>text/vcard</Type></Meta><Item><Source><LocURI>1</LocURI></Source>\
     <Data>BEGIN:VCARD\r\nVERSION:3.0\r\nN:Arden;Ada\r\nFN:Ada Arden\r\nEND:VCARD\r\n</Data></Item></Add></Sync><Final/>"
}

/// A first message that opens contacts.
pub fn opening() -> String {
    message(1, Some(RIGHT), &format!("{}<Final/>", alert(1, "contacts")))
}
