//! The words of a name that no device drops.
//!
//! A device may have no place for a middle name, or one field for all of a name, in either order. So a contact is sought
//! by its family name and the first of its given names, and, where a twin might have all in one field, by the words at
//! the ends of that. This finds candidates; who is whose twin is for [`super::likeness`] to say.

use super::{PART_CHARS, names, stem};
use crate::pim::facts::Facts;
use crate::pim::twin::fold::folded;

/// By which words a contact is sought.
pub(super) struct Words {
    /// Those it is stored by.
    pub(super) stored: String,
    /// Those that a twin may be stored by; `None` where they are the same.
    pub(super) other: Option<String>,
}

/// The words of a contact; `None` where it has no name.
pub(super) fn words(facts: &Facts) -> Option<Words> {
    let [family, given, middle] = facts.name.each_ref().map(|part| folded(part, PART_CHARS));
    let whole;
    let (stored, other) = if family.is_empty() || given.is_empty() {
        whole = names(facts);
        let mut words = whole.split_whitespace();
        let first = words.next()?;
        let second = words.next().unwrap_or(first);
        let last = words.next_back().unwrap_or(second);
        ([first, last], [first, second])
    } else {
        whole = [family.as_str(), &given, &middle].join(" ");
        let is_name = middle.chars().any(char::is_alphabetic);
        let own = if is_name { &middle } else { &given };
        ([first(&given), last(&family)], [first(&family), last(own)])
    };
    // Digits are no name: they were put there to tell one from another, wherever they stand.
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let [stored, other] = [stored, other].map(|words| in_order(words) + &digits);
    Some(Words {
        other: Some(other).filter(|other| *other != stored),
        stored,
    })
}

/// Two words in the order of the alphabet, each as much of it as no device cuts.
fn in_order(words: [&str; 2]) -> String {
    let [one, other] = words.map(|word| stem(word, WORD_STEM));
    if one <= other {
        format!("{one} {other} ")
    } else {
        format!("{other} {one} ")
    }
}

fn first(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}

fn last(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}

/// So much of a name no device cuts, in characters.
const WORD_STEM: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pim::Kind;
    use crate::pim::facts::facts;
    use crate::pim::tests::card;

    fn words_of(name: &str) -> Words {
        words(&facts(&card(name), Kind::Contact)).unwrap()
    }

    /// Whether one is found where the other is stored, both ways.
    fn find_each_other(one: &str, other: &str) -> bool {
        let (one, other) = (words_of(one), words_of(other));
        let finds = |one: &Words, other: &Words| {
            one.stored == other.stored || one.other.as_ref() == Some(&other.stored)
        };
        let both = [finds(&one, &other), finds(&other, &one)];
        assert_eq!(both[0], both[1]);
        both[0]
    }

    #[test]
    fn a_name_is_found_by_what_devices_make_of_it() {
        for (one, other) in [
            ("N:Doe;Jane;Ann", "N:doe;JANE"),
            ("N:Doe;Jane;Ann", "N:Jane Doe"),
            ("N:Doe;Jane;Ann", "N:Jane Ann Doe"),
            ("N:Doe;Jane;Ann", "N:Doe Jane Ann"),
            ("N:Doe;Jane;Ann", "FN:Jane A. Doe"),
            ("N:Doe;Jane Ann", "N:Doe;Jane"),
            ("N:van der Berg;Jan", "N:Jan van der Berg"),
            ("N:Doe;;Jane", "N:Jane Doe"),
            ("N:;Mum", "FN:mum"),
            (
                "N:Papadopoulos-Konstantinidis;Alexandrina",
                "N:Papadopoul;Alexandr",
            ),
        ] {
            assert!(find_each_other(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_name_that_can_be_read_in_one_way_is_sought_once() {
        for (name, ways) in [
            ("N:Doe;Jane", 1),
            ("N:Jane Doe", 1),
            ("N:Doe;Jane;17", 1),
            ("N:Doe;Jane;Ann", 2),
            ("N:Jane Ann Doe", 2),
        ] {
            assert_eq!(
                1 + usize::from(words_of(name).other.is_some()),
                ways,
                "{name}"
            );
        }
    }

    #[test]
    fn who_has_another_family_or_given_name_is_not_looked_at() {
        for (one, other) in [
            ("N:Doe;Jane", "N:Roe;Jane"),
            ("N:Doe;Jane;Ann", "N:Roe;Jane;Ann"),
            ("N:Doe;Jan", "N:Doe;Jana"),
            // As machines make up people.
            ("N:Doe;Jane;1", "N:Doe;Jane;2"),
            ("N:Contact0001;Jane", "N:Contact0002;Jane"),
            ("FN:Load Test 17", "FN:Load Test 18"),
        ] {
            assert!(!find_each_other(one, other), "{one} {other}");
        }
    }
}
