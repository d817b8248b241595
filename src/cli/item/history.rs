//! `anchorage item log`, `diff` and `restore`: what an item was, and the way back.

use clap::Args;
use serde_json::{Value, json};

use super::{item_id, lines};
use crate::cli::out::instant;
use crate::cli::{Context, Failure, account, now};
use crate::ids::{AccountId, ItemId, Millis, Rev, UserName};
use crate::item::Content;
use crate::pim;
use crate::store::{Item, Revision};
use crate::sync::history::{self, Then, was_item};

/// An item of a user.
#[derive(Debug, Args)]
pub struct Which {
    /// Whose.
    #[arg(value_parser = UserName::parse)]
    pub user: UserName,
    /// Its number, as `item list` shows it.
    #[arg(value_parser = item_id)]
    pub item: ItemId,
}

#[derive(Debug, Args)]
pub struct Diff {
    #[command(flatten)]
    which: Which,
    /// The older version, as `item log` numbers it; the one before the last when it is left out.
    from: Option<i64>,
    /// The newer version; the item as it is when it is left out.
    to: Option<i64>,
}

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    which: Which,
    /// The version to go back to, as `item log` numbers it; the one before the last when it is left out, or what a
    /// deleted item was.
    #[arg(long)]
    to: Option<i64>,
}

/// An item with all that is kept of it, the versions that were the item and those that lost a conflict alike.
pub struct Past {
    pub account: AccountId,
    pub item: Item,
    /// Oldest first.
    pub revisions: Vec<Revision>,
}

impl Past {
    /// Reads it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when there is no such user or item.
    pub fn of(context: &Context, which: &Which) -> Result<Self, Failure> {
        let Which { user, item } = which;
        context.store.read(|tx| {
            let account = account(tx, user)?.id;
            let found = tx.items(account, &[*item])?.into_iter().next();
            let found =
                found.ok_or_else(|| Failure::NotFound(format!("{user} has no item {item}")))?;
            Ok(Self {
                account,
                item: found,
                revisions: tx.revisions(account, *item)?,
            })
        })
    }

    /// The content of a version.
    fn version(&self, number: i64) -> Result<&Content, Failure> {
        let kept = self.revisions.iter().find(|one| one.seq == Rev(number));
        let kept = kept.map(|revision| &revision.content);
        let now = Some(&self.item).filter(|item| item.seq == Rev(number));
        kept.or(now.map(|item| &item.content)).ok_or_else(|| {
            Failure::NotFound(format!("item {} has no version {number}", self.item.id))
        })
    }

    /// The version before the last.
    fn before(&self) -> Result<&Content, Failure> {
        let earlier = self.revisions.iter().rev().find(|one| was_item(one));
        earlier.map(|revision| &revision.content).ok_or_else(|| {
            Failure::NotFound(format!(
                "of item {} no earlier version is kept",
                self.item.id
            ))
        })
    }
}

/// The versions of an item, oldest first.
pub fn log(context: &Context, which: &Which) -> Result<(), Failure> {
    let past = Past::of(context, which)?;
    let row = |number: Rev, until: Value, writer, session, state: &str, content: &Content| {
        vec![
            json!(number.0),
            instant(Millis(number.0)),
            until,
            json!(writer),
            json!(session),
            json!(state),
            json!(pim::title(content)),
            json!(content.body.len()),
        ]
    };
    let kept = past.revisions.iter().map(|one| {
        let until = if was_item(one) {
            instant(one.at)
        } else {
            Value::Null
        };
        row(
            one.seq,
            until,
            one.writer.as_ref(),
            one.session,
            &one.reason,
            &one.content,
        )
    });
    let mut rows: Vec<_> = kept.collect();
    let Item {
        seq,
        writer,
        content,
        deleted,
        ..
    } = &past.item;
    let state = if *deleted { "is deleted" } else { "is current" };
    rows.push(row(
        *seq,
        Value::Null,
        writer.as_ref(),
        None,
        state,
        content,
    ));
    let columns = [
        "version", "from", "until", "writer", "session", "became", "title", "bytes",
    ];
    context.out.list(&columns, rows)
}

pub fn diff(context: &Context, args: &Diff) -> Result<(), Failure> {
    let past = Past::of(context, &args.which)?;
    let old = args
        .from
        .map_or_else(|| past.before(), |number| past.version(number))?;
    let new = match args.to {
        Some(number) => past.version(number)?,
        None => &past.item.content,
    };
    let differences = lines::differences(old, new);
    if context.out.is_json() {
        return context
            .out
            .record(vec![("differences", json!(differences))]);
    }
    if differences.is_empty() {
        return context.out.say("Both say the same.");
    }
    context.out.say(&differences.join("\n"))
}

pub fn restore(context: &Context, args: &Restore) -> Result<(), Failure> {
    let Which { user, item } = &args.which;
    let past = Past::of(context, &args.which)?;
    let body = match args.to {
        Some(number) => past.version(number)?,
        None if past.item.deleted => &past.item.content,
        None => past.before()?,
    };
    let wanted = [(*item, Then::There(body.clone()))];
    let now = now()?;
    let written = context
        .store
        .write(|tx| history::put_back(tx, past.account, now, &wanted, "superseded"))?;
    if context.out.is_json() {
        return context.out.record(vec![
            ("user", json!(user)),
            ("item", json!(item)),
            ("restored", json!(written > 0)),
        ]);
    }
    let title = pim::title(body);
    context.out.say(&if written > 0 {
        format!(
            "Item {item} is \u{201c}{title}\u{201d} again; every device gets it at its next sync."
        )
    } else {
        format!("Item {item} is like that already.")
    })
}
