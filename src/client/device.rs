//! A virtual device between its sessions.

use super::dialogue::{Dialogue, Step};
use super::profile::{Profile, Scheme};
use super::store::Store;
use super::summary::{Failed, Summary};
use super::{Exchange, Lost, Mode, Reply};
use crate::ids::Millis;

/// A device: what it is like, what it holds and what it remembers.
#[derive(Debug, Clone)]
pub struct Device {
    /// What it is like. Changing it between sessions is changing the phone's settings.
    pub profile: Profile,
    pub(super) stores: Vec<Store>,
    /// How the server wants credentials.
    pub(super) scheme: Scheme,
    /// The nonce the server gave for the next ones.
    pub(super) nonce: Vec<u8>,
    /// Sessions opened so far.
    pub(super) sessions: u32,
    /// The newest anchor ever sent, in milliseconds since 1970.
    pub(super) clock: Millis,
    /// The server has our device information.
    pub(super) is_known: bool,
    /// The session id of the notification that came last.
    pub(super) notified: Option<u16>,
    /// The id the next session is to have, if it was asked for.
    pub(super) summoned: Option<u16>,
}

/// The device has no datastore of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the device has no datastore {0:?}")]
pub struct NoSuchStore(pub String);

impl Device {
    /// A device fresh from its box.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            stores: profile.datastores.iter().cloned().map(Store::new).collect(),
            scheme: profile.scheme,
            profile,
            nonce: Vec::new(),
            sessions: 0,
            clock: Millis(0),
            is_known: false,
            notified: None,
            summoned: None,
        }
    }

    /// Its datastore of this local name.
    #[must_use]
    pub fn store(&self, local: &str) -> Option<&Store> {
        self.stores.iter().find(|store| store.place.local == local)
    }

    /// Its datastore of this local name, to edit.
    pub fn store_mut(&mut self, local: &str) -> Option<&mut Store> {
        self.stores
            .iter_mut()
            .find(|store| store.place.local == local)
    }

    /// Syncs these datastores (local names) through `transport`, from the first message to the last.
    ///
    /// A message that is [`Lost`] is sent again as often as the profile says, then the session is over; what
    /// the device had received by then it keeps, and what it had to send it will send again.
    ///
    /// # Errors
    /// [`Failed`] when the session did not end as the protocol wants it to.
    pub fn sync(
        &mut self,
        wanted: &[(&str, Mode)],
        now: Millis,
        mut transport: impl FnMut(&Exchange) -> Result<Reply, Lost>,
    ) -> Result<Summary, Box<Failed>> {
        let (mut dialogue, mut exchange) =
            Dialogue::open(self, wanted, now).map_err(|missing| {
                Box::new(Failed {
                    reason: missing.to_string(),
                    summary: Summary::default(),
                })
            })?;
        loop {
            let mut reply = transport(&exchange);
            for _ in 0..self.profile.resends {
                if reply.is_ok() {
                    break;
                }
                reply = transport(&exchange);
            }
            let step = match reply {
                Ok(reply) => dialogue.next(self, &reply),
                Err(lost) => return Err(Box::new(dialogue.cut(lost.to_string()))),
            };
            match step {
                Step::Send(next) => exchange = next,
                Step::Done(summary) => return Ok(summary),
                Step::Failed(failed) => return Err(Box::new(failed)),
            }
        }
    }
}
