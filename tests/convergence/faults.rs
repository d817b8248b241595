//! What may go wrong in a history, and how often: each kind is there or not, and each has its rate.

use anchorage::client::Mode;

use crate::chance::Chance;
use crate::lore::{Guarded, Lore};

/// Rates in percent, of each message or of each step.
#[derive(Debug, Clone)]
pub struct Faults {
    /// A message does not arrive.
    pub lost_request: usize,
    /// A reply does not.
    pub lost_reply: usize,
    /// A message arrives twice.
    pub repeated: usize,
    /// An earlier message of the device arrives only now.
    pub late: usize,
    /// The session is cut before a message.
    pub cut: usize,
    /// The user pauses before a message: a device that suspends says so.
    pub suspended: usize,
    /// The user starts again while a session of the device is under way, and that goes on, too.
    pub twice: usize,
    /// The server restarts before a message.
    pub restart: usize,
    /// A device is set back to what it was before its last session.
    pub set_back: usize,
    /// A device forgets its sessions.
    pub forgetful: usize,
    /// Sessions of several devices run at the same time.
    pub interleaved: bool,
    /// Modes that are asked for beside two-way.
    pub modes: Vec<Mode>,
    /// Bodies say when they were written.
    pub stamped: bool,
}

impl Faults {
    pub fn new(chance: &mut Chance, lore: Lore) -> Self {
        let mut rate = |most: usize| {
            let is_on = chance.percent(50);
            if is_on { 1 + chance.below(most) } else { 0 }
        };
        let mut faults = Self {
            lost_request: rate(15),
            lost_reply: rate(15),
            repeated: rate(20),
            late: rate(10),
            cut: rate(8),
            suspended: if lore.resumes { 10 } else { 0 },
            twice: if lore.twice { 15 } else { 0 },
            restart: rate(15),
            set_back: rate(5),
            forgetful: rate(3),
            interleaved: chance.percent(50),
            modes: [
                Mode::Slow,
                Mode::OneWayFromClient,
                Mode::RefreshFromClient,
                Mode::OneWayFromServer,
                Mode::RefreshFromServer,
            ]
            .into_iter()
            .filter(|_| chance.percent(25))
            .collect(),
            stamped: chance.percent(50),
        };
        if lore.guard == Some(Guarded::CarriesOut) {
            // What asks for everything, or forgets, undoes deletions: here each of them must be obeyed in the end.
            (faults.set_back, faults.forgetful) = (0, 0);
            faults.modes.clear();
        }
        faults
    }

    /// From now on all goes well.
    pub fn stop(&mut self) {
        *self = Self {
            lost_request: 0,
            lost_reply: 0,
            repeated: 0,
            late: 0,
            cut: 0,
            suspended: 0,
            twice: 0,
            restart: 0,
            set_back: 0,
            forgetful: 0,
            interleaved: false,
            modes: Vec::new(),
            stamped: self.stamped,
        };
    }
}
