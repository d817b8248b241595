//! The forms an item goes through: from the canonical one to each, and back.

use jiff::civil::date;

use crate::item::{Content, MediaType};
use crate::pim::calendar::{self, CalendarQuirks, View, sif};
use crate::pim::lens::{Form, Lens};
use crate::pim::model::{Document, Folding, Reading, Spelling, Version, read, write};
use crate::pim::zone::Zone;
use crate::pim::{Kind, kind};

/// One form.
#[derive(Clone, Copy)]
pub struct Way {
    /// What it is called.
    pub name: &'static str,
    /// The form itself.
    pub form: Form,
    /// From a canonical item, or one of any other form, to it.
    pub there: fn(&Content) -> Content,
    /// From it to the canonical item.
    pub back: fn(&Content) -> Content,
}

pub const CARDS: [Way; 4] = [
    Way {
        name: "vCard 2.1",
        form: Form::Lines(Version::Card21),
        there: |item| Lens::of(Form::Lines(Version::Card21)).render(item),
        back: canonical,
    },
    Way {
        name: "vCard 3.0",
        form: Form::Lines(Version::Card30),
        there: |item| Lens::of(Form::Lines(Version::Card30)).render(item),
        back: canonical,
    },
    Way {
        name: "vCard 4.0",
        form: Form::Lines(Version::Card40),
        there: |item| Lens::of(Form::Lines(Version::Card40)).render(item),
        back: canonical,
    },
    Way {
        name: "SIF-C",
        form: Form::Sif,
        there: |item| Lens::of(Form::Sif).render(item),
        back: canonical,
    },
];

pub const NOTES: [Way; 3] = [
    Way {
        name: "text/plain",
        form: Form::Text,
        there: |item| Lens::of(Form::Text).render(item),
        back: canonical,
    },
    Way {
        name: "vNote 1.1",
        form: Form::Lines(Version::Note11),
        there: |item| Lens::of(Form::Lines(Version::Note11)).render(item),
        back: canonical,
    },
    Way {
        name: "SIF-N",
        form: Form::Sif,
        there: |item| Lens::of(Form::Sif).render(item),
        back: canonical,
    },
];

pub const EVENTS: [Way; 3] = entries("SIF-E");
pub const TASKS: [Way; 3] = entries("SIF-T");

const fn entries(sif: &'static str) -> [Way; 3] {
    [
        Way {
            name: "vCalendar 1.0",
            form: Form::Lines(Version::Calendar10),
            there: |item| shown(item, Version::Calendar10),
            back: entry,
        },
        Way {
            name: "iCalendar 2.0",
            form: Form::Lines(Version::Calendar20),
            there: |item| shown(item, Version::Calendar20),
            back: entry,
        },
        Way {
            name: sif,
            form: Form::Sif,
            there: |item| Content {
                media_type: MediaType::new(if kind(item) == Kind::Task {
                    "text/x-s4j-sift"
                } else {
                    "text/x-s4j-sife"
                }),
                body: sif::write(&document(item), &prague()).unwrap().body,
            },
            back: entry,
        },
    ]
}

/// The forms for an item of this kind.
pub fn ways(item: &Content) -> &'static [Way] {
    match kind(item) {
        Kind::Contact => &CARDS,
        Kind::Note => &NOTES,
        Kind::Event => &EVENTS,
        Kind::Task => &TASKS,
        Kind::Folder | Kind::File | Kind::Mail | Kind::Other => &[],
    }
}

/// The canonical item of one in any form.
pub fn stored(item: &Content) -> Content {
    match kind(item) {
        Kind::Event | Kind::Task => entry(item),
        Kind::Contact | Kind::Note | Kind::Folder | Kind::File | Kind::Mail | Kind::Other => {
            canonical(item)
        }
    }
}

fn canonical(item: &Content) -> Content {
    Lens::of(Form::AsStored).canonical(item)
}

fn entry(item: &Content) -> Content {
    written(&document(item), Version::Calendar20)
}

fn shown(item: &Content, version: Version) -> Content {
    let shown = calendar::render(&document(item), version, &prague()).unwrap();
    written(&shown.document, version)
}

/// The canonical calendar of one in any form.
fn document(item: &Content) -> Document {
    if item.media_type.as_str().starts_with("text/x-s4j-") {
        return sif::read(&item.body, &prague());
    }
    calendar::read(&read(&item.body, Reading::default()).unwrap(), &prague())
}

fn written(document: &Document, version: Version) -> Content {
    Content {
        media_type: MediaType::new(match version {
            Version::Calendar10 => "text/x-vcalendar",
            Version::Calendar20
            | Version::Card21
            | Version::Card30
            | Version::Card40
            | Version::Note11
            | Version::Other => "text/calendar",
        }),
        body: write(document, &Spelling::of(version)),
    }
}

/// A device in Prague that does everything by the book.
fn prague() -> View {
    View {
        zone: Zone::named("Europe/Prague"),
        utc: true,
        now: date(2006, 6, 1).at(12, 0, 0, 0),
        quirks: CalendarQuirks::default(),
    }
}

/// What a canonical item says, a line each: a component within an entry is one line, an override another; time zones,
/// and what frames them all, say nothing by themselves.
pub fn lines(item: &Content) -> Vec<String> {
    if item.media_type.as_str() == "text/plain" {
        return vec![format!("BODY:{}", String::from_utf8_lossy(&item.body))];
    }
    let Ok(document) = read(&item.body, Reading::default()) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for outer in &document.root.components {
        let entries = outer
            .components
            .iter()
            .filter(|c| c.name == "VEVENT" || c.name == "VTODO");
        let entries: Vec<_> = if outer.name == "VCALENDAR" {
            entries.collect()
        } else {
            vec![outer]
        };
        for entry in entries {
            let mut own: Vec<String> = entry
                .properties
                .iter()
                .map(|p| line(p.clone(), document.version))
                .collect();
            own.retain(|line| !line.starts_with("VERSION") && !line.ends_with(':'));
            own.extend(entry.components.iter().map(|inner| {
                let mut inside: Vec<_> = inner
                    .properties
                    .iter()
                    .map(|p| line(p.clone(), document.version))
                    .collect();
                inside.sort();
                format!("{}:{}", inner.name, inside.join("|"))
            }));
            if entry.first("RECURRENCE-ID").is_some() {
                own.sort();
                own = vec![format!("override:{}", own.join("|"))];
            }
            lines.extend(own);
        }
    }
    lines.sort();
    lines
}

/// A property in one line.
fn line(property: crate::pim::model::Property, version: Version) -> String {
    let mut document = Document {
        version,
        root: crate::pim::model::Component::default(),
    };
    document.root.properties.push(property);
    let how = Spelling {
        folding: Folding::Never,
        ..Spelling::of(version)
    };
    let line = String::from_utf8_lossy(&write(&document, &how)).into_owned();
    // Parts that are empty at the end say nothing.
    ordered(line.trim_end_matches([';', '\r', '\n', ' ']))
}

/// A line with its parameters, and the parts of a rule, in the order of the alphabet.
fn ordered(line: &str) -> String {
    let mut quoted = false;
    let colon = line.find(|c| {
        quoted ^= c == '"';
        !quoted && c == ':'
    });
    let (head, value) = line.split_at(colon.unwrap_or(line.len()));
    let sorted = |text: &str, from: usize| {
        let mut parts: Vec<_> = text.split(';').collect();
        parts.get_mut(from..).unwrap_or_default().sort_unstable();
        parts.join(";")
    };
    let value = match value
        .strip_prefix(':')
        .filter(|_| head.starts_with("RRULE"))
    {
        Some(rule) => format!(":{}", sorted(rule, 0)),
        None => value.to_owned(),
    };
    sorted(head, 1) + &value
}
