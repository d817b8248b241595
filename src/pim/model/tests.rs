//! The tree: what goes in comes out, whatever it is written in.

use encoding_rs::{GBK, SHIFT_JIS, UTF_8, WINDOWS_1252};
use proptest::prelude::*;

use super::*;
use crate::item::{Content, MediaType};
use crate::pim::{classify, digest};

fn tree(body: &[u8]) -> Document {
    read(body, Reading::default()).unwrap()
}

fn content(body: &[u8]) -> Content {
    Content {
        media_type: classify(body, &MediaType::new("text/plain")),
        body: body.to_vec(),
    }
}

fn again(body: &[u8]) -> String {
    let document = tree(body);
    String::from_utf8(write(&document, &Spelling::of(document.version))).unwrap()
}

const OLD: &[u8] = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J;;;\r\n\
FN:J M\r\nHOME.tel;cell;VOICE;PREF:+1\r\nADR;HOME;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:;;Stra=DFe 12;M=FCnchen;;80331;\r\n\
NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0A=\r\ntwo; three\r\nURL:http\\://x.example/a;b\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Agent;A\r\nEND:VCARD\r\n\r\n\
X-IRMC-N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63\r\nSOUND;X-IRMC-N:;;;;\r\nPHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/\r\n 4AAQ\r\n\r\nREV:20060102T030405Z\r\nEND:VCARD\r\n";

#[test]
fn an_old_card_is_read_down_to_its_agent() {
    let document = tree(OLD);
    assert_eq!(document.version, Version::Card21);
    let card = &document.root.components[0];
    let part = |name: &str, at| card.first(name).unwrap().part(at).into_owned();
    assert_eq!(
        (part("N", 0), part("N", 1)),
        ("M\u{fc}ller".into(), "J".into())
    );
    assert_eq!(part("ADR", 2), "Stra\u{df}e 12");
    let tel = card.first("TEL").unwrap();
    assert_eq!(tel.group, "HOME");
    assert_eq!(tel.types().collect::<Vec<_>>(), ["cell", "VOICE", "PREF"]);
    assert_eq!(card.text("NOTE"), "one\ntwo; three");
    assert_eq!(card.text("X-IRMC-N"), "\u{5c71}\u{7530}");
    assert_eq!(
        card.first("PHOTO").unwrap().value,
        Value::Bytes(vec![0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10])
    );
    let Value::Object(agent) = &card.first("AGENT").unwrap().value else {
        panic!("the agent is a card")
    };
    assert_eq!(agent.first("N").unwrap().part(0), "Agent");
    assert!(card.components.is_empty());
}

#[test]
fn an_old_card_is_written_as_old_devices_read_it() {
    assert_eq!(
        again(OLD),
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J;;;\r\n\
FN:J M\r\nHOME.TEL;cell;VOICE;PREF:+1\r\nADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;Stra=C3=9Fe 12;M=C3=BCnc=\r\nhen;;80331;\r\n\
NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo; three\r\nURL:http\\://x.example/a;b\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Agent;A\r\nEND:VCARD\r\n\r\n\
X-IRMC-N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94=B0\r\nSOUND;X-IRMC-N:;;;;\r\nPHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQ\r\n\r\nREV:20060102T030405Z\r\nEND:VCARD\r\n"
    );
    assert_eq!(
        digest(&content(OLD)),
        digest(&content(again(OLD).as_bytes()))
    );
}

#[test]
fn a_new_object_keeps_lists_parts_quotes_and_rules() {
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Doe;Jane;Ann,Eve;Dr.;\r\nCATEGORIES:a\\,b,c\r\nTEL;TYPE=\"voice,home\";VALUE=uri:tel:+1;ext=5\r\n\
X-A;LABEL=\"a: ^'b^'^n\":1;2,3\r\nADR;TYPE=home:;;1 Road\\, flat 2;Town;;1;UK\r\nNOTE:a\\nb\\, c\\; d\\\\\r\nEND:VCARD\r\n";
    let document = tree(card.as_bytes());
    let root = &document.root.components[0];
    assert_eq!(
        root.first("N").unwrap().value,
        Value::Parts(
            [&["Doe"][..], &["Jane"], &["Ann", "Eve"], &["Dr."], &[""]]
                .map(|p| p.iter().map(|s| Text::from(*s)).collect())
                .to_vec()
        )
    );
    assert_eq!(
        root.first("CATEGORIES").unwrap().value,
        Value::List(vec!["a,b".into(), "c".into()])
    );
    assert_eq!(
        root.first("X-A").unwrap().param_text("LABEL"),
        Some("a: \"b\"\n")
    );
    assert_eq!(root.text("NOTE"), "a\nb, c; d\\");
    assert_eq!(
        again(card.as_bytes()),
        card.replace("\"voice,home\"", "voice,home")
    );

    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU\r\nEXDATE;TZID=Europe/Berlin:20060110T090000,20060117T090000\r\n\
ATTENDEE;CN=\"Doe, J\";RSVP=TRUE:mailto:j@x.org\r\nSUMMARY:a\\;b\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(again(calendar.as_bytes()), calendar);
}

#[test]
fn a_device_is_read_in_the_charset_it_is_known_for() {
    let read_in = |body: &[u8], charset| {
        let document = read(body, Reading { charset }).unwrap();
        document.root.components[0].text("FN").into_owned()
    };
    let table: [(&[u8], Option<&'static Encoding>, &str); 5] = [
        (
            b"BEGIN:VCARD\nFN:\x8e\x52\x93\x63\n",
            Some(SHIFT_JIS),
            "\u{5c71}\u{7530}",
        ),
        (
            b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=B9=FA\n",
            Some(GBK),
            "\u{56fd}",
        ),
        (
            "BEGIN:VCARD\nFN:\u{fc}\n".as_bytes(),
            Some(SHIFT_JIS),
            "\u{fc}",
        ),
        (
            b"BEGIN:VCARD\nFN;CHARSET=ISO-8859-1:\xfc\n",
            Some(SHIFT_JIS),
            "\u{fc}",
        ),
        (b"BEGIN:VCARD\nFN:\xfc\n", None, "\u{fc}"),
    ];
    for (body, charset, expected) in table {
        assert_eq!(read_in(body, charset), expected);
    }
}

#[test]
fn a_device_is_written_to_in_its_charset_without_folds_breaks_and_empties_if_it_needs_that() {
    let body = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:\u{fc}\u{142}\r\nTEL:\r\nNOTE:a long line of words that goes on and on until it is longer than seventy-five bytes\r\nEND:VCARD\r\n";
    let document = tree(body.as_bytes());
    let usual = write(&document, &Spelling::of(Version::Card21));
    assert!(
        String::from_utf8(usual)
            .unwrap()
            .contains("longer than\r\n seventy")
    );
    let how = Spelling {
        charset: WINDOWS_1252,
        folding: Folding::Never,
        empties: false,
        ..Spelling::of(Version::Card21)
    };
    let text = String::from_utf8(write(&document, &how)).unwrap();
    assert!(
        text.contains("FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:=FC?\r\n"),
        "{text}"
    );
    assert!(text.contains("longer than"));
    assert!(!text.contains("TEL"));
    let long = tree(format!("BEGIN:VCARD\nVERSION:2.1\nFN:{}\n", "\u{fc}".repeat(60)).as_bytes());
    let lines = |how: &Spelling| write(&long, how).split(|b| *b == b'\n').count();
    let one_line = Spelling {
        quoting: Quoting::OneLine,
        ..how
    };
    assert_eq!(lines(&one_line), 5);
    assert!(lines(&Spelling::of(Version::Card21)) > 5);
    let everywhere = Spelling {
        quoting: Quoting::Everywhere,
        ..Spelling::of(Version::Card30)
    };
    let text = String::from_utf8(write(&document, &everywhere)).unwrap();
    assert!(
        text.contains("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=BC=C5=82\r\n"),
        "{text}"
    );
}

#[test]
fn what_is_no_object_or_too_much_of_one_is_not_read() {
    let deep = "BEGIN:X\n".repeat(100);
    let many = "A:1\n".repeat(1_000_000);
    let table = [
        ("Shopping".to_owned(), Unread::NoObject),
        (String::new(), Unread::NoObject),
        (deep, Unread::TooDeep),
        (format!("BEGIN:VCARD\n{many}END:VCARD\n"), Unread::TooMany),
    ];
    for (body, expected) in table {
        assert_eq!(read(body.as_bytes(), Reading::default()), Err(expected));
    }
}

#[test]
fn a_missing_end_and_lines_that_are_no_properties_are_kept() {
    let body = "before\r\nBEGIN:VCARD\r\nVERSION:2.1\r\ngarbled\r\nN:a";
    assert_eq!(
        again(body.as_bytes()),
        "before\r\nBEGIN:VCARD\r\nVERSION:2.1\r\ngarbled\r\nN:a\r\nEND:VCARD\r\n"
    );
}

fn texts() -> impl Strategy<Value = Text> {
    "[a-zA-Z0-9 =;,:.\\\\\"^\n\u{e4}\u{4e2d}\u{1f600}]{0,90}[a-z]".prop_map(Text::from)
}

fn value(name: &'static str) -> BoxedStrategy<Value> {
    match Shape::of(name, None) {
        Shape::Text => texts().prop_map(Value::Text).boxed(),
        Shape::Raw => "[a-zA-Z0-9:;=,./-]{1,40}"
            .prop_map(|text| Value::Text(text.into()))
            .boxed(),
        Shape::List => prop::collection::vec(texts(), 1..4)
            .prop_map(Value::List)
            .boxed(),
        Shape::RawList => prop::collection::vec("[0-9T]{8,15}".prop_map(Text::from), 1..4)
            .prop_map(Value::List)
            .boxed(),
        Shape::Parts => prop::collection::vec(texts().prop_map(|t| vec![t]), 1..6)
            .prop_map(Value::Parts)
            .boxed(),
        Shape::Any => prop_oneof![
            texts().prop_map(Value::Text),
            prop::collection::vec(any::<u8>(), 1..200).prop_map(Value::Bytes),
            prop::collection::vec(texts().prop_map(|t| vec![t]), 2..6).prop_map(Value::Parts),
        ]
        .boxed(),
    }
}

fn property() -> impl Strategy<Value = Property> {
    let names = [
        "NOTE",
        "TEL",
        "URL",
        "N",
        "ADR",
        "CATEGORIES",
        "EXDATE",
        "X-FIELD",
        "RRULE",
    ];
    prop::sample::select(names.to_vec()).prop_flat_map(|name| {
        let types = prop::collection::vec(prop_oneof![Just("HOME"), Just("WORK")], 0..3);
        (value(name), types, prop_oneof![Just(""), Just("item1")]).prop_map(
            move |(value, types, group)| Property {
                group: group.into(),
                name: name.into(),
                params: types.into_iter().map(|t| Param::new("TYPE", t)).collect(),
                value,
            },
        )
    })
}

fn documents() -> impl Strategy<Value = Document> {
    let version = prop_oneof![
        Just(Version::Card21),
        Just(Version::Card30),
        Just(Version::Card40)
    ];
    (
        version,
        prop::collection::vec(property(), 0..8),
        any::<bool>(),
    )
        .prop_map(|(version, mut properties, has_inner)| {
            properties.insert(0, Property::text_of("VERSION", version.label()));
            let mut card = Component::named("VCARD");
            card.properties = properties.clone();
            if has_inner {
                let inner = Component {
                    components: Vec::new(),
                    ..card.clone()
                };
                if version == Version::Card21 {
                    card.properties.push(Property::new(
                        "AGENT",
                        Value::Object(Box::new(inner.clone())),
                    ));
                }
                card.components.push(Component {
                    name: "X-INNER".into(),
                    ..inner
                });
            }
            let root = Component {
                components: vec![card],
                ..Component::default()
            };
            Document { version, root }
        })
}

fn spelling() -> impl Strategy<Value = Spelling> {
    let folding = prop_oneof![Just(Folding::Usual), Just(Folding::Never)];
    let quoting = prop_oneof![
        Just(Quoting::Usual),
        Just(Quoting::OneLine),
        Just(Quoting::Everywhere)
    ];
    (folding, quoting).prop_map(|(folding, quoting)| Spelling {
        folding,
        quoting,
        charset: UTF_8,
        ..Spelling::of(Version::Other)
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(document in documents(), how in spelling()) {
        let how = Spelling { version: document.version, ..how };
        let body = write(&document, &how);
        prop_assert_eq!(&tree(&body), &document, "{}", String::from_utf8_lossy(&body));
    }

    #[test]
    fn how_it_is_written_does_not_change_its_digest(document in documents(), how in spelling()) {
        let how = Spelling { version: document.version, ..how };
        let one = write(&document, &Spelling::of(document.version));
        let other = write(&document, &how);
        prop_assert_eq!(digest(&content(&one)), digest(&content(&other)));
    }

    #[test]
    fn a_body_that_is_read_and_written_says_the_same(
        lines in prop::collection::vec("(TEL|NOTE|N|X-A|ORG|URL)(;[A-Z]{1,4}|;TYPE=[a-z,]{1,6}|;X-B=[a-z]{1,4}){0,2}:[a-zA-Z0-9;,=:.\u{e4} ]{0,40}[a-z]", 0..8),
        new in any::<bool>(),
    ) {
        let version = if new { "3.0" } else { "2.1" };
        let body = format!("BEGIN:VCARD\r\nVERSION:{version}\r\n{}\r\nEND:VCARD\r\n", lines.join("\r\n"));
        let written = again(body.as_bytes());
        prop_assert_eq!(digest(&content(body.as_bytes())), digest(&content(written.as_bytes())), "{}\n{}", body, written);
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_no_line_grows_long(body in prop::collection::vec(
        prop_oneof![Just(b'\n'), Just(b' '), Just(b':'), Just(b';'), Just(b'='), Just(b'"'), any::<u8>()], 0..400)
    ) {
        let body = [&b"BEGIN:VCARD\nVERSION:3.0\n"[..], &body].concat();
        if let Ok(document) = read(&body, Reading::default()) {
            let written = write(&document, &Spelling::of(Version::Card30));
            // What is no property stands as it came.
            let named = |line: &&[u8]| {
                let name = line.split(|b| matches!(b, b':' | b';')).next().unwrap_or_default();
                name.len() < line.len() && !name.is_empty() && name.iter().all(u8::is_ascii_alphanumeric)
            };
            prop_assert!(written.split(|b| *b == b'\n').filter(named).all(|line| line.len() <= 76));
        }
    }
}
