//! What lies in a folder: on the server, and on a device.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::items::ItemRow;
use super::maps::{MapRow, of};
use super::{LIST, Result};
use crate::ids::{AccountId, DatastoreId, DeviceId, ItemId};
use crate::store::schema::{items, maps};
use crate::store::{Item, MapEntry, Tx};

impl Tx<'_> {
    /// The live items that lie in one of these folders, not deeper, by number.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn items_in(&mut self, account: AccountId, folders: &[ItemId]) -> Result<Vec<Item>> {
        let mut found = Vec::new();
        for some in folders.chunks(LIST) {
            let inside = items::table
                .filter(items::account_id.eq(account.0))
                .filter(items::parent.eq_any(some.iter().map(|folder| folder.0)))
                // The condition of the index, to the letter: both databases use it only then.
                .filter(diesel::dsl::sql::<Bool>("parent <> 0"))
                .filter(items::deleted.eq(false));
            found.extend(self.ask(inside)?);
        }
        let mut items = found
            .into_iter()
            .map(ItemRow::item)
            .collect::<Result<Vec<_>>>()?;
        items.sort_by_key(|item| item.id);
        Ok(items)
    }

    /// The entries of what a device has, or had and no longer has, under a LUID in one of these folders, not deeper,
    /// by item.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn maps_in(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        folders: &[ItemId],
    ) -> Result<Vec<MapEntry>> {
        let mut found: Vec<MapRow<'static>> = Vec::new();
        for some in folders.chunks(LIST) {
            let inside = maps::table
                .filter(of(account, device, datastore))
                .filter(maps::known_parent.eq_any(some.iter().map(|folder| folder.0)))
                .filter(diesel::dsl::sql::<Bool>("known_parent <> 0"))
                .filter(maps::luid.is_not_null());
            found.extend(self.ask(inside)?);
        }
        let mut entries = found
            .into_iter()
            .map(MapRow::entry)
            .collect::<Result<Vec<_>>>()?;
        entries.sort_by_key(|entry| entry.item);
        Ok(entries)
    }
}
