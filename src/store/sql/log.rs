//! The log: what each session did to each datastore.

use std::borrow::Cow;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{Result, chunks};
use crate::ids::{AccountId, DeviceId, Millis};
use crate::store::conn::{Backend, each};
use crate::store::error::stored;
use crate::store::schema::sync_log;
use crate::store::{LogEntry, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = sync_log, treat_none_as_default_value = false)]
struct LogRow<'a> {
    account_id: i64,
    at: i64,
    device_id: Cow<'a, str>,
    number: i64,
    datastore: Cow<'a, str>,
    asked: i64,
    given: i64,
    why: Cow<'a, str>,
    outcome: Cow<'a, str>,
    counts: Cow<'a, str>,
    quirks: Cow<'a, str>,
    ended: i64,
}

const COLUMNS: usize = 12;

impl Tx<'_> {
    /// Keeps what a session did to its datastores; what was noted of that is replaced.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn put_log(&mut self, entries: &[LogEntry]) -> Result<()> {
        let key = |entry: &LogEntry| {
            (
                entry.account,
                entry.at,
                entry.number,
                entry.datastore.clone(),
            )
        };
        for rows in chunks(entries, COLUMNS, key, LogRow::from) {
            let put = diesel::insert_into(sync_log::table)
                .values(&rows)
                .on_conflict((
                    sync_log::account_id,
                    sync_log::at,
                    sync_log::number,
                    sync_log::datastore,
                ))
                .do_update()
                .set((
                    sync_log::device_id.eq(excluded(sync_log::device_id)),
                    sync_log::asked.eq(excluded(sync_log::asked)),
                    sync_log::given.eq(excluded(sync_log::given)),
                    sync_log::why.eq(excluded(sync_log::why)),
                    sync_log::outcome.eq(excluded(sync_log::outcome)),
                    sync_log::counts.eq(excluded(sync_log::counts)),
                    sync_log::quirks.eq(excluded(sync_log::quirks)),
                    sync_log::ended.eq(excluded(sync_log::ended)),
                ));
            self.tell_by(|conn| each!(conn, put))?;
        }
        Ok(())
    }

    /// The latest entries of an account or of one device of it, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn log(
        &mut self,
        account: AccountId,
        device: Option<&DeviceId>,
        limit: i64,
    ) -> Result<Vec<LogEntry>> {
        let mut latest = sync_log::table
            .filter(sync_log::account_id.eq(account.0))
            .order((
                sync_log::at.desc(),
                sync_log::number.desc(),
                sync_log::datastore.desc(),
            ))
            .limit(limit)
            .into_boxed::<Backend>();
        if let Some(device) = device {
            latest = latest.filter(sync_log::device_id.eq(device.as_str()));
        }
        self.ask(latest)?.into_iter().map(LogRow::entry).collect()
    }

    /// What the session of this number did, by datastore.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn log_of_session(&mut self, account: AccountId, number: i64) -> Result<Vec<LogEntry>> {
        let of = sync_log::table
            .filter(
                sync_log::account_id
                    .eq(account.0)
                    .and(sync_log::number.eq(number)),
            )
            .order((sync_log::at, sync_log::datastore));
        self.ask(of)?.into_iter().map(LogRow::entry).collect()
    }
}

impl<'a> From<&'a LogEntry> for LogRow<'a> {
    fn from(entry: &'a LogEntry) -> Self {
        Self {
            account_id: entry.account.0,
            at: entry.at.0,
            device_id: entry.device.as_str().into(),
            number: entry.number,
            datastore: entry.datastore.as_str().into(),
            asked: entry.asked,
            given: entry.given,
            why: entry.why.as_str().into(),
            outcome: entry.outcome.as_str().into(),
            counts: entry.counts.as_str().into(),
            quirks: entry.quirks.as_str().into(),
            ended: entry.ended.0,
        }
    }
}

impl LogRow<'static> {
    fn entry(self) -> Result<LogEntry> {
        Ok(LogEntry {
            account: AccountId(self.account_id),
            at: Millis(self.at),
            device: stored(DeviceId::parse(&self.device_id))?,
            number: self.number,
            datastore: self.datastore.into_owned(),
            asked: self.asked,
            given: self.given,
            why: self.why.into_owned(),
            outcome: self.outcome.into_owned(),
            counts: self.counts.into_owned(),
            quirks: self.quirks.into_owned(),
            ended: Millis(self.ended),
        })
    }
}
