//! Phones that sync with the database of the executable, through a host in this process.

use anchorage::auth::{Auth, Keys, Scheme, Secret};
use anchorage::client::{self, Datastore, Device, Exchange, Lost, Mode, Profile, Reply};
use anchorage::ids::{DeviceId, Millis, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::session::{Host, Request, Settings};
use anchorage::store::{Options, Store};
use anchorage::sync::Guard;

use crate::home::Home;

/// The datastore of every phone.
pub const BOOK: &str = "contacts";

const URL: &str = "http://server/sync";

/// Alice's home, and the host that serves her database.
pub struct Scene {
    pub home: Home,
    host: Host,
    /// Now, in milliseconds.
    pub clock: i64,
}

impl Scene {
    pub fn new(guard: Guard) -> Self {
        let home = Home::with_alice();
        let data = home.path(".local/share/anchorage/anchorage.sqlite");
        let store = Store::open(&format!("sqlite:{}", data.display()), &Options::default());
        let keys = Keys::new(&Secret::from_bytes([1; 32]));
        let settings = Settings {
            guard,
            ..Settings::default()
        };
        let auth = Auth::new(keys, [4; 32], Scheme::Basic);
        Self {
            home,
            host: Host::new(store.unwrap(), auth, settings),
            clock: 1_767_225_600_000,
        }
    }

    /// A two-way sync of the phone, by the book.
    pub fn sync(&mut self, phone: &mut Device) {
        let (host, clock) = (&self.host, &mut self.clock);
        let now = Millis(*clock);
        let transport = |exchange: &Exchange| {
            *clock += 1_000;
            let answered = host.answer(&Request {
                body: &exchange.body,
                token: exchange.url.split_once("?s=").map(|(_, token)| token),
                endpoint: Some(URL),
                now: Millis(*clock),
                chance: (u128::from(clock.unsigned_abs()) << 64).to_le_bytes(),
                ..Request::default()
            });
            let reply = answered.map_err(|refused| Lost(refused.to_string()))?;
            Ok(Reply {
                content_type: exchange.content_type.clone(),
                body: reply.body,
                hmac: reply.hmac,
            })
        };
        let asked = [(BOOK, Mode::TwoWay)];
        let summary = phone.sync(&asked, now, transport).unwrap();
        assert_eq!(summary.violations, Vec::<String>::new());
    }
}

/// A phone of alice's with a book of vCards 2.1.
pub fn phone(id: &str) -> Device {
    let prefers = ContentType {
        ct_type: "text/x-vcard".to_owned(),
        ver_ct: "2.1".to_owned(),
    };
    let book = Datastore {
        local: BOOK.to_owned(),
        remote: BOOK.to_owned(),
        prefers,
        takes: Vec::new(),
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    };
    let (id, alice) = (DeviceId::parse(id), UserName::parse("alice"));
    let profile = Profile::new(URL, id.unwrap(), alice.unwrap(), "s3cret");
    Device::new(Profile {
        scheme: client::Scheme::Basic,
        datastores: vec![book],
        ..profile
    })
}
