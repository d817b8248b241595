//! Notifications byte for byte.

use super::*;
use crate::auth::{Auth, Chance, Keys, Password, Scheme, Secret, server::Server, store};
use crate::ids::{AccountId, Millis, Rev, UserName};
use crate::store::{Account, Role};

/// A notification as the specification's arithmetic gives it, and as devices of the field were sent it.
struct Golden {
    what: &'static str,
    ui: Ui,
    initiator: Initiator,
    session: u16,
    server: &'static str,
    syncs: &'static [(Wish, u32, &'static str)],
    /// Password and nonce of the digest; `None` where there are zeros.
    secret: Option<(&'static str, &'static [u8])>,
    hex: &'static str,
}

const GOLDEN: [Golden; 4] = [
    Golden {
        what: "two datastores, in the background",
        ui: Ui::Background,
        initiator: Initiator::Server,
        session: 1,
        server: "anchorage",
        syncs: &[(Wish::TwoWay, 7, "contacts"), (Wish::TwoWay, 6, "calendar")],
        secret: Some(("s3cret", b"anchorage-nonce1")),
        hex: "cdd8d3a47d54e289535fe83d70ee68cb 0318000000 0001 09616e63686f72616765 20 \
              60000007 08636f6e7461637473 60000006 0863616c656e646172",
    },
    Golden {
        what: "everything, and the user sees it",
        ui: Ui::Informative,
        initiator: Initiator::Server,
        session: 0x1234,
        server: "anchorage",
        syncs: &[],
        secret: Some(("s3cret", b"anchorage-nonce1")),
        hex: "052b214539aca06475e94560e751b937 0328000000 1234 09616e63686f72616765 00",
    },
    Golden {
        what: "no secret, as iSync has it",
        ui: Ui::Background,
        initiator: Initiator::Server,
        session: 1,
        server: "iSync",
        syncs: &[
            (Wish::TwoWay, 7, "Contacts"),
            (Wish::TwoWay, 6, "Calendars"),
        ],
        secret: None,
        hex: "00000000000000000000000000000000 0318000000 0001 056953796e63 20 \
              60000007 08436f6e7461637473 60000006 0943616c656e64617273",
    },
    Golden {
        what: "a refresh that the user asked for",
        ui: Ui::Interactive,
        initiator: Initiator::User,
        session: 0,
        server: "srv",
        syncs: &[(Wish::RefreshFromServer, 3, "notes")],
        secret: Some(("pw", b"")),
        hex: "9dc0a073d936c3f3c139cd8c6d0dd196 0330000000 0000 03737276 10 a0000003 056e6f746573",
    },
];

/// Two that the phones of one maker were sent: no password, no nonce, no session, no type.
const CAPTURED: [(&str, &str); 2] = [
    (
        "Contacts",
        "0179ab671b68f26698269b4ca78222ad 0318000000 0000 12504320537569746520446174612053796e63 10 \
         60000000 08436f6e7461637473",
    ),
    (
        "Calendar",
        "65adf16b1feed840028683cfc8226b8b 0318000000 0000 12504320537569746520446174612053796e63 10 \
         60000000 0843616c656e646172",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .filter(u8::is_ascii_hexdigit)
        .map(|digit| char::from(digit).to_digit(16).unwrap().try_into().unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn notice(golden: &Golden) -> Notice {
    let asked = |(wish, content, uri): &(Wish, u32, &str)| Asked {
        wish: *wish,
        content: *content,
        uri: (*uri).to_owned(),
    };
    Notice {
        version: VERSION_1_2,
        ui: golden.ui,
        initiator: golden.initiator,
        session: golden.session,
        server: golden.server.to_owned(),
        syncs: golden.syncs.iter().map(asked).collect(),
        vendor: Vec::new(),
    }
}

/// The digest as the server makes it, with the password of its user.
fn digest(server: &str, password: &str, nonce: &[u8], body: &[u8]) -> [u8; 16] {
    let keys = || Keys::new(&Secret::from_bytes([1; 32]));
    let (id, name) = (AccountId(1), UserName::parse("alice").unwrap());
    let password = Password::parse(password).unwrap();
    let chance = Chance {
        salt: [3; 16],
        seal: [4; 24],
    };
    let stored = store(&keys(), id, &name, &password, Scheme::Md5, chance).unwrap();
    let account = Account {
        id,
        name,
        password_hash: stored.hash,
        md5_secret: stored.md5_secret,
        role: Role::User,
        disabled: false,
        clock: Rev(0),
        created: Millis(0),
    };
    let server = Server {
        id: server,
        account: &account,
        password: None,
    };
    let auth = Auth::new(keys(), [2; 32], Scheme::Md5);
    auth.server_digest(server, nonce, body).unwrap()
}

/// REQ-SAN-1, REQ-SAN-2, REQ-SAN-3, ANC-23.
#[test]
fn a_notification_is_the_published_one_byte_for_byte() {
    for golden in &GOLDEN {
        let notice = notice(golden);
        let body = notice.bytes().unwrap();
        let digest = golden
            .secret
            .map(|(password, nonce)| digest(golden.server, password, nonce, &body));
        assert_eq!(
            notice.package(digest).unwrap(),
            bytes(golden.hex),
            "{}",
            golden.what
        );
    }
}

/// REQ-SAN-1, ANC-23.
#[test]
fn a_notification_is_read_back_as_it_was_meant() {
    for golden in &GOLDEN {
        let package = bytes(golden.hex);
        let (digest, read) = Notice::parse(&package).unwrap();
        assert_eq!(read, notice(golden), "{}", golden.what);
        assert_eq!(digest, package[..16]);
    }
}

/// REQ-SAN-3: the formula holds for what was really sent, over a password and a nonce of no bytes.
#[test]
fn notifications_of_the_field_are_read_and_written_again() {
    for (store, hex) in CAPTURED {
        let package = bytes(hex);
        let (digest, read) = Notice::parse(&package).unwrap();
        assert_eq!(read.server, "PC Suite Data Sync");
        assert_eq!((read.session, read.syncs[0].content), (0, 0));
        assert_eq!(read.syncs[0].uri, store);
        let verifier = crate::auth::digest::verifier(b"PC Suite Data Sync:");
        let message = crate::auth::mac::message(&read.bytes().unwrap());
        assert_eq!(digest, crate::auth::mac::mac(&verifier, b"", &message));
        assert_eq!(read.package(Some(digest)).unwrap(), package);
    }
}

#[test]
fn every_field_keeps_to_its_bits() {
    let fine = notice(&GOLDEN[0]);
    let with = |change: &dyn Fn(&mut Notice)| {
        let mut notice = fine.clone();
        change(&mut notice);
        notice.bytes()
    };
    let one = fine.syncs[0].clone();
    assert!(with(&|notice| notice.version = 1023).is_ok());
    assert!(with(&|notice| notice.server = "s".repeat(255)).is_ok());
    assert!(with(&|notice| notice.syncs = vec![one.clone(); 15]).is_ok());
    assert!(with(&|notice| notice.syncs[0].content = 0x00ff_ffff).is_ok());
    for (what, result) in [
        ("the version", with(&|notice| notice.version = 1024)),
        (
            "the server's name",
            with(&|notice| notice.server = "s".repeat(256)),
        ),
        (
            "the list of datastores",
            with(&|notice| notice.syncs = vec![one.clone(); 16]),
        ),
        (
            "the content type",
            with(&|notice| notice.syncs[0].content = 0x0100_0000),
        ),
        (
            "the name of a datastore",
            with(&|notice| notice.syncs[0].uri = "u".repeat(256)),
        ),
    ] {
        assert_eq!(result, Err(TooLarge(what)));
    }
}

#[test]
fn what_is_no_notification_is_refused() {
    let whole = bytes(GOLDEN[0].hex);
    for length in 0..whole.len() {
        assert_eq!(
            Notice::parse(&whole[..length]),
            Err(BadPackage::CutShort),
            "cut at {length}"
        );
    }
    let at = |index: usize, byte: u8| {
        let mut package = whole.clone();
        package[index] = byte;
        Notice::parse(&package)
    };
    assert_eq!(at(24, 0xff), Err(BadPackage::NotText));
    assert_eq!(at(34, 0x10), Err(BadPackage::SyncType(201)));
    assert_eq!(at(34, 0xb0), Err(BadPackage::SyncType(211)));
}

#[test]
fn bits_for_the_future_and_a_vendors_bytes_are_read_over() {
    let mut package = bytes(GOLDEN[1].hex);
    package[17] |= 0x07;
    package[20] = 0xff;
    package.extend(b"vendor");
    let (_, read) = Notice::parse(&package).unwrap();
    let expected = Notice {
        vendor: b"vendor".to_vec(),
        ..notice(&GOLDEN[1])
    };
    assert_eq!(read, expected);
}
