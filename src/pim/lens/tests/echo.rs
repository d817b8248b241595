//! What a device sends back unchanged is known without laying it beside the item, and nothing else is.

use super::super::caps::{Capability, Caps};
use super::super::quirks::Slot;
use super::{Applied, Form, Lens, NEW, OLD, Version, card, content, edited, text};
use crate::item::Content;

const CARD: &str = "N:Doe;Ann\r\nFN:Ann Doe\r\nTEL;TYPE=CELL:1\r\nTEL;TYPE=CELL:2\r\nNOTE:a long text of more than\\none line, which the device folds in its own way and not as it came\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\nREV:20060101T000000Z";

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\nSUMMARY:Lunch\r\nDTSTART;TZID=Europe/Prague:20060110T120000\r\nDTEND;TZID=Europe/Prague:20060110T130000\r\nRRULE:FREQ=DAILY;COUNT=3\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn weak(form: Form) -> Lens {
    let names = ["N", "TEL", "NOTE", "SUMMARY", "DTSTART", "DTEND", "VALARM"];
    Lens {
        caps: Some(Caps {
            properties: names.iter().map(|name| Capability::named(name)).collect(),
        }),
        ..Lens::of(form)
    }
}

fn replaced(sent: &Content, from: &str, to: &str) -> Content {
    let body = text(sent);
    assert!(body.contains(from), "{from} in {body}");
    Content {
        body: body.replace(from, to).into_bytes(),
        ..sent.clone()
    }
}

/// The same with its properties the other way round, folded as the version has it.
fn turned(sent: &Content) -> Content {
    edited(sent, |object| object.properties.reverse())
}

#[test]
fn a_contact_that_comes_back_in_other_words_was_not_edited() {
    let (item, newer) = (card(CARD), card(&CARD.replace("Ann Doe", "Dr. Ann Doe")));
    for lens in [OLD, NEW]
        .into_iter()
        .flat_map(|form| [Lens::of(form), weak(form)])
    {
        let sent = lens.render(&item);
        let stamped = replaced(&sent, "TEL;", "REV:20070101T000000Z\r\nTEL;");
        for came in [&sent, &turned(&sent), &stamped] {
            for current in [&item, &newer] {
                let applied = lens.apply_edits(Some(&item), current, came);
                assert_eq!(applied, Applied::Unchanged, "{}", text(came));
            }
        }
        let changed = replaced(&turned(&sent), "long text", "short text");
        let Applied::Edited(result) = lens.apply_edits(Some(&item), &item, &changed) else {
            panic!("an edit of {}", text(&changed));
        };
        assert!(text(&result).contains("short text") && text(&result).contains("PHOTO"));
    }
}

#[test]
fn an_event_that_comes_back_in_other_words_was_not_edited() {
    let item = content(EVENT);
    for version in [Version::Calendar10, Version::Calendar20] {
        let form = Form::Lines(version);
        for lens in [Lens::of(form), weak(form)] {
            let sent = lens.render(&item);
            let stamped = replaced(&sent, "SUMMARY", "X-IRMC-LUID:7\r\nSUMMARY");
            for came in [&sent, &stamped] {
                let applied = lens.apply_edits(Some(&item), &item, came);
                assert_eq!(applied, Applied::Unchanged, "{}", text(came));
            }
            let changed = replaced(&sent, "Lunch", "Dinner");
            let applied = lens.apply_edits(Some(&item), &item, &changed);
            assert!(matches!(applied, Applied::Edited(_)), "{applied:?}");
        }
    }
}

#[test]
fn the_same_text_in_another_version_may_say_something_else() {
    let item = card("N:Doe;Ann\r\nFN:Ann Doe\r\nNOTE:a\\nb");
    let lens = Lens::of(NEW);
    let sent = lens.render(&item);
    let other = replaced(&sent, "VERSION:3.0", "VERSION:2.1");
    let applied = lens.apply_edits(Some(&item), &item, &other);
    assert!(matches!(applied, Applied::Edited(_)), "{applied:?}");
}

#[test]
fn two_numbers_in_fixed_places_of_one_kind_change_places() {
    let item = card("N:Doe;Ann\r\nFN:Ann Doe\r\nTEL;TYPE=CELL:1\r\nTEL;TYPE=CELL:2");
    let mut lens = Lens::of(OLD);
    lens.contact.slots = vec![
        Slot {
            name: "TEL".into(),
            types: vec!["cell".into()],
        };
        2
    ];
    let sent = lens.render(&item);
    let changed = replaced(
        &sent,
        "TEL;CELL:1\r\nTEL;CELL:2",
        "TEL;CELL:2\r\nTEL;CELL:1",
    );
    let applied = lens.apply_edits(Some(&item), &item, &changed);
    assert!(matches!(applied, Applied::Edited(_)), "{applied:?}");
}
