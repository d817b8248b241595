//! `LABEL`: a property beside `ADR` in 2.1 and 3.0, a parameter of it in 4.0.

use crate::pim::model::{Component, Property};

/// Which address has which label, by their places in the card: those of the same group and types, one each.
pub(super) fn by_address(card: &Component) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let named = |name: &'static str| {
        let properties = card.properties.iter().enumerate();
        properties.filter(move |(_, p)| p.name == name)
    };
    for (label, beside) in named("LABEL") {
        let address = named("ADR").find(|(at, address)| {
            address.group == beside.group
                && kinds(address) == kinds(beside)
                && pairs.iter().all(|(taken, _)| taken != at)
        });
        if let Some((at, _)) = address {
            pairs.push((at, label));
        }
    }
    pairs
}

fn kinds(property: &Property) -> Vec<&str> {
    let mut kinds: Vec<_> = property.types().filter(|w| *w != "pref").collect();
    kinds.sort_unstable();
    kinds
}
