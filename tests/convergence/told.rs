//! What a history, or many, came to, in numbers.

use std::fmt;

/// What a history, or many, came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    pub syncs: u64,
    pub broken: u64,
    pub messages: u64,
    pub edits: u64,
    pub faults: u64,
    pub slow: u64,
    /// Deletions that were held back and decided on.
    pub held: u64,
    /// Syncs that went on with one that broke off.
    pub resumed: u64,
    /// Events that were entered.
    pub events: u64,
    /// Edits of an event on another clock than the one it was entered on.
    pub crossed: u64,
    /// Items that a device shows cut, or without some of their fields.
    pub cuts: u64,
    /// Items that were entered by hand on a second device.
    pub twins: u64,
}

impl Told {
    pub fn add(&mut self, other: &Self) {
        self.syncs += other.syncs;
        self.broken += other.broken;
        self.messages += other.messages;
        self.edits += other.edits;
        self.faults += other.faults;
        self.slow += other.slow;
        self.held += other.held;
        self.resumed += other.resumed;
        self.events += other.events;
        self.crossed += other.crossed;
        self.cuts += other.cuts;
        self.twins += other.twins;
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            syncs,
            broken,
            messages,
            edits,
            faults,
            slow,
            held,
            resumed,
            events,
            crossed,
            cuts,
            twins,
        } = self;
        write!(
            f,
            "syncs={syncs} broken={broken} messages={messages} edits={edits} faults={faults} slow={slow} held={held} resumed={resumed} events={events} crossed={crossed} cuts={cuts} twins={twins}"
        )
    }
}
