//! Walks over changes.

use std::sync::LazyLock;

use anchorage::ids::{CollectionId, DatastoreId, DeviceId, ItemId, Rev};
use anchorage::item::MediaType;
use anchorage::store::{ChangeRow, Cursor, Item, MapEntry, MapState, Tombstones, Walk, WalkKind};

use crate::fresh::{ACCOUNT, Fresh, card, contacts, item, mapped, phone, tombstone};

/// The number of the session that walks.
const NOW: i64 = 2;

/// A walk through the contacts for the phone, from the beginning to the end.
fn all_of(kind: WalkKind) -> Walk<'static> {
    static WHERE: LazyLock<(DeviceId, DatastoreId, [CollectionId; 1])> =
        LazyLock::new(|| (phone(), card(), [contacts()]));
    Walk {
        account: ACCOUNT,
        device: &WHERE.0,
        datastore: &WHERE.1,
        collections: &WHERE.2,
        types: &[],
        except: None,
        tombstones: Tombstones::Sent,
        kind,
        after: Cursor::default(),
        upto: Rev(i64::MAX),
    }
}

/// Everything a walk visits in pages of `limit`, which is as much as its count says.
fn visit(fresh: &Fresh, mut walk: Walk<'_>, limit: i64) -> Vec<ChangeRow> {
    let count = fresh.ask(|tx| tx.count_walk(&walk));
    let mut visited: Vec<ChangeRow> = Vec::new();
    loop {
        let page = fresh.ask(|tx| tx.walk(&walk, limit));
        assert!(page.len() <= usize::try_from(limit).unwrap());
        let Some(last) = page.last() else { break };
        walk.after = Cursor {
            seq: last.item.seq,
            item: last.item.id,
        };
        visited.extend(page);
    }
    assert_eq!(usize::try_from(count).unwrap(), visited.len());
    visited
}

fn ids(rows: &[ChangeRow]) -> Vec<i64> {
    rows.iter().map(|row| row.item.id.0).collect()
}

fn walk(fresh: &Fresh, kind: WalkKind) -> Vec<i64> {
    ids(&visit(fresh, all_of(kind), 100))
}

/// Items at 10, 20, .. each with what the name says.
fn world(fresh: &Fresh) {
    let offered = |id, offered, session| MapEntry {
        offered: Rev(offered),
        session,
        ..mapped(id, 5)
    };
    let settled = |id, state, offered| MapEntry {
        state,
        offered: Rev(offered),
        ..mapped(id, 5)
    };
    let items = [
        item(1, 10),        // not known to the device
        tombstone(2, 20),   // never known to the device
        item(3, 30),        // known as it is
        item(4, 40),        // known as it was
        tombstone(5, 50),   // known alive
        tombstone(6, 60),   // known gone
        item(7, 70),        // offered by an earlier session
        item(8, 80),        // offered by this session
        item(9, 90),        // offered by this session, changed since
        item(10, 100),      // withheld as it is
        item(11, 110),      // withheld as it was
        tombstone(12, 120), // told to be gone
        item(13, 130),      // came from the device in this session
    ];
    let maps = [
        mapped(3, 30),
        mapped(4, 5),
        mapped(5, 5),
        MapEntry {
            state: MapState::Gone,
            ..mapped(6, 60)
        },
        offered(7, 70, 1),
        offered(8, 80, NOW),
        offered(9, 85, NOW),
        settled(10, MapState::Withheld, 100),
        settled(11, MapState::Withheld, 105),
        settled(12, MapState::Gone, 120),
        MapEntry {
            session: NOW,
            ..mapped(13, 130)
        },
    ];
    fresh.tell(|tx| {
        tx.put_items(&items)?;
        tx.put_maps(&maps)
    });
}

pub fn a_walk_over_changes_visits_what_the_device_does_not_know(fresh: &Fresh) {
    world(fresh);
    let visited = visit(fresh, all_of(WalkKind::Changed { session: NOW }), 100);
    assert_eq!(ids(&visited), [1, 4, 5, 7, 9, 11]);
    assert_eq!(
        visited[0],
        ChangeRow {
            item: item(1, 10),
            map: None
        }
    );
    assert_eq!(
        visited[1],
        ChangeRow {
            item: item(4, 40),
            map: Some(mapped(4, 5))
        }
    );
}

pub fn a_walk_visits_an_item_once_a_session(fresh: &Fresh) {
    world(fresh);
    for kind in [WalkKind::Changed { session: NOW }, all(false), all(true)] {
        let visited = visit(fresh, all_of(kind), 100);
        let offers: Vec<_> = visited
            .iter()
            .map(|row| MapEntry {
                offered: row.item.seq,
                session: NOW,
                ..row.map.clone().unwrap_or_else(|| mapped(row.item.id.0, 0))
            })
            .collect();
        fresh.tell(|tx| tx.put_maps(&offers));
        assert!(walk(fresh, kind).is_empty(), "{kind:?}");
    }
}

pub fn a_walk_over_everything_visits_what_the_device_knows_too(fresh: &Fresh) {
    world(fresh);
    let mut visited = [walk(fresh, all(true)), walk(fresh, all(false))].concat();
    visited.sort_unstable();
    assert_eq!(visited, [1, 3, 4, 5, 6, 7, 9, 10, 11, 12]);
}

pub fn a_walk_over_everything_tells_what_has_a_luid_from_the_rest(fresh: &Fresh) {
    world(fresh);
    let has_luid = |row: &ChangeRow| row.map.as_ref().is_some_and(|map| map.luid.is_some());
    for named in [true, false] {
        let visited = visit(fresh, all_of(all(named)), 100);
        assert!(!visited.is_empty() && visited.iter().all(|row| has_luid(row) == named));
    }
}

/// A walk over what the device has under a LUID, or over the rest.
fn all(named: bool) -> WalkKind {
    WalkKind::All {
        session: NOW,
        named,
    }
}

pub fn a_walk_over_the_unpaired_visits_the_living_this_session_did_not_touch(fresh: &Fresh) {
    world(fresh);
    assert_eq!(
        walk(fresh, WalkKind::Unpaired { session: NOW }),
        [1, 3, 4, 7, 10, 11]
    );
}

pub fn a_walk_turns_its_pages_without_loss_or_repetition(fresh: &Fresh) {
    // Three items to a change number, numbers and items in opposite order.
    let items: Vec<_> = (1..=60).map(|id| item(id, 100 - (id - 1) / 3)).collect();
    fresh.tell(|tx| tx.put_items(&items));
    let mut expected: Vec<_> = items.iter().map(|item| (item.seq, item.id)).collect();
    expected.sort();
    for limit in [1, 2, 7, 60, 61] {
        let visited = visit(fresh, all_of(WalkKind::Changed { session: NOW }), limit);
        let seen: Vec<_> = visited
            .iter()
            .map(|row| (row.item.seq, row.item.id))
            .collect();
        assert_eq!(seen, expected);
    }
}

pub fn a_walk_goes_through_several_collections_in_order(fresh: &Fresh) {
    let collections = ["calendar", "tasks"].map(|name| CollectionId::parse(name).unwrap());
    let items: Vec<_> = (0..20)
        .map(|n| Item {
            collection: collections[usize::from(n % 3 == 0)].clone(),
            ..item(40 - n, 10 + n / 2)
        })
        .collect();
    fresh.tell(|tx| {
        tx.put_items(&items)?;
        tx.put_items(&[item(99, 12)])
    });
    let mut expected: Vec<_> = items.iter().map(|item| (item.seq, item.id)).collect();
    expected.sort();
    for limit in [1, 3, 20] {
        let visited = visit(
            fresh,
            Walk {
                collections: &collections,
                ..all_of(WalkKind::Unpaired { session: NOW })
            },
            limit,
        );
        let seen: Vec<_> = visited
            .iter()
            .map(|row| (row.item.seq, row.item.id))
            .collect();
        assert_eq!(seen, expected);
    }
}

pub fn a_walk_visits_only_its_types_but_all_tombstones(fresh: &Fresh) {
    let of_type = |kind: &str, mut item: Item| {
        item.content.media_type = MediaType::new(kind);
        item
    };
    let types = [MediaType::new("text/vcard"), MediaType::new("text/x-vcard")];
    fresh.tell(|tx| {
        tx.put_items(&[
            of_type("text/vcard", item(1, 1)),
            of_type("text/plain", item(2, 2)),
            of_type("text/x-vcard", item(3, 3)),
            of_type("text/plain", tombstone(4, 4)),
        ])?;
        tx.put_maps(&[mapped(4, 1)])
    });
    let visited = visit(
        fresh,
        Walk {
            types: &types,
            except: None,
            ..all_of(WalkKind::Changed { session: NOW })
        },
        100,
    );
    assert_eq!(ids(&visited), [1, 3, 4]);
}

pub fn a_walk_keeps_to_its_range(fresh: &Fresh) {
    fresh.tell(|tx| {
        tx.put_items(&[
            item(1, 10),
            item(2, 20),
            item(3, 20),
            item(4, 20),
            item(5, 30),
            item(6, 31),
        ])
    });
    let walk = Walk {
        after: Cursor {
            seq: Rev(20),
            item: ItemId(2),
        },
        upto: Rev(30),
        ..all_of(WalkKind::Changed { session: NOW })
    };
    let visited = visit(fresh, walk, 2);
    assert_eq!(ids(&visited), [3, 4, 5]);
}

pub fn a_walk_looks_at_the_entries_of_its_device_and_datastore(fresh: &Fresh) {
    let tablet = MapEntry {
        device: DeviceId::parse("tablet").unwrap(),
        ..mapped(1, 10)
    };
    let agenda = MapEntry {
        datastore: DatastoreId::parse("agenda").unwrap(),
        ..mapped(1, 10)
    };
    fresh.tell(|tx| {
        tx.put_items(&[item(1, 10)])?;
        tx.put_maps(&[tablet, agenda])
    });
    let visited = visit(fresh, all_of(WalkKind::Changed { session: NOW }), 100);
    assert_eq!(
        visited,
        [ChangeRow {
            item: item(1, 10),
            map: None
        }]
    );
}

pub fn a_walk_without_changes_costs_the_same_whatever_lies_there(fresh: &Fresh) {
    let late = Cursor {
        seq: Rev(5000),
        item: ItemId(0),
    };
    let walk = Walk {
        after: late,
        upto: Rev(6000),
        ..all_of(WalkKind::Changed { session: NOW })
    };
    let cost = || {
        fresh.ask(|tx| {
            assert_eq!(tx.walk(&walk, 100)?, []);
            assert_eq!(tx.pending(ACCOUNT, &phone(), &card(), NOW, 100)?, []);
            Ok(tx.tally())
        })
    };
    let empty = cost();
    assert_eq!((empty.statements, empty.rows_read), (2, 0));
    let many: Vec<_> = (1..=3000).map(|id| item(id, id)).collect();
    let known: Vec<_> = (1..=3000).map(|id| mapped(id, id)).collect();
    fresh.tell(|tx| {
        tx.put_items(&many)?;
        tx.put_maps(&known)
    });
    assert_eq!(cost(), empty);
}
