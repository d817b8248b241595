//! A `MapItem` as a row.

use std::borrow::Cow;

use diesel::prelude::*;

use crate::ids::{AccountId, DatastoreId, DeviceId, ItemId, Luid, Rev};
use crate::item::Digest;
use crate::store::MapEntry;
use crate::store::error::stored;
use crate::store::schema::maps;
use crate::store::sql::Result;
use crate::store::sql::codes::{state, state_number};
use crate::store::upsert::kept;

#[derive(Queryable, Selectable)]
#[diesel(table_name = maps)]
pub(in crate::store::sql) struct MapRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    datastore: Cow<'a, str>,
    item_id: i64,
    luid: Option<Cow<'a, str>>,
    state: i32,
    known: i64,
    known_digest: i64,
    offered: i64,
    offered_digest: i64,
    session: i64,
    known_parent: i64,
    offered_parent: i64,
}

kept!(MapRow in "maps":
    account_id: BigInt, item_id: BigInt, device_id: Text, datastore: Text;
    luid: Nullable<Text>, state: Integer, known: BigInt, known_digest: BigInt, offered: BigInt,
    offered_digest: BigInt, session: BigInt, known_parent: BigInt, offered_parent: BigInt
);

/// How many values a row is.
pub(super) const COLUMNS: usize = 13;

impl<'a> From<&'a MapEntry> for MapRow<'a> {
    fn from(entry: &'a MapEntry) -> Self {
        Self {
            account_id: entry.account.0,
            device_id: entry.device.as_str().into(),
            datastore: entry.datastore.as_str().into(),
            item_id: entry.item.0,
            luid: entry.luid.as_ref().map(|luid| luid.as_str().into()),
            state: state_number(entry.state),
            known: entry.known.0,
            known_digest: entry.known_digest.0,
            offered: entry.offered.0,
            offered_digest: entry.offered_digest.0,
            session: entry.session,
            known_parent: entry.known_parent.0,
            offered_parent: entry.offered_parent.0,
        }
    }
}

impl MapRow<'static> {
    pub(in crate::store::sql) fn entry(self) -> Result<MapEntry> {
        Ok(MapEntry {
            account: AccountId(self.account_id),
            device: stored(DeviceId::parse(&self.device_id))?,
            datastore: stored(DatastoreId::parse(&self.datastore))?,
            item: ItemId(self.item_id),
            luid: self
                .luid
                .map(|luid| stored(Luid::parse(&luid)))
                .transpose()?,
            state: state(self.state)?,
            known: Rev(self.known),
            known_digest: Digest(self.known_digest),
            offered: Rev(self.offered),
            offered_digest: Digest(self.offered_digest),
            session: self.session,
            known_parent: ItemId(self.known_parent),
            offered_parent: ItemId(self.offered_parent),
        })
    }
}
