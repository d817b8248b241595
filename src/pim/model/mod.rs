//! What a body says, as a tree: one model for vCard, vCalendar, iCalendar and vNote of every version.
//!
//! [`read`] builds it from bytes, [`write()`] spells it in a version. Between the two stand decoded texts: folding,
//! transfer encodings, charsets and escapes are gone, while properties, parameters and their order, known or not, are
//! kept. Nothing is converted here: a tree of vCard 2.1 that is written as 3.0 is an object of 3.0 with the vocabulary
//! of 2.1. That is the business of those who use this.
//!
//! Sources: vCard 2.1 section 2, vCalendar 1.0 section 2, RFC 2425, 2426, 5545, 6350, 6868.

mod read;
mod shape;
mod write;

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::line::Dialect;

pub use read::{MAX_BYTES, MAX_PROPERTIES, Unread, read};
pub use shape::Shape;
pub use write::{Folding, Quoting, Spelling, write};

/// A format and its version, as `VERSION` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// vCard 2.1.
    Card21,
    /// vCard 3.0, RFC 2426.
    Card30,
    /// vCard 4.0, RFC 6350.
    Card40,
    /// vCalendar 1.0.
    Calendar10,
    /// iCalendar 2.0, RFC 5545.
    Calendar20,
    /// vNote 1.1, `IrMC`.
    Note11,
    /// Another object of the old dialect: vMessage, vBookmark, or one that does not say.
    Other,
}

impl Version {
    /// Which generation of content lines it is written in.
    #[must_use]
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Card21 | Self::Calendar10 | Self::Note11 | Self::Other => Dialect::Old,
            Self::Card30 | Self::Card40 | Self::Calendar20 => Dialect::New,
        }
    }

    /// The value of its `VERSION`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Card21 => "2.1",
            Self::Card30 => "3.0",
            Self::Card40 => "4.0",
            Self::Calendar10 | Self::Other => "1.0",
            Self::Calendar20 => "2.0",
            Self::Note11 => "1.1",
        }
    }
}

/// A text in a tree: a short one, as most are, lies in the tree itself.
pub type Text = compact_str::CompactString;

/// A body as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it was written in.
    pub version: Version,
    /// Has no name; holds the outermost components, and what stood outside of them as its properties.
    pub root: Component,
}

/// A component: `VCARD`, `VCALENDAR`, `VEVENT`, `VALARM`, ...
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Component {
    /// Its name in upper case.
    pub name: Text,
    /// Its properties in their order, `VERSION` among them.
    pub properties: Vec<Property>,
    /// The components in it, in their order; written after the properties.
    pub components: Vec<Component>,
}

/// One property.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Property {
    /// What stands before the dot of `item1.TEL`, as written; empty when there is none.
    pub group: Text,
    /// Its name in upper case. Empty for a line that is no property, whose text is its value.
    pub name: Text,
    /// Its parameters in their order, without `ENCODING` and `CHARSET`: how a value is wrapped is for the writer to say.
    pub params: Vec<Param>,
    /// What it says.
    pub value: Value,
}

/// One parameter. The bare word of `TEL;HOME` is a `TYPE`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Param {
    /// Its name in upper case.
    pub key: Text,
    /// Its values without quotes, in their case.
    pub values: Vec<Text>,
}

/// The value of a property. A line end in a text is one `\n`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// One text, or a value that is none but is written as it stands: a date, a rule, a URI.
    Text(Text),
    /// Values one beside the other: `CATEGORIES`, `EXDATE`.
    List(Vec<Text>),
    /// Parts between `;`, each with one or more values between `,` (never more than one in the old dialect): `N`, `ADR`.
    Parts(Vec<Vec<Text>>),
    /// What was in base64.
    Bytes(Vec<u8>),
    /// An object in the place of a value: the card of an `AGENT`.
    Object(Box<Component>),
}

impl Default for Value {
    fn default() -> Self {
        Self::Text(Text::default())
    }
}

impl Component {
    /// A component of this name with nothing in it.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The first property of this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|p| p.name == name)
    }

    /// All properties of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Property> {
        self.properties.iter().filter(move |p| p.name == name)
    }

    /// The first property of this name as one text; empty when there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> Cow<'_, str> {
        self.first(name).map(Property::text).unwrap_or_default()
    }

    /// Makes this the one property of its name, in the place of the first that was there.
    pub fn set(&mut self, property: Property) {
        let at = self
            .properties
            .iter()
            .position(|p| p.name == property.name)
            .unwrap_or(self.properties.len());
        let name = property.name.clone();
        self.properties.retain(|p| p.name != name);
        self.properties
            .insert(at.min(self.properties.len()), property);
    }

    /// Takes all properties of this name out.
    pub fn remove(&mut self, name: &str) -> Vec<Property> {
        let (out, kept) = std::mem::take(&mut self.properties)
            .into_iter()
            .partition(|p| p.name == name);
        self.properties = kept;
        out
    }
}

impl Property {
    /// A property with a text.
    #[must_use]
    pub fn text_of(name: &str, text: impl Into<Text>) -> Self {
        Self::new(name, Value::Text(text.into()))
    }

    /// A property without group and parameters.
    #[must_use]
    pub fn new(name: &str, value: Value) -> Self {
        Self {
            name: name.into(),
            value,
            ..Self::default()
        }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.params.push(Param::new(key, value));
        self
    }

    /// What it says as one text, parts and lists joined as the old dialect does; empty for bytes and objects.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.value {
            Value::Text(text) => Cow::Borrowed(text),
            Value::List(list) => Cow::Owned(list.join(";")),
            Value::Parts(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| part.join(",")).collect();
                Cow::Owned(parts.join(";"))
            }
            Value::Bytes(_) | Value::Object(_) => Cow::Borrowed(""),
        }
    }

    /// The part at this place as one text, its values joined by `,`; empty when there is none. A text is its own first part.
    #[must_use]
    pub fn part(&self, at: usize) -> Cow<'_, str> {
        match &self.value {
            Value::Text(text) if at == 0 => Cow::Borrowed(text),
            Value::Parts(parts) => match parts.get(at).map(Vec::as_slice) {
                None | Some([]) => Cow::Borrowed(""),
                Some([one]) => Cow::Borrowed(one),
                Some(more) => Cow::Owned(more.join(",")),
            },
            Value::List(list) => list
                .get(at)
                .map(|one| Cow::Borrowed(one.as_str()))
                .unwrap_or_default(),
            Value::Text(_) | Value::Bytes(_) | Value::Object(_) => Cow::Borrowed(""),
        }
    }

    /// Whether nothing is said but blanks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let blank = |text: &Text| text.trim().is_empty();
        match &self.value {
            Value::Text(text) => blank(text),
            Value::List(list) => list.iter().all(blank),
            Value::Parts(parts) => parts.iter().flatten().all(blank),
            Value::Bytes(bytes) => bytes.is_empty(),
            Value::Object(object) => object.properties.is_empty() && object.components.is_empty(),
        }
    }

    /// The first parameter of this name.
    #[must_use]
    pub fn param(&self, key: &str) -> Option<&Param> {
        self.params.iter().find(|p| p.key == key)
    }

    /// The first value of the first parameter of this name.
    #[must_use]
    pub fn param_text(&self, key: &str) -> Option<&str> {
        self.param(key)?.values.first().map(Text::as_str)
    }

    /// The words of all its `TYPE` parameters, as written.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.params
            .iter()
            .filter(|p| p.key == "TYPE")
            .flat_map(|p| &p.values)
            .map(Text::as_str)
    }

    /// Whether one of its `TYPE` words is this one, whatever the case.
    #[must_use]
    pub fn has_type(&self, word: &str) -> bool {
        self.types().any(|w| w.eq_ignore_ascii_case(word))
    }
}

impl Param {
    /// A parameter with one value.
    #[must_use]
    pub fn new(key: &str, value: &str) -> Self {
        Self {
            key: key.into(),
            values: vec![value.into()],
        }
    }
}

/// Whether a device may be sent a property of this name: a line that is none, or whose name is no word, it cannot read.
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// How a body is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// The charset in which the device writes what it does not label; none is known: UTF-8, else Latin-1.
    pub charset: Option<&'static Encoding>,
}

#[cfg(test)]
mod tests;
