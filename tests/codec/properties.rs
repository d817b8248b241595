//! Properties of any document: what is written is read again, in both spellings and several charsets,
//! and no bytes at all make the readers panic or pass a limit.

use std::borrow::Cow;

use anchorage::codec::{Encoding, Event, Limits, Space, Tag, Version, Writer, decode};
use proptest::collection::vec;
use proptest::prelude::*;

/// An element and what is in it.
#[derive(Debug, Clone)]
enum Node {
    Element(Tag, Vec<Node>),
    Text(String),
}

fn tags(spaces: &'static [Space]) -> impl Strategy<Value = Tag> {
    // `Size` and `MaxSize` are one token; DevInf begins a document of its own.
    let apart = [Tag::InfSize, Tag::DevInf, Tag::Data];
    let tags: Vec<Tag> = Tag::ALL
        .iter()
        .copied()
        .filter(|tag| spaces.contains(&tag.space()) && !apart.contains(tag))
        .collect();
    prop::sample::select(tags)
}

/// Text XML can have, with all that is awkward in it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~\u{a0}-\u{24f}\r\n\t]{1,40}",
        "\\PC{1,20}",
        prop::sample::select(vec![
            " ",
            "\r\n",
            "]]>",
            "&amp;",
            "<![CDATA[x]]>",
            "\u{1f600}\u{feff}"
        ])
        .prop_map(str::to_owned),
    ]
}

fn tree(spaces: &'static [Space]) -> impl Strategy<Value = Vec<Node>> {
    let leaf = prop_oneof![
        text().prop_map(Node::Text),
        tags(spaces).prop_map(|tag| Node::Element(tag, Vec::new()))
    ];
    let node = leaf.prop_recursive(5, 60, 6, move |inner| {
        (tags(spaces), vec(inner, 0..6)).prop_map(|(tag, inner)| Node::Element(tag, inner))
    });
    vec(node, 0..6)
}

/// A message: `SyncML` and `MetInf` in any order, `Data` with text or a `DevInf` in it.
fn message() -> impl Strategy<Value = Vec<Event<'static>>> {
    let devinf = tree(&[Space::DevInf]).prop_map(|inner| vec![Node::Element(Tag::DevInf, inner)]);
    let data = prop_oneof![devinf, text().prop_map(|text| vec![Node::Text(text)])];
    let datas = vec(data.prop_map(|inner| Node::Element(Tag::Data, inner)), 0..4);
    (tree(&[Space::SyncMl, Space::MetInf]), datas).prop_map(|(mut inner, datas)| {
        inner.push(Node::Element(Tag::Item, datas));
        let mut events = Vec::new();
        flatten(&Node::Element(Tag::SyncMl, inner), &mut events);
        events
    })
}

/// As a reader would give them: texts joined, blanks beside elements dropped.
fn flatten(node: &Node, out: &mut Vec<Event<'static>>) {
    match node {
        Node::Text(text) => match out.last_mut() {
            Some(Event::Text(before)) => before.to_mut().extend_from_slice(text.as_bytes()),
            Some(Event::Start(_) | Event::End) | None => {
                out.push(Event::Text(Cow::Owned(text.clone().into_bytes())));
            }
        },
        Node::Element(tag, inner) => {
            out.push(Event::Start(*tag));
            let start = out.len();
            for node in inner {
                flatten(node, out);
            }
            if inner.iter().any(|node| matches!(node, Node::Element(..))) {
                let mut depth = 0;
                let own = out.split_off(start).into_iter().filter(|event| {
                    match event {
                        Event::Start(_) => depth += 1,
                        Event::End => depth -= 1,
                        Event::Text(text) => return depth > 0 || !text.trim_ascii().is_empty(),
                    }
                    true
                });
                out.extend(own.collect::<Vec<_>>());
            }
            out.push(Event::End);
        }
    }
}

fn version() -> impl Strategy<Value = Version> {
    prop::sample::select(vec![Version::V10, Version::V11, Version::V12])
}

/// `MaxSize` comes back as `Size` under the versions that call it so.
fn as_size(events: &[Event<'static>], version: Version) -> Vec<Event<'static>> {
    let rename = |event: &Event<'static>| match event {
        Event::Start(Tag::MaxSize) if version < Version::V12 => Event::Start(Tag::InfSize),
        Event::Start(_) | Event::Text(_) | Event::End => event.clone(),
    };
    events.iter().map(rename).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(events in message(), version in version()) {
        for encoding in [Encoding::Xml, Encoding::Wbxml] {
            for charset in ["utf-8", "iso-8859-1", "us-ascii", "utf-16le", "utf-16be", "windows-1251"] {
                let mut writer = Writer::in_charset(encoding, version, charset);
                writer.events(&events);
                let length = writer.len();
                let bytes = writer.finish();
                prop_assert_eq!(length, bytes.len());
                let document = decode(&bytes, None, &Limits::default()).unwrap();
                prop_assert_eq!((document.encoding, document.version, document.charset.as_str()), (encoding, Some(version), charset));
                let expected = if encoding == Encoding::Wbxml { as_size(&events, version) } else { events.clone() };
                prop_assert_eq!(document.events, expected, "{:?} {}", encoding, charset);
            }
        }
    }

    #[test]
    fn any_bytes_are_an_item_in_wbxml(body in vec(any::<u8>(), 1..200)) {
        let mut writer = Writer::new(Encoding::Wbxml, Version::V12);
        writer.start(Tag::SyncMl);
        writer.start(Tag::Data);
        writer.opaque(&body);
        let bytes = writer.finish();
        let document = decode(&bytes, None, &Limits::default()).unwrap();
        prop_assert_eq!(&document.events[2], &Event::Text(Cow::Borrowed(body.as_slice())));
    }

    #[test]
    fn any_text_is_written_readably(text in any::<String>(), charset in prop::sample::select(vec!["utf-8", "iso-2022-jp", "shift_jis", "gb18030", "koi8-r"])) {
        for encoding in [Encoding::Xml, Encoding::Wbxml] {
            let mut writer = Writer::in_charset(encoding, Version::V11, charset);
            writer.start(Tag::SyncMl);
            writer.leaf(Tag::Data, &text);
            writer.end();
            let bytes = writer.finish();
            let document = decode(&bytes, None, &Limits::default()).unwrap();
            prop_assert_eq!(document.charset.as_str(), charset);
        }
    }

    #[test]
    fn random_bytes_do_no_harm(bytes in vec(any::<u8>(), 0..400), format in 0_u8..4) {
        let headed = [&[format, 0xa4, 0x01, 0x6a, 0x00, 0x6d], bytes.as_slice()].concat();
        let tagged = [b"<SyncML>", bytes.as_slice(), b"</SyncML>"].concat();
        for bytes in [&bytes, &headed, &tagged] {
            let limits = Limits { depth: 5, nodes: 20, expansion: 100, ..Limits::default() };
            if let Ok(document) = decode(bytes, None, &limits) {
                let starts = document.events.iter().filter(|event| matches!(event, Event::Start(_))).count();
                let text: usize = document.events.iter().map(|event| if let Event::Text(text) = event { text.len() } else { 0 }).sum();
                prop_assert!(starts <= 20 && text <= 100);
            }
        }
    }
}
