//! Notes: a plain text, a vNote or SIF-N as one canonical object.
//!
//! It is a `VNOTE` whose `BODY` begins with the title, as a plain text has it; `CATEGORIES` and what else came are beside
//! it. Sources: `IrMC` 1.1 section 9 (vNote), Funambol's sample documents.

use std::borrow::Cow;

use super::model::{Component, Param, Property, Text, Value, Version};
use super::{note, sif};

/// The canonical note of a plain text.
#[must_use]
pub fn from_text(body: &[u8], charset: Option<&'static encoding_rs::Encoding>) -> Component {
    let text = match charset {
        Some(charset) if std::str::from_utf8(body).is_err() || body.is_ascii() => {
            Cow::Owned(charset.decode_without_bom_handling(body).0.into_owned())
        }
        Some(_) | None => note::text(body),
    };
    with_body(&text.replace("\r\n", "\n"))
}

/// The plain text of a canonical note.
#[must_use]
pub fn to_text(note: &Component) -> String {
    note.text("BODY").replace('\n', "\r\n")
}

/// The canonical note of a vNote: a summary that is not its first line becomes that.
#[must_use]
pub fn from_note(note: &Component) -> Component {
    let mut out = note.clone();
    out.remove("VERSION");
    out.name = "VNOTE".into();
    let summary = out.remove("SUMMARY");
    let summary = summary.first().map(|p| p.text().into_owned());
    let body = out.text("BODY").into_owned();
    let body = titled(&summary.unwrap_or_default(), body);
    out.set(Property::text_of("BODY", body));
    if let Some(categories) = out.properties.iter_mut().find(|p| p.name == "CATEGORIES") {
        words(categories);
    }
    out
}

/// The vNote of a canonical note; it has a `BODY` even where that says nothing.
#[must_use]
pub fn to_note(note: &Component) -> Component {
    let mut out = note.clone();
    let version = Property::text_of("VERSION", Version::Note11.label());
    out.properties.insert(0, version);
    if out.first("BODY").is_none() {
        out.properties.push(Property::text_of("BODY", ""));
    }
    out
}

/// The canonical note of SIF-N; a field that is empty is an empty property.
#[must_use]
pub fn from_sif(body: &[u8]) -> Component {
    let xml = sif::unpacked(body);
    let (mut subject, mut text) = (None, None);
    let mut out = Component::named("VNOTE");
    for (name, value) in sif::fields(&xml) {
        let value = value.replace("\r\n", "\n");
        match name {
            "Subject" => subject = Some(value),
            "Body" => text = Some(value),
            "Categories" => {
                let mut categories = Property::text_of("CATEGORIES", value);
                words(&mut categories);
                out.properties.push(categories);
            }
            "SIFVersion" | "Folder" => {}
            other => out.properties.push(Property {
                params: vec![Param::new("X-FIELD", other)],
                ..Property::text_of("X-SIF", value)
            }),
        }
    }
    if subject.is_some() || text.is_some() {
        let body = titled(&subject.unwrap_or_default(), text.unwrap_or_default());
        out.properties.insert(0, Property::text_of("BODY", body));
    }
    out
}

/// The SIF-N of a canonical note.
#[must_use]
pub fn to_sif(note: &Component) -> Vec<u8> {
    let body = note.text("BODY");
    let subject = note::first_line(&body).to_owned();
    let categories = note.first("CATEGORIES").map(|p| match &p.value {
        Value::List(list) => list.join(", "),
        Value::Text(_) | Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => {
            p.text().into_owned()
        }
    });
    let mut fields = vec![
        ("SIFVersion", Cow::Borrowed("1.1")),
        ("Subject", Cow::Owned(subject)),
        ("Body", body),
        ("Categories", Cow::Owned(categories.unwrap_or_default())),
    ];
    for other in note.all("X-SIF") {
        let is_name =
            |field: &&str| !field.is_empty() && field.bytes().all(|b| b.is_ascii_alphanumeric());
        if let Some(field) = other.param_text("X-FIELD").filter(is_name) {
            fields.push((field, other.text()));
        }
    }
    sif::document("note", fields)
}

fn with_body(text: &str) -> Component {
    let mut note = Component::named("VNOTE");
    note.properties.push(Property::text_of("BODY", text));
    note
}

/// A text that begins with its title.
fn titled(title: &str, body: String) -> String {
    let title = title.trim();
    if title.is_empty() || note::first_line(&body).starts_with(title) {
        return body;
    }
    if body.trim().is_empty() {
        return title.to_owned();
    }
    format!("{title}\n{body}")
}

/// Categories in one text, as a list.
fn words(property: &mut Property) {
    let text = property.text().into_owned();
    property.value = Value::List(
        text.split([',', ';'])
            .map(|word| Text::from(word.trim()))
            .filter(|word| !word.is_empty())
            .collect(),
    );
}
