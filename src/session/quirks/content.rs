//! How items and device information look to a device that wants them otherwise.

use serde::{Deserialize, Serialize};

use super::super::guid;
use super::super::render::{command, kind};
use super::super::talk::Talk;
use super::ItemFormat;
use crate::codec::Encoding;
use crate::ids::ItemId;
use crate::message::devinf::{CtCap, Property};
use crate::message::{Change, ChangeKind, Command, DevInf, Sync};
use crate::sync::{ParentName, Sent, ServerChange};

/// A spelling of items other than text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// `b64`: base64.
    Base64,
    /// `bin`: the bytes as they are, which only WBXML has; in XML base64.
    Binary,
}

/// The spelling a device uses for the items of a Sync, if it is another than text (REQ-FIELD-7).
pub(in crate::session) fn format_of(sync: &Sync) -> Option<Format> {
    let changes = sync.commands.iter().filter_map(Command::as_change);
    let formats = changes.flat_map(|change| {
        let outer = change.meta.within(&sync.meta);
        let with_data = change.items.iter().filter(|item| item.data.is_some());
        with_data
            .map(move |item| item.meta.within(&outer).format)
            .collect::<Vec<_>>()
    });
    formats
        .flatten()
        .find_map(|format| match format.trim().to_ascii_lowercase().as_str() {
            "b64" => Some(Format::Base64),
            "bin" => Some(Format::Binary),
            _ => None,
        })
}

/// How the items of one datastore are spelled for the device.
#[derive(Debug, Clone, Copy)]
pub(in crate::session) struct Spelling {
    wanted: ItemFormat,
    theirs: Option<Format>,
    /// The longest GUID, in bytes.
    guid: Option<usize>,
}

impl Spelling {
    /// What the quirk says, else that of the device's own items.
    pub(in crate::session) fn of(talk: &Talk<'_, '_>, strand: usize) -> Self {
        Self {
            wanted: talk.quirks.item_format,
            theirs: talk
                .state
                .strands
                .get(strand)
                .and_then(|strand| strand.format),
            guid: guid::most(talk, strand),
        }
    }

    /// The name of an item that the device has no name for, if there is one that is short enough.
    pub(in crate::session) fn guid(self, id: ItemId) -> Option<String> {
        guid::spelled(id, self.guid)
    }

    /// Whether the device can be told which item is meant: an Add needs a GUID that it takes.
    /// The same holds for the folder it is to lie in, where the device has no name for that.
    pub(in crate::session) fn names(self, change: &ServerChange) -> bool {
        let is_named = kind(&change.operation) != Sent::Add || self.guid(change.item).is_some();
        is_named
            && match &change.parent {
                Some(ParentName::Guid(folder)) => self.guid(*folder).is_some(),
                Some(ParentName::Root | ParentName::Luid(_)) | None => true,
            }
    }

    /// A change as a command.
    pub(in crate::session) fn change(self, change: &ServerChange, encoding: Encoding) -> Change {
        self.dress(change.item, command(change, encoding), encoding)
    }

    /// A command about this item in this spelling.
    pub(in crate::session) fn dress(
        self,
        id: ItemId,
        mut change: Change,
        encoding: Encoding,
    ) -> Change {
        let names = change
            .items
            .iter_mut()
            .filter_map(|item| item.source.as_mut());
        for name in names {
            name.uri = self.guid(id).unwrap_or_default();
        }
        for folder in change.items.iter_mut().map(|item| &mut item.source_parent) {
            *folder = folder
                .as_deref()
                .and_then(guid::read)
                .and_then(|id| self.guid(id));
        }
        let format = match (self.wanted, self.theirs) {
            (ItemFormat::Text, _) | (ItemFormat::Auto, None) => return change,
            (ItemFormat::Base64, _) | (ItemFormat::Auto, Some(Format::Base64)) => Format::Base64,
            (ItemFormat::Auto, Some(Format::Binary)) => match encoding {
                Encoding::Wbxml => Format::Binary,
                Encoding::Xml => Format::Base64,
            },
        };
        // What XML cannot carry is in base64 already.
        if matches!(change.kind, ChangeKind::Delete | ChangeKind::Move)
            || change.meta.format.is_some()
        {
            return change;
        }
        spelled(change, format)
    }
}

fn spelled(mut change: Change, format: Format) -> Change {
    use base64::Engine;
    let name = match format {
        Format::Base64 => "b64",
        Format::Binary => "bin",
    };
    change.meta.format = Some(name.to_owned());
    for data in change
        .items
        .iter_mut()
        .filter_map(|item| item.data.as_mut())
    {
        if format == Format::Base64 {
            *data = base64::engine::general_purpose::STANDARD
                .encode(&data)
                .into_bytes();
        }
    }
    change
}

/// Our device information without what begins with `X-`, and without extensions.
pub(in crate::session) fn without_extensions(devinf: &mut DevInf) {
    devinf.ext.clear();
    let inside = devinf
        .datastores
        .iter_mut()
        .flat_map(|store| &mut store.ct_caps);
    for caps in inside.chain(&mut devinf.ct_caps) {
        caps_without_extensions(caps);
    }
}

fn caps_without_extensions(caps: &mut CtCap) {
    let is_known = |property: &Property| !is_extension(&property.name);
    caps.properties.retain(is_known);
    for property in &mut caps.properties {
        property.val_enum.retain(|value| !is_extension(value));
        property.params.retain(is_known);
        for param in &mut property.params {
            param.val_enum.retain(|value| !is_extension(value));
        }
    }
}

fn is_extension(name: &str) -> bool {
    name.get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("X-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Version;
    use crate::message::{Item, Meta};
    use crate::session::devinf::{self, Detail};

    fn change(kind: ChangeKind, format: Option<&str>, data: &[u8]) -> Change {
        Change {
            kind,
            meta: Meta {
                format: format.map(str::to_owned),
                ..Meta::default()
            },
            items: vec![Item {
                data: Some(data.to_vec()),
                ..Item::default()
            }],
            ..Change::default()
        }
    }

    fn told(change: &Change) -> (Option<&str>, &[u8]) {
        let data = change.items[0].data.as_deref().unwrap();
        (change.meta.format.as_deref(), data)
    }

    /// REQ-FIELD-7.
    #[test]
    fn a_device_gets_items_in_the_spelling_it_uses() {
        let rows: [(_, _, _, (_, &[u8])); 7] = [
            (ItemFormat::Auto, None, Encoding::Xml, (None, b"AB")),
            (
                ItemFormat::Auto,
                Some(Format::Base64),
                Encoding::Wbxml,
                (Some("b64"), b"QUI="),
            ),
            (
                ItemFormat::Auto,
                Some(Format::Binary),
                Encoding::Wbxml,
                (Some("bin"), b"AB"),
            ),
            (
                ItemFormat::Auto,
                Some(Format::Binary),
                Encoding::Xml,
                (Some("b64"), b"QUI="),
            ),
            (
                ItemFormat::Text,
                Some(Format::Base64),
                Encoding::Xml,
                (None, b"AB"),
            ),
            (
                ItemFormat::Base64,
                None,
                Encoding::Xml,
                (Some("b64"), b"QUI="),
            ),
            (
                ItemFormat::Base64,
                Some(Format::Binary),
                Encoding::Wbxml,
                (Some("b64"), b"QUI="),
            ),
        ];
        for (wanted, theirs, encoding, expected) in rows {
            let spelling = Spelling {
                wanted,
                theirs,
                guid: None,
            };
            let dressed = spelling.dress(ItemId(1), change(ChangeKind::Add, None, b"AB"), encoding);
            assert_eq!(
                told(&dressed),
                expected,
                "{wanted:?} {theirs:?} {encoding:?}"
            );
        }
        let spelling = Spelling {
            wanted: ItemFormat::Base64,
            theirs: None,
            guid: None,
        };
        let twice = spelling.dress(
            ItemId(1),
            change(ChangeKind::Add, Some("b64"), b"QUI="),
            Encoding::Xml,
        );
        assert_eq!(told(&twice), (Some("b64"), &b"QUI="[..]), "not twice");
    }

    /// REQ-FIELD-7.
    #[test]
    fn the_spelling_of_a_device_is_that_of_its_items() {
        let sync = |changes: Vec<Change>| Sync {
            commands: changes.into_iter().map(Command::Change).collect(),
            ..Sync::default()
        };
        assert_eq!(
            format_of(&sync(vec![change(ChangeKind::Add, Some("B64"), b"QQ==")])),
            Some(Format::Base64)
        );
        assert_eq!(
            format_of(&sync(vec![change(ChangeKind::Replace, Some("bin"), b"A")])),
            Some(Format::Binary)
        );
        assert_eq!(
            format_of(&sync(vec![
                change(ChangeKind::Add, Some("chr"), b"A"),
                change(ChangeKind::Add, None, b"A")
            ])),
            None
        );
        let outer = Meta {
            format: Some("b64".into()),
            ..Meta::default()
        };
        let whole = Sync {
            meta: outer,
            ..sync(vec![change(ChangeKind::Add, None, b"QQ==")])
        };
        assert_eq!(format_of(&whole), Some(Format::Base64));
    }

    /// Field quirk P14.
    #[test]
    fn our_device_information_can_do_without_extensions() {
        for version in [Version::V11, Version::V12] {
            let full = devinf::server("id", version, &[], false, Detail::Full);
            let mut bare = full.clone();
            without_extensions(&mut bare);
            let text = serde_json::to_string(&bare).unwrap();
            assert!(!text.contains("\"X-"), "{text}");
            assert!(serde_json::to_string(&full).unwrap().contains("\"X-"));
            assert_eq!(bare.datastores.len(), full.datastores.len());
        }
    }
}
