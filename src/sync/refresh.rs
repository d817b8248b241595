//! Refresh from the client: the device's items take the place of ours, all at once.
//!
//! What comes is staged until the device's package is complete; only then, in one transaction, are items paired,
//! written, and those the device did not send deleted (REQ-TYPE-4). A refresh that breaks off changes nothing.
//! Source: SyncML Sync Protocol 1.1, section 6.3.

use super::apply::{Change, Edit, Outcome};
use super::desk::{Desk, Incoming};
use super::sight::Sight;
use super::{Course, Who, guard};
use crate::ids::{CollectionId, ItemId, Rev};
use crate::store::{Cursor, Staged, StoreError, Tombstones, Tx, Walk, WalkKind};

/// How many items are paired at once.
const CHUNK: i64 = 500;

/// Keeps the items of one message until the package is complete.
pub(super) fn stage(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    changes: Vec<Change>,
) -> Result<Vec<Outcome>, StoreError> {
    let datastore = &course.view.datastore;
    let (mut staged, mut gone, mut outcomes) = (Vec::<Staged>::new(), Vec::new(), Vec::new());
    for Change { luid, edit } in changes {
        let (content, outcome) = match edit {
            Edit::Add(content) => (content, Outcome::Added),
            Edit::Replace(content) => (content, Outcome::Replaced),
            Edit::SoftDelete | Edit::Copy(_) => {
                outcomes.push(Outcome::Forbidden);
                continue;
            }
            Edit::Delete | Edit::Archive => {
                staged.retain(|item| item.luid != luid);
                gone.push(luid);
                outcomes.push(Outcome::Deleted);
                continue;
            }
        };
        let Incoming {
            luid,
            content,
            digest,
            twin_key,
            said: _,
            sent: _,
        } = Incoming::stored(luid, content);
        staged.retain(|item| item.luid != luid);
        let (account, device, datastore) = (who.account, who.device.clone(), datastore.clone());
        staged.push(Staged {
            account,
            device,
            datastore,
            luid,
            content,
            digest,
            twin_key,
        });
        outcomes.push(outcome);
    }
    tx.unstage(who.account, who.device, datastore, &gone)?;
    tx.put_staged(&staged)?;
    Ok(outcomes)
}

/// The device's package is complete: its items become ours.
pub(super) fn complete(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
) -> Result<(), StoreError> {
    let datastore = course.view.datastore.clone();
    let mut after = None;
    loop {
        let staged = tx.staged(who.account, who.device, &datastore, after.as_ref(), CHUNK)?;
        let Some(last) = staged.last() else { break };
        after = Some(last.luid.clone());
        take(tx, who, course, rev, staged)?;
    }
    delete_unsent(tx, who, course, rev)?;
    tx.drop_maps_of_other_sessions(who.account, who.device, &datastore, who.session)?;
    tx.drop_staged(who.account, who.device, &datastore)
}

fn take(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    staged: Vec<Staged>,
) -> Result<(), StoreError> {
    let luids: Vec<_> = staged.iter().map(|item| item.luid.clone()).collect();
    let keys: Vec<_> = staged.iter().map(|item| item.twin_key).collect();
    let mut desk = Desk::lay_out(tx, who, course, rev, &luids)?;
    desk.lay_out_twins(tx, &keys)?;
    for Staged {
        luid,
        content,
        digest,
        ..
    } in staged
    {
        let incoming = Incoming::new(luid, content, Sight::of(course));
        let twin_key = incoming.twin_key;
        let known = desk.known(&incoming.luid).map(|(item, map)| {
            let same =
                digest == map.known_digest || digest == item.digest || twin_key == item.twin_key;
            same.then_some(item.id)
        });
        let Some(id) = known.flatten().or_else(|| desk.twin(&incoming)) else {
            desk.create(tx, incoming)?;
            continue;
        };
        let incoming = desk.complete(id, incoming);
        if is_as(&desk, id, &incoming) {
            desk.link(id, &incoming.luid, incoming.said);
        } else {
            desk.supersede(id, incoming);
        }
    }
    desk.write(tx)
}

fn is_as(desk: &Desk<'_>, id: ItemId, incoming: &Incoming) -> bool {
    desk.item(id)
        .is_some_and(|item| !item.deleted && item.digest == incoming.digest)
}

/// Deletes every item that the device did not send.
fn delete_unsent(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
) -> Result<(), StoreError> {
    let guarded = too_many(tx, who, course, rev)?;
    let mut after = Cursor::default();
    loop {
        let rows = tx.walk(
            &unsent(who, course, &course.view.collections, rev, after),
            CHUNK,
        )?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Cursor {
            seq: last.item.seq,
            item: last.item.id,
        };
        let rows: Vec<_> = rows
            .into_iter()
            .filter(|row| !course.may_hide(row))
            .collect();
        let mut desk = Desk::lay_out(tx, who, course, rev, &[])?;
        let all = rows.iter().map(|row| &row.item);
        let all: Vec<_> = all
            .map(|item| (item.id, guarded.contains(&item.collection)))
            .collect();
        desk.lay_out_rows(rows);
        for (id, is_held) in &all {
            if *is_held {
                desk.hold_unsent(*id);
            } else {
                desk.bury_unsent(*id);
            }
        }
        desk.write(tx)?;
        for (_, is_held) in all {
            course.counts.held_back += u32::from(is_held);
            course.counts.deleted += u32::from(!is_held);
        }
    }
}

/// The walk over what the device did not send.
fn unsent<'a>(
    who: &Who<'a>,
    course: &'a Course,
    collections: &'a [CollectionId],
    rev: Rev,
    after: Cursor,
) -> Walk<'a> {
    Walk {
        account: who.account,
        device: who.device,
        datastore: &course.view.datastore,
        collections,
        types: &[],
        tombstones: Tombstones::LeftOut,
        kind: WalkKind::Unpaired {
            session: who.session,
        },
        after,
        upto: Rev(rev.0 - 1),
    }
}

/// The collections that the refresh would leave with too little.
fn too_many(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
) -> Result<Vec<CollectionId>, StoreError> {
    let mut guarded = Vec::new();
    if !course.guard.is_on() {
        return Ok(guarded);
    }
    let (collections, live) = (course.view.collections.clone(), course.live.clone());
    for (collection, live) in collections.into_iter().zip(live) {
        let one = std::slice::from_ref(&collection);
        let lost = tx.count_walk(&unsent(who, course, one, rev, Cursor::default()))?;
        if course.guard.forbids(lost, live) {
            guard::note(course, lost, live, &collection);
            guarded.push(collection);
        }
    }
    Ok(guarded)
}
