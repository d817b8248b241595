//! Answers on stdout: tables and records for people, JSON for programs.
//!
//! A reader who goes away (`anchorage item list alice | head`) ends the command in peace. What devices sent is
//! shown without its control characters, so that none can speak to the terminal.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Map, Value};

use super::Failure;
use crate::ids::Millis;

/// Where answers go, and in which form.
#[derive(Debug, Clone, Copy)]
pub struct Out {
    json: bool,
}

impl Out {
    /// Answers in JSON, or for people.
    #[must_use]
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// A list: columns by name, and rows with a value for each. In JSON an array of objects.
    ///
    /// # Errors
    /// [`Failure::NoReader`] when the reader went away; [`Failure::Failed`] when stdout cannot be written.
    pub fn list(self, columns: &[&str], rows: Vec<Vec<Value>>) -> Result<(), Failure> {
        if self.json {
            let object = |row: Vec<Value>| {
                columns
                    .iter()
                    .map(|name| (*name).to_owned())
                    .zip(row)
                    .collect::<Map<_, _>>()
            };
            return self.value(&rows.into_iter().map(object).map(Value::Object).collect());
        }
        if rows.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(arrangement());
        table.set_header(
            columns
                .iter()
                .map(|name| name.replace('_', " ").to_uppercase()),
        );
        for row in rows {
            table.add_row(row.iter().map(shown));
        }
        self.text(&lines_without_trailing_blanks(&table.to_string()))
    }

    /// One thing: names and values. In JSON an object.
    ///
    /// # Errors
    /// As [`Out::list`].
    pub fn record(self, fields: Vec<(&str, Value)>) -> Result<(), Failure> {
        if self.json {
            let object: Map<_, _> = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            return self.value(&Value::Object(object));
        }
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 2;
        let line = |(name, value): (&str, Value)| {
            let name = format!("{}:", name.replace('_', " "));
            if let Value::Array(rows) = &value {
                let rows: Vec<String> = rows
                    .iter()
                    .map(|row| format!("\n  {}", shown(row)))
                    .collect();
                return format!("{name}{}\n", rows.concat());
            }
            format!("{name:width$}{}\n", shown(&value))
        };
        let text: Vec<String> = fields.into_iter().map(line).collect();
        self.text(&text.concat())
    }

    /// A sentence for people; nothing in JSON.
    ///
    /// # Errors
    /// As [`Out::list`].
    pub fn say(self, sentence: &str) -> Result<(), Failure> {
        if self.json {
            Ok(())
        } else {
            self.text(&format!("{sentence}\n"))
        }
    }

    /// Bytes as they are.
    ///
    /// # Errors
    /// As [`Out::list`].
    pub fn bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout
            .write_all(bytes)
            .and_then(|()| stdout.flush())
            .map_err(|cause| unwritten(&cause))
    }

    /// Whether answers are in JSON.
    #[must_use]
    pub fn is_json(self) -> bool {
        self.json
    }

    fn value(self, value: &Value) -> Result<(), Failure> {
        self.text(&format!("{value:#}\n"))
    }

    fn text(self, text: &str) -> Result<(), Failure> {
        self.bytes(text.as_bytes())
    }
}

/// An instant as people and programs read it: RFC 3339, UTC. `null` for never.
#[must_use]
pub fn instant(at: Millis) -> Value {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(time) if at.0 > 0 => Value::String(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Ok(_) | Err(_) => Value::Null,
    }
}

/// A text a terminal may see: control characters become U+FFFD, line ends and tabs stay.
#[must_use]
pub fn harmless(text: &str) -> String {
    let harmless = |c: char| {
        if c.is_control() && c != '\n' && c != '\t' {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.replace("\r\n", "\n").chars().map(harmless).collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => harmless(text),
        Value::Array(all) => all.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name} {}", shown(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// Fits the terminal, and is one line a row anywhere else.
fn arrangement() -> ContentArrangement {
    if io::stdout().is_terminal() {
        ContentArrangement::Dynamic
    } else {
        ContentArrangement::Disabled
    }
}

fn lines_without_trailing_blanks(table: &str) -> String {
    let whole = |line: &str| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned() + "\n";
    table.lines().map(whole).collect()
}

fn unwritten(cause: &io::Error) -> Failure {
    if cause.kind() == io::ErrorKind::BrokenPipe {
        return Failure::NoReader;
    }
    Failure::failed(format!("cannot write the answer: {cause}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_device_sent_cannot_speak_to_the_terminal() {
        assert_eq!(
            harmless("a\u{1b}[31mb\r\nc\td\0"),
            "a\u{fffd}[31mb\nc\td\u{fffd}"
        );
    }

    #[test]
    fn values_are_told_in_words() {
        assert_eq!(shown(&json!(null)), "-");
        assert_eq!(shown(&json!(true)), "yes");
        assert_eq!(shown(&json!(["a", 1])), "a, 1");
        assert_eq!(shown(&json!({"contacts": 3})), "contacts 3");
    }

    #[test]
    fn an_instant_is_rfc_3339_and_never_is_nothing() {
        assert_eq!(
            instant(Millis(1_700_000_000_123)),
            json!("2023-11-14T22:13:20Z")
        );
        assert_eq!(instant(Millis(0)), json!(null));
        assert_eq!(instant(Millis(i64::MAX)), json!(null));
    }
}
