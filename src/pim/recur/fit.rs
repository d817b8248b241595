//! A rule for a device that only knows vCalendar 1.0: its own words where it has them, else the dates of some time.

use jiff::civil::DateTime;

use super::{End, Occurrences, Rule};
use crate::pim::when::When;

/// How much of a recurrence is told to a device that cannot have the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// No occurrence before this time, but for the start.
    pub from: DateTime,
    /// None after it.
    pub until: DateTime,
    /// No more than so many.
    pub most: usize,
}

/// What a device of vCalendar 1.0 is told of a recurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// The rule, in its grammar: what comes back may be taken for the rule.
    Exact(String),
    /// The occurrences within the window, without the start: never to be written back over the rule.
    Dates(Vec<DateTime>),
}

/// What a device of vCalendar 1.0 can be told of a rule whose entry starts then. The end of the rule must be on the device's clock.
#[must_use]
pub fn for_old(rule: &Rule, start: DateTime, window: &Window) -> Fit {
    if let Some(text) = rule.plain(start).write_old(start) {
        return Fit::Exact(text);
    }
    Fit::Dates(dates(rule, start, window))
}

/// The occurrences of a rule within a window, without the start.
#[must_use]
pub fn dates(rule: &Rule, start: DateTime, window: &Window) -> Vec<DateTime> {
    Occurrences::new(rule, start)
        .skip(1)
        .skip_while(|at| *at < window.from)
        .take_while(|at| *at <= window.until)
        .take(window.most)
        .collect()
}

impl Rule {
    /// The rule with its last occurrence as its end instead of a count (field quirk C20), as it is where it has none; `None`
    /// when it is too long to be counted.
    #[must_use]
    pub fn with_last(&self, start: DateTime) -> Option<Self> {
        let End::Count(count) = self.end else {
            return Some(self.clone());
        };
        if usize::try_from(count).is_ok_and(|count| count > MAX_COUNTED) {
            return None;
        }
        let mut all = Occurrences::new(self, start);
        let last = all.by_ref().last()?;
        (!all.cut()).then(|| Self {
            end: End::Until(When::Local(last)),
            ..self.clone()
        })
    }
}

/// The longest count that is turned into a date.
const MAX_COUNTED: usize = 10_000;
