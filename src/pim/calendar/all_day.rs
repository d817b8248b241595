//! Days without times in vCalendar 1.0, which has no form for them: five of them are read, one is written. Field quirks C11, C12.

use jiff::civil::{Date, DateTime, Time};

use super::AllDay;
use super::quirks::CalendarQuirks;
use crate::pim::model::Component;
use crate::pim::when::{When, basic, basic_day};

/// Whole days: the first, and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub first: Date,
    pub end: Date,
}

/// The days that an entry takes whole, if it does. Start and end are on the device's clock.
pub(super) fn days(
    start: When,
    end: Option<When>,
    entry: &Component,
    quirks: &CalendarQuirks,
) -> Option<Days> {
    let first = start.day();
    let one = Days {
        first,
        end: first.tomorrow().ok()?,
    };
    if let When::Day(_) = start {
        let end = end.map_or(one.end, When::day).max(one.end);
        return Some(Days { first, end });
    }
    let at = |hour, minute, second| Time::constant(hour, minute, second, 0);
    let (start, end) = (start.at(), end.map(When::at));
    if quirks.all_day == AllDay::EightToSix
        && start.time() == at(8, 0, 0)
        && let Some(end) = end.filter(|end| end.time() == at(18, 0, 0) && end.date() >= first)
    {
        return Some(Days {
            first,
            end: end.date().tomorrow().ok()?,
        });
    }
    if start.time() != Time::midnight() {
        return None;
    }
    let Some(end) = end.filter(|end| *end != start) else {
        return is_marked(entry).then_some(one);
    };
    let to = end.time();
    if end < start {
        None
    } else if to == Time::midnight() {
        Some(Days {
            first,
            end: end.date(),
        })
    } else if to == at(23, 59, 0) || to == at(23, 59, 59) {
        Some(Days {
            first,
            end: end.date().tomorrow().ok()?,
        })
    } else {
        None
    }
}

/// Whether an entry says by another property that it has no times.
fn is_marked(entry: &Component) -> bool {
    let occasion = entry.all("CATEGORIES").any(|p| {
        p.text()
            .split([';', ','])
            .any(|word| word.trim().eq_ignore_ascii_case(OCCASION))
    });
    let epoc = entry.text("X-EPOCAGENDAENTRYTYPE");
    let epoc = ["EVENT", "ANNIVERSARY"]
        .iter()
        .any(|kind| epoc.trim().eq_ignore_ascii_case(kind));
    let flag = |name| matches!(entry.text(name).trim(), "1" | "TRUE" | "true");
    occasion || epoc || flag("X-FUNAMBOL-ALLDAY") || flag("X-MICROSOFT-CDO-ALLDAYEVENT")
}

/// Start and end as the device writes them; no end where it has none.
pub(super) fn write(days: Days, how: AllDay) -> Option<(String, Option<String>)> {
    let midnight = basic(at_midnight(days.first));
    let next_midnight = basic(at_midnight(days.end));
    let last = days.end.yesterday().ok()?;
    let closing = |clock: &str| format!("{}T{clock}", basic_day(last));
    Some(match how {
        AllDay::TwentyFour => (midnight, Some(closing("240000"))),
        AllDay::LastMinute => (midnight, Some(closing("235900"))),
        AllDay::LastSecond => (midnight, Some(closing("235959"))),
        AllDay::Category if last == days.first => (midnight, None),
        // More than one day cannot be said by a category.
        AllDay::NextMidnight | AllDay::Category => (midnight, Some(next_midnight)),
        AllDay::EightToSix => (
            format!("{}T080000", basic_day(days.first)),
            Some(closing("180000")),
        ),
    })
}

fn at_midnight(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}

/// The category that Series 40 has for days without times.
pub(super) const OCCASION: &str = "SPECIAL OCCASION";
