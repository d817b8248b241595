//! What lies in folders, on the server and on a device.

use anchorage::ids::{ItemId, Rev};
use anchorage::store::{Item, MapEntry, MapState};

use crate::fresh::{ACCOUNT, Fresh, card, item, mapped, phone, staged, tombstone};

fn in_folder(folder: i64, item: Item) -> Item {
    Item {
        parent: ItemId(folder),
        ..item
    }
}

fn had_in(folder: i64, entry: MapEntry) -> MapEntry {
    MapEntry {
        known_parent: ItemId(folder),
        offered_parent: ItemId(folder + 1),
        ..entry
    }
}

pub fn a_folder_holds_its_living_items(fresh: &Fresh) {
    let kept = [
        item(1, 7),
        in_folder(1, item(2, 7)),
        in_folder(1, tombstone(3, 7)),
        in_folder(2, item(4, 8)),
        in_folder(9, item(5, 8)),
    ];
    fresh.tell(|tx| tx.put_items(&kept));
    let found = fresh.ask(|tx| tx.items_in(ACCOUNT, &[ItemId(1), ItemId(2)]));
    assert_eq!(found, [kept[1].clone(), kept[3].clone()]);
    assert!(fresh.ask(|tx| tx.items_in(ACCOUNT, &[])).is_empty());
    // No folder is no folder to look into.
    assert!(
        fresh
            .ask(|tx| tx.items_in(ACCOUNT, &[ItemId(0)]))
            .is_empty()
    );
}

pub fn a_device_has_in_a_folder_what_it_has_a_name_for(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_items(&[item(1, 7), item(2, 7), item(3, 7), item(4, 7)]));
    let unnamed = MapEntry {
        luid: None,
        state: MapState::AddSent,
        ..mapped(3, 0)
    };
    let kept = [
        had_in(1, mapped(2, 7)),
        had_in(1, unnamed),
        had_in(2, mapped(4, 7)),
    ];
    fresh.tell(|tx| tx.put_maps(&kept));
    let found = fresh.ask(|tx| tx.maps_in(ACCOUNT, &phone(), &card(), &[ItemId(1)]));
    assert_eq!(found, [kept[0].clone()]);
    let moved = had_in(2, mapped(2, 8));
    fresh.tell(|tx| tx.put_maps(std::slice::from_ref(&moved)));
    let found = fresh.ask(|tx| tx.maps_in(ACCOUNT, &phone(), &card(), &[ItemId(2)]));
    assert_eq!(found, [moved, kept[2].clone()]);
    assert_eq!(found[0].known, Rev(8));
}

pub fn a_staged_item_keeps_the_name_of_its_folder(fresh: &Fresh) {
    let mut inside = staged("2");
    inside.parent = Some(staged("1").luid);
    let kept = [staged("1"), inside];
    fresh.tell(|tx| tx.put_staged(&kept));
    let found = fresh.ask(|tx| tx.staged(ACCOUNT, &phone(), &card(), None, 9));
    assert_eq!(found, kept);
}
