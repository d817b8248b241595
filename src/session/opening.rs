//! How a message begins: in a session that is there, or in a new one that takes the place of any other of the device.

use super::entry::Arrival;
use super::state::{FORMAT, State};
use super::{Phase, Request, journal};
use crate::auth::Scheme;
use crate::message::{Command, Location, Message, Sync};
use crate::store::{Account, Session, StoreError, Tx};
use crate::sync::Mode;

/// How a message begins: in a session that is there, or in a new one.
pub(super) enum Opening {
    Continue(Box<Session>),
    New,
}

/// Whether a message may change items, so that its transaction begins with the account's clock: it brings changes, or
/// it may complete a refresh or deletions that were put aside.
pub(super) fn writes(message: &Message, opening: &Opening) -> bool {
    let brings = message.body.iter().any(|command| {
        let is_filled = |sync: &Sync| !sync.commands.is_empty();
        command.as_group().is_some() || command.as_sync().is_some_and(is_filled)
    });
    brings
        || (message.is_final
            && matches!(opening, Opening::Continue(session) if state_of(session).is_some_and(|state| completes(&state))))
        || (message.is_final
            && matches!(opening, Opening::New)
            && message.body.iter().any(|c| matches!(c, Command::Sync(_))))
}

/// Whether a message opens what its session has opened before: a device that was set back, or counts its sessions no
/// further, uses a `SessionID` again.
pub(super) fn begins_anew(session: &Session, message: &Message) -> bool {
    let Some(state) = state_of(session) else {
        return true;
    };
    let alerts = message.body.iter().filter_map(Command::as_alert);
    let mut openings = alerts.filter(|alert| super::alerts::opens(alert));
    openings.any(|alert| {
        let mut sources = alert.items.iter().filter_map(|item| item.source.as_ref());
        let is_open = |source: &Location| {
            let mut strands = state.strands.iter();
            strands.any(|strand| strand.theirs == source.uri)
        };
        state.phase != Phase::Opening || sources.any(is_open)
    })
}

fn completes(state: &State) -> bool {
    state.strands.iter().any(|strand| {
        let course = &strand.course;
        let waits = course.mode == Mode::RefreshFromClient || course.aside;
        (waits && course.outgoing.is_none()) || (course.resumed && course.aside)
    })
}

/// By which scheme the user of a session was authenticated.
pub(super) fn scheme_of(session: &Session) -> Option<Scheme> {
    #[derive(serde::Deserialize)]
    struct Part {
        #[serde(default)]
        scheme: Option<Scheme>,
    }
    let part = serde_json::from_slice::<Part>(&session.state).ok()?;
    part.scheme
}

pub(super) fn state_of(session: &Session) -> Option<State> {
    serde_json::from_slice::<State>(&session.state)
        .ok()
        .filter(|state| state.format == FORMAT)
}

/// The state to go on from, the stored session it came from, and whether the device's last session broke off.
/// No state means that another node wrote it in a format we do not know.
pub(super) fn begin<'o>(
    tx: &mut Tx<'_>,
    request: &Request<'_>,
    arrival: &Arrival,
    account: &Account,
    opening: &'o Opening,
) -> Result<(Option<State>, Option<&'o Session>, bool), StoreError> {
    match opening {
        Opening::Continue(session) => Ok((state_of(session), Some(session), false)),
        Opening::New => {
            let broken = tx.live_sessions(account.id, &arrival.device)?;
            for session in &broken {
                if let Some(state) = state_of(session) {
                    journal::broken_off(tx, account, &arrival.device, &state, request.now)?;
                }
            }
            super::alerted::recognise(tx, arrival, account, request.now)?;
            let state = State::new(tx, request, arrival, account)?;
            Ok((Some(state), None, !broken.is_empty()))
        }
    }
}
