//! How roles, policies and states are written in the database. A word or number that is in use is never
//! given another meaning.

use super::Result;
use crate::store::{MapState, Policy, Role, StoreError};

pub(super) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Admin => "admin",
    }
}

pub(super) fn role(word: &str) -> Result<Role> {
    match word {
        "user" => Ok(Role::User),
        "admin" => Ok(Role::Admin),
        other => Err(StoreError::Corrupt(format!("the role {other:?}"))),
    }
}

pub(super) const fn policy_word(policy: Policy) -> &'static str {
    match policy {
        Policy::ServerWins => "server-wins",
        Policy::ClientWins => "client-wins",
        Policy::NewestWins => "newest-wins",
        Policy::KeepBoth => "keep-both",
    }
}

pub(super) fn policy(word: &str) -> Result<Policy> {
    match word {
        "server-wins" => Ok(Policy::ServerWins),
        "client-wins" => Ok(Policy::ClientWins),
        "newest-wins" => Ok(Policy::NewestWins),
        "keep-both" => Ok(Policy::KeepBoth),
        other => Err(StoreError::Corrupt(format!(
            "the conflict policy {other:?}"
        ))),
    }
}

pub(super) const fn state_number(state: MapState) -> i32 {
    match state {
        MapState::Mapped => 0,
        MapState::AddSent => 1,
        MapState::AddConfirmed => 2,
        MapState::ReplaceSent => 3,
        MapState::DeleteSent => 4,
        MapState::DeleteDue => 5,
        MapState::Withheld => 6,
        MapState::Gone => 7,
        MapState::FilteredOut => 8,
        MapState::LeaveSent => 9,
        MapState::LeaveDue => 10,
        MapState::TooLarge => 11,
        MapState::SoftDeleted => 16,
        MapState::DeleteAside => 17,
        MapState::DeleteHeld => 18,
    }
}

pub(super) fn state(number: i32) -> Result<MapState> {
    match number {
        0 => Ok(MapState::Mapped),
        1 => Ok(MapState::AddSent),
        2 => Ok(MapState::AddConfirmed),
        3 => Ok(MapState::ReplaceSent),
        4 => Ok(MapState::DeleteSent),
        5 => Ok(MapState::DeleteDue),
        6 => Ok(MapState::Withheld),
        7 => Ok(MapState::Gone),
        8 => Ok(MapState::FilteredOut),
        9 => Ok(MapState::LeaveSent),
        10 => Ok(MapState::LeaveDue),
        11 => Ok(MapState::TooLarge),
        16 => Ok(MapState::SoftDeleted),
        17 => Ok(MapState::DeleteAside),
        18 => Ok(MapState::DeleteHeld),
        other => Err(StoreError::Corrupt(format!("the map state {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_as_it_was_written() {
        for value in [Role::User, Role::Admin] {
            assert_eq!(role(role_word(value)).unwrap(), value);
        }
        for value in [
            Policy::ServerWins,
            Policy::ClientWins,
            Policy::NewestWins,
            Policy::KeepBoth,
        ] {
            assert_eq!(policy(policy_word(value)).unwrap(), value);
        }
        for number in (0..12).chain(16..19) {
            assert_eq!(state_number(state(number).unwrap()), number);
        }
    }

    #[test]
    fn a_code_that_is_none_of_ours_is_corrupt() {
        assert!(matches!(role("owner"), Err(StoreError::Corrupt(_))));
        assert!(matches!(policy(""), Err(StoreError::Corrupt(_))));
        assert!(matches!(state(12), Err(StoreError::Corrupt(_))));
        assert!(matches!(state(19), Err(StoreError::Corrupt(_))));
        assert!(matches!(state(-1), Err(StoreError::Corrupt(_))));
    }
}
