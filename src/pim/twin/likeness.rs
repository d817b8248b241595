//! How alike two items are: whether one can be what a device made of the other.
//!
//! Two people are never one because their names begin alike: what is not the same to the letter must be borne out by a
//! number or an address that both have, and nothing may speak against it. Of a name that lacks something all numbers and
//! addresses must be the other's, since father and son have a telephone in common, and sometimes a name; where neither has
//! any, the name alone will do.

mod generation;
mod touch;

use generation::Generation;
use touch::{Shared, Touch};

use super::fold::{digits, folded, is_same_number};
use super::{PART_CHARS, TITLE_STEM, has_text, names, sorted};
use crate::item::Content;
use crate::pim::facts::{self, Facts, Person};
use crate::pim::when::{When, seconds_between};
use crate::pim::{Kind, digest, kind};

/// How alike two items are, the likest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Both are called the same, and all addresses and numbers of one are the other's.
    Same,
    /// One may be what a device made of the other, and both are reached in the same ways.
    Close,
    /// One may be what a device made of the other.
    Similar,
    /// Both are called the same, and some address or number of one is the other's.
    Partly,
    /// Both are called the same.
    Namesake,
    /// Nothing speaks against it that a device made one of the other, but too little for it: it must be known otherwise,
    /// by a name of the device or by what it was offered.
    Possible,
    /// They are two.
    Other,
}

impl Likeness {
    /// Whether two that are so alike are twins, though nothing but what they say tells so.
    #[must_use]
    pub const fn is_twin(self) -> bool {
        match self {
            Self::Same | Self::Close | Self::Similar | Self::Partly | Self::Namesake => true,
            Self::Possible | Self::Other => false,
        }
    }
}

/// Compares two items.
#[must_use]
pub fn likeness(one: &Content, other: &Content) -> Likeness {
    let kinds = (kind(one), kind(other));
    if kinds.0 != kinds.1 {
        return Likeness::Other;
    }
    let facts = || (facts::facts(one, kinds.0), facts::facts(other, kinds.1));
    let likeness = match kinds.0 {
        Kind::Contact => people(&facts::person(one), &facts::person(other)),
        Kind::Event | Kind::Task => {
            let (one, other) = facts();
            entries(&one, &other)
        }
        Kind::Note => {
            let (one, other) = facts();
            of_texts(&one.summary, &other.summary)
        }
        Kind::Folder | Kind::File | Kind::Mail => {
            let (one, other) = facts();
            by_names(&one, &other)
        }
        Kind::Other => None,
    };
    likeness.unwrap_or_else(|| {
        if digest(one) == digest(other) {
            Likeness::Same
        } else {
            Likeness::Other
        }
    })
}

/// Whether two contacts are called the same to the letter, wherever they work. By that alone they are not one; but a device
/// that had the one, and has the other under the same name of its own, has it with another company now.
#[must_use]
pub fn namesakes(one: &Content, other: &Content) -> bool {
    let are_people = [one, other]
        .into_iter()
        .all(|item| kind(item) == Kind::Contact);
    let called = |one: &Person, other: &Person| called(&one.facts, &other.facts);
    are_people && called(&facts::person(one), &facts::person(other)) == Some(Called::Same)
}

/// Whether two events, or two tasks, have the same title to the letter, whenever they are. By that alone they are not one;
/// but a device that had the one, and has the other under the same name of its own, has it at another time now.
#[must_use]
pub fn retimed(one: &Content, other: &Content) -> bool {
    let of = kind(one);
    if !matches!(of, Kind::Event | Kind::Task) || kind(other) != of {
        return false;
    }
    let (one, other) = (
        facts::facts(one, of).summary,
        facts::facts(other, of).summary,
    );
    has_text(&one) && Text::of(&one, &other) == Text::Same
}

/// Folders and files by their names, mails by their headers: no device cuts these. `None` without any.
fn by_names(one: &Facts, other: &Facts) -> Option<Likeness> {
    let said = |facts: &Facts| {
        [&facts.summary, &facts.email, &facts.when].map(|fact| folded(fact, usize::MAX))
    };
    let (one, other) = (said(one), said(other));
    if one != other {
        return Some(Likeness::Other);
    }
    let is_there = one.iter().any(|fact| !fact.is_empty());
    is_there.then_some(Likeness::Same)
}

/// By what people read first; `None` where there is nothing.
fn of_texts(one: &str, other: &str) -> Option<Likeness> {
    Some(match Text::of(one, other) {
        Text::Same if !has_text(one) => return None,
        Text::Same => Likeness::Same,
        Text::Cut(least) if least >= TITLE_STEM => Likeness::Similar,
        Text::Cut(least) if least >= SUMMARY_CUT => Likeness::Possible,
        Text::Cut(_) | Text::Missing | Text::Other => Likeness::Other,
    })
}

/// How two texts lie to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Same,
    /// One of them is missing.
    Missing,
    /// One is the beginning of the other, so many characters long.
    Cut(usize),
    Other,
}

impl Text {
    fn of(one: &str, other: &str) -> Self {
        let (one, other) = (folded(one, usize::MAX), folded(other, usize::MAX));
        let (short, long) = if one.len() < other.len() {
            (&one, &other)
        } else {
            (&other, &one)
        };
        // A dot stands for the rest of a name, an ellipsis for that of a text.
        let short_stem = short.trim_end_matches(['.', '\u{2026}']).trim_end();
        if short == long {
            Self::Same
        } else if short.is_empty() {
            Self::Missing
        } else if !short_stem.is_empty() && long.starts_with(short_stem) {
            Self::Cut(short_stem.chars().count())
        } else {
            Self::Other
        }
    }
}

fn entries(one: &Facts, other: &Facts) -> Option<Likeness> {
    let text = of_texts(&one.summary, &other.summary);
    if one.when == other.when {
        let untitled = (!one.when.is_empty()).then_some(Likeness::Same);
        return text.or(untitled);
    }
    // A device that knows no zones has an event on its own clock: some hours off, on a full quarter.
    let on_another_clock = match (instant(&one.when), instant(&other.when)) {
        (Some((a, in_utc)), Some((b, also_in_utc))) if in_utc != also_in_utc => {
            let apart = seconds_between(a, b);
            apart.abs() <= FURTHEST_ZONE && apart % QUARTER == 0
        }
        (Some(_) | None, Some(_) | None) => false,
    };
    let one_is_never = one.when.is_empty() || other.when.is_empty();
    if text == Some(Likeness::Same) && (on_another_clock || one_is_never) {
        Some(Likeness::Similar)
    } else {
        Some(Likeness::Other)
    }
}

/// A start in its one spelling, and whether it is in UTC.
fn instant(text: &str) -> Option<(jiff::civil::DateTime, bool)> {
    let (day, clock) = text.split_at_checked(8)?;
    let text = if clock.is_empty() {
        day.to_owned()
    } else {
        format!("{day}T{clock}")
    };
    let when = When::read(&text)?;
    Some((when.at(), matches!(when, When::Utc(_))))
}

fn people(one: &Person, other: &Person) -> Option<Likeness> {
    let company = Text::of(&one.facts.company, &other.facts.company);
    let born = !one.born.is_empty() && !other.born.is_empty() && one.born != other.born;
    if born || company == Text::Other {
        return Some(Likeness::Other);
    }
    let in_touch = Touch::of(one, other);
    let called = match called(&one.facts, &other.facts)? {
        Called::Otherwise => Called::Otherwise,
        called @ (Called::Same | Called::Less | Called::Cut) => {
            match generation::between(&one.suffix, &other.suffix) {
                Generation::Same => called,
                // A household has one telephone; an address of mail is one person's.
                Generation::Missing if in_touch.by_mail => Called::Less,
                Generation::Missing | Generation::Other => Called::Otherwise,
            }
        }
    };
    Some(match (called, in_touch.how) {
        (Called::Same, Shared::All | Shared::Within) => Likeness::Same,
        (Called::Same, Shared::Some) => Likeness::Partly,
        (Called::Same, Shared::Unknown | Shared::Neither | Shared::None) => Likeness::Namesake,
        (Called::Less | Called::Cut, Shared::All) => Likeness::Close,
        // Of a name and nothing else, one without the middle name is the same one more often than another.
        (Called::Less | Called::Cut, Shared::Within) | (Called::Less, Shared::Neither) => {
            Likeness::Similar
        }
        (Called::Less | Called::Cut, Shared::Some) | (Called::Less, Shared::Unknown) => {
            Likeness::Possible
        }
        (Called::Less, Shared::None)
        | (Called::Cut, Shared::Unknown | Shared::Neither | Shared::None)
        | (Called::Otherwise, _) => Likeness::Other,
    })
}

/// How two contacts are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Called {
    Same,
    /// One has no middle name, or not that it is the younger one.
    Less,
    /// A part of one's name is the beginning of the other's.
    Cut,
    Otherwise,
}

/// `None` where neither is called anything.
fn called(one: &Facts, other: &Facts) -> Option<Called> {
    let is_split = |facts: &Facts| facts.name.iter().filter(|part| has_text(part)).count() > 1;
    if !(is_split(one) && is_split(other)) {
        return called_in_one(one, other);
    }
    let [family, given, middle] = &one.name;
    let [family_too, given_too, middle_too] = &other.name;
    let parts = [(family, family_too), (given, given_too)].map(|(one, other)| Text::of(one, other));
    let middle = Text::of(middle, middle_too);
    let is_cut = |text: &Text| matches!(text, Text::Cut(least) if *least >= NAME_CUT);
    let [Text::Same, Text::Same] = parts else {
        let fits = parts.iter().all(|part| *part == Text::Same || is_cut(part));
        let is_cut = fits && middle != Text::Other;
        return Some(if is_cut {
            Called::Cut
        } else {
            Called::Otherwise
        });
    };
    Some(match middle {
        Text::Same => Called::Same,
        Text::Missing => Called::Less,
        // "A." of "Ann".
        Text::Cut(_) => Called::Cut,
        Text::Other => Called::Otherwise,
    })
}

/// Where one of two has its name in one field: the same words, whatever their order.
fn called_in_one(one: &Facts, other: &Facts) -> Option<Called> {
    let (name, name_too) = (names(one), names(other));
    if name.is_empty() && name_too.is_empty() {
        return called_instead(one, other);
    }
    let (words, words_too) = (sorted(&name), sorted(&name_too));
    if words == words_too {
        return Some(Called::Same);
    }
    if sorted(&without_middle(one)) == words_too || sorted(&without_middle(other)) == words {
        return Some(Called::Less);
    }
    Some(match Text::of(&name, &name_too) {
        Text::Cut(least) if least >= NAME_CUT => Called::Cut,
        Text::Cut(_) | Text::Same | Text::Missing | Text::Other => Called::Otherwise,
    })
}

/// Family and given name of a contact that has both; of a name in one field nobody knows which word is which.
fn without_middle(facts: &Facts) -> String {
    let [family, given, _] = facts.name.each_ref().map(|part| folded(part, PART_CHARS));
    if family.is_empty() || given.is_empty() {
        return String::new();
    }
    [family, given].join(" ")
}

/// Where neither has a name: by company, else mail, else telephone.
fn called_instead(one: &Facts, other: &Facts) -> Option<Called> {
    let instead = |facts: &Facts| {
        let parts = [&facts.company, &facts.email].map(|part| folded(part, usize::MAX));
        parts.into_iter().find(|part| !part.is_empty())
    };
    let (phone, phone_too) = (digits(&one.phone), digits(&other.phone));
    let is_same = match (instead(one), instead(other)) {
        (None, None) if phone.is_empty() && phone_too.is_empty() => return None,
        (None, None) => is_same_number(&phone, &phone_too),
        (one, other) => one == other,
    };
    Some(if is_same {
        Called::Same
    } else {
        Called::Otherwise
    })
}

/// No device cuts a part of a name shorter than this; "Jan" is not what is left of "Jana".
const NAME_CUT: usize = 8;
/// The same of summaries and first lines; one shorter than [`TITLE_STEM`] says too little by itself.
const SUMMARY_CUT: usize = 12;
/// Seconds between a clock and UTC, at the most.
const FURTHEST_ZONE: i64 = 14 * 3600;
/// Zones differ by full quarters of an hour.
const QUARTER: i64 = 900;

#[cfg(test)]
mod tests;
