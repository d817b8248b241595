//! Whether the calendar of a device reaches back as far as an item lies (field quirk C7).
//!
//! Older phones have no day before 1980: they lose an event of one, or crash at it. What recurs is shown to them from its
//! first occurrence that they have; what does not is not for them.

use crate::item::Content;
use crate::pim::calendar::{self, Unrendered};
use crate::pim::decode;
use crate::pim::facts;
use crate::pim::lens::Lens;
use crate::pim::model::Version;

impl Lens {
    /// Whether the device has a day for an event or a task. What is not understood, and what has no date, has one.
    #[must_use]
    pub fn reaches(&self, stored: &Content) -> bool {
        let Some(first) = self.calendar.first_year else {
            return true;
        };
        if earliest(stored).is_none_or(|year| year >= first) {
            return true;
        }
        let Some(tree) = super::stored(stored) else {
            return true;
        };
        let view = super::view(self, super::clock_for(&tree, self));
        let item = super::of(tree, Version::Calendar20);
        let shown = calendar::render(&item, Version::Calendar10, &view);
        !matches!(shown, Err(Unrendered::TooEarly(_)))
    }
}

/// The earliest year that an item names as its start or end, as its dates are written.
fn earliest(stored: &Content) -> Option<i16> {
    let year = |text: &str| text.trim().get(..4)?.parse().ok();
    let lines = facts::properties(&stored.body, ["DTSTART", "DTEND", "DUE"]);
    let of_lines = lines.iter().flatten().map(decode::text);
    let of_lines = of_lines.filter_map(|text| year(&text));
    let kind = crate::pim::kind(stored);
    let of_fields = year(&facts::facts(stored, kind).when);
    of_lines.chain(of_fields).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pim::calendar::CalendarQuirks;
    use crate::pim::lens::Form;
    use crate::pim::tests::{content, event};

    fn phone() -> Lens {
        let calendar = CalendarQuirks {
            first_year: Some(1980),
            ..CalendarQuirks::default()
        };
        Lens {
            calendar,
            ..Lens::of(Form::Lines(Version::Calendar10))
        }
    }

    #[test]
    fn a_calendar_that_begins_in_1980_has_no_day_for_what_was_before() {
        let task = |lines: &str| event(lines).body;
        let task = |lines: &str| {
            let body = String::from_utf8(task(lines)).unwrap();
            content("text/x-vcalendar", &body.replace("VEVENT", "VTODO"))
        };
        let sif = |start: &str| {
            let fields =
                format!("<Subject>s</Subject><Start>{start}</Start><AllDayEvent>0</AllDayEvent>");
            content(
                "text/x-s4j-sife",
                &format!("<appointment>{fields}</appointment>"),
            )
        };
        for (item, reaches) in [
            (event("SUMMARY:s\r\nDTSTART:19710301T120000Z"), false),
            (event("SUMMARY:s\r\nDTSTART:20060301T120000Z"), true),
            // What recurs goes on into its time, if it does.
            (
                event("SUMMARY:s\r\nDTSTART:19710301T120000Z\r\nRRULE:YM1 3 #0"),
                true,
            ),
            (
                event("SUMMARY:s\r\nDTSTART:19710301T120000Z\r\nRRULE:YM1 3 #3"),
                false,
            ),
            (event("SUMMARY:s\r\nDTSTART:19791231T120000Z"), false),
            (event("SUMMARY:s\r\nDTSTART:19800101T120000Z"), true),
            (task("SUMMARY:s\r\nDUE:19710301T120000Z"), false),
            (task("SUMMARY:s\r\nDUE:20060301T120000Z"), true),
            (task("SUMMARY:s"), true),
            (sif("19710301T120000Z"), false),
            (sif("20060301T120000Z"), true),
            (content("text/x-vcalendar", "19710301"), true),
        ] {
            let body = String::from_utf8_lossy(&item.body).into_owned();
            assert_eq!(phone().reaches(&item), reaches, "{body}");
            assert!(Lens::default().reaches(&item), "{body}");
        }
    }
}
