//! The few facts by which people and the server tell one item from another.

use super::decode::{self, Char};
use super::line::Line;
use super::walk::{Component, Step, Walk};
use super::{Form, Kind, mail, note, omads, sif, twin};
use crate::item::Content;

/// What an item says about itself, as written; what it does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Family, given and middle name of a contact.
    pub name: [String; 3],
    /// How a contact wants its name shown.
    pub shown: String,
    /// A contact's company.
    pub company: String,
    /// Its first mail address; of a mail, sender and receivers.
    pub email: String,
    /// Its first telephone number.
    pub phone: String,
    /// Summary of an event or task, first line of a note, name of a folder or file, subject of a mail.
    pub summary: String,
    /// Start of an event or when a task is due, in one spelling (`twin::start`); the date of a mail, as written.
    pub when: String,
}

/// What tells one contact from another, besides its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// What it is called by.
    pub facts: Facts,
    /// Its birthday in digits, `19700131`.
    pub born: String,
    /// What stands behind its name, as written.
    pub suffix: String,
    /// Its telephone numbers, as written; no more than [`MOST`].
    pub numbers: Vec<String>,
    /// Its mail addresses, as written; no more than [`MOST`].
    pub mails: Vec<String>,
}

/// What a contact says of itself; one of an unknown type says nothing.
pub fn person(content: &Content) -> Person {
    let mut person = Person {
        facts: facts(content, Kind::Contact),
        ..Person::default()
    };
    let (mut born, mut suffix) = (String::new(), String::new());
    let mut add = |name: &str, text: String| {
        let is_mail = name == "EMAIL" || (name.starts_with("Email") && name.ends_with("Address"));
        let is_number =
            name == "TEL" || name.ends_with("TelephoneNumber") || name.ends_with("FaxNumber");
        let list = if is_mail {
            &mut person.mails
        } else if is_number || name == "PagerNumber" {
            &mut person.numbers
        } else {
            born = text
                .chars()
                .filter(char::is_ascii_digit)
                .take(DAY_DIGITS)
                .collect();
            return;
        };
        if list.len() < MOST && !text.trim().is_empty() {
            list.push(text);
        }
    };
    match Form::of(&content.media_type) {
        Form::Object => {
            let wanted = ["TEL", "EMAIL", "BDAY"];
            for line in of_subject(&content.body) {
                if suffix.is_empty() && line.is("N") {
                    [.., suffix] = parts::<NAME_PARTS>(Some(&line));
                } else if let Some(name) = wanted.iter().find(|name| line.is(name)) {
                    add(name, whole(Some(&line)));
                }
            }
        }
        Form::Sif(_) => {
            for (name, value) in sif::fields(&sif::unpacked(&content.body)) {
                if name == "Suffix" {
                    suffix = value.into_owned();
                } else if name == "Birthday"
                    || name.ends_with("Number")
                    || name.starts_with("Email")
                {
                    add(name, value.into_owned());
                }
            }
        }
        Form::Text | Form::Omads(_) | Form::Mail | Form::Bytes => {}
    }
    (person.born, person.suffix) = (born, suffix);
    person
}

/// The facts of an item; those of an unknown type are all empty.
pub fn facts(content: &Content, kind: Kind) -> Facts {
    match (Form::of(&content.media_type), kind) {
        (Form::Object, Kind::Contact) => card(&content.body),
        (Form::Object, Kind::Event | Kind::Task | Kind::Note) => entry(&content.body, kind),
        (Form::Sif(_), Kind::Contact | Kind::Event | Kind::Task | Kind::Note) => {
            fields(&content.body, kind)
        }
        (Form::Text, _) => Facts {
            summary: note::first_line(&note::text(&content.body)).to_owned(),
            ..Facts::default()
        },
        (Form::Omads(Kind::Mail), _) => {
            let inside = omads::field(&content.body, "emailitem");
            letter(inside.trim_start().as_bytes())
        }
        (Form::Omads(_), _) => Facts {
            summary: omads::field(&content.body, "name"),
            ..Facts::default()
        },
        (Form::Mail, _) => letter(&content.body),
        (Form::Object | Form::Sif(_), Kind::Folder | Kind::File | Kind::Mail | Kind::Other)
        | (Form::Bytes, _) => Facts::default(),
    }
}

/// No more of the facts than the key of a twin is made of: of a contact that has a name, that alone.
pub fn of_key(content: &Content, kind: Kind) -> Facts {
    if kind == Kind::Contact && Form::of(&content.media_type) == Form::Object {
        let [name] = properties(&content.body, ["N"]);
        let name = parts(name.as_ref());
        if name.iter().any(|part| twin::has_text(part)) {
            return Facts {
                name,
                ..Facts::default()
            };
        }
    }
    facts(content, kind)
}

fn letter(body: &[u8]) -> Facts {
    let [subject, from, to, cc, bcc, date] =
        mail::fields(body, ["Subject", "From", "To", "Cc", "Bcc", "Date"]);
    Facts {
        summary: subject,
        email: [from, to, cc, bcc].join(" "),
        when: date,
        ..Facts::default()
    }
}

/// The component an object is about: the first card, event, task, journal or note that opens.
pub fn subject(body: &[u8]) -> Option<Component> {
    Walk::new(body).find_map(|step| match step {
        Step::Begin(component) => is_subject(component).then_some(component),
        Step::Property(_) | Step::End(_) => None,
    })
}

/// Every property of the component an object is about.
fn of_subject(body: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut depth = None;
    let mut walk = Walk::new(body);
    let next = move || {
        while let Some(step) = walk.next() {
            match step {
                Step::Begin(component) if depth.is_none() && is_subject(component) => {
                    depth = Some(walk.open().len());
                }
                Step::Property(line) if depth == Some(walk.open().len()) => return Some(line),
                Step::End(_) if depth.is_some_and(|depth| walk.open().len() < depth) => break,
                Step::Begin(_) | Step::Property(_) | Step::End(_) => {}
            }
        }
        None
    };
    std::iter::from_fn(next).fuse()
}

/// The first filled property of each of these names in the component an object is about.
pub fn properties<'a, const N: usize>(body: &'a [u8], names: [&str; N]) -> [Option<Line<'a>>; N] {
    let mut found = [const { None }; N];
    let says_nothing = |b: &u8| b.is_ascii_whitespace() || *b == b';';
    for line in of_subject(body) {
        let slot = names
            .iter()
            .zip(&mut found)
            .find(|(name, _)| line.is(name))
            .map(|(_, slot)| slot);
        if let Some(slot @ None) = slot
            && !line.value().iter().all(says_nothing)
        {
            *slot = Some(line);
            if found.iter().all(Option::is_some) {
                break;
            }
        }
    }
    found
}

/// Whether an object can be about such a component.
pub fn is_subject(component: Component) -> bool {
    match component {
        Component::Card
        | Component::Event
        | Component::Todo
        | Component::Journal
        | Component::Note => true,
        Component::Calendar | Component::Other(_) => false,
    }
}

fn card(body: &[u8]) -> Facts {
    let [name, shown, company, email, phone] = properties(body, ["N", "FN", "ORG", "EMAIL", "TEL"]);
    let [company] = parts(company.as_ref());
    Facts {
        name: parts(name.as_ref()),
        shown: whole(shown.as_ref()),
        company,
        email: whole(email.as_ref()),
        phone: whole(phone.as_ref()),
        ..Facts::default()
    }
}

fn entry(body: &[u8], kind: Kind) -> Facts {
    let when = if kind == Kind::Task { "DUE" } else { "DTSTART" };
    let names = ["SUMMARY", "DESCRIPTION", "BODY", when, "DTEND", "DURATION"];
    let [summary, description, text, when, end, lasts] = properties(body, names);
    // A Nokia 7650 writes DESCRIPTION where others write SUMMARY; a vNote has its text in BODY.
    let summary = text.or(summary).or(description);
    let summary = whole(summary.as_ref());
    let summary = if kind == Kind::Note {
        note::first_line(&summary).to_owned()
    } else {
        summary
    };
    Facts {
        summary,
        when: when.map_or_else(String::new, |start| {
            twin::start::of_lines(body, &start, end.as_ref(), lasts.as_ref())
        }),
        ..Facts::default()
    }
}

fn fields(body: &[u8], kind: Kind) -> Facts {
    let mut facts = Facts::default();
    let [family, given, middle] = &mut facts.name;
    let mut text = String::new();
    let mut is_day = false;
    for (name, value) in sif::fields(&sif::unpacked(body)) {
        let slot = match name {
            "LastName" => &mut *family,
            "FirstName" => &mut *given,
            "MiddleName" => &mut *middle,
            "FileAs" => &mut facts.shown,
            "CompanyName" => &mut facts.company,
            "Email1Address" => &mut facts.email,
            "MobileTelephoneNumber" => &mut facts.phone,
            "Subject" if kind != Kind::Contact => &mut facts.summary,
            "Body" => &mut text,
            "Start" if kind == Kind::Event => &mut facts.when,
            "DueDate" if kind == Kind::Task => &mut facts.when,
            "AllDayEvent" => {
                is_day |= matches!(value.trim(), "1" | "-1" | "True" | "true");
                continue;
            }
            _ => continue,
        };
        if slot.is_empty() {
            value.trim().clone_into(slot);
        }
    }
    if facts.summary.is_empty() && kind != Kind::Contact {
        note::first_line(&text).clone_into(&mut facts.summary);
    }
    // The year 4501 is how Outlook spells "no date".
    if facts.when.starts_with("45") {
        facts.when.clear();
    }
    let is_day = is_day || (kind == Kind::Task && twin::start::is_midnight(&facts.when));
    facts.when = twin::start::of_field(&facts.when, is_day);
    facts
}

/// A value as one text.
fn whole(line: Option<&Line<'_>>) -> String {
    let Some(line) = line else {
        return String::new();
    };
    let text = decode::text(line);
    if text.contains(['\\', '\r']) {
        let plain = decode::unescaped(&text, line.dialect).map(|c| match c {
            Char::Plain(c) | Char::Escaped(c) => c,
        });
        return plain.collect();
    }
    text.into_owned()
}

/// The first parts of a value made of parts.
fn parts<const N: usize>(line: Option<&Line<'_>>) -> [String; N] {
    let mut parts = [const { String::new() }; N];
    let Some(line) = line else { return parts };
    let mut slots = parts.iter_mut();
    let mut slot = slots.next();
    for c in decode::unescaped(&decode::text(line), line.dialect) {
        match (c, &mut slot) {
            (_, None) => break,
            (Char::Plain(';'), Some(_)) => slot = slots.next(),
            (Char::Plain(c) | Char::Escaped(c), Some(part)) => part.push(c),
        }
    }
    parts
}

/// More numbers or addresses of one contact are not compared.
pub const MOST: usize = 32;

/// Family, given and middle name, and what stands before and behind them.
const NAME_PARTS: usize = 5;
const DAY_DIGITS: usize = 8;
