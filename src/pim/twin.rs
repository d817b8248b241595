//! Which two items are the same thing, and what to call one: names compared as people would.
//!
//! Accents are not yet composed (Unicode NFC), so a name typed on a system that decomposes them is
//! another one here.

use xxhash_rust::xxh3::xxh3_64;

use super::Kind;
use super::facts::Facts;

/// A digest of the facts by which two items of this kind are twins; `None` when there is nothing to go by.
pub fn key(facts: &Facts, kind: Kind) -> Option<u64> {
    let mut key = Key::default();
    match kind {
        Kind::Contact => {
            let name = if facts.name.iter().any(|part| has_text(part)) {
                &facts.name[..]
            } else {
                &[]
            };
            let instead = [&facts.shown, &facts.company, &facts.email, &facts.phone]
                .into_iter()
                .find(|fact| has_text(fact));
            if name.is_empty() {
                key.add("");
                key.add(instead?);
            } else {
                for part in name {
                    key.add(part);
                }
            }
            key.add(&facts.company);
        }
        Kind::Event | Kind::Task => {
            let when = moment(&facts.when);
            if when.is_empty() && !has_text(&facts.summary) {
                return None;
            }
            key.add(if kind == Kind::Task { "task" } else { "event" });
            key.add(&facts.summary);
            key.add(&when);
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
            key.add(&facts.summary);
        }
        Kind::Mail => {
            if !has_text(&facts.summary) && !has_text(&facts.email) {
                return None;
            }
            key.add("mail");
            key.add(&facts.summary);
            key.add(&facts.email);
            key.add(&facts.when);
        }
        Kind::Other => return None,
    }
    Some(xxh3_64(key.text.as_bytes()))
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

fn has_text(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control())
}

/// A date or time reduced to its digits, `Z` kept; midnight in local time is the day itself, since
/// vCalendar has no other way to say that an event has no time.
fn moment(when: &str) -> String {
    let utc = when.trim_end().ends_with(['Z', 'z']);
    let digits: String = when.chars().filter(char::is_ascii_digit).collect();
    if utc {
        return digits + "Z";
    }
    digits
        .strip_suffix("000000")
        .filter(|day| day.len() == DAY_DIGITS)
        .map_or(digits.clone(), str::to_owned)
}

/// Texts put one after the other in a form that does not see case and blanks.
#[derive(Debug, Default)]
struct Key {
    text: String,
}

impl Key {
    fn add(&mut self, text: &str) {
        for word in text
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
        {
            for c in word.chars() {
                self.text.extend(c.to_lowercase());
            }
            self.text.push(' ');
        }
        self.text.push(SEPARATOR);
    }
}

const TITLE_CHARS: usize = 80;
const DAY_DIGITS: usize = 8;
const SEPARATOR: char = '\u{1f}';
