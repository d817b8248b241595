//! The table of decisions.

use super::*;
use crate::ids::{AccountId, CollectionId, DatastoreId, DeviceId, ItemId, Millis, Rev};
use crate::item::{Content, Digest, MediaType, TwinKey};

const NOW: i64 = 9;

fn item(deleted: bool) -> Item {
    Item {
        account: AccountId(1),
        id: ItemId(7),
        collection: CollectionId::parse("contacts").unwrap(),
        seq: Rev(100),
        created_seq: Rev(1),
        deleted,
        digest: Digest(1),
        twin_key: TwinKey(1),
        content: Content {
            media_type: MediaType::new("text/plain"),
            body: b"milk".to_vec(),
        },
        writer: None,
        modified: Millis(0),
        parent: ItemId(0),
    }
}

/// An entry in this state, under `L7`, of an earlier session; `known` is the change number the device has.
fn entry(state: MapState, known: i64) -> MapEntry {
    MapEntry {
        account: AccountId(1),
        device: DeviceId::parse("phone").unwrap(),
        datastore: DatastoreId::parse("contacts").unwrap(),
        item: ItemId(7),
        luid: Some(luid()),
        state,
        known: Rev(known),
        known_digest: Digest(1),
        offered: Rev(0),
        offered_digest: Digest(0),
        session: NOW - 1,
        known_parent: ItemId(0),
        offered_parent: ItemId(0),
    }
}

fn luid() -> Luid {
    Luid::parse("L7").unwrap()
}

fn unnamed(state: MapState) -> MapEntry {
    MapEntry {
        luid: None,
        ..entry(state, 0)
    }
}

const WALK: Look = Look {
    session: NOW,
    redo: false,
    walked: true,
    deletes: true,
    has_room: true,
};

/// REQ-REP-17.
#[test]
fn what_is_done_with_an_item_follows_from_its_entry_and_its_standing() {
    use Decision::{Add, Leave, LeftOut, Pass, Replace};
    use MapState::{
        AddConfirmed, AddSent, FilteredOut, Gone, LeaveDue, LeaveSent, Mapped, Withheld,
    };
    let (replace, leave) = (|| Replace(luid()), || Leave(luid()));
    let out = || LeftOut(None);
    let kept = || LeftOut(Some(FilteredOut));
    // Within, outside, excluded.
    let table = [
        (None, [Add, out(), out()]),
        (Some(entry(Mapped, 50)), [replace(), replace(), leave()]),
        (Some(entry(Mapped, 100)), [Pass, Pass, leave()]),
        (Some(entry(Withheld, 50)), [replace(), replace(), leave()]),
        (Some(unnamed(AddSent)), [Add, kept(), kept()]),
        (Some(unnamed(AddConfirmed)), [Add, kept(), kept()]),
        (Some(entry(FilteredOut, 0)), [Add, out(), out()]),
        (Some(unnamed(FilteredOut)), [Add, out(), out()]),
        (Some(entry(LeaveSent, 50)), [replace(), replace(), leave()]),
        (Some(entry(LeaveDue, 50)), [replace(), replace(), leave()]),
        (Some(entry(Gone, 50)), [Add, out(), out()]),
    ];
    for (map, expected) in table {
        let standings = [Standing::Within, Standing::Outside, Standing::Excluded];
        let got = standings.map(|standing| decide(&item(false), map.as_ref(), standing, WALK));
        assert_eq!(got, expected, "{map:?}");
    }
}

#[test]
fn what_was_told_in_this_session_is_not_told_again() {
    let told = |state| MapEntry {
        offered: Rev(100),
        session: NOW,
        ..entry(state, 0)
    };
    for (state, standing) in [
        (MapState::LeaveSent, Standing::Excluded),
        (MapState::ReplaceSent, Standing::Within),
        (MapState::ReplaceSent, Standing::Outside),
    ] {
        assert_eq!(
            decide(&item(false), Some(&told(state)), standing, WALK),
            Decision::Pass
        );
    }
    // What the device itself sent in this session, and what its filter excludes: it leaves at once.
    let own = MapEntry {
        known: Rev(100),
        ..told(MapState::Mapped)
    };
    let got = decide(&item(false), Some(&own), Standing::Excluded, WALK);
    assert_eq!(got, Decision::Leave(luid()));
    let got = decide(&item(false), Some(&own), Standing::Within, WALK);
    assert_eq!(got, Decision::Pass);
}

#[test]
fn a_slow_sync_deletes_nothing_and_remembers_what_must_leave() {
    let look = Look {
        deletes: false,
        ..WALK
    };
    let map = entry(MapState::Mapped, 100);
    let got = decide(&item(false), Some(&map), Standing::Excluded, look);
    assert_eq!(got, Decision::LeftOut(Some(MapState::LeaveDue)));
}

#[test]
fn a_deletion_is_told_unless_the_device_has_it_no_more() {
    let deleted = item(true);
    let decide = |map: &MapEntry, look| decide(&deleted, Some(map), Standing::Within, look);
    let redo = Look { redo: true, ..WALK };
    assert_eq!(
        decide(&entry(MapState::Mapped, 50), WALK),
        Decision::Delete(luid())
    );
    assert_eq!(
        decide(&entry(MapState::LeaveSent, 50), WALK),
        Decision::Delete(luid())
    );
    assert_eq!(
        decide(&entry(MapState::FilteredOut, 0), WALK),
        Decision::Over
    );
    assert_eq!(
        decide(&entry(MapState::FilteredOut, 0), redo),
        Decision::Delete(luid())
    );
    assert_eq!(decide(&unnamed(MapState::AddSent), WALK), Decision::Pass);
}

#[test]
fn a_device_that_was_set_back_has_again_what_its_filter_took() {
    let look = Look { redo: true, ..WALK };
    let map = entry(MapState::FilteredOut, 0);
    let decide = |standing| decide(&item(false), Some(&map), standing, look);
    assert_eq!(decide(Standing::Within), Decision::Replace(luid()));
    assert_eq!(decide(Standing::Excluded), Decision::Leave(luid()));
}

#[test]
fn without_room_nothing_new_comes_and_what_is_there_stays() {
    let look = Look {
        has_room: false,
        ..WALK
    };
    let within = |map: Option<&MapEntry>| decide(&item(false), map, Standing::Within, look);
    assert_eq!(within(None), Decision::LeftOut(None));
    assert_eq!(
        within(Some(&entry(MapState::Mapped, 50))),
        Decision::Replace(luid())
    );
    assert_eq!(within(Some(&unnamed(MapState::AddSent))), Decision::Add);
}
