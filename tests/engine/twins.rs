//! Slow syncs of devices that change what they are given: no item is ever there twice, and a lost line changes nothing.

use std::collections::BTreeMap;

use anchorage::ids::{AccountId, CollectionId, DeviceId, ItemId};
use anchorage::item::{Content, MediaType};
use anchorage::pim::filter::Filter;
use anchorage::pim::lens::Lens;
use anchorage::pim::lens::caps::{Capability, Caps};
use anchorage::pim::takes::{Taken, Takes};
use anchorage::store::Policy;
use anchorage::sync::{Edit, Mode};

use crate::bench::{Bench, Phone, Synced};

/// What the server has in the beginning: family, given and middle name, a number, and a note by which each is told.
const PEOPLE: [(&str, &str, &str, &str); 5] = [
    (
        "Featherstonehaugh",
        "Alexandrina",
        "Ann",
        "+420 601 111 111",
    ),
    ("Featherstonehaugh", "Alexander", "Bob", "+420 601 222 222"),
    ("Doe", "Jane", "", "+420 601 333 333"),
    ("Doe", "Jane", "Ann", "+420 601 444 444"),
    (
        "Wolfeschlegelstein",
        "Hubert",
        "Blaine",
        "00420 601 555 555",
    ),
];

fn card(at: usize) -> Content {
    let (family, given, middle, number) = PEOPLE[at];
    let body = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{family};{given};{middle};;\r\nFN:{given} {family}\r\nTEL;TYPE=CELL:{number}\r\nNOTE:{at}\r\nEND:VCARD\r\n"
    );
    content("text/vcard", &body)
}

fn content(media_type: &str, body: &str) -> Content {
    Content {
        media_type: MediaType::new(media_type),
        body: body.into(),
    }
}

/// Which of the people a body is of.
fn who(body: &str) -> usize {
    let note = body.lines().find_map(|line| line.strip_prefix("NOTE:"));
    note.unwrap().trim().parse().unwrap()
}

/// What a device makes of each line of an item.
type Habit = fn(&str) -> String;

fn as_it_is(line: &str) -> String {
    line.to_owned()
}

/// Every part of a name at most ten characters long.
fn cuts_names(line: &str) -> String {
    let Some(name) = line.strip_prefix("N:") else {
        return line.to_owned();
    };
    let parts = name
        .split(';')
        .map(|part| part.chars().take(10).collect::<String>());
    format!("N:{}", parts.collect::<Vec<_>>().join(";"))
}

fn drops_middle_names(line: &str) -> String {
    let Some(name) = line.strip_prefix("N:") else {
        return line.to_owned();
    };
    let parts: Vec<_> = name.split(';').take(2).collect();
    format!("N:{}", parts.join(";"))
}

fn spells_numbers_anew(line: &str) -> String {
    match line.split_once(':') {
        Some((head, number)) if head.starts_with("TEL") => {
            let number = number.replace(' ', "").replacen("00420", "+420", 1);
            format!("{head}:{number}")
        }
        Some(_) | None => line.to_owned(),
    }
}

fn all_of_it(line: &str) -> String {
    spells_numbers_anew(&drops_middle_names(&cuts_names(line)))
}

/// A device with what it holds: by its own names, as it keeps it.
struct Holder {
    phone: Phone,
    habit: Habit,
    media_type: &'static str,
    held: BTreeMap<String, String>,
    /// How many names it has given.
    named: usize,
}

impl Holder {
    fn new(bench: &mut Bench, media_type: &'static str, caps: Option<Caps>, habit: Habit) -> Self {
        let id = DeviceId::parse("old").unwrap();
        let version = if media_type == "text/vcard" {
            "3.0"
        } else {
            "2.1"
        };
        let lens = Lens {
            caps,
            ..Lens::default()
        };
        let taken = Taken::new(MediaType::new(media_type), version, lens);
        bench.takes.insert(id.clone(), Takes::new(vec![taken]));
        Self {
            phone: Phone {
                id,
                last: None,
                filter: Filter::default(),
            },
            habit,
            media_type,
            held: BTreeMap::new(),
            named: 0,
        }
    }

    /// Restored from a copy: it has what it had, under other names.
    fn reset(&mut self) {
        let held = std::mem::take(&mut self.held).into_values();
        self.held = held
            .enumerate()
            .map(|(at, body)| (format!("restored-{at}"), body))
            .collect();
    }

    fn keeps(&self, body: &str) -> String {
        let lines = body.lines().map(self.habit);
        lines.map(|line| line + "\r\n").collect()
    }

    /// A slow sync: everything it holds goes up. When the line breaks, the server never hears what it calls what is new.
    fn sync(&mut self, bench: &mut Bench, breaks: bool) -> Synced {
        self.phone.last = None;
        let held = self.held.iter();
        let sent: Vec<_> = held
            .map(|(luid, body)| (luid.clone(), Edit::Replace(content(self.media_type, body))))
            .collect();
        let sent: Vec<_> = sent
            .iter()
            .map(|(luid, edit)| (luid.as_str(), edit.clone()))
            .collect();
        let luids: Vec<_> = (0..PEOPLE.len())
            .map(|at| format!("{}-{at}", self.named))
            .collect();
        self.named += 1;
        // Names of the bench: what a body says.
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (at, luid) in luids.iter().enumerate() {
            for name in names_of(at) {
                names.insert(format!("{name}:{at}"), luid.clone());
            }
        }
        let given: BTreeMap<&str, &str> = if breaks {
            BTreeMap::new()
        } else {
            names
                .iter()
                .map(|(name, luid)| (name.as_str(), luid.as_str()))
                .collect()
        };
        let synced = bench.steps(&mut self.phone, Mode::Slow, &sent, &given, !breaks);
        for (told, body) in synced.sent.iter().zip(&synced.bodies) {
            let luid = match told.strip_prefix('=') {
                Some(known) => known.split(' ').next().unwrap().to_owned(),
                None => luids[who(body)].clone(),
            };
            assert!(!told.starts_with('-'), "nothing is deleted in a slow sync");
            self.held.insert(luid, self.keeps(body));
        }
        synced
    }
}

/// How a person may be called in what the device is sent.
fn names_of(at: usize) -> Vec<String> {
    let (family, given, middle, _) = PEOPLE[at];
    let cut = |text: &str| text.chars().take(10).collect::<String>();
    vec![
        format!("{family};{given};{middle};;"),
        format!("{};{};{};;", cut(family), cut(given), cut(middle)),
        format!("{};{}", cut(family), cut(given)),
        format!("{family};{given}"),
        format!("{family};{given};;;"),
        format!("{};{};;;", cut(family), cut(given)),
    ]
}

/// Whom the items of the server are of, each as often as it is there, and whom those of the device.
fn there(bench: &Bench, holder: &Holder) -> (Vec<usize>, Vec<usize>) {
    let contacts = CollectionId::parse("contacts").unwrap();
    let items = bench.tell(|tx| tx.items_of(AccountId(1), &contacts, ItemId(0), 100));
    let mut with_us: Vec<_> = items
        .iter()
        .map(|item| who(std::str::from_utf8(&item.content.body).unwrap()))
        .collect();
    let mut there: Vec<_> = holder.held.values().map(|body| who(body)).collect();
    with_us.sort_unstable();
    there.sort_unstable();
    (with_us, there)
}

/// A server with all the people, brought by another device.
fn full(policy: Policy) -> Bench {
    let mut bench = Bench::new(policy);
    let mut other = Phone {
        id: DeviceId::parse("new").unwrap(),
        last: None,
        filter: Filter::default(),
    };
    let luids: Vec<_> = (0..PEOPLE.len()).map(|at| at.to_string()).collect();
    let cards: Vec<_> = luids
        .iter()
        .enumerate()
        .map(|(at, luid)| (luid.as_str(), Edit::Replace(card(at))))
        .collect();
    bench.sync(&mut other, Mode::Slow, &cards);
    bench
}

fn short_names() -> Caps {
    let name = Capability {
        max_size: Some(14),
        ..Capability::named("N")
    };
    let rest = ["TEL", "NOTE"].map(Capability::named);
    Caps {
        properties: std::iter::once(name).chain(rest).collect(),
    }
}

const HABITS: [(&str, Habit); 5] = [
    ("keeps all", as_it_is),
    ("cuts names", cuts_names),
    ("drops middle names", drops_middle_names),
    ("spells numbers anew", spells_numbers_anew),
    ("all of it", all_of_it),
];

/// REQ-FMT-7: ten slow syncs, some of which break off before the device's names for what is new are heard.
#[test]
fn ten_slow_syncs_of_a_device_that_changes_what_it_is_given_make_no_twin() {
    let everyone: Vec<usize> = (0..PEOPLE.len()).collect();
    for policy in [Policy::ServerWins, Policy::ClientWins, Policy::NewestWins] {
        for (media_type, caps) in [
            ("text/vcard", None),
            ("text/x-vcard", None),
            ("text/x-vcard", Some(short_names())),
        ] {
            for (habit, does) in HABITS {
                let mut bench = full(policy);
                let mut holder = Holder::new(&mut bench, media_type, caps.clone(), does);
                for round in 0..10 {
                    // The first ones break off: then the device has items of ours under names that nobody knows.
                    holder.sync(&mut bench, [0, 1, 4, 7].contains(&round));
                    let both = (everyone.clone(), everyone.clone());
                    let what = format!("{policy:?}, {media_type}, {habit}, round {round}");
                    assert_eq!(there(&bench, &holder), both, "{what}: {:#?}", holder.held);
                }
            }
        }
    }
}

/// REQ-FMT-7: no name of the device tells anything any more, and what it has lacks what tells two people apart.
#[test]
fn a_restored_phone_that_changed_what_it_was_given_makes_no_twin() {
    let everyone: Vec<usize> = (0..PEOPLE.len()).collect();
    for (media_type, caps) in [
        ("text/vcard", None),
        ("text/x-vcard", None),
        ("text/x-vcard", Some(short_names())),
    ] {
        for (habit, does) in HABITS {
            let mut bench = full(Policy::NewestWins);
            let mut holder = Holder::new(&mut bench, media_type, caps.clone(), does);
            holder.sync(&mut bench, false);
            for round in 0..3 {
                holder.reset();
                let synced = holder.sync(&mut bench, false);
                assert!(
                    synced.added.is_empty(),
                    "{media_type}, {habit}, round {round}: {:?}",
                    synced.sent
                );
                let both = (everyone.clone(), everyone.clone());
                let what = format!("{media_type}, {habit}, round {round}");
                assert_eq!(there(&bench, &holder), both, "{what}: {:#?}", holder.held);
            }
        }
    }
}

/// What the device says that it cuts is not lost with us, whatever it sends.
#[test]
fn names_that_a_device_says_it_cuts_stay_whole_in_ten_slow_syncs() {
    let mut bench = full(Policy::ClientWins);
    let mut holder = Holder::new(&mut bench, "text/x-vcard", Some(short_names()), as_it_is);
    for round in 0..10 {
        holder.sync(&mut bench, round % 3 == 0);
    }
    let contacts = CollectionId::parse("contacts").unwrap();
    let items = bench.tell(|tx| tx.items_of(AccountId(1), &contacts, ItemId(0), 100));
    for (item, (family, given, middle, number)) in items.iter().zip(PEOPLE) {
        let body = std::str::from_utf8(&item.content.body).unwrap();
        assert!(
            body.contains(&format!("N:{family};{given};{middle}")),
            "{body}"
        );
        assert!(body.contains(number), "{body}");
    }
}

/// A refresh from the device finds ours again, too.
#[test]
fn a_refresh_from_a_device_that_cut_names_makes_no_twin() {
    let mut bench = full(Policy::ClientWins);
    let mut holder = Holder::new(&mut bench, "text/x-vcard", Some(short_names()), as_it_is);
    holder.sync(&mut bench, true);
    let sent: Vec<_> = holder
        .held
        .iter()
        .map(|(luid, body)| (luid.clone(), Edit::Replace(content("text/x-vcard", body))))
        .collect();
    let sent: Vec<_> = sent
        .iter()
        .map(|(luid, edit)| (luid.as_str(), edit.clone()))
        .collect();
    bench.sync(&mut holder.phone, Mode::RefreshFromClient, &sent);
    let everyone: Vec<usize> = (0..PEOPLE.len()).collect();
    assert_eq!(there(&bench, &holder).0, everyone);
    let contacts = CollectionId::parse("contacts").unwrap();
    let items = bench.tell(|tx| tx.items_of(AccountId(1), &contacts, ItemId(0), 100));
    let numbers: Vec<_> = items.iter().map(|item| item.id).collect();
    assert_eq!(
        numbers,
        [1, 2, 3, 4, 5].map(ItemId),
        "they are the items they were"
    );
}

/// What it lacks it never had: the offer that it took was older.
#[test]
fn a_device_that_lacks_what_was_written_since_its_offer_is_sent_it_after_a_slow_sync() {
    let lines = |lines: &str| {
        let body = format!("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Ann;;;\r\n{lines}END:VCARD\r\n");
        Edit::Replace(content("text/vcard", &body))
    };
    let mut bench = Bench::new(Policy::NewestWins);
    let held = ["N", "TITLE", "NOTE"].map(Capability::named);
    let caps = Caps {
        properties: held.to_vec(),
    };
    let mut weak = Holder::new(&mut bench, "text/vcard", Some(caps), as_it_is).phone;
    let mut strong = crate::bench::phone(&mut bench, "strong", &[]);
    let first = [("1", lines("TITLE:Dr\r\nORG:Elm\r\n"))];
    bench.sync(&mut strong, Mode::Slow, &first);
    let offer = bench.steps(&mut weak, Mode::Slow, &[], &BTreeMap::new(), false);
    assert_eq!(offer.sent, ["+Doe;Ann;;;:"]);
    let second = [("1", lines("TITLE:Dr\r\nORG:Elm\r\nNOTE:new\r\n"))];
    bench.sync(&mut strong, Mode::TwoWay, &second);
    let came = [("7", lines("TITLE:Dr\r\n"))];
    let slow = bench.sync(&mut weak, Mode::Slow, &came);
    assert_eq!(slow.sent, ["=7 Doe;Ann;;;:new"]);
    assert_eq!(bench.items(), ["Doe;Ann;;;:new"]);
    assert!(bench.sync(&mut weak, Mode::TwoWay, &[]).sent.is_empty());
}
