//! How the values of flags are written: numbers, words, lists.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

use crate::pim::lens::quirks::Slot;
use crate::session::quirks::Share;

pub(super) fn put<T>(field: &mut T, value: Option<T>) -> bool {
    value.map(|value| *field = value).is_some()
}

pub(super) fn switch(field: &mut bool, text: &str) -> bool {
    put(field, text.parse().ok())
}

pub(super) fn number(text: &str, max: usize) -> Option<usize> {
    text.parse().ok().filter(|number| *number <= max)
}

/// A time in seconds; none of them is no time at all.
pub(super) fn seconds(number: usize) -> Option<Duration> {
    let seconds = u64::try_from(number).ok().filter(|seconds| *seconds > 0);
    seconds.map(Duration::from_secs)
}

pub(super) fn share(text: &str) -> Option<Share> {
    match text.strip_suffix('%') {
        Some(percent) => number(percent, 100)
            .filter(|percent| *percent > 0)
            .map(Share::Percent),
        None => text
            .parse()
            .ok()
            .filter(|bytes| *bytes >= 1024)
            .map(Share::Bytes),
    }
}

/// A case of an enum by its word.
pub(super) fn word<T: DeserializeOwned>(field: &mut T, text: &str) -> bool {
    let value = serde_json::Value::String(text.to_owned());
    put(field, serde_json::from_value(value).ok())
}

/// The word of a case of an enum.
pub(super) fn word_of<T: Serialize>(field: &T) -> String {
    match serde_json::to_value(field) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}

/// A text that is one of these words, `none` for the first.
pub(super) fn one_of(field: &mut Option<String>, text: &str, words: &[&str]) -> bool {
    let word = words.iter().find(|word| **word == text);
    put(
        field,
        word.map(|word| Some((*word).to_owned()).filter(|word| word != "none")),
    )
}

/// `TEL,EMAIL`: names of properties, in capitals.
pub(super) fn names(text: &str) -> Option<Vec<String>> {
    list(text, |one| is_property(one).then(|| one.to_owned()))
}

/// `voice,car`: types of properties.
pub(super) fn types(text: &str) -> Option<Vec<String>> {
    list(text, |one| is_type(one).then(|| one.to_owned()))
}

/// `TEL;work;fax,TEL;pager`: properties with their types.
pub(super) fn typed(text: &str) -> Option<Vec<(String, Vec<String>)>> {
    list(text, |one| {
        let mut words = one.split(';');
        let name = words.next().filter(|name| is_property(name))?;
        let types: Vec<String> = words.map(str::to_owned).collect();
        let known = types.iter().all(|word| is_type(word));
        known.then(|| (name.to_owned(), types))
    })
}

pub(super) fn typed_text(all: &[(String, Vec<String>)]) -> String {
    let one = |(name, types): &(String, Vec<String>)| {
        let words = std::iter::once(name).chain(types);
        words.map(String::as_str).collect::<Vec<_>>().join(";")
    };
    all.iter().map(one).collect::<Vec<_>>().join(",")
}

/// The same as fixed places.
pub(super) fn slots(text: &str) -> Option<Vec<Slot>> {
    let places = typed(text)?.into_iter();
    Some(places.map(|(name, types)| Slot { name, types }).collect())
}

pub(super) fn slots_text(slots: &[Slot]) -> String {
    let typed: Vec<_> = slots
        .iter()
        .map(|slot| (slot.name.clone(), slot.types.clone()))
        .collect();
    typed_text(&typed)
}

/// `NICKNAME:X-EPOCSECONDNAME`, `EMAIL:-`: properties, each with a text; `*` is any property.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    list(text, |one| {
        let (name, text) = one.split_once(':')?;
        let is_good = (name == "*" || is_property(name)) && !text.trim().is_empty();
        is_good.then(|| (name.to_owned(), text.to_owned()))
    })
}

pub(super) fn pairs_text(all: &[(String, String)]) -> String {
    let one = |(name, text): &(String, String)| format!("{name}:{text}");
    all.iter().map(one).collect::<Vec<_>>().join(",")
}

/// `TEL;fax:1`: how many there may be of a property with this type.
pub(super) fn counts(text: &str) -> Option<Vec<(String, String, usize)>> {
    list(text, |one| {
        let (what, most) = one.split_once(':')?;
        let (name, word) = what.split_once(';')?;
        let most = number(most, 100)?;
        (is_property(name) && is_type(word)).then(|| (name.to_owned(), word.to_owned(), most))
    })
}

pub(super) fn counts_text(all: &[(String, String, usize)]) -> String {
    let one = |(name, word, most): &(String, String, usize)| format!("{name};{word}:{most}");
    all.iter().map(one).collect::<Vec<_>>().join(",")
}

/// A list between commas; the empty text is the empty list.
fn list<T>(text: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',').map(|part| one(part.trim())).collect()
}

fn is_property(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_part)
}

fn is_type(word: &str) -> bool {
    TYPES.contains(&word)
}

/// The types of numbers and addresses, as vCard 2.1 and 3.0 have them.
const TYPES: [&str; 20] = [
    "home", "work", "pref", "voice", "fax", "msg", "cell", "pager", "bbs", "modem", "car", "isdn",
    "video", "pcs", "internet", "x400", "dom", "intl", "postal", "parcel",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_told_as_they_were_given_and_nonsense_is_refused() {
        for text in ["", "TEL;cell,TEL;work;fax,ADR"] {
            assert_eq!(typed_text(&typed(text).unwrap()), text);
            assert_eq!(slots_text(&slots(text).unwrap()), text);
        }
        assert_eq!(pairs_text(&pairs("EMAIL:-,*:.").unwrap()), "EMAIL:-,*:.");
        assert_eq!(counts_text(&counts("TEL;fax:1").unwrap()), "TEL;fax:1");
        assert_eq!(names("TEL, X-MOT-CAT").unwrap(), ["TEL", "X-MOT-CAT"]);
        for nonsense in ["tel", "TEL,,ADR", ",", "TEL;FAX"] {
            assert!(names(nonsense).is_none(), "{nonsense}");
        }
        assert!(types("voice,horse").is_none() && typed("TEL;horse").is_none());
        assert!(pairs("EMAIL").is_none() && pairs("EMAIL:").is_none());
        assert!(counts("TEL;fax:many").is_none() && counts("TEL:1").is_none());
    }
}
