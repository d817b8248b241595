//! Flags for what devices do with calendars and tasks: one row for each habit the lens knows, C1 to C25 of
//! `conformance/devices/README.md`.

use super::values::{number, put, switch, word, word_of};
use super::{Flag, Kind};

/// Habits with events and tasks.
#[rustfmt::skip]
pub(super) const CALENDARS: &[Flag] = &[
    Flag {
        name: "calendar_times", kind: Kind::Word(&["as-declared", "local", "utc"]),
        meaning: "The clock that the device is sent times on: UTC where it says that it takes that, always its own, or always UTC (C1, C4).",
        set: |quirks, text| word(&mut quirks.calendar.times, text), get: |quirks| word_of(&quirks.calendar.times),
    },
    Flag {
        name: "calendar_local_is_utc", kind: Kind::Switch,
        meaning: "The device writes UTC without the Z (C2).",
        set: |quirks, text| switch(&mut quirks.calendar.local_is_utc, text), get: |quirks| quirks.calendar.local_is_utc.to_string(),
    },
    Flag {
        name: "calendar_utc_is_local", kind: Kind::Switch,
        meaning: "The device writes a Z behind times of its own clock (C3).",
        set: |quirks, text| switch(&mut quirks.calendar.utc_is_local, text), get: |quirks| quirks.calendar.utc_is_local.to_string(),
    },
    Flag {
        name: "calendar_zone_in_event", kind: Kind::Switch,
        meaning: "The time zone stands in each event (C4).",
        set: |quirks, text| switch(&mut quirks.calendar.zone_in_event, text), get: |quirks| quirks.calendar.zone_in_event.to_string(),
    },
    Flag {
        name: "calendar_daylight_of_now", kind: Kind::Switch,
        meaning: "The device converts to and from UTC by the daylight saving time of now and not of the event (C5).",
        set: |quirks, text| switch(&mut quirks.calendar.daylight_of_now, text), get: |quirks| quirks.calendar.daylight_of_now.to_string(),
    },
    Flag {
        name: "calendar_no_daylight", kind: Kind::Switch,
        meaning: "The clock of the device knows no daylight saving time (C6).",
        set: |quirks, text| switch(&mut quirks.calendar.no_daylight, text), get: |quirks| quirks.calendar.no_daylight.to_string(),
    },
    Flag {
        name: "calendar_first_year", kind: Kind::Number(0, 9999, "years"),
        meaning: "The first year that the calendar of the device has; 0: any (C7).",
        set: |quirks, text| put(&mut quirks.calendar.first_year, number(text, 9999).and_then(|year| i16::try_from(year).ok()).map(|year| Some(year).filter(|year| *year > 0))), get: |quirks| quirks.calendar.first_year.unwrap_or(0).to_string(),
    },
    Flag {
        name: "calendar_alarms_in_utc", kind: Kind::Switch,
        meaning: "Alarms are sent as times in UTC, never as distances (C8).",
        set: |quirks, text| switch(&mut quirks.calendar.alarms_in_utc, text), get: |quirks| quirks.calendar.alarms_in_utc.to_string(),
    },
    Flag {
        name: "calendar_bare_alarms", kind: Kind::Switch,
        meaning: "An AALARM is sent as its time alone (C9).",
        set: |quirks, text| switch(&mut quirks.calendar.bare_alarms, text), get: |quirks| quirks.calendar.bare_alarms.to_string(),
    },
    Flag {
        name: "calendar_alarms", kind: Kind::Word(&["both", "audio", "display"]),
        meaning: "Which alarms the device knows: both, AALARM alone, DALARM alone (C10).",
        set: |quirks, text| word(&mut quirks.calendar.alarms, text), get: |quirks| word_of(&quirks.calendar.alarms),
    },
    Flag {
        name: "calendar_all_day", kind: Kind::Word(&["next-midnight", "twenty-four", "last-minute", "last-second", "category", "eight-to-six"]),
        meaning: "How a day without times is written in vCalendar 1.0 (C11, C12).",
        set: |quirks, text| word(&mut quirks.calendar.all_day, text), get: |quirks| word_of(&quirks.calendar.all_day),
    },
    Flag {
        name: "calendar_epoc_types", kind: Kind::Switch,
        meaning: "Entries carry X-EPOCAGENDAENTRYTYPE (C12).",
        set: |quirks, text| switch(&mut quirks.calendar.epoc_types, text), get: |quirks| quirks.calendar.epoc_types.to_string(),
    },
    Flag {
        name: "calendar_description_is_summary", kind: Kind::Switch,
        meaning: "The device has DESCRIPTION where others have SUMMARY (C14).",
        set: |quirks, text| switch(&mut quirks.calendar.description_is_summary, text), get: |quirks| quirks.calendar.description_is_summary.to_string(),
    },
    Flag {
        name: "calendar_x_categories", kind: Kind::Switch,
        meaning: "The device puts X- before its categories (C15).",
        set: |quirks, text| switch(&mut quirks.calendar.x_categories, text), get: |quirks| quirks.calendar.x_categories.to_string(),
    },
    Flag {
        name: "calendar_endless_rules", kind: Kind::Switch,
        meaning: "Recurrences have no end on the device, and keep the one they had (C16).",
        set: |quirks, text| switch(&mut quirks.calendar.endless_rules, text), get: |quirks| quirks.calendar.endless_rules.to_string(),
    },
    Flag {
        name: "calendar_end_day_early", kind: Kind::Switch,
        meaning: "Recurrences are sent to end a day early: the device goes on a day too long (C17).",
        set: |quirks, text| switch(&mut quirks.calendar.end_day_early, text), get: |quirks| quirks.calendar.end_day_early.to_string(),
    },
    Flag {
        name: "calendar_zone_rules", kind: Kind::Word(&["full", "short", "none"]),
        meaning: "What the device is told of zones: all, the distance to UTC alone, or nothing (C18).",
        set: |quirks, text| word(&mut quirks.calendar.zone_rules, text), get: |quirks| word_of(&quirks.calendar.zone_rules),
    },
    Flag {
        name: "calendar_plain_zones", kind: Kind::Switch,
        meaning: "Zones are sent by their Olson names alone (C19).",
        set: |quirks, text| switch(&mut quirks.calendar.plain_zones, text), get: |quirks| quirks.calendar.plain_zones.to_string(),
    },
    Flag {
        name: "calendar_no_count", kind: Kind::Switch,
        meaning: "Recurrences are sent with the date of their end, not with a count (C20).",
        set: |quirks, text| switch(&mut quirks.calendar.no_count, text), get: |quirks| quirks.calendar.no_count.to_string(),
    },
    Flag {
        name: "calendar_recurring_in_utc", kind: Kind::Switch,
        meaning: "Recurrences are sent in UTC (C20).",
        set: |quirks, text| switch(&mut quirks.calendar.recurring_in_utc, text), get: |quirks| quirks.calendar.recurring_in_utc.to_string(),
    },
    Flag {
        name: "calendar_priority", kind: Kind::Word(&["usual", "nine", "three", "two"]),
        meaning: "The scale of priorities: 1 to 9, 1 to 3, or 0 to 2 with 2 as the highest (C22). Usual is 1 to 3 in vCalendar 1.0, and 1 to 9 in iCalendar.",
        set: |quirks, text| word(&mut quirks.calendar.priority, text), get: |quirks| word_of(&quirks.calendar.priority),
    },
    Flag {
        name: "calendar_due_is_day", kind: Kind::Switch,
        meaning: "A task is due on a day, and the day is told as its midnight (C23).",
        set: |quirks, text| switch(&mut quirks.calendar.due_is_day, text), get: |quirks| quirks.calendar.due_is_day.to_string(),
    },
    Flag {
        name: "calendar_needs_description", kind: Kind::Switch,
        meaning: "An event always has a DESCRIPTION (C24).",
        set: |quirks, text| switch(&mut quirks.calendar.needs_description, text), get: |quirks| quirks.calendar.needs_description.to_string(),
    },
    Flag {
        name: "calendar_no_priority", kind: Kind::Switch,
        meaning: "PRIORITY is not sent (C24).",
        set: |quirks, text| switch(&mut quirks.calendar.no_priority, text), get: |quirks| quirks.calendar.no_priority.to_string(),
    },
    Flag {
        name: "calendar_simple_rules", kind: Kind::Switch,
        meaning: "Rules and alarms are sent in their simplest form (C25).",
        set: |quirks, text| switch(&mut quirks.calendar.simple_rules, text), get: |quirks| quirks.calendar.simple_rules.to_string(),
    },
    Flag {
        name: "calendar_overrides_beside", kind: Kind::Switch,
        meaning: "Occurrences of a series that differ are sent as events beside it; else they are left out of it.",
        set: |quirks, text| switch(&mut quirks.calendar.overrides_beside, text), get: |quirks| quirks.calendar.overrides_beside.to_string(),
    },
    Flag {
        name: "calendar_no_dates", kind: Kind::Switch,
        meaning: "The device knows no list of dates: of a series that has no rule it is sent the first occurrence.",
        set: |quirks, text| switch(&mut quirks.calendar.no_dates, text), get: |quirks| quirks.calendar.no_dates.to_string(),
    },
];
