//! Entries of items that a device parted with: soft-deleted, and deletions that wait for a decision.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Result;
use super::codes::state_number;
use super::maps::MapRow;
use crate::ids::{AccountId, CollectionId, DatastoreId, DeviceId, Rev};
use crate::store::schema::{items, maps};
use crate::store::{MapEntry, MapState, Tx};

/// The states of an item that the device parted with: [`MapState::is_off_device`].
pub(super) const OFF_DEVICE: [i32; 3] = [
    state_number(MapState::SoftDeleted),
    state_number(MapState::DeleteAside),
    state_number(MapState::DeleteHeld),
];

/// The entries of one device and datastore in one state.
#[diesel::dsl::auto_type(no_type_alias)]
fn of<'a>(
    account: AccountId,
    device: &'a DeviceId,
    datastore: &'a DatastoreId,
    state: MapState,
) -> _ {
    let account: i64 = account.0;
    let device: &'a str = device.as_str();
    let datastore: &'a str = datastore.as_str();
    let state: i32 = state_number(state);
    maps::account_id
        .eq(account)
        .and(maps::state.eq(state))
        .and(maps::device_id.eq(device))
        .and(maps::datastore.eq(datastore))
}

impl Tx<'_> {
    /// Entries in this state, by item, at most `limit`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn maps_in_state(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        state: MapState,
        limit: i64,
    ) -> Result<Vec<MapEntry>> {
        let found: Vec<MapRow<'static>> = self.ask(
            maps::table
                .filter(of(account, device, datastore, state))
                .select(MapRow::as_select())
                .limit(limit),
        )?;
        let mut entries = found
            .into_iter()
            .map(MapRow::entry)
            .collect::<Result<Vec<_>>>()?;
        entries.sort_by_key(|entry| entry.item);
        Ok(entries)
    }

    /// How many entries are in this state.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn count_in_state(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        state: MapState,
    ) -> Result<i64> {
        let count = maps::table
            .filter(of(account, device, datastore, state))
            .select(count_star());
        Ok(self.ask_one(count)?.unwrap_or_default())
    }

    /// How many live items of a collection have entries in this state and were not changed since the device had them.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn count_unchanged_in_state(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        state: MapState,
        collection: &CollectionId,
    ) -> Result<i64> {
        let count = maps::table
            .inner_join(
                items::table.on(items::account_id
                    .eq(maps::account_id)
                    .and(items::item_id.eq(maps::item_id))),
            )
            .filter(of(account, device, datastore, state))
            .filter(
                items::collection_id
                    .eq(collection.as_str())
                    .and(items::deleted.eq(false))
                    .and(items::seq.le(maps::known)),
            )
            .select(count_star());
        Ok(self.ask_one(count)?.unwrap_or_default())
    }

    /// The device was set back to a time before it parted with these items: it has again what it took off its store,
    /// or deleted and was held back, after `since`; not what this session (by number) touched.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn back_on_device(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        since: Rev,
        session: i64,
    ) -> Result<()> {
        for state in [MapState::SoftDeleted, MapState::DeleteHeld] {
            let again = maps::table
                .filter(of(account, device, datastore, state))
                .filter(maps::offered.gt(since.0).and(maps::session.ne(session)))
                .filter(maps::luid.is_not_null());
            let mapped = maps::state.eq(state_number(MapState::Mapped));
            self.tell(diesel::update(again).set(mapped))?;
        }
        Ok(())
    }
}
