//! Whether two contacts can be reached in the same ways: by telephone or by mail.

use crate::pim::facts::Person;
use crate::pim::twin::fold::{digits, folded, is_same_number};

/// What two contacts have in common of numbers and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touch {
    /// How much of it.
    pub(super) how: Shared,
    /// An address of mail is the same.
    pub(super) by_mail: bool,
}

/// How much of it is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// All of both.
    All,
    /// All that one of them has.
    Within,
    /// Some, and each has others.
    Some,
    /// One of them has neither numbers nor addresses.
    Unknown,
    /// Neither of them has any.
    Neither,
    /// Nothing.
    None,
}

impl Touch {
    pub(super) fn of(one: &Person, other: &Person) -> Self {
        let (ours, theirs) = (Ways::of(one), Ways::of(other));
        let (mine, yours) = (ours.among(&theirs), theirs.among(&ours));
        let how = match (mine.numbers + mine.mails, yours.numbers + yours.mails) {
            _ if ours.len() + theirs.len() == 0 => Shared::Neither,
            _ if ours.len() == 0 || theirs.len() == 0 => Shared::Unknown,
            (0, _) | (_, 0) => Shared::None,
            (all, all_too) if all == ours.len() && all_too == theirs.len() => Shared::All,
            (all, _) if all == ours.len() => Shared::Within,
            (_, all) if all == theirs.len() => Shared::Within,
            (_, _) => Shared::Some,
        };
        Self {
            how,
            by_mail: mine.mails > 0,
        }
    }
}

/// The ways to reach a contact, in one spelling; no more than [`crate::pim::facts::MOST`] of each.
struct Ways {
    numbers: Vec<String>,
    mails: Vec<String>,
}

/// How many of each.
struct Count {
    numbers: usize,
    mails: usize,
}

impl Ways {
    fn of(person: &Person) -> Self {
        let numbers = person.numbers.iter().map(|number| digits(number));
        let mails = person.mails.iter().map(|mail| folded(mail, usize::MAX));
        Self {
            numbers: numbers.collect(),
            mails: mails.collect(),
        }
    }

    const fn len(&self) -> usize {
        self.numbers.len() + self.mails.len()
    }

    /// How many of these the other has, too.
    fn among(&self, other: &Self) -> Count {
        let is_there = |number: &&String| {
            let mut theirs = other.numbers.iter();
            theirs.any(|too| is_same_number(number, too))
        };
        Count {
            numbers: self.numbers.iter().filter(is_there).count(),
            mails: self
                .mails
                .iter()
                .filter(|mail| other.mails.contains(mail))
                .count(),
        }
    }
}
