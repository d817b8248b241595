//! Recurrences: one value for the rules of both versions, and what they come to.
//!
//! ```text
//! iCalendar  FREQ=MONTHLY;BYDAY=2TU --rrule--> Rule --old--> MP1 2+ TU #0  vCalendar
//!                                               |  \
//!                                       occurrences  plain (the same rule in simpler parts)
//! ```
//!
//! A [`Rule`] knows no zone: it counts on the clock that its start is written in. What vCalendar 1.0 cannot say is told
//! by [`for_old`] as a list of dates within a window, and marked so: such an answer never goes back over the rule.
//! Sources: RFC 5545 sections 3.3.10 and 3.8.5.3; vCalendar 1.0 section 2.1.9 (Basic Recurrence Rule Grammar).

mod days;
mod fit;
mod occurrences;
mod old;
mod plain;
mod rrule;
mod times;

use jiff::civil::Weekday;

use super::when::When;

pub use fit::{Fit, Window, dates, for_old};
pub use occurrences::{MAX_STEPS, Occurrences};

/// How often, at the coarsest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Freq {
    /// Every so many seconds.
    Secondly,
    /// Every so many minutes.
    Minutely,
    /// Every so many hours.
    Hourly,
    /// Every so many days.
    Daily,
    /// Every so many weeks.
    Weekly,
    /// Every so many months.
    Monthly,
    /// Every so many years.
    Yearly,
}

/// A day of the week, or the nth of its kind in the month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nth {
    /// 1 is the first, -1 the last, 0 each; -53 to 53.
    pub nth: i8,
    /// The day of the week.
    pub day: Weekday,
}

/// When a recurrence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// Never.
    Never,
    /// After so many occurrences, the first one included.
    Count(u32),
    /// With the last occurrence that is not later; a day ends with its last second.
    Until(When),
}

/// A recurrence rule. Lists are empty where the rule says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    /// How often.
    pub freq: Freq,
    /// Only every so many, from 1.
    pub interval: u32,
    /// When it ends.
    pub end: End,
    /// Seconds of the minute, 0 to 59.
    pub by_second: Vec<i8>,
    /// Minutes of the hour, 0 to 59.
    pub by_minute: Vec<i8>,
    /// Hours of the day, 0 to 23.
    pub by_hour: Vec<i8>,
    /// Days of the week.
    pub by_day: Vec<Nth>,
    /// Days of the month, 1 to 31, or from its end, -1 to -31.
    pub by_month_day: Vec<i8>,
    /// Days of the year, 1 to 366, or from its end.
    pub by_year_day: Vec<i16>,
    /// Weeks of the year, 1 to 53, or from its end.
    pub by_week: Vec<i8>,
    /// Months, 1 to 12.
    pub by_month: Vec<i8>,
    /// Which of what the other parts come to in each period, 1 to 366, or from the end.
    pub by_position: Vec<i16>,
    /// The day weeks begin with.
    pub week_start: Weekday,
    /// Parts that are not understood, as written: `RSCALE=HEBREW`.
    pub others: Vec<String>,
}

impl Rule {
    /// Every one of these, for ever.
    #[must_use]
    pub fn every(freq: Freq) -> Self {
        Self {
            freq,
            interval: 1,
            end: End::Never,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week: Vec::new(),
            by_month: Vec::new(),
            by_position: Vec::new(),
            week_start: Weekday::Monday,
            others: Vec::new(),
        }
    }

    /// Whether it names a time of the day.
    fn names_times(&self) -> bool {
        !(self.by_second.is_empty() && self.by_minute.is_empty() && self.by_hour.is_empty())
    }

    /// The same rule on a clock whose day is that many days from the one of the rule: a Monday in Prague is a Sunday in UTC.
    /// Days of the week and positive days of the month move along; `None` where the move cannot be said.
    #[must_use]
    pub fn moved(&self, days: i8) -> Option<Self> {
        if days == 0 {
            return Some(self.clone());
        }
        let weekly = match self.freq {
            Freq::Weekly => true,
            Freq::Secondly | Freq::Minutely | Freq::Hourly | Freq::Daily => {
                return (self.by_day.is_empty()
                    && self.by_month_day.is_empty()
                    && self.by_month.is_empty())
                .then(|| self.clone());
            }
            Freq::Monthly | Freq::Yearly => false,
        };
        let mut moved = self.clone();
        if weekly {
            for nth in &mut moved.by_day {
                nth.day = nth.day.wrapping_add(days);
            }
            moved.week_start = moved.week_start.wrapping_add(days);
            return Some(moved);
        }
        let says_days =
            !self.by_day.is_empty() || !self.by_year_day.is_empty() || !self.by_week.is_empty();
        // The 1st becomes the last day of the month before and the 31st no day at all: only what lies between can move.
        for day in &mut moved.by_month_day {
            *day = day.checked_add(days).filter(|_| (2..=27).contains(day))?;
        }
        (!says_days).then_some(moved)
    }
}

/// The two letters of a day of the week.
pub(crate) fn letters(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

/// The day of the week of these letters, whatever the case.
pub(crate) fn weekday(text: &str) -> Option<Weekday> {
    WEEK.into_iter()
        .find(|day| letters(*day).eq_ignore_ascii_case(text.trim()))
}

/// The days of the week from Monday.
pub(crate) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The longest list that a part may have; more is no rule.
const MAX_LIST: usize = 366;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
