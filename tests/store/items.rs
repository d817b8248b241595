//! Items and revisions.

use anchorage::ids::{AccountId, CollectionId, ItemId, Rev};
use anchorage::item::{MediaType, TwinKey};
use anchorage::store::{Item, StoreError};

use crate::fresh::{ACCOUNT, Fresh, account, contacts, item, phone, revision, tombstone};

pub fn an_item_comes_back_as_it_was_kept(fresh: &Fresh) {
    let mut odd = tombstone(2, 8);
    odd.writer = Some(phone());
    odd.content.body = Vec::new();
    odd.content.media_type = MediaType::new("text/calendar");
    odd.twin_key = TwinKey(i64::MIN);
    let kept = [item(1, 7), odd];
    fresh.tell(|tx| tx.put_items(&kept));
    assert_eq!(
        fresh.ask(|tx| tx.items(ACCOUNT, &[ItemId(2), ItemId(3), ItemId(1), ItemId(2)])),
        kept
    );
}

pub fn an_item_kept_again_is_replaced(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_items(&[item(1, 7)]));
    let moved = Item {
        collection: CollectionId::parse("notes").unwrap(),
        created_seq: Rev(1),
        writer: Some(phone()),
        twin_key: TwinKey(77),
        ..tombstone(1, 9)
    };
    fresh.tell(|tx| tx.put_items(std::slice::from_ref(&moved)));
    assert_eq!(fresh.ask(|tx| tx.items(ACCOUNT, &[ItemId(1)])), [moved]);
}

pub fn of_one_item_kept_twice_at_once_the_last_stands(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_items(&[item(1, 7), item(2, 7), tombstone(1, 7)]));
    assert_eq!(
        fresh.ask(|tx| tx.items(ACCOUNT, &[ItemId(1)])),
        [tombstone(1, 7)]
    );
}

pub fn a_twin_key_is_made_anew_for_the_item_as_it_was_alone(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_items(&[item(1, 7), item(2, 7), tombstone(3, 8)]));
    let all = fresh.ask(|tx| tx.items_after(ACCOUNT, ItemId(0), 10));
    assert_eq!(all, [item(1, 7), item(2, 7), tombstone(3, 8)]);
    assert_eq!(
        fresh.ask(|tx| tx.items_after(ACCOUNT, ItemId(1), 1)),
        all[1..2]
    );
    let put =
        |id, seq| fresh.tell(|tx| tx.put_twin_key(ACCOUNT, ItemId(id), Rev(seq), TwinKey(77)));
    assert!(put(1, 7));
    assert!(!put(2, 6), "it was written since");
    assert!(!put(9, 7), "there is no such item");
    let renewed = Item {
        twin_key: TwinKey(77),
        ..item(1, 7)
    };
    let all = fresh.ask(|tx| tx.items_after(ACCOUNT, ItemId(0), 10));
    assert_eq!(all, [renewed, item(2, 7), tombstone(3, 8)]);
}

pub fn an_item_of_no_account_is_refused(fresh: &Fresh) {
    let orphan = Item {
        account: AccountId(404),
        ..item(1, 1)
    };
    let refused = fresh.write(|tx| tx.put_items(&[orphan]));
    assert!(matches!(refused, Err(StoreError::Missing("account"))));
}

pub fn items_of_an_account_are_its_alone(fresh: &Fresh) {
    let bob = AccountId(2);
    let his = Item {
        account: bob,
        ..item(1, 3)
    };
    fresh.tell(|tx| {
        tx.create_account(&account(bob, "bob"))?;
        tx.put_items(&[item(1, 7), his.clone()])
    });
    assert_eq!(fresh.ask(|tx| tx.items(bob, &[ItemId(1)])), [his]);
    assert_eq!(
        fresh.ask(|tx| tx.items(ACCOUNT, &[ItemId(1)])),
        [item(1, 7)]
    );
}

pub fn thousands_of_items_are_kept_and_found_in_a_few_statements(fresh: &Fresh) {
    let many: Vec<_> = (1..=12_000).map(|id| item(id, id)).collect();
    let ids: Vec<_> = many.iter().map(|item| item.id).collect();
    let told = fresh.tell(|tx| {
        tx.put_items(&many)?;
        Ok(tx.tally())
    });
    assert_eq!((told.statements, told.rows_written), (6, 12_000));
    let (found, asked) = fresh.ask(|tx| Ok((tx.items(ACCOUNT, &ids)?, tx.tally())));
    assert_eq!(found, many);
    assert_eq!((asked.statements, asked.rows_read), (3, 12_000));
}

pub fn empty_lists_cost_no_statement(fresh: &Fresh) {
    let tally = fresh.tell(|tx| {
        tx.put_items(&[])?;
        tx.put_revisions(&[])?;
        assert_eq!(tx.items(ACCOUNT, &[])?, []);
        assert_eq!(tx.items_by_twin(ACCOUNT, &[contacts()], &[])?, []);
        assert_eq!(tx.items_by_twin(ACCOUNT, &[], &[TwinKey(1)])?, []);
        Ok(tx.tally())
    });
    assert_eq!(tally.statements, 0);
}

pub fn twins_are_found_among_the_living(fresh: &Fresh) {
    let elsewhere = Item {
        collection: CollectionId::parse("notes").unwrap(),
        ..item(21, 4)
    };
    fresh.tell(|tx| {
        tx.put_items(&[
            item(11, 1),
            item(1, 2),
            tombstone(31, 3),
            elsewhere,
            item(2, 5),
            item(3, 6),
        ])
    });
    let found = fresh.ask(|tx| {
        tx.items_by_twin(
            ACCOUNT,
            &[contacts()],
            &[TwinKey(1), TwinKey(2), TwinKey(1)],
        )
    });
    assert_eq!(found, [item(1, 2), item(2, 5), item(11, 1)]);
}

pub fn a_collection_is_listed_page_by_page(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_items(&[item(1, 9), tombstone(2, 8), item(3, 7), item(4, 6)]));
    let page = |after| {
        let page = fresh.ask(|tx| tx.items_of(ACCOUNT, &contacts(), ItemId(after), 2));
        page.into_iter().map(|item| item.id.0).collect::<Vec<_>>()
    };
    assert_eq!(page(0), [1, 3]);
    assert_eq!(page(3), [4]);
    assert!(page(4).is_empty());
}

pub fn revisions_are_kept_by_reason(fresh: &Fresh) {
    let superseded = revision(1, 5, "superseded");
    let mut lost = revision(1, 5, "lost-conflict");
    fresh.tell(|tx| {
        tx.put_revisions(&[superseded.clone(), lost.clone(), revision(2, 5, "deleted")])
    });
    lost.content.body = b"again".to_vec();
    let older = revision(1, 3, "superseded");
    fresh.tell(|tx| tx.put_revisions(&[lost.clone(), older.clone()]));
    assert_eq!(
        fresh.ask(|tx| tx.revisions(ACCOUNT, ItemId(1))),
        [older.clone(), lost.clone(), superseded.clone()]
    );
    let deleted = revision(2, 5, "deleted");
    assert_eq!(
        fresh.ask(|tx| tx.revisions_of(ACCOUNT, &[ItemId(1), ItemId(2), ItemId(3)])),
        [older.clone(), lost.clone(), superseded.clone(), deleted]
    );
    let losers = |after| fresh.ask(|tx| tx.losers(ACCOUNT, after, 9));
    assert_eq!(losers((ItemId(0), Rev(0))), std::slice::from_ref(&lost));
    assert_eq!(losers((ItemId(1), Rev(5))), []);
    fresh.tell(|tx| tx.drop_revision(&lost));
    assert_eq!(
        fresh.ask(|tx| tx.revisions(ACCOUNT, ItemId(1))),
        [older, superseded]
    );
}

pub fn what_changed_since_is_listed_with_its_tombstones(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_items(&[item(1, 4), tombstone(2, 6), item(3, 7), item(4, 5)]));
    let since = |since, after, limit| {
        let page = fresh.ask(|tx| tx.items_changed(ACCOUNT, &contacts(), Rev(since), after, limit));
        page.iter().map(|item| item.id.0).collect::<Vec<_>>()
    };
    assert_eq!(since(4, ItemId(0), 2), [2, 3]);
    assert_eq!(since(4, ItemId(3), 2), [4]);
    assert!(since(7, ItemId(0), 9).is_empty());
}
