//! What a device was shown and what it sent, made comparable: what says nothing about the item is taken off both.

use super::Seen;
use crate::item::Content;
use crate::pim::calendar;
use crate::pim::lens::lay::lay_components;
use crate::pim::lens::{Form, Lens};
use crate::pim::model::{Component, Property, Reading, Version, read};
use crate::pim::recur::{End, Rule};
use crate::pim::when::When;
use crate::pim::zone::Zone;

/// Takes off what was told only roughly, zones, which go with the times, and what a device writes of its own accord.
pub(super) fn level(
    mut shown: Component,
    mut came: Component,
    approximated: &[&'static str],
    lens: &Lens,
) -> Seen {
    let is_old = matches!(lens.form, Form::Sif | Form::Lines(Version::Calendar10));
    for tree in [&mut shown, &mut came] {
        tree.components.retain(|c| c.name != "VTIMEZONE");
        if is_old && approximated.contains(&"RECURRENCE-ID") {
            // The occurrences beside the series are not told apart from it.
            first_entry(tree);
        }
        for entry in &mut tree.components {
            entry.properties.retain(|p| match p.name.as_str() {
                // The dates stand in for the rule.
                "RRULE" | "RDATE" => !approximated.contains(&"RRULE"),
                "EXRULE" => !approximated.contains(&"EXRULE"),
                _ => true,
            });
        }
    }
    let laid = lay_components(&came.components, &shown.components);
    for (entry, at) in came.components.iter_mut().zip(laid) {
        let before = at.and_then(|at| shown.components.get(at));
        let empty = Component::default();
        of_its_own_accord(entry, before.unwrap_or(&empty));
        if let Some(before) = before {
            same_rules(entry, before);
        }
    }
    Seen { shown, came }
}

fn first_entry(tree: &mut Component) {
    let mut is_first = true;
    tree.components.retain(|c| {
        if !matches!(c.name.as_str(), "VEVENT" | "VTODO") {
            return true;
        }
        std::mem::replace(&mut is_first, false)
    });
}

/// Takes off what says no more than leaving it out does, where the device was not sent it.
fn of_its_own_accord(entry: &mut Component, shown: &Component) {
    entry.properties.retain(|p| {
        let text = p.text();
        let says_nothing = USUAL
            .iter()
            .any(|(name, usual)| *name == p.name && text.trim().eq_ignore_ascii_case(usual));
        !says_nothing || shown.first(&p.name).is_some()
    });
}

/// What an entry says by not saying it. RFC 5545, sections 3.8.1.3, 3.8.1.9 and 3.8.2.7.
const USUAL: [(&str, &str); 4] = [
    ("CLASS", "PUBLIC"),
    ("PRIORITY", "0"),
    ("TRANSP", "OPAQUE"),
    ("PERCENT-COMPLETE", "0"),
];

/// Gives a rule that comes to the same the words it was sent in.
fn same_rules(entry: &mut Component, shown: &Component) {
    for name in ["RRULE", "EXRULE"] {
        let (Some(ours), Some(theirs)) = (shown.first(name), entry.first(name)) else {
            continue;
        };
        if ours.value != theirs.value
            && let Some(same) = plain(ours, shown).zip(plain(theirs, entry))
            && same.0 == same.1
        {
            let ours = ours.clone();
            entry.set(ours);
        }
    }
}

/// A rule in its simplest parts, with its end on the clock of the entry.
fn plain(rule: &Property, entry: &Component) -> Option<Rule> {
    let start = entry.first("DTSTART").or_else(|| entry.first("DUE"))?;
    let at = When::read(&start.text())?.at();
    let mut rule = Rule::read_new(&rule.text())?.plain(at).without_own_day(at);
    if let End::Until(When::Utc(end)) = rule.end {
        let zone = start.param_text("TZID").and_then(Zone::meant);
        let local = zone.map_or(Some(end), |zone| zone.to_local(end));
        rule.end = End::Until(When::Local(local?));
    }
    Some(rule)
}

/// What a body of vCalendar 1.0 says of its zone; `None` where it says nothing.
pub(super) fn zone_lines(content: &Content) -> Option<String> {
    let document = read(&content.body, Reading::default()).ok()?;
    let calendar = document.root.components.first()?;
    let inner = calendar.components.iter();
    std::iter::once(calendar)
        .chain(inner.filter(|c| calendar::is_entry(c)))
        .find_map(|c| c.first("TZ").filter(|tz| !tz.is_empty()))
        .map(|tz| tz.text().trim().to_owned())
}
