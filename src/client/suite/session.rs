//! One session of a virtual device, and whether it went as the case wants it.

use super::Carry;
use super::account::CONTACTS;
use super::play::Stop;
use crate::client::dialogue::Dialogue;
use crate::client::http::Answer;
use crate::client::{Device, Mode, Step as Turn, Summary};
use crate::codec::Limits;
use crate::ids::Millis;
use crate::message::{Command, Message, StatusCode};

/// How a session of a device is to go.
pub struct Wanted {
    /// The mode asked for.
    pub mode: Mode,
    /// The mode that must run.
    pub becomes: Mode,
    /// The reply to this message is lost.
    pub lose: Option<u32>,
    /// It must fail.
    pub fails: bool,
    /// What the device finds against the rules counts.
    pub strict: bool,
    /// Exactly so many changes come.
    pub takes: Option<u32>,
    /// The device sends so many messages at least.
    pub messages: Option<u32>,
}

/// One session; nothing when it was to break off or to fail, and did.
///
/// # Errors
/// [`Stop`] when it goes another way.
pub fn run(
    device: &mut Device,
    wanted: &Wanted,
    now: Millis,
    carry: Carry<'_>,
) -> Result<Option<Summary>, Stop> {
    let opened = Dialogue::open(device, &[(CONTACTS, wanted.mode)], now);
    let (mut dialogue, mut exchange) = opened.map_err(|none| Stop::Broken(none.to_string()))?;
    for count in 1.. {
        let reply = carry(&exchange).and_then(Answer::reply);
        if wanted.lose == Some(count) {
            return Ok(None);
        }
        let turn = match reply {
            Ok(reply) => dialogue.next(device, &reply),
            Err(lost) => Turn::Failed(dialogue.cut(lost.to_string())),
        };
        match turn {
            Turn::Send(next) => exchange = next,
            Turn::Failed(_) if wanted.fails => return Ok(None),
            Turn::Failed(failed) => {
                return Err(Stop::Failed(format!(
                    "the session fails: {}",
                    failed.reason
                )));
            }
            Turn::Done(_) if wanted.lose.is_some() => {
                return Err(Stop::Failed(format!(
                    "the session is over after {count} messages already"
                )));
            }
            Turn::Done(summary) => return Ok(Some(summary)),
        }
    }
    Ok(None)
}

/// Holds a session that ended against what was wanted.
///
/// # Errors
/// [`Stop`] when it went another way.
pub fn judge(summary: &Summary, wanted: &Wanted) -> Result<(), Stop> {
    let fail = |why: String| Err(Stop::Failed(why));
    let Some(store) = summary.stores.first() else {
        return fail("nothing was synced".to_owned());
    };
    if wanted.fails {
        let is_over = store.failure.is_some() || !store.is_done;
        return if is_over {
            Ok(())
        } else {
            fail("the session ends well and must not".to_owned())
        };
    }
    if let Some(why) = &store.failure {
        // Of the six ways to sync a server must know the first two (Sync Protocol 1.1, section 11.3).
        let may_lack = !matches!(wanted.mode, Mode::TwoWay | Mode::Slow);
        let is_lacking = ["405", "406", "501"].iter().any(|code| why.ends_with(code));
        return if may_lack && is_lacking {
            Err(Stop::Lacking(format!("{why}: it does not offer this")))
        } else {
            fail(why.clone())
        };
    }
    if store.mode != wanted.becomes {
        return fail(format!(
            "the sync is {:?}, not {:?}",
            store.mode, wanted.becomes
        ));
    }
    if let Some(takes) = wanted.takes.filter(|takes| *takes != store.taken.all()) {
        return fail(format!(
            "the server sends {} changes, not {takes}",
            store.taken.all()
        ));
    }
    if store.refused > 0 {
        return fail(format!("{} changes were refused", store.refused));
    }
    if wanted
        .messages
        .is_some_and(|least| summary.messages < least)
    {
        return fail(format!("it takes {} messages only", summary.messages));
    }
    Ok(())
}

/// Whether a reply says no to the message as a whole.
pub fn is_refusal(body: &[u8]) -> bool {
    let Ok(reply) = Message::decode(body, None, &Limits::default()) else {
        return false;
    };
    let statuses = reply.message.body.iter().filter_map(|command| {
        let Command::Status(status) = command else {
            return None;
        };
        status.code.filter(|_| status.cmd_ref.trim() == "0")
    });
    let mut codes = statuses.map(StatusCode::number);
    codes.next().is_some_and(|code| code >= 400)
}
