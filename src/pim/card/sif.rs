//! SIF-C: a contact of Funambol as a row of named slots.
//!
//! What a slot holds is a canonical property with the slot's own types. [`read`] and [`hold`] give them in the order of
//! the table, so that the two can be laid beside one another. A field that is there and empty is an empty property: this
//! is how these clients clear it, while one that they do not know is not there at all; where that is so of some parts of
//! a property, `X-PARTS` says which are there. Fields that the table does not
//! have are kept as `X-SIF;X-FIELD=..`. Source: Funambol's and Horde's sample documents.

use std::borrow::Cow;

use crate::pim::model::{Component, Param, Property, Text, Value};
use crate::pim::sif;

mod fields;

use super::moment;
use fields::{FIELDS, Place, Slot};

const NONE: &[&str] = &[];

/// The canonical card of a document, with an empty property for each field that is empty.
#[must_use]
pub fn read(body: &[u8]) -> Component {
    let xml = sif::unpacked(body);
    let mut slots: Vec<Option<String>> = vec![None; FIELDS.len()];
    let mut others = Vec::new();
    for (name, text) in sif::fields(&xml) {
        let text = text.replace("\r\n", "\n");
        // What others call Business, Horde calls Work.
        let known = FIELDS.iter().position(|(field, _)| {
            *field == name
                || name
                    .strip_prefix("Work")
                    .is_some_and(|rest| field.strip_prefix("Business") == Some(rest))
        });
        match known.and_then(|at| slots.get_mut(at)) {
            Some(slot) if slot.as_deref().is_none_or(str::is_empty) => *slot = Some(text),
            Some(_) => {}
            None if matches!(name, "SIFVersion" | "Folder") || name.ends_with("AddressType") => {}
            None => others.push(Property {
                params: vec![Param::new("X-FIELD", name)],
                ..Property::text_of("X-SIF", text)
            }),
        }
    }
    let mut card = Component::named("VCARD");
    let mut parts_of: Option<Slot> = None;
    for ((_, place), text) in FIELDS.iter().zip(&slots) {
        let Some(text) = text.clone() else { continue };
        if let Place::Part(name, types, at) = *place {
            if parts_of != Some((name, types)) {
                parts_of = Some((name, types));
                card.properties.push(in_parts((name, types), &slots));
            }
            if let Some(Property {
                value: Value::Parts(parts),
                ..
            }) = card.properties.last_mut()
                && let Some(part) = parts.get_mut(at)
            {
                *part = vec![text.into()];
            }
            continue;
        }
        card.properties.push(said(*place, text));
    }
    card.properties.extend(others);
    card
}

/// A property made of parts, still empty; it says which parts the document has where it lacks some.
fn in_parts(slot: Slot, fields: &[Option<String>]) -> Property {
    let mut property = of(
        slot.0,
        slot.1,
        Value::Parts(vec![vec![Text::default()]; width(slot.0)]),
    );
    let (mut here, mut all) = (Vec::new(), 0);
    for ((_, place), text) in FIELDS.iter().zip(fields) {
        if let Place::Part(_, _, at) = *place
            && place.property() == slot
        {
            all += 1;
            here.extend(text.is_some().then(|| Text::from(at.to_string())));
        }
    }
    if here.len() < all {
        property.params.push(Param {
            key: "X-PARTS".into(),
            values: here,
        });
    }
    property
}

/// What a document can hold of a canonical card: which of its properties, and as it will be read again.
#[must_use]
pub fn hold(card: &Component) -> Vec<(usize, Property)> {
    let mut taken = vec![false; card.properties.len()];
    let mut held: Vec<(usize, usize, Property)> = Vec::new();
    for is_loose in [false, true] {
        let mut before = None;
        for (slot, (_, place)) in FIELDS.iter().enumerate() {
            let (name, types) = place.property();
            let is_part = matches!(place, Place::Part(..));
            if is_part && before == Some((name, types)) {
                continue;
            }
            before = is_part.then_some((name, types));
            if held.iter().any(|(filled, ..)| *filled == slot) {
                continue;
            }
            let found = card.properties.iter().enumerate().find(|(at, p)| {
                p.name == name
                    && !taken.get(*at).copied().unwrap_or(true)
                    && fits(p, types, is_loose)
            });
            if let Some((at, property)) = found {
                if let Some(taken) = taken.get_mut(at) {
                    *taken = true;
                }
                held.push((slot, at, shaped(*place, property)));
            }
        }
    }
    held.sort_by_key(|(slot, ..)| *slot);
    let others = card.properties.iter().enumerate();
    let others = others.filter(|(_, p)| p.name == "X-SIF");
    held.into_iter()
        .map(|(_, at, property)| (at, property))
        .chain(others.map(|(at, p)| (at, p.clone())))
        .collect()
}

/// The document of what [`hold`] gave.
#[must_use]
pub fn write(card: &Component, empties: bool) -> Vec<u8> {
    let mut taken = vec![false; card.properties.len()];
    let mut fields: Vec<(&str, Cow<'_, str>)> = vec![("SIFVersion", Cow::Borrowed("1.1"))];
    let mut before: Slot = ("", NONE);
    let mut current: Option<&Property> = None;
    for (field, place) in &FIELDS {
        let (name, types) = place.property();
        let is_same = matches!(place, Place::Part(..)) && before == (name, types);
        if !is_same {
            let found = card.properties.iter().zip(&mut taken).find(|(p, taken)| {
                !**taken && p.name == name && p.types().eq(types.iter().copied())
            });
            before = (name, types);
            current = found.map(|(property, taken)| {
                *taken = true;
                property
            });
        }
        let text = current.map(|property| in_field(*place, property));
        match text {
            Some(text) if empties || !text.is_empty() => fields.push((field, text)),
            None if empties => fields.push((field, Cow::Borrowed(""))),
            Some(_) | None => {}
        }
    }
    for other in card.all("X-SIF") {
        if let Some(field) = other.param_text("X-FIELD").filter(|field| is_name(field)) {
            fields.push((field, other.text()));
        }
    }
    sif::document("contact", fields)
}

fn is_name(field: &str) -> bool {
    field.starts_with(|c: char| c.is_ascii_alphabetic())
        && field
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn of(name: &str, types: &[&str], value: Value) -> Property {
    let mut property = Property::new(name, value);
    if !types.is_empty() {
        property.params.push(Param {
            key: "TYPE".into(),
            values: types.iter().map(|w| Text::from(*w)).collect(),
        });
    }
    property
}

/// What a field says as a property.
fn said(place: Place, text: String) -> Property {
    let (name, types) = place.property();
    let value = match place {
        Place::Whole("NICKNAME", _) => Value::List(vec![text.into()]),
        Place::Whole(..) | Place::Part(..) => Value::Text(text.into()),
        Place::Words(_) => Value::List(
            text.split([',', ';'])
                .map(|word| Text::from(word.trim()))
                .filter(|word| !word.is_empty())
                .collect(),
        ),
        Place::Day(_) => Value::Text(moment::canonical(&text).unwrap_or_default().into()),
        Place::Class => Value::Text(
            match text.trim() {
                // "0" is the usual: nothing is said.
                "1" | "2" => "PRIVATE",
                "3" => "CONFIDENTIAL",
                _ => "",
            }
            .into(),
        ),
    };
    of(name, types, value)
}

/// What a field says of a property.
fn in_field(place: Place, property: &Property) -> Cow<'_, str> {
    match place {
        Place::Part(.., at) => property.part(at),
        Place::Whole("NICKNAME", _) | Place::Words(_) => match &property.value {
            Value::List(list) => Cow::Owned(list.join(", ")),
            Value::Text(_) | Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => {
                property.text()
            }
        },
        Place::Whole(..) | Place::Day(_) => property.text(),
        Place::Class => Cow::Borrowed(match &*property.text().to_ascii_uppercase() {
            "PRIVATE" => "2",
            "CONFIDENTIAL" => "3",
            _ => "0",
        }),
    }
}

/// A property as its slot gives it back.
fn shaped(place: Place, property: &Property) -> Property {
    let (name, types) = place.property();
    if let Place::Part(..) = place {
        let has = |at: usize| {
            FIELDS
                .iter()
                .any(|(_, place)| *place == Place::Part(name, types, at))
        };
        let part = |at: usize| {
            if has(at) {
                property.part(at).into()
            } else {
                Text::default()
            }
        };
        let parts = (0..width(name)).map(|at| vec![part(at)]);
        return of(name, types, Value::Parts(parts.collect()));
    }
    said(place, in_field(place, property).into_owned())
}

fn width(name: &str) -> usize {
    match name {
        "N" => 5,
        "ADR" => 7,
        _ => 2,
    }
}

/// Whether a slot of these types takes a property: of all its kinds, or, looked at loosely, of what is left over.
fn fits(property: &Property, slot: &[&str], is_loose: bool) -> bool {
    let plain = |word: &&str| {
        !matches!(
            *word,
            "voice" | "pref" | "internet" | "postal" | "parcel" | "dom" | "intl" | "msg"
        )
    };
    let has = |word: &&&str| property.has_type(word);
    match (property.name.as_str(), is_loose) {
        ("EMAIL", true) => true,
        ("TEL", false) if slot == ["pref", "voice"] => {
            property.has_type("pref") && property.types().filter(plain).count() == 0
        }
        // A number of an unknown kind goes where others go, never into the slot of a kind that it is not.
        ("TEL", true) => {
            slot == ["voice"]
                && property
                    .types()
                    .all(|w| OTHERWISE.iter().all(|kind| *kind != w))
        }
        ("ADR", true) => slot.is_empty(),
        ("TEL" | "ADR" | "EMAIL" | "URL" | "LABEL", false) => {
            let wanted: Vec<_> = slot.iter().filter(|w| plain(w)).collect();
            wanted.iter().all(has) && property.types().filter(plain).count() == wanted.len()
        }
        ("LABEL" | "URL", true) => false,
        (_, is_loose) => !is_loose,
    }
}

/// Kinds of telephone numbers that are called otherwise than by speaking.
pub(super) const OTHERWISE: [&str; 4] = ["fax", "pager", "modem", "bbs"];
