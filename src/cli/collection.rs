//! `anchorage collection`: what a user has, and how conflicts in it are settled.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{Context, Failure, account, accounts};
use crate::ids::{CollectionId, UserName};
use crate::store::{Policy, StoreError};

#[derive(Debug, Subcommand)]
pub enum CollectionCommand {
    /// The collections of a user, or of all users: how many items, and how conflicts are settled.
    List(List),
    /// Set how conflicts in a collection are settled from now on. What loses is kept as a revision.
    Set(Set),
}

#[derive(Debug, Args)]
pub struct List {
    /// Only this user's.
    #[arg(value_parser = UserName::parse)]
    user: Option<UserName>,
}

#[derive(Debug, Args)]
pub struct Set {
    /// Whose.
    #[arg(value_parser = UserName::parse)]
    user: UserName,
    /// Which: contacts, calendar, tasks or notes.
    #[arg(value_parser = CollectionId::parse)]
    collection: CollectionId,
    /// Who wins when two sides changed the same item.
    #[arg(long, value_enum)]
    conflicts: Conflicts,
}

/// The policies as they are typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Conflicts {
    /// What the server has stays.
    ServerWins,
    /// What the device sends stays.
    ClientWins,
    /// What was changed last stays, by what the items say of themselves.
    NewestWins,
    /// Both stay, as two items.
    KeepBoth,
}

impl From<Conflicts> for Policy {
    fn from(conflicts: Conflicts) -> Self {
        match conflicts {
            Conflicts::ServerWins => Self::ServerWins,
            Conflicts::ClientWins => Self::ClientWins,
            Conflicts::NewestWins => Self::NewestWins,
            Conflicts::KeepBoth => Self::KeepBoth,
        }
    }
}

pub fn run(context: &Context, command: &CollectionCommand) -> Result<(), Failure> {
    match command {
        CollectionCommand::List(args) => list(context, args.user.as_ref()),
        CollectionCommand::Set(args) => set(context, args),
    }
}

fn list(context: &Context, user: Option<&UserName>) -> Result<(), Failure> {
    let rows = context.store.read(|tx| {
        let mut rows = Vec::new();
        for account in accounts(tx, user)? {
            for collection in tx.collections(account.id)? {
                rows.push(vec![
                    json!(account.name),
                    json!(collection.id),
                    json!(collection.live),
                    json!(collection.policy),
                ]);
            }
        }
        Ok::<_, Failure>(rows)
    })?;
    context
        .out
        .list(&["user", "collection", "items", "conflicts"], rows)
}

fn set(context: &Context, args: &Set) -> Result<(), Failure> {
    let policy = Policy::from(args.conflicts);
    let Set {
        user, collection, ..
    } = args;
    let id = context
        .store
        .read(|tx| Ok::<_, Failure>(account(tx, user)?.id))?;
    let told = context
        .store
        .write(|tx| tx.set_policy(id, collection, policy));
    match told {
        Err(StoreError::Missing(_)) => {
            let sentence = format!("{user} has no collection {collection}");
            return Err(Failure::NotFound(sentence));
        }
        other => other?,
    }
    if context.out.is_json() {
        return context.out.record(vec![
            ("user", json!(user)),
            ("collection", json!(collection)),
            ("conflicts", json!(policy)),
        ]);
    }
    let policy = json!(policy);
    let word = policy.as_str().unwrap_or_default();
    context.out.say(&format!(
        "Conflicts in {collection} of {user} are settled by {word} from now on."
    ))
}
