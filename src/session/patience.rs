//! How long a transport waits for one message, and how a device is told that it has to wait longer.
//!
//! The work and the transport that waits for it meet here: what counts is who is first.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Reply;

/// How a device is told to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Status 101 for the header and nothing else; the device asks with Alert 221.
    #[default]
    Busy,
    /// Status 200 for the header, an empty Sync where package 4 is next, and no Final: the device says "send me more"
    /// (Alert 222). For devices that do not know 101, or take only one.
    KeepAlive,
    /// Status 101 the first time; where the device asks again too early, it is kept alive.
    BusyOnce,
}

impl Style {
    /// Reads a name: `busy`, `keep-alive`, `busy-once`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Busy, Self::KeepAlive, Self::BusyOnce]
            .into_iter()
            .find(|style| style.as_str() == text)
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::KeepAlive => "keep-alive",
            Self::BusyOnce => "busy-once",
        }
    }
}

/// How and when one device is told to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// By what it is told.
    pub style: Style,
    /// How long after its message came at the latest; `None`: as long as the transport waits for anybody.
    pub after: Option<Duration>,
}

/// How long a transport waits for one message before it tells the device to wait, and whether it has. The work and the
/// transport share it: what counts is who is first.
#[derive(Debug, Default)]
pub struct Patience {
    stage: Mutex<Stage>,
    terms: Mutex<Terms>,
    ends: Ends,
}

/// When patience is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ends {
    /// When the transport says so.
    #[default]
    WhenTold,
    /// As soon as it is known who asks: for trying out what a busy server does.
    AtOnce,
    /// When all is done but for the commit: the worst moment there is.
    AtTheLast,
}

#[derive(Debug, Default)]
enum Stage {
    /// Nobody knows yet who asks.
    #[default]
    Early,
    /// This can be said.
    Ready(Reply),
    /// This was said.
    Told(Reply),
    /// The real reply is about to come.
    Settled,
}

impl Patience {
    /// Of a transport that tells the device when it likes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that is over at a moment of the work, whatever the clock says.
    #[must_use]
    pub fn ending(ends: Ends) -> Self {
        Self {
            ends,
            ..Self::default()
        }
    }

    /// The transport waits no longer: what to tell the device, which from now on counts as told. `None` when it is not
    /// known yet who asks, or the real reply is about to come: then wait on.
    pub fn tell(&self) -> Option<Reply> {
        let mut stage = self.stage();
        match std::mem::take(&mut *stage) {
            Stage::Ready(reply) | Stage::Told(reply) => {
                *stage = Stage::Told(reply.clone());
                Some(reply)
            }
            other @ (Stage::Early | Stage::Settled) => {
                *stage = other;
                None
            }
        }
    }

    /// What holds for the device, as soon as it is known who it is.
    #[must_use]
    pub fn terms(&self) -> Terms {
        *self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is known which device asks.
    pub(super) fn agree(&self, terms: Terms) {
        *self.terms.lock().unwrap_or_else(PoisonError::into_inner) = terms;
    }

    /// What would be told, without telling it.
    pub(super) fn peek(&self) -> Option<Reply> {
        match &*self.stage() {
            Stage::Ready(reply) | Stage::Told(reply) => Some(reply.clone()),
            Stage::Early | Stage::Settled => None,
        }
    }

    /// From now on this can be told.
    pub(super) fn ready(&self, reply: Reply) {
        let mut stage = self.stage();
        if matches!(*stage, Stage::Early) {
            *stage = match self.ends {
                Ends::AtOnce => Stage::Told(reply),
                Ends::WhenTold | Ends::AtTheLast => Stage::Ready(reply),
            };
        }
    }

    /// Whether the device was told to wait.
    pub(super) fn is_over(&self) -> bool {
        matches!(*self.stage(), Stage::Told(_))
    }

    /// The work is done: whether the device was told to wait. If not, it never will be.
    pub(super) fn settle(&self) -> bool {
        let mut stage = self.stage();
        *stage = match (std::mem::take(&mut *stage), self.ends) {
            (Stage::Told(reply), _) | (Stage::Ready(reply), Ends::AtTheLast) => Stage::Told(reply),
            (Stage::Early | Stage::Ready(_) | Stage::Settled, _) => Stage::Settled,
        };
        matches!(*stage, Stage::Told(_))
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Encoding;

    fn reply() -> Reply {
        Reply {
            body: vec![1],
            encoding: Encoding::Xml,
            charset: "utf-8".to_owned(),
            hmac: None,
            changed: false,
            token: None,
            pending: true,
        }
    }

    #[test]
    fn a_device_is_told_nothing_before_it_is_known_and_nothing_once_all_is_done() {
        let patience = Patience::new();
        assert_eq!(patience.tell(), None);
        patience.ready(reply());
        assert!(!patience.settle());
        assert_eq!(patience.tell(), None);
        assert!(!patience.is_over());
    }

    #[test]
    fn what_was_told_stays_told() {
        let patience = Patience::new();
        patience.ready(reply());
        assert_eq!(patience.tell(), Some(reply()));
        assert!(patience.is_over() && patience.settle() && patience.settle());
        patience.ready(reply());
        assert!(patience.is_over(), "also when the work begins again");
        assert_eq!(patience.tell(), Some(reply()));
    }

    #[test]
    fn patience_may_end_at_a_moment_of_the_work() {
        let at_once = Patience::ending(Ends::AtOnce);
        at_once.ready(reply());
        assert!(at_once.is_over());
        let at_the_last = Patience::ending(Ends::AtTheLast);
        at_the_last.ready(reply());
        assert!(!at_the_last.is_over());
        assert!(at_the_last.settle() && at_the_last.is_over());
    }
}
