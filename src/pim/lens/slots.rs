//! Fixed places: a device that has so many numbers of such kinds, in this order, and sends them back in it.

use super::hold::Shown;
use super::quirks::Slot;
use crate::pim::model::{Param, Property, Text};

/// Puts what fits into its place, in the order of the places, an empty property into each that stays free; the rest of
/// those names is left out.
pub(super) fn fill(shown: &mut Vec<Shown>, slots: &[Slot]) {
    if slots.is_empty() {
        return;
    }
    let is_placed = |p: &Property| slots.iter().any(|slot| slot.name == p.name);
    let (mut placed, mut out): (Vec<Shown>, Vec<Shown>) = std::mem::take(shown)
        .into_iter()
        .partition(|(_, p)| is_placed(p));
    for slot in slots {
        let best = |is_exact: bool| {
            placed.iter().position(|(_, p)| {
                p.name == slot.name
                    && slot.types.iter().all(|word| p.has_type(word))
                    && (!is_exact || kinds(p) == slot.types.len())
            })
        };
        let found = best(true)
            .or_else(|| best(false))
            .map(|at| placed.remove(at));
        let (from, mut property) =
            found.unwrap_or_else(|| (None, Property::text_of(&slot.name, "")));
        property.params.retain(|p| p.key != "TYPE");
        if !slot.types.is_empty() {
            property.params.push(Param {
                key: "TYPE".into(),
                values: slot.types.iter().map(Text::from).collect(),
            });
        }
        out.push((from, property));
    }
    *shown = out;
}

/// How many of its types say of what kind it is.
fn kinds(property: &Property) -> usize {
    property
        .types()
        .filter(|word| !matches!(*word, "pref" | "voice" | "internet"))
        .count()
}
