//! What the module promises, in tables.

use super::*;

pub(super) fn content(media_type: &str, body: &str) -> Content {
    bytes(media_type, body.as_bytes())
}

pub(super) fn bytes(media_type: &str, body: &[u8]) -> Content {
    Content {
        media_type: classify(body, &MediaType::new(media_type)),
        body: body.to_vec(),
    }
}

/// A 2.1 card with these lines.
pub(super) fn card(lines: &str) -> Content {
    content(
        "text/x-vcard",
        &format!("BEGIN:VCARD\r\nVERSION:2.1\r\n{lines}\r\nEND:VCARD\r\n"),
    )
}

/// A 3.0 card with these lines.
pub(super) fn card3(lines: &str) -> Content {
    content(
        "text/vcard",
        &format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n"),
    )
}

/// A vCalendar with one event.
pub(super) fn event(lines: &str) -> Content {
    content(
        "text/x-vcalendar",
        &format!(
            "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ),
    )
}

/// REQ-FMT-6.
#[test]
fn the_content_decides_what_an_item_is_and_the_label_only_when_it_is_silent() {
    let table = [
        ("BEGIN:VCARD\nVERSION:2.1\n", "text/vcard", "text/x-vcard"),
        ("BEGIN:VCARD\nVERSION:3.0\n", "text/x-vcard", "text/vcard"),
        (
            "\u{feff}\r\nbegin:vcard\r\nN:a\r\nversion: 4.0\r\n",
            "text/plain",
            "text/vcard",
        ),
        (
            "BEGIN:VCARD\nN:a\n",
            "text/directory;profile=vCard",
            "text/vcard",
        ),
        ("BEGIN:VCARD\nN:a\n", "text/plain", "text/x-vcard"),
        (
            "BEGIN:VCALENDAR\nVERSION:1.0\n",
            "text/calendar; charset=utf-8",
            "text/x-vcalendar",
        ),
        (
            "BEGIN:VCALENDAR\nPRODID:x\nVERSION:2.0\n",
            "text/x-vcalendar",
            "text/calendar",
        ),
        (
            "BEGIN:VEVENT\nSUMMARY:x\n",
            "text/calendar",
            "text/calendar",
        ),
        ("BEGIN:VNOTE\nVERSION:1.1\n", "text/plain", "text/x-vnote"),
        (
            "BEGIN:VBKM\nVERSION:1.0\n",
            "text/plain",
            "text/x-vbookmark",
        ),
        (
            "<?xml version='1.0'?><task><Subject>x</Subject></task>",
            "text/plain",
            "text/x-s4j-sift",
        ),
        ("Shopping\nVERSION:2.1", "text/plain", "text/plain"),
        ("", "TEXT/DIRECTORY", "text/vcard"),
        ("\u{0}\u{1}", "image/jpeg", "image/jpeg"),
    ];
    for (body, declared, expected) in table {
        assert_eq!(
            classify(body.as_bytes(), &MediaType::new(declared)).as_str(),
            expected,
            "{body:?}"
        );
    }
}

#[test]
fn the_first_component_decides_the_kind() {
    let ical = |inner: &str| format!("BEGIN:VCALENDAR\nVERSION:2.0\n{inner}END:VCALENDAR\n");
    let zone =
        "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19701025T030000\nEND:STANDARD\nEND:VTIMEZONE\n";
    let table = [
        (card("N:a"), Kind::Contact),
        (event("SUMMARY:a"), Kind::Event),
        (
            content(
                "text/calendar",
                &ical(&format!("{zone}BEGIN:VTODO\nDUE:20060101\nEND:VTODO\n")),
            ),
            Kind::Task,
        ),
        (
            content("text/calendar", &ical("BEGIN:VJOURNAL\nEND:VJOURNAL\n")),
            Kind::Note,
        ),
        (
            content("text/calendar", &ical("BEGIN:VFREEBUSY\nEND:VFREEBUSY\n")),
            Kind::Other,
        ),
        (
            content("text/x-vnote", "BEGIN:VNOTE\nBODY:a\nEND:VNOTE\n"),
            Kind::Note,
        ),
        (content("text/plain", "BEGIN: a list"), Kind::Note),
        (
            content("text/x-s4j-sife", "<appointment></appointment>"),
            Kind::Event,
        ),
        (
            content("application/vnd.omads-email+xml", "<Email></Email>"),
            Kind::Mail,
        ),
        (content("message/rfc822", "Subject: a\n\nb"), Kind::Mail),
        (
            content("application/vnd.omads-folder+xml", "<Folder></Folder>"),
            Kind::Folder,
        ),
        (
            content("application/vnd.omads-file+xml", "<File></File>"),
            Kind::File,
        ),
    ];
    for (item, expected) in table {
        assert_eq!(kind(&item), expected, "{item:?}");
    }
}

#[test]
fn bodies_that_say_the_same_have_one_digest() {
    let table = [
        (card("N:Doe;Jane"), card("N:Doe;Jane;;;")),
        (
            card("N:Doe;Jane\r\nTEL:"),
            card("FN: \r\nN:Doe;Jane\r\nADR:;;;;;;"),
        ),
        (
            card("N:a\r\nTEL;HOME;VOICE:1"),
            card("TEL;TYPE=voice;TYPE=Home:1\r\nN:a"),
        ),
        (card("TEL;HOME;VOICE:1"), card3("tel;type=\"VOICE,home\":1")),
        (
            card("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller"),
            card3("N:M\u{fc}ller"),
        ),
        (
            card("N;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:M=FC=\r\nller"),
            card("N;CHARSET=UTF-8:M\u{fc}ller"),
        ),
        (
            card("NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab;c,d=5C"),
            card3("NOTE:a\\nb\\;c\\,d\\\\"),
        ),
        (
            card("PHOTO;ENCODING=BASE64;TYPE=JPEG:\r\n AAEC\r\n Aw==\r\n"),
            card3("PHOTO;ENCODING=b;TYPE=jpeg:AAECAw=="),
        ),
        (
            card("N:a\r\nREV:20060101T000000Z\r\nX-IRMC-LUID:7"),
            card("PRODID:x\r\nN:a"),
        ),
        (
            content("text/plain", "a \r\nb\r\n\r\n"),
            content("text/plain", "a\nb"),
        ),
        (
            bytes("text/plain", b"Jos\xe9"),
            content("text/plain", "\u{feff}Jos\u{e9}\n"),
        ),
        (
            content(
                "text/x-s4j-sifn",
                "<note><Subject>a &amp; b</Subject><Color/></note>",
            ),
            content(
                "text/x-s4j-sifn",
                "<?xml version='1.0'?>\n<note>\n<Date></Date><Subject><![CDATA[a & b]]></Subject></note>",
            ),
        ),
    ];
    for (one, other) in table {
        assert_eq!(digest(&one), digest(&other), "{one:?}\n{other:?}");
    }
}

#[test]
fn bodies_that_say_something_else_have_another_digest() {
    let table = [
        (card("N:Doe;Jane"), card("N:Jane;Doe")),
        (card("N:Doe;Jane"), card("N:;Doe;Jane")),
        (card("N:Doe\\;Jane"), card("N:Doe;Jane")),
        (card("TEL;HOME:1"), card("TEL;WORK:1")),
        (
            card("TEL;HOME:1\r\nTEL;WORK:2"),
            card("TEL;HOME:2\r\nTEL;WORK:1"),
        ),
        (card("TEL:1"), card("TEL:1\r\nTEL:1")),
        (card("item1.TEL:1"), card("item2.TEL:1")),
        (card("NOTE:a"), card("NOTE:A")),
        (
            event("DTSTART:20060101T090000"),
            event("DTSTART:20060101T090000Z"),
        ),
        (
            event("BEGIN:VALARM\r\nSUMMARY:a\r\nEND:VALARM"),
            event("SUMMARY:a\r\nBEGIN:VALARM\r\nEND:VALARM"),
        ),
        (
            event("SUMMARY:a"),
            content(
                "text/x-vcalendar",
                "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VTODO\nSUMMARY:a\nEND:VTODO\nEND:VCALENDAR\n",
            ),
        ),
        (content("text/plain", "a\nb"), content("text/plain", "a b")),
        (
            content("application/x-else", "a\r\n"),
            content("application/x-else", "a\n"),
        ),
        (card("garbled"), card("garbles")),
    ];
    for (one, other) in table {
        assert_ne!(digest(&one), digest(&other), "{one:?}\n{other:?}");
    }
}

#[test]
fn a_digest_is_the_same_number_in_every_release() {
    // Stored digests are compared with fresh ones: a change here is a migration, or one of `TWIN_FORMULA`.
    assert_eq!(
        digest(&card("N:Doe;Jane\r\nTEL;HOME:1")),
        Digest(CARD_DIGEST)
    );
    assert_eq!(
        twin_key(&card("N:Doe;Jane\r\nTEL;HOME:1")),
        TwinKey(CARD_TWIN)
    );
}

const CARD_DIGEST: i64 = -8_341_447_438_510_117_460;
const CARD_TWIN: i64 = 7_725_950_123_782_405_779;

#[test]
fn twins_are_told_by_name_summary_or_first_line() {
    let ical = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nDTSTART:1970\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20060925\nSUMMARY:Day off\nEND:VEVENT\nEND:VCALENDAR\n";
    let table = [
        (
            card("N:Doe;Jane\r\nTEL:1"),
            card3("N:DOE;jane ;;;\r\nFN:J. Doe\r\nEMAIL:j@x.org"),
        ),
        (card("FN:Jane Doe"), card3("N:;;;;\r\nFN:Jane  Doe")),
        (card("ORG:Acme;Sales"), card3("ORG:ACME\r\nTEL:1")),
        (
            card("EMAIL;INTERNET:j@x.org\r\nTEL:1"),
            card3("EMAIL:J@x.org"),
        ),
        (
            card("N:Doe;Jane\r\nORG:Acme"),
            content(
                "text/x-s4j-sifc",
                "<contact><FirstName>Jane</FirstName><LastName>Doe</LastName><CompanyName>acme</CompanyName></contact>",
            ),
        ),
        (
            event("SUMMARY:Day off\r\nDTSTART:20060925T000000"),
            content("text/calendar", ical),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000Z"),
            event("SUMMARY:A\r\nDTSTART:2006-09-25T09:00:00Z\r\nLOCATION:x"),
        ),
        (
            event("DESCRIPTION:a\r\nDTSTART:20060925"),
            event("SUMMARY:a\r\nDTSTART:20060925"),
        ),
        (
            content("text/plain", "\nMilk \nBread"),
            content(
                "text/x-vnote",
                "BEGIN:VNOTE\nBODY;QUOTED-PRINTABLE:milk=0D=0AEggs\nEND:VNOTE\n",
            ),
        ),
    ];
    for (one, other) in table {
        assert_eq!(twin_key(&one), twin_key(&other), "{one:?}\n{other:?}");
    }
}

#[test]
fn what_differs_in_its_key_is_no_twin() {
    let table = [
        (card("N:Doe;Jane"), card("N:Doe;John")),
        (card("TEL:1"), card("TEL:2")),
        (card("X-A:1"), card("X-A:2")),
        (
            event("SUMMARY:a\r\nDTSTART:20060925T090000"),
            event("SUMMARY:a\r\nDTSTART:20060925T090000Z"),
        ),
        (
            event("SUMMARY:a\r\nDTSTART:20060925"),
            event("SUMMARY:a\r\nDTSTART:20060926"),
        ),
        (content("text/plain", "a\nb"), content("text/plain", "b\na")),
        (content("text/plain", ""), content("text/plain", "a")),
    ];
    for (one, other) in table {
        assert_ne!(twin_key(&one), twin_key(&other), "{one:?}\n{other:?}");
    }
}

#[test]
fn the_card_of_an_agent_is_not_the_card() {
    let item =
        card("AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Agent;A\r\nEND:VCARD\r\n\r\nN:Smith;John");
    assert_eq!(title(&item), "John Smith");
    assert_eq!(twin_key(&item), twin_key(&card("N:Smith;John")));
}

#[test]
fn an_item_says_when_it_was_changed() {
    let table = [
        (card("N:a\r\nREV:20060102T030405Z"), Some(1_136_171_045_000)),
        (card3("REV:2006-01-02T03:04:05Z"), Some(1_136_171_045_000)),
        (
            event("DTSTAMP:20010101T000000Z\r\nLAST-MODIFIED:20060102T030405Z"),
            Some(1_136_171_045_000),
        ),
        (event("DTSTAMP:20060102T030405Z"), Some(1_136_171_045_000)),
        (
            event("LAST-MODIFIED:soon\r\nDTSTAMP:20060102T030405Z"),
            Some(1_136_171_045_000),
        ),
        (card("N:a"), None),
        (content("text/plain", "REV:20060102T030405Z"), None),
    ];
    for (item, expected) in table {
        assert_eq!(changed_at(&item), expected.map(Millis), "{item:?}");
    }
}

#[test]
fn a_title_is_what_a_person_would_look_for() {
    let long = "x".repeat(100);
    let table = [
        (
            card("N:Doe;Jane\r\nFN:Dr. Jane  Doe"),
            "Dr. Jane Doe".to_owned(),
        ),
        (card("N:Doe;Jane;Q."), "Jane Q. Doe".to_owned()),
        (card("ORG:Acme;Sales"), "Acme".to_owned()),
        (card("TEL:+1"), "+1".to_owned()),
        (card("X-A:1"), String::new()),
        (
            event("SUMMARY;CHARSET=UTF-8;QUOTED-PRINTABLE:Z=C3=A4hne"),
            "Z\u{e4}hne".to_owned(),
        ),
        (
            content("text/plain", "\r\n a\tlist\r\nmilk"),
            "a list".to_owned(),
        ),
        (content("text/plain", &long), "x".repeat(79) + "\u{2026}"),
        (content("text/plain", &"y".repeat(80)), "y".repeat(80)),
        (
            content("text/x-s4j-sift", "<task><Subject>Call</Subject></task>"),
            "Call".to_owned(),
        ),
        (content("image/jpeg", "x"), String::new()),
    ];
    for (item, expected) in table {
        assert_eq!(title(&item), expected, "{item:?}");
    }
}
