//! Sessions that do not fit one message: many items, some as large as a message takes, both ways. Objects in chunks are
//! not taken yet.

use tempfile::TempDir;

use super::client::{Device, Encoding, Mode, Setup};
use super::content::{assert_same, content};
use super::items::{Kind, contact};
use super::server::{Database, Server};

const SEED: u64 = 300;
const CONTACTS: u32 = 300;
/// What server and device both say is the largest message they take, in bytes.
const MAX_MESSAGE_BYTES: u32 = 10_240;

/// Contact `key`; every fiftieth has a photo which fills most of a message.
///
/// In XML of ASCII alone: SyncEvolution cuts an item wherever its message is full, in the middle of a character, too, and
/// such a message is none in UTF-8. We refuse it, and the client gives the sync up: not mended yet.
fn large_contact(key: u32, encoding: Encoding) -> String {
    let text = contact(SEED, key, 0, if key.is_multiple_of(50) { 3_000 } else { 0 });
    match encoding {
        Encoding::Xml => text.replace(|c: char| !c.is_ascii(), "x"),
        Encoding::Wbxml => text,
    }
}

/// Sends the contacts up from one device and down to another.
pub fn run(database: Database, encoding: Encoding) {
    let limit = MAX_MESSAGE_BYTES.to_string();
    let server = Server::start(database, &[("ANCHORAGE_MAX_MESSAGE_BYTES", &limit)]);
    let account = server.account("volume");
    let dir = TempDir::new().unwrap();
    let setup = Setup {
        encoding,
        kinds: vec![Kind::Contacts],
        max_message_bytes: MAX_MESSAGE_BYTES,
        keep_messages: true,
        ..Setup::default()
    };
    let mut from = Device::new(dir.path(), "volume-1", &account, setup.clone());
    let to = Device::new(dir.path(), "volume-2", &account, setup);
    for key in 1..=CONTACTS {
        from.put(Kind::Contacts, key, &large_contact(key, encoding));
    }
    let mut expected: Vec<_> = (1..=CONTACTS)
        .map(|key| content(Kind::Contacts, &large_contact(key, encoding)))
        .collect();
    expected.sort();

    let up = from.sync(Mode::Slow);
    assert_eq!(up.of(Kind::Contacts).remote.added, CONTACTS, "{}", up.text);
    let down = to.sync(Mode::Slow);
    assert_eq!(
        down.of(Kind::Contacts).local.added,
        CONTACTS,
        "{}",
        down.text
    );
    for device in [&from, &to] {
        let messages = device.messages_of_last_session();
        println!("{database:?} {encoding:?}: {messages} messages from the server");
        assert!(
            messages > 20,
            "{messages} messages are too few for {CONTACTS} contacts in parts of {MAX_MESSAGE_BYTES} bytes"
        );
        assert_same(&device.contents(Kind::Contacts), &expected, &device.name());
    }
    assert_same(
        &server.contents(&account.user, Kind::Contacts),
        &expected,
        "the server",
    );
    let quiet = to.sync(Mode::TwoWay);
    assert_eq!(quiet.of(Kind::Contacts).local.added, 0, "{}", quiet.text);
}
