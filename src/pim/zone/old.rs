//! `TZ` and `DAYLIGHT` of vCalendar 1.0: a distance to UTC, and one summer of daylight saving time.
//!
//! `DAYLIGHT:TRUE;+02;20060326T010000Z;20061029T010000Z;CET;CEST`. Times without a `Z` are on the clocks before the change.

use jiff::civil::DateTime;

use super::observed::Observed;
use super::{Zone, stamp};
use crate::pim::when::{When, basic_offset, later, offset};

/// A zone as vCalendar 1.0 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldZone {
    /// The value of `TZ`.
    pub tz: String,
    /// The parts of `DAYLIGHT`; empty where the clocks do not change.
    pub daylight: Vec<String>,
}

impl OldZone {
    /// How a zone is written for an event at that time, in UTC: with the daylight saving time it lies in, or else the next of its year.
    #[must_use]
    pub fn of(zone: &Zone, at: DateTime) -> Option<Self> {
        let year = at.year();
        let turns = zone.turns(year - 1, year + 1);
        let on = turns.iter().zip(turns.iter().skip(1)).filter(|(on, off)| {
            on.daylight && !off.daylight && (off.at > at || off.at.year() == year)
        });
        let Some((on, off)) = on.into_iter().next() else {
            stamp(at)?;
            return Some(Self {
                tz: short(zone.offset_at(at)),
                daylight: vec!["FALSE".to_owned()],
            });
        };
        let daylight = [
            "TRUE".to_owned(),
            short(on.after),
            When::Utc(on.at).basic(),
            When::Utc(off.at).basic(),
            off.name.clone(),
            on.name.clone(),
        ];
        Some(Self {
            tz: short(off.after),
            daylight: daylight.to_vec(),
        })
    }

    /// The zone that is meant, by its behaviour in the year of its daylight saving time or else in this one.
    #[must_use]
    pub fn zone(&self, year: i16, preferred: Option<&Zone>) -> Option<Zone> {
        let standard = offset(&self.tz)?;
        let observed = self.observed(standard).unwrap_or(Observed {
            year,
            first: standard,
            turns: Vec::new(),
        });
        observed.zone(preferred, "")
    }

    fn observed(&self, standard: i64) -> Option<Observed> {
        let [flag, daylight, on, off, ..] = self.daylight.as_slice() else {
            return None;
        };
        if !flag.trim().eq_ignore_ascii_case("TRUE") {
            return None;
        }
        let daylight = offset(daylight)?;
        let utc = |text: &str, before: i64| match When::read(text)? {
            When::Utc(at) => Some(at),
            When::Local(at) => later(at, -before),
            When::Day(_) => None,
        };
        let (on, off) = (utc(on, standard)?, utc(off, daylight)?);
        // In the south the summer lies between two years: of the year it begins in, the other change is not said.
        let turns = if on.year() == off.year() && on < off {
            vec![(on, daylight), (off, standard)]
        } else {
            vec![(on, daylight)]
        };
        Some(Observed {
            year: on.year(),
            first: standard,
            turns,
        })
    }
}

/// `+01`, or with minutes where there are some.
fn short(seconds: i64) -> String {
    let text = basic_offset(seconds);
    text.strip_suffix("00")
        .filter(|hours| hours.len() == 3)
        .map_or(text.clone(), str::to_owned)
}
