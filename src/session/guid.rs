//! GUIDs: how our items are named to a device that has no name of its own for them yet (REQ-MAP-3, REQ-FIELD-8).
//!
//! A GUID is the item's number, in decimal. Where that is longer than the device's `MaxGUIDSize` it is the same number in
//! a shorter spelling, which begins with a letter: eight bytes name two million million items. Both spellings say the
//! number by themselves, so that a Map may come late, twice or in another session, at any node, and nothing is kept
//! for it. Sources: SyncML Sync Protocol 1.1, section 2.3; `DevInf` 1.2, section 5.3.18; field quirk P30.

use super::datastores::normalise;
use super::talk::Talk;
use crate::ids::ItemId;
use crate::message::DevInf;
use crate::message::devinf::DataStore;

/// Letters that a short GUID begins with.
const LETTERS: u64 = 26;
/// Digits and letters that follow.
const DIGITS: u64 = 36;

/// The name of an item for a device that takes names of `most` bytes; `None` when not even the short one is short enough.
pub(super) fn spelled(id: ItemId, most: Option<usize>) -> Option<String> {
    let fits = |name: &String| most.is_none_or(|most| name.len() <= most);
    Some(id.to_string())
        .filter(fits)
        .or_else(|| short(id).filter(fits))
}

/// The item that a device calls by our name for it, in either spelling.
pub(super) fn read(text: &str) -> Option<ItemId> {
    ItemId::from_guid(text).or_else(|| long(text))
}

/// The longest GUID that the device takes in this strand, in bytes: what is set for it, else what it says of the
/// datastore, else of any.
pub(super) fn most(talk: &Talk<'_, '_>, strand: usize) -> Option<usize> {
    let theirs = talk.state.strands.get(strand).map(|s| s.theirs.as_str());
    let told = || told(talk.devinf.as_ref()?, theirs.unwrap_or_default());
    talk.quirks.max_guid.or_else(told)
}

/// `MaxGUIDSize` of the datastore of this name; of the strictest one where it stands under another name.
fn told(devinf: &DevInf, theirs: &str) -> Option<usize> {
    let size = |store: &DataStore| -> Option<usize> {
        let size = store.max_guid_size.as_deref()?.trim().parse::<usize>().ok();
        size.filter(|most| *most > 0)
    };
    let (stores, name) = (&devinf.datastores, normalise(theirs));
    let named = |store: &&DataStore| normalise(&store.source_ref) == name;
    match stores.iter().find(named) {
        Some(store) => size(store),
        None => stores.iter().filter_map(size).min(),
    }
}

/// The number in a spelling that begins with a letter: all of one letter first, then all of two places, and so on.
fn short(id: ItemId) -> Option<String> {
    let mut rest = u64::try_from(id.0).ok()?.checked_sub(1)?;
    let (mut places, mut room) = (1, LETTERS);
    while rest >= room {
        rest -= room;
        places += 1;
        room = room.saturating_mul(DIGITS);
    }
    let mut name = Vec::with_capacity(places);
    for _ in 1..places {
        name.push(char::from_digit(u32::try_from(rest % DIGITS).ok()?, 36)?);
        rest /= DIGITS;
    }
    // The letters are the digits from ten on.
    name.push(char::from_digit(u32::try_from(rest).ok()? + 10, 36)?);
    Some(name.iter().rev().collect::<String>().to_ascii_uppercase())
}

/// The reverse of [`short`]; case does not matter.
fn long(text: &str) -> Option<ItemId> {
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    let mut chars = text.chars();
    let first = u64::from(chars.next()?.to_digit(36)?).checked_sub(10)?;
    let (mut number, mut before, mut room) = (first, 0_u64, LETTERS);
    for c in chars {
        number = number
            .checked_mul(DIGITS)?
            .checked_add(u64::from(c.to_digit(36)?))?;
        before = before.checked_add(room)?;
        room = room.saturating_mul(DIGITS);
    }
    let id = number.checked_add(before)?.checked_add(1)?;
    i64::try_from(id).ok().map(ItemId)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// REQ-MAP-3, REQ-FIELD-8.
    #[test]
    fn a_guid_is_the_number_and_a_shorter_spelling_where_that_is_too_long() {
        let rows = [
            (7, None, Some("7")),
            (i64::MAX, None, Some("9223372036854775807")),
            (99_999_999, Some(8), Some("99999999")),
            (100_000_000, Some(8), Some("AWSLR1")),
            (2_095_681_645_538, Some(8), Some("ZZZZZZZZ")),
            (2_095_681_645_539, Some(8), None),
            (9, Some(1), Some("9")),
            (10, Some(1), Some("J")),
            (26, Some(1), Some("Z")),
            (27, Some(1), None),
            (27, Some(0), None),
            (1_234_567, Some(4), Some("ZPUS")),
        ];
        for (number, most, expected) in rows {
            let name = spelled(ItemId(number), most);
            assert_eq!(name.as_deref(), expected, "{number} for {most:?}");
        }
    }

    /// REQ-MAP-3: also of a Map that comes late, or to another node.
    #[test]
    fn every_spelling_of_a_number_is_read_and_no_two_numbers_share_one() {
        let edges = (1..=3000).chain([99_999_999, 100_000_000, 2_095_681_645_538, i64::MAX]);
        let mut names = std::collections::BTreeSet::new();
        for number in edges {
            let id = ItemId(number);
            for name in [id.to_string(), short(id).unwrap()] {
                assert_eq!(read(&name), Some(id), "{name}");
                assert_eq!(
                    read(&format!(" {}\0", name.to_lowercase())),
                    Some(id),
                    "{name}"
                );
                assert!(names.insert(name));
            }
        }
    }

    #[test]
    fn what_names_no_item_of_ours_is_no_guid() {
        let none = [
            "",
            "0",
            "-1",
            "1A",
            "A-1",
            "\u{e9}",
            "9223372036854775808",
            "B7BY9RSCBNHNH",
            "ZZZZZZZZZZZZZZZZ",
        ];
        for text in none {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(short(ItemId(0)), None);
        assert_eq!(short(ItemId(-1)), None);
    }

    /// REQ-MAP-3.
    #[test]
    fn the_size_is_that_of_the_datastore_or_else_the_smallest() {
        let store = |name: &str, size: Option<&str>| DataStore {
            source_ref: name.to_owned(),
            max_guid_size: size.map(str::to_owned),
            ..DataStore::default()
        };
        let devinf = DevInf {
            datastores: vec![
                store("./Contacts", Some(" 8 ")),
                store("./Notes", Some("4")),
                store("./Other", None),
                store("./Nonsense", Some("0")),
            ],
            ..DevInf::default()
        };
        let rows = [
            ("contacts/", Some(8)),
            ("./Notes", Some(4)),
            ("./Other", None),
            ("./Nonsense", None),
            ("./C\\Data", Some(4)),
        ];
        for (name, most) in rows {
            assert_eq!(told(&devinf, name), most, "{name}");
        }
    }
}
