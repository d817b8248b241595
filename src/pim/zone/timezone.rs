//! `VTIMEZONE`: written for the years around an event, read by what it is called or else by what it says. RFC 5545, section 3.6.5.

use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use jiff::civil::DateTime;

use super::observed::Observed;
use super::{Turn, Zone};
use crate::pim::model::{Component, Property, Text};
use crate::pim::recur::{End, Freq, Nth, Occurrences, Rule};
use crate::pim::when::{When, basic, basic_offset, later, offset};

/// The `VTIMEZONE` of a zone, right for the years around this one.
///
/// One of the database is described once for each year, since nearly all items of an account are of a few zones and years.
#[must_use]
pub fn timezone(zone: &Zone, year: i16) -> Component {
    if zone.rules.iana_name() != Some(zone.name()) {
        return described(zone, year);
    }
    let key = (Text::from(zone.name()), year);
    let known = DESCRIBED.read().ok();
    if let Some(known) = known.and_then(|all| all.get(&key).cloned()) {
        return known;
    }
    let described = described(zone, year);
    if let Ok(mut all) = DESCRIBED.write()
        && all.len() < MAX_DESCRIBED
    {
        all.insert(key, described.clone());
    }
    described
}

fn described(zone: &Zone, year: i16) -> Component {
    let mut component = Component::named("VTIMEZONE");
    component
        .properties
        .push(Property::text_of("TZID", zone.name()));
    let (from, to) = ((year - 1).clamp(1, 9980), (year + YEARS).clamp(1, 9990));
    let turns = zone.turns(from, to);
    let mut kinds: Vec<(i64, i64, bool)> = Vec::new();
    for turn in &turns {
        let kind = (turn.before, turn.after, turn.daylight);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if turns.is_empty() {
        let offset = zone.offset_in(year, 1);
        component
            .components
            .push(observance("STANDARD", (offset, offset), &[], None));
    }
    for kind in kinds {
        let of_kind: Vec<&Turn> = turns
            .iter()
            .filter(|turn| (turn.before, turn.after, turn.daylight) == kind)
            .collect();
        let local: Vec<DateTime> = of_kind
            .iter()
            .filter_map(|turn| later(turn.at, turn.before))
            .collect();
        let name = if kind.2 { "DAYLIGHT" } else { "STANDARD" };
        let mut part = observance(name, (kind.0, kind.1), &local, yearly(&local, from, to));
        if let Some(turn) = of_kind.first() {
            part.properties
                .push(Property::text_of("TZNAME", &turn.name));
        }
        component.components.push(part);
    }
    component
}

fn observance(
    name: &str,
    (from, to): (i64, i64),
    at: &[DateTime],
    rule: Option<Rule>,
) -> Component {
    let mut part = Component::named(name);
    let start = at
        .first()
        .map_or("19700101T000000".to_owned(), |at| basic(*at));
    part.properties = vec![
        Property::text_of("DTSTART", start),
        Property::text_of("TZOFFSETFROM", basic_offset(from)),
        Property::text_of("TZOFFSETTO", basic_offset(to)),
    ];
    if let Some(rule) = rule {
        part.properties
            .push(Property::text_of("RRULE", rule.write_new()));
    } else if let Some(more) = at.get(1..).filter(|more| !more.is_empty()) {
        let dates = more.iter().map(|at| basic(*at).into()).collect();
        part.properties.push(Property::new(
            "RDATE",
            crate::pim::model::Value::List(dates),
        ));
    }
    part
}

/// The rule by which these times, one in each of the years, come: the second Sunday of March, or the last.
fn yearly(at: &[DateTime], from: i16, to: i16) -> Option<Rule> {
    let first = at.first()?;
    if !at.iter().map(|at| at.year()).eq(from..=to) {
        return None;
    }
    let same = at.iter().all(|at| {
        (at.month(), at.weekday(), at.time()) == (first.month(), first.weekday(), first.time())
    });
    let nth = |at: &DateTime| (at.day() - 1) / 7 + 1;
    let is_last = |at: &DateTime| at.day() + 7 > at.date().days_in_month();
    let nth = if at.iter().all(is_last) {
        -1
    } else if at.iter().all(|at| nth(at) == nth(first)) {
        nth(first)
    } else {
        return None;
    };
    same.then(|| Rule {
        by_month: vec![first.month()],
        by_day: vec![Nth {
            nth,
            day: first.weekday(),
        }],
        ..Rule::every(Freq::Yearly)
    })
}

impl Zone {
    /// The zone a `VTIMEZONE` describes: by its name where that means one, else by what its rules come to in this year. One that behaves
    /// like the preferred zone is that.
    #[must_use]
    pub fn described(component: &Component, year: i16, preferred: Option<&Self>) -> Option<Self> {
        let name = component.text("TZID");
        if let Some(zone) = Self::meant(&name) {
            return Some(zone);
        }
        let location = component.text("X-LIC-LOCATION");
        if let Some(zone) = Self::meant(&location) {
            return Some(zone);
        }
        observed(component, year)?.zone(preferred, name.trim())
    }
}

/// What the rules of a `VTIMEZONE` come to in a year.
fn observed(component: &Component, year: i16) -> Option<Observed> {
    let mut turns: Vec<(DateTime, i64)> = Vec::new();
    let mut first = None;
    for part in component.components.iter().take(MAX_OBSERVANCES) {
        let (from, to) = (
            offset(&part.text("TZOFFSETFROM"))?,
            offset(&part.text("TZOFFSETTO"))?,
        );
        let start = When::read(&part.text("DTSTART"))?.at();
        if first.is_none_or(|(at, _)| start < at) {
            first = Some((start, from));
        }
        let mut onsets = vec![start];
        let rule = part
            .first("RRULE")
            .and_then(|rule| Rule::read_new(&rule.text()));
        if let Some(mut rule) = rule {
            // The end of an observance is in UTC, its onsets are on the clocks before.
            if let End::Until(When::Utc(at)) = rule.end {
                rule.end = later(at, from).map_or(End::Never, |at| End::Until(When::Local(at)));
            }
            let all = Occurrences::new(&rule, start).take_while(|at| at.year() <= year + 1);
            onsets.extend(all.filter(|at| at.year() >= year - 1).take(MAX_OBSERVANCES));
            onsets.extend(
                Occurrences::new(&rule, start)
                    .take_while(|at| at.year() < year)
                    .last(),
            );
        }
        for dates in part.all("RDATE") {
            let texts = dates.text();
            onsets.extend(
                texts
                    .split(';')
                    .take(MAX_OBSERVANCES)
                    .filter_map(|text| Some(When::read(text)?.at())),
            );
        }
        turns.extend(
            onsets
                .iter()
                .filter_map(|at| Some((later(*at, -from)?, to))),
        );
    }
    turns.sort_unstable();
    turns.dedup();
    let before = turns.iter().rev().find(|(at, _)| at.year() < year);
    let first = before
        .map(|(_, offset)| *offset)
        .or(first.map(|(_, from)| from))?;
    let mut last = first;
    turns.retain(|(at, offset)| {
        let is_turn = at.year() == year && *offset != last;
        if is_turn {
            last = *offset;
        }
        is_turn
    });
    Some(Observed { year, first, turns })
}

/// What zones of the database are like around a year; the same in every process and at all times.
static DESCRIBED: LazyLock<RwLock<HashMap<(Text, i16), Component>>> =
    LazyLock::new(RwLock::default);

/// The most descriptions that are kept, of about a kilobyte each.
const MAX_DESCRIBED: usize = 1_000;

/// How many years after an event its zone is described.
const YEARS: i16 = 10;

/// The most observances of a zone, and dates of one, that are looked at.
const MAX_OBSERVANCES: usize = 100;
