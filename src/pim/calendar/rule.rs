//! Recurrences on the clock of a device. Field quirks C16, C17, C20, C25.
//!
//! A rule counts on the clock that its start is written in; a device counts on its own. The days of a rule move along where the two
//! show different dates, and its end is an instant, inclusive, on both.

use jiff::Span;
use jiff::civil::DateTime;

use super::clock::{Clock, Moment};
use crate::pim::recur::{self, End, Fit, Rule, Window, for_old};
use crate::pim::when::{When, later};

/// Reads a rule of a device for an entry of an item that starts then; the end becomes what RFC 5545 asks for: a day for days, UTC where
/// the start is in a zone, a local time where it is in none.
pub(super) fn from_device(mut rule: Rule, start: &Moment, clock: &Clock<'_>) -> Rule {
    if let End::Until(when) = rule.end {
        let when = if clock.view.quirks.end_day_early {
            add_days(when, 1)
        } else {
            when
        };
        rule.end = End::Until(end_in_item(when, start, clock).unwrap_or(when));
    }
    rule
}

fn end_in_item(when: When, start: &Moment, clock: &Clock<'_>) -> Option<When> {
    let said = clock.read_text(&when.basic(), None)?;
    let floating = matches!(start.when, When::Local(_)) && start.zone.is_none();
    Some(match (start.when, when) {
        (When::Day(_), _) => When::Day(clock.local(&said)?.date()),
        (When::Local(_), When::Utc(_)) if floating => When::Local(clock.local(&said)?),
        (When::Local(_), When::Local(_)) if floating => when,
        (When::Local(_) | When::Utc(_), When::Day(day)) => {
            // A whole day: up to its last second, on the clock of the start.
            let last = Moment {
                when: When::Local(day.at(23, 59, 59, 0)),
                zone: start.zone.clone().or_else(|| clock.home.clone()),
            };
            if floating {
                last.when
            } else {
                When::Utc(last.utc(clock.home.as_ref())?)
            }
        }
        (When::Local(_) | When::Utc(_), When::Local(_) | When::Utc(_)) => {
            When::Utc(said.utc(clock.home.as_ref())?)
        }
    })
}

/// A rule of an item whose entry starts then, on the device's clock; `None` where its days cannot be moved there.
pub(super) fn for_device(rule: &Rule, start: &Moment, clock: &Clock<'_>) -> Option<Rule> {
    let quirks = &clock.view.quirks;
    let own = start.when.at();
    let theirs = clock.local(start)?;
    let moved =
        i8::try_from(crate::pim::when::seconds_between(day(own), day(theirs)) / super::clock::DAY)
            .ok()?;
    let mut rule = rule.moved(moved)?;
    if quirks.no_count {
        let dated = rule.with_last(theirs)?;
        rule.end = match (dated.end, start.when) {
            (End::Until(When::Local(at)), When::Day(_)) => End::Until(When::Day(at.date())),
            (End::Until(When::Local(at)), _)
                if start.zone.is_some() || matches!(start.when, When::Utc(_)) =>
            {
                let last = Moment {
                    when: When::Local(at),
                    zone: clock.home.clone().or_else(|| start.zone.clone()),
                };
                End::Until(When::Utc(last.utc(None)?))
            }
            (end, _) => end,
        };
    }
    if quirks.endless_rules {
        rule.end = End::Never;
    }
    if let End::Until(when) = rule.end
        && quirks.end_day_early
    {
        rule.end = End::Until(add_days(when, -1));
    }
    if quirks.simple_rules {
        rule = rule.plain(theirs);
    }
    Some(rule)
}

/// What a device of vCalendar 1.0 is told of a rule: its text, or else dates on the device's clock.
pub(super) fn for_old_device(rule: &Rule, start: &Moment, clock: &Clock<'_>) -> Option<Fit> {
    let theirs = clock.local(start)?;
    if let Some(mut rule) = for_device(rule, start, clock) {
        if let End::Until(when) = rule.end {
            rule.end = End::Until(match (when, start.when) {
                (When::Day(day), _) => When::Local(day.at(0, 0, 0, 0)),
                // What the end of days without times is on another clock nobody can mean.
                (When::Local(_) | When::Utc(_), When::Day(_)) => When::Local(when.at()),
                (When::Local(_), When::Local(_) | When::Utc(_)) => when,
                (When::Utc(_), When::Local(_) | When::Utc(_)) => clock.write(&Moment::of(when))?,
            });
        }
        if let Fit::Exact(text) = for_old(&rule, theirs, &window(clock)?) {
            return Some(Fit::Exact(text));
        }
    }
    // Counted on the rule's own clock, told on the device's.
    let counted = on_own_clock(rule, start, clock);
    let dates = recur::dates(&counted, start.when.at(), &window(clock)?);
    let dates = dates.into_iter().filter_map(|at| {
        let when = match start.when {
            When::Day(_) => When::Day(at.date()),
            When::Local(_) => When::Local(at),
            When::Utc(_) => When::Utc(at),
        };
        clock.local(&Moment {
            when,
            zone: start.zone.clone(),
        })
    });
    Some(Fit::Dates(dates.collect()))
}

/// The rule with its end on the clock of the start.
pub(super) fn on_own_clock(rule: &Rule, start: &Moment, clock: &Clock<'_>) -> Rule {
    let mut rule = rule.clone();
    if let (End::Until(When::Utc(at)), When::Local(_), Some(zone)) = (
        rule.end,
        start.when,
        start.zone.as_ref().or(clock.home.as_ref()),
    ) {
        rule.end = zone
            .to_local(at)
            .map_or(rule.end, |at| End::Until(When::Local(at)));
    }
    rule
}

/// What of an endless recurrence is told as dates: some weeks back, two years ahead.
fn window(clock: &Clock<'_>) -> Option<Window> {
    let now = clock.view.now;
    Some(Window {
        from: later(now, -30 * super::clock::DAY)?,
        until: now.checked_add(Span::new().years(2)).ok()?,
        most: MAX_TOLD,
    })
}

fn add_days(when: When, days: i64) -> When {
    let seconds = days * super::clock::DAY;
    match when {
        When::Day(_) => later(when.at(), seconds).map_or(when, |at| When::Day(at.date())),
        When::Local(at) => later(at, seconds).map_or(when, When::Local),
        When::Utc(at) => later(at, seconds).map_or(when, When::Utc),
    }
}

fn day(at: DateTime) -> DateTime {
    at.date().at(0, 0, 0, 0)
}

/// The most dates of a recurrence that are told.
const MAX_TOLD: usize = 60;
