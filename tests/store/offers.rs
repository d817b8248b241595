//! What a device was sent and did not answer for, and what was too large for it.

use anchorage::ids::{ItemId, Rev};
use anchorage::item::Content;
use anchorage::store::{Item, MapEntry, MapState};

use crate::fresh::{ACCOUNT, Fresh, card, item, mapped, phone, tombstone};

fn entry(id: i64, state: MapState, session: i64) -> MapEntry {
    MapEntry {
        state,
        session,
        ..mapped(id, 0)
    }
}

pub fn what_was_too_large_is_found_by_its_size(fresh: &Fresh) {
    let of_bytes = |id: i64, bytes: usize| {
        let plain = item(id, id);
        Item {
            content: Content {
                body: vec![b'x'; bytes],
                ..plain.content.clone()
            },
            ..plain
        }
    };
    fresh.tell(|tx| {
        tx.put_items(&[
            of_bytes(1, 100),
            of_bytes(2, 101),
            of_bytes(3, 50),
            tombstone(4, 4),
        ])?;
        tx.put_maps(&[
            entry(1, MapState::TooLarge, 1),
            entry(2, MapState::TooLarge, 1),
            entry(3, MapState::Withheld, 1),
            entry(4, MapState::TooLarge, 1),
        ])
    });
    let found = |largest, limit| {
        let found = fresh.ask(|tx| tx.too_large(ACCOUNT, &phone(), &card(), largest, limit));
        found.iter().map(|map| map.item.0).collect::<Vec<_>>()
    };
    assert_eq!(found(99, 9), Vec::<i64>::new());
    assert_eq!(found(100, 9), [1]);
    assert_eq!(found(i64::MAX, 9), [1, 2]);
    assert_eq!(found(i64::MAX, 1).len(), 1);
}

pub fn what_a_session_sent_without_an_answer_is_pending_again(fresh: &Fresh) {
    let items: Vec<_> = (1..=6).map(|id| item(id, id)).collect();
    fresh.tell(|tx| {
        tx.put_items(&items)?;
        tx.put_maps(&[
            entry(1, MapState::AddSent, 7),
            entry(2, MapState::AddConfirmed, 7),
            entry(3, MapState::ReplaceSent, 7),
            entry(4, MapState::Mapped, 7),
            entry(5, MapState::DeleteSent, 7),
            entry(6, MapState::AddSent, 7),
        ])?;
        tx.release_offers(ACCOUNT, &phone(), &card(), 8, None)
    });
    let pending = || {
        let rows = fresh.ask(|tx| tx.pending(ACCOUNT, &phone(), &card(), 7, 99));
        rows.iter().map(|row| row.item.id.0).collect::<Vec<_>>()
    };
    assert_eq!(pending(), Vec::<i64>::new());
    fresh.tell(|tx| tx.release_offers(ACCOUNT, &phone(), &card(), 7, Some(ItemId(6))));
    assert_eq!(pending(), [1, 3, 5]);
    assert_eq!(
        fresh.ask(|tx| tx.maps_of(ACCOUNT, &phone()))[0].offered,
        Rev(0)
    );
}
