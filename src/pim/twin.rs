//! Which two items are the same thing, and what to call one: what they say of themselves compared as people would.
//!
//! The key finds candidates: it is the same for an item in every version, zone and dialect. [`likeness`] says of two
//! whether they are the same; it also knows what a device may have made of one: names it cut, a middle name it dropped,
//! a number it wrote in another way.
//!
//! ```text
//! fold  words without case, accents put together    start  when an event starts, in one spelling
//! ```
//!
//! Source: the fields by which libsynthesis tells twins, REQ-FMT-7.

pub mod fold;
mod likeness;
pub mod start;

use xxhash_rust::xxh3::xxh3_64;

use super::Kind;
use super::facts::Facts;
use fold::{digits, folded};

pub use likeness::{Likeness, likeness, namesakes};

/// A digest of the facts by which two items of this kind may be twins; `None` when there is nothing to go by.
pub fn key(facts: &Facts, kind: Kind) -> Option<u64> {
    let mut key = Key::default();
    match kind {
        Kind::Contact => contact(facts, &mut key)?,
        Kind::Event | Kind::Task => {
            if facts.when.is_empty() && !has_text(&facts.summary) {
                return None;
            }
            key.add(if kind == Kind::Task { "task" } else { "event" });
            key.add(&facts.summary);
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

/// The words of the name in any order, since a device that has one field for it makes one of two; without a name, the
/// first of what a contact is called by instead.
fn contact(facts: &Facts, key: &mut Key) -> Option<()> {
    key.add("contact");
    let name = names(facts);
    if !name.is_empty() {
        key.add(&sorted(&name));
        return Some(());
    }
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

    fn add_whole(&mut self, text: &str) {
        self.text.push_str(&folded(text, usize::MAX));
        self.text.push(SEPARATOR);
    }
}

const TITLE_CHARS: usize = 80;
/// What is cut behind so many characters of a summary or a first line is found all the same.
const SUMMARY_CHARS: usize = 40;
/// The same of each part of a name.
const PART_CHARS: usize = 24;
/// A number within a town has about as many digits.
const LOCAL_DIGITS: usize = 7;
const SEPARATOR: char = '\u{1f}';
