//! Large objects on their way in: one for each device and datastore, a row for each of its chunks.

use std::borrow::Cow;

use diesel::prelude::*;

use super::Result;
use crate::ids::{AccountId, DatastoreId, DeviceId, Luid};
use crate::store::error::stored;
use crate::store::schema::{partials, pieces};
use crate::store::{Partial, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = partials, treat_none_as_default_value = false)]
struct PartialRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    datastore: Cow<'a, str>,
    luid: Cow<'a, str>,
    adds: bool,
    size: i64,
    media_type: Option<Cow<'a, str>>,
    format: Option<Cow<'a, str>>,
    have: i64,
    source_parent: Option<Cow<'a, str>>,
    target_parent: Option<Cow<'a, str>>,
}

#[derive(Insertable)]
#[diesel(table_name = pieces)]
struct PieceRow<'a> {
    account_id: i64,
    device_id: &'a str,
    datastore: &'a str,
    at: i64,
    body: &'a [u8],
}

impl Tx<'_> {
    /// The object that a device is sending for a datastore, or sent last.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn partial(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
    ) -> Result<Option<Partial>> {
        let key = (account.0, device.as_str(), datastore.as_str());
        self.ask_one(partials::table.find(key))?
            .map(PartialRow::partial)
            .transpose()
    }

    /// All bytes that came of it, in their order.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn partial_body(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
    ) -> Result<Vec<u8>> {
        let of = pieces::account_id
            .eq(account.0)
            .and(pieces::device_id.eq(device.as_str()))
            .and(pieces::datastore.eq(datastore.as_str()));
        let all: Vec<Vec<u8>> = self.ask(
            pieces::table
                .filter(of)
                .order(pieces::at)
                .select(pieces::body),
        )?;
        Ok(all.concat())
    }

    /// Keeps a new object with its first bytes, as many as its `have`; it takes the place of any other of the device and datastore.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn begin_partial(&mut self, partial: &Partial, piece: &[u8]) -> Result<()> {
        self.drop_partial(partial.account, &partial.device, &partial.datastore)?;
        self.tell(diesel::insert_into(partials::table).values(PartialRow::from(partial)))?;
        self.put_piece(partial, 0, piece)
    }

    /// Puts more bytes behind those of an object that is there as it is given: `have` is what came before them.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn append_partial(&mut self, partial: &Partial, piece: &[u8]) -> Result<()> {
        let have = partial.have + length(piece);
        let key = (
            partial.account.0,
            partial.device.as_str(),
            partial.datastore.as_str(),
        );
        self.tell(diesel::update(partials::table.find(key)).set(partials::have.eq(have)))?;
        self.put_piece(partial, partial.have, piece)
    }

    fn put_piece(&mut self, partial: &Partial, at: i64, piece: &[u8]) -> Result<()> {
        if piece.is_empty() {
            return Ok(());
        }
        let row = PieceRow {
            account_id: partial.account.0,
            device_id: partial.device.as_str(),
            datastore: partial.datastore.as_str(),
            at,
            body: piece,
        };
        self.tell(diesel::insert_into(pieces::table).values(row))
            .map(drop)
    }

    /// Throws the object of a device and datastore away, if there is one.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn drop_partial(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
    ) -> Result<()> {
        let key = (account.0, device.as_str(), datastore.as_str());
        self.tell(diesel::delete(partials::table.find(key)))
            .map(drop)
    }
}

fn length(piece: &[u8]) -> i64 {
    i64::try_from(piece.len()).unwrap_or(i64::MAX)
}

impl<'a> From<&'a Partial> for PartialRow<'a> {
    fn from(partial: &'a Partial) -> Self {
        Self {
            account_id: partial.account.0,
            device_id: partial.device.as_str().into(),
            datastore: partial.datastore.as_str().into(),
            luid: partial.luid.as_str().into(),
            adds: partial.adds,
            size: partial.size,
            media_type: partial.media_type.as_deref().map(Cow::from),
            format: partial.format.as_deref().map(Cow::from),
            have: partial.have,
            source_parent: partial.source_parent.as_deref().map(Cow::from),
            target_parent: partial.target_parent.as_deref().map(Cow::from),
        }
    }
}

impl PartialRow<'static> {
    fn partial(self) -> Result<Partial> {
        Ok(Partial {
            account: AccountId(self.account_id),
            device: stored(DeviceId::parse(&self.device_id))?,
            datastore: stored(DatastoreId::parse(&self.datastore))?,
            luid: stored(Luid::parse(&self.luid))?,
            adds: self.adds,
            size: self.size,
            media_type: self.media_type.map(Cow::into_owned),
            format: self.format.map(Cow::into_owned),
            source_parent: self.source_parent.map(Cow::into_owned),
            target_parent: self.target_parent.map(Cow::into_owned),
            have: self.have,
        })
    }
}
