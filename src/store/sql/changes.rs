//! Walks over changes: what to send to a device, oldest first, page by page.
//!
//! The cost of a page is that of the changes it passes, never that of the collection: the range of change
//! numbers is searched in an index, and the device's entry found by its key.

use diesel::prelude::*;

use super::Result;
use super::codes::state_number;
use super::items::ItemRow;
use super::maps::{MapRow, OFFERED};
use super::off_device::OFF_DEVICE;
use crate::ids::{AccountId, CollectionId, DatastoreId, DeviceId};
use crate::item::MediaType;
use crate::store::conn::Backend;
use crate::store::schema::{items, maps};
use crate::store::{ChangeRow, MapState, Tombstones, Tx, Walk, WalkKind};

impl Tx<'_> {
    /// The next items of a walk, at most `limit`, by change number and item. One statement for each
    /// collection: a database merges several ranges of its index only by sorting all of them.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn walk(&mut self, walk: &Walk<'_>, limit: i64) -> Result<Vec<ChangeRow>> {
        let mut found = Vec::new();
        for collection in walk.collections {
            let page = visited(walk, collection)
                .order((items::seq, items::item_id))
                .limit(limit)
                .select((ItemRow::as_select(), Option::<MapRow>::as_select()));
            found.extend(
                self.ask(page)?
                    .into_iter()
                    .map(change)
                    .collect::<Result<Vec<_>>>()?,
            );
        }
        found.sort_by_key(|row| (row.item.seq, row.item.id));
        found.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(found)
    }

    /// How many items the walk has still before it.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn count_walk(&mut self, walk: &Walk<'_>) -> Result<i64> {
        let mut all = 0;
        for collection in walk.collections {
            let count: Option<i64> =
                self.ask_one(visited(walk, collection).select(diesel::dsl::count_star()))?;
            all += count.unwrap_or_default();
        }
        Ok(all)
    }
}

impl Tx<'_> {
    /// How many items a device has, as far as it is known: under a LUID, or offered to it.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn count_held(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
    ) -> Result<i64> {
        let held = maps::table
            .filter(maps::account_id.eq(account.0))
            .filter(maps::device_id.eq(device.as_str()))
            .filter(maps::datastore.eq(datastore.as_str()))
            .filter(maps::state.ne_all(AWAY))
            .filter(maps::luid.is_not_null().or(maps::state.eq_any(OFFERED)))
            .select(diesel::dsl::count_star());
        Ok(self.ask_one(held)?.unwrap_or_default())
    }
}

/// The states in which a device has an item no more.
const AWAY: [i32; 5] = [
    state_number(MapState::Gone),
    state_number(MapState::FilteredOut),
    state_number(MapState::SoftDeleted),
    state_number(MapState::DeleteAside),
    state_number(MapState::DeleteHeld),
];

/// The items, and beside each how the device has it.
#[diesel::dsl::auto_type]
fn seen_by<'a>(walk: &'a Walk<'a>) -> _ {
    let device: &'a str = walk.device.as_str();
    let datastore: &'a str = walk.datastore.as_str();
    items::table.left_join(
        maps::table.on(maps::account_id
            .eq(items::account_id)
            .and(maps::item_id.eq(items::item_id))
            .and(maps::device_id.eq(device))
            .and(maps::datastore.eq(datastore))),
    )
}

type Visited<'a> = diesel::dsl::IntoBoxed<'a, seen_by<'a>, Backend>;

/// What a walk visits in one collection.
fn visited<'a>(walk: &'a Walk<'a>, collection: &'a CollectionId) -> Visited<'a> {
    let after = walk.after;
    let mut visited = seen_by(walk)
        .into_boxed::<Backend>()
        .filter(
            items::account_id
                .eq(walk.account.0)
                .and(items::collection_id.eq(collection.as_str())),
        )
        .filter(items::seq.ge(after.seq.0).and(items::seq.le(walk.upto.0)))
        .filter(
            items::seq
                .gt(after.seq.0)
                .or(items::item_id.gt(after.item.0)),
        );
    if !walk.types.is_empty() {
        let types = walk.types.iter().map(MediaType::as_str);
        visited = visited.filter(items::deleted.or(items::media_type.eq_any(types)));
    }
    if let Some(except) = walk.except {
        visited = visited.filter(items::deleted.or(items::media_type.ne(except)));
    }
    visited = match walk.tombstones {
        Tombstones::Sent => visited.filter(
            items::deleted
                .eq(false)
                .or(maps::luid.is_not_null().and(maps::state.ne_all(OFF_DEVICE))),
        ),
        Tombstones::LeftOut => visited.filter(items::deleted.eq(false)),
    };
    let offered_before = maps::offered.lt(items::seq);
    let news_to_it = maps::item_id.is_null().and(items::deleted.eq(false));
    match walk.kind {
        WalkKind::Changed { session } => visited.filter(
            news_to_it.or(maps::known
                .lt(items::seq)
                .and(maps::session.ne(session).or(offered_before))
                .and(maps::state.ne_all(SETTLED).or(offered_before))),
        ),
        WalkKind::All { session, named } => {
            let visited = visited.filter(
                news_to_it.or(maps::session
                    .ne(session)
                    .or(maps::known.lt(items::seq).and(offered_before))
                    .and(
                        maps::state
                            .ne_all(OFF_DEVICE)
                            .or(maps::known.lt(items::seq)),
                    )),
            );
            if named {
                visited.filter(maps::luid.is_not_null())
            } else {
                visited.filter(maps::luid.is_null())
            }
        }
        WalkKind::Unpaired { session } => visited
            .filter(items::deleted.eq(false))
            .filter(maps::item_id.is_null().or(maps::session.ne(session))),
        WalkKind::Every { named: None } => visited,
        WalkKind::Every { named: Some(true) } => visited.filter(maps::luid.is_not_null()),
        WalkKind::Every { named: Some(false) } => visited.filter(maps::luid.is_null()),
    }
}

/// The states in which a device has been told of an item, or shall not be.
const SETTLED: [i32; 3] = [
    state_number(MapState::TooLarge),
    state_number(MapState::Withheld),
    state_number(MapState::Gone),
];

fn change((item, map): (ItemRow<'static>, Option<MapRow<'static>>)) -> Result<ChangeRow> {
    Ok(ChangeRow {
        item: item.item()?,
        map: map.map(MapRow::entry).transpose()?,
    })
}
