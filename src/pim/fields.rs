//! Filters by field: which properties of an item a device wants, and how an item that comes back is made whole.
//!
//! [`Fields::project`] leaves out what was not asked for, [`Fields::complete`] puts it back: what a device was not sent
//! it cannot have changed or cleared. Lines are kept byte for byte but for values that are cut. What tells items apart,
//! and without which there is no object, is always sent. Sources: Representation Protocol 1.2.2, section 6.1.8;
//! `DevInf` 1.2, section 5.3.28 (`MaxSize`, `NoTruncate`).

mod overlay;
mod spell;
mod view;

pub use overlay::overlaid;

use serde::{Deserialize, Serialize};

use super::{Form, note};
use crate::item::Content;

/// One property that a device wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name; `X-*` is all that begin like this, the empty name the whole of a plain text. Also a component
    /// within an item: `VALARM`.
    pub name: String,
    /// The longest value, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<usize>,
    /// A longer value is not cut but left out.
    pub whole: bool,
}

/// What a device wants of each item. The default is everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// These and no others, if there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Field>,
    /// None of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

impl Fields {
    /// Whether everything is wanted.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.only.is_empty() && self.without.is_empty()
    }

    /// The item as the device wants it. Types that are not understood are sent whole.
    #[must_use]
    pub fn project(&self, content: &Content) -> Content {
        let body = match Form::of(&content.media_type) {
            _ if self.is_everything() => content.body.clone(),
            Form::Object => self.shown(&content.body),
            Form::Text => self.text(&content.body),
            Form::Sif(_) | Form::Omads(_) | Form::Mail | Form::Bytes => content.body.clone(),
        };
        Content {
            media_type: content.media_type.clone(),
            body,
        }
    }

    /// What the device sent, with what it was not sent of `ours`, the item as it is now.
    #[must_use]
    pub fn complete(&self, sent: &Content, ours: &Content) -> Content {
        let forms = (Form::of(&sent.media_type), Form::of(&ours.media_type));
        let body = match forms {
            _ if self.is_everything() => sent.body.clone(),
            (Form::Object, Form::Object) => self.made_whole(&sent.body, &ours.body),
            (Form::Text, Form::Text) if sent.body == self.text(&ours.body) => ours.body.clone(),
            (
                Form::Object
                | Form::Text
                | Form::Sif(_)
                | Form::Omads(_)
                | Form::Mail
                | Form::Bytes,
                _,
            ) => sent.body.clone(),
        };
        Content {
            media_type: sent.media_type.clone(),
            body,
        }
    }

    /// A text, as long as it may be.
    fn text(&self, body: &[u8]) -> Vec<u8> {
        let limit = self.only.iter().find(|field| field.name.is_empty());
        match limit.and_then(|field| field.most) {
            Some(most) => {
                let text = note::text(body);
                if text.chars().count() <= most {
                    return body.to_vec();
                }
                text.chars().take(most).collect::<String>().into_bytes()
            }
            None => body.to_vec(),
        }
    }

    /// The field of this name, if it is wanted; `None` is unwanted.
    fn wanted(&self, name: &str) -> Option<Field> {
        let is = |known: &str| match known.strip_suffix('*') {
            Some(start) => name
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start)),
            None => known.eq_ignore_ascii_case(name),
        };
        let unbounded = || Field {
            name: name.to_owned(),
            most: None,
            whole: false,
        };
        if self.without.iter().any(|known| is(known)) {
            return None;
        }
        if self.only.is_empty() || ALWAYS.iter().any(|known| is(known)) {
            return Some(unbounded());
        }
        self.only.iter().find(|field| is(&field.name)).cloned()
    }
}

/// As people read it: `only N TEL`.
impl std::fmt::Display for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let only: Vec<_> = self.only.iter().map(|field| field.name.as_str()).collect();
        let parts = [
            ("only", only.join(" ")),
            ("without", self.without.join(" ")),
        ];
        let parts: Vec<_> = parts
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| format!("{word} {names}"))
            .collect();
        f.write_str(&parts.join(", "))
    }
}

/// What is sent whatever is asked for: what makes an object one, and by what two are the same.
const ALWAYS: [&str; 13] = [
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "UID",
    "RECURRENCE-ID",
    "DTSTAMP",
    "N",
    "FN",
    "ORG",
    "SUMMARY",
    "DTSTART",
    "DUE",
];

#[cfg(test)]
mod tests;
