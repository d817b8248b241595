//! Contacts: one vocabulary for vCard 2.1, 3.0, 4.0 and SIF-C.
//!
//! The vocabulary, which is called canonical here, is that of vCard 3.0 with the properties that only 4.0 has under
//! their names there. [`from_card`] brings a card of any version to it, [`to_card`] spells it for a version that lacks
//! some of it: what can be said otherwise is (`X-NICKNAME` in 2.1, `ADR;LABEL` in 4.0), the rest is left out. What is
//! unknown is kept as it is. Both go property by property and keep the order of those of one name, so that what a
//! device returns can be laid beside what it was sent.
//!
//! ```text
//! vocabulary  which version knows which names and types    media  pictures, sounds, keys
//! moment      birthdays in every spelling                  name   N and FN, each from the other
//! label       LABEL beside ADR                             sif    SIF-C
//! ```
//!
//! Sources: vCard 2.1, RFC 2426, RFC 6350, RFC 6474, RFC 6715.

mod label;
mod media;
pub mod moment;
pub mod name;
pub mod sif;
mod vocabulary;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use label::Label;

use super::model::{self, Component, Param, Property, Reading, Text, Value, Version};

/// The canonical card of a card of this version; other versions are taken for 3.0.
#[must_use]
pub fn from_card(card: Component, version: Version) -> Component {
    let mut out = Component {
        name: "VCARD".into(),
        properties: Vec::with_capacity(card.properties.len()),
        components: card.components,
    };
    for property in card.properties {
        if property.name == "VERSION" {
            continue;
        }
        from_property(property, version, &mut out.properties);
    }
    out
}

/// A canonical card in the words of a version, with its `VERSION` and what the version insists on.
#[must_use]
pub fn to_card(card: Component, version: Version) -> Component {
    let mut properties = Vec::with_capacity(card.properties.len() + 3);
    properties.push(Property::text_of("VERSION", version.label()));
    let labels = if version == Version::Card40 {
        label::by_address(&card)
    } else {
        HashMap::new()
    };
    for (at, property) in card.properties.into_iter().enumerate() {
        let label = match labels.get(&at) {
            Some(Label::Joined) => continue,
            Some(Label::Text(text)) => Some(text),
            None => None,
        };
        let Some(mut property) = to_property(property, version) else {
            continue;
        };
        if let Some(text) = label {
            property.params.push(Param::new("LABEL", text));
        }
        properties.push(property);
    }
    let mut out = Component {
        name: "VCARD".into(),
        properties,
        components: card.components,
    };
    name::complete(&mut out, version);
    out
}

/// The name of a canonical property in a version; `None` when it has none there.
#[must_use]
pub fn named(name: &str, version: Version) -> Option<Cow<'_, str>> {
    vocabulary::spelled(name, version)
}

/// Whether a number of this type, in lower case, is called otherwise than by speaking into it.
#[must_use]
pub fn is_otherwise(word: &str) -> bool {
    sif::OTHERWISE.contains(&word)
}

fn from_property(mut property: Property, version: Version, out: &mut Vec<Property>) {
    if let Some(name) = vocabulary::meant_by(&property.name) {
        property.name = name.into();
    }
    types(&mut property, version);
    match property.name.as_str() {
        "PHOTO" | "LOGO" | "SOUND" | "KEY" => media::from(&mut property),
        "BDAY" | "ANNIVERSARY" => {
            let Some(moment) = moment::canonical(&property.text()) else {
                return;
            };
            property.value = Value::Text(moment.into());
            property.params.retain(|p| p.key != "VALUE");
        }
        "NICKNAME" | "CATEGORIES" => as_list(&mut property, version),
        "TEL" => {
            let text = property.text();
            if let Some(number) = text.strip_prefix("tel:") {
                property.value = Value::Text(number.into());
            }
            property.params.retain(|p| p.key != "VALUE");
        }
        "GEO" => {
            let text = property.text();
            let bare = text.strip_prefix("geo:").unwrap_or(&text);
            // Synthesis writes the separator alone where there is no place.
            let is_place = bare.bytes().any(|b| b.is_ascii_digit());
            let place = if is_place {
                bare.replace(',', ";")
            } else {
                String::new()
            };
            property.value = Value::Text(place.into());
        }
        "AGENT" => agent(&mut property, from_card),
        "ADR" => {
            let label = property.params.iter().position(|p| p.key == "LABEL");
            if let Some(label) = label.map(|at| property.params.remove(at)) {
                let mut beside = Property::text_of("LABEL", label.values.join(","));
                beside.group.clone_from(&property.group);
                beside.params.clone_from(&property.params);
                out.push(property);
                out.push(beside);
                return;
            }
        }
        _ => {}
    }
    out.push(property);
}

fn to_property(mut property: Property, version: Version) -> Option<Property> {
    if !model::is_name(&property.name) {
        return None;
    }
    match property.name.as_str() {
        "PHOTO" | "LOGO" | "SOUND" | "KEY" => media::to(&mut property, version),
        "BDAY" | "ANNIVERSARY" => {
            property.value = Value::Text(moment::spelled(&property.text(), version)?.into());
        }
        "GEO" => {
            let text = property.text();
            property.value = Value::Text(match version {
                Version::Card40 => format!("geo:{}", text.replace(';', ",")).into(),
                Version::Card21 => text.replace(';', ",").into(),
                Version::Card30
                | Version::Calendar10
                | Version::Calendar20
                | Version::Note11
                | Version::Other => text.into_owned().into(),
            });
        }
        "AGENT" => agent(&mut property, |card, _| to_card(card, version)),
        _ => {}
    }
    vocabulary::restrict(&mut property, version);
    if let Cow::Owned(name) = vocabulary::spelled(&property.name, version)? {
        property.name = name.into();
    }
    Some(property)
}

/// One `TYPE` with its words in lower case and none twice; `PREF=1` of 4.0 is one of them.
fn types(property: &mut Property, version: Version) {
    let is_of_type = |p: &&mut Param| matches!(p.key.as_str(), "TYPE" | "PREF");
    let mut of_type = property.params.iter_mut().filter(is_of_type);
    match (of_type.next(), of_type.next()) {
        (None, _) => return,
        (Some(one), None) if is_usual(one, version) => {
            one.values
                .iter_mut()
                .for_each(|word| word.make_ascii_lowercase());
            return;
        }
        (Some(_), _) => {}
    }
    let mut words: Vec<Text> = Vec::new();
    let mut known: HashSet<Text> = HashSet::new();
    let mut place = None;
    let mut params = Vec::with_capacity(property.params.len());
    for param in std::mem::take(&mut property.params) {
        let is_best = param.key == "PREF" && param.values.iter().any(|v| v == "1");
        if param.key != "TYPE" && !is_best {
            params.push(param);
            continue;
        }
        place = place.or(Some(params.len()));
        let found = if is_best {
            vec![Text::const_new("pref")]
        } else {
            param.values
        };
        for word in found {
            // The bare words of 2.1 that say where a value is, not of what kind.
            if version == Version::Card21 && vocabulary::is_place(&word) {
                params.push(Param::new("VALUE", &word.to_ascii_lowercase()));
                continue;
            }
            let word = Text::from(word.to_ascii_lowercase());
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
    }
    if let Some(place) = place.filter(|_| !words.is_empty()) {
        let param = Param {
            key: "TYPE".into(),
            values: words,
        };
        params.insert(place.min(params.len()), param);
    }
    property.params = params;
}

/// Whether its words are at most two types that differ: then they stand where and as they are to stand.
fn is_usual(param: &Param, version: Version) -> bool {
    let is_place = |word: &Text| version == Version::Card21 && vocabulary::is_place(word);
    let is_other = match param.values.as_slice() {
        [_] => true,
        [one, other] => !one.eq_ignore_ascii_case(other),
        _ => false,
    };
    param.key == "TYPE" && is_other && !param.values.iter().any(is_place)
}

/// Values side by side; cards of 2.1 separate them by either mark.
fn as_list(property: &mut Property, version: Version) {
    let list = match std::mem::take(&mut property.value) {
        Value::List(list) => list,
        Value::Parts(parts) => parts
            .into_iter()
            .map(|part| part.join(",").into())
            .collect(),
        Value::Text(text) => vec![text],
        kept @ (Value::Bytes(_) | Value::Object(_)) => {
            property.value = kept;
            return;
        }
    };
    let split = version == Version::Card21 && property.name == "CATEGORIES" && list.len() == 1;
    let list = if split {
        let one = list.concat();
        one.split(',').map(|word| word.trim().into()).collect()
    } else {
        list
    };
    property.value = Value::List(list);
}

/// An agent is a card in a card: as such in 2.1, as a text in 3.0.
fn agent(property: &mut Property, convert: impl Fn(Component, Version) -> Component) {
    match &mut property.value {
        Value::Object(card) => **card = convert(std::mem::take(card), Version::Card21),
        Value::Text(text) if text.trim_start().starts_with("BEGIN:VCARD") => {
            let read = model::read(text.as_bytes(), Reading::default()).ok();
            if let Some((card, version)) =
                read.and_then(|mut d| d.root.components.pop().map(|card| (card, d.version)))
            {
                property.value = Value::Object(Box::new(convert(card, version)));
            }
        }
        Value::Text(_) | Value::List(_) | Value::Parts(_) | Value::Bytes(_) => {}
    }
}

#[cfg(test)]
mod tests;
