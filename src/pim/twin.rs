//! Which two items are the same thing, and what to call one: what they say of themselves compared as people would.
//!
//! The key finds candidates: it is the same for an item in every version, zone and dialect, and for what a device may
//! have made of it: names and titles it cut, a middle name it dropped. [`likeness`] says of two whether they are the same.
//!
//! ```text
//! called  the words of a name that no device drops    fold  words without case, accents put together
//! start   when an event starts, in one spelling
//! ```
//!
//! Keys are stored. Whoever changes one raises [`FORMULA`]: then all are made anew when the next version starts.
//!
//! Source: the fields by which libsynthesis tells twins, REQ-FMT-7.

mod called;
pub mod fold;
mod likeness;
pub mod start;

use xxhash_rust::xxh3::xxh3_64;

use super::Kind;
use super::facts::Facts;
use fold::{digits, folded};

pub use likeness::{Likeness, likeness, namesakes, retimed};

/// Which formula the keys are made by: the larger number is the later one.
pub const FORMULA: u32 = 2;

/// Digests of the facts by which an item may be the twin of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// The one it is stored with.
    pub stored: u64,
    /// The one of a twin that has its name in one field, the family first or last; `None` where that is the same.
    pub other: Option<u64>,
}

/// The keys of an item of this kind; `None` when there is nothing to go by.
pub fn keys(facts: &Facts, kind: Kind) -> Option<Keys> {
    let name = match kind {
        Kind::Contact => called::words(facts),
        Kind::Event
        | Kind::Task
        | Kind::Note
        | Kind::Folder
        | Kind::File
        | Kind::Mail
        | Kind::Other => None,
    };
    if let Some(called::Words { stored, other }) = name {
        let key = |words: String| xxh3_64(format!("contact{SEPARATOR}{words}").as_bytes());
        return Some(Keys {
            stored: key(stored),
            other: other.map(key),
        });
    }
    key(facts, kind).map(|stored| Keys {
        stored,
        other: None,
    })
}

fn key(facts: &Facts, kind: Kind) -> Option<u64> {
    let mut key = Key::default();
    match kind {
        Kind::Contact => nameless(facts, &mut key)?,
        Kind::Event | Kind::Task => {
            if facts.when.is_empty() && !has_text(&facts.summary) {
                return None;
            }
            key.add(if kind == Kind::Task { "task" } else { "event" });
            // Few things are at one time: there the beginning of a title, which a device may have cut, will do.
            let told = if facts.when.is_empty() {
                SUMMARY_CHARS
            } else {
                TITLE_STEM
            };
            key.add_stem(&facts.summary, told);
            key.add(&facts.when);
        }
        Kind::Note => {
            if !has_text(&facts.summary) {
                return None;
            }
            key.add("note");
            key.add(&facts.summary);
        }
        Kind::Folder | Kind::File => {
            if !has_text(&facts.summary) {
                return None;
            }
            key.add(if kind == Kind::Folder {
                "folder"
            } else {
                "file"
            });
            key.add_whole(&facts.summary);
        }
        Kind::Mail => {
            if !has_text(&facts.summary) && !has_text(&facts.email) {
                return None;
            }
            key.add("mail");
            key.add_whole(&facts.summary);
            key.add_whole(&facts.email);
            key.add_whole(&facts.when);
        }
        Kind::Other => return None,
    }
    Some(xxh3_64(key.text.as_bytes()))
}

/// Of a contact without a name, the first of what it is called by instead.
fn nameless(facts: &Facts, key: &mut Key) -> Option<()> {
    key.add("contact");
    let phone = digits(&facts.phone);
    let phone = phone.get(phone.len().saturating_sub(LOCAL_DIGITS)..)?;
    let instead = [&facts.company, &facts.email]
        .into_iter()
        .find(|fact| has_text(fact));
    key.add("");
    key.add(instead.map_or(phone, String::as_str));
    (instead.is_some() || !phone.is_empty()).then_some(())
}

/// Family, given and middle name, or how the contact wants to be shown, folded; empty without any of these.
fn names(facts: &Facts) -> String {
    let parts = facts.name.each_ref().map(|part| folded(part, PART_CHARS));
    let name = parts.join(" ");
    if name.trim().is_empty() {
        folded(&facts.shown, SUMMARY_CHARS)
    } else {
        name
    }
}

/// Words in the order of the alphabet.
fn sorted(words: &str) -> String {
    let mut words: Vec<_> = words.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// What a person reads in a list: one line of at most 80 characters, empty when there is nothing to show.
pub fn title(facts: &Facts) -> String {
    let [family, given, middle] = &facts.name;
    let name = [given.as_str(), middle, family].join(" ");
    let candidates = [
        &facts.summary,
        &facts.shown,
        &name,
        &facts.company,
        &facts.email,
        &facts.phone,
    ];
    let shown = candidates
        .into_iter()
        .find(|text| has_text(text))
        .map(String::as_str)
        .unwrap_or_default();
    let mut title = String::new();
    let mut room = TITLE_CHARS;
    for word in shown
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        let gap = if title.is_empty() { "" } else { " " };
        for c in gap.chars().chain(word.chars()) {
            let Some(less) = room.checked_sub(1) else {
                title.pop();
                title.push('\u{2026}');
                return title;
            };
            room = less;
            title.push(c);
        }
    }
    title
}

/// Whether a text says anything at all.
pub fn has_text(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control())
}

/// Texts put one after the other in a form that does not see case and blanks.
#[derive(Debug, Default)]
struct Key {
    text: String,
}

impl Key {
    /// As much of a text as a device may be trusted to keep.
    fn add(&mut self, text: &str) {
        self.text.push_str(&folded(text, SUMMARY_CHARS));
        self.text.push(SEPARATOR);
    }

    /// The beginning of a text, so many characters of it.
    fn add_stem(&mut self, text: &str, chars: usize) {
        self.text
            .push_str(&stem(&folded(text, SUMMARY_CHARS), chars));
        self.text.push(SEPARATOR);
    }

    fn add_whole(&mut self, text: &str) {
        self.text.push_str(&folded(text, usize::MAX));
        self.text.push(SEPARATOR);
    }
}

/// The beginning of a text, and the digits behind it: what machines make up by the thousand differs there.
fn stem(text: &str, chars: usize) -> String {
    let digits = text.chars().skip(chars).filter(char::is_ascii_digit);
    text.chars().take(chars).chain(digits).collect()
}

const TITLE_CHARS: usize = 80;
/// So much of a title no device cuts, in characters.
const TITLE_STEM: usize = 20;
/// What is cut behind so many characters of a summary or a first line is found all the same.
const SUMMARY_CHARS: usize = 40;
/// The same of each part of a name.
const PART_CHARS: usize = 24;
/// A number within a town has about as many digits.
const LOCAL_DIGITS: usize = 7;
const SEPARATOR: char = '\u{1f}';
