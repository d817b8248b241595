//! Sessions: what a dialogue needs between two of its messages.

use std::borrow::Cow;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use xxhash_rust::xxh3::xxh3_64;

use super::Result;
use crate::ids::{AccountId, DeviceId, Millis, SessionToken};
use crate::store::conn::{Conn, each};
use crate::store::error::stored;
use crate::store::schema::{partials, sessions, staged};
use crate::store::{Session, Tx};

#[derive(Queryable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct SessionRow<'a> {
    account_id: i64,
    token: Cow<'a, str>,
    device_id: Cow<'a, str>,
    client_session: Cow<'a, str>,
    number: i64,
    over: bool,
    last_msg: i64,
    request_hash: i64,
    updated: i64,
    expires: i64,
    state: Cow<'a, [u8]>,
    reply_type: Cow<'a, str>,
    reply: Cow<'a, [u8]>,
}

impl Tx<'_> {
    /// The session of this token.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn session(&mut self, account: AccountId, token: &SessionToken) -> Result<Option<Session>> {
        self.ask_one(sessions::table.find((account.0, token.as_str())))?
            .map(SessionRow::session)
            .transpose()
    }

    /// The sessions of a device that are not over, oldest first.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn live_sessions(&mut self, account: AccountId, device: &DeviceId) -> Result<Vec<Session>> {
        let live = sessions::table
            .filter(
                sessions::account_id
                    .eq(account.0)
                    .and(sessions::device_id.eq(device.as_str())),
            )
            .filter(sessions::over.eq(false))
            .order(sessions::number);
        self.ask(live)?
            .into_iter()
            .map(SessionRow::session)
            .collect()
    }

    /// Keeps a session that has just begun.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Duplicate`] when the account has a session of this token,
    /// [`crate::store::StoreError::Missing`] when there is no such account.
    pub fn insert_session(&mut self, session: &Session) -> Result<()> {
        self.tell(diesel::insert_into(sessions::table).values(SessionRow::from(session)))
            .map(drop)
    }

    /// Keeps a session after a message, if the message before it is still `last_msg` and the session not over;
    /// `false` when another message got in first, and the transaction must not be committed.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn update_session(&mut self, session: &Session, last_msg: i64) -> Result<bool> {
        let unmoved = sessions::table
            .find((session.account.0, session.token.as_str()))
            .filter(
                sessions::last_msg
                    .eq(last_msg)
                    .and(sessions::over.eq(false)),
            );
        let met = self.tell(diesel::update(unmoved).set((
            sessions::state.eq(&session.state),
            sessions::over.eq(session.over),
            sessions::last_msg.eq(session.last_msg),
            sessions::request_hash.eq(session.request_hash),
            sessions::reply.eq(&session.reply),
            sessions::reply_type.eq(&session.reply_type),
            sessions::updated.eq(session.updated.0),
            sessions::expires.eq(session.expires.0),
        )))?;
        Ok(met == 1)
    }

    /// Shows other nodes that a message of this session is being worked on, until the end of the transaction. On
    /// `SQLite`, where there are none, nothing is done.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn hold_session(&mut self, token: &SessionToken) -> Result<()> {
        if matches!(self.conn(), Conn::Sqlite(_)) {
            return Ok(());
        }
        let key = lock_key(token);
        let hold = diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)");
        self.tell_by(|conn| each!(conn, hold.bind::<BigInt, _>(key)))
            .map(drop)
    }

    /// Whether any node is working on a message of this session, by [`Tx::hold_session`].
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn is_session_held(&mut self, token: &SessionToken) -> Result<bool> {
        if matches!(self.conn(), Conn::Sqlite(_)) {
            return Ok(false);
        }
        let free = sql::<Bool>("pg_try_advisory_xact_lock(")
            .bind::<BigInt, _>(lock_key(token))
            .sql(")");
        let free: Option<bool> = self.ask_one(diesel::select(free))?;
        Ok(free == Some(false))
    }

    /// Ends all sessions of a device except one. Their state stays, for the device may resume what they were about.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn end_sessions(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        except: &SessionToken,
    ) -> Result<()> {
        let others = sessions::table
            .filter(
                sessions::account_id
                    .eq(account.0)
                    .and(sessions::device_id.eq(device.as_str())),
            )
            .filter(
                sessions::over
                    .eq(false)
                    .and(sessions::token.ne(except.as_str())),
            );
        self.tell(diesel::update(others).set(sessions::over.eq(true)))
            .map(drop)
    }

    /// The states of a device's sessions that have not expired at `now`, over or not, the newest first, at most
    /// `limit`: what it may resume.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn past_states(
        &mut self,
        account: AccountId,
        device: &DeviceId,
        now: Millis,
        limit: i64,
    ) -> Result<Vec<Vec<u8>>> {
        let known = sessions::table
            .filter(
                sessions::account_id
                    .eq(account.0)
                    .and(sessions::device_id.eq(device.as_str())),
            )
            .filter(sessions::expires.gt(now.0))
            .order(sessions::number.desc())
            .limit(limit)
            .select(sessions::state);
        self.ask(known)
    }

    /// Throws away the sessions that have expired at `now`, and what was staged or sent in part by devices which then
    /// have no session that could use it.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when the database fails.
    pub fn purge_sessions(&mut self, account: AccountId, now: Millis) -> Result<()> {
        let expired = sessions::table.filter(
            sessions::account_id
                .eq(account.0)
                .and(sessions::expires.le(now.0)),
        );
        let devices: Vec<String> =
            self.tell_and_ask(diesel::delete(expired).returning(sessions::device_id))?;
        if devices.is_empty() {
            return Ok(());
        }
        let left = sessions::table
            .filter(sessions::account_id.eq(account.0))
            .select(sessions::device_id);
        let left_behind = staged::table
            .filter(
                staged::account_id
                    .eq(account.0)
                    .and(staged::device_id.eq_any(&devices)),
            )
            .filter(staged::device_id.ne_all(left));
        self.tell(diesel::delete(left_behind))?;
        let left_behind = partials::table
            .filter(
                partials::account_id
                    .eq(account.0)
                    .and(partials::device_id.eq_any(&devices)),
            )
            .filter(partials::device_id.ne_all(left));
        self.tell(diesel::delete(left_behind)).map(drop)
    }
}

/// A session's number among the locks of the database. Two sessions of one number would each be taken for at work
/// while the other is.
fn lock_key(token: &SessionToken) -> i64 {
    xxh3_64(token.as_str().as_bytes()).cast_signed()
}

impl<'a> From<&'a Session> for SessionRow<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            account_id: session.account.0,
            token: session.token.as_str().into(),
            device_id: session.device.as_str().into(),
            client_session: session.client_session.as_str().into(),
            number: session.number,
            state: session.state.as_slice().into(),
            over: session.over,
            last_msg: session.last_msg,
            request_hash: session.request_hash,
            reply: session.reply.as_slice().into(),
            reply_type: session.reply_type.as_str().into(),
            updated: session.updated.0,
            expires: session.expires.0,
        }
    }
}

impl SessionRow<'static> {
    fn session(self) -> Result<Session> {
        Ok(Session {
            account: AccountId(self.account_id),
            token: stored(SessionToken::parse(&self.token))?,
            device: stored(DeviceId::parse(&self.device_id))?,
            client_session: self.client_session.into_owned(),
            number: self.number,
            state: self.state.into_owned(),
            over: self.over,
            last_msg: self.last_msg,
            request_hash: self.request_hash,
            reply: self.reply.into_owned(),
            reply_type: self.reply_type.into_owned(),
            updated: Millis(self.updated),
            expires: Millis(self.expires),
        })
    }
}
