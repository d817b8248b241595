//! Slows down whoever guesses passwords, without shutting out the owner.
//!
//! Tries are counted against a [`Budget`]. The first [`FREE`] are free; after that each must keep a distance to
//! the one before, from one second doubling to [`MAX_DELAY_MS`]. A try that comes earlier is not verified at all
//! and does not count. So a stranger has at most [`MAX_GUESSES_A_DAY`] guesses a day at one account, whatever he
//! does, also in parallel: a try is counted before it is verified, and taken back when it was right.
//!
//! A device that has synced before has a budget of its own, so somebody who hammers at an account does not
//! lock out the phone of its owner. In memory only; bounded; a day without tries forgets.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::ids::{AccountId, DeviceId, Millis, UserName};

/// Tries that need not wait.
pub const FREE: u32 = 5;
/// The longest distance between two tries, in milliseconds.
pub const MAX_DELAY_MS: i64 = 15 * 60 * 1000;
/// No more tries than this are verified in 24 hours for one budget.
pub const MAX_GUESSES_A_DAY: u32 = 120;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const CAPACITY: usize = 10_000;

/// Against whom a try is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Budget {
    /// A device this account knows.
    Known(AccountId, DeviceId),
    /// Any other device, by the name it claims, whether there is such a user or not.
    Named(UserName),
    /// A device that names no user.
    Nameless(DeviceId),
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    count: u32,
    last: Millis,
}

impl Tries {
    /// When the next try may come.
    fn next(self) -> Millis {
        let Some(doublings) = self.count.checked_sub(FREE) else {
            return self.last;
        };
        let delay = (1000_i64 << doublings.min(20)).min(MAX_DELAY_MS);
        Millis(self.last.0.saturating_add(delay))
    }

    fn forgotten(self, now: Millis) -> bool {
        now.0.saturating_sub(self.last.0) >= DAY_MS
    }
}

/// All budgets that were drawn on within a day.
#[derive(Debug, Default)]
pub struct Softlock {
    budgets: Mutex<HashMap<Budget, Tries>>,
}

impl Softlock {
    /// Counts a try that is about to be verified. `false`: it came too early and must not be.
    #[must_use]
    pub fn begin(&self, budget: &Budget, now: Millis) -> bool {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tries = budgets
            .get(budget)
            .copied()
            .filter(|tries| !tries.forgotten(now))
            .unwrap_or(Tries {
                count: 0,
                last: now,
            });
        // A clock that was set back must not lengthen the wait.
        tries.last = tries.last.min(now);
        if now < tries.next() {
            budgets.insert(budget.clone(), tries);
            return false;
        }
        make_room(&mut budgets, now);
        budgets.insert(
            budget.clone(),
            Tries {
                count: tries.count.saturating_add(1),
                last: now,
            },
        );
        true
    }

    /// The try was right: it is taken back. A known device starts afresh; a stranger's other tries stay counted,
    /// else every sync of the owner would buy a guesser new ones.
    pub fn was_right(&self, budget: &Budget) {
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(tries) = budgets.get_mut(budget) else {
            return;
        };
        tries.count = tries.count.saturating_sub(1);
        if tries.count == 0 || matches!(budget, Budget::Known(..)) {
            budgets.remove(budget);
        }
    }
}

/// Drops the forgotten when the map is full, and if that does not help the one with the fewest tries: a flood
/// of made-up names must not wash out the count of the name that is under attack.
fn make_room(budgets: &mut HashMap<Budget, Tries>, now: Millis) {
    if budgets.len() < CAPACITY {
        return;
    }
    budgets.retain(|_, tries| !tries.forgotten(now));
    if budgets.len() < CAPACITY {
        return;
    }
    let least = budgets
        .iter()
        .min_by_key(|(_, tries)| (tries.count, tries.last))
        .map(|(budget, _)| budget.clone());
    if let Some(least) = least {
        budgets.remove(&least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_700_000_000_000;

    fn named(name: &str) -> Budget {
        Budget::Named(UserName::parse(name).unwrap())
    }

    fn known() -> Budget {
        Budget::Known(AccountId(1), DeviceId::parse("IMEI:1").unwrap())
    }

    #[test]
    fn a_few_typing_errors_cost_nothing_and_more_cost_time() {
        let lock = Softlock::default();
        for _ in 0..FREE {
            assert!(lock.begin(&named("alice"), Millis(START)));
        }
        assert!(!lock.begin(&named("alice"), Millis(START + 999)));
        assert!(lock.begin(&named("alice"), Millis(START + 1000)));
        assert!(!lock.begin(&named("alice"), Millis(START + 2999)));
        assert!(lock.begin(&named("alice"), Millis(START + 3000)));
        assert!(
            lock.begin(&named("bob"), Millis(START)),
            "another user is not affected"
        );
    }

    #[test]
    fn who_tries_all_day_gets_at_most_120_guesses() {
        let lock = Softlock::default();
        let verified = (0..DAY_MS / 500)
            .filter(|half| lock.begin(&named("alice"), Millis(START + half * 500)))
            .count();
        assert!(
            (90..=usize::try_from(MAX_GUESSES_A_DAY).unwrap()).contains(&verified),
            "{verified}"
        );
        let next_day = (0..DAY_MS / 500)
            .filter(|half| lock.begin(&named("alice"), Millis(START + DAY_MS + half * 500)))
            .count();
        assert!(next_day <= verified, "{next_day}");
    }

    #[test]
    fn the_owners_phone_is_not_locked_out_by_a_guesser_and_buys_him_nothing() {
        let lock = Softlock::default();
        let mut guesses = 0;
        for second in 0..3600 {
            let now = Millis(START + second * 1000);
            guesses += u32::from(lock.begin(&named("alice"), now));
            assert!(lock.begin(&known(), now), "the phone at second {second}");
            lock.was_right(&known());
        }
        assert!(guesses < 20, "{guesses}");
    }

    #[test]
    fn a_right_password_from_a_new_device_takes_only_its_own_try_back() {
        let lock = Softlock::default();
        for _ in 0..4 {
            assert!(lock.begin(&named("alice"), Millis(START)));
        }
        assert!(lock.begin(&named("alice"), Millis(START)));
        lock.was_right(&named("alice"));
        assert!(lock.begin(&named("alice"), Millis(START)));
        assert!(!lock.begin(&named("alice"), Millis(START)));
    }

    #[test]
    fn a_day_of_rest_forgets() {
        let lock = Softlock::default();
        for _ in 0..FREE {
            assert!(lock.begin(&named("alice"), Millis(START)));
        }
        for _ in 0..FREE {
            assert!(lock.begin(&named("alice"), Millis(START + DAY_MS)));
        }
        assert!(!lock.begin(&named("alice"), Millis(START + DAY_MS)));
    }

    #[test]
    fn a_clock_set_back_does_not_lengthen_the_wait() {
        let lock = Softlock::default();
        for _ in 0..=FREE {
            let _counted = lock.begin(&named("alice"), Millis(START));
        }
        assert!(!lock.begin(&named("alice"), Millis(START - DAY_MS)));
        assert!(lock.begin(&named("alice"), Millis(START - DAY_MS + 1000)));
    }

    #[test]
    fn a_flood_of_names_neither_grows_memory_nor_frees_the_one_under_attack() {
        let lock = Softlock::default();
        for _ in 0..FREE {
            assert!(lock.begin(&named("alice"), Millis(START)));
        }
        for n in 0..CAPACITY + 50 {
            assert!(lock.begin(&named(&format!("made-up {n}")), Millis(START)));
        }
        assert_eq!(lock.budgets.lock().unwrap().len(), CAPACITY);
        assert!(!lock.begin(&named("alice"), Millis(START)));
    }
}
