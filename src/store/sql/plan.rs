//! Tests: no question of a sync reads a whole table. `SQLite` is asked how it would answer each.

use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::ids::{
    AccountId, CollectionId, DatastoreId, DeviceId, ItemId, Luid, Millis, Rev, SessionToken,
};
use crate::item::{Digest, TwinKey};
use crate::store::{Cursor, Had, Options, Store, StoreError, Tombstones, Tx, Walk, WalkKind};

const NOBODY: AccountId = AccountId(1);

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// How the statements of `work` are carried out, a line a step.
fn plan(work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>) -> Vec<String> {
    let store = Store::open("sqlite::memory:", &Options::default()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let plan = |tx: &mut Tx<'_>| {
        tx.conn()
            .set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    ear.lock().unwrap().push(query.to_string());
                }
            });
        work(tx)?;
        let heard = heard.lock().unwrap().clone();
        let mut steps = Vec::new();
        for statement in heard {
            let (sql, _) = statement.split_once(" -- binds").unwrap();
            steps.extend(tx.ask(diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")))?);
        }
        Ok::<_, StoreError>(steps.into_iter().map(|step: Step| step.detail).collect())
    };
    store.write(plan).unwrap()
}

fn names() -> (DeviceId, DatastoreId, [CollectionId; 2]) {
    let collections = ["calendar", "tasks"].map(|name| CollectionId::parse(name).unwrap());
    (
        DeviceId::parse("phone").unwrap(),
        DatastoreId::parse("card").unwrap(),
        collections,
    )
}

fn kinds() -> [WalkKind; 3] {
    [
        WalkKind::Changed { session: 1 },
        WalkKind::All {
            session: 1,
            named: true,
        },
        WalkKind::Unpaired { session: 1 },
    ]
}

fn plan_of_walk(kind: WalkKind, collections: usize) -> Vec<String> {
    let (device, datastore, all) = names();
    plan(|tx| {
        let walk = Walk {
            tombstones: Tombstones::Sent,
            account: NOBODY,
            device: &device,
            datastore: &datastore,
            collections: &all[..collections],
            types: &[],
            except: None,
            kind,
            after: Cursor::default(),
            upto: Rev(9),
        };
        tx.walk(&walk, 100).map(drop)
    })
}

#[test]
fn a_walk_searches_its_range_of_changes_and_sorts_nothing() {
    let page = [
        "SEARCH items USING INDEX items_by_seq (account_id=? AND collection_id=? AND seq>? AND seq<?)",
        "SEARCH maps USING INDEX sqlite_autoindex_maps_1 (account_id=? AND item_id=? AND device_id=? AND datastore=?) LEFT-JOIN",
    ];
    for kind in kinds() {
        assert_eq!(plan_of_walk(kind, 1), page, "{kind:?}");
        assert_eq!(plan_of_walk(kind, 2), [page, page].concat(), "{kind:?}");
    }
}

#[test]
fn what_is_pending_is_searched_by_its_state() {
    let (device, datastore, _) = names();
    let steps = plan(|tx| tx.pending(NOBODY, &device, &datastore, 1, 100).map(drop));
    assert!(
        steps[0].starts_with("SEARCH maps USING INDEX maps_by_state (account_id=? AND state=? AND device_id=? AND datastore=?)"),
        "{steps:?}"
    );
    assert!(
        steps[1].starts_with("SEARCH items USING INDEX sqlite_autoindex_items_1"),
        "{steps:?}"
    );
}

#[test]
fn no_question_of_a_sync_reads_a_whole_table() {
    let (device, datastore, collections) = names();
    let (luid, token) = (Luid::parse("1").unwrap(), SessionToken::parse("t").unwrap());
    let steps = plan(|tx| {
        tx.account(NOBODY)?;
        tx.device(NOBODY, &device)?;
        tx.count_auth(NOBODY, &device, 1)?;
        tx.collections(NOBODY)?;
        tx.items(NOBODY, &[ItemId(1), ItemId(2)])?;
        tx.items_by_twin(NOBODY, &collections, &[TwinKey(1), TwinKey(2)])?;
        tx.items_in(NOBODY, &[ItemId(1), ItemId(2)])?;
        tx.maps_in(NOBODY, &device, &datastore, &[ItemId(1), ItemId(2)])?;
        tx.items_of(NOBODY, &collections[0], ItemId(0), 10)?;
        tx.items_after(NOBODY, ItemId(0), 10)?;
        tx.put_twin_key(NOBODY, ItemId(1), Rev(1), TwinKey(1))?;
        tx.revisions(NOBODY, ItemId(1))?;
        let had = |item| Had {
            item: ItemId(item),
            seq: Rev(1),
            digest: Digest(1),
        };
        tx.bases(NOBODY, &[had(1), had(2)])?;
        tx.maps_by_luid(NOBODY, &device, &datastore, std::slice::from_ref(&luid))?;
        tx.maps_by_item(NOBODY, &device, &datastore, &[ItemId(1), ItemId(2)])?;
        tx.release_luids(NOBODY, &device, &datastore, std::slice::from_ref(&luid))?;
        tx.drop_maps(NOBODY, &device, &datastore, &[ItemId(1)])?;
        tx.drop_maps_of_other_sessions(NOBODY, &device, &datastore, 1)?;
        tx.drop_gone_maps(NOBODY, &device, &datastore, Rev(1))?;
        tx.peers(NOBODY, &device)?;
        tx.session(NOBODY, &token)?;
        tx.live_sessions(NOBODY, &device)?;
        tx.end_sessions(NOBODY, &device, &token)?;
        tx.purge_sessions(NOBODY, Millis(1))?;
        tx.unstage(NOBODY, &device, &datastore, std::slice::from_ref(&luid))?;
        tx.staged(NOBODY, &device, &datastore, Some(&luid), 10)?;
        tx.drop_staged(NOBODY, &device, &datastore)?;
        tx.release_offers(NOBODY, &device, &datastore, 1, Some(ItemId(1)))?;
        tx.too_large(NOBODY, &device, &datastore, 10, 10)?;
        tx.unnamed_offers(NOBODY, &device, &datastore, 10)?;
        tx.revision_since(NOBODY, ItemId(1), Rev(1))?;
        tx.past_states(NOBODY, &device, Millis(1), 9)?;
        tx.partial(NOBODY, &device, &datastore)?;
        tx.partial_body(NOBODY, &device, &datastore)?;
        tx.drop_partial(NOBODY, &device, &datastore)?;
        tx.log(NOBODY, Some(&device), 10)?;
        tx.log_of_session(NOBODY, 1)?;
        tx.setting("epoch").map(drop)
    });
    assert!(steps.len() >= 25);
    for step in steps {
        assert!(!step.contains("SCAN"), "{step}");
    }
}
