//! What two properties have in common: the keys by which one is found in another version of its item.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use crate::pim::model::{Component, Property, Text, Value};

/// A number for what a property says, its types aside: equal for two that a device would not tell apart.
pub(super) fn said(property: &Property) -> u64 {
    if super::moments::is_moment(&property.name) {
        return xxh3_64(super::moments::said(property).as_bytes());
    }
    let text = match &property.value {
        Value::Bytes(bytes) => return xxh3_64(bytes),
        Value::Object(object) => return component(object),
        // Of people without an address the name is all there is.
        Value::Text(text) if text.trim() == "invalid:nomail" => Cow::Owned(format!(
            "{text}{}",
            property.param_text("CN").unwrap_or_default()
        )),
        Value::Text(text) => plain(&property.name, text),
        Value::List(list) => {
            let mut list: Vec<_> = list
                .iter()
                .map(|one| one.trim())
                .filter(|one| !one.is_empty())
                .collect();
            list.sort_unstable();
            Cow::Owned(list.join("\u{1f}"))
        }
        Value::Parts(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| joined(part)).collect();
            let text = parts.join("\u{1f}");
            Cow::Owned(text.trim_end_matches('\u{1f}').to_owned())
        }
    };
    xxh3_64(text.as_bytes())
}

/// The values of a part as one text.
pub(super) fn joined(part: &[Text]) -> String {
    part.iter()
        .map(|one| one.trim())
        .collect::<Vec<_>>()
        .join(",")
}

/// Its types in one number, whatever their order and case.
pub(super) fn types(property: &Property) -> u64 {
    property
        .types()
        .map(|word| xxh3_64(word.to_ascii_lowercase().as_bytes()))
        .fold(0, u64::wrapping_add)
}

/// A number for what a component says, whatever the order.
pub(super) fn component(component: &Component) -> u64 {
    let properties = component
        .properties
        .iter()
        .filter(|p| !is_volatile(&p.name) && !p.is_empty())
        .map(|p| xxh3_64(p.name.as_bytes()).rotate_left(7) ^ said(p) ^ types(p).rotate_left(13));
    let inner = component.components.iter().map(self::component);
    let sum = properties.chain(inner).fold(0_u64, |sum, one| {
        sum.wrapping_add(xxh3_64(&one.to_le_bytes()))
    });
    sum ^ xxh3_64(component.name.as_bytes())
}

/// What a text says: of a telephone number what is dialled.
fn plain<'t>(name: &str, text: &'t str) -> Cow<'t, str> {
    let text = text.trim();
    let is_dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#' | ';' | '=');
    // A number that has letters is a name, a pause or an extension: it is compared as it stands.
    if name == "TEL" && !text.contains(char::is_alphabetic) {
        return Cow::Owned(text.chars().filter(|c| is_dialled(*c)).collect());
    }
    Cow::Borrowed(text)
}

/// Properties of which an object has one.
pub(super) fn is_single(name: &str) -> bool {
    !matches!(
        name,
        "TEL"
            | "EMAIL"
            | "ADR"
            | "LABEL"
            | "URL"
            | "IMPP"
            | "RELATED"
            | "MEMBER"
            | "LANG"
            | "ATTENDEE"
            | "ATTACH"
            | "COMMENT"
            | "CONTACT"
            | "X-SIF"
            | "KEY"
            | ""
            | "AALARM"
            | "DALARM"
            | "MALARM"
            | "PALARM"
            | "X-ABDATE"
            | "X-ABRELATEDNAMES"
            | "X-SOCIALPROFILE"
            | "RELATED-TO"
            | "XML"
    )
}

/// Properties that say when and by what an object was written, not what it says.
pub(super) fn is_volatile(name: &str) -> bool {
    matches!(
        name,
        "VERSION"
            | "PRODID"
            | "REV"
            | "DTSTAMP"
            | "LAST-MODIFIED"
            | "X-IRMC-LUID"
            | "SEQUENCE"
            | "UID"
            | "METHOD"
            | "CALSCALE"
            | "CREATED"
            | "DCREATED"
    )
}
