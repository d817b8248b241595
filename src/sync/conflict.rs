//! Two sides changed the same item: who wins. Decides, touches nothing.
//!
//! Source: SyncML Sync Protocol 1.1, section 2.4; REQ-CONF-1.

use crate::ids::Millis;
use crate::store::Policy;

/// What the two versions have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// The device had an earlier version of the item and edited it; so did somebody else.
    Shared,
    /// The device never had ours: a slow sync found the two to be twins.
    None,
}

/// How a conflict is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Ours stays, theirs becomes a revision.
    ServerWins,
    /// Theirs stays, ours becomes a revision.
    ClientWins,
    /// Both stay, as two items.
    KeepBoth,
}

impl Verdict {
    /// The same for a folder, if it is one: what lies in it cannot lie in two, so the later version of it stays.
    pub(super) const fn for_folder(self, is_folder: bool) -> Self {
        match self {
            Self::KeepBoth if is_folder => Self::ClientWins,
            Self::KeepBoth | Self::ServerWins | Self::ClientWins => self,
        }
    }
}

/// Settles a conflict by the collection's policy. `theirs` and `ours` are when the versions say they were
/// changed, if they say.
///
/// Newest wins goes by those instants. Where they do not tell, a device's edit of an item it had wins, since it
/// was made after its last sync; a twin met in a slow sync yields, since nothing says that it is newer.
#[must_use]
pub fn decide(policy: Policy, past: Past, theirs: Option<Millis>, ours: Option<Millis>) -> Verdict {
    match policy {
        Policy::ServerWins => Verdict::ServerWins,
        Policy::ClientWins => Verdict::ClientWins,
        Policy::KeepBoth => Verdict::KeepBoth,
        Policy::NewestWins => match (theirs, ours) {
            (Some(theirs), Some(ours)) if theirs > ours => Verdict::ClientWins,
            (Some(theirs), Some(ours)) if theirs < ours => Verdict::ServerWins,
            (Some(_) | None, Some(_) | None) => match past {
                Past::Shared => Verdict::ClientWins,
                Past::None => Verdict::ServerWins,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_the_collection_decides() {
        for past in [Past::Shared, Past::None] {
            assert_eq!(
                decide(Policy::ServerWins, past, None, None),
                Verdict::ServerWins
            );
            assert_eq!(
                decide(Policy::ClientWins, past, None, None),
                Verdict::ClientWins
            );
            assert_eq!(
                decide(Policy::KeepBoth, past, None, None),
                Verdict::KeepBoth
            );
        }
    }

    #[test]
    fn the_newest_version_wins_where_both_say_when() {
        let (early, late) = (Some(Millis(1)), Some(Millis(2)));
        assert_eq!(
            decide(Policy::NewestWins, Past::Shared, late, early),
            Verdict::ClientWins
        );
        assert_eq!(
            decide(Policy::NewestWins, Past::Shared, early, late),
            Verdict::ServerWins
        );
        assert_eq!(
            decide(Policy::NewestWins, Past::None, late, early),
            Verdict::ClientWins
        );
    }

    #[test]
    fn without_instants_an_edit_wins_and_a_twin_yields() {
        for (theirs, ours) in [
            (None, None),
            (Some(Millis(1)), None),
            (None, Some(Millis(1))),
            (Some(Millis(1)), Some(Millis(1))),
        ] {
            assert_eq!(
                decide(Policy::NewestWins, Past::Shared, theirs, ours),
                Verdict::ClientWins
            );
            assert_eq!(
                decide(Policy::NewestWins, Past::None, theirs, ours),
                Verdict::ServerWins
            );
        }
    }
}
