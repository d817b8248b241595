//! Staged items: a refresh from the client, until its package is complete.

use std::borrow::Cow;

use diesel::prelude::*;

use super::{LIST, Result, chunks};
use crate::ids::{AccountId, DatastoreId, DeviceId, Luid};
use crate::item::{Content, Digest, MediaType, TwinKey};
use crate::store::conn::Backend;
use crate::store::error::stored;
use crate::store::schema::staged;
use crate::store::upsert::{kept, upsert};
use crate::store::{Staged, Tx};

#[derive(Queryable)]
struct StagedRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    datastore: Cow<'a, str>,
    luid: Cow<'a, str>,
    digest: i64,
    twin_key: i64,
    media_type: Cow<'a, str>,
    body: Cow<'a, [u8]>,
    parent: Cow<'a, str>,
}

const COLUMNS: usize = 9;

/// The staged items of one device and datastore.
#[diesel::dsl::auto_type(no_type_alias)]
fn of<'a>(account: AccountId, device: &'a DeviceId, datastore: &'a DatastoreId) -> _ {
    let account: i64 = account.0;
    let device: &'a str = device.as_str();
    let datastore: &'a str = datastore.as_str();
    staged::account_id
        .eq(account)
        .and(staged::device_id.eq(device))
        .and(staged::datastore.eq(datastore))
}

kept!(StagedRow in "staged":
    account_id: BigInt, device_id: Text, datastore: Text, luid: Text;
    media_type: Text, body: Binary, digest: BigInt, twin_key: BigInt, parent: Text
);

impl Tx<'_> {
    /// Stages items; one of the same LUID is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_staged(&mut self, staged: &[Staged]) -> Result<()> {
        let key = |one: &Staged| {
            (
                one.account,
                one.device.clone(),
                one.datastore.clone(),
                one.luid.clone(),
            )
        };
        for rows in chunks(staged, COLUMNS, key, StagedRow::from) {
            self.tell_by(|conn| upsert(conn, &rows))?;
        }
        Ok(())
    }

    /// Takes these LUIDs off the stage again.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn unstage(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        luids: &[Luid],
    ) -> Result<()> {
        for some in luids.chunks(LIST) {
            let luids = some.iter().map(Luid::as_str);
            let named = staged::table
                .filter(of(account, device, datastore))
                .filter(staged::luid.eq_any(luids));
            self.tell(diesel::delete(named))?;
        }
        Ok(())
    }

    /// A page of what is staged: at most `limit` after the LUID `after`, in the database's order of LUIDs.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn staged(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
        after: Option<&Luid>,
        limit: i64,
    ) -> Result<Vec<Staged>> {
        let mut page = staged::table
            .filter(of(account, device, datastore))
            .order(staged::luid)
            .limit(limit)
            .into_boxed::<Backend>();
        if let Some(after) = after {
            page = page.filter(staged::luid.gt(after.as_str()));
        }
        self.ask(page)?.into_iter().map(StagedRow::staged).collect()
    }

    /// Clears the stage of a device and datastore.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn drop_staged(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        datastore: &DatastoreId,
    ) -> Result<()> {
        self.tell(diesel::delete(
            staged::table.filter(of(account, device, datastore)),
        ))
        .map(drop)
    }
}

impl<'a> From<&'a Staged> for StagedRow<'a> {
    fn from(staged: &'a Staged) -> Self {
        Self {
            account_id: staged.account.0,
            device_id: staged.device.as_str().into(),
            datastore: staged.datastore.as_str().into(),
            luid: staged.luid.as_str().into(),
            media_type: staged.content.media_type.as_str().into(),
            body: staged.content.body.as_slice().into(),
            digest: staged.digest.0,
            twin_key: staged.twin_key.0,
            parent: staged.parent.as_ref().map_or("", Luid::as_str).into(),
        }
    }
}

impl StagedRow<'static> {
    fn staged(self) -> Result<Staged> {
        Ok(Staged {
            account: AccountId(self.account_id),
            device: stored(DeviceId::parse(&self.device_id))?,
            datastore: stored(DatastoreId::parse(&self.datastore))?,
            luid: stored(Luid::parse(&self.luid))?,
            content: Content {
                media_type: MediaType::new(&self.media_type),
                body: self.body.into_owned(),
            },
            digest: Digest(self.digest),
            twin_key: TwinKey(self.twin_key),
            // No LUID is empty: that is none.
            parent: Luid::parse(&self.parent).ok(),
        })
    }
}
