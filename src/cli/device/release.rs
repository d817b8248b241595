//! `anchorage device release`: what becomes of deletions that were held back ([`crate::sync::guard`]).

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;

use super::super::ask::confirm;
use super::super::{Context, Failure, account, now};
use super::{Named, no_device};
use crate::ids::{DeviceId, UserName};
use crate::store::{MapEntry, MapState};
use crate::sync::{self, Released};

/// A device that was wiped or set back may report that its user deleted everything. More than
/// `guard.delete_percent` of a collection at once is held back: the items stay on the server and on all other devices.
#[derive(Debug, Args)]
pub struct Release {
    #[command(flatten)]
    which: Named,
    /// The deletions were no one's wish: the device gets the items again.
    #[arg(long)]
    keep: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub fn run(context: &Context, args: &Release) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    let (id, held) = context.store.read(|tx| {
        let account = account(tx, user)?;
        tx.device(account.id, device)?
            .ok_or_else(|| no_device(&args.which))?;
        let maps = tx.maps_of(account.id, device)?;
        Ok::<_, Failure>((account.id, counts(&maps)))
    })?;
    let all: usize = held.values().sum();
    if all == 0 {
        return answer(context, args, Released::default());
    }
    let question = if args.keep {
        format!("Send {device} of {user} the {all} items again that it deleted?")
    } else {
        format!("Delete {all} items of {user} everywhere, as {device} reported?")
    };
    confirm(args.yes.into(), &question)?;
    let decision = if args.keep {
        sync::Release::GiveBack
    } else {
        sync::Release::CarryOut
    };
    let now = now()?;
    let released = context
        .store
        .write(|tx| sync::release(tx, id, device, now, decision))?;
    answer(context, args, released)
}

fn answer(context: &Context, args: &Release, released: Released) -> Result<(), Failure> {
    let Named { user, device } = &args.which;
    let Released { deleted, kept } = released;
    if context.out.is_json() {
        return context.out.record(vec![
            ("user", json!(user)),
            ("device", json!(device)),
            ("deleted", json!(deleted)),
            ("kept", json!(kept)),
        ]);
    }
    context.out.say(&match (deleted, kept) {
        (0, 0) => format!("Nothing of {device} is held back."),
        (0, kept) => format!("{kept} items stay; {device} gets them at its next sync."),
        (deleted, 0) => format!("{deleted} items are deleted."),
        (deleted, kept) => format!(
            "{deleted} items are deleted; {kept} were changed since and stay: {device} gets them at its next sync."
        ),
    })
}

/// How many deletions are held back, by datastore.
fn counts(maps: &[MapEntry]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for map in maps.iter().filter(|map| map.state == MapState::DeleteHeld) {
        *counts.entry(map.datastore.to_string()).or_default() += 1;
    }
    counts
}

/// The same in words; nothing where nothing is.
pub(super) fn held_back(maps: &[MapEntry], user: &UserName, device: &DeviceId) -> Vec<String> {
    let counts = counts(maps).into_iter();
    counts
        .map(|(datastore, count)| {
            format!(
                "{count} deletions in {datastore}: `anchorage device release {user} {device}` carries them out, with --keep the device gets the items again"
            )
        })
        .collect()
}
