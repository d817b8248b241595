//! What a device was offered as new and never named, found again by what the device made of it.
//!
//! A device whose session broke off has items of ours under names that we do not know, and may have changed them: names
//! cut, numbers spelled anew. Such an item has no twin by its key. It is laid beside what this device was sent, as it was
//! shown; words of its title find the candidates, so that the cost is no more than linear. What lies in folders is known
//! by its path alone.

use std::collections::HashMap;

use super::{Desk, Hierarchy, Incoming};
use crate::ids::ItemId;
use crate::pim::{self, Likeness};
use crate::store::{Item, StoreError, Tx};

/// The most offers that are looked at in one message.
const MOST_OFFERS: i64 = 2_000;
/// The most that one item is laid beside.
const MOST_COMPARED: usize = 64;
/// So much of a word no device cuts, in characters.
const STEM: usize = 3;

/// Offers that were never named, by the beginnings of the words in their titles.
pub(super) type Unnamed = HashMap<String, Vec<ItemId>>;

impl Desk<'_> {
    /// Adds what the device was offered as new and never named, where one of these has no twin.
    pub(in crate::sync) fn lay_out_unnamed<'i>(
        &mut self,
        tx: &mut Tx<'_>,
        mut incoming: impl Iterator<Item = &'i Incoming>,
    ) -> Result<(), StoreError> {
        let is_flat = self.hierarchy == Hierarchy::None;
        if !is_flat || incoming.all(|incoming| self.twin(incoming).is_some()) {
            return Ok(());
        }
        let who = self.who;
        let rows = tx.unnamed_offers(who.account, who.device, self.datastore, MOST_OFFERS)?;
        for row in &rows {
            for stem in stems(&pim::title(&row.item.content)) {
                self.unnamed.entry(stem).or_default().push(row.item.id);
            }
        }
        self.lay_out_rows(rows);
        Ok(())
    }

    /// The offer that this is, or was made of on the device.
    pub(in crate::sync) fn unnamed_like(&self, incoming: &Incoming) -> Option<ItemId> {
        if self.unnamed.is_empty() {
            return None;
        }
        let stems = stems(&pim::title(&incoming.content)).into_iter();
        let mut found: Vec<ItemId> = stems
            .filter_map(|stem| self.unnamed.get(&stem))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        let open = found.into_iter().filter_map(|id| {
            let map = self.maps.get(&id).filter(|map| map.luid.is_none())?;
            let item = self.items.get(&id).filter(|item| !item.deleted)?;
            Some((id, map, item))
        });
        let ranked = open.take(MOST_COMPARED).filter_map(|(id, map, item)| {
            let likeness = if map.offered_digest == incoming.said {
                Likeness::Same
            } else {
                let shown = self.sight.shows(&item.content);
                let likeness = pim::likeness(&incoming.content, &shown);
                // It was moved in the meantime.
                let is_moved =
                    likeness == Likeness::Other && pim::retimed(&incoming.content, &shown);
                if is_moved {
                    Likeness::Possible
                } else {
                    likeness
                }
            };
            (likeness != Likeness::Other).then_some((likeness, id))
        });
        ranked.min().map(|(_, id)| id)
    }

    /// How alike what came and this item are. What is just what this device is shown of an item is that one, whatever it
    /// lacks.
    pub(super) fn alike(&self, incoming: &Incoming, item: &Item) -> Likeness {
        let likeness = pim::likeness(&incoming.content, &item.content);
        if likeness.is_twin() || self.sight.is_clear() {
            return likeness;
        }
        if self.shown(&item.content, item.digest) == incoming.said {
            return Likeness::Close;
        }
        likeness
    }

    /// Whether what came under the LUID of this item may be it, changed since: alike, or called the same at another company.
    pub(in crate::sync) fn may_be_still(&self, id: ItemId, incoming: &Incoming) -> bool {
        let is_called_so = |item: &Item| pim::namesakes(&incoming.content, &item.content);
        self.is_like(id, incoming) || self.items.get(&id).is_some_and(is_called_so)
    }

    /// The event or task that the device had under this LUID, of the same title and at another time: whoever moved it, it is
    /// that one, unless this session has taken it for something else.
    pub(in crate::sync) fn moved_in_time(&self, incoming: &Incoming) -> Option<ItemId> {
        let (item, map) = self.known(&incoming.luid)?;
        let is_free = map.session != self.who.session;
        let is_retimed = pim::retimed(&incoming.content, &item.content)
            || (!self.sight.is_clear()
                && pim::retimed(&incoming.content, &self.sight.shows(&item.content)));
        (is_free && is_retimed).then_some(item.id)
    }

    /// Whether what came may be this item: by what both say, or by what the device was shown of it.
    pub(in crate::sync) fn is_like(&self, id: ItemId, incoming: &Incoming) -> bool {
        self.items.get(&id).is_some_and(|item| {
            let shown = || self.sight.shows(&item.content);
            incoming.is_like(item)
                || (!self.sight.is_clear()
                    && pim::likeness(&incoming.content, &shown()) != Likeness::Other)
        })
    }
}

fn stems(title: &str) -> Vec<String> {
    let words = title.split(|c: char| !c.is_alphanumeric());
    let stems = words.filter(|word| word.chars().count() >= STEM);
    stems
        .map(|word| word.to_lowercase().chars().take(STEM).collect())
        .collect()
}
