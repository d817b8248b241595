//! A zone from what somebody wrote of it: found in the database by its behaviour, or made of what was written.

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;

use super::Zone;
use crate::pim::when::later;

/// What is known of a zone in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Observed {
    /// The year.
    pub year: i16,
    /// Seconds east of UTC when the year begins.
    pub first: i64,
    /// When the clocks change within the year, in UTC, and their seconds east of UTC from then on; in order.
    pub turns: Vec<(DateTime, i64)>,
}

impl Observed {
    /// The zone that behaves so: the preferred one if it does, else one of those many people live in, else one made of the rules.
    pub(super) fn zone(&self, preferred: Option<&Zone>, name: &str) -> Option<Zone> {
        if let Some(preferred) = preferred.filter(|zone| self.is(zone)) {
            return Some(preferred.clone());
        }
        let known = COMMON
            .iter()
            .filter_map(|name| Zone::named(name))
            .find(|zone| self.is(zone));
        if let Some(known) = known {
            return Some(known);
        }
        let [(a, at_a), (b, at_b)] = self.turns[..] else {
            // Without two changes there is no rule for the years to come: the clocks stay as they are.
            let last = self.turns.last().map_or(self.first, |(_, offset)| *offset);
            return Zone::fixed(last).map(|zone| Zone {
                name: if name.is_empty() {
                    zone.name
                } else {
                    name.to_owned()
                },
                ..zone
            });
        };
        let (on, off, daylight, standard) = if at_a > at_b {
            (a, b, at_a, at_b)
        } else {
            (b, a, at_b, at_a)
        };
        let posix = format!(
            "<STD>{}<DST>{},{},{}",
            posix_offset(standard),
            posix_offset(daylight),
            posix_turn(on, standard)?,
            posix_turn(off, daylight)?
        );
        Some(Zone {
            name: if name.is_empty() {
                format!("UTC{}", crate::pim::when::basic_offset(standard))
            } else {
                name.to_owned()
            },
            rules: TimeZone::posix(&posix).ok()?,
        })
    }

    /// Whether a zone behaves so in the year.
    fn is(&self, zone: &Zone) -> bool {
        let turns: Vec<_> = zone
            .turns(self.year, self.year)
            .iter()
            .map(|turn| (turn.at, turn.after))
            .collect();
        zone.offset_in(self.year, 1) == self.first && turns == self.turns
    }
}

/// West of UTC, as POSIX counts: `-1`, `5:30`.
fn posix_offset(east: i64) -> String {
    let sign = if east > 0 { "-" } else { "" };
    let all = east.abs();
    format!("{sign}{}:{:02}:{:02}", all / 3600, all / 60 % 60, all % 60)
}

/// `M3.5.0/2`: the last Sunday of March at two, on the clocks before the change.
fn posix_turn(utc: DateTime, before: i64) -> Option<String> {
    let local = later(utc, before)?;
    let week = if local.day() + 7 > local.date().days_in_month() {
        5
    } else {
        (local.day() - 1) / 7 + 1
    };
    let day = local.weekday().since(Weekday::Sunday);
    Some(format!(
        "M{}.{week}.{day}/{}:{:02}:{:02}",
        local.month(),
        local.hour(),
        local.minute(),
        local.second()
    ))
}

/// One zone for each way in which many people's clocks go.
const COMMON: [&str; 44] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Helsinki",
    "Europe/Lisbon",
    "Europe/Moscow",
    "Europe/Istanbul",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Anchorage",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "America/Santiago",
    "America/Bogota",
    "America/Caracas",
    "Pacific/Honolulu",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Africa/Cairo",
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Perth",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Australia/Brisbane",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Fiji",
];
