//! Time zones: a device's, an event's, and how both versions write them.
//!
//! A [`Zone`] is one of the Olson database, which is built in, or one made of the rules that somebody wrote because they name none.
//! Local times that a spring skips are moved on by the gap, those that an autumn repeats are the first of the two.
//! Sources: RFC 5545 section 3.6.5 (`VTIMEZONE`), vCalendar 1.0 sections 2.2.3 and 2.2.5 (`DAYLIGHT`, `TZ`).

mod names;
mod observed;
mod old;
mod timezone;

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Dst, Offset, TimeZone, TimeZoneDatabase};

pub use old::OldZone;
pub use timezone::timezone;

use super::when::When;

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// What it is called where it is written; of no meaning for one without a name in the database.
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// UTC itself.
    #[must_use]
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            rules: TimeZone::UTC,
        }
    }

    /// The zone of this Olson name, whatever the case: `Europe/Prague`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let rules = DATABASE.get(name).ok()?;
        Some(Self {
            name: rules.iana_name().unwrap_or(name).to_owned(),
            rules,
        })
    }

    /// The Olson names of all zones.
    #[must_use]
    pub fn names() -> Vec<String> {
        let all = DATABASE.available();
        all.map(|name| name.as_str().to_owned()).collect()
    }

    /// The zone that somebody's name for it means: behind a vendor's path, in quotes, or in the words of Windows.
    #[must_use]
    pub fn meant(name: &str) -> Option<Self> {
        names::meant(name).and_then(|name| Self::named(&name))
    }

    /// A zone that is always so many seconds east of UTC; `None` beyond a day.
    #[must_use]
    pub fn fixed(seconds: i64) -> Option<Self> {
        let offset = Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
        Some(Self {
            name: format!("UTC{}", super::when::basic_offset(seconds)),
            rules: TimeZone::fixed(offset),
        })
    }

    /// What it is called: its Olson name, or what was written for want of one.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its name is one of the database.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.rules.iana_name().is_some()
    }

    /// A local time in UTC; `None` outside of the years 1 to 9999.
    #[must_use]
    pub fn to_utc(&self, local: DateTime) -> Option<DateTime> {
        let stamp = self.rules.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(civil(stamp)).filter(|at| at.year() >= 1)
    }

    /// A time in UTC on the clocks of the zone; `None` outside of the years 1 to 9999.
    #[must_use]
    pub fn to_local(&self, utc: DateTime) -> Option<DateTime> {
        let stamp = stamp(utc)?;
        Some(self.rules.to_datetime(stamp)).filter(|at| at.year() >= 1)
    }

    /// The seconds from UTC to the clocks of the zone at a time in UTC.
    #[must_use]
    pub fn offset_at(&self, utc: DateTime) -> i64 {
        stamp(utc).map_or(0, |stamp| i64::from(self.rules.to_offset(stamp).seconds()))
    }

    /// A date or time on the clocks of the zone. A day stays a day, a local time is taken for one of this zone already.
    #[must_use]
    pub fn local(&self, when: When) -> Option<DateTime> {
        match when {
            When::Day(_) | When::Local(_) => Some(when.at()),
            When::Utc(at) => self.to_local(at),
        }
    }

    /// The same zone with the clocks of its winter all year round (field quirk C6).
    #[must_use]
    pub fn without_daylight(&self, year: i16) -> Self {
        let (january, july) = (self.offset_in(year, 1), self.offset_in(year, 7));
        Self::fixed(january.min(july)).unwrap_or_else(|| self.clone())
    }

    fn offset_in(&self, year: i16, month: i8) -> i64 {
        jiff::civil::Date::new(year, month, 1).map_or(0, |day| self.offset_at(When::Day(day).at()))
    }

    /// The times in UTC within these years at which the clocks are changed, with what they show from then on.
    fn turns(&self, from: i16, to: i16) -> Vec<Turn> {
        let Some(first) = DateTime::new(from, 1, 1, 0, 0, 0, 0).ok().and_then(stamp) else {
            return Vec::new();
        };
        let mut before = self.rules.to_offset(first).seconds();
        let mut turns = Vec::new();
        for turn in self.rules.following(first).take(MAX_TURNS) {
            let at = civil(turn.timestamp());
            if at.year() > to {
                break;
            }
            let after = turn.offset().seconds();
            turns.push(Turn {
                at,
                before: i64::from(before),
                after: i64::from(after),
                daylight: turn.dst() == Dst::Yes,
                name: turn.abbreviation().to_owned(),
            });
            before = after;
        }
        turns
    }
}

/// The clocks are changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Turn {
    /// When, in UTC.
    at: DateTime,
    /// Seconds east of UTC before.
    before: i64,
    /// And from then on.
    after: i64,
    /// Whether daylight saving time begins.
    daylight: bool,
    /// What the zone is called from then on: `CEST`.
    name: String,
}

fn stamp(utc: DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(utc).ok()
}

fn civil(stamp: Timestamp) -> DateTime {
    Offset::UTC.to_datetime(stamp)
}

/// The database that is built in: all nodes and tests see the same.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The most changes of a clock that are looked at; a zone of our time has two a year.
const MAX_TURNS: usize = 200;

#[cfg(test)]
mod tests;
