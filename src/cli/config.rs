//! `anchorage config`: what is configured, where that comes from, and what can be.

use clap::Subcommand;
use serde_json::Value;

use super::{Failure, Out, quirks};
use crate::config::{self, KEYS, Loaded, Sources};

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Every value in force, and where it came from.
    Show,
    /// Look for mistakes and do nothing.
    Check,
    /// A file with every key, its meaning and its default.
    Example,
}

pub fn run(sources: &Sources, out: Out, command: &ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show => show(&Loaded::from(sources)?, out),
        ConfigCommand::Check => check(&Loaded::from(sources)?, out),
        ConfigCommand::Example => out.bytes(config::example().as_bytes()),
    }
}

fn show(loaded: &Loaded, out: Out) -> Result<(), Failure> {
    let row = |key: &config::Key| {
        let value = Some((key.get)(&loaded.config)).filter(|value| !value.is_empty());
        vec![
            key.name.into(),
            value.map_or(Value::Null, Value::String),
            loaded.origin(key).to_string().into(),
        ]
    };
    out.list(&["key", "value", "origin"], KEYS.iter().map(row).collect())
}

fn check(loaded: &Loaded, out: Out) -> Result<(), Failure> {
    quirks::rules(&loaded.config)?;
    if out.is_json() {
        let file = loaded.file.as_ref().map(|path| path.display().to_string());
        return out.record(vec![
            ("ok", true.into()),
            ("file", file.map_or(Value::Null, Value::String)),
        ]);
    }
    match &loaded.file {
        Some(path) => out.say(&format!("{} is fine.", path.display())),
        None => {
            out.say("There is no configuration file; the defaults and the environment are fine.")
        }
    }
}
