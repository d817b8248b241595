//! Input that must be refused, and how: hostile, broken or cut short.

use anchorage::codec::{DecodeError, Encoding, Event, Limits, Tag, Version, Writer, decode};

use crate::corpus::{from_hex, own};

/// What kind of refusal is meant.
#[derive(Debug, PartialEq)]
enum Refusal {
    NotSyncMl,
    Malformed,
    Forbidden,
    TooMuch(&'static str),
    Charset,
    Foreign,
}
use Refusal::{Charset, Forbidden, Foreign, Malformed, NotSyncMl, TooMuch};

fn refusal(bytes: &[u8]) -> Option<Refusal> {
    match decode(bytes, None, &Limits::default()) {
        Ok(_) => None,
        Err(DecodeError::NotSyncMl { .. }) => Some(NotSyncMl),
        Err(DecodeError::Malformed { at, .. }) => (at <= bytes.len()).then_some(Malformed),
        Err(DecodeError::Forbidden { at, .. }) => (at <= bytes.len()).then_some(Forbidden),
        Err(DecodeError::TooMuch { what, .. }) => Some(TooMuch(what)),
        Err(DecodeError::Charset(_)) => Some(Charset),
        Err(DecodeError::Foreign(_)) => Some(Foreign),
    }
}

#[test]
fn bad_xml_is_refused() {
    let laughs = "<!DOCTYPE SyncML [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><SyncML>&b;</SyncML>";
    let external =
        "<!DOCTYPE SyncML [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><SyncML>&x;</SyncML>";
    let hidden = "<!DOCTYPE SyncML PUBLIC '-//SYNCML//DTD SyncML 1.2//EN' '[' [ <!ELEMENT a ANY> ]><SyncML/>";
    let deep = "<a>".repeat(65);
    let bottomless = "<a>".repeat(1_000_000);
    let many = format!("<SyncML>{}</SyncML>", "<a/>".repeat(400_000));
    let numbers: Vec<String> = (0..40_000).map(|n| n.to_string()).collect();
    let attributes = format!("<SyncML a{}=''/>", numbers.join("='' a"));
    for (bytes, expected) in [
        ("", NotSyncMl),
        (" \r\n", NotSyncMl),
        ("{\"SyncML\": 1}", NotSyncMl),
        ("\u{5}", NotSyncMl),
        ("<", Malformed),
        ("<?xml version='1.0'?>", Malformed),
        ("<SyncML>", Malformed),
        ("<SyncML><SyncHdr></SyncML>", Malformed),
        ("<SyncML/><SyncML/>", Malformed),
        ("<SyncML/>text", Malformed),
        ("text<SyncML/>", NotSyncMl),
        ("<SyncML/><![CDATA[ ]]>", Malformed),
        ("<SyncML/>&#32;x", Malformed),
        ("</SyncML>", Malformed),
        ("<SyncML><></></SyncML>", Malformed),
        ("<SyncML><1/></SyncML>", Malformed),
        ("<SyncML a='1' a='2'/>", Malformed),
        ("<SyncML a=1/>", Malformed),
        ("<SyncML>&#;</SyncML>", Malformed),
        ("<SyncML>&#+65;</SyncML>", Malformed),
        ("<SyncML>a & b</SyncML>", Malformed),
        ("<SyncML><!DOCTYPE SyncML></SyncML>", Malformed),
        ("<SyncML>\0</SyncML>", Forbidden),
        ("<SyncML>\u{1b}</SyncML>", Forbidden),
        ("<SyncML>\u{ffff}</SyncML>", Forbidden),
        ("<SyncML>&#0;</SyncML>", Forbidden),
        ("<SyncML>&#xD800;</SyncML>", Forbidden),
        ("<SyncML>&#x1F;</SyncML>", Forbidden),
        ("<SyncML>&#44444444401;</SyncML>", Forbidden),
        ("<SyncML>&nbsp;</SyncML>", Forbidden),
        (laughs, Forbidden),
        (external, Forbidden),
        (hidden, Forbidden),
        (
            "<!DOCTYPE SyncML PUBLIC \"'\" '' [ <!ENTITY a 'b'> ]><SyncML/>",
            Forbidden,
        ),
        ("<!DOCTYPE SyncML [<!ENTITY a ", Malformed),
        (&deep, TooMuch("elements inside one another")),
        (&bottomless, TooMuch("elements inside one another")),
        (&many, TooMuch("elements")),
        (&attributes, TooMuch("attributes on one element")),
        ("<?xml version='1.0' encoding='utf-7'?><SyncML/>", Foreign),
        (
            "<?xml version='1.0' encoding='shift_jis'?><SyncML>\u{81}</SyncML>",
            Charset,
        ),
    ] {
        assert_eq!(
            refusal(bytes.as_bytes()),
            Some(expected),
            "{}",
            bytes.chars().take(80).collect::<String>()
        );
    }
    assert_eq!(refusal(b"<SyncML>\xff</SyncML>"), Some(Charset));
    assert_eq!(refusal(b"<SyncML>\xc0\xaf</SyncML>"), Some(Charset));
    assert_eq!(refusal(b"<SyncML>\xed\xa0\x80</SyncML>"), Some(Charset));
    assert_eq!(refusal(b"\xff\xfe<\0a"), Some(Charset));
}

#[test]
fn bad_wbxml_is_refused() {
    let head = "02a4016a00";
    let deep = format!("{head}{}", "6d".repeat(100_000));
    let many = format!("{head}6d{}01", "12".repeat(400_000));
    let attributes = format!("{head}ad{}01", "05".repeat(33));
    // A string of 60000 bytes, named 200 times in six bytes each.
    let names = format!(
        "02a4016a83d460{}006d{}01",
        "61".repeat(59_999),
        "4f83000112".repeat(200)
    );
    for (digits, expected) in [
        ("02", Malformed),
        ("04a4016a006d01", Malformed),
        ("02046a006d01", Foreign),
        ("0281016a006d01", Foreign),
        ("020005 6a 03 616263 6d01", Malformed),
        ("02a401b05d006d01", Foreign),
        ("02a401ffffffffff006d01", Malformed),
        ("02a40190808080006d01", Malformed),
        ("02a4016affffffff0f6d01", Malformed),
        ("02a4016a8fffffff7f6d01", TooMuch("bytes of string table")),
        ("02a4016a81036d01", Malformed),
        ("02a4016a00", Malformed),
        ("02a4016a00 6d", Malformed),
        ("02a4016a00 01", Malformed),
        ("02a4016a00 0361 00", Malformed),
        ("02a4016a00 6d01 01", Malformed),
        ("02a4016a00 6d01 6d01", Malformed),
        ("02a4016a00 2d 2d", Malformed),
        ("02a4016a00 6d01 036100", Malformed),
        ("02a4016a00 6d 0361", Malformed),
        ("02a4016a00 6d c3ffffffff0f 01", Malformed),
        ("02a4016a00 6d c302 61", Malformed),
        ("02a4016a00 6d 8300 01", Malformed),
        ("02a4016a026100 6d 8302 01", Malformed),
        ("02a4016a026100 6d 838fffffff7f 01", Malformed),
        ("02a4016a00 6d 0400 01", Malformed),
        ("02a4016a00 6d 0283b000 01", Malformed),
        ("02a4016a00 6d 0200 01", Forbidden),
        ("02a4016a00 6d 0007 05 01", Malformed),
        ("02a4016a00 6d 406100 01", Malformed),
        ("02a4016a00 6d 8000 01", Malformed),
        ("02a4016a00 6d c0 01", Malformed),
        ("02a4016a00 ed 05 40 01 01", Malformed),
        ("02a4016a00 ed 05", Malformed),
        ("02a4016a00 43 05", Malformed),
        ("02a4016a00 6d 03ff00 01", Charset),
        (&deep, TooMuch("elements inside one another")),
        (&many, TooMuch("elements")),
        (&attributes, TooMuch("attributes on one element")),
        (&names, TooMuch("bytes of text")),
    ] {
        let bytes = from_hex(&digits.replace(' ', ""));
        assert_eq!(
            refusal(&bytes),
            Some(expected),
            "{}",
            digits.chars().take(80).collect::<String>()
        );
    }
}

#[test]
fn a_document_cut_short_anywhere_is_refused() {
    let mut cuts = 0;
    for path in own("xml").into_iter().chain(own("wbxml")) {
        let bytes = std::fs::read(&path).unwrap();
        let whole = bytes.trim_ascii_end();
        for length in 0..whole.len() {
            let refused = refusal(&whole[..length]);
            let expected = if length == 0 { NotSyncMl } else { Malformed };
            assert_eq!(
                refused,
                Some(expected),
                "{} cut to {length} bytes",
                path.display()
            );
            cuts += 1;
        }
    }
    println!("{cuts} cuts");
}

/// REQ-WBX-9.
#[test]
fn every_limit_is_exact() {
    let limits = Limits {
        bytes: 60,
        depth: 3,
        nodes: 5,
        attributes: 2,
        string_table: 4,
        expansion: 6,
    };
    for (within, beyond, what) in [
        (
            "<a><a><a/></a></a>",
            "<a><a><a><a/></a></a></a>",
            "elements inside one another",
        ),
        (
            "<a><a/><a/><a/><a/></a>",
            "<a><a/><a/><a/><a/><a/></a>",
            "elements",
        ),
        (
            "<a b='' c=''/>",
            "<a b='' c='' d=''/>",
            "attributes on one element",
        ),
        (
            "<a><a>abc</a><a>d&#101;f</a></a>",
            "<a><a>abc</a><a>d&#101;fg</a></a>",
            "bytes of text",
        ),
        (
            &format!("<a>{}</a>", " ".repeat(6)),
            &format!("<a>{}</a>", " ".repeat(54)),
            "bytes",
        ),
    ] {
        assert!(decode(within.as_bytes(), None, &limits).is_ok(), "{within}");
        assert!(
            matches!(decode(beyond.as_bytes(), None, &limits), Err(DecodeError::TooMuch { what: passed, .. }) if passed == what),
            "{beyond}"
        );
    }
    assert!(decode(&from_hex("02a4016a04616263006d830001"), None, &limits).is_ok());
    let table = decode(&from_hex("02a4016a0561626364006d830001"), None, &limits).map(|_| ());
    assert_eq!(
        table,
        Err(DecodeError::TooMuch {
            what: "bytes of string table",
            max: 4
        })
    );
}

#[test]
fn a_nested_document_counts_against_the_limits_of_the_outer_one() {
    let mut writer = Writer::new(Encoding::Wbxml, Version::V11);
    for tag in [Tag::SyncMl, Tag::Data, Tag::DevInf, Tag::DataStore] {
        writer.start(tag);
    }
    let bytes = writer.finish();
    let depth = |depth| {
        decode(
            &bytes,
            None,
            &Limits {
                depth,
                ..Limits::default()
            },
        )
        .map(|document| document.events.len())
    };
    assert_eq!(depth(4), Ok(8));
    assert_eq!(
        depth(3),
        Err(DecodeError::TooMuch {
            what: "elements inside one another",
            max: 3
        })
    );
    let nodes = decode(
        &bytes,
        None,
        &Limits {
            nodes: 3,
            ..Limits::default()
        },
    );
    assert_eq!(
        nodes,
        Err(DecodeError::TooMuch {
            what: "elements",
            max: 3
        })
    );
}

#[test]
fn many_broken_nested_documents_cost_no_more_than_their_bytes() {
    // Each is a DevInf whose string table is named again and again, and that never ends.
    let nested = format!("029f546a04616161006a{}", "49830001".repeat(40));
    let data = format!(
        "4fc3{:02x}{:02x}{nested}01",
        0x80 | (nested.len() / 2) >> 7,
        (nested.len() / 2) & 0x7f
    );
    let bytes = from_hex(&format!("029f536a006d{}01", data.repeat(2_000)));
    assert_eq!(refusal(&bytes), None);
    let tight = Limits {
        expansion: 100_000,
        ..Limits::default()
    };
    assert!(matches!(
        decode(&bytes, None, &tight),
        Err(DecodeError::TooMuch { .. })
    ));
}

#[test]
fn a_plain_document_type_is_read_over() {
    for doctype in [
        "<!DOCTYPE SyncML PUBLIC \"-//SYNCML//DTD SyncML 1.1//EN\" \"http://www.syncml.org/docs/syncml_represent_v11_20020213.dtd\">",
        "<!DOCTYPE SyncML PUBLIC '-//SYNCML//DTD_SyncML_1.1//EN' ''>",
        "<!DOCTYPE SyncML PUBLIC '-//SYNCML//DTD SYNCML 1.1//EN' ']['>",
    ] {
        let xml = format!("<?xml version='1.0'?>\n{doctype}\n<!-- -->\n<SyncML/>\n<?pi?>\n");
        let document = decode(xml.as_bytes(), None, &Limits::default()).unwrap();
        assert_eq!(
            (document.version, document.events),
            (
                Some(Version::V11),
                vec![Event::Start(Tag::SyncMl), Event::End]
            )
        );
    }
}
