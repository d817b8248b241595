//! Invented contacts and notes, as phones write them.

use super::items::{Dice, content};
use super::way::{CARDS, NOTES, Way};
use crate::item::Content;

const FAMILIES: [&str; 10] = [
    "Doe",
    "Nov\u{e1}k",
    "M\u{fc}ller",
    "O'Brien",
    "\u{5c71}\u{7530}",
    "\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432}",
    "van der Berg",
    "Garc\u{ed}a-L\u{f3}pez",
    "\u{391}\u{3b2}\u{3b3}",
    "Smith\\;Jones",
];
const GIVEN: [&str; 8] = [
    "Jane",
    "Ji\u{159}\u{ed}",
    "Bj\u{f6}rn",
    "\u{592a}\u{90ce}",
    "\u{41f}\u{451}\u{442}\u{440}",
    "Anne-Marie",
    "X \u{c6} A-12",
    "",
];
const LINES: [&str; 32] = [
    "TEL;CELL:+420777000111",
    "TEL;HOME;VOICE:2",
    "TEL;WORK;FAX:(555) 010-2000",
    "TEL;WORK;VOICE;PREF:4",
    "TEL;PAGER:5",
    "TEL;CAR:6",
    "TEL:7p8",
    "EMAIL;INTERNET:a@example.org",
    "EMAIL;INTERNET;WORK:b@example.org",
    "EMAIL;X400:c=us",
    "URL:http://example.org/?a=b;c",
    "URL;WORK:example.org",
    "ADR;HOME:;;1 Road, flat 2;Town;;11000;UK",
    "ADR;WORK:Box 7;Floor 3;Street;City;State;Z;Country",
    "LABEL;HOME:1 Road",
    "ORG:Acme, Inc.;R&D;Lab",
    "TITLE:Head of a very long title that has to be cut somewhere",
    "ROLE:r",
    "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab; c, d=5C",
    "NOTE:plain",
    "BDAY:19700131",
    "BDAY:1970-01-31T00:00:00Z",
    "X-NICKNAME:Jay",
    "X-ANNIVERSARY:20010203",
    "CATEGORIES:Family;Friends",
    "X-CLASS:PRIVATE",
    "PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQSkZJRgABAQEASABIAAD/\r\n",
    "GEO:1.5,2.5",
    "REV:20060102T030405Z",
    "X-IRMC-LUID:7",
    "UID:u-1",
    "X-EVOLUTION-SPOUSE;X-A=b:Joe",
];

/// What a card has once.
const ONCE: [&str; 6] = ["BDAY", "UID", "REV", "GEO", "X-ANNIVERSARY", "X-CLASS"];

/// Contacts, each in one of the forms.
pub fn contacts(number: usize) -> Vec<Content> {
    let mut dice = Dice::new();
    (0..number)
        .map(|at| {
            let mut body = format!(
                "BEGIN:VCARD\r\nVERSION:2.1\r\nN:{};{};;;\r\n",
                dice.one(&FAMILIES),
                dice.one(&GIVEN)
            );
            for _ in 0..dice.below(9) {
                let line = dice.one(&LINES);
                let name = line.split([':', ';']).next().unwrap();
                let is_there = body.contains(&format!("\r\n{name}"));
                if !(is_there && ONCE.contains(&name)) {
                    body.extend([line, "\r\n"]);
                }
            }
            body.push_str("END:VCARD\r\n");
            if at % 7 == 0 {
                body = body.replace("\r\n", "\n").to_lowercase();
            }
            let Way { there, .. } = CARDS[at % CARDS.len()];
            there(&content(body.as_bytes()))
        })
        .collect()
}

const TEXTS: [&str; 7] = [
    "Milk",
    "Nov\u{e1} po\u{161}ta",
    "",
    "a; b, c\\d",
    "\u{4e70}\u{725b}\u{5976}",
    "  indented, and so long that a line of a vNote has to be broken somewhere behind its middle",
    "=3D is no quoted-printable",
];

/// Notes, each in one of the forms.
pub fn notes(number: usize) -> Vec<Content> {
    let mut dice = Dice::new();
    (0..number)
        .map(|at| {
            let lines: Vec<_> = (0..=dice.below(4)).map(|_| dice.one(&TEXTS)).collect();
            let Way { there, .. } = NOTES[at % NOTES.len()];
            there(&content(lines.join("\r\n").as_bytes()))
        })
        .collect()
}
