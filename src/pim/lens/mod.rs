//! The lens: an item as one device sees it, and what the device's user did to it.
//!
//! A device holds less than we do: it has another version, fewer fields, shorter ones, another charset, and habits. So
//! what it sends back is never stored as it stands. It is laid beside what the device was last sent; the differences
//! are the user's edits, and these are made to the item as it is now. What the device cannot hold is in neither view and
//! stays; what the user cleared is in the difference and goes. When the item has moved on, the edits of both sides are
//! merged field by field.
//!
//! ```text
//! canonical --hold--> what the device can hold --dress--> its words --write--> bytes
//! canonical <------------------ undress, read <------------------------------- bytes
//! ```
//!
//! [`Lens::render`] is the way out, [`Lens::canonical`] the way in for what is new, [`Lens::apply_edits`] the way in for
//! what we know. All are pure. What is of events and tasks alone is told in `agenda`.

mod agenda;
mod body;
pub mod caps;
mod dress;
mod edit;
mod glance;
mod hold;
mod lay;
mod merge;
mod moments;
pub mod quirks;
mod shown;
mod slots;
mod tree;
mod within;

use encoding_rs::Encoding;

use super::calendar::CalendarQuirks;
use super::model::{Component, Folding, Property, Quoting, Spelling, Version};
use crate::ids::Millis;
use crate::item::Content;

use caps::Caps;
use quirks::ContactQuirks;

pub use merge::FieldConflict;
pub(super) use shown::Shown;

/// What a device is sent: a format in its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Content lines of this version; an item of another family keeps its own.
    Lines(Version),
    /// SIF-C for contacts, SIF-N for notes.
    Sif,
    /// Plain text for notes.
    Text,
    /// As it is stored.
    AsStored,
}

/// How one device sees the items of one datastore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The format it is sent.
    pub form: Form,
    /// What it says it can hold; nothing said: everything.
    pub caps: Option<Caps>,
    /// The charset it writes and reads where the format is of the old dialect; `None`: UTF-8.
    pub charset: Option<&'static Encoding>,
    /// The time zone it lives in, by its Olson name.
    pub zone: Option<String>,
    /// Whether it says that it takes times in UTC.
    pub utc: bool,
    /// The time now: some devices count by it, and an endless series is told to some as dates around it.
    pub now: Millis,
    /// Its habits with contacts.
    pub contact: ContactQuirks,
    /// Its habits with events and tasks.
    pub calendar: CalendarQuirks,
}

impl Default for Lens {
    fn default() -> Self {
        Self::of(Form::AsStored)
    }
}

impl Lens {
    /// The lens of a device that holds everything its format has.
    #[must_use]
    pub fn of(form: Form) -> Self {
        Self {
            form,
            caps: None,
            charset: None,
            zone: None,
            utc: true,
            now: Millis(0),
            contact: ContactQuirks::default(),
            calendar: CalendarQuirks::default(),
        }
    }

    /// The item as the device is to be sent it. What is not understood is sent as it is stored.
    #[must_use]
    pub fn render(&self, stored: &Content) -> Content {
        self.render_over(stored, None)
    }

    /// Whether the device has items like this by the book of its format, in UTF-8, and on no clock of its own.
    #[must_use]
    pub fn has_no_habits(&self, stored: &Content) -> bool {
        let is_on_no_clock = match stored.media_type.as_str() {
            "text/x-vcalendar" | "text/x-s4j-sife" | "text/x-s4j-sift" => self.zone.is_none(),
            "text/calendar" => self.utc || self.zone.is_none(),
            _ => return self.charset.is_none() && self.contact == ContactQuirks::default(),
        };
        is_on_no_clock && self.calendar == CalendarQuirks::default() && !self.spells_oddly()
    }

    /// Whether the device has the lines of any item in another way than its version.
    #[must_use]
    pub fn spells_oddly(&self) -> bool {
        self.spelling(Version::Calendar10) != Spelling::of(Version::Calendar10)
    }

    /// The same for a device that has the item as of `before`: one that ignores a missing field is sent a stand-in for
    /// each that went since.
    #[must_use]
    pub fn render_over(&self, stored: &Content, before: Option<&Content>) -> Content {
        let Some(tree) = body::stored(stored) else {
            return stored.clone();
        };
        let mut held = self.held(tree);
        if let Some(before) = before.and_then(body::stored) {
            self.stand_in(&mut held, before);
        }
        body::sent(held.tree, self).unwrap_or_else(|| stored.clone())
    }

    /// What a device sent, as it is stored: in the canonical version, without what says nothing. What is not understood
    /// is stored as it came.
    #[must_use]
    pub fn canonical(&self, sent: &Content) -> Content {
        match self.tree(sent) {
            Some((mut tree, _)) => {
                strip(&mut tree);
                agenda::by_the_book(&mut tree, sent);
                body::store(tree)
            }
            None => sent.clone(),
        }
    }

    /// Finds what the user of a device did to an item, and does it to the item as it is now.
    ///
    /// `base` is the item as of when the device last had it, `current` as it is now, `sent` what came. Without a base, as
    /// for two that met in a slow sync, nothing is taken as cleared, and what differs is a conflict.
    #[must_use]
    pub fn apply_edits(
        &self,
        base: Option<&Content>,
        current: &Content,
        sent: &Content,
    ) -> Applied {
        let Some(now) = body::stored(current) else {
            return opaque(base, current, sent);
        };
        let is_current = base == Some(current);
        let known = base.filter(|_| !is_current).and_then(body::stored);
        let is_met = !is_current && known.is_none();
        let (from, now) = match known {
            Some(known) => (known, Some(now)),
            None => (now, None),
        };
        self.shown(from)
            .and_then(|shown| self.edits(&shown, now.as_ref(), is_met, sent))
            .unwrap_or_else(|| opaque(base, current, sent))
    }

    /// The canonical tree of what the device sent; `None` when it is not understood.
    fn tree(&self, sent: &Content) -> Option<(Component, body::Came)> {
        let (tree, came) = body::came(sent, self)?;
        Some((self.settled(tree, came), came))
    }

    fn spelling(&self, version: Version) -> Spelling {
        let quirks = &self.contact;
        Spelling {
            charset: self.charset.unwrap_or(encoding_rs::UTF_8),
            folding: if quirks.no_folds {
                Folding::Never
            } else {
                Folding::Usual
            },
            quoting: match (quirks.quote_everything, quirks.no_soft_breaks) {
                (_, true) => Quoting::OneLine,
                (true, false) => Quoting::Everywhere,
                (false, false) => Quoting::Usual,
            },
            empties: !quirks.no_empties,
            ..Spelling::of(version)
        }
    }
}

/// What came of the edits of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// There are none: the item stays as it is now.
    Unchanged,
    /// They were made; nobody else had changed the item.
    Edited(Content),
    /// They were made beside those of others, which do not touch the same.
    Merged(Content),
    /// Both sides changed the same.
    Conflict {
        /// The item with all edits but those that ours stand against.
        ours: Content,
        /// The item with all edits, theirs in place of ours where they touch the same.
        theirs: Content,
        /// What both changed.
        fields: Vec<FieldConflict>,
    },
}

/// What is not understood is compared as a whole.
fn opaque(base: Option<&Content>, current: &Content, sent: &Content) -> Applied {
    let same = |one: &Content, other: &Content| super::digest(one) == super::digest(other);
    if same(sent, current) || base.is_some_and(|base| same(sent, base)) {
        return Applied::Unchanged;
    }
    if base.is_some_and(|base| same(base, current)) {
        return Applied::Edited(sent.clone());
    }
    Applied::Conflict {
        ours: current.clone(),
        theirs: sent.clone(),
        fields: vec![FieldConflict::default()],
    }
}

/// Takes out what says nothing.
fn strip(tree: &mut Component) {
    tree.properties.retain(|p| !Property::is_empty(p));
    for property in &mut tree.properties {
        property.params.retain(|p| p.key != "X-PARTS");
    }
    tree.components.iter_mut().for_each(strip);
}

#[cfg(test)]
mod tests;
