//! Waiting for an answer, but no longer than a device would: then it is told to wait, and the work goes on without it.
//!
//! Nothing waits but a timer: neither a thread nor a connection to the database is held by it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::error::BlockingError;
use actix_web::rt::time::{Instant, sleep, timeout};
use actix_web::web;

use crate::codec::Encoding;
use crate::ids::Millis;
use crate::session::{Envelope, HTTP, Host, Patience, Refused, Reply, Request};

/// How often a message that is at work elsewhere is asked about, in milliseconds.
const ASK_MS: u64 = 250;

/// A message as it came, to be worked on by a thread that may outlive the request.
pub(super) struct Message {
    pub(super) body: web::Bytes,
    pub(super) charset: Option<String>,
    pub(super) token: Option<String>,
    pub(super) endpoint: String,
    pub(super) agent: Option<String>,
    pub(super) outer: Outer,
    /// The one spelling that the device takes.
    pub(super) accepts: Option<Encoding>,
    pub(super) now: Millis,
    pub(super) chance: [u8; 16],
}

/// What stood around it: an [`Envelope`] of its own.
pub(super) struct Outer {
    pub(super) hmac: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) is_private: bool,
    /// Headers that say what the device is.
    pub(super) hints: Vec<(&'static str, String)>,
}

/// The answer of the host; or, when that is not there after `most`, what tells the device to ask again.
///
/// # Errors
/// [`BlockingError`] when the work panicked.
pub(super) async fn answer(
    host: &Arc<Host>,
    message: Message,
    most: Option<Duration>,
) -> Result<Result<Reply, Refused>, BlockingError> {
    let message = Arc::new(message);
    let Some(most) = most else {
        return work(host, &message, None).await;
    };
    let began = Instant::now();
    loop {
        let (outcome, deadline) = once(host, &message, began, most).await?;
        let may_be_better = match &outcome {
            Ok(reply) => reply.pending,
            // Two messages of one session at once: the other will be done.
            Err(Refused::Unavailable(None)) => true,
            Err(_) => false,
        };
        let ask = Duration::from_millis(ASK_MS).min(most);
        if !may_be_better || Instant::now() + ask >= deadline {
            return Ok(outcome);
        }
        sleep(ask).await;
    }
}

/// Works on the message once; what came of it, and when the device is to be told at the latest.
async fn once(
    host: &Arc<Host>,
    message: &Arc<Message>,
    began: Instant,
    most: Duration,
) -> Result<(Result<Reply, Refused>, Instant), BlockingError> {
    let ask = Duration::from_millis(ASK_MS);
    let patience = Arc::new(Patience::new());
    let mut work = Box::pin(work(host, message, Some(&patience)));
    loop {
        // A device may have to be told earlier than others: that is not known at the beginning.
        let deadline =
            |patience: &Patience| began + patience.terms().after.map_or(most, |own| own.min(most));
        let left = deadline(&patience).saturating_duration_since(Instant::now());
        let wait = if left.is_zero() { ask } else { left.min(ask) };
        if let Ok(outcome) = timeout(wait, &mut work).await {
            return Ok((outcome?, deadline(&patience)));
        }
        let deadline = deadline(&patience);
        if Instant::now() >= deadline
            && let Some(reply) = patience.tell()
        {
            // What is dropped here is the waiting, not the work. That told, nothing better is to be had.
            let told = Reply {
                pending: false,
                ..reply
            };
            return Ok((Ok(told), deadline));
        }
    }
}

async fn work(
    host: &Arc<Host>,
    message: &Arc<Message>,
    patience: Option<&Arc<Patience>>,
) -> Result<Result<Reply, Refused>, BlockingError> {
    let (host, message, patience) = (Arc::clone(host), Arc::clone(message), patience.cloned());
    web::block(move || {
        let hints = message.outer.hints.iter();
        let hints: Vec<_> = hints.map(|(n, v)| (*n, v.as_str())).collect();
        host.answer(&Request {
            body: &message.body,
            charset: message.charset.as_deref(),
            token: message.token.as_deref(),
            transport: HTTP,
            endpoint: Some(&message.endpoint),
            user_agent: message.agent.as_deref(),
            envelope: Envelope {
                hmac: message.outer.hmac.as_deref(),
                authorization: message.outer.authorization.as_deref(),
                is_private: message.outer.is_private,
            },
            hints: &hints,
            accepts: message.accepts,
            now: message.now,
            chance: message.chance,
            patience: patience.as_deref(),
        })
    })
    .await
}
