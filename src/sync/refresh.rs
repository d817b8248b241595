//! Refresh from the client: the device's items take the place of ours, all at once.
//!
//! What comes is staged until the device's package is complete; only then, in one transaction, are items paired,
//! written, and those the device did not send deleted (REQ-TYPE-4). A refresh that breaks off changes nothing.
//! Source: SyncML Sync Protocol 1.1, section 6.3.

use super::apply::{Change, Edit, Outcome};
use super::desk::{Desk, Incoming};
use super::patch::unasked;
use super::sift::cursor;
use super::sight::Sight;
use super::{Course, Hierarchy, Parent, Who, guard};
use crate::ids::{CollectionId, ItemId, Luid, Rev};
use crate::pim;
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
    for change in changes {
        let refused = unasked(&change);
        let Change { luid, edit, parent } = change;
        let (content, outcome) = match edit {
            Edit::Add(content) => (content, Outcome::Added),
            Edit::Replace(content) => (content, Outcome::Replaced),
            Edit::SoftDelete | Edit::Copy(_) | Edit::Move | Edit::Fields(_) => {
                outcomes.push(refused);
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
            ..
        } = Incoming::stored(luid, content);
        let parent = folder(tx, who, course, parent)?;
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
            parent,
        });
        outcomes.push(outcome);
    }
    tx.unstage(who.account, who.device, datastore, &gone)?;
    tx.put_staged(&staged)?;
    Ok(outcomes)
}

/// The LUID of the folder an item lies in, for a device that knows folders.
fn folder(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    parent: Option<Parent>,
) -> Result<Option<Luid>, StoreError> {
    let datastore = &course.view.datastore;
    Ok(
        match parent.filter(|_| course.hierarchy == Hierarchy::Tree) {
            Some(Parent::Luid(luid)) => Some(luid),
            Some(Parent::Item(id)) => tx
                .maps_by_item(who.account, who.device, datastore, &[id])?
                .pop()
                .and_then(|map| map.luid),
            Some(Parent::Root | Parent::Nonsense) | None => None,
        },
    )
}

/// The device's package is complete: its items become ours, folder by folder. What lies in a folder that the device
/// did not send, or in itself, lies in none.
pub(super) fn complete(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
) -> Result<(), StoreError> {
    let datastore = course.view.datastore.clone();
    let mut strays = Strays::Wait;
    loop {
        let round = round(tx, who, course, rev, strays)?;
        if round.left == 0 {
            break;
        }
        if round.taken == 0 {
            strays = Strays::ToRoot;
        }
    }
    delete_unsent(tx, who, course, rev)?;
    tx.drop_maps_of_other_sessions(who.account, who.device, &datastore, who.session)?;
    tx.drop_staged(who.account, who.device, &datastore)
}

/// What is done with an item whose folder did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strays {
    /// It waits.
    Wait,
    /// It lies in none.
    ToRoot,
}

/// How many items a round took, and how many still wait for their folder.
#[derive(Debug, Default, Clone, Copy)]
struct Round {
    taken: usize,
    left: usize,
}

/// Goes through what is staged once, and takes what lies in no folder or in one that was taken.
fn round(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    strays: Strays,
) -> Result<Round, StoreError> {
    let datastore = &course.view.datastore;
    let (mut all, mut after) = (Round::default(), None);
    loop {
        let staged = tx.staged(who.account, who.device, datastore, after.as_ref(), CHUNK)?;
        let Some(last) = staged.last() else {
            return Ok(all);
        };
        after = Some(last.luid.clone());
        let page = take(tx, who, course, rev, staged, strays)?;
        all.taken += page.taken;
        all.left += page.left;
    }
}

fn take(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    staged: Vec<Staged>,
    strays: Strays,
) -> Result<Round, StoreError> {
    let folders = staged.iter().filter_map(|item| item.parent.clone());
    let luids: Vec<_> = staged.iter().map(|item| item.luid.clone()).collect();
    let luids: Vec<_> = luids.into_iter().chain(folders).collect();
    let sight = Sight::of(course);
    let staged: Vec<_> = staged
        .into_iter()
        .map(|item| (Incoming::new(item.luid, item.content, sight), item.parent))
        .collect();
    let keys: Vec<_> = staged
        .iter()
        .flat_map(|(incoming, _)| incoming.twin_keys())
        .collect();
    let mut desk = Desk::lay_out(tx, who, course, rev, &luids)?;
    desk.lay_out_twins(tx, &keys)?;
    desk.lay_out_unnamed(tx, staged.iter().map(|(incoming, _)| incoming))?;
    desk.lay_out_chains(tx)?;
    let mut round = Round::default();
    for (incoming, parent) in staged {
        if course.hierarchy == Hierarchy::Tree && desk.is_taken(&incoming.luid) {
            continue;
        }
        let folder = match parent {
            None => Some(ItemId(0)),
            Some(parent) if desk.is_taken(&parent) => Some(desk.folder(&parent)),
            Some(_) if strays == Strays::ToRoot => Some(ItemId(0)),
            Some(_) => None,
        };
        let Some(folder) = folder else {
            round.left += 1;
            continue;
        };
        round.taken += 1;
        let incoming = incoming.placed(folder, folder);
        let (digest, said) = (incoming.digest, incoming.said);
        let known = desk.known(&incoming.luid).map(|(item, map)| {
            let same = said == map.known_digest
                || digest == item.digest
                || desk.may_be_still(item.id, &incoming);
            same.then_some(item.id)
        });
        let like = || {
            desk.twin(&incoming)
                .or_else(|| desk.unnamed_like(&incoming))
                .or_else(|| desk.moved_in_time(&incoming))
        };
        let Some(id) = known.flatten().or_else(like) else {
            desk.create(tx, incoming)?;
            continue;
        };
        let whole = desk.staying(id, desk.complete(id, incoming.clone()));
        if !is_as(&desk, id, &whole) {
            desk.supersede(id, whole);
        } else if course.hierarchy == Hierarchy::None {
            // What others put there since it may not have.
            desk.holds(id, &incoming);
        } else {
            desk.link(id, &incoming.luid);
        }
    }
    desk.write(tx)?;
    Ok(round)
}

fn is_as(desk: &Desk<'_>, id: ItemId, incoming: &Incoming) -> bool {
    desk.item(id)
        .is_some_and(|item| !item.deleted && desk.seen(item).0 == incoming.digest)
}

/// Deletes every item that the device did not send.
fn delete_unsent(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    rev: Rev,
) -> Result<(), StoreError> {
    let guarded = too_many(tx, who, course, rev)?;
    let (mut after, mut homeless) = (Cursor::default(), Vec::new());
    loop {
        let rows = tx.walk(
            &unsent(who, course, &course.view.collections, rev, after),
            CHUNK,
        )?;
        let Some(last) = rows.last() else {
            break;
        };
        after = cursor(last);
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
        homeless.extend(desk.take_lost());
        desk.write(tx)?;
        for (_, is_held) in all {
            course.counts.held_back += u32::from(is_held);
            course.counts.deleted += u32::from(!is_held);
        }
    }
    // What stays in a folder that goes, since a filter hid it.
    let mut desk = Desk::lay_out(tx, who, course, rev, &[])?;
    desk.rehome(tx, &homeless)?;
    desk.write(tx)
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
        // What a device that knows no folders does not send is no folder that its user took away.
        except: (course.hierarchy == Hierarchy::Flat).then_some(pim::FOLDER),
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
        let lost = lost(tx, who, course, rev, &collection)?;
        if course.guard.forbids(lost, live) {
            guard::note(course, lost, live, &collection);
            guarded.push(collection);
        }
    }
    Ok(guarded)
}

/// How many items of a collection the refresh deletes.
fn lost(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &Course,
    rev: Rev,
    collection: &CollectionId,
) -> Result<i64, StoreError> {
    let one = std::slice::from_ref(collection);
    let mut after = Cursor::default();
    if !course.may_hide_some() {
        return tx.count_walk(&unsent(who, course, one, rev, after));
    }
    let mut all = 0;
    loop {
        let rows = tx.walk(&unsent(who, course, one, rev, after), CHUNK)?;
        let Some(last) = rows.last() else {
            return Ok(all);
        };
        after = cursor(last);
        let gone = rows.iter().filter(|row| !course.may_hide(row));
        all += i64::try_from(gone.count()).unwrap_or(i64::MAX);
    }
}
