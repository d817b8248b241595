//! `anchorage conflict`: what lost when two sides changed the same item, and how to let it win after all.

use clap::{Args, Subcommand};
use serde_json::json;

use super::item::{Past, Which, lines};
use super::out::instant;
use super::{Context, Failure, accounts, now};
use crate::ids::{ItemId, Rev, UserName};
use crate::pim;
use crate::store::Revision;
use crate::sync::history::{self, LOST, Then};

/// How many losers one transaction reads.
const PAGE: i64 = 500;

#[derive(Debug, Subcommand)]
pub enum ConflictCommand {
    /// What lost a conflict, of a user or of all users.
    List(List),
    /// The losing and the current text of an item, and how they differ.
    Show(Of),
    /// Let what lost be the item; what the item is now is kept in its place.
    Swap(Of),
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this user's.
    #[arg(value_parser = UserName::parse)]
    user: Option<UserName>,
}

#[derive(Debug, Args)]
pub struct Of {
    #[command(flatten)]
    which: Which,
    /// Which of several losers, as `conflict list` numbers them; the latest when it is left out.
    #[arg(long)]
    version: Option<i64>,
}

pub fn run(context: &Context, command: &ConflictCommand) -> Result<(), Failure> {
    match command {
        ConflictCommand::List(args) => list(context, args.user.as_ref()),
        ConflictCommand::Show(args) => show(context, args),
        ConflictCommand::Swap(args) => swap(context, args),
    }
}

fn list(context: &Context, user: Option<&UserName>) -> Result<(), Failure> {
    let accounts = context.store.read(|tx| accounts(tx, user))?;
    let mut rows = Vec::new();
    for account in accounts {
        let mut after = (ItemId(0), Rev(0));
        loop {
            let (losers, items) = context.store.read(|tx| {
                let losers = tx.losers(account.id, after, PAGE)?;
                let ids: Vec<_> = losers.iter().map(|loser| loser.item).collect();
                let items = tx.items(account.id, &ids)?;
                Ok::<_, Failure>((losers, items))
            })?;
            let Some(last) = losers.last() else { break };
            after = (last.item, last.seq);
            rows.extend(losers.iter().map(|loser| {
                let item = items.iter().find(|item| item.id == loser.item);
                vec![
                    instant(loser.at),
                    json!(account.name),
                    json!(loser.item),
                    json!(loser.seq),
                    json!(item.map(|item| &item.collection)),
                    json!(item.map(|item| pim::title(&item.content))),
                    json!(loser.writer),
                    json!(loser.session),
                    json!(item.and_then(|item| item.writer.as_ref())),
                ]
            }));
        }
    }
    if rows.is_empty() {
        context.out.say("No conflict was lost.")?;
    }
    let columns = [
        "at",
        "user",
        "item",
        "version",
        "collection",
        "title",
        "lost",
        "session",
        "won",
    ];
    context.out.list(&columns, rows)
}

/// The loser that was asked for.
fn loser<'a>(past: &'a Past, args: &Of) -> Result<&'a Revision, Failure> {
    let mut losers = past.revisions.iter().rev().filter(|one| one.reason == LOST);
    let found = losers.find(|one| args.version.is_none_or(|number| one.seq == Rev(number)));
    found.ok_or_else(|| {
        let item = past.item.id;
        Failure::NotFound(match args.version {
            Some(number) => format!("version {number} of item {item} lost no conflict"),
            None => format!("nothing lost a conflict over item {item}"),
        })
    })
}

fn show(context: &Context, args: &Of) -> Result<(), Failure> {
    let past = Past::of(context, &args.which)?;
    let loser = loser(&past, args)?;
    let differences = lines::differences(&past.item.content, &loser.content);
    context.out.record(vec![
        ("item", json!(past.item.id)),
        ("version", json!(loser.seq)),
        ("at", instant(loser.at)),
        ("lost", json!(loser.writer)),
        ("session", json!(loser.session)),
        ("won", json!(past.item.writer)),
        ("current", json!(lines::of(&past.item.content))),
        ("loser", json!(lines::of(&loser.content))),
        ("differences", json!(differences)),
    ])
}

fn swap(context: &Context, args: &Of) -> Result<(), Failure> {
    let past = Past::of(context, &args.which)?;
    let loser = loser(&past, args)?;
    let wanted = [(past.item.id, Then::There(loser.content.clone()))];
    let now = now()?;
    let written = context.store.write(|tx| {
        tx.drop_revision(loser)?;
        history::put_back(tx, past.account, now, &wanted, LOST)
    })?;
    if context.out.is_json() {
        return context.out.record(vec![
            ("item", json!(past.item.id)),
            ("swapped", json!(written > 0)),
        ]);
    }
    context.out.say(&if written > 0 {
        format!(
            "Item {} is what lost now; every device gets it at its next sync, and what won is kept.",
            past.item.id
        )
    } else {
        format!("Item {} says the same as what lost.", past.item.id)
    })
}
