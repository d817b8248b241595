//! A message's turn: taken up once, worked on in one transaction, and once more if the device was told to wait at the
//! very end.

use log::error;

use super::entry::Arrival;
use super::login::Entrance;
use super::opening::Opening;
use super::talk::attempt;
use super::works::Clash;
use super::{Host, Patience, Refused, Reply, Request, refusal};
use super::{busy, datastore_login};
use crate::ids::SessionToken;
use crate::message::StatusCode;
use crate::store::{Account, Device};

/// The account, if login let somebody in, is there.
pub(super) fn run(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    account: Option<&Account>,
    row: Option<&Device>,
    entrance: &Entrance,
    opening: &Opening,
) -> Result<Reply, Refused> {
    let Some(account) = account else {
        return Err(Refused::BadHeader("credentials without a user".to_owned()));
    };
    let token = match opening {
        Opening::Continue(session) => session.token.clone(),
        Opening::New => SessionToken::from_chance(request.chance),
    };
    busy::announce(host, request, arrival, (account, row), entrance, opening)?;
    let passes = datastore_login::check(host, request, arrival, account, row, (entrance, opening));
    let _at_work = match host.works.take_up(account.id, &token, arrival) {
        Ok(guard) => guard,
        Err(Clash::Same) => {
            return busy::same(request).ok_or(Refused::Unavailable(None));
        }
        Err(Clash::Other) => return Err(Refused::Unavailable(None)),
    };
    let attempt = || {
        host.store.write(|tx| {
            attempt(
                host, request, arrival, account, row, entrance, opening, &passes, &token, tx,
            )
        })
    };
    let outcome = match attempt() {
        Err(Halt::Late) => attempt(),
        outcome => outcome,
    };
    outcome.map_err(|halt| {
        let refused = match halt {
            Halt::Refused(refused) => refused,
            Halt::Late => Refused::Unavailable(None),
        };
        if request.patience.is_some_and(Patience::is_over) {
            error!(device = arrival.device.as_str(), msg = arrival.msg; "what {} waits for came to nothing: {refused}", arrival.device);
        }
        refused
    })
}

/// Why an attempt at a message was given up.
pub(super) enum Halt {
    /// The device was told to wait while the reply was being built, which has to be built otherwise then.
    Late,
    /// There is no reply.
    Refused(Refused),
}

impl<E: Into<Refused>> From<E> for Halt {
    fn from(cause: E) -> Self {
        Self::Refused(cause.into())
    }
}

/// Whether a session ends well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Not with this message.
    No,
    /// It has: the anchors moved.
    Done,
    /// It will, when the device has fetched the reply.
    Due,
}

/// The session cannot go on: 512, and nothing is changed.
pub(super) fn failed(host: &Host, arrival: &Arrival) -> Reply {
    let code = StatusCode::SynchronizationFailed;
    refusal::header_only(host, &arrival.received, arrival.version, code, &[])
}
