//! `N` and `FN`: a version insists on one, a device may only have the other.
//!
//! What is made up here is for the device alone; it is not stored when it comes back as it was sent.

use crate::pim::model::{Component, Property, Text, Value, Version};

/// Puts in what the version insists on: `N` in 2.1, both in 3.0, `FN` in 4.0.
pub(super) fn complete(card: &mut Component, version: Version) {
    let lacks = |name: &str| card.first(name).is_none();
    let (no_name, no_shown) = (lacks("N"), lacks("FN"));
    if no_name && version != Version::Card40 {
        let parts = split(&card.text("FN"));
        card.properties
            .insert(1, Property::new("N", Value::Parts(parts)));
    }
    if no_shown && version != Version::Card21 {
        let shown = shown(card);
        card.properties.insert(1, Property::text_of("FN", shown));
    }
}

/// How a card without `FN` would be shown: its name, else its company, mail address or telephone number.
#[must_use]
pub fn shown(card: &Component) -> String {
    let name = card.first("N").map(usual).unwrap_or_default();
    if !name.is_empty() {
        return name;
    }
    let company = card.first("ORG").map(|p| p.part(0).trim().to_owned());
    [
        company.unwrap_or_default(),
        card.text("EMAIL").trim().to_owned(),
        card.text("TEL").trim().to_owned(),
    ]
    .into_iter()
    .find(|text| !text.is_empty())
    .unwrap_or_default()
}

/// The parts of a name that is known only as it is shown: what stands before the last blank is given.
#[must_use]
pub fn split(shown: &str) -> Vec<Vec<Text>> {
    let shown = shown.trim();
    let (given, family) = shown.rsplit_once(' ').unwrap_or(("", shown));
    [family, given, "", "", ""]
        .iter()
        .map(|part| vec![Text::from(part.trim())])
        .collect()
}

/// The name as it would be shown after `N` was changed: spelled as the old one was; `None` when the old one was not
/// made of the old `N`, and so stays.
#[must_use]
pub fn follow(shown: &str, before: &Property, after: &Property) -> Option<String> {
    let shown = squeezed(shown);
    SPELLINGS
        .iter()
        .find(|spelling| squeezed(&spelling(before)) == shown)
        .map(|spelling| squeezed(&spelling(after)))
        .filter(|new| !new.is_empty() && *new != shown)
}

/// Given, middle and family name.
fn usual(name: &Property) -> String {
    squeezed(&in_order(name, [1, 2, 0]))
}

fn in_order<const N: usize>(name: &Property, order: [usize; N]) -> String {
    order.map(|at| name.part(at).into_owned()).join(" ")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How people and programs spell a name.
const SPELLINGS: [fn(&Property) -> String; 6] = [
    |name| in_order(name, [1, 2, 0]),
    |name| in_order(name, [1, 0]),
    |name| in_order(name, [3, 1, 2, 0, 4]),
    |name| format!("{}, {}", name.part(0).trim(), in_order(name, [1, 2]).trim()),
    |name| format!("{}, {}", name.part(0).trim(), name.part(1).trim()),
    |name| in_order(name, [0, 1]),
];
