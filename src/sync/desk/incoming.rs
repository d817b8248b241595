//! What a device sent of one item, with what is computed of it once.

use crate::ids::{ItemId, Luid};
use crate::item::{Content, Digest, TwinKey};
use crate::pim;
use crate::sync::sight::Sight;

/// A change of a device with its digests computed.
#[derive(Debug, Clone)]
pub(in crate::sync) struct Incoming {
    pub(in crate::sync) luid: Luid,
    pub(in crate::sync) content: Content,
    /// Of what it says and where the device has it.
    pub(in crate::sync) digest: Digest,
    pub(in crate::sync) twin_key: TwinKey,
    /// Another key that a twin may have.
    pub(in crate::sync) other_key: Option<TwinKey>,
    /// The digest of it as it came: what the device has.
    pub(in crate::sync) said: Digest,
    /// As it came, where what the device does not see was put to it.
    pub(in crate::sync) sent: Option<Content>,
    /// As it came, where it is stored otherwise.
    pub(in crate::sync) came: Option<Content>,
    /// Nothing is to be put to it: it is all there is to be of the item.
    pub(in crate::sync) is_whole: bool,
    /// The folder the device has it in.
    pub(in crate::sync) has: ItemId,
    /// The folder it is to lie in: the same, unless that one is gone.
    pub(in crate::sync) goal: ItemId,
}

impl Incoming {
    /// What came, and what of it is stored: a new item looks like that.
    pub(in crate::sync) fn new(luid: Luid, content: Content, sight: Sight<'_>) -> Self {
        let said = pim::digest(&content);
        let stored = sight.stored(content.clone());
        let came = Some(content).filter(|content| *content != stored);
        let digest = match came {
            Some(_) => pim::digest(&stored),
            None => said,
        };
        Self {
            said,
            came,
            is_whole: false,
            ..Self::known(luid, stored, digest)
        }
    }

    /// An item as it is stored, which the device has just like that.
    pub(in crate::sync) fn stored(luid: Luid, content: Content) -> Self {
        let digest = pim::digest(&content);
        Self::known(luid, content, digest)
    }

    /// The same, where with what the device does not see the item is this.
    pub(super) fn with(&self, content: Content) -> Self {
        Self {
            said: self.said,
            sent: Some(self.as_it_came().clone()),
            goal: self.goal,
            ..Self::stored(self.luid.clone(), content)
        }
    }

    fn known(luid: Luid, content: Content, digest: Digest) -> Self {
        let (twin_key, other_key) = pim::twin_keys(&content);
        Self {
            digest,
            said: digest,
            twin_key,
            other_key,
            luid,
            content,
            sent: None,
            came: None,
            is_whole: true,
            has: ItemId(0),
            goal: ItemId(0),
        }
    }

    /// The keys that a twin may have.
    pub(in crate::sync) fn twin_keys(&self) -> impl Iterator<Item = TwinKey> + use<> {
        std::iter::once(self.twin_key).chain(self.other_key)
    }

    pub(super) const fn seen(&self) -> Seen {
        Seen {
            digest: self.digest,
            said: self.said,
            has: self.has,
        }
    }

    /// The same in a folder of the device, to lie in `goal`.
    pub(in crate::sync) fn placed(self, has: ItemId, goal: ItemId) -> Self {
        Self {
            digest: self.digest.apart(self.has.0).under(has.0),
            said: self.said.apart(self.has.0).under(has.0),
            has,
            goal,
            ..self
        }
    }
}

/// What the device has of an item that it sent: its digest as it is stored and as it came, and the folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) digest: Digest,
    pub(super) said: Digest,
    pub(super) has: ItemId,
}
