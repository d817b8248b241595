//! What a device says it can hold, as plain values: `CTCap` of 1.0 and 1.1 and of 1.2.
//!
//! Source: `DevInf` 1.1 section 5.3, `DevInf` 1.2 sections 5.3.20 to 5.3.28.

use serde::{Deserialize, Serialize};

/// The properties of one content type. With none listed everything is held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Caps {
    /// In the order of the device.
    pub properties: Vec<Capability>,
}

/// One property that a device holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Capability {
    /// Its name as the device writes it; a component within an item, too (`VALARM`).
    pub name: String,
    /// The longest value, in characters (`MaxSize`, or `Size` in 1.1). 0: the value is sent empty.
    pub max_size: Option<usize>,
    /// How many of it.
    pub max_occur: Option<usize>,
    /// A longer value is not cut but left out.
    pub no_truncate: bool,
    /// The values it may have; none listed: any.
    pub values: Vec<String>,
    /// Its parameters; none listed: any.
    pub params: Vec<ParamCap>,
}

/// One parameter that a device knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParamCap {
    /// `TYPE`, or, as many phones of 1.1 have it, a type itself: `CELL`.
    pub name: String,
    /// Its values; several in one between commas (`VOICE,HOME`).
    pub values: Vec<String>,
}

impl Caps {
    /// What is said of the property of this name; `None` when it is not held.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&Capability> {
        self.properties
            .iter()
            .find(|p| p.name.trim().eq_ignore_ascii_case(name))
    }

    /// Whether anything but the frame of an object is listed.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        self.properties.iter().any(|p| {
            let name = p.name.trim();
            !name.is_empty()
                && !["BEGIN", "END", "VERSION"]
                    .iter()
                    .any(|frame| name.eq_ignore_ascii_case(frame))
        })
    }
}

impl Capability {
    /// A property of this name without limits.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Whether it may have this type.
    #[must_use]
    pub fn knows_type(&self, word: &[u8]) -> bool {
        let mut knows_any = true;
        for param in &self.params {
            let name = param.name.trim();
            let is_type = name.eq_ignore_ascii_case("TYPE");
            let listed = param.values.iter().flat_map(|values| values.split(','));
            let words = listed.filter(|_| is_type);
            let itself = !is_type && param.values.is_empty() && !is_other_param(name);
            for known in words.chain(itself.then_some(name)) {
                let known = known.trim();
                if known.as_bytes().eq_ignore_ascii_case(word) {
                    return true;
                }
                knows_any &= known.is_empty();
            }
        }
        knows_any
    }

    /// The types it may have, in lower case; `None`: any.
    #[must_use]
    pub fn types(&self) -> Option<Vec<String>> {
        let mut words: Vec<String> = Vec::new();
        for param in &self.params {
            if param.name.trim().eq_ignore_ascii_case("TYPE") {
                let listed = param.values.iter().flat_map(|values| values.split(','));
                words.extend(listed.map(|word| word.trim().to_ascii_lowercase()));
            } else if param.values.is_empty() && !is_other_param(param.name.trim()) {
                words.push(param.name.trim().to_ascii_lowercase());
            }
        }
        words.retain(|word| !word.is_empty());
        (!words.is_empty()).then_some(words)
    }
}

fn is_other_param(name: &str) -> bool {
    ["VALUE", "ENCODING", "CHARSET", "LANGUAGE", "PREF", "LABEL"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
        && !name.eq_ignore_ascii_case("PREF")
}
