//! What a device was sent and did not answer for, and what was too large for it: looked for among its `MapItem`s.

use diesel::prelude::*;

use super::Result;
use super::codes::state_number;
use super::items::ItemRow;
use super::maps::{MapRow, OFFERED, by_item, of, with_items};
use crate::ids::{AccountId, DatastoreId, DeviceId, ItemId};
use crate::store::schema::{items, maps};
use crate::store::{ChangeRow, MapEntry, MapState, Tx};

diesel::define_sql_function! {
    /// How many bytes it has; both databases know it.
    fn length(body: diesel::sql_types::Binary) -> diesel::sql_types::BigInt;
}

impl Tx<'_> {
    /// What the device was offered as new and never named, with the live items, at most `limit`, oldest items first.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn unnamed_offers(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        limit: i64,
    ) -> Result<Vec<ChangeRow>> {
        let open = with_items()
            .filter(of(account, device, datastore))
            .filter(maps::state.eq_any(OFFERED).and(maps::luid.is_null()))
            .filter(items::deleted.eq(false))
            .limit(limit)
            .select((ItemRow::as_select(), MapRow::as_select()));
        let rows: Vec<(ItemRow<'static>, MapRow<'static>)> = self.ask(open)?;
        let rows = rows.into_iter().map(|(item, map)| {
            let (item, map) = (item.item()?, Some(map.entry()?));
            Ok(ChangeRow { item, map })
        });
        let mut rows = rows.collect::<Result<Vec<_>>>()?;
        rows.sort_by_key(|row| row.item.id);
        Ok(rows)
    }

    /// Live items that were too large for the device and have bodies of no more than `largest` bytes, at most `limit`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn too_large(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        largest: i64,
        limit: i64,
    ) -> Result<Vec<MapEntry>> {
        let withheld = with_items()
            .filter(of(account, device, datastore))
            .filter(maps::state.eq(state_number(MapState::TooLarge)))
            .filter(items::deleted.eq(false))
            .filter(length(items::body).le(largest))
            .limit(limit)
            .select(MapRow::as_select());
        by_item(self.ask(withheld)?)
    }

    /// Takes its mark from what this session (by number) sent and the device did not answer for, so that it is
    /// [`Tx::pending`] again; not from the item `except`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn release_offers(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        session: i64,
        except: Option<ItemId>,
    ) -> Result<()> {
        let sent = [
            MapState::LeaveSent,
            MapState::AddSent,
            MapState::ReplaceSent,
            MapState::DeleteSent,
        ];
        let except = except.map_or(0, |item| item.0);
        let open = maps::table
            .filter(of(account, device, datastore))
            .filter(maps::state.eq_any(sent.map(state_number)))
            .filter(maps::session.eq(session).and(maps::item_id.ne(except)));
        self.tell(diesel::update(open).set(maps::session.eq(0_i64)))
            .map(drop)
    }
}
