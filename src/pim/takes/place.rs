//! Whether a device can take an item at all: one of its types can say what the item is, and its calendar has a day for it.
//!
//! What it cannot take is not for it: it is neither offered nor missed, and comes when it has become something else. A
//! combined store of events and tasks on a device that takes SIF-E alone has no place for tasks; a calendar that begins
//! in 1980 (field quirk C7) none for an event of 1971.

use super::{Taken, Takes};
use crate::item::Content;
use crate::pim::{Kind, kind};

impl Takes {
    /// Whether the device can take this item.
    #[must_use]
    pub fn has_place_for(&self, stored: &Content) -> bool {
        let kind = kind(stored);
        match kind {
            Kind::Event | Kind::Task => {}
            // Which types of these it takes is all there is to say.
            Kind::Contact | Kind::Note | Kind::Folder | Kind::File | Kind::Mail | Kind::Other => {
                return true;
            }
        }
        let of_kind = || self.0.iter().find(|taken| taken.says(kind));
        match self.takes(stored).or_else(of_kind) {
            Some(taken) => taken.lens.reaches(stored),
            None => self.is_everything(),
        }
    }

    /// Whether there are events or tasks that it has no place for.
    #[must_use]
    pub fn is_choosy(&self) -> bool {
        let says = |kind| self.0.iter().any(|taken| taken.says(kind));
        let begins = |taken: &Taken| taken.lens.calendar.first_year.is_some();
        let agenda = || self.0.iter().filter(|taken| taken.is_agenda());
        agenda().any(begins) || says(Kind::Event) != says(Kind::Task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::MediaType;
    use crate::pim::calendar::CalendarQuirks;
    use crate::pim::lens::Lens;
    use crate::pim::tests::{card, content, event};

    fn takes(types: &[&str], first_year: Option<i16>) -> Takes {
        let taken = types.iter().map(|name| {
            let calendar = CalendarQuirks {
                first_year,
                ..CalendarQuirks::default()
            };
            let lens = Lens {
                calendar,
                ..Lens::default()
            };
            Taken::new(MediaType::new(name), "", lens)
        });
        Takes::new(taken.collect())
    }

    #[test]
    fn a_device_has_a_place_for_what_one_of_its_types_can_say() {
        let early = event("SUMMARY:s\r\nDTSTART:19710301T120000Z");
        let late = event("SUMMARY:s\r\nDTSTART:20060301T120000Z");
        let body = String::from_utf8(late.body.clone()).unwrap();
        let task = content("text/x-vcalendar", &body.replace("VEVENT", "VTODO"));
        let note = content("text/plain", "milk");
        let items = [early, late, task, card("N:Doe;Jane"), note];
        let sif_e: &[&str] = &["text/x-s4j-sife"];
        for (types, first_year, choosy, places) in [
            (sif_e, None, true, [true, true, false, true, true]),
            (
                &["text/x-s4j-sift"],
                None,
                true,
                [false, false, true, true, true],
            ),
            (
                &["text/x-s4j-sife", "text/x-s4j-sift"],
                None,
                false,
                [true; 5],
            ),
            (&["text/x-vcalendar"], None, false, [true; 5]),
            (
                &["text/x-vcalendar"],
                Some(1980),
                true,
                [false, true, true, true, true],
            ),
            (
                &["text/calendar"],
                Some(1980),
                true,
                [false, true, true, true, true],
            ),
            (
                &["text/x-vcard"],
                Some(1980),
                false,
                [false, false, false, true, true],
            ),
            (&[], None, false, [true; 5]),
        ] {
            let takes = takes(types, first_year);
            assert_eq!(takes.is_choosy(), choosy, "{types:?}");
            let has = items.each_ref().map(|item| takes.has_place_for(item));
            assert_eq!(has, places, "{types:?} {first_year:?}");
        }
    }
}
