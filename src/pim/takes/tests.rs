//! What devices of single types are sent, and what becomes of what they send.

use super::*;
use crate::pim::lens::caps::Capability;

const STRONG: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\nFN:Jane Doe\r\nTEL;TYPE=CELL:1\r\nNOTE:hi\r\nEND:VCARD\r\n";

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Stand-up\r\nDTSTART:20060601T080000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn content(media_type: &str, body: &str) -> Content {
    Content {
        media_type: MediaType::new(media_type),
        body: body.into(),
    }
}

fn holds(names: &[&str]) -> Caps {
    Caps {
        properties: names.iter().map(|name| Capability::named(name)).collect(),
    }
}

fn takes(media_type: &str, version: &str, caps: impl Into<Option<Caps>>) -> Takes {
    let lens = Lens {
        caps: caps.into(),
        ..Lens::default()
    };
    Takes::new(vec![Taken::new(MediaType::new(media_type), version, lens)])
}

#[test]
fn a_device_that_holds_all_of_an_item_is_sent_its_bytes() {
    let stored = content(VCARD_3, STRONG);
    let lens = Lens {
        caps: Some(holds(&["N", "FN", "TEL", "NOTE"])),
        ..Lens::of(Form::Lines(Version::Card30))
    };
    // What says nothing is no reason to write an item anew.
    let empty = STRONG.replace("NOTE", "GEO:;\r\nROLE:\r\nNOTE");
    let sees_all = |body: &str| {
        let stored = content(VCARD_3, body);
        lens.sees_all(&lens.sight(&stored).unwrap(), &stored)
    };
    assert!(sees_all(&empty));
    assert!(!sees_all(&empty.replace("ROLE:", "ROLE:cook")));
    for device in [
        Takes::default(),
        takes(VCARD_3, "3.0", None),
        takes(VCARD_3, "", holds(&["N", "FN", "TEL", "NOTE"])),
    ] {
        assert!(matches!(device.shows(&stored), Cow::Borrowed(_)));
        assert_eq!(device.made_whole(&stored, &stored, true), None);
        assert_eq!(device.stored(stored.clone()), stored);
    }
}

#[test]
fn a_device_that_takes_another_type_is_sent_that() {
    let stored = content(VCARD_3, STRONG);
    let shown = takes(VCARD_2, "2.1", None).shows(&stored).into_owned();
    assert_eq!(shown.media_type.as_str(), VCARD_2);
    assert!(
        String::from_utf8(shown.body)
            .unwrap()
            .contains("TEL;CELL:1")
    );
    let shown = takes(VCARD_3, "4.0", None).shows(&stored).into_owned();
    assert!(
        String::from_utf8(shown.body)
            .unwrap()
            .contains("VERSION:4.0")
    );
    let event = content(ICALENDAR, EVENT);
    assert_eq!(*takes(VCARD_2, "2.1", None).shows(&event), event);
    let shown = takes(VCALENDAR, "1.0", None).shows(&event).into_owned();
    assert_eq!(shown.media_type.as_str(), VCALENDAR);
    let text = String::from_utf8(shown.body).unwrap();
    assert!(
        text.contains("VERSION:1.0") && text.contains("RRULE:D1 #3"),
        "{text}"
    );
    let shown = takes(SIF_EVENT, "", None).shows(&event).into_owned();
    assert_eq!(shown.media_type.as_str(), SIF_EVENT);
    // A task is no event.
    assert_eq!(*takes(SIF_TASK, "", None).shows(&event), event);
}

#[test]
fn what_a_device_cannot_hold_outlives_its_edits_and_what_it_never_had_is_not_cleared() {
    let stored = content(VCARD_3, STRONG);
    let weak = takes(VCARD_2, "2.1", holds(&["N", "TEL", "TITLE"]));
    let sent = content(
        VCARD_2,
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane\r\nTITLE:Dr\r\nEND:VCARD\r\n",
    );
    let edited = |had| {
        let whole = weak.made_whole(&sent, &stored, had).unwrap();
        String::from_utf8(whole.body).unwrap()
    };
    let cleared = edited(true);
    assert!(cleared.contains("NOTE:hi") && cleared.contains("TITLE:Dr"));
    assert!(!cleared.contains("TEL"), "{cleared}");
    let met = edited(false);
    assert!(met.contains("TEL") && met.contains("TITLE:Dr"), "{met}");
}

#[test]
fn all_that_can_be_turned_into_a_type_reaches_the_device_that_takes_it() {
    let names = |types: &[&str]| {
        let types: Vec<_> = types.iter().map(|name| MediaType::new(name)).collect();
        let all = reachable(&types);
        all.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names(&[VCARD_2]), [VCARD_3, SIF_CONTACT, VCARD_2]);
    assert_eq!(
        names(&[TEXT, "image/png"]),
        ["image/png", TEXT, SIF_NOTE, VNOTE]
    );
    assert_eq!(names(&[SIF_EVENT]), [ICALENDAR, SIF_EVENT, VCALENDAR]);
    assert_eq!(
        names(&[VCALENDAR]),
        [ICALENDAR, SIF_EVENT, SIF_TASK, VCALENDAR]
    );
    assert_eq!(names(&[]), Vec::<String>::new());
}

#[test]
fn an_event_goes_byte_for_byte_to_a_device_that_takes_its_type() {
    let event = content(ICALENDAR, EVENT);
    for device in [
        takes(ICALENDAR, "2.0", None),
        takes(ICALENDAR, "2.0", holds(&["SUMMARY", "DTSTART", "RRULE"])),
    ] {
        assert!(matches!(device.shows(&event), Cow::Borrowed(_)));
        assert_eq!(device.made_whole(&event, &event, true), None);
        assert_eq!(device.stored(event.clone()), event);
    }
}

#[test]
fn times_of_a_device_on_a_clock_of_its_own_are_stored_on_that_clock() {
    let lens = Lens {
        zone: Some("Europe/Prague".to_owned()),
        utc: false,
        ..Lens::default()
    };
    let device = |media_type| {
        let lens = lens.clone();
        Takes::new(vec![Taken::new(MediaType::new(media_type), "", lens)])
    };
    let sent = content(
        VCALENDAR,
        "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:20060601T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    let stored = device(VCALENDAR).stored(sent.clone());
    let text = String::from_utf8(stored.body.clone()).unwrap();
    assert!(
        text.contains("DTSTART;TZID=Europe/Prague:20060601T100000"),
        "{text}"
    );
    assert!(
        text.contains("BEGIN:VTIMEZONE") && text.contains("UID:"),
        "{text}"
    );
    assert_eq!(
        device(VCALENDAR).made_whole(&sent, &stored, true),
        Some(stored)
    );
    assert_eq!(takes(VCALENDAR, "1.0", None).stored(sent.clone()), sent);
    assert_ne!(
        device(VCALENDAR).mark(),
        takes(VCALENDAR, "1.0", None).mark()
    );
}

#[test]
fn the_mark_of_a_device_changes_with_what_it_holds() {
    assert_eq!(takes(VCARD_2, "2.1", None).mark(), "");
    let one = takes(VCARD_2, "2.1", holds(&["N"])).mark();
    let other = takes(VCARD_2, "2.1", holds(&["N", "TEL"])).mark();
    assert!(one.starts_with(MARK) && one != other);
}
