//! Lays the properties of two versions of one item beside one another.
//!
//! What is the same goes together first, then what says the same, then what is of the same kind in its order, then
//! what there is only one of. About linear to the number of properties.

use std::collections::HashMap;

use super::tree::{is_single, said, types};
use crate::pim::model::{Component, Property};

/// What one of two things that are laid beside one another is matched by: its name and what it says.
type Key<'k> = (&'k str, u64, u64);

/// What of a property counts in one pass; `None`: the property does not.
type Pass = fn(&Looked<'_>) -> Option<(u64, u64)>;

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
    let looked = |p| Looked::at(p, is_fixed.get(name(p)).copied().unwrap_or(false));
    let ours: Vec<_> = these.iter().map(looked).collect();
    let theirs: Vec<_> = others.iter().map(looked).collect();
    let passes: [Pass; 5] = [
        |p| p.in_place.then_some((0, 0)),
        |p| (!p.in_place).then_some((p.said, p.types)),
        |p| (!p.in_place && !p.is_empty).then_some((p.said, 0)),
        |p| (!p.in_place).then_some((p.types, 0)),
        |p| (!p.in_place && is_single(p.name)).then_some((0, 0)),
    ];
    let mut pairs = Pairs::of(these.len(), others.len());
    for key in passes {
        let (ours, theirs) = (ours.iter(), theirs.iter());
        pairs.pass(ours.map(|p| p.keyed(key)), theirs.map(|p| p.keyed(key)));
    }
    pairs.found
}

fn name(property: &Property) -> &str {
    &property.name
}

/// A property with what it is matched by, each worked out once.
struct Looked<'p> {
    name: &'p str,
    in_place: bool,
    said: u64,
    types: u64,
    is_empty: bool,
}

impl<'p> Looked<'p> {
    fn at(property: &'p Property, in_place: bool) -> Self {
        Self {
            name: &property.name,
            in_place,
            said: if in_place { 0 } else { said(property) },
            types: types(property),
            is_empty: property.is_empty(),
        }
    }

    fn keyed(&self, key: Pass) -> Option<Key<'p>> {
        key(self).map(|(one, two)| (self.name, one, two))
    }
}

/// The matches found so far.
struct Pairs {
    found: Vec<Option<usize>>,
    free: Vec<bool>,
}

impl Pairs {
    fn of(these: usize, others: usize) -> Self {
        Self {
            found: vec![None; these],
            free: vec![true; others],
        }
    }

    /// Matches what has no match yet and is of the same key, in its order.
    fn pass<'k>(
        &mut self,
        these: impl Iterator<Item = Option<Key<'k>>>,
        others: impl Iterator<Item = Option<Key<'k>>>,
    ) {
        if self.found.iter().all(Option::is_some) {
            return;
        }
        let free = others.zip(&self.free).enumerate();
        let mut waiting: Vec<(Key<'k>, usize)> = free
            .filter_map(|(at, (key, free))| Some((key.filter(|_| *free)?, at)))
            .collect();
        waiting.sort_unstable();
        // Of those of one key as many as were matched, counted at the first of them.
        let mut taken = vec![0_usize; waiting.len()];
        for (key, found) in these.zip(&mut self.found) {
            let Some(key) = key.filter(|_| found.is_none()) else {
                continue;
            };
            let first = waiting.partition_point(|(known, _)| *known < key);
            let Some(taken) = taken.get_mut(first) else {
                continue;
            };
            let next = waiting.get(first + *taken);
            if let Some((_, at)) = next.filter(|(known, _)| *known == key) {
                *taken += 1;
                *found = Some(*at);
                if let Some(free) = self.free.get_mut(*at) {
                    *free = false;
                }
            }
        }
    }
}

/// The same for components: by what each is, then by what it says, then by its order.
pub(super) fn lay_components(these: &[Component], others: &[Component]) -> Vec<Option<usize>> {
    let passes: [fn(&Component) -> Option<u64>; 4] = [
        |c| Some(super::tree::component(c)),
        |c| identity(c),
        |c| c.first("TRIGGER").map(said),
        |c| (identity(c).is_none()).then_some(0),
    ];
    let mut pairs = Pairs::of(these.len(), others.len());
    for key in passes {
        let keyed = |c| key(c).map(|key| (kind(c), key, 0));
        pairs.pass(these.iter().map(keyed), others.iter().map(keyed));
    }
    pairs.found
}

fn kind(component: &Component) -> &str {
    &component.name
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
