//! In which order the changes of one message are taken. Touches nothing.
//!
//! A folder comes before what lies in it, whatever the device's order, and deletions come last, so that what was moved
//! out of a folder is out of it when the folder goes. Changes of one item keep their order.

use std::collections::HashMap;

use super::Parent;
use crate::ids::Luid;
use crate::sync::apply::named;
use crate::sync::remove::Remove;
use crate::sync::{Change, Edit};

/// The order: numbers of changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Changes of which none needs another of its wave, wave by wave.
    pub(super) waves: Vec<Vec<usize>>,
    /// Deletions.
    pub(super) deletes: Vec<usize>,
}

/// Orders the changes of one message. Folders in a ring come last, in the order of the device: none of them is known.
pub(super) fn waves(changes: &[Change]) -> Plan {
    let mut last: HashMap<&Luid, usize> = HashMap::new();
    for (at, change) in changes.iter().enumerate() {
        if let Some(name) = made(change) {
            last.insert(name, at);
        }
    }
    let mut former: HashMap<Luid, usize> = HashMap::new();
    let mut copied: HashMap<&Luid, Vec<usize>> = HashMap::new();
    let (mut rest, mut deletes, mut needs) = (Vec::new(), Vec::new(), Vec::new());
    for (at, change) in changes.iter().enumerate() {
        let is_last = last.get(&change.luid).is_none_or(|last| *last < at);
        if Remove::of(&change.edit).is_some() && is_last {
            deletes.push(at);
            needs.push(Vec::new());
            continue;
        }
        let folder = match &change.parent {
            Some(Parent::Luid(folder)) if *folder != change.luid => last.get(folder).copied(),
            Some(Parent::Luid(_) | Parent::Root | Parent::Item(_) | Parent::Nonsense) | None => {
                None
            }
        };
        let mut earlier: Vec<usize> = folder.into_iter().collect();
        let mut written = named(change);
        if let Edit::Copy(_) = &change.edit {
            // It reads what it copies, and any number of them can do so at once.
            written.retain(|name| *name != change.luid);
            earlier.extend(former.get(&change.luid));
            copied.entry(&change.luid).or_default().push(at);
        }
        for name in written {
            earlier.extend(copied.remove(&name).unwrap_or_default());
            earlier.extend(former.insert(name, at));
        }
        // A copy that takes the name of what it copies waits for nothing but what was before it.
        earlier.retain(|one| *one != at);
        needs.push(earlier);
        rest.push(at);
    }
    let mut plan = Plan {
        waves: Vec::new(),
        deletes,
    };
    let mut done = vec![false; changes.len()];
    while !rest.is_empty() {
        let is_free = |at: &usize| {
            let mut needs = needs.get(*at).into_iter().flatten();
            needs.all(|need| done.get(*need) == Some(&true))
        };
        let (wave, waiting): (Vec<usize>, Vec<usize>) = rest.iter().partition(|at| is_free(at));
        if wave.is_empty() {
            plan.waves.extend(waiting.into_iter().map(|at| vec![at]));
            return plan;
        }
        for at in &wave {
            if let Some(done) = done.get_mut(*at) {
                *done = true;
            }
        }
        plan.waves.push(wave);
        rest = waiting;
    }
    plan
}

/// The name of the item that a change makes or touches and leaves there; of a Copy that of the copy.
const fn made(change: &Change) -> Option<&Luid> {
    match &change.edit {
        Edit::Add(_) | Edit::Replace(_) | Edit::Fields(_) | Edit::Move => Some(&change.luid),
        Edit::Copy(to) => to.as_ref(),
        Edit::Delete | Edit::Archive | Edit::SoftDelete => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{Content, MediaType};

    fn change(luid: &str, parent: Option<&str>, edit: Edit) -> Change {
        Change {
            luid: Luid::parse(luid).unwrap(),
            edit,
            parent: parent.map(|parent| Parent::Luid(Luid::parse(parent).unwrap())),
        }
    }

    fn add() -> Edit {
        Edit::Add(Content {
            media_type: MediaType::new(""),
            body: Vec::new(),
        })
    }

    #[test]
    fn a_folder_comes_before_what_lies_in_it_and_deletions_come_last() {
        let changes = [
            change("gone", None, Edit::Delete),
            change("deep", Some("inner"), add()),
            change("inner", Some("outer"), add()),
            change("elsewhere", Some("known"), Edit::Move),
            change("outer", None, add()),
        ];
        let plan = waves(&changes);
        assert_eq!(plan.waves, [vec![3, 4], vec![2], vec![1]]);
        assert_eq!(plan.deletes, [0]);
    }

    #[test]
    fn changes_of_one_item_keep_their_order() {
        let changes = [
            change("a", None, add()),
            change("a", Some("b"), Edit::Move),
            change("b", None, add()),
            change("b", None, Edit::Delete),
            change("b", None, add()),
        ];
        let plan = waves(&changes);
        assert_eq!(plan.waves, [vec![0, 2], vec![3], vec![4], vec![1]]);
        assert!(plan.deletes.is_empty());
    }

    #[test]
    fn a_ring_of_folders_ends_the_order_and_nothing_is_forgotten() {
        let changes = [
            change("a", Some("b"), add()),
            change("b", Some("a"), add()),
            change("c", Some("c"), add()),
        ];
        let plan = waves(&changes);
        assert_eq!(plan.waves, [vec![2], vec![0], vec![1]]);
    }
}
