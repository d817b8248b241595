//! A device changed an item that others changed since it had it: both sides' edits come together, field by field.
//!
//! What the device sent is laid beside what it had then (the base, a revision); the differences are its user's edits, and
//! they are made to the item as it is now. Only where both changed the same is there a conflict, and the collection's
//! policy settles it for these fields alone. Without a base, since that is not kept any more, the items are compared as a
//! whole. Two that a slow sync found to be twins have an empty base: each side gets what only the other has. Source:
//! SyncML Sync Protocol 1.1, section 2.4; REQ-STAT-8.

use super::apply::{Outcome, Put, settle};
use super::conflict::{self, Past, Verdict};
use super::desk::{Desk, Incoming};
use super::{Course, Hierarchy, history};
use crate::ids::{ItemId, Rev};
use crate::item::Content;
use crate::pim::{self, lens::Applied};
use crate::store::{MapState, StoreError, Tx};

/// Brings together the item and what came from a device that had it earlier, or never.
pub(super) fn meet(
    tx: &mut Tx<'_>,
    desk: &mut Desk<'_>,
    course: &Course,
    (id, put): (ItemId, Put),
    incoming: Incoming,
    past: Past,
) -> Result<Outcome, StoreError> {
    let base = desk.base(id).filter(|_| past == Past::Shared).cloned();
    let is_strange = past == Past::Shared && base.is_none();
    let applied = desk.merged(id, base.as_ref(), &incoming);
    let (false, Hierarchy::None, Some(applied)) = (is_strange, course.hierarchy, applied) else {
        let incoming = desk.staying(id, desk.complete(id, incoming));
        return settle(tx, desk, course, id, incoming, past);
    };
    let sides = Sides { id, base, incoming };
    match applied {
        Applied::Unchanged => Ok(sides.unchanged(desk, put)),
        Applied::Edited(item) | Applied::Merged(item) => Ok(sides.merged(desk, put, item)),
        Applied::Conflict { ours, theirs, .. } => {
            sides.conflict(tx, desk, course, past, (ours, theirs))
        }
    }
}

/// The two sides of one item.
struct Sides {
    id: ItemId,
    /// What the device had; `None` for twins.
    base: Option<Content>,
    /// What it sent.
    incoming: Incoming,
}

impl Sides {
    /// The device's user did nothing to the item, or what others did as well.
    fn unchanged(&self, desk: &mut Desk<'_>, put: Put) -> Outcome {
        let is_filtered_out = desk
            .map(self.id)
            .is_some_and(|map| map.state == MapState::FilteredOut);
        if is_filtered_out {
            desk.leave_due(self.id);
        } else if desk.has_all(self.id, &self.incoming) {
            desk.holds(self.id, &self.incoming);
        } else {
            self.owe(desk);
        }
        put.nothing_new()
    }

    /// No edit of one side touches one of the other.
    fn merged(&self, desk: &mut Desk<'_>, put: Put, item: Content) -> Outcome {
        if desk
            .item(self.id)
            .is_some_and(|now| pim::digest(&item) == now.digest)
        {
            return self.unchanged(desk, put);
        }
        if self.write(desk, item) {
            put.done()
        } else {
            Outcome::Merged
        }
    }

    /// Both sides changed the same: `versions` are the item with our fields there, and with theirs.
    fn conflict(
        self,
        tx: &mut Tx<'_>,
        desk: &mut Desk<'_>,
        course: &Course,
        past: Past,
        (ours, theirs): (Content, Content),
    ) -> Result<Outcome, StoreError> {
        let Some(item) = desk.item(self.id) else {
            return Ok(Outcome::Unchanged);
        };
        let keeps_ours = pim::digest(&ours) == item.digest;
        let verdict = conflict::decide(
            course.policy(&item.collection),
            past,
            pim::changed_at(&self.incoming.content),
            pim::changed_at(&item.content),
        );
        match verdict {
            Verdict::ServerWins => {
                let own = self.alone(desk);
                let digest = pim::digest(&own);
                desk.keep(self.id, own.clone(), digest, history::LOST);
                if keeps_ours {
                    self.owe(desk);
                } else {
                    self.put(desk, ours);
                }
                desk.rebase(self.id, own);
                Ok(Outcome::ServerWon)
            }
            Verdict::ClientWins => {
                self.write(desk, theirs);
                Ok(Outcome::ClientWon)
            }
            Verdict::KeepBoth => {
                let own = match &self.base {
                    Some(_) => Incoming {
                        said: self.incoming.said,
                        ..Incoming::stored(self.incoming.luid.clone(), self.alone(desk))
                    },
                    // Of two that only met now, the device's is what it sent, and nothing of ours.
                    None => self.incoming,
                };
                desk.offer_again(self.id);
                Ok(Outcome::Duplicated(desk.create(tx, own)?))
            }
        }
    }

    /// Makes this the item, keeps what the device has as a revision, and sends the item to it if it lacks any of it;
    /// whether it has all.
    fn write(&self, desk: &mut Desk<'_>, item: Content) -> bool {
        let own = self.alone(desk);
        let digest = pim::digest(&own);
        let is_own = digest == pim::digest(&item);
        if self.put(desk, item) {
            return true;
        }
        if !is_own {
            desk.keep(self.id, own.clone(), digest, history::MERGED);
        }
        desk.rebase(self.id, own);
        false
    }

    /// Makes this the item, and sends it to the device if it lacks any of it; whether it has all.
    fn put(&self, desk: &mut Desk<'_>, item: Content) -> bool {
        let since = self.since(desk);
        let incoming = Incoming {
            said: self.incoming.said,
            ..Incoming::stored(self.incoming.luid.clone(), item)
        };
        desk.supersede(self.id, incoming);
        let has_all = desk.has_all(self.id, &self.incoming);
        if !has_all {
            desk.replace_due_since(self.id, &self.incoming, since);
        }
        has_all
    }

    fn owe(&self, desk: &mut Desk<'_>) {
        let since = self.since(desk);
        desk.replace_due_since(self.id, &self.incoming, since);
    }

    /// The number of the base; 0 where there is none.
    fn since(&self, desk: &Desk<'_>) -> Rev {
        let map = desk.map(self.id).filter(|_| self.base.is_some());
        map.map_or(Rev(0), |map| super::desk::had(map).seq)
    }

    /// What the device has of the item, as if nobody else had changed it.
    fn alone(&self, desk: &Desk<'_>) -> Content {
        let now = desk.item(self.id).map(|item| &item.content);
        match self.base.as_ref().or(now) {
            Some(base) => desk.alone(base, self.base.is_some(), &self.incoming),
            None => self.incoming.content.clone(),
        }
    }
}
