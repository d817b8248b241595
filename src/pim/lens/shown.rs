//! An item in front of a lens: its tree, what the device can hold of it and what it is sent, each made once.
//!
//! Whoever is sent an item, and whoever sends it back, is asked the same first: what does the device see? From the one
//! answer follow whether that is all of the item, and what the user did to it.

use super::agenda::{self, Told};
use super::hold::{self, Held};
use super::{Applied, Form, Lens, body, merge, strip, tree};
use crate::item::Content;
use crate::pim::model::{Component, Version};
use crate::pim::{digest, line};

/// An item as one device sees it.
pub(in crate::pim) struct Shown {
    /// The item.
    pub(super) tree: Component,
    /// What the device can hold of it.
    pub(super) held: Held,
    /// What it is sent.
    pub(super) told: Told,
}

impl Shown {
    /// What the device is sent.
    pub(in crate::pim) fn into_content(self) -> Content {
        self.told.content
    }
}

impl Lens {
    /// The item as the device sees it; `None` where it is not understood, or the device's form has nothing for it: then
    /// it is sent as it is stored.
    pub(in crate::pim) fn sight(&self, stored: &Content) -> Option<Shown> {
        self.shown(body::stored(stored)?)
    }

    /// The same of a canonical tree.
    pub(super) fn shown(&self, tree: Component) -> Option<Shown> {
        let held = self.held(tree.clone());
        let told = body::told(held.tree.clone(), self)?;
        Some(Shown { tree, held, told })
    }

    /// Whether a device without habits lists all of an item by its lines. `false` says nothing.
    pub(in crate::pim) fn lists_all(&self, stored: &Content) -> bool {
        let is_by_name = matches!(self.form, Form::Lines(Version::Card21 | Version::Card30));
        is_by_name && self.lists_every_line(&stored.body)
    }

    /// Whether a device without habits sees all of an item, so that it is sent it byte for byte.
    pub(in crate::pim) fn sees_all(&self, shown: &Shown, stored: &Content) -> bool {
        if shown.held.tree == shown.tree {
            return true;
        }
        // A shown name that the device does not list may be made up again as it was.
        let is_made_up = shown.tree.name == "VCARD" && shown.held.tree.first("FN").is_none();
        if !is_made_up && tree::component(&shown.held.tree) != tree::component(&shown.tree) {
            return false;
        }
        // What says nothing is held by anybody.
        let mut whole = shown.tree.clone();
        strip(&mut whole);
        let plain = Self::of(self.form);
        let means = |content: &Content| digest(&plain.canonical(content));
        shown.held.tree == whole || means(&shown.told.content) == means(stored)
    }

    /// What the user of a device did to what it was shown, done to the item as it is `now`; without that, to the item
    /// that was shown. Of two that only `met` nothing is taken as cleared. `None`: not understood.
    pub(in crate::pim) fn edits(
        &self,
        shown: &Shown,
        now: Option<&Component>,
        met: bool,
        sent: &Content,
    ) -> Option<Applied> {
        if self.is_echo(&shown.told.content, sent) {
            return Some(Applied::Unchanged);
        }
        let current = now.unwrap_or(&shown.tree);
        let (was, came, form) = self.seen(shown, sent)?;
        if came.name != current.name {
            return None;
        }
        let sources = hold::sources(&shown.held, &was);
        let sides = merge::Sides {
            base: &shown.tree,
            shown: &was,
            sources: &sources,
            sent: &came,
            current,
            met,
            came: form,
        };
        let merged = merge::merge(&sides, self);
        if !merged.edited || (merged.conflicts.is_empty() && merged.ours == *current) {
            return Some(Applied::Unchanged);
        }
        let ours = body::store(merged.ours);
        Some(if !merged.conflicts.is_empty() {
            Applied::Conflict {
                ours,
                theirs: body::store(merged.theirs),
                fields: merged.conflicts,
            }
        } else if !met && *current == shown.tree {
            Applied::Edited(ours)
        } else {
            Applied::Merged(ours)
        })
    }

    /// Whether what came says what was sent, in the same version: then its user did nothing.
    fn is_echo(&self, told: &Content, sent: &Content) -> bool {
        if told == sent {
            return true;
        }
        // Of fixed places the order counts, and an odd charset is not read by a digest.
        let is_plain = matches!(self.form, Form::Lines(_))
            && self.charset.is_none()
            && self.contact.slots.is_empty();
        is_plain
            && told.media_type == sent.media_type
            && line::version(&told.body) == line::version(&sent.body)
            && digest(told) == digest(sent)
    }

    /// The canonical trees of what the device was shown and of what it sent; `None` when it is not understood.
    fn seen(&self, shown: &Shown, sent: &Content) -> Option<(Component, Component, body::Came)> {
        if shown.held.tree.name == "VCALENDAR" {
            let seen = agenda::seen(&shown.held.tree, &shown.told, sent, self)?;
            return Some((seen.shown, seen.came, body::Came::Lines));
        }
        let (came, form) = self.tree(sent)?;
        let (was, _) = self.tree(&shown.told.content)?;
        Some((was, came, form))
    }
}
