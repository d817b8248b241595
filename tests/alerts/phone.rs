//! A server that tells a device to sync, and a device that does: both in one thread.

use anchorage::auth::server::Server;
use anchorage::auth::{self, Auth, Chance, Keys, Password, Scheme, Secret};
use anchorage::client::{
    Datastore, Device, Exchange, Ignored, Lost, Mode, Profile, Reply, Summary,
};
use anchorage::ids::{AccountId, DeviceId, Millis, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::push::{Asked, Initiator, Notice, Ui, Wish, san};
use anchorage::session::{Host, Request, Settings};
use anchorage::store::{NewAccount, Notification, Options, Role, Store, StoreError};

const ALICE: AccountId = AccountId(7);
const PASSWORD: &str = "s3cret";
const SERVER: &str = "anchorage";
const START: i64 = 1_767_225_600_000;

fn keys() -> Keys {
    Keys::new(&Secret::from_bytes([3; 32]))
}

fn name() -> UserName {
    UserName::parse("alice").unwrap()
}

fn doorkeeper() -> Auth {
    Auth::new(keys(), [4; 32], Scheme::Md5)
}

fn host() -> Host {
    let store = Store::open("sqlite::memory:", &Options::default()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    let password = Password::parse(PASSWORD).unwrap();
    let chance = Chance {
        salt: [5; 16],
        seal: [6; 24],
    };
    let stored = auth::store(&keys(), ALICE, &name(), &password, Scheme::Md5, chance).unwrap();
    let account = NewAccount {
        id: ALICE,
        name: name(),
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        created: Millis(0),
    };
    let made = store.write(|tx| tx.create_account(&account));
    made.unwrap_or_else(|error: StoreError| panic!("{error}"));
    Host::new(store, doorkeeper(), Settings::default())
}

fn id() -> DeviceId {
    DeviceId::parse("IMEI:1").unwrap()
}

fn phone() -> Device {
    let mut profile = Profile::new("http://a.example/sync", id(), name(), PASSWORD);
    profile.datastores = ["contacts", "notes"]
        .map(|remote| Datastore {
            local: format!("./my-{remote}"),
            remote: remote.to_owned(),
            prefers: ContentType {
                ct_type: "text/x-vcard".into(),
                ver_ct: "2.1".into(),
            },
            takes: Vec::new(),
            hierarchical: false,
            spells_out_deletes: false,
            holds: Vec::new(),
            keeps: None,
        })
        .to_vec();
    Device::new(profile)
}

fn sync(host: &Host, phone: &mut Device, wanted: &[(String, Mode)], at: i64) -> Summary {
    let began = START + at;
    let mut moment = began;
    let transport = |exchange: &Exchange| {
        moment += 1000;
        let chance = u128::from(moment.unsigned_abs()) << 64;
        let answered = host.answer(&Request {
            body: &exchange.body,
            token: exchange.url.split_once("?s=").map(|(_, token)| token),
            endpoint: Some("http://a.example/sync"),
            now: Millis(moment),
            chance: chance.to_le_bytes(),
            ..Request::default()
        });
        let reply = answered.map_err(|refused| Lost(refused.to_string()))?;
        Ok(Reply {
            content_type: exchange.content_type.clone(),
            body: reply.body,
            hmac: reply.hmac,
        })
    };
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(local, mode)| (local.as_str(), *mode))
        .collect();
    let summary = phone.sync(&wanted, Millis(began), transport).unwrap();
    assert_eq!(summary.violations, Vec::<String>::new());
    summary
}

fn notice(session: u16, syncs: &[(Wish, &str)]) -> Notice {
    let asked = |(wish, uri): &(Wish, &str)| Asked {
        wish: *wish,
        content: 7,
        uri: (*uri).to_owned(),
    };
    Notice {
        version: san::VERSION_1_2,
        ui: Ui::Background,
        initiator: Initiator::Server,
        session,
        server: SERVER.to_owned(),
        syncs: syncs.iter().map(asked).collect(),
        vendor: Vec::new(),
    }
}

/// The notification with the digest that the server makes for Alice's phone.
fn package(host: &Host, notice: &Notice) -> Vec<u8> {
    let account = host.store().read(|tx| tx.account(ALICE));
    let account = account
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
        .unwrap();
    let server = Server {
        id: SERVER,
        account: &account,
        password: None,
    };
    let digest = doorkeeper().server_digest(server, b"", &notice.bytes().unwrap());
    notice.package(Some(digest.unwrap())).unwrap()
}

fn noted(host: &Host) -> Option<Notification> {
    let noted = host.store().read(|tx| tx.notification(ALICE, &id()));
    noted.unwrap_or_else(|error: StoreError| panic!("{error}"))
}

/// REQ-SAN-3, REQ-SAN-8: the phone believes its server, does what was asked, and the server knows it by the session.
#[test]
fn a_notified_device_comes_with_the_session_it_was_told() {
    let (host, mut phone) = (host(), phone());
    let all = [
        ("./my-contacts".to_owned(), Mode::TwoWay),
        ("./my-notes".to_owned(), Mode::TwoWay),
    ];
    sync(&host, &mut phone, &all, 0);
    let told = host.store().write(|tx| {
        tx.put_notification(&Notification {
            account: ALICE,
            device: id(),
            session: 4660,
            times: 1,
            sent: Millis(START + 50_000),
            answered: None,
        })
    });
    told.unwrap_or_else(|error: StoreError| panic!("{error}"));
    sync(&host, &mut phone, &all, 60_000);
    assert_eq!(noted(&host).unwrap().answered, None, "it came by itself");

    let notice = notice(4660, &[(Wish::OneWayFromServer, "./Notes")]);
    let package = package(&host, &notice);
    let wanted = phone.notified(SERVER, &package).unwrap();
    assert_eq!(wanted, [("./my-notes".to_owned(), Mode::OneWayFromServer)]);
    sync(&host, &mut phone, &wanted, 120_000);
    assert!(noted(&host).unwrap().answered.is_some());
    assert_eq!(
        phone.notified(SERVER, &package),
        Err(Ignored::Again),
        "sent twice, for safety"
    );
}

#[test]
fn a_notification_without_names_means_everything() {
    let (host, mut phone) = (host(), phone());
    let wanted = phone.notified(SERVER, &package(&host, &notice(0, &[])));
    assert_eq!(
        wanted.unwrap(),
        [
            ("./my-contacts".to_owned(), Mode::TwoWay),
            ("./my-notes".to_owned(), Mode::TwoWay)
        ]
    );
}

/// REQ-SAN-3.
#[test]
fn a_notification_that_is_not_the_servers_does_nothing() {
    let (host, mut phone) = (host(), phone());
    let notice = notice(9, &[(Wish::RefreshFromServer, "contacts")]);
    let good = package(&host, &notice);
    for at in 0..good.len() {
        let mut forged = good.clone();
        forged[at] ^= 1;
        assert!(phone.notified(SERVER, &forged).is_err(), "byte {at}");
    }
    let unsigned = notice.package(None).unwrap();
    assert_eq!(phone.notified(SERVER, &unsigned), Err(Ignored::Forged));
    assert_eq!(
        phone.notified("another", &good),
        Err(Ignored::Stranger(SERVER.into()))
    );
    assert!(phone.notified(SERVER, &good).is_ok());
}
