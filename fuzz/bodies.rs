//! What each fuzz target checks, as plain functions: the fuzzer runs them on what it finds,
//! `tests/fuzz_smoke.rs` on some thousand mutations of known documents. A body returns, or panics.

pub mod calendar;
pub mod pim;

use std::borrow::Cow;

use anchorage::codec::{Document, Encoding, Event, Limits, Space, Tag, Version, Writer, decode};
use anchorage::push::Notice;

/// Checks these bytes; panics when something is wrong.
pub type Body = fn(&[u8]);

/// All bodies by name.
pub const ALL: &[(&str, Body)] = &[
    ("xml", xml),
    ("wbxml", wbxml),
    ("xml_wbxml_diff", xml_wbxml_diff),
    ("san", san),
    ("content_lines", pim::model),
    ("contact", pim::lens),
    ("contact_edits", pim::edits),
    ("weak_device", pim::weak),
    ("twins", pim::twins),
    ("recurrence", calendar::recurrence),
    ("zone", calendar::zone),
    ("calendar", calendar::entries),
    ("outlook", calendar::outlook),
];

/// Small enough for a fuzzer to reach.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 24,
    nodes: 2_000,
    attributes: 8,
    string_table: 256,
    expansion: 16 << 10,
};

/// For what we wrote ourselves.
const ROOMY: Limits = Limits {
    bytes: 1 << 30,
    depth: 24,
    nodes: 2_000,
    attributes: 8,
    string_table: 0,
    expansion: 16 << 10,
};

/// Any bytes as XML, the first one choosing what the transport says of the charset: nothing is read
/// past its limits.
pub fn xml(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let transport =
        ["utf-8", "iso-8859-1", "utf-16", "shift_jis", "utf-7"].get(usize::from(*choice));
    for (bytes, charset) in [(data, None), (rest, transport.copied())] {
        if bytes.first().is_some_and(|first| *first > 0x04) {
            within_limits(decode(bytes, charset, &LIMITS).ok());
        }
    }
}

/// Any bytes as WBXML, as they are and behind a good header: nothing is read past its limits.
pub fn wbxml(data: &[u8]) {
    let headed = [b"\x02\xa4\x01\x6a\x00\x6d\x6b\x54\x4f".as_slice(), data].concat();
    for bytes in [data, &headed] {
        if bytes.first().is_some_and(|first| *first <= 0x04) {
            within_limits(decode(bytes, None, &LIMITS).ok());
        }
    }
}

/// A document means the same in both spellings: written in either and read again, the events are those
/// it had.
pub fn xml_wbxml_diff(data: &[u8]) {
    let Ok(document) = decode(data, None, &LIMITS) else {
        return;
    };
    let Some(events) = common(&document.events) else {
        return;
    };
    let version = document.version.unwrap_or(Version::V12);
    for encoding in [Encoding::Xml, Encoding::Wbxml] {
        let mut writer = Writer::new(encoding, version);
        writer.events(&events);
        let length = writer.len();
        let bytes = writer.finish();
        assert_eq!(length, bytes.len(), "len is exact once all is closed");
        let again = decode(&bytes, None, &ROOMY);
        assert!(
            again.is_ok(),
            "{encoding:?} we wrote is unreadable: {again:?} from {events:?}"
        );
        let again = again.ok().and_then(|again| common(&again.events));
        assert_eq!(again.as_ref(), Some(&events), "through {encoding:?}");
    }
}

/// Any bytes as a notification, as they are and behind a good header: what is read is written again, and reads the same.
pub fn san(data: &[u8]) {
    let header = b"0123456789abcdef\x03\x18\0\0\0\0\x01\x01a";
    for package in [data, &[header, data].concat()] {
        let Ok((digest, notice)) = Notice::parse(package) else {
            continue;
        };
        let again = notice.package(Some(digest));
        assert!(again.is_ok(), "what was read can be written: {notice:?}");
        let again = again.unwrap_or_default();
        assert_eq!(again.len(), package.len());
        assert_eq!(Notice::parse(&again), Ok((digest, notice)));
    }
}

fn within_limits(document: Option<Document<'_>>) {
    let Some(document) = document else { return };
    let (mut depth, mut nodes, mut text_bytes) = (0_usize, 0_usize, 0_usize);
    for (index, event) in document.events.iter().enumerate() {
        match event {
            Event::Start(_) => {
                assert!(depth > 0 || index == 0, "one root");
                depth += 1;
                nodes += 1;
            }
            Event::Text(text) => {
                assert!(depth > 0 && !text.is_empty(), "text stands in an element");
                text_bytes += text.len();
            }
            Event::End => depth = depth.wrapping_sub(1),
        }
        assert!(depth <= LIMITS.depth, "balanced, and not too deep");
    }
    assert_eq!(depth, 0, "balanced");
    assert!((1..=LIMITS.nodes).contains(&nodes) && text_bytes <= LIMITS.expansion);
}

/// The events that both spellings can have: unknown elements left out, `Size` as `MaxSize`. `None` for
/// a document one of them cannot have at all.
pub fn common(events: &[Event<'_>]) -> Option<Vec<Event<'static>>> {
    let mut out: Vec<Event<'static>> = Vec::new();
    let mut open: Vec<Tag> = Vec::new();
    let mut unwritten = 0_usize;
    for event in events {
        match event {
            Event::Start(tag) if unwritten > 0 || *tag == Tag::Unknown => unwritten += 1,
            Event::End if unwritten > 0 => unwritten -= 1,
            Event::Text(_) if unwritten > 0 => {}
            Event::Start(tag) => {
                let begins = *tag == Tag::DevInf;
                let inside = open.contains(&Tag::DevInf);
                let allowed = match open.last() {
                    None => matches!(tag, Tag::SyncMl | Tag::DevInf),
                    // A text before it would have to be one with it.
                    Some(Tag::Data) if begins => !matches!(out.last(), Some(Event::Text(_))),
                    Some(_) => inside == (tag.space() == Space::DevInf),
                };
                if !allowed {
                    return None;
                }
                let tag = if *tag == Tag::InfSize {
                    Tag::MaxSize
                } else {
                    *tag
                };
                open.push(tag);
                out.push(Event::Start(tag));
            }
            Event::End => {
                open.pop();
                out.push(Event::End);
            }
            Event::Text(text) if !Writer::carries(Encoding::Xml, text) => return None,
            Event::Text(text) => match out.last_mut() {
                Some(Event::Text(before)) => before.to_mut().extend_from_slice(text),
                Some(Event::Start(_) | Event::End) | None => {
                    out.push(Event::Text(Cow::Owned(text.to_vec())));
                }
            },
        }
    }
    (!out.is_empty()).then_some(out)
}
