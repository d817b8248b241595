//! Worked examples of WBXML, byte for byte: what each means, and that we write those we would write.
//!
//! The bytes were made or accepted by libwbxml; the XML beside them is ours.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the examples have what is asked for"
)]

use std::borrow::Cow;

use anchorage::codec::{
    DecodeError, Document, Encoding, Event, Limits, Tag, Version, Writer, decode,
};

use crate::corpus::{from_hex, read};

/// An initialisation, 1.2.
const INIT_ALERT: &str = concat!(
    "02a4016a006d6c7103312e320001720353796e634d4c2f312e32000165033700015b033100016e5703687474703a2f2f612e",
    "6578616d706c652f73796e63000101675703494d45493a310001015a00014c03353030300001010100006b464b033100014f",
    "033230300001546e5703636f6e74616374730001016757032e2f630001015a0001454a033100014f03320001010101010000",
    "120101",
);

/// A `Put` of `DevInf` 1.1, nested; 30 bytes of it.
const PUT_DEVINF: &str = concat!(
    "029f536a006d6c7103312e310001720353796e634d4c2f312e31000165033100015b033100016e5703730001016757036400",
    "0101016b5f4b033100015a000153036170706c69636174696f6e2f766e642e73796e636d6c2d646576696e662b7762786d6c",
    "0001010000546757032e2f646576696e6631310001014fc31e029f546a004a6503312e31000149036400014b0370686f6e65",
    "0001282a01010101120101",
);

/// An `Add` of a vCard, its line ends CR LF.
const ADD_VCARD: &str = concat!(
    "02a4016a006d6c7103312e320001720353796e634d4c2f312e32000165033700015b033200016e5703730001016757036400",
    "0101016b6a4b033100016e5703636f6e74616374730001016757032e2f630001017303310001454b033200015a0001530374",
    "6578742f782d7663617264000101000054675703390001014fc32c424547494e3a56434152440d0a56455253494f4e3a322e",
    "310d0a4e3a413b420d0a454e443a56434152440d0a01010101120101",
);

/// The public id in words, all text OPAQUE.
const STRING_TABLE: &str = concat!(
    "0200006a1e2d2f2f53594e434d4c2f2f4454442053796e634d4c20312e312f2f454e006d6c71c303312e310172c30a53796e",
    "634d4c2f312e310165c30131015bc30131016e57c3017301016757c301640101016b464bc30131014fc30332323201011201",
    "01",
);

/// Nokia: an attribute whose name has index 0 in a string table that is not there.
const NOKIA_LITERAL: &str = concat!(
    "03a4016a00ed04000353594e434d4c3a53594e434d4c312e3200016c7103312e320001720353796e634d4c2f312e32000165",
    "033100015b033100016e57037300010167570364000101016b464bc30131014fc3033232320101120101",
);

/// `DevInf` 1.2 alone, with the tokens of 1.2, under the id of a message.
const DEVINF_ALONE: &str = concat!(
    "02a4036a004a6503312e32000151034d0001475d032e2f63000170460373796e636d6c3a66696c746572747970652d636769",
    "00016403312e30000101340101",
);

/// A nonce of the bytes 00 01 FE FF.
const RAW_NONCE: &str = concat!(
    "02a4016a006d6c7103312e320001720353796e634d4c2f312e32000165033100015b033100016e5703730001016757036400",
    "0101016b694b033100015c033100014c033000014a0353796e634864720001495a0001530373796e636d6c3a617574682d6d",
    "643500014703623634000150c3040001feff01000001014f03343037000101120101",
);

const INIT_ALERT_XML: &str = "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD><VerProto>SyncML/1.2</VerProto>\
    <SessionID>7</SessionID><MsgID>1</MsgID><Target><LocURI>http://a.example/sync</LocURI></Target><Source><LocURI>IMEI:1</LocURI></Source>\
    <Meta><MaxMsgSize xmlns='syncml:metinf'>5000</MaxMsgSize></Meta></SyncHdr><SyncBody><Alert><CmdID>1</CmdID><Data>200</Data><Item>\
    <Target><LocURI>contacts</LocURI></Target><Source><LocURI>./c</LocURI></Source><Meta><Anchor xmlns='syncml:metinf'><Last>1</Last>\
    <Next>2</Next></Anchor></Meta></Item></Alert><Final/></SyncBody></SyncML>";

/// libwbxml turned `+xml` in the type into `+wbxml`; we never change a text, so it stands here as it came out.
const PUT_DEVINF_XML: &str = "<SyncML xmlns='SYNCML:SYNCML1.1'><SyncHdr><VerDTD>1.1</VerDTD><VerProto>SyncML/1.1</VerProto>\
    <SessionID>1</SessionID><MsgID>1</MsgID><Target><LocURI>s</LocURI></Target><Source><LocURI>d</LocURI></Source></SyncHdr><SyncBody>\
    <Put><CmdID>1</CmdID><Meta><Type xmlns='syncml:metinf'>application/vnd.syncml-devinf+wbxml</Type></Meta><Item><Source>\
    <LocURI>./devinf11</LocURI></Source><Data><DevInf xmlns='syncml:devinf'><VerDTD>1.1</VerDTD><DevID>d</DevID><DevTyp>phone</DevTyp>\
    <UTC/><SupportLargeObjs/></DevInf></Data></Item></Put><Final/></SyncBody></SyncML>";

/// libwbxml put a CR before each LF of the vCard; we never change a text, so they stand here as they came out.
const ADD_VCARD_XML: &str = "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD><VerProto>SyncML/1.2</VerProto>\
    <SessionID>7</SessionID><MsgID>2</MsgID><Target><LocURI>s</LocURI></Target><Source><LocURI>d</LocURI></Source></SyncHdr><SyncBody>\
    <Sync><CmdID>1</CmdID><Target><LocURI>contacts</LocURI></Target><Source><LocURI>./c</LocURI></Source><NumberOfChanges>1</NumberOfChanges>\
    <Add><CmdID>2</CmdID><Meta><Type xmlns='syncml:metinf'>text/x-vcard</Type></Meta><Item><Source><LocURI>9</LocURI></Source>\
    <Data><![CDATA[BEGIN:VCARD\r\nVERSION:2.1\r\nN:A;B\r\nEND:VCARD\r\n]]></Data></Item></Add></Sync><Final/></SyncBody></SyncML>";

fn text(document: &Document<'_>, tag: Tag) -> Vec<u8> {
    let at = document
        .events
        .iter()
        .position(|event| *event == Event::Start(tag))
        .unwrap();
    match &document.events[at + 1] {
        Event::Text(bytes) => bytes.to_vec(),
        Event::Start(_) | Event::End => Vec::new(),
    }
}

#[test]
fn the_worked_examples_are_written_byte_for_byte() {
    for (xml, hex, version) in [
        (INIT_ALERT_XML, INIT_ALERT, Version::V12),
        (PUT_DEVINF_XML, PUT_DEVINF, Version::V11),
        (ADD_VCARD_XML, ADD_VCARD, Version::V12),
    ] {
        let document = read(xml.as_bytes());
        assert_eq!(document.version, Some(version));
        let mut writer = Writer::new(Encoding::Wbxml, version);
        writer.events(&document.events);
        assert_eq!(writer.len(), hex.len() / 2);
        assert_eq!(writer.finish(), from_hex(hex));
        assert_eq!(read(&from_hex(hex)).events, document.events);
    }
}

/// REQ-WBX-3.
#[test]
fn a_public_id_in_words_names_the_version_and_opaque_text_is_text() {
    let bytes = from_hex(STRING_TABLE);
    let document = read(&bytes);
    assert_eq!(
        (
            document.encoding,
            document.version,
            document.charset.as_str()
        ),
        (Encoding::Wbxml, Some(Version::V11), "utf-8")
    );
    assert_eq!(text(&document, Tag::VerProto), b"SyncML/1.1");
    assert_eq!(text(&document, Tag::Data), b"222");
    // Ericsson phones count the id without its end.
    let short = [&[0x02, 0, 0, 0x6a, 0x1d], &bytes[5..34], &bytes[35..]].concat();
    assert_eq!(read(&short), document);
}

/// REQ-WBX-5.
#[test]
fn an_attribute_with_no_name_is_read_over() {
    let bytes = from_hex(NOKIA_LITERAL);
    let document = read(&bytes);
    assert_eq!(document.version, Some(Version::V12));
    assert_eq!(
        document.events[..4],
        [
            Event::Start(Tag::SyncMl),
            Event::Start(Tag::SyncHdr),
            Event::Start(Tag::VerDtd),
            Event::Text(Cow::Borrowed(b"1.2"))
        ]
    );
    assert_eq!(text(&document, Tag::Data), b"222");
}

#[test]
fn a_devinf_alone_is_known_by_its_root() {
    let bytes = from_hex(DEVINF_ALONE);
    let document = read(&bytes);
    assert_eq!(
        document.events[..2],
        [Event::Start(Tag::DevInf), Event::Start(Tag::InfVerDtd)]
    );
    for tag in [
        Tag::InfSourceRef,
        Tag::FilterRx,
        Tag::SupportHierarchicalSync,
    ] {
        assert!(document.events.contains(&Event::Start(tag)), "{tag:?}");
    }
    // Under its own id, which we write, it is the same.
    let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
    writer.events(&document.events);
    let ours = writer.finish();
    assert_eq!(ours[..5], [0x02, 0xa4, 0x03, 0x6a, 0x00]);
    assert_eq!(
        (&ours[5..], read(&ours).events),
        (&bytes[5..], document.events)
    );
}

#[test]
fn raw_bytes_of_a_nonce_stay_bytes() {
    let bytes = from_hex(RAW_NONCE);
    let document = read(&bytes);
    assert_eq!(text(&document, Tag::NextNonce), [0x00, 0x01, 0xfe, 0xff]);
    // We switch the page back two ends later than these bytes do.
    let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
    writer.events(&document.events);
    let ours = writer.finish();
    assert_eq!((ours.len(), read(&ours)), (bytes.len(), document));
}

#[test]
fn a_public_id_is_not_needed_and_a_foreign_one_refused() {
    let unknown = from_hex(&INIT_ALERT.replacen("a401", "01", 1));
    let document = read(&unknown);
    assert_eq!(
        (document.version, &document.events),
        (None, &read(&from_hex(INIT_ALERT)).events)
    );
    // WML 1.1.
    let foreign = from_hex(&INIT_ALERT.replacen("a401", "04", 1));
    assert!(matches!(
        decode(&foreign, None, &Limits::default()),
        Err(DecodeError::Foreign(_))
    ));
}

/// REQ-WBX-1.
#[test]
fn every_version_of_wbxml_is_read() {
    let bytes = from_hex(INIT_ALERT);
    let expected = read(&bytes).events;
    for format in [1, 3] {
        let other = [&[format], &bytes[1..]].concat();
        assert_eq!(read(&other).events, expected);
    }
    // 1.0 has no charset.
    let first = [&[0x00, 0xa4, 0x01, 0x00], &bytes[5..]].concat();
    assert_eq!(read(&first).events, expected);
    let later = [&[0x04], &bytes[1..]].concat();
    assert!(matches!(
        decode(&later, None, &Limits::default()),
        Err(DecodeError::Malformed { at: 0, .. })
    ));
}

/// REQ-WBX-4.
#[test]
fn text_comes_in_pieces_of_every_kind() {
    // SyncML, SyncBody, Alert, Data: "a", then "bc" out of the middle of the table, U+20AC, the byte "d", nothing.
    let bytes = from_hex("02a4016a04786263006d6b464f036100830102c12cc30164030001010101");
    assert_eq!(text(&read(&bytes), Tag::Data), "abc\u{20ac}d".as_bytes());
}

#[test]
fn strings_are_in_the_charset_of_the_document_and_opaque_bytes_in_none() {
    // Data twice: a string, then bytes.
    for (mib, string, label, meant) in [
        ("04", "e9", "iso-8859-1", "\u{e9}"),
        ("03", "c3a9", "us-ascii", "\u{e9}"),
        ("00", "c3a9", "utf-8", "\u{e9}"),
        ("00", "e9", "utf-8", "\u{e9}"),
        ("11", "93fa", "shift_jis", "\u{65e5}"),
        ("914b", "c6", "windows-1251", "\u{416}"),
        ("8775", "00e90100", "utf-16be", "\u{e9}\u{100}"),
        ("8776", "e9000001", "utf-16le", "\u{e9}\u{100}"),
        ("8777", "fffee900", "utf-16be", "\u{e9}"),
    ] {
        let end = if label.starts_with("utf-16") {
            "0000"
        } else {
            "00"
        };
        let bytes = from_hex(&format!(
            "02a401{mib}006d6b4f03{string}{end}014fc302ffe9010101"
        ));
        let document = read(&bytes);
        assert_eq!(document.charset, label);
        let texts: Vec<_> = document
            .events
            .iter()
            .filter(|event| matches!(event, Event::Text(_)))
            .collect();
        assert_eq!(
            texts,
            [
                &Event::Text(Cow::Borrowed(meant.as_bytes())),
                &Event::Text(Cow::Borrowed(b"\xff\xe9"))
            ],
            "{label}"
        );
    }
}

#[test]
fn when_the_document_does_not_know_its_charset_the_transport_may() {
    let bytes = from_hex("02a40100006d6b4f03c600010101");
    let document = decode(&bytes, Some("windows-1251"), &Limits::default()).unwrap();
    assert_eq!(
        (document.charset.as_str(), text(&document, Tag::Data)),
        ("windows-1251", "\u{416}".into())
    );
}

#[test]
fn a_nested_devinf_that_is_broken_stays_bytes() {
    let whole = from_hex("029f546a004a6503312e31000101");
    for length in 0..=whole.len() {
        let nested = &whole[..length];
        let bytes = [
            &from_hex("029f536a006d6b4fc3")[..],
            &[u8::try_from(length).unwrap()],
            nested,
            &[1, 1, 1],
        ]
        .concat();
        let document = read(&bytes);
        if length == whole.len() {
            assert_eq!(
                document.events[3..6],
                [
                    Event::Start(Tag::DevInf),
                    Event::Start(Tag::InfVerDtd),
                    Event::Text(Cow::Borrowed(b"1.1"))
                ]
            );
        } else {
            assert_eq!(text(&document, Tag::Data), nested);
        }
    }
}

#[test]
fn size_and_max_size_are_one_token_told_apart_by_the_version() {
    for (version, tag) in [
        (Version::V10, Tag::InfSize),
        (Version::V11, Tag::InfSize),
        (Version::V12, Tag::MaxSize),
    ] {
        for written in [Tag::InfSize, Tag::MaxSize] {
            let mut writer = Writer::new(Encoding::Wbxml, version);
            writer.start(Tag::DevInf);
            writer.leaf(written, "7");
            writer.end();
            assert_eq!(read(&writer.finish()).events[1], Event::Start(tag));
        }
    }
}

#[test]
fn unknown_elements_pages_of_devinf_and_instructions_are_read_over() {
    let unknown = Event::Start(Tag::Unknown);
    // A token of no element, a name of the string table, each with a Final inside.
    for (element, table) in [("70", "00"), ("4400", "027800")] {
        let bytes = from_hex(&format!("02a4016a{table}6d6b{element}12010101"));
        assert_eq!(
            read(&bytes).events[2..6],
            [
                unknown.clone(),
                Event::Start(Tag::Final),
                Event::End,
                Event::End
            ]
        );
    }
    // Two instructions around the root, an attribute of every kind of value, an element that is empty twice over.
    let bytes =
        from_hex("02a4016a00430503610001ed050362008305020585c301610000040185016b52010101430501");
    assert_eq!(read(&bytes).events.len(), 6);
    // DevInf inline, on code page 2.
    let bytes = from_hex("02a4016a006d6b4f00024a490364000101010101");
    assert_eq!(
        read(&bytes).events[3..5],
        [Event::Start(Tag::DevInf), Event::Start(Tag::DevId)]
    );
}
