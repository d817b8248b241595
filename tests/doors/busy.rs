//! A slow store: the device is told to wait, asks again, and in the end everything is there once. The store is slow
//! because another writer of the account holds on until the device was told; nothing waits for the clock.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anchorage::client::http::Http;
use anchorage::client::{Datastore, Device, Exchange, Failed, Mode, Opening, Profile, Summary};
use anchorage::codec::{Encoding, Limits};
use anchorage::ids::{CollectionId, DeviceId, ItemId, Millis, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::message::{AlertCode, Command, Message};
use anchorage::pim;
use anchorage::session::{Settings, Style};
use anchorage::store::{Store, StoreError};

use crate::common::postgres::database;
use crate::kit::{ANNA, RIGHT, Site, XML, alert, message, one_contact, opening, store};

const BOOK: &str = "contacts";
/// 2026-01-01T00:00:00Z, in milliseconds.
const NOW: Millis = Millis(1_767_225_600_000);
/// How long a device waits: long enough for a message that nothing holds up.
const AFTER: Duration = Duration::from_secs(1);
/// How long a writer waits: for longer than any test.
pub const LONG: Duration = Duration::from_mins(2);

/// Another writer of the account, at work until told to end.
pub struct Writer {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub fn begin(store: &Store) -> Self {
        let (end, ended): (_, Receiver<()>) = channel();
        let (begun, begins) = channel();
        let store = store.clone();
        let thread = thread::spawn(move || {
            let held = store.write(|tx| {
                tx.tick(ANNA, NOW)?;
                begun.send(()).unwrap();
                ended.recv().unwrap();
                Ok::<_, StoreError>(())
            });
            held.unwrap();
        });
        begins.recv().unwrap();
        Self { end, thread }
    }

    pub fn end(self) {
        self.end.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

/// Runs a test on both databases.
pub fn on_both(test: impl Fn(&str)) {
    let folder = tempfile::tempdir().unwrap();
    test(&format!("sqlite:{}", folder.path().join("a.db").display()));
    let database = database();
    test(database.url());
}

pub fn node(store: &Store, style: Style) -> Site {
    let settings = Settings {
        busy_style: style,
        ..Settings::default()
    };
    Site::on(store.clone(), None, Some(AFTER), settings)
}

fn phone(site: &Site, opening: Opening, encoding: Encoding) -> Device {
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
    let id = DeviceId::parse("IMEI:7").unwrap();
    let user = UserName::parse("anna").unwrap();
    let profile = Profile::new(&site.url("/sync"), id, user, "green-ladder-42");
    let mut device = Device::new(Profile {
        opening,
        encoding,
        datastores: vec![book],
        resends: 0,
        ..profile
    });
    enter(&mut device, "Ada");
    device
}

fn enter(device: &mut Device, name: &str) {
    let card = format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nEND:VCARD\r\n");
    device.store_mut(BOOK).unwrap().add(card);
}

pub fn titles(store: &Store) -> Vec<String> {
    let items = store
        .read(|tx| tx.items_of(ANNA, &CollectionId::parse(BOOK).unwrap(), ItemId(0), 100))
        .map_err(|error: StoreError| error)
        .unwrap();
    let live = items.iter().filter(|item| !item.deleted);
    live.map(|item| pim::title(&item.content)).collect()
}

fn read(body: &[u8]) -> Message {
    let read = Message::decode(body, None, &Limits::default());
    read.unwrap().message
}

/// Whether a reply tells the device to wait: 101, or nothing but Statuses for headers and an empty Sync.
fn tells_to_wait(body: &[u8]) -> bool {
    let message = read(body);
    !message.is_final
        && message.body.iter().all(|command| {
            if let Command::Status(status) = command {
                status.cmd == "SyncHdr" || (status.cmd == "Alert" && message.body.len() == 2)
            } else {
                matches!(command, Command::Sync(sync) if sync.commands.is_empty())
            }
        })
}

fn is_sync(exchange: &Exchange) -> bool {
    let message = read(&exchange.body);
    let mut body = message.body.iter();
    body.any(|command| matches!(command, Command::Sync(sync) if !sync.commands.is_empty()))
}

/// A session in which the store is slow from the device's first changes on, until it was told to wait so often.
/// Each message goes where `to` says by its number.
fn slow_session(
    device: &mut Device,
    now: i64,
    store: &Store,
    times: usize,
    to: impl Fn(usize, &str) -> String,
) -> (Result<Summary, Box<Failed>>, usize) {
    let http = Http::new(Duration::from_mins(1));
    let (mut writer, mut told, mut sent) = (None, 0, 0);
    let now = Millis(NOW.0 + now);
    let outcome = device.sync(&[(BOOK, Mode::TwoWay)], now, |exchange| {
        sent += 1;
        if told == 0 && writer.is_none() && is_sync(exchange) {
            writer = Some(Writer::begin(store));
        }
        let url = to(sent, &exchange.url);
        let reply = http.send(&Exchange {
            url,
            ..exchange.clone()
        })?;
        if tells_to_wait(&reply.body) {
            told += 1;
            if told >= times
                && let Some(writer) = writer.take()
            {
                writer.end();
            }
        }
        Ok(reply)
    });
    (outcome, told)
}

fn same(_: usize, url: &str) -> String {
    url.to_owned()
}

fn well(outcome: Result<Summary, Box<Failed>>) -> Summary {
    let summary = outcome.unwrap();
    assert_eq!(summary.violations, Vec::<String>::new());
    summary
}

/// REQ-BUSY-1, ANC-22.
#[test]
fn a_device_waits_for_a_slow_store_and_everything_is_there_once() {
    on_both(|url| {
        for (round, encoding) in [Encoding::Xml, Encoding::Wbxml].into_iter().enumerate() {
            let store = store_of(url, round);
            let site = node(&store, Style::Busy);
            let mut device = phone(&site, Opening::Separate, encoding);
            device.profile.device = DeviceId::parse(&format!("IMEI:{round}")).unwrap();
            let (outcome, told) = slow_session(&mut device, 1, &store, 2, same);
            well(outcome);
            assert!(told >= 2, "101 for the message, and 101 for the question");
            assert_eq!(titles(&store), ["Ada"]);
            let (outcome, _) = slow_session(&mut device, 9_000_000, &store, 1, same);
            let summary = well(outcome);
            assert_eq!(summary.stores[0].mode, Mode::TwoWay, "the anchors moved");
        }
    });
}

/// The store of the first round is made, that of the next opened.
fn store_of(url: &str, round: usize) -> Store {
    if round == 0 {
        return store(url, LONG);
    }
    let options = anchorage::store::Options {
        patience: LONG,
        ..anchorage::store::Options::default()
    };
    Store::open(url, &options).unwrap()
}

/// The first message of a session has no session yet.
#[test]
fn the_very_first_message_may_be_one_to_wait_for() {
    on_both(|url| {
        let store = store(url, LONG);
        let site = node(&store, Style::Busy);
        let mut device = phone(&site, Opening::Combined, Encoding::Xml);
        let (outcome, told) = slow_session(&mut device, 1, &store, 2, same);
        well(outcome);
        assert!(told >= 2);
        assert_eq!(titles(&store), ["Ada"]);
    });
}

/// Field quirk P23.
#[test]
fn a_device_that_does_not_know_101_is_kept_waiting_by_messages_that_say_nothing() {
    on_both(|url| {
        let store = store(url, LONG);
        let site = node(&store, Style::KeepAlive);
        let mut device = phone(&site, Opening::Separate, Encoding::Wbxml);
        let (outcome, told) = slow_session(&mut device, 1, &store, 2, same);
        well(outcome);
        assert!(told >= 2);
        assert_eq!(titles(&store), ["Ada"]);
    });
}

/// On `SQLite` there is one node; of two over `PostgreSQL`, the other knows by a lock that a message is at work.
#[test]
fn another_node_says_that_it_is_busy_and_later_gives_the_reply() {
    let database = database();
    let store = store(database.url(), LONG);
    let (one, two) = (node(&store, Style::Busy), node(&store, Style::Busy));
    for (round, opening) in [Opening::Separate, Opening::Combined]
        .into_iter()
        .enumerate()
    {
        let mut device = phone(&one, opening, Encoding::Xml);
        device.profile.device = DeviceId::parse(&format!("IMEI:{round}")).unwrap();
        let (from, to) = (one.url(""), two.url(""));
        let first = if opening == Opening::Separate { 2 } else { 1 };
        let (outcome, told) = slow_session(&mut device, 1, &store, 3, |sent, url| {
            if sent > first {
                url.replace(&from, &to)
            } else {
                url.replace(&to, &from)
            }
        });
        well(outcome);
        assert!(told >= 3, "{opening:?}");
    }
    assert_eq!(titles(&store), ["Ada"]);
}

/// The work fails after the device was told to wait, as it does when its node dies.
#[test]
fn what_was_lost_while_the_device_waited_is_done_in_the_next_session() {
    on_both(|url| {
        let store = store(url, AFTER * 2);
        let site = node(&store, Style::Busy);
        let mut device = phone(&site, Opening::Separate, Encoding::Xml);
        let http = Http::new(Duration::from_mins(1));
        let mut writer = None;
        let outcome = device.sync(&[(BOOK, Mode::TwoWay)], NOW, |exchange| {
            if writer.is_none() && is_sync(exchange) {
                writer = Some(Writer::begin(&store));
            }
            http.send(exchange)
        });
        let failed = outcome.unwrap_err();
        assert!(failed.reason.contains("512"), "{}", failed.reason);
        writer.unwrap().end();
        assert_eq!(titles(&store), Vec::<String>::new());
        let later = Millis(NOW.0 + 1_000);
        let summary = device.sync(&[(BOOK, Mode::TwoWay)], later, |exchange| {
            http.send(exchange)
        });
        well(summary);
        assert_eq!(titles(&store), ["Ada"]);
    });
}

/// Two times the same message, the second while the first is at work: it is done once.
#[test]
fn a_message_that_comes_again_while_it_is_worked_on_is_worked_on_once() {
    on_both(|url| {
        let store = store(url, LONG);
        let site = node(&store, Style::Busy);
        let first = site.post(XML, opening().as_bytes());
        let uri = first.message().header.resp_uri.unwrap();
        let post = || {
            let body = message(2, None, one_contact());
            site.post_with(&uri, &[("Content-Type", XML)], body.as_bytes())
        };
        let writer = Writer::begin(&store);
        let busy = [("SyncHdr".to_owned(), 101)];
        assert_eq!(
            (post().statuses(), post().statuses()),
            (busy.to_vec(), busy.to_vec())
        );
        writer.end();
        let mut answer = post();
        while answer.statuses() == busy {
            answer = post();
        }
        assert_eq!(answer.statuses()[2], ("Add".to_owned(), 201));
        assert_eq!(post().body, answer.body);
        assert_eq!(titles(&store), ["Ada Arden"]);
    });
}

/// Waiting holds nothing: neither threads nor the database.
#[test]
fn others_are_answered_while_a_device_waits() {
    on_both(|url| {
        let store = store(url, LONG);
        let site = node(&store, Style::Busy);
        let first = site.post(XML, opening().as_bytes());
        let uri = first.message().header.resp_uri.unwrap();
        let writer = Writer::begin(&store);
        let next = message(2, None, one_contact());
        let told = site.post_with(&uri, &[("Content-Type", XML)], next.as_bytes());
        assert_eq!(told.statuses(), [("SyncHdr".to_owned(), 101)]);
        assert_eq!(site.get("/readyz").status, 200);
        let stranger = message(1, None, &alert(1, BOOK)).replace("IMEI:1", "IMEI:2");
        assert_eq!(site.post(XML, stranger.as_bytes()).statuses()[0].1, 407);
        let wrong = stranger.replace("<LocName>anna</LocName>", "<LocName>bob</LocName>");
        assert_eq!(site.post(XML, wrong.as_bytes()).statuses()[0].1, 407);
        writer.end();
    });
}

/// Alert 221 where nobody was told to wait: the session that is meant is not there.
#[test]
fn a_question_about_nothing_has_no_session_to_belong_to() {
    let store = store("sqlite::memory:", LONG);
    let site = node(&store, Style::Busy);
    let ask = |number: u32| {
        let signal = format!(
            "<Alert><CmdID>1</CmdID><Data>{}</Data></Alert>",
            AlertCode::Result.number()
        );
        message(number, None, &signal)
    };
    let forged = site.url("/sync?s=7-0123456789abcdef0123456789abcdef");
    let answer = site.post_with(&forged, &[("Content-Type", XML)], ask(2).as_bytes());
    assert_eq!(answer.statuses(), [("SyncHdr".to_owned(), 512)]);
    let first = site.post(XML, opening().as_bytes());
    let uri = first.message().header.resp_uri.unwrap();
    let gap = site.post_with(&uri, &[("Content-Type", XML)], ask(3).as_bytes());
    assert_eq!(
        gap.statuses(),
        [("SyncHdr".to_owned(), 512)],
        "message 2 never came"
    );
    let next = site.post_with(&uri, &[("Content-Type", XML)], ask(2).as_bytes());
    assert_eq!(
        next.statuses()[1],
        ("Alert".to_owned(), 200),
        "nothing is owed but this"
    );
    assert!(opening().contains(RIGHT));
}
