//! `MapItem`s: which item a device has under which name, and how far each has come.

mod row;

use diesel::prelude::*;

use super::codes::state_number;
use super::items::ItemRow;
use super::{LIST, Result, chunks};
use crate::ids::{AccountId, DatastoreId, DeviceId, ItemId, Luid, Rev};
use crate::item::Digest;
use crate::store::conn::Backend;
use crate::store::schema::{items, maps};
use crate::store::upsert::upsert;
use crate::store::{ChangeRow, MapEntry, MapState, Tx};
use row::COLUMNS;
pub(super) use row::MapRow;

/// The states in which something is still owed to a device.
pub(super) const PENDING: [i32; 7] = [
    state_number(MapState::AddSent),
    state_number(MapState::AddConfirmed),
    state_number(MapState::ReplaceSent),
    state_number(MapState::DeleteSent),
    state_number(MapState::DeleteDue),
    state_number(MapState::LeaveSent),
    state_number(MapState::LeaveDue),
];

/// The states of an Add that the device has not mapped.
pub(super) const OFFERED: [i32; 2] = [
    state_number(MapState::AddSent),
    state_number(MapState::AddConfirmed),
];

/// The entries, each with its item.
#[diesel::dsl::auto_type]
pub(super) fn with_items() -> _ {
    maps::table.inner_join(
        items::table.on(items::account_id
            .eq(maps::account_id)
            .and(items::item_id.eq(maps::item_id))),
    )
}

/// What other sessions than this one left unfinished and can be sent.
fn unfinished<'a>(
    account: AccountId,
    device: &'a DeviceId,
    datastore: &'a DatastoreId,
    session: i64,
) -> diesel::dsl::IntoBoxed<'a, with_items, Backend> {
    with_items()
        .into_boxed::<Backend>()
        .filter(of(account, device, datastore))
        .filter(maps::state.eq_any(PENDING).and(maps::session.ne(session)))
        .filter(items::deleted.eq(false).or(maps::luid.is_not_null()))
}

/// The entries of one device and datastore.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn of<'a>(account: AccountId, device: &'a DeviceId, datastore: &'a DatastoreId) -> _ {
    let account: i64 = account.0;
    let device: &'a str = device.as_str();
    let datastore: &'a str = datastore.as_str();
    maps::account_id
        .eq(account)
        .and(maps::device_id.eq(device))
        .and(maps::datastore.eq(datastore))
}

impl Tx<'_> {
    /// The entries with one of these LUIDs, by item.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn maps_by_luid(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        luids: &[Luid],
    ) -> Result<Vec<MapEntry>> {
        let mut found = Vec::with_capacity(luids.len());
        for some in luids.chunks(LIST) {
            let luids = some.iter().map(Luid::as_str);
            found.extend(
                self.ask(
                    maps::table
                        .filter(of(account, device, datastore))
                        .filter(maps::luid.eq_any(luids)),
                )?,
            );
        }
        by_item(found)
    }

    /// The entries of these items, by item.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn maps_by_item(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        items: &[ItemId],
    ) -> Result<Vec<MapEntry>> {
        let mut found = Vec::with_capacity(items.len());
        for some in items.chunks(LIST) {
            let ids = some.iter().map(|item| item.0);
            found.extend(
                self.ask(
                    maps::table
                        .filter(of(account, device, datastore))
                        .filter(maps::item_id.eq_any(ids)),
                )?,
            );
        }
        by_item(found)
    }

    /// All entries of a device, by datastore and item: for people and tests.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn maps_of(&mut self, account: AccountId, device: &DeviceId) -> Result<Vec<MapEntry>> {
        let all = maps::table.filter(
            maps::account_id
                .eq(account.0)
                .and(maps::device_id.eq(device.as_str())),
        );
        let mut entries = self
            .ask(all)?
            .into_iter()
            .map(MapRow::entry)
            .collect::<Result<Vec<_>>>()?;
        entries
            .sort_by(|one, other| (&one.datastore, one.item).cmp(&(&other.datastore, other.item)));
        Ok(entries)
    }

    /// What other sessions than this one left unfinished, by item, at most `limit`: an Add, Replace or Delete that
    /// was not answered, an Add without its Map, a Delete that is due. A tombstone under no LUID cannot be
    /// sent and is left out.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn pending(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        session: i64,
        limit: i64,
    ) -> Result<Vec<ChangeRow>> {
        let rows: Vec<(ItemRow<'static>, MapRow<'static>)> = self.ask(
            unfinished(account, device, datastore, session)
                .limit(limit)
                .select((ItemRow::as_select(), MapRow::as_select())),
        )?;
        let mut pending = rows
            .into_iter()
            .map(|(item, map)| {
                let (item, map) = (item.item()?, Some(map.entry()?));
                Ok(ChangeRow { item, map })
            })
            .collect::<Result<Vec<_>>>()?;
        // Asked for an order, SQLite would read all entries in that of their key rather than search and sort a few.
        pending.sort_by_key(|row| row.item.id);
        Ok(pending)
    }

    /// How many of those [`Tx::pending`] answers are of items last changed at `upto` or before.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn count_pending(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        session: i64,
        upto: Rev,
    ) -> Result<i64> {
        let count = unfinished(account, device, datastore, session)
            .filter(items::seq.le(upto.0))
            .select(diesel::dsl::count_star());
        Ok(self.ask_one(count)?.unwrap_or_default())
    }

    /// The Adds that the device never mapped and whose content was one of these, by item.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn offers_by_digest(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        digests: &[Digest],
    ) -> Result<Vec<MapEntry>> {
        let mut found = Vec::new();
        for some in digests.chunks(LIST) {
            let digests = some.iter().map(|digest| digest.0);
            let offers = maps::table
                .filter(of(account, device, datastore))
                .filter(maps::state.eq_any(OFFERED).and(maps::luid.is_null()))
                .filter(maps::offered_digest.eq_any(digests));
            found.extend(self.ask(offers)?);
        }
        by_item(found)
    }

    /// Keeps entries; that of the same device, datastore and item is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Duplicate`] when the device has another item under one of the LUIDs: see
    /// [`Tx::release_luids`].
    pub fn put_maps(&mut self, maps: &[MapEntry]) -> Result<()> {
        for rows in chunks(maps, COLUMNS, key, MapRow::from) {
            self.tell_by(|conn| upsert(conn, &rows))?;
        }
        Ok(())
    }

    /// Takes these LUIDs from whatever items have them, so that others may.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn release_luids(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        luids: &[Luid],
    ) -> Result<()> {
        for some in luids.chunks(LIST) {
            let luids = some.iter().map(Luid::as_str);
            let named = maps::table
                .filter(of(account, device, datastore))
                .filter(maps::luid.eq_any(luids));
            self.tell(diesel::update(named).set(maps::luid.eq(None::<&str>)))?;
        }
        Ok(())
    }

    /// Forgets that the device has these items.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn drop_maps(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        items: &[ItemId],
    ) -> Result<()> {
        for some in items.chunks(LIST) {
            let ids = some.iter().map(|item| item.0);
            let named = maps::table
                .filter(of(account, device, datastore))
                .filter(maps::item_id.eq_any(ids));
            self.tell(diesel::delete(named))?;
        }
        Ok(())
    }

    /// Forgets all entries that this session (by number) did not touch.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn drop_maps_of_other_sessions(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        session: i64,
    ) -> Result<()> {
        let others = maps::table
            .filter(of(account, device, datastore))
            .filter(maps::session.ne(session));
        self.tell(diesel::delete(others)).map(drop)
    }

    /// Forgets the entries in state `Gone` of which the device knew already at `upto`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn drop_gone_maps(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        upto: Rev,
    ) -> Result<()> {
        let gone = maps::table.filter(of(account, device, datastore)).filter(
            maps::state
                .eq(state_number(MapState::Gone))
                .and(maps::known.le(upto.0)),
        );
        self.tell(diesel::delete(gone)).map(drop)
    }
}

fn key(entry: &MapEntry) -> (AccountId, &DeviceId, &DatastoreId, ItemId) {
    (entry.account, &entry.device, &entry.datastore, entry.item)
}

pub(super) fn by_item(rows: Vec<MapRow<'static>>) -> Result<Vec<MapEntry>> {
    let mut entries = rows
        .into_iter()
        .map(MapRow::entry)
        .collect::<Result<Vec<_>>>()?;
    entries.sort_by_key(|entry| entry.item);
    entries.dedup_by_key(|entry| entry.item);
    Ok(entries)
}
