//! What room a device has for new items, and which of them wait for more.
//!
//! Source: Meta Information 1.2.2, section 5.2.6 (`Mem`); a device says it with its first Sync, and answers 420 when it
//! is full all the same. What does not fit is noted as not offered, and comes first in the next session.

use serde::{Deserialize, Serialize};

use super::changes::{Operation, ServerChange, advance, offered};
use super::{Course, Who};
use crate::ids::Rev;
use crate::item::Digest;
use crate::store::{MapEntry, MapState, StoreError, Tx};

/// The room for new items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Room {
    /// So many items; `None`: it did not say.
    pub items: Option<u64>,
    /// So many bytes; `None`: it did not say.
    pub bytes: Option<u64>,
    /// It refused an item since it is full.
    pub is_full: bool,
}

impl Room {
    /// Whether there is less than endless room.
    #[must_use]
    pub const fn is_bounded(self) -> bool {
        self.is_full || self.items.is_some() || self.bytes.is_some()
    }

    /// Takes room for one more item of so many bytes; `false`, and nothing is taken, when there is none.
    pub fn take(&mut self, bytes: u64) -> bool {
        let fits = |free: Option<u64>, wanted: u64| free.is_none_or(|free| free >= wanted);
        if self.is_full || !fits(self.items, 1) || !fits(self.bytes, bytes) {
            return false;
        }
        self.items = self.items.map(|free| free.saturating_sub(1));
        self.bytes = self.bytes.map(|free| free.saturating_sub(bytes));
        true
    }

    /// How many changes at the head of these have to wait, and how many right behind them can be sent.
    pub(super) fn sift(self, changes: &[ServerChange]) -> (usize, usize) {
        let waiting = changes.iter().take_while(|change| {
            let mut room = self;
            !room.has_for(change)
        });
        let waiting = waiting.count();
        let mut room = self;
        let rest = changes.iter().skip(waiting);
        let sendable = rest.take_while(|change| room.has_for(change)).count();
        (waiting, sendable)
    }

    fn has_for(&mut self, change: &ServerChange) -> bool {
        match &change.operation {
            Operation::Add(content) => {
                self.take(u64::try_from(content.body.len()).unwrap_or(u64::MAX))
            }
            Operation::Replace(..) | Operation::Move(_) | Operation::Delete(_) => true,
        }
    }

    /// These changes were sent.
    pub(super) fn use_up(&mut self, sent: &[ServerChange]) {
        for change in sent {
            self.has_for(change);
        }
    }
}

/// Notes that these new items cannot be sent now, since the device has no room for them: the next session begins with
/// them.
pub(super) fn postpone(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    waiting: &[ServerChange],
) -> Result<(), StoreError> {
    if waiting.is_empty() {
        return Ok(());
    }
    let maps: Vec<_> = waiting
        .iter()
        .map(|change| match &change.map {
            Some(map) if matches!(map.state, MapState::AddSent | MapState::AddConfirmed) => {
                MapEntry {
                    session: who.session,
                    ..map.clone()
                }
            }
            Some(_) | None => MapEntry {
                offered: Rev(0),
                offered_digest: Digest(0),
                ..offered(who, course, change, MapState::AddSent)
            },
        })
        .collect();
    tx.put_maps(&maps)?;
    course.counts.waiting += u32::try_from(maps.len()).unwrap_or(u32::MAX);
    advance(course, waiting);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_does_not_say_has_room_for_all() {
        let mut room = Room::default();
        assert!(!room.is_bounded());
        assert!(room.take(u64::MAX) && room.take(u64::MAX));
    }

    #[test]
    fn items_and_bytes_run_out_each_for_itself() {
        let mut room = Room {
            items: Some(2),
            bytes: Some(10),
            is_full: false,
        };
        assert!(!room.take(11));
        assert!(room.take(4));
        assert!(!room.take(7));
        assert!(room.take(6));
        assert_eq!((room.items, room.bytes), (Some(0), Some(0)));
        assert!(!room.take(0));
    }

    #[test]
    fn a_full_device_gets_nothing_new() {
        let mut room = Room {
            is_full: true,
            ..Room::default()
        };
        assert!(!room.take(0) && room.is_bounded());
    }
}
