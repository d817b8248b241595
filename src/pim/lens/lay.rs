//! Lays the properties of two versions of one item beside one another.
//!
//! What is the same goes together first, then what says the same, then what is of the same kind in its order, then
//! what there is only one of. Linear to the number of properties.

use std::collections::{HashMap, VecDeque};

use super::tree::{is_single, said, types};
use crate::pim::model::{Component, Property};

/// What a property is matched by in one pass; `None`: not in this one.
type Key<'k> = dyn Fn(&Property) -> Option<(u64, u64)> + 'k;

/// For each of `these` the place of its match among `others`. `by_place` says of a name, and of how many there are on
/// either side, whether they are matched by their order alone.
pub(super) fn lay(
    these: &[Property],
    others: &[Property],
    by_place: impl Fn(&str, usize, usize) -> bool,
) -> Vec<Option<usize>> {
    if these == others {
        return (0..these.len()).map(Some).collect();
    }
    let mut found: Vec<Option<usize>> = vec![None; these.len()];
    let mut free: Vec<bool> = vec![true; others.len()];
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for property in these {
        counts.entry(property.name.as_str()).or_default().0 += 1;
    }
    for property in others {
        counts.entry(property.name.as_str()).or_default().1 += 1;
    }
    let is_fixed: HashMap<&str, bool> = counts
        .into_iter()
        .map(|(name, (these, others))| (name, by_place(name, these, others)))
        .collect();
    let in_place = |p: &Property| is_fixed.get(p.name.as_str()).copied().unwrap_or(false);
    let passes: [&Key<'_>; 5] = [
        &|p| in_place(p).then_some((0, 0)),
        &|p| (!in_place(p)).then(|| (said(p), types(p))),
        &|p| (!in_place(p) && !p.is_empty()).then(|| (said(p), 0)),
        &|p| (!in_place(p)).then(|| (types(p), 0)),
        &|p| (!in_place(p) && is_single(&p.name)).then_some((0, 0)),
    ];
    for key in passes {
        let mut waiting: HashMap<(&str, (u64, u64)), VecDeque<usize>> = HashMap::new();
        for (at, property) in others.iter().enumerate() {
            if free.get(at) == Some(&true)
                && let Some(key) = key(property)
            {
                let places = waiting.entry((property.name.as_str(), key)).or_default();
                places.push_back(at);
            }
        }
        for (property, found) in these.iter().zip(&mut found) {
            if found.is_some() {
                continue;
            }
            let at = key(property)
                .and_then(|key| waiting.get_mut(&(property.name.as_str(), key)))
                .and_then(VecDeque::pop_front);
            if let Some(at) = at {
                *found = Some(at);
                if let Some(free) = free.get_mut(at) {
                    *free = false;
                }
            }
        }
    }
    found
}

/// The same for components: by what each is, then by what it says, then by its order.
pub(super) fn lay_components(these: &[Component], others: &[Component]) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; these.len()];
    let mut free: Vec<bool> = vec![true; others.len()];
    let passes: [fn(&Component) -> Option<u64>; 4] = [
        |c| Some(super::tree::component(c)),
        |c| identity(c),
        |c| c.first("TRIGGER").map(said),
        |c| (identity(c).is_none()).then_some(0),
    ];
    for key in passes {
        let mut waiting: HashMap<(&str, u64), VecDeque<usize>> = HashMap::new();
        for (at, component) in others.iter().enumerate() {
            if free.get(at) == Some(&true)
                && let Some(key) = key(component)
            {
                waiting
                    .entry((component.name.as_str(), key))
                    .or_default()
                    .push_back(at);
            }
        }
        for (component, found) in these.iter().zip(&mut found) {
            if found.is_some() {
                continue;
            }
            let at = key(component)
                .and_then(|key| waiting.get_mut(&(component.name.as_str(), key)))
                .and_then(VecDeque::pop_front);
            if let Some(at) = at {
                *found = Some(at);
                if let Some(free) = free.get_mut(at) {
                    *free = false;
                }
            }
        }
    }
    found
}

/// The same for what a device was shown of an item: occurrences keep their order there, however their names are written.
pub(super) fn lay_shown(shown: &[Component], item: &[Component]) -> Vec<Option<usize>> {
    let is_entry = |c: &Component| matches!(c.name.as_str(), "VEVENT" | "VTODO");
    let places = |all: &[Component]| -> Vec<usize> {
        let entries = all.iter().enumerate().filter(|(_, c)| is_entry(c));
        entries.map(|(at, _)| at).collect()
    };
    let mut found = lay_components(shown, item);
    let (here, there) = (places(shown), places(item));
    if here.len() == there.len() {
        for (at, source) in here.into_iter().zip(there) {
            if let Some(found) = found.get_mut(at) {
                *found = Some(source);
            }
        }
    }
    found
}

/// What an occurrence of a series and a time zone are known by.
fn identity(component: &Component) -> Option<u64> {
    match component.name.as_str() {
        "VEVENT" | "VTODO" | "VJOURNAL" => Some(component.first("RECURRENCE-ID").map_or(0, said)),
        "VTIMEZONE" => Some(xxhash_rust::xxh3::xxh3_64(
            component.text("TZID").as_bytes(),
        )),
        _ => None,
    }
}
