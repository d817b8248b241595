//! Which element an XML name means.
//!
//! Namespaces are read leniently, since devices leave them out, misspell them or bind them too far out:
//! an element belongs to the vocabulary it declares itself, else to that of its surroundings.

use crate::codec::tokens::by_name;
use crate::codec::{Space, Tag};

/// The vocabulary of a namespace, however it is capitalised.
pub(super) fn vocabulary(namespace: &str) -> Option<Space> {
    let namespace = namespace.trim();
    let begins = |with: &str| {
        namespace
            .get(..with.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(with))
    };
    [
        ("syncml:syncml", Space::SyncMl),
        ("syncml:metinf", Space::MetInf),
        ("syncml:devinf", Space::DevInf),
    ]
    .into_iter()
    .find_map(|(name, space)| begins(name).then_some(space))
}

/// The element of this name: as declared, else as its surroundings have it, else (outside a `DevInf`,
/// such as an `Anchor` in a `Data`) as any vocabulary of a message has it.
pub(super) fn element(name: &str, declared: Option<Space>, context: Option<Space>) -> Tag {
    let anywhere = match context {
        None | Some(Space::SyncMl) => [Space::SyncMl, Space::MetInf, Space::DevInf].as_slice(),
        Some(Space::MetInf) => &[Space::SyncMl],
        Some(Space::DevInf) => &[],
    };
    declared
        .into_iter()
        .chain(context)
        .chain(anywhere.iter().copied())
        .find_map(|space| by_name(space, name))
        .or_else(|| {
            MISSPELLED
                .iter()
                .find(|(wrong, tag)| *wrong == name && context == Some(tag.space()))
                .map(|(_, tag)| *tag)
        })
        .unwrap_or(Tag::Unknown)
}

/// Names devices write wrongly in their `DevInf`.
const MISSPELLED: &[(&str, Tag)] = &[
    ("DevId", Tag::DevId),
    ("Xnam", Tag::XNam),
    ("Xval", Tag::XVal),
    ("SupportLargeObjects", Tag::SupportLargeObjs),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Event, Limits, decode};

    fn tags(xml: &str) -> Vec<Tag> {
        let tag = |event| {
            if let Event::Start(tag) = event {
                Some(tag)
            } else {
                None
            }
        };
        decode(xml.as_bytes(), None, &Limits::default())
            .unwrap()
            .events
            .into_iter()
            .filter_map(tag)
            .collect()
    }

    #[test]
    fn an_element_belongs_where_it_says_or_where_it_stands() {
        use Tag::{
            Anchor, Data, DevInf, InfSourceRef, Item, Last, Meta, MetaSize, SourceRef, SyncMl,
            Type, Unknown,
        };
        for (xml, expected) in [
            (
                "<SyncML><SourceRef/><Data><DevInf><SourceRef/></DevInf></Data></SyncML>",
                &[SyncMl, SourceRef, Data, DevInf, InfSourceRef][..],
            ),
            (
                "<SyncML xmlns='SYNCML:SYNCML1.2'><Data><DevInf><SourceRef/></DevInf></Data></SyncML>",
                &[SyncMl, Data, DevInf, InfSourceRef],
            ),
            (
                "<SyncML><Meta><Type/><Size/></Meta></SyncML>",
                &[SyncMl, Meta, Type, MetaSize],
            ),
            (
                "<SyncML ns='syncml:syncml1.1'><Meta xmlns='SYNCML:METINF'><Type/></Meta></SyncML>",
                &[SyncMl, Meta, Type],
            ),
            (
                "<s:SyncML xmlns:s='SYNCML:SYNCML1.1' xmlns:m='syncml:metinf'><s:Meta><m:Size/></s:Meta></s:SyncML>",
                &[SyncMl, Meta, MetaSize],
            ),
            (
                "<SyncML><Item><Data><Anchor><Last/></Anchor></Data><Anchor/></Item></SyncML>",
                &[SyncMl, Item, Data, Anchor, Last, Anchor],
            ),
            (
                "<SyncML><Data><a:b xmlns:a='urn:a'><a:Item/><c/></a:b></Data></SyncML>",
                &[SyncMl, Data, Unknown, Item, Unknown],
            ),
            (
                "<SyncML xmlns='urn:x'><SourceRef xmlns='syncml:devinf'/><p:SourceRef/></SyncML>",
                &[SyncMl, InfSourceRef, SourceRef],
            ),
            (
                "<SyncML><Meta><p:Size xmlns:p='syncml:devinf'/><p:Size/></Meta></SyncML>",
                &[SyncMl, Meta, Tag::InfSize, MetaSize],
            ),
        ] {
            assert_eq!(tags(xml), expected, "{xml}");
        }
        assert_eq!(
            tags("<DevInf><DevId/><SupportLargeObjects/></DevInf>"),
            [DevInf, Tag::DevId, Tag::SupportLargeObjs]
        );
    }
}
