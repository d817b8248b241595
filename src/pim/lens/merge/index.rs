//! Finds a property by what it says, however many there are.

use std::collections::HashMap;

use super::super::tree::{is_single, said};
use crate::pim::model::{Property, Text};

/// Properties by what they say, and by their name where there is one of it.
pub(super) struct Index {
    by_said: HashMap<(Text, u64), usize>,
    unseen: HashMap<Text, usize>,
}

impl Index {
    pub(super) fn of(properties: &[Property], is_unseen: impl Fn(usize) -> bool) -> Self {
        let mut index = Self {
            by_said: HashMap::new(),
            unseen: HashMap::new(),
        };
        for (at, property) in properties.iter().enumerate() {
            index
                .by_said
                .entry((property.name.clone(), said(property)))
                .or_insert(at);
            if is_single(&property.name) && is_unseen(at) {
                index.unseen.entry(property.name.clone()).or_insert(at);
            }
        }
        index
    }

    /// The property that says the same, else the one of its name that the device was not shown.
    pub(super) fn find(&self, property: &Property) -> Option<usize> {
        let same = self.by_said.get(&(property.name.clone(), said(property)));
        same.or_else(|| self.unseen.get(&property.name)).copied()
    }
}
