//! Pairs of items, and how alike they are; both ways round.

use super::*;
use crate::item::MediaType;
use crate::pim::tests::{card, card3, content, event};
use crate::pim::twin_key;

fn new_event(lines: &str) -> Content {
    let body = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    content("text/calendar", &body)
}

fn sif(kind: &str, fields: &str) -> Content {
    let root = match kind {
        "c" => "contact",
        "e" => "appointment",
        "t" => "task",
        _ => "note",
    };
    Content {
        media_type: MediaType::new(&format!("text/x-s4j-sif{kind}")),
        body: format!("<{root}>{fields}</{root}>").into_bytes(),
    }
}

fn both_ways(table: &[(Content, Content)], expected: Likeness) {
    for (one, other) in table {
        let shown = || {
            format!(
                "{}\n{}",
                String::from_utf8_lossy(&one.body),
                String::from_utf8_lossy(&other.body)
            )
        };
        assert_eq!(likeness(one, other), expected, "{}", shown());
        assert_eq!(likeness(other, one), expected, "the other way: {}", shown());
    }
}

/// Those that are called the same have one key: that is how they find each other.
fn found_by_key(table: &[(Content, Content)]) {
    for (one, other) in table {
        assert_eq!(twin_key(one), twin_key(other), "{one:?}\n{other:?}");
    }
}

#[test]
fn the_same_contact_is_known_in_every_form() {
    let table = [
        (
            card("N;CHARSET=UTF-8:Nov\u{e1}k;Ji\u{159}\u{ed}\r\nTEL;CELL:+420777000111"),
            card3("N:NOVA\u{301}K;Jir\u{30c}i\u{301};;;\r\nFN:x\r\nTEL;TYPE=CELL:777 000 111"),
        ),
        (
            card3("N:Doe;Jane;Ann;;\r\nFN:x\r\nEMAIL:j@example.org\r\nORG:Acme"),
            sif(
                "c",
                "<LastName>Doe</LastName><FirstName>Jane</FirstName><MiddleName>Ann</MiddleName><Email1Address>J@example.org</Email1Address>",
            ),
        ),
        (
            content(
                "text/vcard",
                "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Jane Doe\r\nTEL;VALUE=uri:tel:+1-555-010-2000\r\nEND:VCARD\r\n",
            ),
            card("N:Doe;Jane\r\nTEL:5550102000"),
        ),
        (
            card("ORG:Acme;Sales\r\nTEL:1234567"),
            card3("ORG:ACME\r\nFN:\r\nTEL:1234567"),
        ),
        (card("TEL:+44 1632 960001"), card("TEL:01632960001")),
    ];
    both_ways(&table, Likeness::Same);
    found_by_key(&table);
}

#[test]
fn who_is_called_the_same_may_be_the_same_whatever_the_numbers() {
    let table = [
        (
            card("N:Doe;Jane\r\nTEL:1234567"),
            card("N:Doe;Jane\r\nTEL:7654321"),
        ),
        (
            card("N:Doe;Jane"),
            card3("N:DOE;jane ;;;\r\nFN:J. Doe\r\nEMAIL:j@x.org"),
        ),
        (card("N:Doe;Jane\r\nORG:Acme"), card("N:Doe;Jane")),
        (card("N:Jane Doe;"), card("N:Doe;Jane")),
    ];
    both_ways(&table, Likeness::Namesake);
    found_by_key(&table);
    let partly = [(
        card("N:Doe;Jane\r\nTEL:1234567\r\nTEL:2345678"),
        card("N:Doe;Jane\r\nTEL:7654321\r\nTEL:1234567"),
    )];
    both_ways(&partly, Likeness::Partly);
    found_by_key(&partly);
}

/// All by which it is reached is the same: it is that one, though its name lacks something.
#[test]
fn what_a_device_made_of_a_contact_is_close_to_it() {
    let table = [
        // It dropped the middle name, and lost nothing else that tells.
        (
            card("N:Doe;Jane;Ann\r\nTEL:+420777000111"),
            card("N:Doe;Jane\r\nTEL:777000111"),
        ),
        (
            card("N:Doe;Jane;Ann;Dr.;PhD\r\nEMAIL:j@x.org"),
            card("N:Jane Doe\r\nEMAIL:j@x.org"),
        ),
        (
            card("N:Doe;Jane;Ann\r\nEMAIL:j@x.org"),
            card("N:Doe;Jane;A.\r\nEMAIL:j@x.org"),
        ),
        (
            card("N:Doe;John;;;Jr.\r\nTEL:1234567\r\nEMAIL:j@x.org"),
            card("N:Doe;John\r\nTEL:1234567\r\nEMAIL:j@x.org"),
        ),
        // It cut what was too long.
        (
            card("N:Papadopoulos-Konstantinidis;Alexander\r\nEMAIL:a@x.org"),
            card("N:Papadopoulos-;Alexande\r\nEMAIL:a@x.org"),
        ),
    ];
    both_ways(&table, Likeness::Close);
    found_by_key(&table);
    let cut = [(
        card("N:Featherstonehaugh Bartholomew\r\nTEL:1234567"),
        card("N:Featherstonehaugh Ba\r\nTEL:1234567"),
    )];
    both_ways(&cut, Likeness::Close);
}

#[test]
fn what_a_device_also_dropped_numbers_of_is_similar() {
    let table = [
        (
            card("N:Doe;Jane;Ann\r\nTEL:+420777000111\r\nTEL:1234567\r\nEMAIL:j@x.org"),
            card("N:Doe;Jane\r\nTEL:777000111"),
        ),
        (card("N:Doe;Jane;Ann"), card("N:Doe;Jane")),
    ];
    both_ways(&table, Likeness::Similar);
    found_by_key(&table);
}

/// Each alone is no twin; under the name that the device had for it, it is the contact.
#[test]
fn without_all_numbers_in_common_a_name_that_lacks_something_is_only_possible() {
    let table = [
        (card("N:Doe;Jane;Ann"), card("N:Doe;Jane\r\nTEL:1")),
        // Father and son of one household, of whom the device dropped what tells them apart.
        (
            card("N:Doe;John;Adam\r\nTEL:1234567\r\nTEL;CELL:7777777"),
            card("N:Doe;John\r\nTEL:1234567\r\nTEL;CELL:8888888"),
        ),
    ];
    both_ways(&table, Likeness::Possible);
}

#[test]
fn two_people_are_two() {
    let table = [
        (card("N:Doe;Jane"), card("N:Doe;John")),
        (card("N:Doe;Jane"), card("N:Doe;;Jane")),
        (card("N:Doe;Jane"), card("N:Jane;Doe")),
        (card("N:Doe;Jane;Ann"), card("N:Doe;Jane;Eve")),
        (
            card("N:Doe;John;Adam\r\nTEL:1234567"),
            card("N:Doe;John;Bert\r\nTEL:1234567"),
        ),
        (
            card("N:Doe;John;;;Sr.\r\nTEL:1234567\r\nEMAIL:j@x.org"),
            card("N:Doe;John;;;Jr.\r\nTEL:1234567\r\nEMAIL:j@x.org"),
        ),
        (
            card("N:Doe;John\r\nTEL:1234567"),
            card("N:Doe;John;;;Jr.\r\nTEL:1234567"),
        ),
        (
            card("N:Doe;John\r\nTEL:1234567"),
            card("N:Doe;Josh\r\nTEL:1234567"),
        ),
        (
            card("N:Doe;Jane;Ann\r\nTEL:1234567"),
            card("N:Doe;Jane\r\nTEL:7654321"),
        ),
        (
            card("N:Doe;Jan\r\nTEL:1234567"),
            card("N:Doe;Jana\r\nTEL:1234567"),
        ),
        (
            card("N:M\u{fc}ller;Christian\r\nTEL:1234567"),
            card("N:M\u{fc}ller;Christiane\r\nTEL:7654321"),
        ),
        (
            card("N:M\u{fc}ller;Christian"),
            card("N:M\u{fc}ller;Christiane"),
        ),
        (card("N:Doe\r\nORG:a"), card("N:Doe\r\nORG:b")),
        (
            card("N:Doe;Jane\r\nBDAY:19700131"),
            card("N:Doe;Jane\r\nBDAY:1999-01-31"),
        ),
        (card("ORG:Acme"), card("N:Doe;Jane\r\nORG:Acme")),
        (card("TEL:1234567"), card("TEL:7654321")),
        (card("X-A:1"), card("N:Doe;Jane")),
        (card("X-A:1"), card("X-A:2")),
    ];
    both_ways(&table, Likeness::Other);
}

#[test]
fn the_same_event_is_known_in_every_zone_and_dialect() {
    let table = [
        (
            new_event("SUMMARY:Meeting\r\nDTSTART;TZID=Europe/Prague:20060925T090000"),
            event("SUMMARY:meeting\r\nDTSTART:20060925T070000Z\r\nLOCATION:x"),
        ),
        (
            new_event(
                "SUMMARY:Day off\r\nDTSTART;VALUE=DATE:20060925\r\nDTEND;VALUE=DATE:20060926",
            ),
            event("SUMMARY:Day off\r\nDTSTART:20060925T000000\r\nDTEND:20060925T235900"),
        ),
        (
            new_event("SUMMARY:Day off\r\nDTSTART;VALUE=DATE:20060925"),
            sif(
                "e",
                "<Subject>Day off</Subject><AllDayEvent>1</AllDayEvent><Start>2006-09-25</Start><End>2006-09-25</End>",
            ),
        ),
        (
            new_event("SUMMARY:Meeting\r\nDTSTART;TZID=Europe/Prague:20060925T090000"),
            sif(
                "e",
                "<Start>20060925T070000Z</Start><AllDayEvent>0</AllDayEvent><Subject>Meeting</Subject>",
            ),
        ),
        (
            sif(
                "t",
                "<Subject>Milk</Subject><DueDate>20060112T000000</DueDate>",
            ),
            content(
                "text/calendar",
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nSUMMARY:milk\r\nDUE;VALUE=DATE:20060112\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
            ),
        ),
        (
            sif("n", "<Subject>Milk</Subject><Body>Milk\nEggs</Body>"),
            content("text/plain", "Milk \nBread"),
        ),
    ];
    both_ways(&table, Likeness::Same);
    found_by_key(&table);
}

#[test]
fn an_event_cut_or_on_another_clock_is_similar() {
    let long = "The meeting of all departments about the budget of next year";
    let cut = [
        (
            event(&format!("SUMMARY:{long}\r\nDTSTART:20060925T070000Z")),
            event(
                "SUMMARY:The meeting of all departments about the bud\r\nDTSTART:20060925T070000Z",
            ),
        ),
        (
            content("text/plain", long),
            content(
                "text/plain",
                "The meeting of all departments about the bud\u{2026}",
            ),
        ),
    ];
    both_ways(&cut, Likeness::Similar);
    found_by_key(&cut);
    let short = [(
        event(&format!("SUMMARY:{long}\r\nDTSTART:20060925T070000Z")),
        event("SUMMARY:The meeting of all d\r\nDTSTART:20060925T070000Z"),
    )];
    both_ways(&short, Likeness::Similar);
    found_by_key(&short);
    let too_short = [(
        event("SUMMARY:Team meeting with Joe\r\nDTSTART:20060925T070000Z"),
        event("SUMMARY:Team meeting\r\nDTSTART:20060925T070000Z"),
    )];
    both_ways(&too_short, Likeness::Possible);
    let moved = [
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000"),
            event("SUMMARY:a\r\nDTSTART:20060925T070000Z"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925"),
            event("SUMMARY:a\r\nDTSTART:20060924T220000Z\r\nDTEND:20060925T220000Z"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000Z"),
            event("SUMMARY:a"),
        ),
    ];
    both_ways(&moved, Likeness::Similar);
}

#[test]
fn two_events_are_two() {
    let table = [
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000Z"),
            event("SUMMARY:b\r\nDTSTART:20060925T090000Z"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000Z"),
            event("SUMMARY:a\r\nDTSTART:20061002T090000Z"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000Z"),
            event("SUMMARY:a\r\nDTSTART:20060925T100000Z"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000"),
            event("SUMMARY:a\r\nDTSTART:20060925T070500Z"),
        ),
        (
            event("SUMMARY:Meeting\r\nDTSTART:20060925"),
            event("SUMMARY:Meeting with Joe\r\nDTSTART:20060925"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925"),
            event("SUMMARY:a\r\nDTSTART:20060926"),
        ),
        (event("SUMMARY:a"), content("text/plain", "a")),
        (content("text/plain", "a\nb"), content("text/plain", "b\na")),
        (content("image/png", "a"), content("image/png", "b")),
        (event("X-A:1"), event("X-A:2")),
        (content("text/plain", "\u{1}"), content("text/plain", "")),
        (
            content("text/plain", ""),
            content("text/x-vnote", "BEGIN:VNOTE\nX-A:1\nEND:VNOTE\n"),
        ),
    ];
    both_ways(&table, Likeness::Other);
}

#[test]
fn what_says_nothing_of_itself_is_the_same_as_what_says_the_same() {
    let table = [
        (card("X-A:1"), card("X-A:1")),
        (content("image/png", "a"), content("image/png", "a")),
        (event("X-A:1"), event("X-A:1")),
    ];
    both_ways(&table, Likeness::Same);
}

#[test]
fn namesakes_are_called_the_same_wherever_they_work() {
    let at_elm = card("N:Doe;Ann\r\nORG:Elm");
    for (other, are) in [
        (card("N:Doe;Ann\r\nORG:Oak"), true),
        (card("N:Doe;Ann"), true),
        (card("N:Doe;Anna\r\nORG:Elm"), false),
        (content("text/plain", "Doe Ann"), false),
    ] {
        assert_eq!(namesakes(&at_elm, &other), are, "{other:?}");
    }
    assert_eq!(
        likeness(&at_elm, &card("N:Doe;Ann\r\nORG:Oak")),
        Likeness::Other
    );
}

#[test]
fn an_event_at_another_time_is_told_from_another_event_by_its_title() {
    let at = |title: &str, day: &str| {
        new_event(&format!("SUMMARY:{title}\r\nDTSTART:200601{day}T090000Z"))
    };
    let table = [
        (at("Dentist", "10"), at("dentist", "12"), true),
        (at("Dentist", "10"), at("Dentist, again", "12"), false),
        (at("", "10"), at("", "12"), false),
        (
            at("Dentist", "10"),
            event("SUMMARY:Dentist\r\nDTSTART:20060112T090000Z"),
            true,
        ),
        (card("N:Dentist"), card("N:Dentist"), false),
    ];
    for (one, other, is_same) in table {
        assert_eq!(retimed(&one, &other), is_same, "{one:?}\n{other:?}");
        assert_eq!(retimed(&other, &one), is_same, "{one:?}\n{other:?}");
    }
}
