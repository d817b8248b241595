//! Words that the versions have in their own ways: states, transparency, priorities. Field quirk C22.

use super::Scale;

/// A state of vCalendar 1.0 in the words of iCalendar; `None` for an event that is not yet decided on.
pub(super) fn status_from_old(text: &str, task: bool) -> Option<String> {
    let word = text.trim().to_ascii_uppercase().replace('-', " ");
    let table = if task { TASK_STATES } else { EVENT_STATES };
    if let Some((_, new)) = table.iter().find(|(old, _)| *old == word) {
        return Some((*new).to_owned()).filter(|new| !new.is_empty());
    }
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A state of iCalendar in the words of vCalendar 1.0.
pub(super) fn status_to_old(text: &str, task: bool) -> String {
    let word = text.trim().to_ascii_uppercase();
    let table = if task { TASK_STATES } else { EVENT_STATES };
    table
        .iter()
        .find(|(_, new)| *new == word)
        .map_or(word.clone(), |(old, _)| (*old).to_owned())
}

/// `TRANSP` of vCalendar 1.0, a number, in the words of iCalendar.
pub(super) fn transparency_from_old(text: &str) -> &'static str {
    match text.trim() {
        "" | "0" | "OPAQUE" => "OPAQUE",
        _ => "TRANSPARENT",
    }
}

/// And back.
pub(super) fn transparency_to_old(text: &str) -> &'static str {
    if text.trim().eq_ignore_ascii_case("TRANSPARENT") {
        "1"
    } else {
        "0"
    }
}

/// A priority of the device's scale as iCalendar has it: 1 to 9, 0 for none. `None` when it is no number.
pub(super) fn priority_from(text: &str, scale: Scale) -> Option<u8> {
    let number: u8 = text.trim().parse().ok()?;
    Some(match (scale, number) {
        (_, 0) if scale != Scale::Two => 0,
        (Scale::Three, 1) | (Scale::Two, 2..) => 1,
        (Scale::Three, 2) | (Scale::Two, 1) => 5,
        (Scale::Three, 3) | (Scale::Two, 0) => 9,
        // Beyond a scale of three the device has another.
        (Scale::Usual | Scale::Nine | Scale::Three, number) => number.min(9),
    })
}

/// And back; `None` where the scale has no word for it.
pub(super) fn priority_to(text: &str, scale: Scale) -> Option<u8> {
    let number = text.trim().parse::<u8>().ok()?.min(9);
    Some(match (scale, number) {
        (Scale::Usual | Scale::Nine, number) => number,
        (Scale::Three, 0) => return None,
        (Scale::Two, 6..) => 0,
        (Scale::Three, 1..=4) | (Scale::Two, 0 | 5) => 1,
        (Scale::Three, 5) | (Scale::Two, _) => 2,
        (Scale::Three, _) => 3,
    })
}

/// Old and new; of several old words for one new word the first is written.
const EVENT_STATES: &[(&str, &str)] = &[
    ("CONFIRMED", "CONFIRMED"),
    ("ACCEPTED", "CONFIRMED"),
    ("COMPLETED", "CONFIRMED"),
    ("TENTATIVE", "TENTATIVE"),
    ("DECLINED", "CANCELLED"),
    ("NEEDS ACTION", ""),
    ("SENT", ""),
    ("DELEGATED", ""),
];

const TASK_STATES: &[(&str, &str)] = &[
    ("NEEDS ACTION", "NEEDS-ACTION"),
    ("SENT", "NEEDS-ACTION"),
    ("TENTATIVE", "NEEDS-ACTION"),
    ("DELEGATED", "NEEDS-ACTION"),
    ("COMPLETED", "COMPLETED"),
    ("ACCEPTED", "IN-PROCESS"),
    ("CONFIRMED", "IN-PROCESS"),
    ("DECLINED", "CANCELLED"),
];

/// Whether vCalendar 1.0 has a property of this name: its own, those of nobody, and one that every program writes in it.
pub(super) fn is_of_old(name: &str) -> bool {
    OLD.contains(&name) || (name.starts_with("X-") && crate::pim::model::is_name(name))
}

/// The properties of vCalendar 1.0, section 2.4 on, that are not made of others; and `PERCENT-COMPLETE`.
const OLD: [&str; 24] = [
    "ATTACH",
    "CATEGORIES",
    "CLASS",
    "COMPLETED",
    "DCREATED",
    "DESCRIPTION",
    "DTEND",
    "DTSTART",
    "DUE",
    "EXDATE",
    "EXRULE",
    "GEO",
    "LAST-MODIFIED",
    "LOCATION",
    "PERCENT-COMPLETE",
    "PRIORITY",
    "RDATE",
    "RELATED-TO",
    "RESOURCES",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "UID",
    "URL",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_transparency_survive_the_old_version() {
        for (state, task) in [
            ("CONFIRMED", false),
            ("TENTATIVE", false),
            ("CANCELLED", false),
            ("NEEDS-ACTION", true),
            ("COMPLETED", true),
            ("IN-PROCESS", true),
            ("CANCELLED", true),
        ] {
            let old = status_to_old(state, task);
            assert_eq!(status_from_old(&old, task).as_deref(), Some(state), "{old}");
        }
        assert_eq!(status_from_old("needs action", false), None);
        assert_eq!(status_from_old("X-LATER", true).as_deref(), Some("X-LATER"));
        for word in ["OPAQUE", "TRANSPARENT"] {
            assert_eq!(transparency_from_old(transparency_to_old(word)), word);
        }
    }

    #[test]
    fn a_priority_keeps_its_rank_on_every_scale() {
        for (scale, high, middle, low) in [
            (Scale::Usual, 1, 5, 9),
            (Scale::Nine, 1, 5, 9),
            (Scale::Usual.in_old(), 1, 2, 3),
            (Scale::Three, 1, 2, 3),
            (Scale::Two, 2, 1, 0),
        ] {
            for (new, own) in [(1, high), (5, middle), (9, low)] {
                assert_eq!(priority_to(&new.to_string(), scale), Some(own));
                assert_eq!(priority_from(&own.to_string(), scale), Some(new));
            }
        }
        assert_eq!(priority_to("3", Scale::Three), Some(1));
        assert_eq!(priority_to("0", Scale::Three), None);
        assert_eq!(priority_from("soon", Scale::Nine), None);
    }
}
