//! Real-shaped items through every form, and the tables of what each form carries (`conformance/pim/README.md`).
//!
//! `UPDATE=1` writes the tables anew. Where recordings of devices are at hand (`ANCHORAGE_CAPTURES`, or beside the
//! project), the bodies in them take part; where they are not, the test says so.
//!
//! ```text
//! items   where the items come from    people, entries  invented ones
//! way     there and back               tables           the fields, and what becomes of each
//! valid   what a version insists on, words  which properties it knows
//! ```

mod entries;
mod items;
mod people;
mod tables;
mod valid;
mod way;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use super::lens::{Applied, Form, Lens};
use super::{Kind, digest, kind};
use crate::item::Content;
use items::root;
use tables::{Fate, Table, name_of};
use way::{Way, lines, stored, ways};

fn shown(item: &Content) -> String {
    String::from_utf8_lossy(&item.body).into_owned()
}

#[test]
fn three_hundred_items_go_through_every_form_and_come_back_unchanged() {
    let items = items::all();
    let mut of_kind: BTreeMap<String, usize> = BTreeMap::new();
    for item in &items {
        *of_kind.entry(format!("{:?}", kind(item))).or_default() += 1;
        let stored = stored(item);
        // Stored once, it is stored the same again.
        assert_eq!(
            digest(&way::stored(&stored)),
            digest(&stored),
            "{}",
            shown(item)
        );
        for way in ways(&stored) {
            let lens = Lens::of(way.form);
            let sent = lens.render(&stored);
            assert_eq!(
                lens.apply_edits(Some(&stored), &stored, &sent),
                Applied::Unchanged,
                "{} of {}\n{}",
                way.name,
                shown(item),
                shown(&sent)
            );
        }
    }
    assert!(items.len() >= 500, "{of_kind:?}");
    for (of, least) in [("Contact", 300), ("Event", 100), ("Task", 40), ("Note", 40)] {
        assert!(of_kind.get(of) >= Some(&least), "{of_kind:?}");
    }
}

#[test]
fn an_item_of_each_form_keeps_in_every_other_what_the_table_says() {
    let tables = all_tables();
    let fates: BTreeMap<_, _> = tables
        .iter()
        .map(|table| (table.title, fates(table)))
        .collect();
    let mut kept = 0_usize;
    for item in items::all() {
        let Some(table) = table_of(&tables, kind(&item)) else {
            continue;
        };
        let stored = stored(&item);
        for own in table.ways {
            // What a device of this form has, and has still after a device of the other had it.
            let theirs = (own.back)(&(own.there)(&stored));
            let before = lines(&theirs);
            for other in table.ways {
                let visited = (other.back)(&(other.there)(&theirs));
                let after = lines(&(own.back)(&(own.there)(&visited)));
                let foremost = foremost(&before, other);
                for line in foremost.into_iter().filter(|line| !moves(line, &before)) {
                    let fate = table
                        .row(line)
                        .and_then(|row| fates[table.title].get(&(row, other.name)));
                    if fate != Some(&Fate::Carried) {
                        continue;
                    }
                    kept += 1;
                    assert!(
                        after.contains(line),
                        "{} loses {line} of {} in {}:\n{}\nwhich became\n{}",
                        own.name,
                        shown(&item),
                        other.name,
                        before.join("\n"),
                        after.join("\n")
                    );
                }
            }
        }
    }
    assert!(kept > 10_000, "only {kept} fields were looked at");
}

/// Whether a time is put on the clock of the device's zone because what it belongs to recurs.
fn moves(line: &str, lines: &[String]) -> bool {
    let is_time = matches!(
        name_of(line),
        "DTSTART" | "DTEND" | "DUE" | "EXDATE" | "RDATE"
    );
    let recurs = lines.iter().any(|line| line.starts_with("RRULE"));
    is_time && recurs && !line.contains("VALUE=DATE") && !line.contains("TZID=Europe/Prague")
}

/// The lines that a form has room for: SIF has one slot for each field, and the first takes it.
fn foremost<'l>(lines: &'l [String], way: &Way) -> Vec<&'l String> {
    let head = |line: &String| line.split(':').next().map(str::to_owned);
    let is_alone = |line: &&String| {
        lines
            .iter()
            .filter(|other| name_of(other) == name_of(line))
            .count()
            == 1
            || lines
                .iter()
                .filter(|other| head(other) == head(line))
                .count()
                == 1
    };
    lines
        .iter()
        .filter(|line| way.form != Form::Sif || is_alone(line))
        .collect()
}

#[test]
fn what_is_rendered_is_valid_in_its_version() {
    let mut checked = 0_usize;
    for item in items::all() {
        let stored = stored(&item);
        for way in ways(&stored) {
            let sent = (way.there)(&stored);
            let verdict = valid::check(&sent);
            assert_eq!(
                verdict,
                Ok(()),
                "{} of {}\n{}",
                way.name,
                shown(&item),
                shown(&sent)
            );
            checked += 1;
        }
    }
    assert!(checked > 1_000, "only {checked} bodies were looked at");
}

fn all_tables() -> [Table; 4] {
    let start =
        "DTSTART;TZID=Europe/Prague:20060105T090000\r\nDTEND;TZID=Europe/Prague:20060105T100000";
    let event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT";
    let started = Box::leak(format!("{event}\r\n{start}").into_boxed_str());
    let end = "END:VEVENT\r\nEND:VCALENDAR";
    let task = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO";
    let due = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nDUE:20060112T170000Z";
    let todo = "END:VTODO\r\nEND:VCALENDAR";
    let card = ("BEGIN:VCARD\r\nVERSION:3.0", "END:VCARD");
    let note = ("BEGIN:VNOTE\r\nVERSION:1.1", "END:VNOTE");
    [
        Table {
            title: "Contacts",
            ways: &way::CARDS,
            frames: [card, card],
            rows: tables::CONTACTS,
        },
        Table {
            title: "Events",
            ways: &way::EVENTS,
            frames: [(started, end), (event, end)],
            rows: tables::EVENTS,
        },
        Table {
            title: "Tasks",
            ways: &way::TASKS,
            frames: [(due, todo), (task, todo)],
            rows: tables::TASKS,
        },
        Table {
            title: "Notes",
            ways: &way::NOTES,
            frames: [note, note],
            rows: tables::NOTES,
        },
    ]
}

fn table_of(tables: &[Table], kind: Kind) -> Option<&Table> {
    let title = match kind {
        Kind::Contact => "Contacts",
        Kind::Event => "Events",
        Kind::Task => "Tasks",
        Kind::Note => "Notes",
        Kind::Folder | Kind::File | Kind::Mail | Kind::Other => return None,
    };
    tables.iter().find(|table| table.title == title)
}

/// What each form does to the field of each row.
fn fates(table: &Table) -> BTreeMap<(&'static str, &'static str), Fate> {
    let rows = table.rows.iter();
    let pairs = rows.flat_map(|(_, row)| table.ways.iter().map(move |way| (*row, way)));
    pairs
        .map(|(row, way)| ((row, way.name), table.fate(row, way)))
        .collect()
}

#[test]
fn the_table_of_what_each_form_carries_is_true() {
    let mut page = HEAD.to_owned();
    for table in all_tables() {
        let fates = fates(&table);
        let names: Vec<_> = table.ways.iter().map(|way| way.name).collect();
        let (columns, marks) = (names.join(" | "), "---|".repeat(names.len()));
        let title = table.title;
        write!(
            page,
            "\n## {title}\n\n| field | stored as | {columns} |\n|---|---|{marks}\n"
        )
        .unwrap();
        for (field, row) in table.rows {
            let fates: Vec<_> = names
                .iter()
                .map(|name| fates[&(*row, *name)].name())
                .collect();
            let row = row.replace("|END:VALARM", "").replace('|', "` `");
            writeln!(page, "| {field} | `{row}` | {} |", fates.join(" | ")).unwrap();
        }
    }
    let path = root().join("conformance/pim/README.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        page,
        "UPDATE=1 writes it"
    );
}

const HEAD: &str = "# What each form carries\n\n\
An item is brought to one canonical form, and rendered for each device in the form that it takes. For each field this\n\
page says what becomes of it on the way to a device and back:\n\n\
* **carried**: it comes back as it was;\n\
* **approximated**: the device has it in another form or in part; what it was is still known to the server, and an\n  unchanged item that comes back does not change it;\n\
* **kept aside**: the form has no place for it; it stays with the server.\n\n\
The tables are written by `src/pim/corpus.rs` from what the code does (`UPDATE=1` writes them anew), and checked by it:\n\
an item of any form that visits a device of any other has still what is carried here. The device of the calendars lives\n\
in Prague and takes UTC. In `bodies/` lie items as devices write them; they go through every form in the same tests.\n";
