//! What began before the calendar of a device does: a series goes on from the first occurrence that the device has a day for,
//! and what does not recur is not for it (field quirk C7).

use super::clock::{Clock, Moment};
use super::{Unrendered, new, rule};
use crate::pim::model::{Component, Value};
use crate::pim::recur::{End, Occurrences, Rule};
use crate::pim::when::seconds_between;

/// An entry as it is since the calendar of the device begins; `None` where it began no earlier.
pub(super) fn in_time(
    ours: &Component,
    clock: &Clock<'_>,
) -> Result<Option<Component>, Unrendered> {
    let Some(first) = clock.view.quirks.first_year else {
        return Ok(None);
    };
    let read = |name| ours.first(name).and_then(|p| clock.item(p));
    let (start, end) = (read("DTSTART"), read("DTEND").or_else(|| read("DUE")));
    let is_early = |moment: &Moment| moment.when.day().year() < first;
    if ![&start, &end].into_iter().flatten().any(is_early) {
        return Ok(None);
    }
    let too_early = Unrendered::TooEarly(first);
    let rule = ours.first("RRULE");
    let rule = rule.and_then(|p| Rule::read_new(&p.text()));
    let (rule, start) = rule.zip(start).ok_or(too_early)?;
    let on_own_clock = rule::on_own_clock(&rule, &start, clock);
    let mut occurrences = Occurrences::new(&on_own_clock, start.when.at()).zip(0_u32..);
    let (at, passed) = occurrences
        .find(|(at, _)| at.year() >= first)
        .ok_or(too_early)?;
    let moved = seconds_between(start.when.at(), at);
    let mut theirs = ours.clone();
    for property in &mut theirs.properties {
        match property.name.as_str() {
            "DTSTART" | "DTEND" | "DUE" => {
                let moment = clock.item(property).and_then(|m| m.plus(moved));
                if let Some(moment) = moment {
                    new::put(property, &moment);
                }
            }
            "RRULE" => {
                if let End::Count(count) = rule.end {
                    let end = End::Count(count.saturating_sub(passed).max(1));
                    let rest = Rule {
                        end,
                        ..rule.clone()
                    };
                    property.value = Value::Text(rest.write_new().into());
                }
            }
            _ => {}
        }
    }
    Ok(Some(theirs))
}
