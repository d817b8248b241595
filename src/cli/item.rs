//! `anchorage item`: what is synced.

mod history;
pub(super) mod lines;

use std::collections::HashSet;
use std::io::{self, IsTerminal};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::folders::Folders;
use super::out::{harmless, instant};
use super::{Context, Failure, account};
use crate::ids::{CollectionId, ItemId, UserName};
use crate::pim;
use crate::store::{Item, Revision, StoreError, Tx};

pub(super) use history::{Past, Which};

/// How many items one transaction reads.
const PAGE: i64 = 500;
/// Where the folder stands among the columns of a list.
const FOLDER_COLUMN: usize = 2;

#[derive(Debug, Subcommand)]
pub enum ItemCommand {
    /// The items of a user.
    List(List),
    /// One item: its text and its history.
    Show(Show),
    /// The versions of an item that are kept: who wrote each, until when it was the item, in which session that ended.
    Log(Which),
    /// How two versions of an item differ, in decoded lines.
    Diff(history::Diff),
    /// Make an item what it was, also one that was deleted.
    Restore(history::Restore),
}

#[derive(Debug, Args)]
pub struct List {
    /// Whose.
    #[arg(value_parser = UserName::parse)]
    user: UserName,
    /// Only of this collection: contacts, calendar, tasks, notes, files or email.
    #[arg(value_parser = CollectionId::parse)]
    collection: Option<CollectionId>,
}

#[derive(Debug, Args)]
pub struct Show {
    /// Whose.
    #[arg(value_parser = UserName::parse)]
    user: UserName,
    /// Its number, as `item list` shows it.
    #[arg(value_parser = item_id)]
    item: ItemId,
    /// Only the text, byte for byte.
    #[arg(long, conflicts_with = "json")]
    raw: bool,
}

pub fn run(context: &Context, command: &ItemCommand) -> Result<(), Failure> {
    match command {
        ItemCommand::List(args) => list(context, args),
        ItemCommand::Show(args) => show(context, args),
        ItemCommand::Log(which) => history::log(context, which),
        ItemCommand::Diff(args) => history::diff(context, args),
        ItemCommand::Restore(args) => history::restore(context, args),
    }
}

/// Hands the live items of a user to `each`, page by page, each page read in a transaction of its own.
pub fn each_item(
    context: &Context,
    user: &UserName,
    only: Option<&CollectionId>,
    mut each: impl FnMut(Vec<Item>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (id, collections) = context.store.read(|tx| {
        let account = account(tx, user)?;
        Ok::<_, Failure>((account.id, tx.collections(account.id)?))
    })?;
    if let Some(only) = only
        && !collections.iter().any(|collection| collection.id == *only)
    {
        return Err(Failure::NotFound(format!(
            "{user} has no collection {only}"
        )));
    }
    for collection in collections
        .iter()
        .map(|collection| &collection.id)
        .filter(|id| only.is_none_or(|only| only == *id))
    {
        let mut after = ItemId(0);
        loop {
            let page = context
                .store
                .read(|tx| tx.items_of(id, collection, after, PAGE))?;
            let Some(last) = page.last() else { break };
            after = last.id;
            each(page)?;
        }
    }
    Ok(())
}

fn list(context: &Context, args: &List) -> Result<(), Failure> {
    let (mut rows, mut folders) = (Vec::new(), Folders::default());
    each_item(context, &args.user, args.collection.as_ref(), |page| {
        for item in &page {
            folders.note(item);
            let Item {
                id,
                collection,
                content,
                modified,
                ..
            } = item;
            let row = vec![
                json!(id),
                json!(collection),
                json!(pim::title(content)),
                json!(content.media_type),
                instant(*modified),
            ];
            rows.push((item.parent, row));
        }
        Ok(())
    })?;
    let mut columns = vec!["item", "collection", "title", "type", "modified"];
    // Who has no folders need not read of any.
    let tells_folders =
        context.out.is_json() || rows.iter().any(|(folder, _)| *folder != ItemId(0));
    if tells_folders {
        columns.insert(FOLDER_COLUMN, "folder");
    }
    let rows = rows.into_iter().map(|(folder, mut row)| {
        if tells_folders {
            row.insert(FOLDER_COLUMN, json!(folders.path(folder)));
        }
        row
    });
    context.out.list(&columns, rows.collect())
}

fn show(context: &Context, args: &Show) -> Result<(), Failure> {
    let (item, revisions, folder) = context.store.read(|tx| {
        let account = account(tx, &args.user)?;
        let found = tx.items(account.id, &[args.item])?.into_iter().next();
        let item = found
            .ok_or_else(|| Failure::NotFound(format!("{} has no item {}", args.user, args.item)))?;
        let folder = folder_of(tx, &item)?;
        Ok::<_, Failure>((item, tx.revisions(account.id, args.item)?, folder))
    })?;
    if args.raw {
        // As it is for a file; a terminal takes orders from what it is shown.
        let text = String::from_utf8_lossy(&item.content.body);
        let body = if io::stdout().is_terminal() {
            harmless(&text).into_bytes()
        } else {
            item.content.body.clone()
        };
        return context.out.bytes(&body);
    }
    let revision = |revision: &Revision| json!({ "at": instant(revision.at), "reason": revision.reason, "writer": revision.writer, "title": pim::title(&revision.content) });
    context.out.record(vec![
        ("item", json!(item.id)),
        ("collection", json!(item.collection)),
        ("type", json!(item.content.media_type)),
        ("title", json!(pim::title(&item.content))),
        ("folder", json!(folder)),
        ("deleted", json!(item.deleted)),
        ("modified", instant(item.modified)),
        ("writer", json!(item.writer)),
        ("bytes", json!(item.content.body.len())),
        ("revisions", revisions.iter().map(revision).collect()),
        ("text", text_of(context, &item)),
    ])
}

/// The path of the folder an item lies in; `None` when it lies in none.
fn folder_of(tx: &mut Tx<'_>, item: &Item) -> Result<Option<String>, StoreError> {
    let (mut folders, mut seen, mut above) = (Folders::default(), HashSet::new(), item.parent);
    while above != ItemId(0) && seen.insert(above) {
        let Some(folder) = tx.items(item.account, &[above])?.pop() else {
            break;
        };
        folders.note(&folder);
        above = folder.parent;
    }
    Ok(Some(folders.path(item.parent)).filter(|path| !path.is_empty()))
}

/// In JSON one text; for people its lines under one another.
fn text_of(context: &Context, item: &Item) -> Value {
    let text = String::from_utf8_lossy(&item.content.body);
    if context.out.is_json() {
        json!(text)
    } else {
        text.lines().collect()
    }
}

fn item_id(text: &str) -> Result<ItemId, String> {
    ItemId::from_guid(text).ok_or_else(|| "an item's number is a whole number from 1".to_owned())
}
