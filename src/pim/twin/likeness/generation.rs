//! Which of two people of one name is the younger one: `Jr.` and its like behind a name.
//!
//! A device that has no place for it drops it, like a doctor's title; but a title tells nobody from anybody, and this
//! tells a son from his father.

use crate::pim::twin::fold::folded;

/// How two suffixes lie to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// Both say the same of it, or nothing.
    Same,
    /// One says nothing of it.
    Missing,
    /// They are of two.
    Other,
}

/// Compares what stands behind two names, as written.
pub(super) fn between(one: &str, other: &str) -> Generation {
    match (of(one), of(other)) {
        (one, other) if one == other => Generation::Same,
        (None, _) | (_, None) => Generation::Missing,
        (Some(_), Some(_)) => Generation::Other,
    }
}

/// The generation that a suffix names, as the first of its spellings.
fn of(suffix: &str) -> Option<&'static str> {
    let suffix = folded(suffix, MOST_CHARS);
    let mut words = suffix.split([' ', ',', '.', ';']);
    words.find_map(|word| {
        let spellings = SPELLINGS.iter().find(|known| known.contains(&word))?;
        spellings.first().copied()
    })
}

/// In English, Czech, German, French, Portuguese and Spanish.
const SPELLINGS: [&[&str]; 5] = [
    &[
        "jr", "jun", "junior", "júnior", "ml", "mladší", "fils", "filho", "hijo",
    ],
    &[
        "sr", "sen", "senior", "sénior", "st", "starší", "père", "pai", "padre",
    ],
    &["ii", "2nd"],
    &["iii", "3rd", "neto"],
    &["iv", "4th"],
];

/// More of a suffix is not read.
const MOST_CHARS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_son_is_told_from_his_father_and_a_doctor_from_nobody() {
        let table = [
            ("Jr.", "junior", Generation::Same),
            ("PhD, Jr.", "JR", Generation::Same),
            ("PhD", "", Generation::Same),
            ("M.D.", "Esq.", Generation::Same),
            ("Jr.", "PhD", Generation::Missing),
            ("", "III", Generation::Missing),
            ("Sr.", "Jr.", Generation::Other),
            ("ml.", "st.", Generation::Other),
            ("II", "III", Generation::Other),
        ];
        for (one, other, expected) in table {
            assert_eq!(between(one, other), expected, "{one} {other}");
            assert_eq!(between(other, one), expected, "{other} {one}");
        }
    }
}
