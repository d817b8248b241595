//! What the engine remembers of one datastore between the messages of one session.

use serde::{Deserialize, Serialize};

use super::{Guard, Hierarchy, Mode, Room, Why};
use crate::ids::{AccountId, Anchor, CollectionId, DatastoreId, DeviceId, ItemId, Millis, Rev};
use crate::item::MediaType;
use crate::pim::filter::Filter;
use crate::pim::takes::Takes;
use crate::store::{Cursor, Policy};

/// For whom, in which session, and when: the same for every verb of one message.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// The account.
    pub account: AccountId,
    /// The device.
    pub device: &'a DeviceId,
    /// The session's number, unique for the device.
    pub session: i64,
    /// Now.
    pub now: Millis,
}

impl Who<'_> {
    /// In a course that may have begun in an earlier session: its number marks what was done.
    #[must_use]
    pub fn within(self, course: &Course) -> Self {
        let session = if course.session == 0 {
            self.session
        } else {
            course.session
        };
        Self { session, ..self }
    }
}

/// What a device calls one datastore: one collection, or several behind one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name; the device's maps are kept under it.
    pub datastore: DatastoreId,
    /// The collections behind it, never empty; a new item goes to the one of its kind, else to the first.
    pub collections: Vec<CollectionId>,
}

/// One datastore in one session.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// The session's number with which it began, kept when it is resumed: the maps are marked with it.
    #[serde(default)]
    pub session: i64,
    /// It was taken over from a session that broke off.
    #[serde(default)]
    pub resumed: bool,
    /// The latest change number when it began.
    #[serde(default)]
    pub begun: Rev,
    /// What is synced.
    pub view: View,
    /// What the device asked for.
    pub asked: Mode,
    /// What runs.
    pub mode: Mode,
    /// Why that.
    pub why: Why,
    /// The Last the device sent, if it is the one we had.
    pub client_last: Option<Anchor>,
    /// The Next the device sent.
    pub client_next: Anchor,
    /// Our Next of the last session that ended well.
    pub server_last: Option<Anchor>,
    /// Our Next of this session.
    pub server_next: Anchor,
    /// The database's epoch.
    pub epoch: String,
    /// The device is known to have been offered everything up to here.
    pub acked: Rev,
    /// Offer everything since `acked` again, whatever its origin.
    pub redo: bool,
    /// The device's last session did not end well: what it sends may be a repetition.
    pub retry: bool,
    /// The types the device takes; empty means all.
    pub types: Vec<MediaType>,
    /// What it takes and how it sees it; not kept, but looked up for each message.
    #[serde(skip)]
    pub takes: Takes,
    /// The types changed since the last sync: look at every item again.
    pub retyped: bool,
    /// It saw the items otherwise than it does now: look at every item again, and take nothing for cleared that it may
    /// never have seen.
    #[serde(default)]
    pub resighted: bool,
    /// What the device wants to have.
    #[serde(default)]
    pub filter: Filter,
    /// It was sent items by another filter, or by none: look at every item again.
    #[serde(default)]
    pub refiltered: bool,
    /// It was sent other fields of the items than it wants now.
    #[serde(default)]
    pub reshaped: bool,
    /// The filter of the sync from which this one goes on, as the store has it.
    #[serde(default)]
    pub filter_before: String,
    /// Whether its items lie in one another, and whether the device knows.
    #[serde(default)]
    pub hierarchy: Hierarchy,
    /// How conflicts are settled, one for each collection of the view.
    pub policies: Vec<Policy>,
    /// The walk over what the device lacks, once its own package is complete.
    pub outgoing: Option<Outgoing>,
    /// What happened so far.
    pub counts: Counts,
    /// Which deletions are too many to be obeyed.
    #[serde(default)]
    pub guard: Guard,
    /// Live items of each collection of the view when the session began.
    #[serde(default)]
    pub live: Vec<i64>,
    /// Deletions were put aside, in this session or an earlier one, and are to be decided on.
    #[serde(default)]
    pub aside: bool,
    /// Earlier versions of items are kept, so that something can be archived.
    #[serde(default)]
    pub archives: bool,
    /// What room the device has for new items.
    #[serde(default)]
    pub room: Room,
    /// The oldest change number of what earlier sessions left unfinished and this one sent: a device that is set back
    /// to its beginning lacks that again.
    #[serde(default)]
    pub oldest: Option<Rev>,
}

/// Where the walk over what the device lacks stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The latest change number when the walk began; later changes wait for the next session.
    pub upto: Rev,
    /// Everything up to here was looked at.
    pub cursor: Cursor,
    /// What the device has under a LUID was offered again: before anything new, which a device that was set back may
    /// give one of these LUIDs.
    #[serde(default)]
    pub named_done: bool,
    /// Offers of earlier sessions that were never confirmed were made again.
    pub pending_done: bool,
    /// Nothing is left.
    pub done: bool,
    /// How many more items the device wants to have, where its filter says so.
    #[serde(default)]
    pub room: Option<i64>,
    /// Up to here the items that a filter keeps away were counted.
    #[serde(default)]
    pub counted: Cursor,
}

/// What a session did to one datastore.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Items the device added.
    pub added: u32,
    /// Items the device changed.
    pub replaced: u32,
    /// Items the device deleted.
    pub deleted: u32,
    /// Items the device took off its own store and left to us.
    pub soft_deleted: u32,
    /// Deletions of the device that were too many and wait for a person's decision.
    pub held_back: u32,
    /// How many changes the device said it would send, if it did.
    pub announced: Option<u32>,
    /// Items the device sent that we had already as they are.
    pub unchanged: u32,
    /// Conflicts, however settled.
    pub conflicts: u32,
    /// Items refused.
    pub refused: u32,
    /// Adds sent to the device.
    pub sent_added: u32,
    /// Replaces sent to the device.
    pub sent_replaced: u32,
    /// Deletes sent to the device.
    pub sent_deleted: u32,
    /// Changes not sent, since the device cannot take them.
    pub withheld: u32,
    /// New items not sent, since the device has no room for them: they wait.
    pub waiting: u32,
    /// Changes the device confirmed.
    pub confirmed: u32,
    /// Changes the device refused; they are offered again.
    pub failed: u32,
    /// What the device wanted to have, in plain words; empty is everything.
    pub filter: String,
    /// Items that were looked at and that the filter kept away from it.
    pub left_out: u32,
    /// What went wrong, in plain words, the first few.
    pub errors: Vec<String>,
}

impl Counts {
    /// Notes an error; the first twenty are kept.
    pub fn error(&mut self, text: String) {
        if self.errors.len() < 20 {
            self.errors.push(text);
        }
    }
}

impl Course {
    /// Where the walk begins.
    pub(super) fn start(&self) -> Cursor {
        let from_start = self.retyped
            || self.refiltered
            || self.resighted
            || matches!(self.mode, Mode::Slow | Mode::RefreshFromServer);
        // The last item at `acked` is below any real one above it.
        Cursor {
            seq: if from_start { Rev(0) } else { self.acked },
            item: ItemId(i64::MAX),
        }
    }

    /// Everything up to here was finished when it began.
    pub(super) fn settled(&self) -> Rev {
        let before = |oldest: Rev| Rev(oldest.0 - 1).min(self.acked);
        self.oldest.map_or(self.acked, before)
    }

    /// The policy of a collection.
    #[must_use]
    pub fn policy(&self, collection: &CollectionId) -> Policy {
        let mut pairs = self.view.collections.iter().zip(&self.policies);
        pairs
            .find(|(id, _)| *id == collection)
            .map_or(Policy::NewestWins, |(_, policy)| *policy)
    }
}
