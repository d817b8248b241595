//! What devices do in their own way with calendars, as data: field quirks C1 to C25.

use serde::{Deserialize, Serialize};

/// The clock a device is sent times on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Times {
    /// UTC where it says that it takes that, else its own.
    #[default]
    AsDeclared,
    /// Its own, whatever it says (C1: most Nokia, Siemens, UIQ).
    Local,
    /// UTC, whatever it says (C4: Nokia 7210c).
    Utc,
}

/// How a day without times is written in vCalendar 1.0 (C11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllDay {
    /// From midnight to the midnight after the last day.
    #[default]
    NextMidnight,
    /// To `T240000` of the last day (the OMA profile, P900).
    TwentyFour,
    /// To `T235900`.
    LastMinute,
    /// To `T235959`.
    LastSecond,
    /// A start alone, and the category `SPECIAL OCCASION` (Nokia Series 40; C12).
    Category,
    /// From eight to six (Palm Treo through Synthesis).
    EightToSix,
}

/// Which alarms a device knows (C10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmForm {
    /// Those of the version: sounds as `AALARM`, texts as `DALARM`.
    #[default]
    Both,
    /// Only `AALARM`.
    Audio,
    /// Only `DALARM` (Siemens, Motorola V8).
    Display,
}

/// What a device is told of zones (C18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneRules {
    /// All: `TZ` and `DAYLIGHT`, `VTIMEZONE`.
    #[default]
    Full,
    /// The distance to UTC alone.
    Short,
    /// Nothing (Nokia refuses updates that hold rules).
    None,
}

/// The scale of priorities (C22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// What the format has: 1 to 3 in vCalendar 1.0, 1 to 9 in iCalendar.
    #[default]
    Usual,
    /// 1 to 9, 1 the highest; 0 for none.
    Nine,
    /// 1 to 3, 1 the highest (Synthesis for Windows Mobile, Mobical).
    Three,
    /// 0 to 2, 2 the highest (Funambol).
    Two,
}

impl Scale {
    /// The scale in a vCalendar 1.0.
    pub(super) fn in_old(self) -> Self {
        match self {
            Self::Usual => Self::Three,
            Self::Nine | Self::Three | Self::Two => self,
        }
    }
}

/// What a device does in its own way with calendars; the default does everything by the book.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent habit of a device"
)]
pub struct CalendarQuirks {
    /// The clock it is sent times on (C1, C4).
    pub times: Times,
    /// It writes UTC without `Z` (C2: Nokia 9300, 9500).
    pub local_is_utc: bool,
    /// It writes `Z` behind times of its own clock (C3: P800 class, EPOC).
    pub utc_is_local: bool,
    /// The zone goes into each event (C4).
    pub zone_in_event: bool,
    /// It converts to and from UTC by the daylight saving time of now, not of the event (C5: Siemens, Sony Ericsson).
    pub daylight_of_now: bool,
    /// Its clock knows no daylight saving time (C6: T610, T68i).
    pub no_daylight: bool,
    /// The first year of its calendar (C7: 1980).
    pub first_year: Option<i16>,
    /// Alarms are times in UTC, never distances (C8: Nokia E55, Sony Ericsson T700).
    pub alarms_in_utc: bool,
    /// An `AALARM` is its time alone (C9: Nokia Series 40).
    pub bare_alarms: bool,
    /// Which alarms it knows (C10).
    pub alarms: AlarmForm,
    /// How it writes days without times (C11).
    pub all_day: AllDay,
    /// It wants `X-EPOCAGENDAENTRYTYPE` (C12: S60).
    pub epoc_types: bool,
    /// It has `DESCRIPTION` where others have `SUMMARY` (C14: Nokia 7650).
    pub description_is_summary: bool,
    /// It puts `X-` before its categories (C15: Nokia E series, P800).
    pub x_categories: bool,
    /// Its recurrences have no end (C16: Motorola).
    pub endless_rules: bool,
    /// Its recurrences go on a day too long (C17: Sony Ericsson T700).
    pub end_day_early: bool,
    /// What it is told of zones (C18).
    pub zone_rules: ZoneRules,
    /// It takes zones by their Olson name alone (C19: N900).
    pub plain_zones: bool,
    /// Its recurrences end by date, not by count (C20: Funambol).
    pub no_count: bool,
    /// It takes recurrences in UTC only (C20: Funambol 6.5).
    pub recurring_in_utc: bool,
    /// The scale of its priorities (C22).
    pub priority: Scale,
    /// A task is due on a day, and the day is told as its midnight (C23: Windows Mobile through Synthesis).
    pub due_is_day: bool,
    /// It refuses an event without `DESCRIPTION` (C24: Siemens S5x).
    pub needs_description: bool,
    /// It refuses `PRIORITY` (C24).
    pub no_priority: bool,
    /// It wants rules and alarms in their simplest form (C25: Mozilla).
    pub simple_rules: bool,
    /// It takes overrides of a recurrence as events beside it; else they are only excluded from it.
    pub overrides_beside: bool,
    /// It knows no `RDATE`: of a rule without words it is shown the first occurrence.
    pub no_dates: bool,
}
