//! Real-shaped items through every form, and the table of what each form carries (`conformance/pim/README.md`).
//!
//! `UPDATE=1` writes the table anew. Where recordings of devices are at hand (`ANCHORAGE_CAPTURES`, or beside the
//! project), the bodies in them take part.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::lens::{Applied, Form, Lens};
use super::model::Version;
use super::{classify, digest};
use crate::item::{Content, MediaType};

const FORMS: [(&str, Form); 4] = [
    ("vCard 2.1", Form::Lines(Version::Card21)),
    ("vCard 3.0", Form::Lines(Version::Card30)),
    ("vCard 4.0", Form::Lines(Version::Card40)),
    ("SIF-C", Form::Sif),
];

const NOTES: [(&str, Form); 3] = [
    ("text/plain", Form::Text),
    ("vNote 1.1", Form::Lines(Version::Note11)),
    ("SIF-N", Form::Sif),
];

fn content(body: &[u8]) -> Content {
    Content {
        media_type: classify(body, &MediaType::new("text/plain")),
        body: body.to_vec(),
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The bodies that lie in the project.
fn samples() -> Vec<Content> {
    let mut paths: Vec<_> = fs::read_dir(root().join("conformance/pim/bodies"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 12, "the bodies are there");
    paths
        .iter()
        .map(|path| content(&fs::read(path).unwrap()))
        .collect()
}

/// Chance that is the same every time (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

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

/// Contacts as phones write them, of every form.
fn invented(number: usize) -> Vec<Content> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    (0..number)
        .map(|at| {
            let mut body = format!(
                "BEGIN:VCARD\r\nVERSION:2.1\r\nN:{};{};;;\r\n",
                dice.one(&FAMILIES),
                dice.one(&GIVEN)
            );
            for _ in 0..dice.below(9) {
                body.extend([dice.one(&LINES), "\r\n"]);
            }
            body.push_str("END:VCARD\r\n");
            if at % 7 == 0 {
                body = body.replace("\r\n", "\n").to_lowercase();
            }
            let item = content(body.as_bytes());
            let (_, form) = FORMS[at % FORMS.len()];
            Lens::of(form).render(&item)
        })
        .collect()
}

/// The bodies in recordings of devices, as far as their markup lets them be cut out.
fn recorded() -> Vec<Content> {
    let folder = std::env::var_os("ANCHORAGE_CAPTURES")
        .map_or_else(|| root().join("../shared/captures"), PathBuf::from);
    let mut found = Vec::new();
    collect(&folder, &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<Content>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found);
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for (begin, end) in [
            ("BEGIN:VCARD", "END:VCARD"),
            ("BEGIN:VCALENDAR", "END:VCALENDAR"),
            ("<contact>", "</contact>"),
            ("<note>", "</note>"),
        ] {
            for piece in text.split(begin).skip(1) {
                if let Some((body, _)) = piece.split_once(end) {
                    found.push(content(format!("{begin}{body}{end}\r\n").as_bytes()));
                }
            }
        }
    }
}

#[test]
fn three_hundred_items_go_through_every_form_and_come_back_unchanged() {
    let items: Vec<_> = samples()
        .into_iter()
        .chain(invented(320))
        .chain(recorded())
        .collect();
    assert!(items.len() >= 300);
    for item in &items {
        let shown = || String::from_utf8_lossy(&item.body).into_owned();
        let stored = Lens::of(Form::AsStored).canonical(item);
        // Stored once, it is stored the same again.
        assert_eq!(
            digest(&Lens::of(Form::AsStored).canonical(&stored)),
            digest(&stored),
            "{}",
            shown()
        );
        let forms = match super::kind(&stored) {
            super::Kind::Note => &NOTES[..],
            super::Kind::Contact
            | super::Kind::Event
            | super::Kind::Task
            | super::Kind::Folder
            | super::Kind::File
            | super::Kind::Mail
            | super::Kind::Other => &FORMS,
        };
        for (name, form) in forms.iter().copied() {
            let lens = Lens::of(form);
            let sent = lens.render(&stored);
            assert_eq!(
                lens.apply_edits(Some(&stored), &stored, &sent),
                Applied::Unchanged,
                "{name} of {}\n{}",
                shown(),
                String::from_utf8_lossy(&sent.body)
            );
            // By way of this form to every other, nothing that this form carries is lost on the next.
            let through = lens.canonical(&sent);
            for (_, next) in forms.iter().copied() {
                let next = Lens::of(next);
                let again = next.render(&through);
                assert_eq!(
                    next.apply_edits(Some(&through), &through, &again),
                    Applied::Unchanged,
                    "{name} of {}",
                    shown()
                );
            }
        }
    }
}

/// Fields of a contact as they are stored: what the table is about.
const FIELDS: [(&str, &str); 34] = [
    (
        "name (family, given, middle, prefix, suffix)",
        "N:Doe;Jane;Ann;Dr.;PhD",
    ),
    ("shown name", "FN:Jane"),
    ("nickname", "NICKNAME:Jay"),
    ("several nicknames", "NICKNAME:Jay,JD"),
    ("telephone, mobile", "TEL;TYPE=cell:1"),
    ("telephone, home", "TEL;TYPE=home,voice:1"),
    ("telephone, fax at work", "TEL;TYPE=work,fax:1"),
    ("telephone, preferred", "TEL;TYPE=home,pref:1"),
    ("telephone, no kind", "TEL:1"),
    ("telephone, ISDN", "TEL;TYPE=isdn:1"),
    ("mail, no kind", "EMAIL:j@example.org"),
    ("mail, work", "EMAIL;TYPE=work:j@example.org"),
    ("web page", "URL:http://example.org/"),
    ("address, home", "ADR;TYPE=home:;;Road;Town;Region;1;UK"),
    (
        "address, second line",
        "ADR;TYPE=home:;Floor;Road;Town;Region;1;UK",
    ),
    ("address label", "LABEL;TYPE=home:Road\\nTown"),
    ("company and department", "ORG:Acme;R&D"),
    ("a third level of a company", "ORG:Acme;R&D;Lab"),
    ("title, role", "TITLE:t"),
    ("note of several lines", "NOTE:a\\nb"),
    ("birthday", "BDAY:1970-01-31"),
    ("birthday with its time", "BDAY:1970-01-31T10:20:30Z"),
    ("birthday without its year", "BDAY:--0131"),
    ("anniversary", "ANNIVERSARY:2001-02-03"),
    ("categories", "CATEGORIES:a,b"),
    ("class", "CLASS:PRIVATE"),
    ("picture", "PHOTO;TYPE=JPEG;ENCODING=b:AAEC"),
    (
        "picture elsewhere",
        "PHOTO;VALUE=uri:http://example.org/a.jpg",
    ),
    ("sound", "SOUND;TYPE=WAVE;ENCODING=b:AAEC"),
    ("public key", "KEY;TYPE=PGP;ENCODING=b:AAEC"),
    ("position", "GEO:1.5;2.5"),
    ("messenger", "IMPP:xmpp:j@example.org"),
    ("gender", "GENDER:F"),
    ("what is unknown", "X-EVOLUTION-SPOUSE;X-A=b:Joe"),
];

const NOTE_FIELDS: [(&str, &str); 3] = [
    ("text", "BODY:a"),
    ("categories", "CATEGORIES:a;b"),
    ("what is unknown", "X-A:b"),
];

/// What a form does to one line of an item.
fn fate(frame: (&str, &str), line: &str, form: Form) -> &'static str {
    let (begin, end) = frame;
    let item = content(format!("{begin}\r\n{line}\r\n{end}\r\n").as_bytes());
    let stored = Lens::of(Form::AsStored).canonical(&item);
    let back = Lens::of(form).canonical(&Lens::of(form).render(&stored));
    let name = line.split([':', ';']).next().unwrap();
    let lines = |content: &Content| {
        let text = String::from_utf8_lossy(&content.body).replace("\r\n ", "");
        let mut lines: Vec<_> = text
            .lines()
            .filter(|l| l.split([':', ';']).next() == Some(name))
            .map(str::to_owned)
            .collect();
        if content.media_type.as_str() == "text/plain" && name == "BODY" {
            lines = vec![format!("BODY:{text}")];
        }
        lines.sort();
        lines
    };
    let (before, after) = (lines(&stored), lines(&back));
    if before == after {
        "carried"
    } else if after.is_empty() {
        "kept aside"
    } else {
        "approximated"
    }
}

fn table(out: &mut String, forms: &[(&str, Form)], fields: &[(&str, &str)], frame: (&str, &str)) {
    let names: Vec<_> = forms.iter().map(|(name, _)| *name).collect();
    writeln!(
        out,
        "| field | stored as | {} |\n|---|---|{}",
        names.join(" | "),
        "---|".repeat(names.len())
    )
    .unwrap();
    for (field, line) in fields {
        let fates: Vec<_> = forms
            .iter()
            .map(|(_, form)| fate(frame, line, *form))
            .collect();
        writeln!(out, "| {field} | `{line}` | {} |", fates.join(" | ")).unwrap();
    }
}

#[test]
fn the_table_of_what_each_form_carries_is_true() {
    let mut page = HEAD.to_owned();
    table(
        &mut page,
        &FORMS,
        &FIELDS,
        ("BEGIN:VCARD\r\nVERSION:3.0", "END:VCARD"),
    );
    page.push_str("\n## Notes\n\n");
    table(
        &mut page,
        &NOTES,
        &NOTE_FIELDS,
        ("BEGIN:VNOTE\r\nVERSION:1.1", "END:VNOTE"),
    );
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
The tables are written by `src/pim/corpus.rs` from what the code does (`UPDATE=1` writes them anew), and checked by it.\n\
In `bodies/` lie items as devices write them; they go through every form in the same tests.\n\n## Contacts\n\n";
