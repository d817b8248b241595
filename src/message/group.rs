//! `Atomic` and `Sequence`: containers of commands (`RepPro` 1.2.2, sections 7.3.3 and 7.3.15).

use super::element::content;
use super::{Command, Meta};
use crate::codec::Tag;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupKind {
    /// All or none.
    #[default]
    Atomic,
    /// In this order.
    Sequence,
}

/// One such container.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// Which.
    pub kind: GroupKind,
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Holds for every command in it that does not say otherwise.
    pub meta: Meta,
    /// What is in it.
    pub commands: Vec<Command>,
}

impl GroupKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Atomic, Self::Sequence];

    /// Its element.
    #[must_use]
    pub const fn tag(self) -> Tag {
        match self {
            Self::Atomic => Tag::Atomic,
            Self::Sequence => Tag::Sequence,
        }
    }
}

content! { Group { CmdId => cmd_id, NoResp => no_resp, Meta => meta } and commands }
