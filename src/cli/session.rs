//! `anchorage session`: what happened, and why.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::out::instant;
use super::{Context, Failure, account, accounts};
use crate::ids::{DeviceId, UserName};
use crate::store::LogEntry;

#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// The latest sessions, newest first: one line for each datastore.
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
        let LogEntry {
            at,
            device,
            number,
            datastore,
            outcome,
            why,
            ..
        } = entry;
        vec![
            instant(*at),
            json!(user),
            json!(device),
            json!(number),
            json!(datastore),
            json!(outcome),
            json!(why),
        ]
    };
    let columns = [
        "at",
        "user",
        "device",
        "session",
        "datastore",
        "outcome",
        "why",
    ];
    context
        .out
        .list(&columns, entries.iter().map(row).collect())
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
        json!({
            "datastore": entry.datastore,
            "asked": entry.asked,
            "given": entry.given,
            "outcome": entry.outcome,
            "why": entry.why,
            "counts": serde_json::from_str::<Value>(&entry.counts).unwrap_or(Value::Null),
            "ended": instant(entry.ended),
        })
    };
    context.out.record(vec![
        ("user", json!(args.user)),
        ("session", json!(args.number)),
        ("device", json!(first.device)),
        ("at", instant(first.at)),
        ("datastores", entries.iter().map(datastore).collect()),
    ])
}
