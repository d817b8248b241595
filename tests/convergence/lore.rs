//! What a history knows beside edits and faults. It follows from the seed alone, so that a history keeps its course when
//! another kind of history learns something.

use anchorage::session::Settings;
use anchorage::store::Policy;
use anchorage::sync::Guard;

use crate::chance::Chance;

/// What a collection may be set to.
pub const POLICIES: [Policy; 4] = [
    Policy::ServerWins,
    Policy::ClientWins,
    Policy::NewestWins,
    Policy::KeepBoth,
];

/// What the devices and users of a history know.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing of its own to know"
)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Lore {
    /// Some bodies are larger than a message, and every device takes them in chunks.
    pub large: bool,
    /// Devices suspend sessions, and go on with those that were suspended or broke off.
    pub resumes: bool,
    /// A device may have two sessions at once.
    pub twice: bool,
    /// Users copy items, archive them and take them off their devices alone; changes go as Atomics.
    pub commands: bool,
    /// Deletions may be too many, and wait for a person's decision.
    pub guard: Option<Guarded>,
    /// The server takes messages of so many bytes.
    pub message_bytes: usize,
}

/// What a person decides on deletions that were held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarded {
    /// Always that they were meant.
    CarriesOut,
    /// Now that they were meant, now that they were not.
    GivesBack,
}

impl Lore {
    /// What the history of this seed knows.
    pub fn of(seed: u64) -> Self {
        let kind = seed % 11;
        let large = matches!(kind, 0 | 2 | 10);
        Self {
            large,
            resumes: matches!(kind, 1 | 2 | 10),
            twice: matches!(kind, 6 | 10),
            commands: matches!(kind, 8 | 10),
            guard: match (kind, seed % 2) {
                (8 | 10, 0) => Some(Guarded::CarriesOut),
                (8 | 10, _) => Some(Guarded::GivesBack),
                (_, _) => None,
            },
            // What goes to the server goes in chunks, too.
            message_bytes: match (large, seed % 3) {
                (true, 0) => 3_000,
                (true, 1) => 9_000,
                (true | false, _) => Settings::default().max_message_bytes,
            },
        }
    }

    /// What the history of this seed knows, in which devices see items differently.
    pub fn of_lenses(seed: u64) -> Self {
        let kind = seed % 7;
        let large = matches!(kind, 2 | 3);
        Self {
            large,
            resumes: matches!(kind, 1 | 2),
            twice: kind == 4,
            message_bytes: if large && seed.is_multiple_of(2) {
                3_000
            } else {
                Settings::default().max_message_bytes
            },
            ..Self::default()
        }
    }

    /// What the history of this seed knows, in which devices live in different zones.
    pub fn of_agendas(seed: u64) -> Self {
        let kind = seed % 7;
        Self {
            resumes: matches!(kind, 1 | 2),
            twice: kind == 4,
            ..Self::plain()
        }
    }

    /// Nothing beside edits and faults.
    pub fn plain() -> Self {
        Self {
            message_bytes: Settings::default().max_message_bytes,
            ..Self::default()
        }
    }

    /// How the server of such a history is set.
    pub fn settings(self) -> Settings {
        Settings {
            max_message_bytes: self.message_bytes,
            guard: self.guard.map_or(Guard::default(), |_| Guard {
                percent: 50,
                least: 2,
            }),
            ..Settings::default()
        }
    }
}

/// By which users wish to have this and not that, in a history with filters.
pub fn wishes(seed: u64) -> Option<Chance> {
    (seed % 5 == 4).then(|| Chance::new(!seed))
}
