//! A phone that knows a name, two numbers and short titles, and a strong device that knows everything, on one account:
//! round after round both edit the same contacts, and at the end the strong one lacks nothing.
//!
//! The phone is the virtual device; the strong one is `SyncEvolution`.

use std::time::Duration;

use anchorage::client::http::Http;
use anchorage::client::{self, Datastore, Profile};
use anchorage::ids::{DeviceId, Luid, Millis, UserName};
use anchorage::item::Content;
use anchorage::message::devinf::{ContentType, Property};
use tempfile::TempDir;

use super::client::{Account, Device, Mode, Setup};
use super::content::{assert_same, content};
use super::items::{Kind, key_of};
use super::server::{Database, Server};

const ROUNDS: u32 = 10;
const CONTACTS: u32 = 12;
/// The longest title the phone holds, in characters.
const TITLE: usize = 12;
const STORE: &str = "./C";

/// What a contact says; each field has one owner who edits it, so that the end is known.
#[derive(Debug, Clone)]
struct Card {
    key: u32,
    /// Both edit it; the strong device beyond what the phone holds.
    title: String,
    /// The phone's.
    cell: String,
    /// The phone clears it in the end.
    home: Option<String>,
    /// The strong device's, as is everything else.
    note: String,
}

impl Card {
    fn new(key: u32) -> Self {
        Self {
            key,
            title: format!("Keeper of the harbour light {key}"),
            cell: format!("+49 170 {key}"),
            home: Some(format!("+49 30 {key}")),
            note: "round 0\\nwith a second line".to_owned(),
        }
    }

    fn text(&self) -> String {
        let Self {
            key,
            title,
            cell,
            home,
            note,
        } = self;
        let home = home
            .as_ref()
            .map(|home| format!("TEL;TYPE=HOME:{home}\r\n"));
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Søberg;Åse;anchorage-{key};;\r\nFN:Åse anchorage-{key} Søberg\r\n\
             ORG:Haven & Sons\r\nTITLE:{title}\r\nTEL;TYPE=CELL:{cell}\r\n{}EMAIL;TYPE=WORK:user{key}@example.org\r\n\
             ADR;TYPE=HOME:;;Quay Street {key};Łódź;;90001;Ísland\r\nURL:http://www.example.org/{key}\r\n\
             BDAY:1970-02-03\r\nNOTE:{note}\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/{key:04}\r\n\
             END:VCARD\r\n",
            home.unwrap_or_default()
        )
    }
}

/// The phone.
struct Phone {
    device: client::Device,
    http: Http,
    now: Millis,
}

impl Phone {
    fn new(account: &Account) -> Self {
        let mut profile = Profile::new(
            &account.url,
            DeviceId::parse("IMEI:490154203237518").unwrap(),
            UserName::parse(&account.user).unwrap(),
            &account.password,
        );
        let holds = ["BEGIN", "END", "VERSION", "N", "TEL", "TITLE"].map(|name| Property {
            name: name.to_owned(),
            max_size: (name == "TITLE").then(|| TITLE.to_string()),
            ..Property::default()
        });
        profile.datastores = vec![Datastore {
            local: STORE.to_owned(),
            remote: "contacts".to_owned(),
            prefers: ContentType {
                ct_type: "text/x-vcard".to_owned(),
                ver_ct: "2.1".to_owned(),
            },
            takes: Vec::new(),
            hierarchical: false,
            spells_out_deletes: false,
            holds: holds.to_vec(),
            keeps: Some(kept),
        }];
        Self {
            device: client::Device::new(profile),
            http: Http::new(Duration::from_mins(1)),
            now: Millis(1_790_000_000_000),
        }
    }

    fn sync(&mut self, mode: client::Mode) {
        self.now = Millis(self.now.0 + 60_000);
        let http = &self.http;
        let summary = self
            .device
            .sync(&[(STORE, mode)], self.now, |exchange| http.send(exchange))
            .unwrap();
        assert_eq!(summary.violations, Vec::<String>::new());
    }

    /// Its contacts: name, and lines without folds.
    fn cards(&self) -> Vec<(Luid, Vec<String>)> {
        let store = self.device.store(STORE).unwrap();
        let items = store.items();
        items
            .map(|(luid, item)| (luid.clone(), lines(item)))
            .collect()
    }

    /// Changes the lines of contact `key` as its user does.
    fn edit(&mut self, key: u32, change: impl Fn(&mut Vec<String>)) {
        let is_it = |lines: &[String]| key_of(&lines.join("\n")) == Some(key);
        let mut cards = self.cards().into_iter();
        let (luid, mut lines) = cards.find(|(_, lines)| is_it(lines)).unwrap();
        change(&mut lines);
        let store = self.device.store_mut(STORE).unwrap();
        assert!(store.replace(&luid, lines.join("\r\n") + "\r\n"));
    }

    fn set(&mut self, key: u32, head: &str, value: &str) {
        self.edit(key, |lines| {
            let line = lines.iter_mut().find(|line| line.starts_with(head));
            *line.unwrap() = format!("{head}:{value}");
        });
    }
}

/// The lines of a body; quoted-printable has its own folds.
fn lines(item: &Content) -> Vec<String> {
    let text = String::from_utf8(item.body.clone()).unwrap();
    let text = text.replace("=\r\n", "");
    text.lines().map(str::to_owned).collect()
}

/// What the phone keeps of a contact: what it says it holds, and no more.
fn kept(item: &Content) -> Content {
    let is_held = |line: &String| {
        let name = line.split([':', ';']).next().unwrap_or_default();
        ["BEGIN", "END", "VERSION", "N", "TEL", "TITLE"].contains(&name)
    };
    let lines: Vec<_> = lines(item).into_iter().filter(is_held).collect();
    Content {
        body: (lines.join("\r\n") + "\r\n").into_bytes(),
        ..item.clone()
    }
}

/// Ten rounds of edits of both.
pub fn run(database: Database) {
    let server = Server::start(database, &[]);
    let account = server.account("weak");
    let dir = TempDir::new().unwrap();
    let setup = Setup {
        kinds: vec![Kind::Contacts],
        ..Setup::default()
    };
    let mut strong = Device::new(dir.path(), "strong", &account, setup);
    let mut phone = Phone::new(&account);
    let mut cards: Vec<Card> = (1..=CONTACTS).map(Card::new).collect();
    for card in &cards {
        strong.put(Kind::Contacts, card.key, &card.text());
    }
    strong.sync(Mode::Slow);
    phone.sync(client::Mode::Slow);
    for (_, lines) in phone.cards() {
        let title = lines.iter().find_map(|line| line.strip_prefix("TITLE:"));
        assert_eq!(title, Some("Keeper of th"), "{lines:?}");
    }
    for round in 1..=ROUNDS {
        for card in &mut cards {
            one_round(round, card, &mut phone, &mut strong);
        }
        // In turns one or the other is first.
        for turn in [round, round + 1] {
            if turn.is_multiple_of(2) {
                phone.sync(client::Mode::TwoWay);
            } else {
                strong.sync(Mode::TwoWay);
            }
        }
        if round % 4 == 3 {
            phone.sync(client::Mode::Slow);
        }
        phone.sync(client::Mode::TwoWay);
        strong.sync(Mode::TwoWay);
        compare(&cards, &phone, &strong, &format!("round {round}"));
    }
    assert_eq!(strong.sync(Mode::TwoWay).of(Kind::Contacts).moved(), 0);
}

/// What both users do to a contact in one round: never to the same field.
fn one_round(round: u32, card: &mut Card, phone: &mut Phone, strong: &mut Device) {
    let key = card.key;
    match (round + key) % 4 {
        0 => {
            card.cell = format!("+49 171 {round} {key}");
            phone.set(key, "TEL;CELL", &card.cell);
        }
        1 => {
            card.title = format!("Titled {round}");
            phone.set(key, "TITLE", &card.title);
        }
        2 if card.home.is_some() && round > 5 => {
            card.home = None;
            phone.edit(key, |lines| {
                lines.retain(|line| !line.starts_with("TEL;HOME"));
            });
        }
        _ => {}
    }
    // The strong device knows the contact as of its last sync, not what the phone did since.
    let mut known = strong_sees(strong, key);
    if (round + key).is_multiple_of(3) {
        known.note = format!("round {round}\\nwith a second line");
        card.note.clone_from(&known.note);
    } else if (round + key) % 4 == 3 {
        known.title = format!("Keeper of the harbour light, for the {round}th time");
        card.title.clone_from(&known.title);
    } else {
        return;
    }
    strong.put(Kind::Contacts, key, &known.text());
}

/// The contact as it lies on the strong device.
fn strong_sees(strong: &Device, key: u32) -> Card {
    let said = strong
        .text(Kind::Contacts, key)
        .replace("\r\n", "\n")
        .replace("\n ", "");
    let of = |head: &str| {
        let value = said.lines().find_map(|line| line.strip_prefix(head));
        value.map(str::to_owned)
    };
    Card {
        key,
        title: of("TITLE:").unwrap(),
        cell: of("TEL;TYPE=CELL:").unwrap(),
        home: of("TEL;TYPE=HOME:"),
        note: of("NOTE:").unwrap(),
    }
}

fn compare(cards: &[Card], phone: &Phone, strong: &Device, when: &str) {
    let mut expected: Vec<_> = cards
        .iter()
        .map(|card| content(Kind::Contacts, &card.text()))
        .collect();
    expected.sort();
    assert_same(
        &strong.contents(Kind::Contacts),
        &expected,
        &format!("the strong device in {when}"),
    );
    let held = phone.cards();
    assert_eq!(held.len(), cards.len(), "{when}");
    for card in cards {
        let mut those = held.iter();
        let (_, lines) = those
            .find(|(_, lines)| key_of(&lines.join("\n")) == Some(card.key))
            .unwrap();
        let title: String = card.title.chars().take(TITLE).collect();
        assert!(
            lines.contains(&format!("TITLE:{}", title.trim_end())),
            "{when}: {lines:?}"
        );
        assert!(
            lines.contains(&format!("TEL;CELL:{}", card.cell)),
            "{when}: {lines:?}"
        );
        let has_home = lines.iter().any(|line| line.starts_with("TEL;HOME"));
        assert_eq!(has_home, card.home.is_some(), "{when}: {lines:?}");
    }
}
