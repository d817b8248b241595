//! Devices: what is known of each, and how often it was authenticated.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Result;
use crate::ids::{AccountId, DeviceId, Millis};
use crate::store::conn::each;
use crate::store::error::stored;
use crate::store::schema::{
    devices, maps, notifications, partials, peers, server_logins, sessions, staged,
};
use crate::store::{Device, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = devices, treat_none_as_default_value = false)]
struct DeviceRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    devinf: Option<Cow<'a, str>>,
    user_agent: Option<Cow<'a, str>>,
    hints: Option<Cow<'a, str>>,
    quirks: Option<Cow<'a, str>>,
    auth_count: i64,
    first_seen: i64,
    last_seen: i64,
}

impl Tx<'_> {
    /// The device of this id.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn device(&mut self, account: AccountId, id: &DeviceId) -> Result<Option<Device>> {
        self.ask_one(devices::table.find((account.0, id.as_str())))?
            .map(DeviceRow::device)
            .transpose()
    }

    /// All devices of the account, by id.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn devices(&mut self, account: AccountId) -> Result<Vec<Device>> {
        let rows = self.ask(devices::table.filter(devices::account_id.eq(account.0)))?;
        let mut all = rows
            .into_iter()
            .map(DeviceRow::device)
            .collect::<Result<Vec<_>>>()?;
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(all)
    }

    /// Keeps what is known of a device. Of one that is already known, `auth_count`, `first_seen` and `quirks`
    /// stay as they are: the first moves by [`Tx::count_auth`] alone, lest a nonce come back, the last by
    /// [`Tx::set_device_quirks`].
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_device(&mut self, device: &Device) -> Result<()> {
        let put = diesel::insert_into(devices::table)
            .values(DeviceRow::from(device))
            .on_conflict((devices::account_id, devices::device_id))
            .do_update()
            .set((
                devices::devinf.eq(excluded(devices::devinf)),
                devices::user_agent.eq(excluded(devices::user_agent)),
                devices::hints.eq(excluded(devices::hints)),
                devices::last_seen.eq(excluded(devices::last_seen)),
            ));
        self.tell_by(|conn| each!(conn, put)).map(drop)
    }

    /// Sets the flags of a device, as a JSON object; `None`: none. `false` when there is no such device.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn set_device_quirks(
        &mut self,
        account: AccountId,
        id: &DeviceId,
        quirks: Option<&str>,
    ) -> Result<bool> {
        let device = devices::table.find((account.0, id.as_str()));
        let met = self.tell(diesel::update(device).set(devices::quirks.eq(quirks)))?;
        Ok(met == 1)
    }

    /// Counts one authentication, if the count is still the one that was seen; `false` when it has moved on,
    /// or when the device is not known: then the nonce was used already.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn count_auth(&mut self, account: AccountId, id: &DeviceId, seen: i64) -> Result<bool> {
        let device = devices::table
            .find((account.0, id.as_str()))
            .filter(devices::auth_count.eq(seen));
        let met =
            self.tell(diesel::update(device).set(devices::auth_count.eq(devices::auth_count + 1)))?;
        Ok(met == 1)
    }

    /// Forgets a device with its maps, peers, sessions, staged items, the objects it was sending, its notification and the
    /// server's password towards it. What it wrote stays, and so does its log. No error when it is not known.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn forget_device(&mut self, account: AccountId, id: &DeviceId) -> Result<()> {
        let id = id.as_str();
        self.tell(diesel::delete(devices::table.find((account.0, id))))?;
        self.tell(diesel::delete(maps::table.filter(
            maps::account_id.eq(account.0).and(maps::device_id.eq(id)),
        )))?;
        self.tell(diesel::delete(peers::table.filter(
            peers::account_id.eq(account.0).and(peers::device_id.eq(id)),
        )))?;
        self.tell(diesel::delete(
            sessions::table.filter(
                sessions::account_id
                    .eq(account.0)
                    .and(sessions::device_id.eq(id)),
            ),
        ))?;
        self.tell(diesel::delete(server_logins::table.find((account.0, id))))?;
        self.tell(diesel::delete(notifications::table.find((account.0, id))))?;
        self.tell(diesel::delete(
            staged::table.filter(
                staged::account_id
                    .eq(account.0)
                    .and(staged::device_id.eq(id)),
            ),
        ))?;
        self.tell(diesel::delete(
            partials::table.filter(
                partials::account_id
                    .eq(account.0)
                    .and(partials::device_id.eq(id)),
            ),
        ))?;
        Ok(())
    }
}

impl<'a> From<&'a Device> for DeviceRow<'a> {
    fn from(device: &'a Device) -> Self {
        Self {
            account_id: device.account.0,
            device_id: device.id.as_str().into(),
            devinf: device.devinf.as_deref().map(Cow::from),
            user_agent: device.user_agent.as_deref().map(Cow::from),
            hints: device.hints.as_deref().map(Cow::from),
            quirks: device.quirks.as_deref().map(Cow::from),
            auth_count: device.auth_count,
            first_seen: device.first_seen.0,
            last_seen: device.last_seen.0,
        }
    }
}

impl DeviceRow<'static> {
    fn device(self) -> Result<Device> {
        Ok(Device {
            account: AccountId(self.account_id),
            id: stored(DeviceId::parse(&self.device_id))?,
            devinf: self.devinf.map(Cow::into_owned),
            user_agent: self.user_agent.map(Cow::into_owned),
            hints: self.hints.map(Cow::into_owned),
            quirks: self.quirks.map(Cow::into_owned),
            auth_count: self.auth_count,
            first_seen: Millis(self.first_seen),
            last_seen: Millis(self.last_seen),
        })
    }
}
