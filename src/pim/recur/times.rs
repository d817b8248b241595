//! Which times of a day a rule names, and the steps of rules that count in hours or less.

use jiff::civil::{DateTime, Time};

use super::{Freq, Rule};

/// The times a rule names within a day.
#[derive(Debug, Clone)]
pub(super) struct Times {
    /// In order, without repetition.
    pub times: Vec<Time>,
    /// There were more than [`MAX_TIMES`].
    pub cut: bool,
}

impl Rule {
    /// The times of a day; what the rule does not name is the start's, or the period's where that is finer.
    pub(super) fn times(&self, from: DateTime) -> Times {
        let own = |list: &[i8], own: i8| {
            let mut list = if list.is_empty() {
                vec![own]
            } else {
                list.to_vec()
            };
            list.sort_unstable();
            list.dedup();
            list
        };
        // In a period of an hour its hour is the only one: the rule's hours only limit.
        let (mut hours, mut minutes, mut seconds) = (
            own(&self.by_hour, from.hour()),
            own(&self.by_minute, from.minute()),
            own(&self.by_second, from.second()),
        );
        match self.freq {
            Freq::Hourly => hours.retain(|hour| *hour == from.hour()),
            Freq::Minutely => {
                hours.retain(|hour| *hour == from.hour());
                minutes.retain(|minute| *minute == from.minute());
            }
            Freq::Secondly => {
                hours.retain(|hour| *hour == from.hour());
                minutes.retain(|minute| *minute == from.minute());
                seconds.retain(|second| *second == from.second());
            }
            Freq::Daily | Freq::Weekly | Freq::Monthly | Freq::Yearly => {}
        }
        let mut times = Vec::new();
        for hour in &hours {
            for minute in &minutes {
                for second in &seconds {
                    if times.len() >= MAX_TIMES {
                        return Times { times, cut: true };
                    }
                    times.extend(Time::new(*hour, *minute, *second, 0).ok());
                }
            }
        }
        Times { times, cut: false }
    }

    /// The seconds of one step of a rule that counts in less than days.
    pub(super) fn step_seconds(&self) -> Option<i64> {
        let unit = match self.freq {
            Freq::Secondly => 1,
            Freq::Minutely => 60,
            Freq::Hourly => 3600,
            Freq::Daily | Freq::Weekly | Freq::Monthly | Freq::Yearly => return None,
        };
        Some(unit * i64::from(self.interval))
    }
}

/// The most times of one day that are told apart.
const MAX_TIMES: usize = 1440;
