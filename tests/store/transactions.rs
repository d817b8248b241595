//! Transactions: all or nothing, one after another, counted.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use anchorage::ids::{AccountId, Millis, Rev};
use anchorage::store::{Kind, Options, Store, StoreError, Tally, Tx};

use crate::fresh::{ACCOUNT, Fresh, account, item};

fn clock(fresh: &Fresh) -> Rev {
    fresh.ask(|tx| tx.account(ACCOUNT)).unwrap().clock
}

#[derive(Debug)]
enum Refused {
    ByUs,
    ByStore,
}

impl From<StoreError> for Refused {
    fn from(_: StoreError) -> Self {
        Self::ByStore
    }
}

pub fn what_failed_never_happened(fresh: &Fresh) {
    let refused = fresh.write(|tx| {
        tx.tick(ACCOUNT, Millis(7))?;
        Err::<(), _>(Refused::ByUs)
    });
    assert!(matches!(refused, Err(Refused::ByUs)));
    assert_eq!(clock(fresh), Rev(0));
}

pub fn what_panicked_never_happened(fresh: &Fresh) {
    for _ in 0..20 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            fresh.write(|tx| -> Result<(), StoreError> {
                tx.tick(ACCOUNT, Millis(7))?;
                resume_unwind(Box::new("a bug"))
            })
        }));
        assert!(panicked.is_err());
    }
    assert_eq!(clock(fresh), Rev(0));
    fresh.tell(|tx| tx.tick(ACCOUNT, Millis(1)));
}

pub fn a_read_cannot_write(fresh: &Fresh) {
    let tried = fresh.read(|tx| tx.tick(ACCOUNT, Millis(7)));
    assert!(matches!(tried, Err(StoreError::Other(_))));
    assert_eq!(clock(fresh), Rev(0));
}

pub fn what_is_undone_to_a_savepoint_never_happened(fresh: &Fresh) {
    let made = |tx: &mut Tx<'_>, id, name: &str| tx.create_account(&account(AccountId(id), name));
    fresh.tell(|tx| {
        made(tx, 2, "before")?;
        let outer = tx.savepoint()?;
        made(tx, 3, "kept")?;
        let inner = tx.savepoint()?;
        made(tx, 4, "undone")?;
        tx.undo(inner)?;
        tx.keep(outer)?;
        let again = tx.savepoint()?;
        made(tx, 5, "undone too")?;
        tx.undo(again)?;
        made(tx, 4, "after")
    });
    let names = |tx: &mut Tx<'_>| {
        let all = tx.accounts()?.into_iter();
        Ok(all.map(|one| one.name.to_string()).collect::<Vec<_>>())
    };
    let mut names = fresh.ask(names);
    names.retain(|name| name != "ada");
    names.sort();
    assert_eq!(names, ["after", "before", "kept"]);
}

pub fn a_savepoint_does_not_mend_a_transaction_that_failed(fresh: &Fresh) {
    let ended = fresh.write(|tx| {
        let mark = tx.savepoint()?;
        tx.create_account(&account(AccountId(2), "bob"))?;
        let twice = tx.create_account(&account(AccountId(2), "bob"));
        assert!(matches!(twice, Err(StoreError::Duplicate(_))));
        tx.undo(mark)
    });
    assert!(matches!(ended, Err(StoreError::Other(_))));
    assert_eq!(fresh.ask(|tx| tx.account(AccountId(2))), None);
}

pub fn a_failed_statement_ends_its_transaction(fresh: &Fresh) {
    let ended = fresh.write(|tx| {
        tx.tick(ACCOUNT, Millis(7))?;
        assert!(matches!(
            tx.create_account(&account(AccountId(2), "ada")),
            Err(StoreError::Duplicate(_))
        ));
        assert!(matches!(tx.account(ACCOUNT), Err(StoreError::Other(_))));
        Ok::<_, StoreError>(())
    });
    assert!(matches!(ended, Err(StoreError::Other(_))));
    assert_eq!(clock(fresh), Rev(0));
}

pub fn a_reader_sees_one_moment(fresh: &Fresh) {
    // A database in memory has one connection, so nobody can write meanwhile.
    if fresh.url() == "sqlite::memory:" {
        return assert_eq!(clock(fresh), Rev(0));
    }
    let (before, after) = fresh.ask(|tx| {
        let before = tx.account(ACCOUNT)?.unwrap().clock;
        fresh.tell(|other| other.tick(ACCOUNT, Millis(7)));
        Ok((before, tx.account(ACCOUNT)?.unwrap().clock))
    });
    assert_eq!((before, after), (Rev(0), Rev(0)));
    assert_eq!(clock(fresh), Rev(7));
}

pub fn many_writers_of_one_account_take_turns(fresh: &Fresh) {
    let ticks: Vec<Vec<Rev>> = thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let tick = |tx: &mut Tx<'_>| {
                        let seq = tx.tick(ACCOUNT, Millis(0))?;
                        let last = tx.items(ACCOUNT, &[anchorage::ids::ItemId(1)])?;
                        assert!(last.iter().all(|item| item.seq.0 + 1 == seq.0));
                        tx.put_items(&[item(1, seq.0)])?;
                        Ok(seq)
                    };
                    (0..50).map(|_| fresh.tell(tick)).collect()
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    });
    assert!(ticks.iter().all(|of_one| of_one.is_sorted()));
    let mut all = ticks.concat();
    all.sort();
    assert_eq!(all, (1..=400).map(Rev).collect::<Vec<_>>());
}

pub fn writers_of_different_accounts_all_succeed(fresh: &Fresh) {
    thread::scope(|scope| {
        for n in 1..=8 {
            scope.spawn(move || {
                let id = AccountId(n);
                fresh.tell(|tx| tx.create_account(&account(id, &format!("user {n}"))));
                for _ in 0..20 {
                    fresh.tell(|tx| tx.tick(id, Millis(0)));
                    fresh.ask(|tx| tx.collections(id));
                }
            });
        }
    });
    assert!(
        fresh
            .accounts()
            .iter()
            .all(|one| one.id == ACCOUNT || one.clock == Rev(20))
    );
}

pub fn every_statement_and_row_is_counted(fresh: &Fresh) {
    let before = fresh.tally();
    let told = fresh.tell(|tx| {
        assert_eq!(tx.tally(), Tally::default());
        tx.tick(ACCOUNT, Millis(1))?;
        tx.put_items(&[item(1, 1), item(2, 1), item(3, 1)])?;
        tx.items(ACCOUNT, &[item(1, 1).id, item(2, 1).id])?;
        Ok(tx.tally())
    });
    assert_eq!(
        told,
        Tally {
            statements: 3,
            rows_read: 3,
            rows_written: 4
        }
    );
    let after = fresh.tally();
    assert_eq!(after.statements - before.statements, 3);
    assert_eq!(after.rows_read - before.rows_read, 3);
    assert_eq!(after.rows_written - before.rows_written, 4);
    fresh.ping().unwrap();
    assert_eq!(fresh.tally(), after);
}

pub fn migrating_again_changes_nothing(fresh: &Fresh) {
    fresh.migrate("another").unwrap();
    assert_eq!(
        fresh.ask(|tx| tx.setting("epoch")).as_deref(),
        Some("0a1b2c3d")
    );
    assert!(fresh.ask(|tx| tx.account(ACCOUNT)).is_some());
}

pub fn many_may_migrate_at_once(fresh: &Fresh) {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let other = Store::open(fresh.url(), &Options::default()).unwrap();
                assert_eq!(
                    other.kind(),
                    if fresh.url().starts_with("sqlite") {
                        Kind::Sqlite
                    } else {
                        Kind::Postgres
                    }
                );
                other.migrate("another").unwrap();
            });
        }
    });
    assert_eq!(
        fresh.ask(|tx| tx.setting("epoch")).as_deref(),
        Some("0a1b2c3d")
    );
}
