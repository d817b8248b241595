//! Refresh from the client: the device's items take the place of ours, all at once.
//!
//! What comes is staged until the device's package is complete; only then, in one transaction, are items paired,
//! written, and those the device did not send deleted (REQ-TYPE-4). A refresh that breaks off changes nothing.
//! Source: SyncML Sync Protocol 1.1, section 6.3.

use super::apply::{Change, Edit, Outcome};
use super::desk::{Desk, Incoming};
use super::{Course, Who};
use crate::ids::{ItemId, Rev};
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
            Edit::Delete => {
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
        } = Incoming::new(luid, content);
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
        twin_key,
        ..
    } in staged
    {
        let incoming = Incoming {
            luid,
            content,
            digest,
            twin_key,
            said: digest,
        };
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
            desk.link(id, &incoming.luid);
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
    let mut after = Cursor::default();
    loop {
        let walk = Walk {
            account: who.account,
            device: who.device,
            datastore: &course.view.datastore,
            collections: &course.view.collections,
            types: &[],
            tombstones: Tombstones::LeftOut,
            kind: WalkKind::Unpaired {
                session: who.session,
            },
            after,
            upto: Rev(rev.0 - 1),
        };
        let rows = tx.walk(&walk, CHUNK)?;
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
        let ids: Vec<_> = rows.iter().map(|row| row.item.id).collect();
        desk.lay_out_rows(rows);
        for id in &ids {
            desk.bury_unsent(*id);
        }
        desk.write(tx)?;
        course.counts.deleted += u32::try_from(ids.len()).unwrap_or(u32::MAX);
    }
}
