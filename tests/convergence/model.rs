//! What one user meant: every edit, what its author had seen, and so what may be left in the end.
//!
//! An edit supersedes all that was ever shown under its item on its device, and what those superseded. Of the edits
//! of an item that nothing supersedes any may be left (a verdict chose it), and one must be, unless all are deletions:
//! between an edit and a deletion that did not see it, survival is right. An edit can be *waived*: a mode that
//! overwrites, or the loss of a device's memory, made it optional.

use std::collections::{BTreeMap, BTreeSet};

use crate::body::{self, Mark, Sort};
use crate::card::Field;

/// Edits by number.
pub type Seen = BTreeSet<usize>;

/// What an edit made of a field.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// What it says; `None`: it was cleared.
    pub value: Option<String>,
    /// The device showed a part of what was there: more may stand behind it.
    pub may_be_longer: bool,
}

/// Something a user did.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
#[derive(Debug, Clone)]
pub struct Edit {
    pub tag: usize,
    pub sort: Sort,
    pub deletes: bool,
    /// Everything its author had been shown of the item.
    pub seen: Seen,
    /// It may be lost: something that was meant to overwrite it did, or might have.
    pub waived: bool,
    /// A refresh from a device wrote it once more: it may stand against those that superseded it.
    pub restated: bool,
    /// The fields it set or cleared, where devices see items differently.
    pub sets: BTreeMap<Field, Set>,
    /// It was told in a sync that compares everything: what it cleared may be there again.
    pub clears_may_fail: bool,
    /// The fields that its author's device shows; none where every device shows all.
    pub shows: Vec<Field>,
}

/// All that one user did.
#[derive(Debug, Default)]
pub struct Model {
    pub edits: Vec<Edit>,
    /// How often each item was entered: twins are entered more than once.
    pub copies: BTreeMap<usize, usize>,
    /// Fields of items that need not be there in the end, whatever they were.
    pub loose: BTreeSet<(usize, Field)>,
    /// Items that were entered by hand on two devices.
    pub twins: BTreeSet<usize>,
    /// The zone in which each event was entered.
    pub zones: BTreeMap<usize, &'static str>,
}

impl Model {
    /// Notes an edit; its number.
    pub fn note(&mut self, tag: usize, sort: Sort, deletes: bool, seen: &Seen) -> usize {
        let mut all = seen.clone();
        for one in seen {
            all.extend(&self.edits[*one].seen);
        }
        self.edits.push(Edit {
            tag,
            sort,
            deletes,
            seen: all,
            waived: false,
            restated: false,
            sets: BTreeMap::new(),
            clears_may_fail: false,
            shows: Vec::new(),
        });
        self.edits.len() - 1
    }

    /// Makes every edit of this sort optional.
    pub fn waive_all(&mut self, sort: Sort) {
        for edit in self.edits.iter_mut().filter(|edit| edit.sort == sort) {
            edit.waived = true;
        }
    }

    /// What is wrong with these items as the end of the history; `keeps_both` says which sorts keep both sides of a
    /// conflict.
    pub fn judge(
        &self,
        user: usize,
        left: &[Mark],
        keeps_both: impl Fn(Sort) -> bool,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut values: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for mark in left {
            if mark.user != user {
                wrong.push(format!("an item of user {} came to user {user}", mark.user));
                continue;
            }
            values.entry(mark.tag).or_default().push(mark.edit);
        }
        let tags: BTreeSet<_> = self.edits.iter().map(|edit| edit.tag).collect();
        for tag in tags {
            let values = values.remove(&tag).unwrap_or_default();
            self.judge_item(tag, &values, &keeps_both, &mut wrong);
        }
        wrong.extend(
            values
                .keys()
                .map(|tag| format!("item {tag} was never entered")),
        );
        wrong
    }

    fn judge_item(
        &self,
        tag: usize,
        values: &[usize],
        keeps_both: &impl Fn(Sort) -> bool,
        wrong: &mut Vec<String>,
    ) {
        let edits: Vec<_> = (0..self.edits.len())
            .filter(|edit| self.edits[*edit].tag == tag)
            .collect();
        let over = |edit: usize, firm: bool| {
            let mut later = edits.iter().map(|later| &self.edits[*later]);
            later.any(|later| later.seen.contains(&edit) && !(firm && later.waived))
        };
        let twins = self.copies.get(&tag).copied().unwrap_or(1) > 1;
        // Of twins that never met each is an item of its own.
        let is_alive = |edit: usize| self.edits[edit].restated || (twins && edit == edits[0]);
        let may_stay =
            |edit: usize| !self.edits[edit].deletes && (!over(edit, true) || is_alive(edit));
        let sort = self.edits[edits[0]].sort;
        // Rule: what lies in a folder cannot lie in two, so of a folder one version stays.
        let is_folder = sort == Sort::Tree && body::is_folder(tag);
        let both = keeps_both(sort) && !is_folder;
        let must_stay: Vec<_> = edits
            .iter()
            .copied()
            .filter(|edit| !self.edits[*edit].deletes && !self.edits[*edit].waived)
            .filter(|edit| !over(*edit, false) && (both || !self.may_have_lost(*edit, &edits)))
            .collect();
        for value in values.iter().filter(|value| !may_stay(**value)) {
            let what = if over(*value, true) {
                "superseded"
            } else {
                "deleted"
            };
            wrong.push(format!("item {tag} ends as edit {value}, which was {what}"));
        }
        if values.is_empty() && !must_stay.is_empty() {
            wrong.push(format!(
                "item {tag} is lost: edits {must_stay:?} should stand"
            ));
        }
        let distinct: BTreeSet<_> = values.iter().collect();
        if !twins && (distinct.len() < values.len() || (!both && values.len() > 1)) {
            wrong.push(format!("item {tag} is doubled: edits {values:?}"));
        }
        if both && !twins {
            let gone = must_stay.iter().filter(|edit| !distinct.contains(edit));
            wrong.extend(
                gone.map(|edit| {
                    format!("edit {edit} of item {tag} was not kept beside {values:?}")
                }),
            );
        }
    }

    /// Whether a verdict may have preferred to this edit another one, which was deleted later.
    pub fn may_have_lost(&self, edit: usize, edits: &[usize]) -> bool {
        let is_rival = |other: &usize| {
            let twins = self.copies.get(&self.edits[edit].tag).copied().unwrap_or(1) > 1;
            let strangers = !self.edits[edit].seen.contains(other) || (twins && *other == edits[0]);
            !self.edits[*other].deletes && strangers && !self.edits[*other].seen.contains(&edit)
        };
        let deletions = edits
            .iter()
            .map(|other| &self.edits[*other])
            .filter(|other| other.deletes);
        deletions
            .flat_map(|deletion| &deletion.seen)
            .any(|other| *other != edit && is_rival(other))
    }
}
