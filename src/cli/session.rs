//! `anchorage session`: what happened, and why.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::out::instant;
use super::{Context, Failure, account, accounts};
use crate::ids::{DeviceId, UserName};
use crate::message::AlertCode;
use crate::session::asked_mode;
use crate::store::LogEntry;
use crate::sync::Counts;

#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// The latest sessions, newest first: one line for each datastore. `taken` and `sent` count items added (`+`),
    /// changed (`~`) and deleted (`-`), from the device and to it.
    List(List),
    /// One session, datastore by datastore.
    Show(Show),
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this user's.
    #[arg(value_parser = UserName::parse)]
    user: Option<UserName>,
    /// Only of this device.
    #[arg(long, value_parser = DeviceId::parse)]
    device: Option<DeviceId>,
    /// At most this many lines.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub struct Show {
    /// Whose.
    #[arg(value_parser = UserName::parse)]
    user: UserName,
    /// Its number, as `session list` shows it.
    number: i64,
}

pub fn run(context: &Context, command: &SessionCommand) -> Result<(), Failure> {
    match command {
        SessionCommand::List(args) => list(context, args),
        SessionCommand::Show(args) => show(context, args),
    }
}

fn list(context: &Context, args: &List) -> Result<(), Failure> {
    let mut entries = context.store.read(|tx| {
        let mut entries = Vec::new();
        for account in accounts(tx, args.user.as_ref())? {
            let latest = tx.log(account.id, args.device.as_ref(), i64::from(args.limit))?;
            entries.extend(
                latest
                    .into_iter()
                    .map(|entry| (account.name.clone(), entry)),
            );
        }
        Ok::<_, Failure>(entries)
    })?;
    entries.sort_by_key(|(_, entry)| std::cmp::Reverse((entry.at, entry.number)));
    entries.truncate(usize::try_from(args.limit).unwrap_or(usize::MAX));
    if entries.is_empty() {
        context.out.say("There was no session yet.")?;
    }
    let row = |(user, entry): &(UserName, LogEntry)| {
        let counts: Counts = serde_json::from_str(&entry.counts).unwrap_or_default();
        vec![
            instant(entry.at),
            json!(user),
            json!(entry.device),
            json!(entry.number),
            json!(entry.datastore),
            mode(entry.asked),
            mode(entry.given),
            json!(outcome(entry, &counts)),
            json!(taken(&counts)),
            json!(sent(&counts)),
            json!(counts.conflicts),
            json!(counts.errors.len()),
            json!(entry.why),
        ]
    };
    let columns = [
        "at",
        "user",
        "device",
        "session",
        "datastore",
        "asked",
        "given",
        "outcome",
        "taken",
        "sent",
        "conflicts",
        "errors",
        "why",
    ];
    context
        .out
        .list(&columns, entries.iter().map(row).collect())
}

/// A mode as people call it, from the alert code in the log; `null` where none ran.
fn mode(code: i64) -> Value {
    let code = u16::try_from(code).ok().map(AlertCode::of);
    match code.and_then(|code| asked_mode(code).ok()) {
        Some(mode) => json!(mode.to_string()),
        None => Value::Null,
    }
}

/// How it ended, and that deletions were held back.
fn outcome(entry: &LogEntry, counts: &Counts) -> String {
    match counts.held_back {
        0 => entry.outcome.clone(),
        held => format!("{}, {held} deletions held back", entry.outcome),
    }
}

/// What came from the device: items added, changed, deleted.
fn taken(counts: &Counts) -> String {
    changes(counts.added, counts.replaced, counts.deleted)
}

/// What went to the device: items added, changed, deleted there.
fn sent(counts: &Counts) -> String {
    changes(counts.sent_added, counts.sent_replaced, counts.sent_deleted)
}

/// `+1 ~2 -3`: one added, two changed, three deleted; nothing is `0`.
fn changes(added: u32, changed: u32, deleted: u32) -> String {
    let parts = [("+", added), ("~", changed), ("-", deleted)];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(sign, count)| format!("{sign}{count}"))
        .collect();
    if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(" ")
    }
}

fn show(context: &Context, args: &Show) -> Result<(), Failure> {
    let entries = context.store.read(|tx| {
        let account = account(tx, &args.user)?;
        Ok::<_, Failure>(tx.log_of_session(account.id, args.number)?)
    })?;
    let Some(first) = entries.first() else {
        return Err(Failure::NotFound(format!(
            "{} had no session {}",
            args.user, args.number
        )));
    };
    let datastore = |entry: &LogEntry| {
        let counts: Counts = serde_json::from_str(&entry.counts).unwrap_or_default();
        let filter = Some(&counts.filter).filter(|filter| !filter.is_empty());
        json!({
            "datastore": entry.datastore,
            "asked": mode(entry.asked),
            "given": mode(entry.given),
            "outcome": outcome(entry, &serde_json::from_str(&entry.counts).unwrap_or_default()),
            "why": entry.why,
            "filter": filter,
            "left_out": counts.left_out,
            "counts": serde_json::from_str::<Value>(&entry.counts).unwrap_or(Value::Null),
            "ended": instant(entry.ended),
        })
    };
    context.out.record(vec![
        ("user", json!(args.user)),
        ("session", json!(args.number)),
        ("device", json!(first.device)),
        ("at", instant(first.at)),
        (
            "rules",
            first
                .quirks
                .split(' ')
                .filter(|name| !name.is_empty())
                .collect(),
        ),
        ("datastores", entries.iter().map(datastore).collect()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_counted_by_kind() {
        assert_eq!(changes(0, 0, 0), "0");
        assert_eq!(changes(3, 0, 1), "+3 -1");
    }

    #[test]
    fn a_mode_has_the_name_people_call_it() {
        assert_eq!(mode(201), json!("slow"));
        assert_eq!(mode(206), json!("two-way"));
        assert_eq!(mode(0), Value::Null);
    }
}
