//! Filters at work: what a walk does with each item it passes, where not everything goes to the device.
//!
//! The decision is a table and touches nothing; the store is read page by page, since only the content tells. A filter
//! holds for one session. Where it is another one than the device was sent items by, everything is looked at again.
//! An item that leaves a device by its filter lives on: its entry says `LeaveSent`, then `FilteredOut`, and neither
//! is ever taken for a deletion. In a slow sync nothing is deleted, so what must leave does so in the next one.
//! Source: Representation Protocol 1.2.2, section 6.1.9; REQ-REP-17.

pub(super) mod pages;
mod place;
pub(super) mod underway;

use super::course::Outgoing;
use super::sight::Sight;
use super::{Course, Hierarchy, Mode, Who};
use crate::ids::Luid;
use crate::pim::fields::Fields;
use crate::pim::filter::{Filter, Standing};
use crate::store::{ChangeRow, Cursor, Item, MapEntry, MapState, Peer};

/// Stands before the filter of a peer whose items were not looked at since: a refresh from the client sends nothing.
const NOT_LOOKED_AT: char = '?';

impl Course {
    /// The device wants only what passes this filter; `peer` is what is known of the device and its datastore.
    pub fn filter_by(&mut self, filter: Filter, peer: Option<&Peer>) {
        let latest = peer.map_or("", |peer| peer.filter.as_str());
        let before = match peer {
            Some(peer) if self.redo => peer.filter_prev.as_str(),
            Some(_) | None => latest,
        };
        let text = text_of(&filter);
        // Room for one more item may come with anything that happens.
        self.refiltered = filter.most.is_some() || text != before || text != latest;
        let had_others = |text: &str| fields_of(text).is_none_or(|fields| fields != filter.fields);
        self.reshaped = peer.is_some() && (had_others(before) || had_others(latest));
        before.clone_into(&mut self.filter_before);
        self.counts.filter = filter.to_string();
        self.filter = filter;
    }

    /// Whether each item is looked at in a walk: a filter decides, or one did before, or the device cannot take all.
    pub(super) fn sifts(&self) -> bool {
        self.filters() || (self.hierarchy != Hierarchy::Tree && self.takes.is_choosy())
    }

    /// Whether a filter decides, or one did before.
    fn filters(&self) -> bool {
        // In folders there is no filter, and what an earlier one did is told by the entries.
        self.hierarchy != Hierarchy::Tree
            && (!self.filter.is_empty() || self.refiltered || self.resighted)
    }

    /// The filter by which the device was sent items when this session ends well, as it is kept.
    pub(super) fn filter_after(&self) -> String {
        let now = text_of(&self.filter);
        match self.mode {
            Mode::TwoWay | Mode::Slow | Mode::OneWayFromServer | Mode::RefreshFromServer => now,
            Mode::OneWayFromClient => self.filter_before.clone(),
            Mode::RefreshFromClient => {
                let before = self.filter_before.trim_start_matches(NOT_LOOKED_AT);
                let hides = if now.is_empty() { before } else { &now };
                if hides.is_empty() {
                    String::new()
                } else {
                    format!("{NOT_LOOKED_AT}{hides}")
                }
            }
        }
    }

    /// Whether a filter, of this session or of the last one, may have kept this item from the device, or the device cannot
    /// take it: then it says nothing that the device does not have it.
    pub(super) fn may_hide(&self, row: &ChangeRow) -> bool {
        if row.map.as_ref().is_some_and(|map| is_held(map, false)) {
            return false;
        }
        if !self.has_place_for(row) {
            return true;
        }
        let before = self.filter_before.trim_start_matches(NOT_LOOKED_AT);
        let before = serde_json::from_str::<Filter>(before);
        let hides = |filter: &Filter| {
            filter.most.is_some() || filter.standing(&row.item.content, None) != Standing::Within
        };
        // What cannot be read may have hidden anything.
        let before_hides = match &before {
            Ok(filter) => hides(filter),
            Err(_) => !self.filter_before.is_empty(),
        };
        before_hides || hides(&self.filter)
    }

    /// Whether there may be such items at all.
    pub(super) fn may_hide_some(&self) -> bool {
        self.sifts() || !self.filter_before.is_empty()
    }

    fn standing(&self, item: &Item, map: Option<&MapEntry>) -> Standing {
        let luid = map.and_then(|map| map.luid.as_ref());
        self.filter.standing(&item.content, luid.map(Luid::as_str))
    }
}

/// The fields that a device with this filter was sent; `None` when it cannot be read.
fn fields_of(text: &str) -> Option<Fields> {
    let text = text.trim_start_matches(NOT_LOOKED_AT);
    if text.is_empty() {
        return Some(Fields::default());
    }
    let filter = serde_json::from_str::<Filter>(text).ok()?;
    Some(filter.fields)
}

fn text_of(filter: &Filter) -> String {
    if filter.is_empty() {
        return String::new();
    }
    serde_json::to_string(filter).unwrap_or_default()
}

/// What is done with one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing.
    Pass,
    /// It is sent as new.
    Add,
    /// It is sent for what the device has under this LUID.
    Replace(Luid),
    /// It is deleted, and so it shall be there.
    Delete(Luid),
    /// It is sent as a Delete, and lives on.
    Leave(Luid),
    /// The filter keeps it from the device; its entry takes this state.
    LeftOut(Option<MapState>),
    /// The device need not be told that it is gone.
    Over,
}

/// What a decision goes by, besides the item and its entry.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The running session's number.
    pub(super) session: i64,
    /// The device was set back by one sync: it has again what it had then.
    pub(super) redo: bool,
    /// The item is passed in a walk; else it is known to be unfinished.
    pub(super) walked: bool,
    /// Deletes may be sent.
    pub(super) deletes: bool,
    /// There is room for one more item on the device.
    pub(super) has_room: bool,
}

/// Whether the device has the item under the LUID of its entry.
fn is_held(map: &MapEntry, redo: bool) -> bool {
    map.luid.is_some()
        && match map.state {
            MapState::Gone
            | MapState::SoftDeleted
            | MapState::DeleteAside
            | MapState::DeleteHeld => false,
            MapState::FilteredOut => redo,
            MapState::Mapped
            | MapState::AddSent
            | MapState::AddConfirmed
            | MapState::ReplaceSent
            | MapState::DeleteSent
            | MapState::DeleteDue
            | MapState::Withheld
            | MapState::TooLarge
            | MapState::LeaveSent
            | MapState::LeaveDue => true,
        }
}

/// Whether the device does not know the item as it is: the condition of the walks that read no content.
fn is_news(item: &Item, map: Option<&MapEntry>, look: Look) -> bool {
    let Some(map) = map else {
        return !item.deleted;
    };
    let offered_before = map.offered < item.seq;
    let is_behind = map.known < item.seq;
    let other_session = map.session != look.session;
    if look.redo {
        return other_session || (is_behind && offered_before);
    }
    let is_settled = matches!(
        map.state,
        MapState::Withheld | MapState::TooLarge | MapState::Gone
    );
    is_behind && (other_session || offered_before) && (!is_settled || offered_before)
}

/// What is done with an item that stands like this to the filter.
pub(super) fn decide(
    item: &Item,
    map: Option<&MapEntry>,
    standing: Standing,
    look: Look,
) -> Decision {
    if map.is_some_and(|map| map.state.is_off_device() && (item.deleted || item.seq <= map.known)) {
        // The device parted with it, and it is as it was then.
        return Decision::Pass;
    }
    let held = map.filter(|map| is_held(map, look.redo));
    let held = held.and_then(|map| map.luid.clone().map(|luid| (map, luid)));
    let is_due = !look.walked || is_news(item, map, look);
    if item.deleted {
        return match map.and_then(|map| map.luid.clone().map(|luid| (map.state, luid))) {
            Some((MapState::FilteredOut, _)) if !look.redo => Decision::Over,
            Some((_, luid)) if is_due && look.deletes => Decision::Delete(luid),
            Some(_) | None => Decision::Pass,
        };
    }
    match (standing, held) {
        (Standing::Excluded, Some((map, luid))) => {
            let is_told = map.session == look.session && map.state == MapState::LeaveSent;
            if is_told {
                Decision::Pass
            } else if look.deletes {
                Decision::Leave(luid)
            } else {
                Decision::LeftOut(Some(MapState::LeaveDue))
            }
        }
        (Standing::Within | Standing::Outside, Some((_, luid))) if is_due => {
            Decision::Replace(luid)
        }
        (Standing::Within, None) if is_due && (look.has_room || is_counted(map)) => Decision::Add,
        (Standing::Within, None) if !is_due => Decision::Pass,
        (Standing::Within | Standing::Outside | Standing::Excluded, None) => kept_away(map),
        (Standing::Within | Standing::Outside, Some(_)) => Decision::Pass,
    }
}

/// What becomes of an item which the device shall not get and has under no name.
fn kept_away(map: Option<&MapEntry>) -> Decision {
    Decision::LeftOut(match map.map(|map| map.state) {
        None
        | Some(
            MapState::Mapped
            | MapState::Withheld
            | MapState::TooLarge
            | MapState::Gone
            | MapState::FilteredOut
            | MapState::SoftDeleted
            | MapState::DeleteAside
            | MapState::DeleteHeld,
        ) => None,
        // It was offered, and the device never said under which name it took it, if it did: should the name come
        // later, it leaves then.
        Some(
            MapState::AddSent
            | MapState::AddConfirmed
            | MapState::ReplaceSent
            | MapState::DeleteSent
            | MapState::DeleteDue
            | MapState::LeaveSent
            | MapState::LeaveDue,
        ) => Some(MapState::FilteredOut),
    })
}

/// Whether the device counts as having it, though nobody knows its name.
pub(super) fn is_counted(map: Option<&MapEntry>) -> bool {
    map.is_some_and(|map| matches!(map.state, MapState::AddSent | MapState::AddConfirmed))
}

/// Whether another session left something unfinished with it: the rows of `Tx::pending`.
pub(super) fn is_unfinished(row: &ChangeRow, session: i64) -> bool {
    let Some(map) = row.map.as_ref().filter(|map| map.session != session) else {
        return false;
    };
    (!row.item.deleted || map.luid.is_some())
        && match map.state {
            MapState::AddSent
            | MapState::AddConfirmed
            | MapState::ReplaceSent
            | MapState::DeleteSent
            | MapState::DeleteDue
            | MapState::LeaveSent
            | MapState::LeaveDue => true,
            MapState::Mapped
            | MapState::Withheld
            | MapState::TooLarge
            | MapState::Gone
            | MapState::FilteredOut
            | MapState::SoftDeleted
            | MapState::DeleteAside
            | MapState::DeleteHeld => false,
        }
}

/// A page of a walk, sifted.
#[derive(Debug, Default)]
pub(super) struct Sifted {
    /// What is sent: each row with what was decided of it.
    pub(super) sent: Vec<(ChangeRow, Decision)>,
    /// Entries that take another state without a word to the device.
    pub(super) settled: Vec<MapEntry>,
    /// Items that the filter keeps away.
    pub(super) left_out: u32,
    /// Items that the device cannot take.
    pub(super) withheld: u32,
    /// How many more items the device wants to have.
    pub(super) room: Option<i64>,
}

/// Sifts the rows of one page; at most `limit` changes.
pub(super) fn sift(
    who: &Who<'_>,
    course: &Course,
    outgoing: &Outgoing,
    rows: Vec<ChangeRow>,
    walked: bool,
    limit: usize,
) -> Sifted {
    let mut sifted = Sifted {
        room: outgoing.room,
        ..Sifted::default()
    };
    for row in rows {
        if sifted.sent.len() == limit {
            break;
        }
        let look = Look {
            session: who.session,
            redo: course.redo,
            walked,
            deletes: !matches!(course.mode, Mode::Slow | Mode::RefreshFromServer),
            has_room: sifted.room.is_none_or(|room| room > 0),
        };
        let has_place = course.has_place_for(&row);
        let standing = course.standing_of(&row, has_place, look);
        let mut decision = decide(&row.item, row.map.as_ref(), standing, look);
        let sees_anew = (course.reshaped || course.resighted) && has_place;
        if decision == Decision::Pass && sees_anew && walked {
            decision = place::reshape(&row, Sight::of(course));
        }
        match decision {
            Decision::Pass => {}
            what @ (Decision::Add
            | Decision::Replace(_)
            | Decision::Delete(_)
            | Decision::Leave(_)) => {
                if what == Decision::Add && !is_counted(row.map.as_ref()) {
                    sifted.room = sifted.room.map(|room| room - 1);
                }
                sifted.sent.push((row, what));
            }
            Decision::LeftOut(state) => {
                let count = u32::from(is_first_look(outgoing, &row, walked));
                sifted.left_out += count * u32::from(has_place);
                sifted.withheld += count * u32::from(!has_place);
                let entry = row.map.zip(state);
                sifted.settled.extend(entry.map(|(map, state)| MapEntry {
                    state,
                    session: who.session,
                    ..map
                }));
            }
            Decision::Over => sifted.settled.extend(row.map.map(|map| MapEntry {
                state: MapState::Gone,
                known: row.item.seq,
                session: who.session,
                ..map
            })),
        }
    }
    sifted
}

/// Whether a row is looked at for the first time: rows behind the last one that found room come again, and so does what
/// is unfinished when the walk passes it.
fn is_first_look(outgoing: &Outgoing, row: &ChangeRow, walked: bool) -> bool {
    let at = cursor(row);
    if walked {
        at > outgoing.counted
    } else {
        at <= outgoing.cursor
    }
}

/// Where a walk stands behind this row.
pub(super) const fn cursor(row: &ChangeRow) -> Cursor {
    Cursor {
        seq: row.item.seq,
        item: row.item.id,
    }
}

#[cfg(test)]
mod tests;
