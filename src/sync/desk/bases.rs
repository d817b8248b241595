//! What a device had of items that others changed since: the base of a merge.

use std::collections::HashMap;

use super::{Desk, Hierarchy, Incoming};
use crate::ids::{AccountId, ItemId, Rev};
use crate::item::Content;
use crate::pim::lens::Applied;
use crate::pim::takes::{Absent, Takes};
use crate::pim::{self, Likeness};
use crate::store::{Had, Item, MapEntry, MapState, Revision, StoreError, Tx};
use crate::sync::history;

impl Desk<'_> {
    /// Adds, for each item here that has moved on since the device had it, what it was then, as far as that is kept.
    /// Items that lie in one another are settled by what they are and where they lie, without it.
    pub(in crate::sync) fn lay_out_bases(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if self.hierarchy != Hierarchy::None {
            return Ok(());
        }
        let moved_on = self.maps.values().filter_map(|map| {
            let item = self.items.get(&map.item)?;
            let had = had(map);
            (item.seq > had.seq).then_some(had)
        });
        let moved_on: Vec<Had> = moved_on.collect();
        self.bases.extend(bases(tx, self.who.account, moved_on)?);
        Ok(())
    }

    /// What the device had of an item that has moved on since.
    pub(in crate::sync) fn base(&self, id: ItemId) -> Option<&Content> {
        self.bases.get(&id)
    }

    /// The device now has this, which we have not as it stands: what it sends next in this message came of that.
    pub(in crate::sync) fn rebase(&mut self, id: ItemId, own: Content) {
        self.bases.insert(id, own);
    }

    /// What came, done to the item as it is now; `None` when the item is not here.
    pub(in crate::sync) fn merged(
        &self,
        id: ItemId,
        base: Option<&Content>,
        incoming: &Incoming,
    ) -> Option<Applied> {
        let now = &self.items.get(&id)?.content;
        Some(self.laid(base, now, incoming))
    }

    /// Lets an item live again that others deleted meanwhile and this device changed. What came is laid beside what the device
    /// had, so that what its user cleared is cleared, and what others did before it was deleted stays, and comes to it.
    pub(in crate::sync) fn revive(&mut self, id: ItemId, incoming: Incoming) {
        let sees_less = !incoming.is_whole && !self.sight.is_clear();
        let base = self.base(id).filter(|_| sees_less);
        let Some(content) = base.and_then(|base| self.undeleted(id, base, &incoming)) else {
            let incoming = self.complete(id, incoming);
            self.supersede(id, incoming);
            return;
        };
        let since = self.map(id).map_or(Rev(0), |map| had(map).seq);
        self.supersede(id, incoming.with(content));
        if !self.has_all(id, &incoming) {
            self.replace_due_since(id, &incoming, since);
        }
    }

    /// The item as it was deleted, with what the device changed of the base.
    fn undeleted(&self, id: ItemId, base: &Content, incoming: &Incoming) -> Option<Content> {
        match self.merged(id, Some(base), incoming)? {
            Applied::Edited(content)
            | Applied::Merged(content)
            | Applied::Conflict {
                theirs: content, ..
            } => Some(content),
            Applied::Unchanged => None,
        }
    }

    /// The item as it would be if the device alone had changed it.
    /// A device that never `had` the base has not cleared anything of it.
    pub(in crate::sync) fn alone(&self, base: &Content, had: bool, incoming: &Incoming) -> Content {
        let own = || incoming.content.clone();
        if incoming.is_whole {
            return own();
        }
        let whole = self.sight.made_whole(incoming.as_it_came(), base, had);
        whole.unwrap_or_else(own)
    }

    /// Whether a device that sent this has all of the item, as far as it can hold it.
    pub(in crate::sync) fn has_all(&self, id: ItemId, incoming: &Incoming) -> bool {
        self.items.get(&id).is_some_and(|item| {
            let now = &item.content;
            let shown = self.shown(now, item.digest);
            // What has no words on the device is not laid beside anything; but a rule that is no more must not stay there.
            let has_own_rule = || pim::has_own_rule(incoming.as_it_came(), &self.sight.shows(now));
            let lacks_nothing = || self.laid(Some(now), now, incoming) == Applied::Unchanged;
            shown == incoming.said || (lacks_nothing() && !has_own_rule())
        })
    }

    fn laid(&self, base: Option<&Content>, now: &Content, incoming: &Incoming) -> Applied {
        let sent = incoming.as_it_came();
        if incoming.is_whole {
            return Takes::default().merged(base, now, sent, Absent::Cleared);
        }
        self.sight.merged(base, now, sent)
    }
}

impl Incoming {
    /// Whether an item may be what came, by what both say of themselves.
    pub(in crate::sync) fn is_like(&self, item: &Item) -> bool {
        pim::likeness(&self.content, &item.content) != Likeness::Other
    }

    /// What the device sent: only in its own words can that be laid beside what it was shown.
    pub(in crate::sync) fn as_it_came(&self) -> &Content {
        self.came.as_ref().unwrap_or(&self.content)
    }
}

/// What is kept of what a device had of these items, in one statement.
pub(in crate::sync) fn bases(
    tx: &mut Tx<'_>,
    account: AccountId,
    mut had: Vec<Had>,
) -> Result<HashMap<ItemId, Content>, StoreError> {
    if had.is_empty() {
        return Ok(HashMap::new());
    }
    had.sort_unstable_by_key(|had| had.item);
    let kept = tx.bases(account, &had)?;
    let found = had.iter().filter_map(|had| {
        let base = chosen(&kept, had)?;
        Some((had.item, base.content.clone()))
    });
    Ok(found.collect())
}

/// What the device had of the item of this entry.
pub(in crate::sync) fn had(map: &MapEntry) -> Had {
    let is_offer = matches!(map.state, MapState::AddSent | MapState::AddConfirmed);
    let (seq, digest) = if is_offer && map.luid.is_none() {
        (map.offered, map.offered_digest)
    } else {
        (map.known, map.known_digest)
    };
    Had {
        item: map.item,
        seq,
        digest,
    }
}

/// Of what is kept that which says what the device has; else what was the item at that number.
fn chosen<'r>(kept: &'r [Revision], had: &Had) -> Option<&'r Revision> {
    let mut of_item = kept.iter().filter(|one| one.item == had.item);
    let mut clone = of_item.clone();
    clone
        .find(|one| one.digest == had.digest)
        .or_else(|| of_item.find(|one| one.seq == had.seq && history::was_item(one)))
}
