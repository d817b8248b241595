//! A file of rules, in TOML, as rules; or everything that is wrong with it, by line.
//!
//! ```toml
//! [[rule]]
//! name = "lighthouse-l1"
//! about = "Lighthouse L1: loses its way in long messages."
//! when = [{ user_agent = "Lighthouse-L1*" }, { man = "Lighthouse", mod = ["L1", "L1i"] }]
//! set = { max_message = "70%", bare_errors = true }
//! ```
//!
//! `when` is one condition or several, of which one must hold; `stop = true` ends the list where the rule holds;
//! `off = true` takes a rule of ours away.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::facts::{FACTS, known};
use super::flags::{Flag, Kind, did_you_mean, flag, flags as all_flags};
use super::rules::{Condition, Rule, fits};

/// The keys of a rule.
const KEYS: [&str; 6] = ["name", "about", "when", "set", "stop", "off"];

/// One thing that is wrong with a file of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where, counted from 1.
    pub line: usize,
    /// What, in plain words.
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

/// The rules of a file; `others` are names that a rule of it may take away.
pub(super) fn rules(text: &str, others: &[String]) -> Result<Vec<Rule>, Vec<Flaw>> {
    let mut reader = Reader {
        text,
        flaws: Vec::new(),
    };
    let rules = reader.file(others);
    if reader.flaws.is_empty() {
        Ok(rules)
    } else {
        Err(reader.flaws)
    }
}

struct Reader<'t> {
    text: &'t str,
    flaws: Vec<Flaw>,
}

impl Reader<'_> {
    fn file(&mut self, others: &[String]) -> Vec<Rule> {
        let text = self.text;
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.flaw(at, error.message().to_owned());
                return Vec::new();
            }
        };
        let mut rules: Vec<Rule> = Vec::new();
        for (key, value) in table.get_ref() {
            if key.get_ref() != "rule" {
                self.unknown(key.span().start, "key", key.get_ref(), ["rule"].into_iter());
                continue;
            }
            let DeValue::Array(tables) = value.get_ref() else {
                self.flaw(key.span().start, "rules are written as [[rule]]".to_owned());
                continue;
            };
            for table in tables {
                let at = table.span().start;
                let DeValue::Table(fields) = table.get_ref() else {
                    self.flaw(at, "rules are written as [[rule]]".to_owned());
                    continue;
                };
                let rule = self.rule(at, fields);
                if rules.iter().any(|other| other.name == rule.name) {
                    self.flaw(at, format!("there are two rules `{}`", rule.name));
                }
                if rule.off && !others.contains(&rule.name) {
                    let others = others.iter().map(String::as_str);
                    self.unknown(at, "rule", &rule.name, others);
                }
                rules.push(rule);
            }
        }
        rules
    }

    fn rule(&mut self, at: usize, fields: &DeTable<'_>) -> Rule {
        let (mut rule, before) = (Rule::default(), self.flaws.len());
        for (key, value) in fields {
            let here = key.span().start;
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("name", DeValue::String(name)) if is_name(name) => rule.name = name.to_string(),
                ("name", _) => {
                    self.flaw(here, "`name` must be of letters, digits and -".to_owned());
                }
                ("about", DeValue::String(about)) => rule.about = about.to_string(),
                ("about", _) => self.flaw(here, "`about` must be a text".to_owned()),
                ("when", DeValue::Table(facts)) => rule.when.push(self.condition(here, facts)),
                ("when", DeValue::Array(all)) => {
                    for one in all {
                        if let DeValue::Table(facts) = one.get_ref() {
                            rule.when.push(self.condition(one.span().start, facts));
                        } else {
                            self.flaw(one.span().start, WHEN.to_owned());
                        }
                    }
                }
                ("when", _) => self.flaw(here, WHEN.to_owned()),
                ("set", DeValue::Table(flags)) => rule.set = self.flags(flags),
                ("set", _) => {
                    self.flaw(here, "`set` must be a table of flags and values".to_owned());
                }
                ("stop", DeValue::Boolean(stop)) => rule.stop = *stop,
                ("off", DeValue::Boolean(off)) => rule.off = *off,
                (name @ ("stop" | "off"), _) => {
                    self.flaw(here, format!("`{name}` must be true or false"));
                }
                (name, _) => self.unknown(here, "key", name, KEYS.into_iter()),
            }
        }
        if rule.name.is_empty() {
            self.flaw(at, "a rule needs a `name`".to_owned());
        } else if !rule.off && self.flaws.len() == before {
            self.complete(at, &rule);
        }
        rule
    }

    /// A rule that says something wrong already is not asked for more.
    fn complete(&mut self, at: usize, rule: &Rule) {
        let when = "`when`: for every device write when = { dev_id = \"*\" }";
        let lacks = [
            (rule.when.is_empty(), when),
            (rule.set.is_empty() && !rule.stop, "`set`"),
        ];
        for (_, what) in lacks.iter().filter(|(is_missing, _)| *is_missing) {
            self.flaw(at, format!("rule `{}` lacks {what}", rule.name));
        }
    }

    fn condition(&mut self, at: usize, facts: &DeTable<'_>) -> Condition {
        let mut condition = Condition::default();
        if facts.is_empty() {
            self.flaw(
                at,
                "a condition must name a fact, such as user_agent".to_owned(),
            );
        }
        for (key, value) in facts {
            let here = key.span().start;
            let Some(fact) = known(key.get_ref()) else {
                self.unknown(
                    here,
                    "fact",
                    key.get_ref(),
                    FACTS.iter().map(|(name, _)| *name),
                );
                continue;
            };
            let patterns: Option<Vec<String>> = match value.get_ref() {
                DeValue::Array(all) => all.iter().map(pattern).collect(),
                DeValue::String(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Table(_) => pattern(value).map(|one| vec![one]),
            };
            match patterns.filter(|all| !all.is_empty()) {
                Some(patterns) => drop(condition.0.insert(fact, patterns)),
                None => self.flaw(
                    here,
                    format!("`{fact}` must be a text or several, none of them empty"),
                ),
            }
        }
        condition
    }

    fn flags(&mut self, flags: &DeTable<'_>) -> Vec<(&'static str, String)> {
        let mut set = Vec::new();
        for (key, value) in flags {
            let here = key.span().start;
            let Some(flag) = flag(key.get_ref()) else {
                self.unknown(
                    here,
                    "flag",
                    key.get_ref(),
                    all_flags().map(|flag| flag.name),
                );
                continue;
            };
            match written(flag, value.get_ref()) {
                Some(value) => set.push((flag.name, value)),
                None => self.misfit(here, flag, value.get_ref()),
            }
        }
        set
    }

    fn misfit(&mut self, at: usize, flag: &Flag, value: &DeValue<'_>) {
        let near = match value {
            DeValue::String(text) => flag.kind.nearest(text),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => String::new(),
        };
        self.flaw(at, format!("`{}` must be {}{near}", flag.name, flag.kind));
    }

    fn unknown<'n>(
        &mut self,
        at: usize,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let near = did_you_mean(name, known);
        self.flaw(at, format!("unknown {what} `{name}`{near}"));
    }

    fn flaw(&mut self, at: usize, what: String) {
        let before = self.text.bytes().take(at);
        let line = before.filter(|byte| *byte == b'\n').count() + 1;
        self.flaws.push(Flaw { line, what });
    }
}

const WHEN: &str = "`when` must be a table of facts, or several in brackets";

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn pattern(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) if !text.is_empty() => Some(text.to_string()),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    }
}

/// A value of a file as the flag takes it, if it is of the flag's kind.
fn written(flag: &Flag, value: &DeValue<'_>) -> Option<String> {
    let text = match (flag.kind, value) {
        (Kind::Switch, DeValue::Boolean(switch)) => switch.to_string(),
        (Kind::Number(..) | Kind::Share, DeValue::Integer(number)) if number.radix() == 10 => {
            number.as_str().to_owned()
        }
        (Kind::Share | Kind::Word(_) | Kind::List(..) | Kind::Zone, DeValue::String(text)) => {
            text.to_string()
        }
        (
            Kind::Switch
            | Kind::Number(..)
            | Kind::Share
            | Kind::Word(_)
            | Kind::List(..)
            | Kind::Zone,
            _,
        ) => return None,
    };
    fits(flag, &text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaws(text: &str) -> Vec<String> {
        rules(text, &["nokia".to_owned()])
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_mistake_is_named_with_its_line_and_what_was_meant() {
        let rule = |rest: &str| format!("[[rule]]\nname = \"r\"\n{rest}\n");
        let rows = [
            (
                "[[rules]]\n".to_owned(),
                "1: unknown key `rules`: did you mean `rule`?",
            ),
            (
                rule("wen = { man = \"x\" }\nset = { cdata = true }"),
                "3: unknown key `wen`: did you mean `when`?",
            ),
            (
                rule("when = { user-agent = \"x\" }\nset = { cdata = true }"),
                "3: unknown fact `user-agent`: did you mean `user_agent`?",
            ),
            (
                rule("when = { man = \"x\" }\nset = { c_data = true }"),
                "4: unknown flag `c_data`: did you mean `cdata`?",
            ),
            (
                rule("when = { man = \"x\" }\nset = { cdata = \"yes\" }"),
                "4: `cdata` must be true or false",
            ),
            (
                rule("when = { man = \"x\" }\nset = { max_message = 10 }"),
                "4: `max_message` must be a number of bytes from 1024, or a share such as \"70%\"",
            ),
            (
                rule("when = { man = \"x\" }\nset = { item_format = \"b46\" }"),
                "4: `item_format` must be one of \"auto\", \"text\", \"b64\": did you mean `b64`?",
            ),
            (
                rule("when = { man = \"\" }\nset = { cdata = true }"),
                "3: `man` must be a text or several, none of them empty",
            ),
            (
                rule("when = {}\nset = { cdata = true }"),
                "3: a condition must name a fact, such as user_agent",
            ),
            (
                rule("set = { cdata = true }"),
                "1: rule `r` lacks `when`: for every device write when = { dev_id = \"*\" }",
            ),
            (rule("when = { man = \"x\" }"), "1: rule `r` lacks `set`"),
            (
                "[[rule]]\nname = \"Nokia 1\"\n".to_owned(),
                "2: `name` must be of letters, digits and -",
            ),
            (
                "[[rule]]\nname = \"nokai\"\noff = true\n".to_owned(),
                "1: unknown rule `nokai`: did you mean `nokia`?",
            ),
            ("[[rule]\n".to_owned(), "1: "),
        ];
        for (text, expected) in rows {
            let flaws = flaws(&text);
            assert!(
                flaws.iter().any(|flaw| flaw.starts_with(expected)),
                "{text}: {flaws:?}"
            );
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = "[[rule]]\nname = \"a\"\nwhen = { man = \"x\" }\nset = { cdata = 1, ct_cap = 2 }\n[[rule]]\nname = \"a\"\noff = true\n";
        assert_eq!(flaws(text).len(), 4, "{:?}", flaws(text));
    }
}
