//! The messages this node is working on: so that none is worked on twice, and a device that asks about one is told.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::entry::Arrival;
use crate::ids::{AccountId, DeviceId, SessionToken};

/// All of them. They are few: one for each thread at work.
#[derive(Debug, Default)]
pub(super) struct Works(Mutex<Vec<Work>>);

/// One message at work.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Work {
    account: AccountId,
    token: SessionToken,
    device: DeviceId,
    client_session: String,
    msg: i64,
    hash: i64,
}

/// A message of the same session is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clash {
    /// The very same one.
    Same,
    /// Another one.
    Other,
}

impl Works {
    /// None.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Takes up a message, until the guard falls. For a new session the token is that which it will have.
    ///
    /// # Errors
    /// [`Clash`] when a message of its session is at work.
    pub(super) fn take_up(
        &self,
        account: AccountId,
        token: &SessionToken,
        arrival: &Arrival,
    ) -> Result<Guard<'_>, Clash> {
        let work = Work {
            account,
            token: token.clone(),
            device: arrival.device.clone(),
            client_session: arrival.received.message.header.session_id.clone(),
            msg: arrival.msg,
            hash: arrival.hash,
        };
        let mut works = self.lock();
        for other in works.iter().filter(|other| other.is_of_session(&work)) {
            if (other.msg, other.hash) == (work.msg, work.hash) {
                return Err(Clash::Same);
            }
            if other.token == work.token {
                return Err(Clash::Other);
            }
        }
        works.push(work.clone());
        Ok(Guard { works: self, work })
    }

    /// The token of the session of which an earlier message than this one is at work; `token`, where the message came
    /// with one.
    pub(super) fn find_earlier(
        &self,
        account: AccountId,
        token: Option<&SessionToken>,
        arrival: &Arrival,
    ) -> Option<SessionToken> {
        let works = self.lock();
        let mut earlier = works.iter().filter(|work| {
            work.account == account
                && work.device == arrival.device
                && work.client_session == arrival.received.message.header.session_id
                && work.msg < arrival.msg
        });
        earlier
            .find(|work| token.is_none_or(|token| *token == work.token))
            .map(|work| work.token.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn is_of_session(&self, other: &Self) -> bool {
        self.account == other.account
            && self.device == other.device
            && self.client_session == other.client_session
    }
}

/// A message at work; dropped, it is done, well or not.
#[derive(Debug)]
pub(super) struct Guard<'w> {
    works: &'w Works,
    work: Work,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        let mut works = self.works.lock();
        if let Some(at) = works.iter().position(|work| *work == self.work) {
            works.swap_remove(at);
        }
    }
}
