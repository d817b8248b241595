//! What a rule comes to: its occurrences in order, with an end to the work whatever the rule.

use std::collections::VecDeque;

use jiff::civil::{DateTime, Time};

use super::{End, Rule};
use crate::pim::when::{When, later, seconds_between};

/// The occurrences of a rule, the start first. On the clock of the start: an end in UTC must have been put on it before.
///
/// Ends at the end of the rule, at the year 9999, or after [`MAX_STEPS`] days and times were looked at; then it was
/// [`Occurrences::cut`].
#[derive(Debug, Clone)]
pub struct Occurrences<'r> {
    rule: &'r Rule,
    start: DateTime,
    until: Option<DateTime>,
    left: u32,
    /// The number of the next period, or the time of the next step.
    period: i64,
    step: Option<DateTime>,
    found: VecDeque<DateTime>,
    last: Option<DateTime>,
    looked_at: usize,
    cut: bool,
}

impl<'r> Occurrences<'r> {
    /// The occurrences of this rule for an entry that starts then.
    #[must_use]
    pub fn new(rule: &'r Rule, start: DateTime) -> Self {
        let (until, left) = match rule.end {
            End::Never => (None, u32::MAX),
            End::Count(count) => (None, count.max(1)),
            End::Until(When::Day(day)) => (Some(day.to_datetime(LAST)), u32::MAX),
            End::Until(when) => (Some(when.at()), u32::MAX),
        };
        Self {
            rule,
            start,
            until,
            left,
            period: 0,
            step: rule.step_seconds().map(|_| start),
            found: VecDeque::new(),
            last: None,
            looked_at: 0,
            cut: false,
        }
    }

    /// Whether there may be more than were told.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.cut
    }

    /// Looks for the occurrences of the next period; `None` past the last one.
    fn look(&mut self) -> Option<()> {
        let candidates = match self.step {
            Some(at) => self.at_step(at)?,
            None => self.in_period()?,
        };
        let chosen = if self.rule.by_position.is_empty() {
            candidates
        } else {
            self.at_positions(&candidates)
        };
        self.found.extend(chosen);
        Some(())
    }

    fn in_period(&mut self) -> Option<Vec<DateTime>> {
        let days = self
            .rule
            .days(self.start, self.period, &mut self.looked_at)?;
        self.period += 1;
        let times = self.rule.times(self.start);
        self.cut |= times.cut;
        let mut out = Vec::new();
        for day in days {
            self.looked_at += times.times.len();
            if self.looked_at > MAX_STEPS {
                break;
            }
            out.extend(times.times.iter().map(|time| day.to_datetime(*time)));
        }
        Some(out)
    }

    /// What lies in the hour, minute or second of this time; where the rule does not want its day, the next step is on another.
    fn at_step(&mut self, at: DateTime) -> Option<Vec<DateTime>> {
        self.looked_at += 1;
        let seconds = self.rule.step_seconds()?;
        let wanted = self.rule.names(at.date(), self.start);
        let steps = if wanted {
            1
        } else {
            let midnight = at.date().tomorrow().ok()?.to_datetime(Time::midnight());
            seconds_between(at, midnight).div_euclid(seconds).max(1)
        };
        self.step = Some(later(at, seconds.checked_mul(steps)?)?);
        if !wanted {
            return Some(Vec::new());
        }
        let times = self.rule.times(at);
        self.looked_at += times.times.len();
        Some(
            times
                .times
                .iter()
                .map(|time| at.date().to_datetime(*time))
                .collect(),
        )
    }

    fn at_positions(&self, candidates: &[DateTime]) -> Vec<DateTime> {
        let mut chosen: Vec<DateTime> = self
            .rule
            .by_position
            .iter()
            .filter_map(|position| {
                let at = usize::from(position.unsigned_abs()).checked_sub(1)?;
                if *position > 0 {
                    candidates.get(at)
                } else {
                    candidates.iter().rev().nth(at)
                }
            })
            .copied()
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}

impl Iterator for Occurrences<'_> {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        let Some(left) = self.left.checked_sub(1) else {
            self.found.clear();
            return None;
        };
        if self.last.is_none() {
            self.left = left;
            self.last = Some(self.start);
            return Some(self.start);
        }
        loop {
            while let Some(at) = self.found.pop_front() {
                if self.until.is_some_and(|until| at > until) {
                    self.left = 0;
                    return None;
                }
                if self.last.is_none_or(|last| at > last) {
                    self.left = left;
                    self.last = Some(at);
                    return Some(at);
                }
            }
            if self.looked_at > MAX_STEPS {
                self.cut = true;
                self.left = 0;
                return None;
            }
            if self.look().is_none() {
                self.left = 0;
                return None;
            }
        }
    }
}

/// The most days and times that are looked at for one rule: a century of days.
pub const MAX_STEPS: usize = 50_000;

/// The last second of a day.
const LAST: Time = Time::constant(23, 59, 59, 0);
