//! Where a session stands.
//!
//! Source: SyncML Sync Protocol 1.1, sections 2.9 and 4 to 7 (the packages).

use serde::{Deserialize, Serialize};

/// The dialogue as a state machine.
///
/// ```text
///  Opening --both Finals--> Intake --their Final--> Outgoing --our Final--> Closing --their Final--> Over
///     '------- their Final, when package 1 brought the changes, too -----------^
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// Packages 1 and 2: credentials, alerts, device information.
    Opening,
    /// Package 3: the device's changes.
    Intake,
    /// Package 4: ours.
    Outgoing,
    /// Packages 5 and 6: the device's answers and LUIDs, ours to them.
    Closing,
    /// Nothing more is expected.
    Over,
}

/// What moves the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The device's message was not the last of its package.
    TheirMore,
    /// It was, and the package was an opening only.
    TheirFinal,
    /// It was, and package 1 brought the device's changes with it (sync without separate initialisation).
    TheirFinalWithChanges,
    /// Our message is the last of our package.
    OurFinal,
    /// Our package goes on in the next message.
    OurMore,
}

impl Phase {
    /// The phase after an event.
    #[must_use]
    #[expect(clippy::match_same_arms, reason = "one arm for each row of the table")]
    pub const fn after(self, event: Event) -> Self {
        match (self, event) {
            (Self::Over, _) => Self::Over,
            (phase, Event::TheirMore | Event::OurMore) => phase,
            // Package 2 may need several messages, too: only its Final opens the intake.
            (Self::Opening, Event::TheirFinal) => Self::Opening,
            (Self::Opening, Event::OurFinal) => Self::Intake,
            (Self::Opening, Event::TheirFinalWithChanges) => Self::Outgoing,
            (Self::Intake, Event::TheirFinal | Event::TheirFinalWithChanges) => Self::Outgoing,
            // We say Final only when the device did.
            (Self::Intake, Event::OurFinal) => Self::Intake,
            // Some phones put Final into each "send me more".
            (Self::Outgoing, Event::TheirFinal | Event::TheirFinalWithChanges) => Self::Outgoing,
            (Self::Outgoing, Event::OurFinal) => Self::Closing,
            (Self::Closing, Event::TheirFinal | Event::TheirFinalWithChanges) => Self::Over,
            (Self::Closing, Event::OurFinal) => Self::Closing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_with_separate_initialisation_has_three_pairs_of_packages() {
        let mut phase = Phase::Opening;
        for (event, next) in [
            (Event::TheirFinal, Phase::Opening),
            (Event::OurFinal, Phase::Intake),
            (Event::TheirMore, Phase::Intake),
            (Event::OurMore, Phase::Intake),
            (Event::TheirFinal, Phase::Outgoing),
            (Event::OurMore, Phase::Outgoing),
            (Event::TheirFinal, Phase::Outgoing),
            (Event::OurFinal, Phase::Closing),
            (Event::TheirFinal, Phase::Over),
            (Event::OurFinal, Phase::Over),
        ] {
            phase = phase.after(event);
            assert_eq!(phase, next, "{event:?}");
        }
    }

    /// REQ-PKG-1.
    #[test]
    fn changes_in_package_1_join_the_packages() {
        assert_eq!(
            Phase::Opening.after(Event::TheirFinalWithChanges),
            Phase::Outgoing
        );
    }

    #[test]
    fn nothing_leaves_the_end() {
        for event in [
            Event::TheirMore,
            Event::TheirFinal,
            Event::TheirFinalWithChanges,
            Event::OurFinal,
            Event::OurMore,
        ] {
            assert_eq!(Phase::Over.after(event), Phase::Over);
        }
    }
}
