//! Three sides brought together: what the device was shown and sent back, and the item as it is now.
//!
//! Two results grow side by side, ours and theirs: they differ only where both changed the same.

mod components;
mod index;
mod series;

use std::cell::LazyCell;
use std::collections::HashSet;

use super::edit::{self, Edit, Habits, emptied, only_new, typed};
use super::lay::lay;
use super::tree::{is_volatile, said};
use super::{Lens, body::Came};
use crate::pim::card::name;
use crate::pim::model::{Component, Property, Text};

use components::components;
use index::Index;

/// A field that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldConflict {
    /// The property's name, or a component's; empty when the item is compared as a whole.
    pub name: Text,
    /// As both knew it; `None` when it was not there.
    pub base: Option<Property>,
    /// As it is now; `None` when it is gone.
    pub ours: Option<Property>,
    /// As the device has it; `None` when it is gone.
    pub theirs: Option<Property>,
}

/// The sides of a merge, all canonical.
pub(super) struct Sides<'a> {
    /// The item as of when the device last had it.
    pub base: &'a Component,
    /// As the device was shown it.
    pub shown: &'a Component,
    /// For each property of `shown` its source in `base`.
    pub sources: &'a [Option<usize>],
    /// As it came.
    pub sent: &'a Component,
    /// As it is now.
    pub current: &'a Component,
    /// The two only met now, and know nothing of one another: nothing was cleared.
    pub met: bool,
    /// What it came as.
    pub came: Came,
}

/// What came of it.
pub(super) struct Merged {
    pub ours: Component,
    pub theirs: Component,
    pub conflicts: Vec<FieldConflict>,
    /// Whether the device's user did anything.
    pub edited: bool,
}

/// A property of the item in both results; `None` where it is gone.
struct Slot {
    ours: Option<Property>,
    theirs: Option<Property>,
}

/// Made when it is first asked for: most edits add nothing.
type Lazily<'a, T> = LazyCell<T, Box<dyn FnOnce() -> T + 'a>>;

struct Work<'a> {
    sides: &'a Sides<'a>,
    lens: &'a Lens,
    /// One for each property of the current item, and what is new behind them.
    slots: Vec<Slot>,
    /// For each property of the base its place in the current item.
    now: Vec<Option<usize>>,
    /// What of the base was not shown.
    base: Lazily<'a, Index>,
    /// What is now and has nothing to do with what was shown.
    current: Lazily<'a, Index>,
    conflicts: Vec<FieldConflict>,
    edited: bool,
}

/// Brings the sides together.
pub(super) fn merge(sides: &Sides<'_>, lens: &Lens) -> Merged {
    let slots = sides.current.properties.iter().map(|p| Slot {
        ours: Some(p.clone()),
        theirs: Some(p.clone()),
    });
    let now = lay(
        &sides.base.properties,
        &sides.current.properties,
        |_, _, _| false,
    );
    let shown: HashSet<usize> = sides.sources.iter().copied().flatten().collect();
    let shown_now: HashSet<usize> = shown
        .iter()
        .filter_map(|at| now.get(*at).copied().flatten())
        .collect();
    let mut work = Work {
        slots: slots.collect(),
        base: LazyCell::new(Box::new(move || {
            Index::of(&sides.base.properties, |at| !shown.contains(&at))
        })),
        current: LazyCell::new(Box::new(move || {
            Index::of(&sides.current.properties, |at| !shown_now.contains(&at))
        })),
        now,
        sides,
        lens,
        conflicts: Vec::new(),
        edited: false,
    };
    work.properties();
    let (ours, theirs): (Vec<_>, Vec<_>) = std::mem::take(&mut work.slots)
        .into_iter()
        .map(|slot| (slot.ours, slot.theirs))
        .unzip();
    let component = |properties: Vec<Option<Property>>| Component {
        name: sides.current.name.clone(),
        properties: properties.into_iter().flatten().collect(),
        components: Vec::new(),
    };
    let mut merged = Merged {
        ours: component(ours),
        theirs: component(theirs),
        conflicts: work.conflicts,
        edited: work.edited,
    };
    components(sides, lens, &mut merged);
    if merged.edited {
        series::follow(sides.current, sides.shown, &mut merged.ours);
        series::follow(sides.current, sides.shown, &mut merged.theirs);
        settle(sides, &mut merged.ours);
        settle(sides, &mut merged.theirs);
    }
    merged
}

impl Work<'_> {
    fn properties(&mut self) {
        let sides = self.sides;
        let quirks = &self.lens.contact;
        let laid = lay(
            &sides.sent.properties,
            &sides.shown.properties,
            |name, these, those| {
                let places = quirks.places(name);
                places > 0 && these == places && those == places
            },
        );
        let mut came = vec![false; sides.shown.properties.len()];
        for (property, at) in sides.sent.properties.iter().zip(&laid) {
            if let Some(came) = at.and_then(|at| came.get_mut(at)) {
                *came = true;
            }
            if is_volatile(&property.name) {
                continue;
            }
            let shown = at.and_then(|at| sides.shown.properties.get(at));
            let source = at.and_then(|at| sides.sources.get(at).copied().flatten());
            match (shown, source) {
                (Some(shown), Some(source)) => self.changed(source, shown, property),
                // Made up for the device, and back unchanged.
                (Some(shown), None) if said(shown) == said(property) => {}
                (Some(shown), None) => {
                    let new = only_new(property, shown);
                    self.added(&typed(&new, shown, quirks.places(&property.name)));
                }
                (None, _) => self.added(property),
            }
        }
        if sides.met || sides.came == Came::Fields || quirks.absent_is_kept {
            return;
        }
        for (at, source) in sides.sources.iter().enumerate() {
            let is_gone = came.get(at) == Some(&false);
            if let Some(source) = source.filter(|_| is_gone) {
                self.removed(source);
            }
        }
    }

    fn changed(&mut self, source: usize, shown: &Property, came: &Property) {
        let Some(base) = self.sides.base.properties.get(source) else {
            return;
        };
        if came.is_empty() && !shown.is_empty() {
            if !self.sides.met {
                self.removed(source);
            }
            return;
        }
        if came == shown {
            return;
        }
        let quirks = &self.lens.contact;
        let habits = Habits {
            cuts: quirks.cuts_silently,
            no_types: quirks.places(&came.name) > 0
                || quirks.typeless.iter().any(|name| came.name == *name)
                || quirks.lone_address.is_some() && came.name == "ADR",
        };
        let edit = edit::between(base, shown, came, habits);
        if !edit.is_none() {
            self.edit(source, base, &edit);
        }
    }

    /// Makes an edit to the property that a property of the base is now.
    fn edit(&mut self, source: usize, base: &Property, edit: &Edit) {
        let place = self.now.get(source).copied().flatten();
        let current = place.and_then(|at| self.sides.current.properties.get(at));
        let Some((place, current)) = place.zip(current) else {
            // Others took it away.
            self.edited = true;
            let theirs = edit.apply(base);
            self.conflict(base, None, Some(&theirs));
            self.slots.push(Slot {
                ours: None,
                theirs: Some(theirs),
            });
            return;
        };
        let empty = Property {
            value: emptied(base),
            ..base.clone()
        };
        // Of two that only met now, each knows what the other does not say.
        let known = if self.sides.met { &empty } else { base };
        let mut edit = edit.clone();
        if self.sides.met {
            edit.types.1.clear();
            edit.list.1.clear();
            edit.parts
                .retain(|(_, part)| part.iter().any(|one| !one.trim().is_empty()));
            if edit.is_none() {
                return;
            }
        }
        self.edited = true;
        let (free, touching) = edit.against(known, current);
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        let ours = free.apply(slot.ours.as_ref().unwrap_or(current));
        let theirs = touching.apply(&free.apply(slot.theirs.as_ref().unwrap_or(current)));
        *slot = Slot {
            ours: Some(ours),
            theirs: Some(theirs.clone()),
        };
        if !touching.is_none() {
            self.conflict(known, Some(current), Some(&theirs));
        }
    }

    fn removed(&mut self, source: usize) {
        let Some(base) = self.sides.base.properties.get(source) else {
            return;
        };
        if is_volatile(&base.name) {
            return;
        }
        self.edited = true;
        let place = self.now.get(source).copied().flatten();
        let current = place.and_then(|at| self.sides.current.properties.get(at));
        // Gone on both sides.
        let Some((place, current)) = place.zip(current) else {
            return;
        };
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        slot.theirs = None;
        if said(base) == said(current) {
            slot.ours = None;
        } else {
            self.conflict(base, Some(current), None);
        }
    }

    fn added(&mut self, property: &Property) {
        if property.is_empty() {
            return;
        }
        // Unseen by the device, as far as we knew, and yet here: it is not new.
        let hidden = self.base.find(property);
        if let Some(source) = hidden {
            let Some(base) = self.sides.base.properties.get(source) else {
                return;
            };
            if said(base) != said(property) {
                let habits = Habits {
                    cuts: true,
                    no_types: true,
                };
                let edit = edit::between(base, base, property, habits);
                if !edit.is_none() {
                    self.edit(source, base, &edit);
                }
            }
            return;
        }
        self.edited = true;
        let rival = self.current.find(property);
        let Some(place) = rival else {
            self.slots.push(Slot {
                ours: Some(property.clone()),
                theirs: Some(property.clone()),
            });
            return;
        };
        let Some(current) = self.sides.current.properties.get(place) else {
            return;
        };
        if said(current) == said(property) {
            return;
        }
        let nothing = Property {
            value: emptied(current),
            ..current.clone()
        };
        let edit = edit::between(
            &nothing,
            &nothing,
            property,
            Habits {
                cuts: false,
                no_types: true,
            },
        );
        let (free, touching) = edit.against(&nothing, current);
        if let Some(slot) = self.slots.get_mut(place) {
            let theirs = touching.apply(&free.apply(current));
            *slot = Slot {
                ours: Some(free.apply(current)),
                theirs: Some(theirs),
            };
        }
        if !touching.is_none() {
            let field = FieldConflict {
                name: current.name.clone(),
                base: None,
                ours: Some(current.clone()),
                theirs: Some(property.clone()),
            };
            self.conflicts.push(field);
        }
    }

    fn conflict(&mut self, base: &Property, ours: Option<&Property>, theirs: Option<&Property>) {
        self.conflicts.push(FieldConflict {
            name: base.name.clone(),
            base: (!base.is_empty()).then(|| base.clone()),
            ours: ours.cloned(),
            theirs: theirs.cloned(),
        });
    }
}

/// What goes along with an edit: when it was made, a shown name that follows the name, no property left without a value.
fn settle(sides: &Sides<'_>, result: &mut Component) {
    for stamp in ["REV", "LAST-MODIFIED", "DTSTAMP", "SEQUENCE"] {
        if let Some(sent) = sides.sent.first(stamp) {
            result.set(sent.clone());
        }
    }
    if result.first("UID").is_none()
        && let Some(uid) = sides.sent.first("UID")
    {
        result.properties.push(uid.clone());
    }
    let pairs = (sides.current.first("N"), result.first("N"));
    let shown = (sides.current.first("FN"), result.first("FN"));
    if let ((Some(before), Some(after)), (Some(was), Some(is))) = (pairs, shown)
        && said(before) != said(after)
        && said(was) == said(is)
        && let Some(text) = name::follow(&is.text(), before, after)
    {
        let mut shown = is.clone();
        shown.value = crate::pim::model::Value::Text(text.into());
        result.set(shown);
    }
    result.properties.retain(|p| !p.is_empty());
    for property in &mut result.properties {
        property.params.retain(|p| p.key != "X-PARTS");
    }
}
