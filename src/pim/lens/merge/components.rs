//! The components in an item brought together: occurrences of a series, alarms.

use std::collections::HashSet;

use super::super::body::Came;
use super::super::lay::{lay, lay_components, lay_shown};
use super::super::tree::{component, said};
use super::super::{Form, Lens};
use super::{FieldConflict, Merged, Sides, merge};
use crate::pim::model::{Component, Version};
use crate::pim::when::When;

/// Does for the components in the item what was done for its properties.
pub(super) fn components(sides: &Sides<'_>, lens: &Lens, merged: &mut Merged) {
    let (base, shown) = (&sides.base.components, &sides.shown.components);
    let (sent, current) = (&sides.sent.components, &sides.current.components);
    let from = lay_shown(shown, base);
    let now = lay_components(base, current);
    let laid = lay_components(sent, shown);
    let mut ours: Vec<Option<Component>> = current.iter().cloned().map(Some).collect();
    let mut theirs = ours.clone();
    let present: HashSet<u64> = current.iter().map(component).collect();
    let mut came = vec![false; shown.len()];
    for (inner, at) in sent.iter().zip(&laid) {
        if let Some(came) = at.and_then(|at| came.get_mut(at)) {
            *came = true;
        }
        let source = at.and_then(|at| from.get(at).copied().flatten());
        let pair = at
            .and_then(|at| shown.get(at))
            .zip(source.and_then(|at| base.get(at)));
        let Some((shown, known)) = pair else {
            if !present.contains(&component(inner)) {
                merged.edited = true;
                ours.push(Some(inner.clone()));
                theirs.push(Some(inner.clone()));
            }
            continue;
        };
        let place = source.and_then(|at| now.get(at).copied().flatten());
        let Some((place, current)) = place.and_then(|at| Some((at, current.get(at)?))) else {
            if component(shown) != component(inner) {
                merged.edited = true;
                theirs.push(Some(inner.clone()));
                merged.conflicts.push(of_component(inner));
            }
            continue;
        };
        let sources = lay(&shown.properties, &known.properties, |_, these, those| {
            these == those
        });
        let is_weak = lens.form == Form::Lines(Version::Calendar10) || lens.caps.is_some();
        let is_alarm = shown.name == "VALARM" && is_weak;
        let mut inner_merged = merge(
            &Sides {
                base: known,
                shown,
                sources: &sources,
                sent: inner,
                current,
                met: sides.met,
                // An alarm of the old version may be no more than its time, and nobody lists what is in one.
                came: if is_alarm { Came::Fields } else { sides.came },
            },
            lens,
        );
        on_the_clock_of_its_rule(shown, inner, &mut inner_merged);
        merged.edited |= inner_merged.edited;
        merged.conflicts.extend(inner_merged.conflicts);
        if let (Some(ours), Some(theirs)) = (ours.get_mut(place), theirs.get_mut(place)) {
            *ours = Some(inner_merged.ours);
            *theirs = Some(inner_merged.theirs);
        }
    }
    let is_kept = sides.met || sides.came == Came::Fields;
    for (at, shown) in shown.iter().enumerate() {
        if is_kept || came.get(at) != Some(&false) || shown.name == "VTIMEZONE" {
            continue;
        }
        let source = from.get(at).copied().flatten();
        let place = source.and_then(|at| now.get(at).copied().flatten());
        let Some((known, place)) = source.and_then(|at| base.get(at)).zip(place) else {
            continue;
        };
        merged.edited = true;
        if let Some(theirs) = theirs.get_mut(place) {
            *theirs = None;
        }
        match (ours.get_mut(place), current.get(place)) {
            (Some(ours), Some(current)) if component(current) == component(known) => *ours = None,
            (Some(_), Some(current)) => merged.conflicts.push(of_component(current)),
            (_, _) => {}
        }
    }
    merged.ours.components = ours.into_iter().flatten().collect();
    merged.theirs.components = theirs.into_iter().flatten().collect();
}

/// A rule counts on the clock of its start: where the device made another one, on which the days are others than on that
/// of the item, the times are on the clock of the device, too.
fn on_the_clock_of_its_rule(shown: &Component, sent: &Component, merged: &mut Merged) {
    let rule = |entry: &Component| entry.first("RRULE").map(|rule| rule.text().into_owned());
    let made = rule(sent);
    if made.is_none() || made == rule(shown) {
        return;
    }
    let day = |entry: &Component| When::read(&entry.text("DTSTART")).map(When::day);
    for result in [&mut merged.ours, &mut merged.theirs] {
        if rule(result) != made || day(result) == day(sent) {
            continue;
        }
        for name in ["DTSTART", "DTEND", "DUE"] {
            let pair = (result.first(name), sent.first(name));
            if let (Some(ours), Some(theirs)) = pair
                && said(ours) == said(theirs)
            {
                result.set(theirs.clone());
            }
        }
    }
}

fn of_component(component: &Component) -> FieldConflict {
    FieldConflict {
        name: component.name.clone(),
        ..FieldConflict::default()
    }
}
