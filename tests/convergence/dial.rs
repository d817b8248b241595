//! The clock of a device: the zone its user lives in, and how it writes times. Zones are reckoned by `jiff` alone, without
//! the server's own reading.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::chance::Chance;

/// How a device writes a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// In UTC.
    Utc,
    /// What its clock shows, and no word of where it is.
    Clock,
    /// What its clock shows, and the zone beside it: `TZ` and `DAYLIGHT`, or `TZID`.
    Zone,
}

/// The end of a day without times in vCalendar 1.0, of which there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayEnds {
    NextMidnight,
    TwentyFour,
    LastMinute,
    LastSecond,
}

/// The clock of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dial {
    /// Its Olson name.
    pub zone: &'static str,
    pub says: Says,
    /// The server was told the zone, as by `device set --zone`.
    pub is_told: bool,
    /// It says that it takes UTC, in a version that has a word for that.
    pub takes_utc: bool,
    pub day_ends: DayEnds,
}

/// Where users live: on both sides of UTC, with daylight saving time and without.
const ZONES: [&str; 4] = [
    "Europe/Prague",
    "America/New_York",
    "Asia/Kolkata",
    "Europe/Lisbon",
];

impl Dial {
    /// The clock of nobody.
    pub const UTC: Self = Self {
        zone: "Etc/UTC",
        says: Says::Utc,
        is_told: false,
        takes_utc: true,
        day_ends: DayEnds::NextMidnight,
    };

    pub fn draw(chance: &mut Chance) -> Self {
        let says = chance.one(&[Says::Utc, Says::Clock, Says::Zone]);
        Self {
            zone: chance.one(&ZONES),
            says,
            // Of a clock that nobody knows of nobody can say what it means.
            is_told: says == Says::Clock || chance.percent(50),
            takes_utc: says == Says::Utc || (says == Says::Zone && chance.percent(50)),
            day_ends: chance.one(&[
                DayEnds::NextMidnight,
                DayEnds::TwentyFour,
                DayEnds::LastMinute,
                DayEnds::LastSecond,
            ]),
        }
    }

    /// What it shows at an instant, given in UTC.
    pub fn shows(&self, utc: DateTime) -> DateTime {
        let zone = TimeZone::get(self.zone).unwrap();
        zone.to_datetime(TimeZone::UTC.to_timestamp(utc).unwrap())
    }

    /// The instant in UTC at which it shows this.
    pub fn instant(&self, local: DateTime) -> DateTime {
        instant_in(self.zone, local).unwrap()
    }

    /// `TZ` and `DAYLIGHT` of its zone, in the year in which the histories take place.
    pub fn lines(&self) -> [String; 2] {
        let (tz, daylight) = match self.zone {
            "Europe/Prague" => ("+01", "TRUE;+02;20060326T010000Z;20061029T010000Z;CET;CEST"),
            "Europe/Lisbon" => ("+00", "TRUE;+01;20060326T010000Z;20061029T010000Z;WET;WEST"),
            "America/New_York" => ("-05", "TRUE;-04;20060402T070000Z;20061029T060000Z;EST;EDT"),
            "Asia/Kolkata" => ("+0530", "FALSE"),
            _ => ("+00", "FALSE"),
        };
        [format!("TZ:{tz}"), format!("DAYLIGHT:{daylight}")]
    }
}

/// The instant in UTC at which a clock in this zone shows this; `None` where there is no such zone.
pub fn instant_in(zone: &str, local: DateTime) -> Option<DateTime> {
    let at = TimeZone::get(zone).ok()?.to_timestamp(local).ok()?;
    Some(TimeZone::UTC.to_datetime(at))
}
