//! One datastore in one session: what was agreed, what is still to be sent, what has come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::mode::{Mode, Sends};
use super::profile::Resume;
use super::resume::Done;
use super::store::Store;
use super::summary::{Counts, StoreSummary};
use crate::ids::{Luid, Millis};
use crate::message::{Change, ChangeKind, Meta, StatusCode};

/// How far a datastore has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// We asked; the server has not yet said how to sync.
    Alerted,
    /// Both sides know what to do.
    Agreed,
    /// It is over for this datastore, see [`Run::failure`].
    Failed,
}

/// A datastore in a session.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
pub struct Run {
    /// Our name for it.
    pub local: String,
    /// The server's name for it.
    pub remote: String,
    /// What we asked for.
    pub asked: Mode,
    /// What it became.
    pub mode: Mode,
    /// How far it is.
    pub stage: Stage,
    /// Our anchor of this session.
    pub next: String,
    /// The server's.
    pub server_next: Option<String>,
    /// What the server answered to our Alert.
    pub answer: Option<StatusCode>,
    /// How often we began to send: answers to an earlier beginning do not count.
    pub attempt: u8,
    /// We began before the server said how to sync: combined initialization.
    pub is_early: bool,
    /// Items still to be sent, in order.
    pub queue: VecDeque<Luid>,
    /// How many there were.
    pub total: u32,
    /// The first Sync is out.
    pub is_announced: bool,
    /// An object of which a part is out.
    pub leaving: Option<Leaving>,
    /// An object of which a part was out before the session was resumed, and with which it does not go on at once.
    pub left_off: Option<Luid>,
    /// Edits up to this one belong to this session.
    pub horizon: u64,
    /// The edit in which each item was sent.
    pub offered: BTreeMap<Luid, u64>,
    /// The edit in which the server took each item.
    pub settled: BTreeMap<Luid, u64>,
    /// The server's first Sync is here.
    pub has_sync: bool,
    /// How many changes the server said it has.
    pub declared: Option<u32>,
    /// How many came.
    pub arrived: u32,
    /// Replaces among them of what we do not have.
    pub lacked: u32,
    /// GUIDs of the items added in this session.
    pub guids: BTreeSet<String>,
    /// GUIDs whose Map went out in this session.
    pub mapped: BTreeSet<String>,
    /// An object of which a part has come.
    pub arriving: Option<Arriving>,
    /// What the server took.
    pub sent: Counts,
    /// What we took.
    pub taken: Counts,
    /// What either side refused.
    pub refused: u32,
    /// It goes on with one that broke off, in this manner.
    pub resumes: Resume,
    /// A refresh from the server has taken away what was there before.
    pub is_wiped: bool,
    /// Changes of the server that were carried out and answered.
    pub done: Vec<Done>,
    /// Those of them whose answer the server has.
    pub confirmed: Vec<Done>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// An object on its way out, whole or in chunks.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// All of it, as one command.
    pub change: Change,
    /// In which edit.
    pub edit: u64,
    /// How much of it is out, in bytes.
    pub at: usize,
    /// How much of it the server said it has, in bytes.
    pub acked: usize,
    /// The session was resumed since: the next chunk says how much is left.
    pub tells_size: bool,
}

/// An object on its way in.
#[derive(Debug, Clone)]
pub struct Arriving {
    /// In which command.
    pub kind: ChangeKind,
    /// Its name there.
    pub name: String,
    /// What stood with the first chunk.
    pub meta: Meta,
    /// What has come.
    pub data: Vec<u8>,
    /// The session was resumed since: the next chunk says where it goes on.
    pub is_resumed: bool,
}

impl Run {
    /// A datastore that is about to be alerted.
    pub fn new(store: &Store, mode: Mode, now: Millis) -> Self {
        Self {
            local: store.place.local.clone(),
            remote: store.place.remote.clone(),
            asked: mode,
            mode,
            stage: Stage::Alerted,
            next: now.to_string(),
            server_next: None,
            answer: None,
            attempt: 0,
            is_early: false,
            queue: VecDeque::new(),
            total: 0,
            is_announced: false,
            leaving: None,
            left_off: None,
            horizon: store.edits,
            offered: BTreeMap::new(),
            settled: BTreeMap::new(),
            has_sync: false,
            declared: None,
            arrived: 0,
            lacked: 0,
            guids: BTreeSet::new(),
            mapped: BTreeSet::new(),
            arriving: None,
            sent: Counts::default(),
            taken: Counts::default(),
            refused: 0,
            resumes: Resume::Never,
            is_wiped: false,
            done: Vec::new(),
            confirmed: Vec::new(),
            failure: None,
        }
    }

    /// Collects what this mode sends, from the start.
    pub fn prepare(&mut self, store: &Store) {
        self.attempt += 1;
        self.is_early = self.stage == Stage::Alerted;
        self.queue = match self.mode.sends() {
            Sends::Changes => store
                .top_down(store.pending.keys().cloned().collect())
                .into(),
            Sends::Everything => store.top_down(store.items.keys().cloned().collect()).into(),
            Sends::Nothing => VecDeque::new(),
        };
        self.is_announced = false;
        self.mapped.clear();
        if self.resumes == Resume::Never {
            self.horizon = store.edits;
            (self.leaving, self.left_off) = (None, None);
            self.offered.clear();
            self.settled.clear();
        } else {
            self.go_on(store);
        }
        self.total = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        self.sent = Counts::default();
        self.refused = 0;
    }

    /// Whether the user changed this item and the server has not been sent the change in this session: it was made
    /// after the item went out, or the mode sends none.
    pub fn is_edited(&self, store: &Store, luid: &Luid) -> bool {
        store
            .pending
            .get(luid)
            .is_some_and(|pending| self.offered.get(luid) != Some(&pending.edit))
    }

    /// Whether the server means what it was sent too early when it refuses something: the anchors did not
    /// match, and everything is to be sent again.
    pub fn is_void(&self) -> bool {
        self.is_early && self.answer == Some(StatusCode::RefreshRequired)
    }

    /// Whether the name of the item with this GUID is still to be told in this session. In a full sync the
    /// server begins its map anew, and older names mean nothing to it.
    pub fn is_map_due(&self, guid: &str) -> bool {
        let is_new = self.mode.is_incremental() || self.guids.contains(guid);
        is_new && !self.mapped.contains(guid)
    }

    /// Ends it; the first reason stays.
    pub fn fail(&mut self, why: String) {
        self.stage = Stage::Failed;
        self.queue.clear();
        self.leaving = None;
        self.failure.get_or_insert(why);
    }

    /// Makes the session's result last: anchors move, and what the server took is no longer pending.
    pub fn commit(&self, store: &mut Store) {
        store.last = Some(self.next.clone());
        store.server_last.clone_from(&self.server_next);
        store.broken = None;
        if !self.mode.is_incremental() {
            store.unmapped.retain(|guid, _| self.guids.contains(guid));
        }
        let forgets_deletes = self.mode.sends() == Sends::Everything;
        store.pending.retain(|luid, pending| {
            let is_settled = self.settled.get(luid) == Some(&pending.edit);
            let is_moot = forgets_deletes
                && pending.kind == ChangeKind::Delete
                && pending.edit <= self.horizon;
            let is_new = matches!(pending.kind, ChangeKind::Add | ChangeKind::Copy);
            if self.settled.contains_key(luid) && is_new {
                pending.kind = ChangeKind::Replace;
            }
            !is_settled && !is_moot
        });
        store.tidy();
    }

    /// How it went.
    pub fn summary(&self, is_done: bool) -> StoreSummary {
        StoreSummary {
            local: self.local.clone(),
            asked: self.asked,
            mode: self.mode,
            sent: self.sent,
            taken: self.taken,
            refused: self.refused,
            is_resumed: self.resumes != Resume::Never,
            is_done,
            failure: self.failure.clone(),
        }
    }
}

impl Counts {
    /// One more of this kind.
    pub(super) const fn count(&mut self, kind: ChangeKind) {
        match kind {
            ChangeKind::Add | ChangeKind::Copy => self.adds += 1,
            ChangeKind::Replace | ChangeKind::Move => self.replaces += 1,
            ChangeKind::Delete => self.deletes += 1,
        }
    }
}
