//! Sessions, the stage, the log.

use anchorage::ids::{DeviceId, Millis};
use anchorage::store::{LogEntry, Session, Staged, StoreError};

use crate::fresh::{ACCOUNT, Fresh, card, log_entry, luid, phone, session, staged, token};

pub fn a_session_is_found_by_its_token(fresh: &Fresh) {
    fresh.tell(|tx| tx.insert_session(&session("one", 1)));
    assert_eq!(
        fresh.ask(|tx| tx.session(ACCOUNT, &token("one"))),
        Some(session("one", 1))
    );
    assert_eq!(fresh.ask(|tx| tx.session(ACCOUNT, &token("two"))), None);
    let again = fresh.write(|tx| tx.insert_session(&session("one", 2)));
    assert!(matches!(again, Err(StoreError::Duplicate(_))));
}

pub fn a_session_whose_last_message_moved_is_not_overwritten(fresh: &Fresh) {
    fresh.tell(|tx| tx.insert_session(&session("one", 1)));
    let second = Session {
        last_msg: 2,
        state: b"later".to_vec(),
        reply: b"<SyncML/>".to_vec(),
        reply_type: "application/vnd.syncml+xml".to_owned(),
        request_hash: 5,
        updated: Millis(11),
        expires: Millis(1001),
        ..session("one", 1)
    };
    assert!(fresh.tell(|tx| tx.update_session(&second, 1)));
    let late = Session {
        last_msg: 2,
        state: b"other".to_vec(),
        ..session("one", 1)
    };
    assert!(!fresh.tell(|tx| tx.update_session(&late, 1)));
    assert_eq!(
        fresh.ask(|tx| tx.session(ACCOUNT, &token("one"))),
        Some(second)
    );
}

pub fn a_session_that_is_over_is_not_continued(fresh: &Fresh) {
    fresh.tell(|tx| tx.insert_session(&session("one", 1)));
    let last = Session {
        last_msg: 2,
        over: true,
        ..session("one", 1)
    };
    assert!(fresh.tell(|tx| tx.update_session(&last, 1)));
    assert!(
        fresh
            .ask(|tx| tx.live_sessions(ACCOUNT, &phone()))
            .is_empty()
    );
    let more = Session {
        last_msg: 3,
        ..session("one", 1)
    };
    assert!(!fresh.tell(|tx| tx.update_session(&more, 2)));
}

pub fn a_newer_session_ends_the_older_ones(fresh: &Fresh) {
    let of_another = Session {
        device: DeviceId::parse("tablet").unwrap(),
        ..session("tablet", 2)
    };
    fresh.tell(|tx| {
        tx.insert_session(&session("new", 3))?;
        tx.insert_session(&session("old", 1))?;
        tx.insert_session(&of_another)
    });
    assert_eq!(
        fresh.ask(|tx| tx.live_sessions(ACCOUNT, &phone())),
        [session("old", 1), session("new", 3)]
    );
    fresh.tell(|tx| tx.end_sessions(ACCOUNT, &phone(), &token("new")));
    assert_eq!(
        fresh.ask(|tx| tx.live_sessions(ACCOUNT, &phone())),
        [session("new", 3)]
    );
    // What it was about stays, for the device may resume it.
    let ended = Session {
        over: true,
        ..session("old", 1)
    };
    assert_eq!(
        fresh.ask(|tx| tx.session(ACCOUNT, &token("old"))),
        Some(ended)
    );
    assert_eq!(
        fresh.ask(|tx| tx.session(ACCOUNT, &token("tablet"))),
        Some(of_another)
    );
}

pub fn expired_sessions_are_purged_with_what_they_staged(fresh: &Fresh) {
    let finished = Session {
        over: true,
        device: DeviceId::parse("laptop").unwrap(),
        expires: Millis(3000),
        ..session("finished", 2)
    };
    let of_another = Staged {
        device: DeviceId::parse("tablet").unwrap(),
        ..staged("a")
    };
    fresh.tell(|tx| {
        tx.insert_session(&session("one", 1))?;
        tx.insert_session(&finished)?;
        tx.put_staged(&[staged("a"), of_another.clone()])
    });
    fresh.tell(|tx| tx.purge_sessions(ACCOUNT, Millis(999)));
    assert!(fresh.ask(|tx| tx.session(ACCOUNT, &token("one"))).is_some());
    fresh.tell(|tx| tx.purge_sessions(ACCOUNT, Millis(1000)));
    assert!(fresh.ask(|tx| tx.session(ACCOUNT, &token("one"))).is_none());
    assert_eq!(
        fresh.ask(|tx| tx.session(ACCOUNT, &token("finished"))),
        Some(finished)
    );
    assert!(
        fresh
            .ask(|tx| tx.staged(ACCOUNT, &phone(), &card(), None, 9))
            .is_empty()
    );
    assert_eq!(
        fresh
            .ask(|tx| tx.staged(ACCOUNT, &of_another.device, &card(), None, 9))
            .len(),
        1
    );
}

pub fn what_a_live_session_staged_survives_a_purge(fresh: &Fresh) {
    let newer = Session {
        expires: Millis(2000),
        ..session("two", 2)
    };
    fresh.tell(|tx| {
        tx.insert_session(&session("one", 1))?;
        tx.insert_session(&newer)?;
        tx.put_staged(&[staged("a")])?;
        tx.purge_sessions(ACCOUNT, Millis(1500))
    });
    assert!(fresh.ask(|tx| tx.session(ACCOUNT, &token("one"))).is_none());
    assert_eq!(
        fresh.ask(|tx| tx.staged(ACCOUNT, &phone(), &card(), None, 9)),
        [staged("a")]
    );
}

pub fn staged_items_are_read_page_by_page(fresh: &Fresh) {
    let names = ["a", "b", "c", "d", "e"];
    fresh.tell(|tx| {
        tx.put_staged(&names.map(staged))?;
        let mut again = staged("b");
        again.content.body = b"again".to_vec();
        tx.put_staged(&[again])?;
        tx.unstage(ACCOUNT, &phone(), &card(), &[luid("d"), luid("unknown")])
    });
    let first = fresh.ask(|tx| tx.staged(ACCOUNT, &phone(), &card(), None, 2));
    assert_eq!(
        first
            .iter()
            .map(|one| one.luid.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(first[1].content.body, b"again");
    let second = fresh.ask(|tx| tx.staged(ACCOUNT, &phone(), &card(), Some(&luid("b")), 9));
    assert_eq!(second, [staged("c"), staged("e")]);
    fresh.tell(|tx| tx.drop_staged(ACCOUNT, &phone(), &card()));
    assert!(
        fresh
            .ask(|tx| tx.staged(ACCOUNT, &phone(), &card(), None, 9))
            .is_empty()
    );
}

pub fn the_log_is_read_newest_first(fresh: &Fresh) {
    let of_another = LogEntry {
        device: DeviceId::parse("tablet").unwrap(),
        ..log_entry(3, 3)
    };
    let notes = LogEntry {
        datastore: "notes".to_owned(),
        ..log_entry(1, 1)
    };
    fresh.tell(|tx| {
        for entry in [&log_entry(1, 1), &notes, &of_another, &log_entry(2, 2)] {
            tx.put_log(std::slice::from_ref(entry))?;
        }
        Ok(())
    });
    assert_eq!(
        fresh.ask(|tx| tx.log(ACCOUNT, None, 2)),
        [of_another, log_entry(2, 2)]
    );
    assert_eq!(
        fresh.ask(|tx| tx.log(ACCOUNT, Some(&phone()), 9)),
        [log_entry(2, 2), notes.clone(), log_entry(1, 1)]
    );
    assert_eq!(
        fresh.ask(|tx| tx.log_of_session(ACCOUNT, 1)),
        [log_entry(1, 1), notes]
    );
}

pub fn a_log_entry_is_replaced_as_the_session_goes_on(fresh: &Fresh) {
    fresh.tell(|tx| tx.put_log(&[log_entry(1, 1)]));
    let done = LogEntry {
        outcome: "done".to_owned(),
        counts: r#"{"added":3}"#.to_owned(),
        ended: Millis(8),
        ..log_entry(1, 1)
    };
    fresh.tell(|tx| tx.put_log(std::slice::from_ref(&done)));
    assert_eq!(fresh.ask(|tx| tx.log(ACCOUNT, None, 9)), [done]);
}

pub fn what_a_device_may_resume_is_found_newest_first(fresh: &Fresh) {
    let over = Session {
        over: true,
        state: b"later".to_vec(),
        ..session("two", 2)
    };
    let expired = Session {
        expires: Millis(5),
        ..session("three", 3)
    };
    fresh.tell(|tx| {
        tx.insert_session(&session("one", 1))?;
        tx.insert_session(&over)?;
        tx.insert_session(&expired)
    });
    let states = |limit| fresh.ask(|tx| tx.past_states(ACCOUNT, &phone(), Millis(5), limit));
    assert_eq!(states(9), [b"later".to_vec(), b"{}".to_vec()]);
    assert_eq!(states(1), [b"later".to_vec()]);
}
