//! `LABEL`: a property beside `ADR` in 2.1 and 3.0, a parameter of it in 4.0.

use std::collections::{HashMap, VecDeque};

use crate::pim::model::{Component, Property};

/// Which address has which label, by their places in the card: those of the same group and types, one each.
pub(super) fn by_address(card: &Component) -> HashMap<usize, usize> {
    let mut waiting: HashMap<(&str, Vec<&str>), VecDeque<usize>> = HashMap::new();
    for (at, label) in card.properties.iter().enumerate() {
        if label.name == "LABEL" {
            waiting.entry(kinds(label)).or_default().push_back(at);
        }
    }
    let addresses = card
        .properties
        .iter()
        .enumerate()
        .filter(|(_, p)| p.name == "ADR");
    addresses
        .filter_map(|(at, address)| Some((at, waiting.get_mut(&kinds(address))?.pop_front()?)))
        .collect()
}

fn kinds(property: &Property) -> (&str, Vec<&str>) {
    let mut kinds: Vec<_> = property.types().filter(|word| *word != "pref").collect();
    kinds.sort_unstable();
    (&property.group, kinds)
}
