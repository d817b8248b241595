//! What an item means: contacts, events, tasks, notes, folders, files and mails, in the type they came in.
//!
//! Bodies are kept byte for byte; this module reads them, and writes one only for a device that wants less of it. It says what a body is
//! ([`classify`], [`kind`]), whether two say the same ([`digest`]) or are the same thing ([`twin_key`]), when one
//! was changed ([`changed_at`]) and what to call it ([`title`]). All of it is pure, never fails, and takes time
//! linear to the body.
//!
//! ```text
//! line    content lines, lossless        decode  encodings, charsets, escapes
//! walk    components inside one another  facts   the fields that name an item
//! digest, twin, time: one question each  note, sif, omads, mail: the formats that are not made of such lines
//! filter  which items a device asked for            fields  and what of each
//! model   the whole of an item as a tree, read from bytes and written in any version
//! card    contacts in every version, and SIF-C      memo    notes in every form
//! when    dates and times                zone    time zones by every name      recur  rules and what they come to
//! calendar  events and tasks between both versions, as a device has them
//! lens    an item as one device sees it, and what its user did to it
//! files   folders and files of a computer as items, and back
//! ```
//!
//! A new content type is one file here, a row in `Form::of` and one in [`kind`].

pub mod calendar;
pub mod card;
pub mod decode;
mod digest;
mod facts;
pub mod fields;
pub mod files;
pub mod filter;
pub mod lens;
pub mod line;
mod mail;
pub mod memo;
pub mod model;
mod note;
mod omads;
pub mod recur;
mod sif;
pub mod takes;
mod time;
mod twin;
pub mod walk;
pub mod when;
pub mod zone;

pub use omads::FOLDER;
pub use twin::{FORMULA as TWIN_FORMULA, Likeness, likeness, namesakes, retimed};

use crate::ids::Millis;
use crate::item::{Content, Digest, MediaType, TwinKey};
use walk::Component;

/// What sort of thing an item is, whatever its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person or a company.
    Contact,
    /// An entry in a calendar.
    Event,
    /// Something to be done.
    Task,
    /// A text.
    Note,
    /// A folder: other items may lie in it.
    Folder,
    /// A file.
    File,
    /// A mail.
    Mail,
    /// Anything else: carried, not understood.
    Other,
}

/// How a body is written, by its media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Components of content lines.
    Object,
    /// Flat XML, and the kind of its root.
    Sif(Kind),
    /// Plain text.
    Text,
    /// A data object of DS 1.2 in XML, and its kind.
    Omads(Kind),
    /// A mail with its header.
    Mail,
    /// Bytes of any other type.
    Bytes,
}

impl Form {
    fn of(media_type: &MediaType) -> Self {
        match media_type.as_str() {
            VCARD_2 | VCARD_3 | VCALENDAR | ICALENDAR | VNOTE | VMESSAGE | VBOOKMARK => {
                Self::Object
            }
            "text/x-s4j-sifc" => Self::Sif(Kind::Contact),
            "text/x-s4j-sife" => Self::Sif(Kind::Event),
            "text/x-s4j-sift" => Self::Sif(Kind::Task),
            "text/x-s4j-sifn" => Self::Sif(Kind::Note),
            "text/plain" => Self::Text,
            omads::FOLDER => Self::Omads(Kind::Folder),
            omads::FILE => Self::Omads(Kind::File),
            omads::EMAIL => Self::Omads(Kind::Mail),
            RFC822 => Self::Mail,
            _ => Self::Bytes,
        }
    }
}

/// What a body is: its content first, then what the device declared, in the usual spelling.
///
/// Devices label items wrongly, oddly (`text/directory`) or not at all; the first `BEGIN` and `VERSION`, or the
/// root element of a SIF document, are right. [`digest`] and the others go by the type this answers.
#[must_use]
pub fn classify(body: &[u8], declared: &MediaType) -> MediaType {
    let declared = match declared.as_str() {
        "text/directory" => VCARD_3,
        "text/vnote" => VNOTE,
        "application/ics" | "text/icalendar" | "text/x-icalendar" => ICALENDAR,
        "text/vcalendar" | "text/x-vcal" => VCALENDAR,
        usual => usual,
    };
    let one_of = |known: [&'static str; 2], fallback| {
        known
            .into_iter()
            .find(|t| *t == declared)
            .unwrap_or(fallback)
    };
    let known = match (opening(body), line::version(body)) {
        (Some(Opening::Card), Some(b"3.0" | b"4.0")) => Some(VCARD_3),
        (Some(Opening::Card), Some(b"2.1")) => Some(VCARD_2),
        (Some(Opening::Card), Some(_) | None) => Some(one_of([VCARD_2, VCARD_3], VCARD_2)),
        (Some(Opening::Calendar), Some(b"2.0")) => Some(ICALENDAR),
        (Some(Opening::Calendar), Some(b"1.0")) => Some(VCALENDAR),
        (Some(Opening::Calendar), Some(_) | None) => {
            Some(one_of([VCALENDAR, ICALENDAR], VCALENDAR))
        }
        (Some(Opening::Note), _) => Some(VNOTE),
        (Some(Opening::Message), _) => Some(VMESSAGE),
        (Some(Opening::Bookmark), _) => Some(VBOOKMARK),
        (None, _) if is_omads(declared) => omads::media_type(body),
        (None, _) => sif::media_type(body),
    };
    MediaType::new(known.unwrap_or(declared))
}

/// Whether a declared type leaves open which of the objects of DS 1.2 a document is.
fn is_omads(declared: &str) -> bool {
    let xml = ["text/xml", "application/xml"];
    let objects = [omads::FOLDER, omads::FILE, omads::EMAIL];
    objects.iter().chain(&xml).any(|known| *known == declared)
}

/// What sort of thing an item is; in a calendar its first component decides, so that a device which keeps
/// events and tasks in one store can be told them apart.
#[must_use]
pub fn kind(content: &Content) -> Kind {
    match Form::of(&content.media_type) {
        Form::Object => match facts::subject(&content.body) {
            Some(Component::Card) => Kind::Contact,
            Some(Component::Event) => Kind::Event,
            Some(Component::Todo) => Kind::Task,
            Some(Component::Journal | Component::Note) => Kind::Note,
            Some(Component::Calendar | Component::Other(_)) | None => Kind::Other,
        },
        Form::Sif(kind) | Form::Omads(kind) => kind,
        Form::Text => Kind::Note,
        Form::Mail => Kind::Mail,
        Form::Bytes => Kind::Other,
    }
}

/// A digest of what an item says, equal for two bodies that say the same.
///
/// Folding, transfer encoding, charset, line ends, the order of properties and parameters, the spelling of
/// types (`TEL;HOME`, `TEL;TYPE=home`), empty properties and those that only say when and by what the
/// body was written (`REV`, `PRODID`, `DTSTAMP`, ...) do not count. Other types are compared as bytes.
#[must_use]
pub fn digest(content: &Content) -> Digest {
    let digest = match Form::of(&content.media_type) {
        Form::Object => digest::object(&content.body),
        Form::Sif(_) => digest::fields(&content.body),
        Form::Text => digest::text(&content.body),
        Form::Omads(_) => omads::digest(&content.body).unwrap_or_else(|| bytes(&content.body)),
        Form::Mail | Form::Bytes => bytes(&content.body),
    };
    Digest(digest.cast_signed())
}

fn bytes(body: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(body)
}

/// A digest of the facts by which two items may be the same thing: it finds candidates, [`likeness`] decides.
///
/// Contact: the family name and the first given name (else company, mail or telephone); event: the beginning of its
/// summary and the start; task: the same and the due date; note: its first line; folder and file: the name; mail: sender,
/// receivers, subject and date. Case, blanks, how accents are put together, the version, the zone of a time and the
/// dialect of a day do not count. Where there is nothing of this, the item's [`digest`].
#[must_use]
pub fn twin_key(content: &Content) -> TwinKey {
    twin_keys(content).0
}

/// The [`twin_key`] of an item, and another one by which a twin may be kept that has its name in one field.
#[must_use]
pub fn twin_keys(content: &Content) -> (TwinKey, Option<TwinKey>) {
    let kind = kind(content);
    let key = |key: u64| TwinKey(key.cast_signed());
    match twin::keys(&facts::of_key(content, kind), kind) {
        Some(twin::Keys { stored, other }) => (key(stored), other.map(key)),
        None => (TwinKey(digest(content).0), None),
    }
}

/// When an item says it was last changed (`REV`, `LAST-MODIFIED`, else `DTSTAMP`); `None` when it does not say.
/// The device's clock may be wrong: good enough to choose between two edits, not to order them.
#[must_use]
pub fn changed_at(content: &Content) -> Option<Millis> {
    match Form::of(&content.media_type) {
        Form::Object => {
            let lines = facts::properties(&content.body, ["REV", "LAST-MODIFIED", "DTSTAMP"]);
            // One that was made up, because the book asks for one, is the beginning of time.
            lines
                .iter()
                .flatten()
                .find_map(|line| time::instant(&decode::text(line)))
                .filter(|at| *at != Millis(0))
        }
        Form::Omads(_) => time::instant(&omads::field(&content.body, "modified")),
        Form::Sif(_) | Form::Text | Form::Mail | Form::Bytes => None,
    }
}

/// Whether a device of vCalendar 1.0 has an event come again by a rule where it was shown none: the rule has no words for it,
/// and what it has is older, or of its own making.
#[must_use]
pub fn has_own_rule(sent: &Content, shown: &Content) -> bool {
    let has_rule = |content: &Content| {
        let mut steps = walk::Walk::new(&content.body);
        steps.any(|step| match step {
            walk::Step::Property(line) => line.is("RRULE") && !line.is_blank(),
            walk::Step::Begin(_) | walk::Step::End(_) => false,
        })
    };
    sent.media_type.as_str() == VCALENDAR && has_rule(sent) && !has_rule(shown)
}

/// What a person reads in a list: a name, a summary or a first line, at most 80 characters, possibly none.
#[must_use]
pub fn title(content: &Content) -> String {
    twin::title(&facts::facts(content, kind(content)))
}

/// The first component of a body.
#[derive(Debug, Clone, Copy)]
enum Opening {
    Card,
    Calendar,
    Note,
    Message,
    Bookmark,
}

fn opening(body: &[u8]) -> Option<Opening> {
    let body = body
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(body)
        .trim_ascii_start();
    let (begin, rest) = body.split_at_checked(b"BEGIN:".len())?;
    if !begin.eq_ignore_ascii_case(b"BEGIN:") {
        return None;
    }
    let end = rest
        .iter()
        .position(|b| matches!(b, b'\r' | b'\n'))
        .unwrap_or(rest.len());
    let name = rest.get(..end)?.trim_ascii();
    OPENINGS
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
        .map(|(_, opening)| *opening)
}

const OPENINGS: [(&str, Opening); 8] = [
    ("VCARD", Opening::Card),
    ("VCALENDAR", Opening::Calendar),
    ("VEVENT", Opening::Calendar),
    ("VTODO", Opening::Calendar),
    ("VNOTE", Opening::Note),
    ("VMSG", Opening::Message),
    ("VMESSAGE", Opening::Message),
    ("VBKM", Opening::Bookmark),
];

const RFC822: &str = "message/rfc822";
const VCARD_2: &str = "text/x-vcard";
const VCARD_3: &str = "text/vcard";
const VCALENDAR: &str = "text/x-vcalendar";
const ICALENDAR: &str = "text/calendar";
const VNOTE: &str = "text/x-vnote";
const VMESSAGE: &str = "text/x-vmessage";
const VBOOKMARK: &str = "text/x-vbookmark";

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
