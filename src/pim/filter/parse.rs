//! From the text of a query to its terms.

use super::{Comparison, Joint, Operator, Query, Term, Test};
use crate::ids::Millis;
use crate::pim::time;

/// The longest query we read, in bytes.
pub const MAX_QUERY_BYTES: usize = 2048;
/// The most terms a query may have.
pub const MAX_TERMS: usize = 32;

/// Why a text is no query; positions count bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadQuery {
    /// It says nothing.
    #[error("the query is empty")]
    Empty,
    /// It is longer than [`MAX_QUERY_BYTES`].
    #[error("the query is longer than {MAX_QUERY_BYTES} bytes")]
    TooLong,
    /// It has more than [`MAX_TERMS`].
    #[error("the query has more than {MAX_TERMS} terms")]
    TooManyTerms,
    /// No name stands where one must.
    #[error("there is no name at byte {0} of the query")]
    Name(usize),
    /// No operator stands where one must, or one that this name cannot have.
    #[error("there is no fitting operator at byte {0} of the query")]
    Operator(usize),
    /// The value is none that this name or operator can have.
    #[error("there is no fitting value at byte {0} of the query")]
    Value(usize),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`BadQuery`], with the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, BadQuery> {
        let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        if text.is_empty() {
            return Err(BadQuery::Empty);
        }
        if text.len() > MAX_QUERY_BYTES {
            return Err(BadQuery::TooLong);
        }
        let mut reader = Reader { text, rest: text };
        let mut terms = Vec::new();
        let mut joint = Joint::And;
        loop {
            if terms.len() == MAX_TERMS {
                return Err(BadQuery::TooManyTerms);
            }
            terms.push(Term {
                joint,
                test: reader.test()?,
            });
            match reader.joint() {
                Some(next) => joint = next,
                None => break,
            }
        }
        Ok(Self {
            text: text.to_owned(),
            terms,
        })
    }
}

impl TryFrom<String> for Query {
    type Error = BadQuery;

    fn try_from(text: String) -> Result<Self, BadQuery> {
        Self::parse(&text)
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Where it stands, in bytes.
    const fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes this word if it stands here, whatever its case.
    fn take(&mut self, word: &str) -> bool {
        match self.rest.split_at_checked(word.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(word) => {
                self.rest = rest;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Takes everything up to a character of this kind, which stays.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let (head, rest) = self
            .rest
            .split_at_checked(self.rest.find(ends).unwrap_or(self.rest.len()))
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        head
    }

    fn test(&mut self) -> Result<Test, BadQuery> {
        self.skip_blanks();
        let at = self.at();
        let is_luid = self.take("&LUID;");
        let name = if is_luid {
            String::new()
        } else {
            let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            self.until(|c| !is_in_name(c)).to_ascii_uppercase()
        };
        if name.is_empty() && !is_luid {
            return Err(BadQuery::Name(at));
        }
        self.skip_blanks();
        let operator_at = self.at();
        let (operator, is_blind) = self.operator().ok_or(BadQuery::Operator(operator_at))?;
        let value_at = self.at();
        let value = self.value()?;
        let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
        if value.is_none() && !is_equality {
            return Err(BadQuery::Value(value_at));
        }
        let comparison = Comparison {
            operator,
            is_blind,
            value,
        };
        let wrong_operator = Err(BadQuery::Operator(operator_at));
        let instant = || comparison.value.as_deref().and_then(time::instant);
        let instant = || -> Result<Millis, BadQuery> { instant().ok_or(BadQuery::Value(value_at)) };
        Ok(match (name.as_str(), operator) {
            ("", _) => Test::Luid(comparison),
            ("SINCE", Operator::Equal | Operator::Greater | Operator::GreaterOrEqual) => {
                Test::Since(instant()?)
            }
            ("BEFORE", Operator::Equal | Operator::Less | Operator::LessOrEqual) => {
                Test::Before(instant()?)
            }
            ("UNSEEN", Operator::Equal | Operator::NotEqual) => {
                let unseen = comparison.value.as_deref().and_then(truth);
                let unseen = unseen.ok_or(BadQuery::Value(value_at))?;
                Test::Unseen(unseen == (operator == Operator::Equal))
            }
            ("SINCE" | "BEFORE" | "UNSEEN", _) => return wrong_operator,
            (_, _) => Test::Property(name, comparison),
        })
    }

    fn operator(&mut self) -> Option<(Operator, bool)> {
        let (name, rest) = self.rest.strip_prefix('&')?.split_once(';')?;
        let (blind, name) = match name.strip_prefix(['i', 'I']) {
            Some(name) => (true, name),
            None => (false, name),
        };
        let (_, operator) = OPERATORS
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known))?;
        self.rest = rest;
        Some((*operator, blind))
    }

    /// The value; `None` for `&NULL;` and for nothing.
    fn value(&mut self) -> Result<Option<String>, BadQuery> {
        let at = self.at();
        if self.take("&NULL;") {
            self.skip_blanks();
            let is_whole = self.rest.is_empty() || self.rest.starts_with('&');
            return if is_whole {
                Ok(None)
            } else {
                Err(BadQuery::Value(at))
            };
        }
        let value = unescape(self.until(|c| c == '&').trim()).ok_or(BadQuery::Value(at))?;
        Ok(Some(value).filter(|value| !value.is_empty()))
    }

    /// What joins the next term, if there is one.
    fn joint(&mut self) -> Option<Joint> {
        self.skip_blanks();
        for (word, joint) in JOINTS {
            if self.take(word) {
                return Some(joint);
            }
        }
        None
    }
}

/// A value without its `%`-escapes; a `%` without two hexadecimal digits stands for itself. `None` when the bytes
/// are no text.
fn unescape(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail
            .split_at_checked(2)
            .filter(|_| *first == b'%')
            .and_then(|(digits, tail)| {
                let digits = std::str::from_utf8(digits).ok()?;
                let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
                let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
                Some((byte, tail))
            });
        let (byte, tail) = escaped.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

fn truth(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

const OPERATORS: [(&str, Operator); 8] = [
    ("EQ", Operator::Equal),
    ("NE", Operator::NotEqual),
    ("GT", Operator::Greater),
    ("GE", Operator::GreaterOrEqual),
    ("LT", Operator::Less),
    ("LE", Operator::LessOrEqual),
    ("CON", Operator::Contains),
    ("NCON", Operator::ContainsNot),
];

/// The longer ones first: a bare `&` joins, too.
const JOINTS: [(&str, Joint); 4] = [
    ("&AND;", Joint::And),
    ("&OR;", Joint::Or),
    ("&amp;", Joint::And),
    ("&", Joint::And),
];
