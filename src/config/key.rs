//! What is known of one thing that can be configured.

use std::fmt;

use super::Config;

/// One thing that can be configured.
#[derive(Debug)]
pub struct Key {
    /// Its name in the file; a dot stands between section and key.
    pub name: &'static str,
    /// What a value looks like.
    pub shape: Shape,
    /// What it means, with its unit.
    pub meaning: &'static str,
    /// The default, in words where it is not a value.
    pub default: &'static str,
    /// Takes a value that has the shape; `false` if it is none all the same.
    pub set: fn(&mut Config, &str) -> bool,
    /// The value for people; secrets are hidden, nothing is an empty text.
    pub get: fn(&Config) -> String,
}

impl Key {
    /// The environment variable of this key.
    #[must_use]
    pub fn variable(&self) -> String {
        format!(
            "ANCHORAGE_{}",
            self.name.replace('.', "_").to_ascii_uppercase()
        )
    }

    /// The default as it would stand in the file.
    #[must_use]
    pub fn example(&self) -> String {
        match self.shape {
            Shape::Text(_) => format!("{:?}", self.default),
            Shape::Number { .. } | Shape::Switch => self.default.to_owned(),
        }
    }
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text, described.
    Text(&'static str),
    /// A whole number of `unit`, both ends included.
    Number {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
        /// Of what.
        unit: &'static str,
    },
    /// `true` or `false`.
    Switch,
}

impl fmt::Display for Shape {
    /// What was expected, for an error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(what) => f.write_str(what),
            Self::Number { min, max, unit } => write!(f, "a number of {unit} from {min} to {max}"),
            Self::Switch => f.write_str("true or false"),
        }
    }
}
