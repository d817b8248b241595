//! What the store says when a database is away, busy or damaged, and how it comes back.

use std::time::Duration;

use anchorage::ids::Millis;
use anchorage::store::{Options, Store, StoreError};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::common::postgres::Cluster;
use crate::fresh::{ACCOUNT, Fresh, account, card, mapped, phone};

fn impatient() -> Options {
    Options {
        patience: Duration::from_millis(300),
        ..Options::default()
    }
}

#[test]
fn a_server_that_goes_and_comes_back_is_unavailable_only_meanwhile() {
    let cluster = Cluster::start();
    let store = Store::open(&cluster.url(), &impatient()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    store
        .write(|tx| tx.create_account(&account(ACCOUNT, "ada")))
        .unwrap();
    // Several connections, all of which the restart leaves dead.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| store.write(|tx| tx.tick(ACCOUNT, Millis(1))).unwrap());
        }
    });

    cluster.pg_ctl(&["restart", "--mode=immediate"]);
    store.write(|tx| tx.tick(ACCOUNT, Millis(1))).unwrap();

    let cut = store.write(|tx| {
        tx.tick(ACCOUNT, Millis(100))?;
        cluster.pg_ctl(&["restart", "--mode=fast"]);
        tx.tick(ACCOUNT, Millis(200))
    });
    assert!(cut.unwrap_err().is_unavailable());
    let cut = store.write(|tx| {
        tx.tick(ACCOUNT, Millis(300))?;
        cluster.pg_ctl(&["restart", "--mode=immediate"]);
        Ok::<_, StoreError>(())
    });
    assert!(cut.unwrap_err().is_unavailable());

    cluster.pg_ctl(&["stop", "--mode=fast"]);
    for _ in 0..3 {
        assert!(
            store
                .read(|tx| tx.account(ACCOUNT))
                .unwrap_err()
                .is_unavailable()
        );
        assert!(store.ping().unwrap_err().is_unavailable());
    }
    assert!(
        Store::open(&cluster.url(), &impatient())
            .err()
            .unwrap()
            .is_unavailable()
    );

    cluster.pg_ctl(&["start"]);
    let patient = Options::default().patience;
    let until = std::time::Instant::now() + patient;
    while store.ping().is_err() && std::time::Instant::now() < until {}
    assert_eq!(store.write(|tx| tx.tick(ACCOUNT, Millis(0))).unwrap().0, 6);
}

#[test]
fn a_server_that_is_not_there_is_unavailable_and_its_password_not_told() {
    let url = "postgres://ada:secret@/nowhere?host=/nonexistent";
    let error = Store::open(url, &impatient()).err().unwrap();
    assert!(error.is_unavailable());
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        cause.contains("/nonexistent") && !cause.contains("secret"),
        "{cause}"
    );
}

#[test]
fn a_folder_that_is_not_there_is_unavailable() {
    let folder = TempDir::new().unwrap();
    let url = format!(
        "sqlite:{}",
        folder.path().join("none/store.sqlite").display()
    );
    assert!(
        Store::open(&url, &impatient())
            .err()
            .unwrap()
            .is_unavailable()
    );
}

#[test]
fn a_lock_that_is_not_given_is_unavailable_on_postgres() {
    let fresh = Fresh::on_postgres();
    let other = Store::open(fresh.url(), &impatient()).unwrap();
    fresh.tell(|tx| {
        tx.tick(ACCOUNT, Millis(1))?;
        assert!(
            other
                .write(|tx| tx.tick(ACCOUNT, Millis(1)))
                .unwrap_err()
                .is_unavailable()
        );
        Ok(())
    });
    other.write(|tx| tx.tick(ACCOUNT, Millis(1))).unwrap();
}

#[test]
fn a_writer_that_waits_for_itself_is_unavailable_on_sqlite() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:{}", folder.path().join("store.sqlite").display());
    let store = Store::open(&url, &impatient()).unwrap();
    store.migrate("0a1b2c3d").unwrap();
    store
        .write(|_| {
            assert!(
                store
                    .write(|tx| tx.setting("epoch"))
                    .unwrap_err()
                    .is_unavailable()
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(store.write(|tx| tx.setting("epoch")).is_ok());
}

#[test]
fn another_process_writing_to_the_file_is_waited_for() {
    let fresh = Fresh::in_a_file();
    let mut other =
        SqliteConnection::establish(fresh.url().strip_prefix("sqlite:").unwrap()).unwrap();
    other
        .batch_execute("BEGIN IMMEDIATE; UPDATE accounts SET clock = 40")
        .unwrap();
    std::thread::scope(|scope| {
        let tick = scope.spawn(|| fresh.tell(|tx| tx.tick(ACCOUNT, Millis(0))));
        other.batch_execute("COMMIT").unwrap();
        assert_eq!(tick.join().unwrap().0, 41);
    });
}

#[test]
fn a_value_that_is_none_of_ours_is_corrupt() {
    let fresh = Fresh::in_a_file();
    fresh.tell(|tx| tx.put_maps(&[mapped(1, 1)]));
    let mut vandal =
        SqliteConnection::establish(fresh.url().strip_prefix("sqlite:").unwrap()).unwrap();
    vandal
        .batch_execute("UPDATE accounts SET role = 'owner'; UPDATE maps SET state = 99")
        .unwrap();
    assert!(matches!(
        fresh.read(|tx| tx.account(ACCOUNT)),
        Err(StoreError::Corrupt(_))
    ));
    let maps = fresh.read(|tx| tx.maps_by_item(ACCOUNT, &phone(), &card(), &[mapped(1, 1).item]));
    assert!(matches!(maps, Err(StoreError::Corrupt(_))));
    vandal
        .batch_execute(
            "UPDATE accounts SET role = 'user', name = ''; UPDATE maps SET state = 0, luid = x'ff'",
        )
        .unwrap();
    assert!(matches!(
        fresh.read(|tx| tx.account(ACCOUNT)),
        Err(StoreError::Corrupt(_))
    ));
    assert!(matches!(
        fresh.read(|tx| tx.maps_of(ACCOUNT, &phone())),
        Err(StoreError::Corrupt(_))
    ));
}

#[test]
fn a_file_is_written_so_that_a_power_cut_loses_nothing() {
    let fresh = Fresh::in_a_file();
    let mut other =
        SqliteConnection::establish(fresh.url().strip_prefix("sqlite:").unwrap()).unwrap();
    let journal = diesel::dsl::sql::<diesel::sql_types::Text>("PRAGMA journal_mode");
    let journal: String = diesel::RunQueryDsl::get_result(journal, &mut other).unwrap();
    assert_eq!(journal, "wal");
}
