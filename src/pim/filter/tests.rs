//! The grammar and the answers, as tables.

use super::FilterType::{Exclusive, Inclusive};
use super::*;
use crate::pim::tests::content;

fn asks(query: &str, item: &Content) -> bool {
    let query = Query::parse(query).unwrap_or_else(|bad| panic!("{query}: {bad}"));
    query.matches(item, Some("L7"))
}

fn card() -> Content {
    content(
        "text/vcard",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Berg;Bob;;;\r\nFN:Bob Berg\r\nORG:Harbour Ltd\\; North;Cranes\r\n\
         CATEGORIES:Family,Chess\r\nTEL;TYPE=HOME:12345\r\nTEL;TYPE=CELL:777\r\nNOTE:tall\\, calm\r\nEMAIL:\r\n\
         AGENT:BEGIN:VCARD\r\nREV:20060102T030405Z\r\nBDAY:1970-05-01\r\nPRIORITY:10\r\nEND:VCARD\r\n",
    )
}

fn event(lines: &str) -> Content {
    content(
        "text/calendar",
        &format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nDTSTART:19990101\r\nBEGIN:VEVENT\r\n{lines}\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
    )
}

#[test]
fn a_property_is_compared_by_every_operator() {
    let table = [
        ("FN&EQ;Bob Berg", true),
        ("FN&EQ;bob berg", false),
        ("FN&iEQ;bob berg", true),
        ("fn&ieq;BOB%20BERG", true),
        ("FN&NE;Bob Berg", false),
        ("FN&iNE;Ada", true),
        ("FN&CON;Be", true),
        ("FN&CON;be", false),
        ("FN&iCON;be", true),
        ("FN&NCON;be", true),
        ("FN&iNCON;be", false),
        ("FN&GT;Adam", true),
        ("FN&LT;Adam", false),
        ("FN&iGE;bob berg", true),
        ("FN&iLE;bob berg", true),
        ("FN&iGT;bob berg", false),
        ("FN&iLT;bob berh", true),
        // Any of several, and for a negation none of them.
        ("TEL&EQ;777", true),
        ("TEL&NE;777", false),
        ("TEL&NCON;9", true),
        ("TEL&EQ;0777", false),
        ("BDAY&EQ;19700501", true),
        // Whole, and in its parts.
        ("N&EQ;Berg", true),
        ("N&EQ;Bo", false),
        ("ORG&EQ;Cranes", true),
        ("CATEGORIES&EQ;Chess", true),
        ("NOTE&EQ;tall, calm", true),
        ("NOTE&EQ;tall", false),
        // Numbers and dates are no texts.
        ("PRIORITY&GT;9", true),
        ("BDAY&LT;19700601", true),
        ("BDAY&GE;19700501T000000Z", true),
        ("REV&GT;20060102T030404Z", true),
        // Nothing.
        ("EMAIL&EQ;&NULL;", true),
        ("EMAIL&EQ;", true),
        ("EMAIL&NE;&NULL;", false),
        ("X-NONE&EQ;&NULL;", true),
        ("X-NONE&EQ;a", false),
        ("X-NONE&NE;a", true),
        ("X-NONE&GT;a", false),
        ("FN&NE;&NULL;", true),
        ("FN&EQ;&NULL;", false),
        // The name on the device.
        ("&LUID;&EQ;L7", true),
        ("&luid;&NE;L7", false),
        ("&LUID;&NE;L8", true),
    ];
    for (query, expected) in table {
        assert_eq!(asks(query, &card()), expected, "{query}");
    }
}

#[test]
fn terms_are_joined_from_left_to_right() {
    let table = [
        ("FN&CON;Bob&AND;TEL&EQ;777", true),
        ("FN&CON;Bob&AND;TEL&EQ;778", false),
        ("FN&CON;Ada&OR;TEL&EQ;777", true),
        ("FN&CON;Ada&or; TEL&EQ;1", false),
        // (yes or yes) and no; not yes or (yes and no).
        ("FN&CON;Bob&OR;FN&CON;Bob&AND;TEL&EQ;1", false),
        ("FN&CON;Bob&TEL&EQ;777", true),
        ("FN&CON;Bob&amp;TEL&EQ;778", false),
        ("FN&CON;Bob&&LUID;&EQ;L7", true),
        ("EMAIL&EQ;&NULL;&AND;FN&CON;Bob", true),
    ];
    for (query, expected) in table {
        assert_eq!(asks(query, &card()), expected, "{query}");
    }
}

#[test]
fn a_group_is_a_category_under_any_name_and_in_any_format() {
    let old = content(
        "text/x-vcard",
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Berg\r\nCATEGORIES;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9;Choir\r\nEND:VCARD\r\n",
    );
    let sif = content(
        "text/x-s4j-sifc",
        "<contact><LastName>Berg</LastName><Categories>Choir, Caf&#233;</Categories></contact>",
    );
    for item in [old, sif] {
        for query in [
            "GROUP&iEQ;choir",
            "CATEGORY&EQ;Caf%C3%A9",
            "CATEGORIES&CON;Choir",
        ] {
            assert!(asks(query, &item), "{query}");
        }
        assert!(!asks("GROUP&EQ;Chess", &item));
    }
}

#[test]
fn a_note_is_its_first_line_and_its_text_and_an_email_is_read_or_not() {
    let note = content("text/plain", "Milk\nand bread");
    assert!(asks("SUMMARY&EQ;Milk", &note));
    assert!(asks("BODY&CON;bread&AND;SUMMARY&NCON;bread", &note));
    assert!(asks("FN&EQ;&NULL;&AND;UNSEEN&EQ;true", &note));
    let mail = content(
        "application/vnd.omads-email+xml",
        "<Email><read>true</read></Email>",
    );
    assert!(asks("UNSEEN&EQ;false", &mail));
    assert!(!asks("UNSEEN&EQ;1", &mail));
    assert!(asks("UNSEEN&NE;true", &mail));
}

#[test]
fn a_window_of_dates_holds_what_reaches_into_it() {
    let window = "SINCE&EQ;20060301T000000Z&AND;BEFORE&EQ;20060401T000000Z";
    let table = [
        ("DTSTART:20060315T100000Z\r\nDTEND:20060315T110000Z", true),
        ("DTSTART:20060201T100000Z\r\nDTEND:20060201T110000Z", false),
        ("DTSTART:20060401T000000Z\r\nDTEND:20060401T010000Z", false),
        ("DTSTART:20060331T235959Z", true),
        // It reaches in from before.
        ("DTSTART:20060228T230000Z\r\nDTEND:20060301T010000Z", true),
        ("DTSTART:20060228T230000Z\r\nDURATION:PT2H", true),
        ("DTSTART:20060228T230000Z\r\nDURATION:PT30M", false),
        ("DTSTART:20060101T000000Z\r\nDURATION:P8W5DT1S", true),
        // It repeats: for ever, until a day, by both spellings.
        ("DTSTART:20050101T100000Z\r\nRRULE:FREQ=WEEKLY", true),
        (
            "DTSTART:20050101T100000Z\r\nRRULE:FREQ=DAILY;UNTIL=20060301T000000Z",
            true,
        ),
        (
            "DTSTART:20050101T100000Z\r\nRRULE:FREQ=DAILY;UNTIL=20050301T000000Z",
            false,
        ),
        (
            "DTSTART:20050101T100000Z\r\nRRULE:W1 MO 20060310T000000Z",
            true,
        ),
        (
            "DTSTART:20050101T100000Z\r\nRRULE:W1 MO 20050310T000000Z",
            false,
        ),
        ("DTSTART:20050101T100000Z\r\nRRULE:D1 #10", true),
        ("DTSTART:20070101T100000Z\r\nRRULE:FREQ=WEEKLY", false),
        ("SUMMARY:no date", true),
    ];
    for (lines, expected) in table {
        assert_eq!(asks(window, &event(lines)), expected, "{lines}");
    }
    let task = |lines: &str| {
        content(
            "text/calendar",
            &format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\n{lines}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
            ),
        )
    };
    let table = [
        ("DUE:20060315", true),
        ("DUE:20060115", true),
        ("DUE:20060115\r\nSTATUS:COMPLETED", false),
        ("DUE:20060115\r\nCOMPLETED:20060114T000000Z", false),
        ("DUE:20060501", false),
    ];
    for (lines, expected) in table {
        assert_eq!(asks(window, &task(lines)), expected, "{lines}");
    }
    assert!(asks(window, &card()), "a contact has no date");
}

#[test]
fn a_text_that_is_no_query_says_where() {
    let many = vec!["A&EQ;1"; MAX_TERMS + 1].join("&");
    let long = format!("A&EQ;{}", "x".repeat(MAX_QUERY_BYTES));
    let table = [
        ("", BadQuery::Empty),
        ("  \0", BadQuery::Empty),
        (long.as_str(), BadQuery::TooLong),
        (many.as_str(), BadQuery::TooManyTerms),
        ("&EQ;1", BadQuery::Name(0)),
        ("(A&EQ;1)", BadQuery::Name(0)),
        ("A&EQ;1&AND;", BadQuery::Name(11)),
        ("A&EQ;1&", BadQuery::Name(7)),
        ("A", BadQuery::Operator(1)),
        ("A=1", BadQuery::Operator(1)),
        ("A&LIKE;1", BadQuery::Operator(1)),
        ("A&EQ1", BadQuery::Operator(1)),
        ("SINCE&LT;20060101", BadQuery::Operator(5)),
        ("BEFORE&CON;2006", BadQuery::Operator(6)),
        ("UNSEEN&GT;1", BadQuery::Operator(6)),
        ("SINCE&EQ;yesterday", BadQuery::Value(9)),
        ("SINCE&EQ;&NULL;", BadQuery::Value(9)),
        ("UNSEEN&EQ;maybe", BadQuery::Value(10)),
        ("A&GT;&NULL;", BadQuery::Value(5)),
        ("A&EQ;&NULL;x", BadQuery::Value(5)),
        ("A&EQ;%FF", BadQuery::Value(5)),
    ];
    for (text, expected) in table {
        assert_eq!(Query::parse(text), Err(expected), "{text}");
    }
    assert!(Query::parse(&vec!["A&EQ;1"; MAX_TERMS].join("&")).is_ok());
    assert!(asks("NOTE&CON;50%", &content("text/plain", "50% off")));
}

#[test]
fn an_item_stands_within_outside_or_excluded() {
    let rule = |filter_type, query: &str| Rule {
        filter_type,
        query: Query::parse(query).unwrap(),
    };
    let filter = |rules: Vec<Rule>| Filter {
        rules,
        ..Filter::default()
    };
    let table = [
        (filter(vec![]), Standing::Within),
        (
            filter(vec![rule(Inclusive, "FN&CON;Bob")]),
            Standing::Within,
        ),
        (
            filter(vec![rule(Inclusive, "FN&CON;Ada")]),
            Standing::Outside,
        ),
        (
            filter(vec![rule(Exclusive, "FN&CON;Ada")]),
            Standing::Excluded,
        ),
        (
            filter(vec![
                rule(Inclusive, "FN&CON;Ada"),
                rule(Exclusive, "FN&CON;Bob"),
            ]),
            Standing::Outside,
        ),
        (
            filter(vec![
                rule(Inclusive, "FN&CON;Ada"),
                rule(Exclusive, "FN&CON;Ada"),
            ]),
            Standing::Excluded,
        ),
        (
            Filter {
                largest: Some(10),
                ..Filter::default()
            },
            Standing::Excluded,
        ),
        (
            Filter {
                largest: Some(10_000),
                ..Filter::default()
            },
            Standing::Within,
        ),
    ];
    for (filter, expected) in table {
        assert_eq!(filter.standing(&card(), None), expected, "{filter}");
        let written = serde_json::to_string(&filter).unwrap();
        assert_eq!(serde_json::from_str::<Filter>(&written).unwrap(), filter);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_query_or_none_and_answers_about_any_bytes(text in "[A-C&;iEQNORLUDSCE0-9%=() ]{0,40}", body in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
        if let Ok(query) = Query::parse(&text) {
            proptest::prop_assert_eq!(Query::parse(query.as_str()), Ok(query.clone()));
            for media_type in ["text/x-vcard", "text/calendar", "text/plain", "text/x-s4j-sife", "image/png"] {
                let body = body.clone();
                let item = Content { media_type: crate::item::MediaType::new(media_type), body };
                proptest::prop_assert_eq!(query.matches(&item, None), query.matches(&item, None));
            }
        }
    }
}
