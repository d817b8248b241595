//! What each device was last notified of.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::Result;
use crate::ids::{AccountId, DeviceId, Millis};
use crate::store::conn::each;
use crate::store::error::stored;
use crate::store::schema::notifications;
use crate::store::{Notification, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
struct NotificationRow<'a> {
    account_id: i64,
    device_id: Cow<'a, str>,
    session: i64,
    times: i64,
    sent: i64,
    answered: Option<i64>,
}

impl Tx<'_> {
    /// The latest notification of a device, if it ever got one.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn notification(
        &mut self,
        account: AccountId,
        device: &DeviceId,
    ) -> Result<Option<Notification>> {
        self.ask_one(notifications::table.find((account.0, device.as_str())))?
            .map(NotificationRow::notification)
            .transpose()
    }

    /// Keeps the latest notification of a device, in the place of the one before.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_notification(&mut self, notification: &Notification) -> Result<()> {
        let put = diesel::insert_into(notifications::table)
            .values(NotificationRow {
                account_id: notification.account.0,
                device_id: notification.device.as_str().into(),
                session: notification.session,
                times: notification.times,
                sent: notification.sent.0,
                answered: notification.answered.map(|at| at.0),
            })
            .on_conflict((notifications::account_id, notifications::device_id))
            .do_update()
            .set((
                notifications::session.eq(excluded(notifications::session)),
                notifications::times.eq(excluded(notifications::times)),
                notifications::sent.eq(excluded(notifications::sent)),
                notifications::answered.eq(excluded(notifications::answered)),
            ));
        self.tell_by(|conn| each!(conn, put)).map(drop)
    }
}

impl NotificationRow<'static> {
    fn notification(self) -> Result<Notification> {
        Ok(Notification {
            account: AccountId(self.account_id),
            device: stored(DeviceId::parse(&self.device_id))?,
            session: self.session,
            times: self.times,
            sent: Millis(self.sent),
            answered: self.answered.map(Millis),
        })
    }
}
