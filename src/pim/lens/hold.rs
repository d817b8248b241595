//! What of a canonical item a device can hold: its format, what it says of itself, and its habits.
//!
//! Still canonical, so that what comes back can be laid beside it; each property knows which one of the item it shows.

use super::body::Came;
use super::quirks::{ContactQuirks, NameOrder};
use super::within::Holds;
use super::{Form, Lens, agenda, slots, tree};
use crate::pim::card::{self, name};
use crate::pim::model::{Component, Property, Text, Value};

/// An item as a device can hold it.
pub(super) struct Held {
    /// The item.
    pub tree: Component,
    /// For each of its properties the place of the one it shows; `None` for what was made up.
    pub from: Vec<Option<usize>>,
}

/// One property on its way.
pub(super) type Shown = (Option<usize>, Property);

impl Lens {
    /// What the device can hold of a canonical tree.
    pub(super) fn held(&self, item: Component) -> Held {
        let is_sif = self.form == Form::Sif;
        let item = agenda::without_moved(self, &item).unwrap_or(item);
        let is_card = item.name == "VCARD";
        if !is_sif && self.caps.is_none() && (!is_card || self.contact == ContactQuirks::default())
        {
            return self.held_freely(item);
        }
        let mut shown: Vec<Shown> = if is_card && is_sif {
            let held = card::sif::hold(&item);
            held.into_iter().map(|(at, p)| (Some(at), p)).collect()
        } else {
            let all = item.properties.into_iter().enumerate();
            all.filter(|(_, p)| !p.is_empty())
                .map(|(at, p)| (Some(at), p))
                .collect()
        };
        if !is_sif {
            self.within_caps(&mut shown);
        }
        if is_card {
            self.by_habit(&mut shown);
        }
        let (from, properties) = shown.into_iter().unzip();
        let tree = Component {
            components: self.components(is_card, item.components),
            name: item.name,
            properties,
        };
        Held { tree, from }
    }

    /// The same for a device without limits and habits.
    fn held_freely(&self, mut item: Component) -> Held {
        let mut from = Vec::with_capacity(item.properties.len());
        let mut at = 0..;
        item.properties.retain(|p| {
            let (place, is_shown) = (at.next(), !p.is_empty());
            from.extend(is_shown.then_some(place));
            is_shown
        });
        item.components = self.components(item.name == "VCARD", item.components);
        Held { tree: item, from }
    }

    fn components(&self, in_card: bool, all: Vec<Component>) -> Vec<Component> {
        let mut room = match &self.caps {
            Some(caps) if caps.is_telling() && self.form != Form::Sif => {
                agenda::room_for_alarms(caps)
            }
            Some(_) | None => usize::MAX,
        };
        let inner = all.into_iter().filter(|component| {
            if component.name == "VALARM" {
                let is_held = self.has_alarms() && room > 0;
                room = room.saturating_sub(usize::from(is_held));
                return is_held;
            }
            let is_frame = matches!(
                component.name.as_str(),
                "VEVENT" | "VTODO" | "VJOURNAL" | "VTIMEZONE" | "STANDARD" | "DAYLIGHT"
            );
            is_frame || (!in_card && self.holds(&component.name) != Holds::Not)
        });
        inner
            .map(|component| {
                let is_free = matches!(
                    component.name.as_str(),
                    "VALARM" | "VTIMEZONE" | "STANDARD" | "DAYLIGHT"
                );
                let mut properties = component.properties;
                properties.retain(|p| !p.is_empty());
                if !is_free && self.form != Form::Sif {
                    let mut shown: Vec<Shown> = properties.into_iter().map(|p| (None, p)).collect();
                    self.within_caps(&mut shown);
                    properties = shown.into_iter().map(|(_, p)| p).collect();
                }
                Component {
                    properties,
                    components: self.components(component.name == "VCARD", component.components),
                    name: component.name,
                }
            })
            .collect()
    }

    /// What the device does with contacts.
    fn by_habit(&self, shown: &mut Vec<Shown>) {
        let quirks = &self.contact;
        shown.retain_mut(|(_, property)| {
            if quirks
                .without
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&property.name))
            {
                return false;
            }
            let is_unwanted = |(name, types): &(String, Vec<String>)| {
                *name == property.name && types.iter().all(|word| property.has_type(word))
            };
            if quirks.without_types.iter().any(is_unwanted) {
                return false;
            }
            if quirks.no_pref {
                without_type(property, "pref");
            }
            if quirks.typeless.iter().any(|name| property.name == *name) {
                property.params.retain(|p| p.key != "TYPE");
            }
            if quirks.digits_only && property.name == "TEL" {
                let text = property.text();
                let digits = text
                    .chars()
                    .filter(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#'));
                let digits = digits.collect();
                property.value = Value::Text(digits);
            }
            if property.name == "N" {
                self.short_name(property);
            }
            true
        });
        for (name, word, most) in &quirks.most {
            let mut room = *most;
            shown.retain(|(_, p)| {
                let counts = p.name == *name && p.has_type(word);
                let is_kept = !counts || room > 0;
                room = room.saturating_sub(usize::from(counts));
                is_kept
            });
        }
        let mut known = std::collections::HashSet::new();
        shown.retain(|(_, p)| {
            let is_free = !quirks.one_per_type.iter().any(|name| p.name == *name);
            is_free || known.insert((p.name.clone(), tree::types(p)))
        });
        let lone = shown.iter().filter(|(_, p)| p.name == "ADR").count() == 1;
        if let Some(kind) = quirks.lone_address.as_deref().filter(|_| lone) {
            for (_, address) in shown.iter_mut().filter(|(_, p)| p.name == "ADR") {
                address.params.retain(|p| p.key != "TYPE");
                *address = std::mem::take(address).with("TYPE", kind);
            }
        }
        if quirks.label_for_address {
            shown.retain(|(_, p)| p.name != "LABEL");
        }
        self.in_order(shown);
        slots::fill(shown, &quirks.slots);
    }

    fn short_name(&self, property: &mut Property) {
        if let Some(order) = self.contact.single_name {
            let (family, given) = (property.part(0), property.part(1));
            let whole = match order {
                NameOrder::GivenFirst => format!("{given} {family}"),
                NameOrder::FamilyFirst => format!("{family} {given}"),
            };
            // As it will be taken apart again.
            property.value = Value::Parts(apart(whole.trim(), order));
        } else if let (Some(most), Value::Parts(parts)) =
            (self.contact.name_parts, &mut property.value)
        {
            parts.truncate(most);
        }
    }

    /// In the order the device wants: words in a property, then properties of one name by their first word.
    fn in_order(&self, shown: &mut [Shown]) {
        let order = &self.contact.type_order;
        if order.is_empty() {
            return;
        }
        let rank = |word: &str| {
            order
                .iter()
                .position(|known| known.eq_ignore_ascii_case(word))
                .unwrap_or(order.len())
        };
        for (_, property) in shown.iter_mut() {
            for param in property.params.iter_mut().filter(|p| p.key == "TYPE") {
                param.values.sort_by_key(|word| rank(word));
            }
        }
        // Those of one name change places among themselves.
        for name in ["TEL", "EMAIL", "ADR"] {
            let mut places: Vec<usize> = Vec::new();
            let mut sorted: Vec<Shown> = Vec::new();
            for (at, (from, property)) in shown
                .iter()
                .enumerate()
                .filter(|(_, (_, p))| p.name == name)
            {
                places.push(at);
                sorted.push((*from, property.clone()));
            }
            sorted.sort_by_key(|(_, p)| p.types().map(rank).min().unwrap_or(order.len()));
            for (at, one) in places.into_iter().zip(sorted) {
                if let Some(place) = shown.get_mut(at) {
                    *place = one;
                }
            }
        }
    }

    /// Makes a canonical tree of what the device sent that of the item: what it spells in its own way undone.
    pub(super) fn settled(&self, mut item: Component, came: Came) -> Component {
        if item.name != "VCARD" || came == Came::Fields {
            return item;
        }
        let quirks = &self.contact;
        for property in &mut item.properties {
            if quirks.no_pref {
                without_type(property, "pref");
            }
            if let (Some(order), "N") = (quirks.single_name, property.name.as_str()) {
                let whole = [property.part(0), property.part(1)].join(" ");
                property.value = Value::Parts(apart(whole.trim(), order));
            }
        }
        item
    }

    /// Adds a stand-in for each property that was shown before and is gone.
    pub(super) fn stand_in(&self, held: &mut Held, before: Component) {
        let was = self.held(before);
        for gone in was.tree.properties {
            let Some(text) = self.contact.stand_in(&gone.name) else {
                continue;
            };
            let is_here = |p: &Property| {
                p.name == gone.name
                    && (tree::is_single(&gone.name) || tree::types(p) == tree::types(&gone))
            };
            if held.tree.properties.iter().any(is_here) {
                continue;
            }
            held.tree.properties.push(Property {
                value: Value::Text(text.into()),
                ..gone
            });
            held.from.push(None);
        }
    }
}

/// For each property of `shown`, as it was read again, the place of the one of the item that it shows.
pub(super) fn sources(held: &Held, shown: &Component) -> Vec<Option<usize>> {
    // What is written keeps the order of what has one name.
    let laid = super::lay::lay(
        &shown.properties,
        &held.tree.properties,
        |_, these, those| these == those,
    );
    laid.into_iter()
        .map(|at| at.and_then(|at| held.from.get(at).copied().flatten()))
        .collect()
}

fn without_type(property: &mut Property, word: &str) {
    for param in property.params.iter_mut().filter(|p| p.key == "TYPE") {
        param.values.retain(|w| !w.eq_ignore_ascii_case(word));
    }
    property
        .params
        .retain(|p| p.key != "TYPE" || !p.values.is_empty());
}

/// One field as family and given name.
fn apart(whole: &str, order: NameOrder) -> Vec<Vec<Text>> {
    match order {
        NameOrder::GivenFirst => name::split(whole),
        NameOrder::FamilyFirst => {
            let (family, given) = whole.split_once(' ').unwrap_or((whole, ""));
            [family, given, "", "", ""]
                .iter()
                .map(|part| vec![Text::from(part.trim())])
                .collect()
        }
    }
}
