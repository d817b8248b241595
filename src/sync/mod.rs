//! The engine: keeps the items of an account and those of a device in step. It knows items, revisions
//! and maps, and no word of SyncML but LUID: every door uses the same verbs.
//!
//! ```text
//! open     anchors compared: which mode, and why             (anchor)
//! apply    changes from the device -> one outcome each       (apply, slow, merge, conflict)
//! begin    the device's side is complete: what does it lack  (changes)
//! page     the next changes for the device                   (changes)
//! offer    these were sent                                   (changes)
//! withhold this one is too large for the device              (changes, objects)
//! confirm  the device's answers, and the LUIDs it gave       (confirm)
//! finish   anchors move, together with the data they stand for
//! ```
//!
//! Between two messages all that the engine must remember is in the store and in one [`Course`] per
//! datastore, which the session keeps with its state. Everything here happens inside one transaction
//! of the store; time and chance come from outside. Source: `ARCHITECTURE.md`, "The engine".

pub mod anchor;
pub mod apply;
pub mod changes;
pub mod confirm;
pub mod conflict;
mod copy;
pub mod course;
mod defer;
mod desk;
pub mod guard;
pub mod history;
mod merge;
pub mod mode;
pub mod objects;
mod over;
mod patch;
pub mod refresh;
pub mod rekey;
mod remove;
pub mod resume;
pub mod room;
mod sift;
mod sight;
mod slow;
mod total;
pub mod tree;

pub use anchor::{Asked, open};
pub use apply::{Change, Edit, Outcome, apply};
pub use changes::{Operation, ServerChange, begin, offer, page, withhold};
pub use confirm::{Answer, Confirmation, Mapped, Sent, confirm, finish, map};
pub use course::{Counts, Course, View, Who};
pub use defer::defer;
pub use guard::{Guard, Release, Released, release};
pub use mode::{Mode, Why};
pub use objects::{content_at, reconsider};
pub use resume::take_up;
pub use room::Room;
pub use total::total;
pub use tree::{Hierarchy, Parent, ParentName};
