//! Large objects on their way in.

use anchorage::ids::{DeviceId, Millis};
use anchorage::store::{Partial, StoreError};

use crate::fresh::{ACCOUNT, Fresh, card, luid, phone, session};

fn partial(name: &str, have: usize) -> Partial {
    Partial {
        account: ACCOUNT,
        device: phone(),
        datastore: card(),
        luid: luid(name),
        adds: true,
        size: 4_000,
        media_type: Some("text/x-vcard".to_owned()),
        format: None,
        source_parent: Some("folder".to_owned()),
        target_parent: None,
        have: i64::try_from(have).unwrap(),
    }
}

fn body(fresh: &Fresh) -> Vec<u8> {
    fresh.ask(|tx| tx.partial_body(ACCOUNT, &phone(), &card()))
}

fn there(fresh: &Fresh) -> Option<Partial> {
    fresh.ask(|tx| tx.partial(ACCOUNT, &phone(), &card()))
}

pub fn the_pieces_of_an_object_are_joined_in_their_order(fresh: &Fresh) {
    // As many as make their places differ in length: 9 and 10 sort otherwise as words.
    let pieces: Vec<Vec<u8>> = (0..30_u8).map(|at| vec![at, 0, 255]).collect();
    fresh.tell(|tx| tx.begin_partial(&partial("a", 3), &pieces[0]));
    for (at, piece) in pieces.iter().enumerate().skip(1) {
        fresh.tell(|tx| tx.append_partial(&partial("a", at * 3), piece));
    }
    assert_eq!(there(fresh), Some(partial("a", 90)));
    assert_eq!(body(fresh), pieces.concat());
}

pub fn a_piece_without_bytes_changes_nothing(fresh: &Fresh) {
    fresh.tell(|tx| {
        tx.begin_partial(&partial("a", 0), b"")?;
        tx.append_partial(&partial("a", 0), b"")?;
        tx.append_partial(&partial("a", 0), b"x")
    });
    assert_eq!(
        (there(fresh).unwrap().have, body(fresh)),
        (1, b"x".to_vec())
    );
}

pub fn a_new_object_takes_the_place_of_the_one_before(fresh: &Fresh) {
    let of_another = Partial {
        device: DeviceId::parse("tablet").unwrap(),
        ..partial("c", 1)
    };
    fresh.tell(|tx| {
        tx.begin_partial(&of_another, b"t")?;
        tx.begin_partial(&partial("a", 2), b"aa")?;
        tx.append_partial(&partial("a", 2), b"aa")?;
        tx.begin_partial(&partial("b", 1), b"b")
    });
    assert_eq!(
        (there(fresh), body(fresh)),
        (Some(partial("b", 1)), b"b".to_vec())
    );
    fresh.tell(|tx| tx.drop_partial(ACCOUNT, &phone(), &card()));
    assert_eq!((there(fresh), body(fresh)), (None, Vec::new()));
    assert_eq!(
        fresh.ask(|tx| tx.partial_body(ACCOUNT, &of_another.device, &card())),
        b"t"
    );
}

pub fn what_a_device_was_sending_goes_with_its_last_session(fresh: &Fresh) {
    fresh.tell(|tx| {
        tx.insert_session(&session("one", 1))?;
        tx.begin_partial(&partial("a", 1), b"a")?;
        tx.purge_sessions(ACCOUNT, Millis(999))
    });
    assert!(there(fresh).is_some());
    fresh.tell(|tx| tx.purge_sessions(ACCOUNT, Millis(1000)));
    assert_eq!((there(fresh), body(fresh)), (None, Vec::new()));
}

pub fn what_a_device_was_sending_goes_with_device_and_account(fresh: &Fresh) {
    fresh.tell(|tx| {
        tx.begin_partial(&partial("a", 1), b"a")?;
        tx.forget_device(ACCOUNT, &phone())
    });
    assert_eq!((there(fresh), body(fresh)), (None, Vec::new()));
    fresh.tell(|tx| tx.begin_partial(&partial("a", 1), b"a"));
    fresh.tell(|tx| tx.remove_account(ACCOUNT));
    assert_eq!((there(fresh), body(fresh)), (None, Vec::new()));
    let nobody = fresh.write(|tx| tx.begin_partial(&partial("a", 1), b"a"));
    assert!(matches!(nobody, Err(StoreError::Missing("account"))));
}
