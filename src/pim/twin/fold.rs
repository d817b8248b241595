//! Text as people compare it: blind to case, blanks and how accents are put together.
//!
//! Composed and decomposed accents, and the wide and narrow forms of Japanese, are one (Unicode NFKC). Source: Unicode
//! Standard Annex 15.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizer;

/// The words of a text, folded, with one blank between them; at most so many characters.
pub fn folded(text: &str, most: usize) -> String {
    let text = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        ComposingNormalizer::new_nfkc().normalize(text)
    };
    let mut out = String::with_capacity(text.len());
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    if let Some((end, _)) = out.char_indices().nth(most) {
        out.truncate(end);
        out.truncate(out.trim_end().len());
    }
    out
}

/// The digits of a telephone number, without those that only dial out of a country or into a trunk.
pub fn digits(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// Whether two numbers are one: the same digits, or one is the other without its prefixes.
pub fn is_same_number(one: &str, other: &str) -> bool {
    one == other
        || (one.len().min(other.len()) >= LOCAL_DIGITS
            && (one.ends_with(other) || other.ends_with(one)))
}

/// A number within a town has about as many digits.
const LOCAL_DIGITS: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_however_its_accents_are_put_together() {
        let table = [
            ("Ji\u{159}\u{ed}", "jir\u{30c}i\u{301}"),
            ("M\u{dc}LLER", " mu\u{308}ller "),
            ("\u{391}\u{394}", "\u{3b1}\u{3b4}"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("a \t b", "A B"),
            ("\u{130}", "I\u{307}"),
        ];
        for (one, other) in table {
            assert_eq!(folded(one, 99), folded(other, 99), "{one} {other}");
        }
        assert_ne!(folded("a", 9), folded("\u{e4}", 9));
        assert_eq!(folded("ab cd", 3), "ab");
    }

    #[test]
    fn a_number_is_the_same_with_and_without_what_dials_it() {
        let same = |one, other| is_same_number(&digits(one), &digits(other));
        assert!(same("+420 777 000 111", "777000111"));
        assert!(same("00420-777-000-111", "+420 (777) 000111"));
        assert!(same("0161 496 0000", "+44 161 4960000"));
        assert!(same("112", "1-1-2"));
        assert!(!same("112", "2"));
        assert!(!same("777000111", "777000112"));
    }
}
