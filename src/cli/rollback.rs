//! `anchorage rollback`: a user's collections as they were at a time, or before a session.

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::ask::confirm;
use super::out::instant;
use super::{Context, Failure, account, now};
use crate::ids::{AccountId, CollectionId, ItemId, Millis, Rev, UserName};
use crate::pim;
use crate::store::Item;
use crate::sync::history::{self, Then};

/// How many items one transaction writes.
const PAGE: i64 = 500;

/// Puts back what was changed, deleted or made since. It writes new versions: nothing is lost by it, not even what it
/// puts away, and every device gets the repair at its next sync.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Whose items.
    #[arg(long, value_parser = UserName::parse)]
    user: UserName,
    /// Only in this collection: contacts, calendar, tasks or notes.
    #[arg(long, value_parser = CollectionId::parse)]
    collection: Option<CollectionId>,
    /// To what was at this time (2026-11-26T09:30:00Z), or before the session of this number, as `session list` shows it.
    #[arg(long, value_name = "TIME|SESSION", value_parser = Point::parse)]
    to: Point,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

/// What to go back to.
#[derive(Debug, Clone, Copy)]
enum Point {
    Time(Millis),
    Session(i64),
}

impl Point {
    fn parse(text: &str) -> Result<Self, String> {
        if let Ok(number) = text.parse() {
            return Ok(Self::Session(number));
        }
        let time: Result<jiff::Timestamp, _> = text.parse();
        time.map(|time| Self::Time(Millis(time.as_millisecond())))
            .map_err(|_| {
                "neither a session's number nor a time like 2026-11-26T09:30:00Z".to_owned()
            })
    }
}

/// One item and what becomes of it.
struct Step {
    item: Item,
    then: Then,
}

impl Step {
    fn word(&self) -> &'static str {
        match (&self.then, self.item.deleted) {
            (Then::Absent, _) => "delete",
            (Then::There(_), true) => "bring back",
            (Then::There(_), false) => "change back",
        }
    }

    fn title(&self) -> String {
        match &self.then {
            Then::Absent => pim::title(&self.item.content),
            Then::There(content) => pim::title(content),
        }
    }
}

/// Rolls back.
///
/// # Errors
/// [`Failure`] when there is no such user, collection or session, when the answer to the question is no, or when the
/// database fails.
pub fn run(context: &Context, args: &RollbackArgs) -> Result<(), Failure> {
    let (account, collections, at) = point(context, args)?;
    let steps = steps(context, account, &collections, at)?;
    if args.dry_run {
        return plan(context, &steps, at);
    }
    if !steps.is_empty() {
        let question = format!("Write {} items of {} as they were?", steps.len(), args.user);
        confirm(args.yes.into(), &question)?;
    }
    let bar = progress(steps.len());
    let mut written = 0;
    let now = now()?;
    for some in steps.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        let wanted: Vec<_> = some
            .iter()
            .map(|step| (step.item.id, step.then.clone()))
            .collect();
        written += context
            .store
            .write(|tx| history::put_back(tx, account, now, &wanted, "superseded"))?;
        bar.inc(u64::try_from(some.len()).unwrap_or_default());
    }
    bar.finish_and_clear();
    if context.out.is_json() {
        return context
            .out
            .record(vec![("to", instant(at)), ("written", json!(written))]);
    }
    context.out.say(&match written {
        0 => "Everything is as it was then.".to_owned(),
        written => {
            format!("{written} items are as they were; every device gets them at its next sync.")
        }
    })
}

/// The account, the collections that are meant, and the instant to go back to.
fn point(
    context: &Context,
    args: &RollbackArgs,
) -> Result<(AccountId, Vec<CollectionId>, Millis), Failure> {
    let RollbackArgs {
        user, collection, ..
    } = args;
    context.store.read(|tx| {
        let account = account(tx, user)?.id;
        let all = tx.collections(account)?.into_iter().map(|one| one.id);
        let meant: Vec<_> = all
            .filter(|id| collection.as_ref().is_none_or(|only| only == id))
            .collect();
        if let Some(only) = collection.as_ref().filter(|_| meant.is_empty()) {
            return Err(Failure::NotFound(format!(
                "{user} has no collection {only}"
            )));
        }
        let at = match args.to {
            Point::Time(at) => at,
            Point::Session(number) => {
                let entries = tx.log_of_session(account, number)?;
                let began =
                    entries.iter().map(|entry| entry.at).min().ok_or_else(|| {
                        Failure::NotFound(format!("{user} had no session {number}"))
                    })?;
                // What it wrote bears the instant of its first message, or a later one.
                Millis(began.0 - 1)
            }
        };
        Ok((account, meant, at))
    })
}

/// What differs from how it was.
fn steps(
    context: &Context,
    account: AccountId,
    collections: &[CollectionId],
    at: Millis,
) -> Result<Vec<Step>, Failure> {
    let mut steps = Vec::new();
    for collection in collections {
        let mut after = ItemId(0);
        loop {
            let (items, revisions) = context.store.read(|tx| {
                let items = tx.items_changed(account, collection, Rev(at.0), after, PAGE)?;
                let ids: Vec<_> = items.iter().map(|item| item.id).collect();
                let revisions = tx.revisions_of(account, &ids)?;
                Ok::<_, Failure>((items, revisions))
            })?;
            let Some(last) = items.last() else { break };
            after = last.id;
            for item in items {
                let from = revisions.partition_point(|one| one.item < item.id);
                let upto = revisions.partition_point(|one| one.item <= item.id);
                let own = revisions.get(from..upto).unwrap_or_default();
                let then = history::then(&item, own, at);
                if !history::is_so(&item, &then) {
                    steps.push(Step { item, then });
                }
            }
        }
    }
    Ok(steps)
}

fn plan(context: &Context, steps: &[Step], at: Millis) -> Result<(), Failure> {
    if steps.is_empty() {
        context.out.say("Everything is as it was then.")?;
    }
    let row = |step: &Step| {
        vec![
            json!(step.item.id),
            json!(step.item.collection),
            json!(step.word()),
            json!(step.title()),
            json!(step.item.writer),
            instant(step.item.modified),
            instant(at),
        ]
    };
    let columns = [
        "item",
        "collection",
        "would",
        "title",
        "changed_by",
        "changed",
        "back_to",
    ];
    context.out.list(&columns, steps.iter().map(row).collect())
}

/// On a terminal, how far it has come; elsewhere nothing.
fn progress(items: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(items).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{wide_bar} {pos}/{len} items") {
        Ok(style) => bar.with_style(style),
        Err(_) => ProgressBar::hidden(),
    }
}
