//! `MapItem`s.

use anchorage::ids::{DatastoreId, DeviceId, ItemId, Rev};
use anchorage::store::{MapEntry, MapState, StoreError};

use crate::fresh::{ACCOUNT, Fresh, card, item, luid, mapped, phone, tombstone};

const STATES: [MapState; 15] = [
    MapState::Mapped,
    MapState::AddSent,
    MapState::AddConfirmed,
    MapState::ReplaceSent,
    MapState::DeleteSent,
    MapState::DeleteDue,
    MapState::Withheld,
    MapState::Gone,
    MapState::FilteredOut,
    MapState::LeaveSent,
    MapState::LeaveDue,
    MapState::TooLarge,
    MapState::SoftDeleted,
    MapState::DeleteAside,
    MapState::DeleteHeld,
];

pub fn an_entry_comes_back_as_it_was_kept(fresh: &Fresh) {
    let mut kept: Vec<_> = STATES
        .into_iter()
        .zip(1..)
        .map(|(state, id)| MapEntry {
            state,
            ..mapped(id, 4)
        })
        .collect();
    kept[1].luid = None;
    kept[2].luid = None;
    fresh.tell(|tx| tx.put_maps(&kept));
    assert_eq!(fresh.ask(|tx| tx.maps_of(ACCOUNT, &phone())), kept);
    let by_luid = fresh.ask(|tx| {
        tx.maps_by_luid(
            ACCOUNT,
            &phone(),
            &card(),
            &[luid("4"), luid("1"), luid("x")],
        )
    });
    assert_eq!(by_luid, [kept[0].clone(), kept[3].clone()]);
    let by_item = fresh.ask(|tx| {
        tx.maps_by_item(
            ACCOUNT,
            &phone(),
            &card(),
            &[ItemId(3), ItemId(2), ItemId(99)],
        )
    });
    assert_eq!(by_item, kept[1..3]);

    let confirmed = MapEntry {
        luid: Some(luid("new")),
        state: MapState::Mapped,
        known: Rev(9),
        ..kept[1].clone()
    };
    fresh.tell(|tx| tx.put_maps(std::slice::from_ref(&confirmed)));
    assert_eq!(
        fresh.ask(|tx| tx.maps_by_item(ACCOUNT, &phone(), &card(), &[ItemId(2)])),
        [confirmed]
    );
}

pub fn a_luid_names_one_item_of_a_device(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_maps(&[mapped(1, 4)]));
    let thief = MapEntry {
        luid: Some(luid("1")),
        ..mapped(2, 4)
    };
    assert!(matches!(
        fresh.write(|tx| tx.put_maps(&[thief])),
        Err(StoreError::Duplicate(_))
    ));
    assert_eq!(
        fresh.ask(|tx| tx.maps_of(ACCOUNT, &phone())),
        [mapped(1, 4)]
    );
}

pub fn a_released_luid_may_name_another_item(fresh: &Fresh) {
    let heir = MapEntry {
        luid: Some(luid("1")),
        ..mapped(2, 4)
    };
    fresh.tell(|tx| tx.put_maps(&[mapped(1, 4), mapped(3, 4)]));
    fresh.tell(|tx| {
        tx.release_luids(ACCOUNT, &phone(), &card(), &[luid("1"), luid("unknown")])?;
        tx.put_maps(std::slice::from_ref(&heir))
    });
    let stripped = MapEntry {
        luid: None,
        ..mapped(1, 4)
    };
    assert_eq!(
        fresh.ask(|tx| tx.maps_of(ACCOUNT, &phone())),
        [stripped, heir, mapped(3, 4)]
    );
}

pub fn a_luid_of_another_device_or_datastore_is_another(fresh: &Fresh) {
    let tablet = MapEntry {
        device: DeviceId::parse("tablet").unwrap(),
        ..mapped(1, 4)
    };
    let agenda = MapEntry {
        datastore: DatastoreId::parse("agenda").unwrap(),
        ..mapped(1, 4)
    };
    fresh.tell(|tx| tx.put_maps(&[mapped(1, 4), tablet.clone(), agenda.clone()]));
    fresh.tell(|tx| tx.drop_maps(ACCOUNT, &phone(), &card(), &[ItemId(1)]));
    assert_eq!(fresh.ask(|tx| tx.maps_of(ACCOUNT, &phone())), [agenda]);
    assert_eq!(
        fresh.ask(|tx| tx.maps_of(ACCOUNT, &tablet.device)),
        [tablet]
    );
}

pub fn unfinished_business_of_earlier_sessions_is_pending(fresh: &Fresh) {
    let entries: Vec<_> = STATES
        .into_iter()
        .zip(1..)
        .map(|(state, id)| MapEntry {
            state,
            ..mapped(id, 4)
        })
        .collect();
    let of_this_session = MapEntry {
        state: MapState::AddSent,
        session: 2,
        ..mapped(9, 4)
    };
    let items: Vec<_> = (1..=9)
        .map(|id| {
            if id == 6 {
                tombstone(6, 5)
            } else {
                item(id, 5)
            }
        })
        .collect();
    fresh.tell(|tx| {
        tx.put_items(&items)?;
        tx.put_maps(&entries)?;
        tx.put_maps(&[of_this_session])
    });
    let pending = fresh.ask(|tx| tx.pending(ACCOUNT, &phone(), &card(), 2, 100));
    assert_eq!(
        pending.iter().map(|row| row.item.id.0).collect::<Vec<_>>(),
        [2, 3, 4, 5, 6]
    );
    assert_eq!(pending[4].item, items[5]);
    assert_eq!(pending[4].map.as_ref(), Some(&entries[5]));
}

pub fn entries_are_dropped_by_item_by_session_and_when_gone(fresh: &Fresh) {
    let gone = |id, known| MapEntry {
        state: MapState::Gone,
        session: 2,
        ..mapped(id, known)
    };
    let of_this_session = MapEntry {
        session: 2,
        ..mapped(3, 4)
    };
    let left = || {
        let entries = fresh.ask(|tx| tx.maps_of(ACCOUNT, &phone()));
        entries
            .into_iter()
            .map(|entry| entry.item.0)
            .collect::<Vec<_>>()
    };
    fresh.tell(|tx| {
        tx.put_maps(&[
            mapped(1, 4),
            mapped(2, 4),
            of_this_session,
            gone(4, 5),
            gone(5, 6),
        ])
    });
    fresh.tell(|tx| tx.drop_maps(ACCOUNT, &phone(), &card(), &[ItemId(1), ItemId(77)]));
    assert_eq!(left(), [2, 3, 4, 5]);
    fresh.tell(|tx| tx.drop_gone_maps(ACCOUNT, &phone(), &card(), Rev(5)));
    assert_eq!(left(), [2, 3, 5]);
    fresh.tell(|tx| tx.drop_maps_of_other_sessions(ACCOUNT, &phone(), &card(), 2));
    assert_eq!(left(), [3, 5]);
}
