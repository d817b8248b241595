//! The guard against mass deletion: a device that was wiped, restored badly or sold may report that its user deleted
//! everything. A session whose deletions would take more than a share of a collection is not obeyed.
//!
//! With a guard, the deletions of a session are put aside as they come and decided on together when the device's
//! package is complete. Too many are *held back*: the items stay, for every other device, too; the device is not sent
//! them again; and a person carries the deletions out or gives the items back ([`release`]). A slow sync or a refresh
//! from the server, in which a device asks for everything, ends the hold. Source: field quirk P7.

use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::sight::Sight;
use super::{Course, View, Who};
use crate::ids::{AccountId, CollectionId, DeviceId, ItemId, Millis, Rev};
use crate::pim::fields::Fields;
use crate::pim::takes::Takes;
use crate::store::{ChangeRow, MapEntry, MapState, StoreError, Tx};

/// How many deletions are decided on at once.
const CHUNK: i64 = 500;

/// How many deletions are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Guard {
    /// More than this share of a collection, in percent of its live items; 0 to 100, 0 lets everything pass.
    pub percent: u32,
    /// Collections of so many items or fewer are not guarded.
    pub least: u32,
}

impl Guard {
    /// Whether anything can be too many.
    #[must_use]
    pub const fn is_on(self) -> bool {
        self.percent > 0
    }

    /// Whether so many deletions are too many for a collection of so many live items.
    #[must_use]
    pub fn forbids(self, deletions: i64, live: i64) -> bool {
        self.is_on()
            && live > i64::from(self.least)
            && deletions.saturating_mul(100) > live.saturating_mul(i64::from(self.percent))
    }
}

/// What a person decides on deletions that were held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// They were meant: the items are deleted, but for those changed since.
    CarryOut,
    /// They were not: the device is sent the items again.
    GiveBack,
}

/// What became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Released {
    /// Items deleted.
    pub deleted: u64,
    /// Items that stay and are sent to the device again.
    pub kept: u64,
}

/// Decides on the deletions that were put aside, of this session and of earlier ones that broke off.
pub(super) fn decide(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
) -> Result<(), StoreError> {
    let guarded = too_many(tx, who, course)?;
    let (mut held, mut lost) = (0_u32, Vec::new());
    loop {
        let rows = rows(tx, who, &course.view, MapState::DeleteAside)?;
        if rows.is_empty() {
            break;
        }
        let fates: Vec<_> = rows.iter().map(|(row, map)| fate(row, map)).collect();
        let mut desk = Desk::lay_out(tx, who, course, rev, &[])?;
        desk.lay_out_rows(rows.into_iter().map(|(row, _)| row).collect());
        for fate in fates {
            let id = fate.id;
            match fate.item {
                // An edit that did not see the deletion survives it.
                Since::Changed => {
                    desk.offer_again(id);
                    continue;
                }
                Since::Deleted => desk.forget(id),
                Since::Same if guarded.contains(&fate.collection) => {
                    desk.hold(id);
                    held += 1;
                }
                Since::Same => desk.bury(id),
            }
            if fate.session != who.session {
                desk.untouched(id, fate.session);
            }
        }
        lost.extend(desk.take_lost());
        desk.write(tx)?;
    }
    let mut desk = Desk::lay_out(tx, who, course, rev, &[])?;
    desk.rehome(tx, &lost)?;
    desk.write(tx)?;
    course.aside = false;
    course.counts.held_back += held;
    course.counts.deleted = course.counts.deleted.saturating_sub(held);
    Ok(())
}

/// What is to be known of one deletion.
struct Fate {
    id: ItemId,
    collection: CollectionId,
    session: i64,
    item: Since,
}

/// What became of an item since the device had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    Same,
    Changed,
    Deleted,
}

fn fate(row: &ChangeRow, map: &MapEntry) -> Fate {
    Fate {
        id: row.item.id,
        collection: row.item.collection.clone(),
        session: map.session,
        item: if row.item.deleted {
            Since::Deleted
        } else if row.item.seq > map.known {
            Since::Changed
        } else {
            Since::Same
        },
    }
}

/// The next entries in this state, with their items.
fn rows(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    view: &View,
    state: MapState,
) -> Result<Vec<(ChangeRow, MapEntry)>, StoreError> {
    let maps = tx.maps_in_state(who.account, who.device, &view.datastore, state, CHUNK)?;
    let ids: Vec<_> = maps.iter().map(|map| map.item).collect();
    let items = tx.items(who.account, &ids)?;
    if items.len() != maps.len() {
        return Err(StoreError::Corrupt("an entry without its item".to_owned()));
    }
    let pairs = items.into_iter().zip(maps);
    Ok(pairs
        .map(|(item, map)| {
            let row = ChangeRow {
                item,
                map: Some(map.clone()),
            };
            (row, map)
        })
        .collect())
}

/// The collections that would lose too much.
fn too_many(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
) -> Result<Vec<CollectionId>, StoreError> {
    let (view, live) = (course.view.clone(), course.live.clone());
    let mut guarded = Vec::new();
    for (collection, live) in view.collections.into_iter().zip(live) {
        let deletions = tx.count_unchanged_in_state(
            who.account,
            who.device,
            &view.datastore,
            MapState::DeleteAside,
            &collection,
        )?;
        if course.guard.forbids(deletions, live) {
            note(course, deletions, live, &collection);
            guarded.push(collection);
        }
    }
    Ok(guarded)
}

/// Says in the log that deletions were held back.
pub(super) fn note(course: &mut Course, deletions: i64, live: i64, collection: &CollectionId) {
    let percent = course.guard.percent;
    course.counts.error(format!(
        "{deletions} of the {live} items in {collection} were to be deleted, more than {percent} %: held back until \
         somebody decides (anchorage device release)"
    ));
}

/// Carries out what a person decided on everything of a device that was held back.
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn release(
    tx: &mut Tx<'_>,
    account: AccountId,
    device: &DeviceId,
    now: Millis,
    decision: Release,
) -> Result<Released, StoreError> {
    let rev = tx.tick(account, now)?;
    let mut datastores: Vec<_> = tx
        .maps_of(account, device)?
        .into_iter()
        .filter(|map| map.state == MapState::DeleteHeld)
        .map(|map| map.datastore)
        .collect();
    datastores.dedup();
    let who = Who {
        account,
        device,
        session: 0,
        now,
    };
    let (takes, fields) = (Takes::default(), Fields::default());
    let everything = Sight::new(&takes, &fields);
    let mut released = Released::default();
    for datastore in datastores {
        let view = View {
            datastore,
            collections: Vec::new(),
        };
        let mut lost = Vec::new();
        loop {
            let rows = rows(tx, &who, &view, MapState::DeleteHeld)?;
            if rows.is_empty() {
                break;
            }
            let fates: Vec<_> = rows.iter().map(|(row, map)| fate(row, map)).collect();
            let mut desk = Desk::clear(&who, &view, everything, rev);
            desk.lay_out_rows(rows.into_iter().map(|(row, _)| row).collect());
            for Fate { id, item, .. } in fates {
                match (item, decision) {
                    (Since::Deleted, Release::CarryOut | Release::GiveBack) => desk.forget(id),
                    (Since::Changed, _) | (Since::Same, Release::GiveBack) => {
                        desk.offer_again(id);
                        released.kept += 1;
                    }
                    (Since::Same, Release::CarryOut) => {
                        desk.bury(id);
                        released.deleted += 1;
                    }
                }
            }
            lost.extend(desk.take_lost());
            desk.write(tx)?;
        }
        let mut desk = Desk::clear(&who, &view, everything, rev);
        desk.rehome(tx, &lost)?;
        desk.write(tx)?;
    }
    Ok(released)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_share_of_a_collection_that_is_not_small_is_too_much() {
        let guard = Guard {
            percent: 50,
            least: 10,
        };
        let rows = [
            (6, 11, true),
            (5, 11, false),
            (10, 20, false),
            (11, 20, true),
            (10, 10, false),
            (11, 11, true),
            (0, 0, false),
        ];
        for (deletions, live, is_forbidden) in rows {
            assert_eq!(
                guard.forbids(deletions, live),
                is_forbidden,
                "{deletions} of {live}"
            );
        }
    }

    #[test]
    fn without_a_guard_nothing_is_too_much() {
        assert!(!Guard::default().is_on());
        assert!(!Guard::default().forbids(1000, 1000));
    }

    #[test]
    fn a_share_of_all_lets_everything_pass_but_guards() {
        let guard = Guard {
            percent: 100,
            least: 0,
        };
        assert!(guard.is_on() && !guard.forbids(7, 7));
    }
}
