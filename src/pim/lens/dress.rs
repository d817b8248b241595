//! The words of one device: names, types and forms that are its own, put on an object of its version and taken off again.

use std::borrow::Cow;

use super::Lens;
use super::quirks::Internet;
use crate::pim::card::moment;
use crate::pim::model::{Component, Param, Property, Text, Value, Version};

impl Lens {
    /// Puts an object of this version into the device's words.
    pub(super) fn dress(&self, object: &mut Component, version: Version) {
        if object.name != "VCARD" {
            return;
        }
        let quirks = &self.contact;
        for property in &mut object.properties {
            match property.name.as_str() {
                "PHOTO" if quirks.no_photo_type => property.params.retain(|p| p.key != "TYPE"),
                "EMAIL" => self.dress_mail(property),
                "BDAY" if quirks.basic_birthday => {
                    property.value = Value::Text(moment::basic(&property.text()).into());
                }
                "ADR" => {
                    if quirks.swapped_address {
                        swap(property);
                    }
                    if quirks.label_for_address {
                        to_label(property);
                    }
                }
                _ => {}
            }
        }
        if let Some(none) = quirks
            .no_birthday
            .as_deref()
            .filter(|_| object.first("BDAY").is_none())
        {
            object.properties.push(Property::text_of("BDAY", none));
        }
        for property in &mut object.properties {
            let renamed = quirks.renames.iter().find(|(ours, _)| {
                *ours == property.name
                    || crate::pim::card::named(ours, version).as_deref() == Some(&property.name)
            });
            if let Some((_, theirs)) = renamed {
                property.name = theirs.into();
            }
        }
        // What is put in by the version and left out by the device.
        object.properties.retain(|p| {
            p.name == "VERSION"
                || !quirks
                    .without
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(&p.name))
        });
    }

    /// Takes the device's words off an object that it sent.
    pub(super) fn undress(&self, object: &mut Component) {
        if object.name != "VCARD" {
            return;
        }
        let quirks = &self.contact;
        for property in &mut object.properties {
            let stands_in = quirks
                .stand_in(&property.name)
                .is_some_and(|text| property.text().trim() == text);
            if stands_in {
                property.value = Value::default();
            }
            let renamed = quirks
                .renames
                .iter()
                .find(|(_, theirs)| theirs.eq_ignore_ascii_case(&property.name));
            if let Some((ours, _)) = renamed {
                property.name = ours.into();
            }
            if quirks.no_birthday.is_some()
                && property.name == "BDAY"
                && property
                    .text()
                    .bytes()
                    .all(|b| !b.is_ascii_digit() || b == b'0')
            {
                property.value = Value::default();
            }
            match property.name.as_str() {
                "LABEL" if quirks.label_for_address => from_label(property),
                "ADR" if quirks.swapped_address => swap(property),
                _ => {}
            }
        }
    }

    fn dress_mail(&self, property: &mut Property) {
        match self.contact.internet {
            Internet::Usual => {}
            Internet::Always if property.has_type("INTERNET") => {}
            Internet::Always => match property.params.iter_mut().find(|p| p.key == "TYPE") {
                Some(types) => types.values.insert(0, "INTERNET".into()),
                None => property.params.push(Param::new("TYPE", "INTERNET")),
            },
            Internet::Never => {
                for param in property.params.iter_mut().filter(|p| p.key == "TYPE") {
                    param
                        .values
                        .retain(|word| !word.eq_ignore_ascii_case("INTERNET"));
                }
                property
                    .params
                    .retain(|p| p.key != "TYPE" || !p.values.is_empty());
            }
        }
    }
}

/// The second and the third part in one another's place.
fn swap(property: &mut Property) {
    if let Value::Parts(parts) = &mut property.value {
        while parts.len() < 3 {
            parts.push(vec![String::new().into()]);
        }
        parts.swap(1, 2);
    }
}

/// An address as lines, a line a part; the first three parts share the first line by a comma, as on an envelope.
fn to_label(property: &mut Property) {
    property.name = "LABEL".into();
    let lines: Vec<_> = LINES
        .iter()
        .map(|parts| {
            let parts: Vec<_> = parts.iter().map(|at| property.part(*at)).collect();
            let parts: Vec<_> = parts
                .iter()
                .map(Cow::as_ref)
                .filter(|part| !part.trim().is_empty())
                .collect();
            parts.join(", ")
        })
        .collect();
    let text = lines.join("\n");
    property.value = Value::Text(text.trim_end_matches('\n').into());
}

/// Lines as an address: street, town, region, code, country.
fn from_label(property: &mut Property) {
    property.name = "ADR".into();
    let text = property.text().into_owned();
    let mut parts = vec![vec![Text::default()]; 7];
    let mut rest = text.splitn(LINES.len(), '\n');
    for at in LINES.iter().filter_map(|parts| parts.last()) {
        if let Some(part) = parts.get_mut(*at) {
            *part = vec![rest.next().unwrap_or_default().trim().into()];
        }
    }
    property.value = Value::Parts(parts);
}

/// Which parts of an address stand on which line.
const LINES: [&[usize]; 5] = [&[0, 1, 2], &[3], &[4], &[5], &[6]];
