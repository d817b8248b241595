//! Filters: which items a device wants to have, by what they say.
//!
//! A [`Query`] is a text in the grammar `syncml:filtertype-cgi`, read once and asked of any number of items; a
//! [`Filter`] is what a device asked for in one session, of one or several queries. Pure: who sends what to whom is the
//! engine's business. Sources: Representation Protocol 1.2.2, sections 6.1.8 and 6.1.9; `DevInf` 1.2, section 5.3
//! (`FilterCap`); the bounds are ours.
//!
//! ```text
//! query  = term { joint term }        from left to right: A or B and C is (A or B) and C
//! term   = name operator value        joint    = &AND; | &OR; | &
//! name   = &LUID; | SINCE | BEFORE | UNSEEN | GROUP | a property
//! operator = &EQ; &NE; &GT; &GE; &LT; &LE; &CON; &NCON;   or with i before: blind to case
//! value  = &NULL; | text with %-escapes, up to the next &
//! ```

mod parse;
mod said;
mod span;

use serde::{Deserialize, Serialize};

pub use parse::{BadQuery, MAX_QUERY_BYTES, MAX_TERMS};

use crate::ids::Millis;
use crate::item::Content;
use crate::pim::fields::Fields;

/// What a filter does with an item that the device has and that does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterType {
    /// It stays, and is kept up to date.
    Inclusive,
    /// It leaves the device.
    Exclusive,
}

/// A query and what it does with what does not match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What becomes of the rest.
    pub filter_type: FilterType,
    /// What matches.
    pub query: Query,
}

/// What a device asked for: an item is sent when it passes all of it. The default lets everything through.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Queries that must all match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The largest item, in bytes of its body; a larger one leaves the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<u64>,
    /// The most items the device wants to have, of ours and its own; those it has stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
    /// What it wants of each item.
    #[serde(skip_serializing_if = "Fields::is_everything")]
    pub fields: Fields,
}

/// How an item stands to a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It matches.
    Within,
    /// It does not match, and stays where it is.
    Outside,
    /// It does not match, and leaves the device.
    Excluded,
}

impl Filter {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How an item stands to it, by its content and the name the device has for it, if any. How many items there are
    /// is not asked here.
    #[must_use]
    pub fn standing(&self, content: &Content, luid: Option<&str>) -> Standing {
        let size = u64::try_from(content.body.len()).unwrap_or(u64::MAX);
        if self.largest.is_some_and(|largest| size > largest) {
            return Standing::Excluded;
        }
        let mut standing = Standing::Within;
        for rule in &self.rules {
            if rule.query.matches(content, luid) {
                continue;
            }
            match rule.filter_type {
                FilterType::Exclusive => return Standing::Excluded,
                FilterType::Inclusive => standing = Standing::Outside,
            }
        }
        standing
    }
}

/// As people read it: `exclusive SINCE&EQ;20060101`.
impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rules = self.rules.iter().map(|rule| match rule.filter_type {
            FilterType::Inclusive => format!("inclusive {}", rule.query.text),
            FilterType::Exclusive => format!("exclusive {}", rule.query.text),
        });
        let largest = self
            .largest
            .map(|bytes| format!("items of at most {bytes} bytes"));
        let most = self.most.map(|most| format!("at most {most} items"));
        let fields = Some(&self.fields).filter(|fields| !fields.is_everything());
        let fields = fields.map(ToString::to_string);
        let all: Vec<_> = rules.chain(largest).chain(most).chain(fields).collect();
        f.write_str(&all.join(", "))
    }
}

/// A query in the grammar `syncml:filtertype-cgi`. Written and read as its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Query {
    text: String,
    terms: Vec<Term>,
}

/// One comparison and how it is joined to those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    joint: Joint,
    test: Test,
}

/// How a term goes with those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// Both must hold.
    And,
    /// One must.
    Or,
}

/// What a term asks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Does it end, if ever, at this instant or later?
    Since(Millis),
    /// Does it begin before this instant?
    Before(Millis),
    /// Is it unseen, or is it seen?
    Unseen(bool),
    /// What is its name on the device?
    Luid(Comparison),
    /// What does this property say? By its name in upper case.
    Property(String, Comparison),
}

/// An operator and the value behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparison {
    operator: Operator,
    /// Case does not count.
    is_blind: bool,
    /// `None` is `&NULL;`: empty or not there.
    value: Option<String>,
}

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    ContainsNot,
}

impl Query {
    /// Whether an item matches: one with this content, which the device has under this name if it has it.
    #[must_use]
    pub fn matches(&self, content: &Content, luid: Option<&str>) -> bool {
        let mut holds = true;
        for (at, Term { joint, test }) in self.terms.iter().enumerate() {
            // The first term is joined to nothing.
            let joint = if at == 0 { Joint::And } else { *joint };
            holds = match joint {
                Joint::And => holds && test.holds(content, luid),
                Joint::Or => holds || test.holds(content, luid),
            };
        }
        holds
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Query> for String {
    fn from(query: Query) -> Self {
        query.text
    }
}

impl Test {
    fn holds(&self, content: &Content, luid: Option<&str>) -> bool {
        match self {
            Self::Since(since) => span::of(content).is_none_or(|span| span.ends_after(*since)),
            Self::Before(before) => span::of(content).is_none_or(|span| span.starts < *before),
            Self::Unseen(unseen) => said::is_unseen(content) == *unseen,
            Self::Luid(comparison) => {
                let name: Vec<_> = luid.map(str::to_owned).into_iter().collect();
                comparison.holds(&name)
            }
            Self::Property(name, comparison) => comparison.holds(&said::values(content, name)),
        }
    }
}

impl Comparison {
    /// Whether it holds of a property that says all of this: of any of it, or, for the negations, of none.
    fn holds(&self, said: &[String]) -> bool {
        let Some(value) = &self.value else {
            let is_empty = said.iter().all(|text| text.trim().is_empty());
            return match self.operator {
                Operator::Equal => is_empty,
                Operator::NotEqual
                | Operator::Greater
                | Operator::GreaterOrEqual
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Contains
                | Operator::ContainsNot => !is_empty,
            };
        };
        let wanted = self.folded(value);
        let mut said = said.iter().map(|text| self.folded(text));
        let contains = |text: String| text.contains(wanted.as_str());
        let compare = |text: &str| said::compare(text, &wanted);
        let equals = |text: String| said::equal(&text, &wanted);
        match self.operator {
            Operator::Equal => said.any(equals),
            Operator::NotEqual => !said.any(equals),
            Operator::Greater => said.any(|text| compare(&text).is_gt()),
            Operator::GreaterOrEqual => said.any(|text| compare(&text).is_ge()),
            Operator::Less => said.any(|text| compare(&text).is_lt()),
            Operator::LessOrEqual => said.any(|text| compare(&text).is_le()),
            Operator::Contains => said.any(contains),
            Operator::ContainsNot => !said.any(contains),
        }
    }

    fn folded(&self, text: &str) -> String {
        let text = text.trim();
        if self.is_blind {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
