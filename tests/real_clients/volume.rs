//! Sessions that do not fit one message: many items, some as large as a message takes, both ways, cut wherever one is full.

use tempfile::TempDir;

use super::client::{Device, Encoding, Mode, Setup};
use super::content::{assert_same, content};
use super::items::{Kind, contact};
use super::server::{Database, Server};

const SEED: u64 = 300;
const CONTACTS: u32 = 300;
/// What server and device both say is the largest message they take, in bytes.
const MAX_MESSAGE_BYTES: u32 = 10_240;

/// Contact `key`; every fiftieth has a photo which fills most of a message, and every tenth a title that is one character
/// of several bytes after another: SyncEvolution cuts an item wherever its message is full, in the middle of a character, too.
fn large_contact(key: u32) -> String {
    let text = contact(SEED, key, 0, if key.is_multiple_of(50) { 3_000 } else { 0 });
    if !key.is_multiple_of(10) {
        return text;
    }
    let title = format!("TITLE:{}", "\u{017e}\u{20ac}".repeat(400));
    text.replace("TITLE:", &title)
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
        from.put(Kind::Contacts, key, &large_contact(key));
    }
    let mut expected: Vec<_> = (1..=CONTACTS)
        .map(|key| content(Kind::Contacts, &large_contact(key)))
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
