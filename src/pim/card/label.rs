//! `LABEL`: a property beside `ADR` in 2.1 and 3.0, a parameter of it in 4.0.

use std::collections::{HashMap, VecDeque};

use crate::pim::model::{Component, Property};

/// What a property of a card has to do with a label.
pub(super) enum Label {
    /// It is the label of an address.
    Joined,
    /// It is an address that has this one.
    Text(String),
}

/// Which addresses have labels, and which labels have addresses, by their places in the card: those of the same group
/// and types, one each.
pub(super) fn by_address(card: &Component) -> HashMap<usize, Label> {
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
    let mut pairs = HashMap::new();
    for (at, address) in addresses {
        let label = waiting
            .get_mut(&kinds(address))
            .and_then(VecDeque::pop_front);
        if let Some((place, label)) = label.and_then(|at| Some((at, card.properties.get(at)?))) {
            pairs.insert(place, Label::Joined);
            pairs.insert(at, Label::Text(label.text().into_owned()));
        }
    }
    pairs
}

fn kinds(property: &Property) -> (&str, Vec<&str>) {
    let mut kinds: Vec<_> = property.types().filter(|word| *word != "pref").collect();
    kinds.sort_unstable();
    (&property.group, kinds)
}
