//! How the server proves itself to each device.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Result;
use crate::ids::{AccountId, DeviceId};
use crate::store::conn::each;
use crate::store::error::stored;
use crate::store::schema::server_logins;
use crate::store::{ServerLogin, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = server_logins, treat_none_as_default_value = false)]
struct LoginRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    password: Option<Cow<'a, [u8]>>,
    scheme: Option<Cow<'a, str>>,
    nonce: Cow<'a, [u8]>,
}

impl Tx<'_> {
    /// How the server proves itself to this device; `None` when it was never asked and has no password of its own.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn server_login(
        &mut self,
        account: AccountId,
        device: &DeviceId,
    ) -> Result<Option<ServerLogin>> {
        self.ask_one(server_logins::table.find((account.0, device.as_str())))?
            .map(LoginRow::login)
            .transpose()
    }

    /// Keeps how the server proves itself to a device, in the place of what was there.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_server_login(&mut self, login: &ServerLogin) -> Result<()> {
        let put = diesel::insert_into(server_logins::table)
            .values(LoginRow {
                account_id: login.account.0,
                device_id: login.device.as_str().into(),
                password: login.password.as_deref().map(Cow::from),
                scheme: login.scheme.as_deref().map(Cow::from),
                nonce: login.nonce.as_slice().into(),
            })
            .on_conflict((server_logins::account_id, server_logins::device_id))
            .do_update()
            .set((
                server_logins::password.eq(excluded(server_logins::password)),
                server_logins::scheme.eq(excluded(server_logins::scheme)),
                server_logins::nonce.eq(excluded(server_logins::nonce)),
            ));
        self.tell_by(|conn| each!(conn, put)).map(drop)
    }
}

impl LoginRow<'static> {
    fn login(self) -> Result<ServerLogin> {
        Ok(ServerLogin {
            account: AccountId(self.account_id),
            device: stored(DeviceId::parse(&self.device_id))?,
            password: self.password.map(Cow::into_owned),
            scheme: self.scheme.map(Cow::into_owned),
            nonce: self.nonce.into_owned(),
        })
    }
}
