//! What items were at an earlier time, and how they come back: by new versions, so that every device gets them at its
//! next sync like any other change.
//!
//! A version lasts from its change number to the instant at which it became a revision. Change numbers are instants
//! in milliseconds, or follow one closely (`ARCHITECTURE.md`, "One clock for each account").

mod places;

use std::collections::BTreeMap;

use crate::ids::{AccountId, CollectionId, ItemId, Millis, Rev};
use crate::item::Content;
use crate::pim;
use crate::store::{Item, Revision, StoreError, Tx, term};

/// The reason of a revision that lost a conflict and never was the item.
pub const LOST: &str = "lost-conflict";

/// The reason of a revision that was made one with what others had changed, and never was the item by itself.
pub const MERGED: &str = "merged";

/// Whether a revision was the item for a time.
#[must_use]
pub fn was_item(revision: &Revision) -> bool {
    revision.reason != LOST && revision.reason != MERGED
}

/// What an item was at some time, or is to be again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// It was not there: not made yet, or deleted.
    Absent,
    /// It was there, with this content.
    There(Content),
}

/// What an item was at `at`, by its revisions in any order.
#[must_use]
pub fn then(item: &Item, revisions: &[Revision], at: Millis) -> Then {
    let ended = revisions
        .iter()
        .filter(|revision| was_item(revision) && revision.at > at)
        .min_by_key(|revision| revision.seq);
    match ended {
        None if item.created_seq.0 > at.0 => Then::Absent,
        None if item.deleted && item.seq.0 <= at.0 => Then::Absent,
        None => Then::There(item.content.clone()),
        // A tombstone that came to life again: it was one from its number on, and keeps what it was before.
        Some(ended) if ended.reason == "deleted" && ended.seq.0 <= at.0 => Then::Absent,
        Some(ended) if item.created_seq.0 <= at.0 => Then::There(ended.content.clone()),
        Some(_) => Then::Absent,
    }
}

/// Whether the item is like this now.
#[must_use]
pub fn is_so(item: &Item, then: &Then) -> bool {
    match then {
        Then::Absent => item.deleted,
        Then::There(content) => {
            !item.deleted && pim::digest(content).under(item.parent.0) == item.digest
        }
    }
}

/// Makes items what they were, each by a new version of no device; those that are so already stay untouched. Answers how
/// many it wrote. What they are now becomes a revision for the given reason, `superseded` for example.
///
/// # Errors
/// [`StoreError`] when the store fails; the transaction must then be rolled back.
pub fn put_back(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Millis,
    wanted: &[(ItemId, Then)],
    reason: &str,
) -> Result<usize, StoreError> {
    let rev = tx.tick(account, now)?;
    let ids: Vec<_> = wanted.iter().map(|(id, _)| *id).collect();
    let mut items: BTreeMap<_, _> = tx
        .items(account, &ids)?
        .into_iter()
        .map(|item| (item.id, item))
        .collect();
    let mut changed = Vec::new();
    let mut revisions = Vec::new();
    let mut before = BTreeMap::new();
    for (id, then) in wanted {
        let Some(item) = items.remove(id).filter(|item| !is_so(item, then)) else {
            continue;
        };
        before.insert(item.id, weight(&item));
        revisions.push(revision(&item, now, reason));
        changed.push(rewritten(item, then, rev, now));
    }
    let written = changed.len();
    for item in places::left(tx, account, &changed)? {
        before.insert(item.id, weight(&item));
        changed.push(Item {
            seq: rev,
            writer: None,
            modified: now,
            ..item
        });
    }
    places::settle(tx, account, &mut changed)?;
    let mut deltas: BTreeMap<CollectionId, (i64, i64)> = BTreeMap::new();
    for item in &changed {
        let (hash, live) = deltas.entry(item.collection.clone()).or_default();
        let (after, before) = (weight(item), before.get(&item.id).copied());
        let before = before.unwrap_or_default();
        *hash += after.0 - before.0;
        *live += after.1 - before.1;
    }
    tx.put_items(&changed)?;
    tx.put_revisions(&revisions)?;
    for (collection, (hash, live)) in deltas {
        tx.touch_collection(account, &collection, rev, hash, live)?;
    }
    Ok(written)
}

/// What an item adds to its collection: to the state hash, and to the number of live items.
fn weight(item: &Item) -> (i64, i64) {
    if item.deleted {
        (0, 0)
    } else {
        (term(item.id, item.digest), 1)
    }
}

/// What the item is now, kept. A tombstone is known by its reason whatever was asked for.
fn revision(item: &Item, now: Millis, reason: &str) -> Revision {
    let reason = if item.deleted { "deleted" } else { reason };
    Revision {
        account: item.account,
        item: item.id,
        seq: item.seq,
        content: item.content.clone(),
        digest: item.digest,
        reason: reason.to_owned(),
        writer: item.writer.clone(),
        at: now,
        session: None,
    }
}

fn rewritten(item: Item, then: &Then, rev: Rev, now: Millis) -> Item {
    let item = Item {
        seq: rev,
        writer: None,
        modified: now,
        ..item
    };
    match then {
        Then::Absent => Item {
            deleted: true,
            ..item
        },
        Then::There(content) => Item {
            deleted: false,
            digest: pim::digest(content).under(item.parent.0),
            twin_key: pim::twin_key(content),
            content: content.clone(),
            ..item
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{Digest, MediaType, TwinKey};

    fn content(text: &str) -> Content {
        Content {
            media_type: MediaType::new("text/plain"),
            body: text.into(),
        }
    }

    fn item(text: &str, made: i64, seq: i64) -> Item {
        Item {
            account: AccountId(1),
            id: ItemId(1),
            collection: CollectionId::parse("notes").unwrap(),
            seq: Rev(seq),
            created_seq: Rev(made),
            deleted: false,
            digest: pim::digest(&content(text)),
            twin_key: TwinKey(0),
            parent: ItemId(0),
            content: content(text),
            writer: None,
            modified: Millis(seq),
        }
    }

    fn was(text: &str, from: i64, to: i64, reason: &str) -> Revision {
        Revision {
            account: AccountId(1),
            item: ItemId(1),
            seq: Rev(from),
            content: content(text),
            digest: Digest(0),
            reason: reason.to_owned(),
            writer: None,
            at: Millis(to),
            session: None,
        }
    }

    fn text_at(item: &Item, revisions: &[Revision], at: i64) -> Option<String> {
        match then(item, revisions, Millis(at)) {
            Then::Absent => None,
            Then::There(content) => Some(String::from_utf8(content.body).unwrap()),
        }
    }

    #[test]
    fn an_item_was_each_of_its_versions_in_turn() {
        let revisions = [
            was("one", 10, 20, "superseded"),
            was("two", 20, 30, "superseded"),
            was("no", 25, 25, LOST),
        ];
        let now = item("three", 10, 30);
        let seen: Vec<_> = [9, 10, 19, 20, 26, 30, 99]
            .iter()
            .map(|at| text_at(&now, &revisions, *at))
            .collect();
        let seen: Vec<_> = seen.iter().map(Option::as_deref).collect();
        assert_eq!(
            seen,
            [
                None,
                Some("one"),
                Some("one"),
                Some("two"),
                Some("two"),
                Some("three"),
                Some("three")
            ]
        );
    }

    #[test]
    fn a_deleted_item_was_there_before_and_one_that_came_back_was_gone_between() {
        let gone = Item {
            deleted: true,
            ..item("one", 10, 20)
        };
        assert_eq!(text_at(&gone, &[], 19).as_deref(), Some("one"));
        assert_eq!(text_at(&gone, &[], 20), None);
        let back = item("two", 10, 30);
        let revisions = [was("one", 20, 30, "deleted")];
        assert_eq!(text_at(&back, &revisions, 15).as_deref(), Some("one"));
        assert_eq!(text_at(&back, &revisions, 25), None);
        assert_eq!(text_at(&back, &revisions, 31).as_deref(), Some("two"));
    }

    #[test]
    fn an_item_is_so_by_what_it_says() {
        let now = item("one", 10, 20);
        assert!(is_so(&now, &Then::There(content("one\r\n"))));
        assert!(!is_so(&now, &Then::There(content("two"))));
        assert!(!is_so(&now, &Then::Absent));
    }
}
