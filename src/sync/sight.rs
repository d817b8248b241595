//! How the device sees items: through what it takes, and through its filter by field.

use std::borrow::Cow;

use super::{Course, Operation, ServerChange};
use crate::item::Content;
use crate::pim::lens::Applied;
use crate::pim::takes::{Absent, Takes};
use crate::pim::{self, fields::Fields};

/// How the device of one course sees the items of its datastore.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    takes: &'a Takes,
    fields: &'a Fields,
    /// It saw them otherwise before.
    anew: bool,
}

impl<'a> Sight<'a> {
    pub(super) const fn of(course: &'a Course) -> Self {
        Self {
            takes: &course.takes,
            fields: &course.filter.fields,
            anew: course.resighted,
        }
    }

    pub(super) const fn new(takes: &'a Takes, fields: &'a Fields) -> Self {
        Self {
            takes,
            fields,
            anew: false,
        }
    }

    /// Whether every item is seen as it is.
    pub(super) fn is_clear(&self) -> bool {
        self.takes.is_everything() && self.fields.is_everything()
    }

    /// The item as the device is sent it.
    pub(super) fn shows<'c>(&self, content: &'c Content) -> Cow<'c, Content> {
        let shown = self.takes.shows(content);
        if self.fields.is_everything() {
            return shown;
        }
        Cow::Owned(self.fields.project(&shown))
    }

    /// The same for a device that had the item as of `before`.
    pub(super) fn shows_over<'c>(
        &self,
        content: &'c Content,
        before: Option<&Content>,
    ) -> Cow<'c, Content> {
        let Some(before) = before else {
            return self.shows(content);
        };
        let shown = self.takes.shows_over(content, before);
        if self.fields.is_everything() {
            return shown;
        }
        Cow::Owned(self.fields.project(&shown))
    }

    /// Whether it matters for what the device is sent what it had.
    pub(super) fn counts_before(&self) -> bool {
        self.takes.has_stand_ins()
    }

    /// A new item of the device, as it is stored.
    pub(super) fn stored(&self, sent: Content) -> Content {
        self.takes.stored(sent)
    }

    /// What the device sent, with what it does not see of the item as it is now; `None` where it sees everything. Where
    /// it `had` no version of the item, or saw it otherwise then, nothing counts as cleared.
    pub(super) fn made_whole(&self, sent: &Content, now: &Content, had: bool) -> Option<Content> {
        let had = had && !self.anew;
        if self.fields.is_everything() {
            return self.takes.made_whole(sent, now, had);
        }
        let shown = self.takes.shows(now);
        let sent = self.fields.complete(sent, &shown);
        Some(self.takes.made_whole(&sent, now, had).unwrap_or(sent))
    }

    /// What the device's user did to `base`, done to the item as it is now; see [`Takes::merged`].
    pub(super) fn merged(&self, base: Option<&Content>, now: &Content, sent: &Content) -> Applied {
        let absent = if self.anew {
            Absent::Unknown
        } else {
            Absent::Cleared
        };
        if self.fields.is_everything() {
            return self.takes.merged(base, now, sent, absent);
        }
        let shown = self.takes.shows(base.unwrap_or(now));
        let sent = self.fields.complete(sent, &shown);
        self.takes.merged(base, now, &sent, absent)
    }
}

impl ServerChange {
    /// With the item as the device sees it; where that matters, `before` is what it had of it.
    pub(super) fn seen(self, sight: Sight<'_>, before: Option<&Content>) -> Self {
        if sight.is_clear() {
            return self;
        }
        let stored = self.digest;
        let project = |content: &Content| match sight.shows_over(content, before) {
            Cow::Borrowed(content) => (stored, content.clone()),
            Cow::Owned(shown) => (pim::digest(&shown), shown),
        };
        let (digest, operation) = match self.operation {
            Operation::Add(content) => {
                let (digest, content) = project(&content);
                (digest, Operation::Add(content))
            }
            Operation::Replace(luid, content) => {
                let (digest, content) = project(&content);
                (digest, Operation::Replace(luid, content))
            }
            what @ (Operation::Move(_) | Operation::Delete(_)) => (self.digest, what),
        };
        Self {
            operation,
            digest,
            ..self
        }
    }
}
