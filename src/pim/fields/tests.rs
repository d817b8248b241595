//! What is shown, and what comes back.

use super::*;
use crate::pim::tests::content;
use crate::pim::{digest, twin_key};

fn only(names: &str) -> Fields {
    let field = |word: &str| {
        let (name, most) = word.split_once('=').unwrap_or((word, ""));
        Field {
            name: name.to_owned(),
            most: most.trim_end_matches('!').parse().ok(),
            whole: most.ends_with('!'),
        }
    };
    Fields {
        only: names.split(' ').map(field).collect(),
        ..Fields::default()
    }
}

fn card(lines: &str) -> Content {
    content(
        "text/vcard",
        &format!("BEGIN:VCARD\nVERSION:3.0\nN:Berg;Bob\n{lines}END:VCARD\n"),
    )
}

fn text(content: &Content) -> &str {
    std::str::from_utf8(&content.body).unwrap()
}

const CARD: &str = "FN:Bob\nTEL;TYPE=HOME:1\nitem1.TEL:2\nNOTE:tall\\, calm\n  and old\nPHOTO;ENCODING=b:QUJD\nX-A:1\nX-B:2\n";

#[test]
fn only_what_is_named_is_shown_and_what_makes_an_item_one() {
    let table = [
        ("TEL", "FN:Bob\nTEL;TYPE=HOME:1\nitem1.TEL:2\n"),
        ("note", "FN:Bob\nNOTE:tall\\, calm\n  and old\n"),
        ("X-* PHOTO", "FN:Bob\nPHOTO;ENCODING=b:QUJD\nX-A:1\nX-B:2\n"),
        ("X-B=0", "FN:Bob\nX-B:\n"),
        ("NOTE=4", "FN:Bob\nNOTE:tall\n"),
        // The backslash does not stand alone.
        ("NOTE=5", "FN:Bob\nNOTE:tall\n"),
        ("NOTE=6", "FN:Bob\nNOTE:tall\\,\n"),
        ("NOTE=4!", "FN:Bob\n"),
        ("NOTE=400!", "FN:Bob\nNOTE:tall\\, calm\n  and old\n"),
        ("PHOTO=3", "FN:Bob\nPHOTO;ENCODING=b:QUJD\n"),
        ("PHOTO=2", "FN:Bob\n"),
    ];
    for (names, expected) in table {
        assert_eq!(
            text(&only(names).project(&card(CARD))),
            text(&card(expected)),
            "{names}"
        );
    }
    let without = Fields {
        without: vec!["PHOTO".to_owned(), "X-*".to_owned()],
        ..Fields::default()
    };
    let rest = "FN:Bob\nTEL;TYPE=HOME:1\nitem1.TEL:2\nNOTE:tall\\, calm\n  and old\n";
    assert_eq!(text(&without.project(&card(CARD))), text(&card(rest)));
    assert_eq!(Fields::default().project(&card(CARD)), card(CARD));
}

#[test]
fn what_comes_back_unchanged_is_the_item_as_it_was() {
    for names in [
        "TEL",
        "NOTE=4",
        "NOTE=4!",
        "NOTE=0",
        "X-* PHOTO=1",
        "NICKNAME",
    ] {
        let fields = only(names);
        let ours = card(CARD);
        let sent = fields.project(&ours);
        let whole = fields.complete(&sent, &ours);
        assert_eq!(digest(&whole), digest(&ours), "{names}: {}", text(&whole));
        assert_eq!(twin_key(&sent), twin_key(&ours));
    }
}

#[test]
fn an_edit_of_what_was_shown_leaves_the_rest_alone() {
    let table = [
        // Changed, cleared, and added.
        (
            "TEL",
            "FN:Bob\nTEL:3\n",
            "FN:Bob\nTEL:3\nNOTE:tall\\, calm\n  and old\nPHOTO;ENCODING=b:QUJD\nX-A:1\nX-B:2\n",
        ),
        (
            "TEL",
            "FN:Bob\n",
            "FN:Bob\nNOTE:tall\\, calm\n  and old\nPHOTO;ENCODING=b:QUJD\nX-A:1\nX-B:2\n",
        ),
        // What the device sends of its own stands.
        (
            "TEL",
            "FN:Bob\nNOTE:new\n",
            "FN:Bob\nNOTE:new\nPHOTO;ENCODING=b:QUJD\nX-A:1\nX-B:2\n",
        ),
        // A value that was cut and changed is the new one, one that was not is the old one.
        (
            "NOTE=4 X-*",
            "FN:Bobby\nNOTE:tall\n",
            "FN:Bobby\nNOTE:tall\\, calm\n  and old\nTEL;TYPE=HOME:1\nitem1.TEL:2\nPHOTO;ENCODING=b:QUJD\n",
        ),
        (
            "NOTE=4 X-*",
            "FN:Bob\nNOTE:tiny\n",
            "FN:Bob\nNOTE:tiny\nTEL;TYPE=HOME:1\nitem1.TEL:2\nPHOTO;ENCODING=b:QUJD\n",
        ),
    ];
    for (names, sent, expected) in table {
        let whole = only(names).complete(&card(sent), &card(CARD));
        assert_eq!(text(&whole), text(&card(expected)), "{names}: {sent}");
    }
}

fn calendar(events: &str) -> Content {
    content(
        "text/calendar",
        &format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE\n{events}END:VCALENDAR\n"
        ),
    )
}

#[test]
fn each_event_of_a_series_gets_back_what_is_its_own() {
    let ours = calendar(
        "BEGIN:VEVENT\nSUMMARY:a\nLOCATION:here\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\nDESCRIPTION:one\nEND:VEVENT\n\
         BEGIN:VEVENT\nRECURRENCE-ID:20060102\nSUMMARY:b\nDESCRIPTION:two\nEND:VEVENT\n",
    );
    let fields = only("LOCATION");
    let sent = fields.project(&ours);
    assert_eq!(
        text(&sent),
        text(&calendar(
            "BEGIN:VEVENT\nSUMMARY:a\nLOCATION:here\nEND:VEVENT\nBEGIN:VEVENT\nRECURRENCE-ID:20060102\nSUMMARY:b\nEND:VEVENT\n"
        ))
    );
    assert_eq!(digest(&fields.complete(&sent, &ours)), digest(&ours));
    // The other way round, and one of them moved.
    let sent = calendar(
        "BEGIN:VEVENT\nRECURRENCE-ID:20060102\nSUMMARY:b\nLOCATION:there\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:a\nLOCATION:here\nEND:VEVENT\n",
    );
    let whole = fields.complete(&sent, &ours);
    let expected = calendar(
        "BEGIN:VEVENT\nRECURRENCE-ID:20060102\nSUMMARY:b\nLOCATION:there\nDESCRIPTION:two\nEND:VEVENT\n\
         BEGIN:VEVENT\nSUMMARY:a\nLOCATION:here\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\nDESCRIPTION:one\nEND:VEVENT\n",
    );
    assert_eq!(text(&whole), text(&expected));
    assert!(text(&only("VALARM TRIGGER").project(&ours)).contains("TRIGGER:-PT5M"));
}

#[test]
fn a_text_that_was_cut_and_not_changed_is_the_whole_one() {
    let ours = content("text/plain", "Milk and bread");
    let fields = only("=4");
    let sent = fields.project(&ours);
    assert_eq!(text(&sent), "Milk");
    assert_eq!(fields.complete(&sent, &ours), ours);
    let new = content("text/plain", "Beer");
    assert_eq!(fields.complete(&new, &ours), new);
}

#[test]
fn what_was_hidden_is_spelled_as_the_object_it_goes_back_to() {
    let old = |lines: &str| {
        content(
            "text/x-vcard",
            &format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Berg;Bob\r\n{lines}END:VCARD\r\n"),
        )
    };
    let new = card(
        "NOTE:tall\\, calm\\nand \u{fc}ber\nCATEGORIES:a,b\nORG:X\\, Y;Z\nTITLE:one\\;two\nPHOTO;ENCODING=b;TYPE=JPEG:QUJD\n",
    );
    let fields = only("TEL");
    let whole = fields.complete(&old("TEL:1\r\n"), &new);
    let expected = old(
        "TEL:1\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:tall, calm=0D=0Aand =C3=BCber\nCATEGORIES:a;b\n\
         TITLE:one\\;two\nPHOTO;TYPE=JPEG;ENCODING=BASE64:QUJD\n\r\n",
    );
    assert_eq!(text(&whole), text(&expected));
    // And back again: it says the same.
    let back = fields.complete(&card("TEL:1\n"), &whole);
    let says = |item: &Content, name: &str| {
        crate::pim::filter::Query::parse(name)
            .unwrap()
            .matches(item, None)
    };
    for query in [
        "NOTE&EQ;tall, calm%0Aand \u{fc}ber",
        "CATEGORIES&EQ;b",
        "TITLE&EQ;one;two",
    ] {
        assert!(says(&back, query), "{query}: {}", text(&back));
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_shown_and_made_whole(body in proptest::collection::vec(proptest::num::u8::ANY, 0..120), start in 0..4_usize, most in 0..9_usize) {
        let starts: [&[u8]; 4] = [b"", b"BEGIN:VCARD\nVERSION:3.0\nTEL:1\nNOTE:", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nX:", b"BEGIN:VCARD\nBEGIN:VCARD\n"];
        let fields = only(&format!("TEL X=4 NOTE={most}"));
        for media_type in ["text/x-vcard", "text/calendar", "text/plain", "image/png"] {
            let body = [starts[start], &body].concat();
            let ours = Content { media_type: crate::item::MediaType::new(media_type), body };
            let sent = fields.project(&ours);
            proptest::prop_assert_eq!(fields.project(&sent).body.len(), sent.body.len());
            let whole = fields.complete(&sent, &ours);
            proptest::prop_assert_eq!(whole.media_type, ours.media_type);
        }
    }
}
