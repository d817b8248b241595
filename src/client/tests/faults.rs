//! Lost, late, repeated and refused messages, and edits at the wrong time.

use proptest::prelude::*;

use super::*;

#[test]
fn a_session_cut_anywhere_loses_nothing_and_the_next_one_makes_it_good() {
    for patience in 0..3 {
        let mut device = synced(device());
        contacts(&mut device).add(card("c"));
        contacts(&mut device).delete(&luid(1));
        let add = || vec![vec![change(ChangeKind::Add, "800", &card("d"))]];
        let mut cut = again();
        (cut.updates, cut.patience) = (add(), patience);
        let failed = sync(&mut device, &mut cut, Mode::TwoWay).unwrap_err();
        assert_eq!(failed.reason, "the connection is lost: a tunnel");
        let store = contacts(&mut device);
        assert_eq!(
            (store.pending().count(), store.last.clone()),
            (2, Some(NOW.to_string())),
            "{patience}"
        );
        let was_received = patience == 2;
        assert_eq!(store.unmapped.len(), usize::from(was_received));

        let mut fake = again();
        fake.updates = if was_received { vec![] } else { add() };
        well(&mut device, &mut fake, Mode::TwoWay);
        assert_eq!(fake.heard[0].header.session_id, "3");
        let sent = if was_received {
            "Map, Sync[Delete Add], Final"
        } else {
            "Sync[Delete Add], Final"
        };
        assert_eq!(outline(&fake.heard[1]), sent);
        assert_eq!(
            (fake.maps.len(), names(&device)),
            (1, ["b", "c", "d"].map(str::to_owned).to_vec())
        );
        assert_eq!(device.store("./c").unwrap().pending().count(), 0);
    }
}

#[test]
fn an_item_offered_again_is_not_taken_twice() {
    let mut device = synced(device());
    let mut cut = again();
    (cut.updates, cut.patience) = (vec![vec![change(ChangeKind::Add, "800", &card("d"))]], 2);
    sync(&mut device, &mut cut, Mode::TwoWay).unwrap_err();
    let mut fake = again();
    fake.updates = vec![vec![change(ChangeKind::Add, "800", &card("d2"))]];
    fake.spoil = Box::new(|number, reply| {
        if number == 2 {
            reply.body.retain(
                |command| !matches!(command, Command::Status(status) if status.cmd == "Map"),
            );
        }
    });
    sync(&mut device, &mut fake, Mode::TwoWay).unwrap();
    assert_eq!(names(&device), ["a", "b", "d2"]);
}

#[test]
fn a_message_without_an_answer_is_sent_again_as_it_was() {
    let mut device = with(|p| p.resends = 1);
    contacts(&mut device).add(card("a"));
    let mut fake = Fake::new();
    let mut seen: Vec<Exchange> = vec![];
    let result = device.sync(&[("./c", Mode::Slow)], NOW, |exchange| {
        let is_second = seen.last() == Some(exchange);
        seen.push(exchange.clone());
        if is_second {
            fake.post(exchange)
        } else {
            Err(Lost("a tunnel".into()))
        }
    });
    assert_eq!(result.unwrap().violations, Vec::<String>::new());
    assert_eq!(seen.len(), 6);
}

#[test]
fn a_late_reply_ends_the_session() {
    let mut device = device();
    let mut fake = Fake::new();
    let mut first = None;
    let failed = device
        .sync(&[("./c", Mode::Slow)], NOW, |exchange| match &first {
            None => {
                let reply = fake.post(exchange)?;
                first = Some(reply.clone());
                Ok(reply)
            }
            Some(reply) => Ok(reply.clone()),
        })
        .unwrap_err();
    assert_eq!(failed.reason, "message 1 of the server comes late, after 1");
}

#[test]
fn an_edit_during_the_session_waits_for_the_next_one() {
    let mut device = synced(device());
    contacts(&mut device).replace(&luid(1), card("a2"));
    let mut fake = again();
    fake.updates = vec![vec![change(ChangeKind::Replace, "1", &card("theirs"))]];
    let (mut dialogue, mut exchange) =
        Dialogue::open(&mut device, &[("./c", Mode::TwoWay)], NOW).unwrap();
    let mut replies = 0;
    let summary = loop {
        let reply = fake.post(&exchange).unwrap();
        replies += 1;
        if replies == 2 {
            contacts(&mut device).replace(&luid(1), card("a3"));
        }
        match dialogue.next(&mut device, &reply) {
            Step::Send(next) => exchange = next,
            Step::Done(summary) => break summary,
            Step::Failed(failed) => panic!("{failed}"),
        }
    };
    assert_eq!(
        codes(&fake.heard[2]),
        ["SyncHdr 200", "Sync 200", "Replace 409"]
    );
    assert_eq!(
        (names(&device), summary.stores[0].refused),
        (vec!["a3".to_owned(), "b".to_owned()], 1)
    );
    let pending: Vec<_> = device
        .store("./c")
        .unwrap()
        .pending()
        .map(|(luid, _)| luid.clone())
        .collect();
    assert_eq!(pending, [luid(1)]);
}

#[test]
fn what_the_server_refuses_stays_pending() {
    let mut device = synced(device());
    contacts(&mut device).add(card("c"));
    contacts(&mut device).add(card("d"));
    contacts(&mut device).delete(&luid(1));
    let mut fake = again();
    fake.codes = [
        ("1", StatusCode::ItemNotDeleted),
        ("3", StatusCode::DeviceFull),
    ]
    .map(|(l, c)| (l.into(), c))
    .into();
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(
        (summary.stores[0].sent.all(), summary.stores[0].refused),
        (2, 1)
    );
    let pending: Vec<_> = device
        .store("./c")
        .unwrap()
        .pending()
        .map(|(luid, _)| luid.clone())
        .collect();
    assert_eq!(pending, [luid(3)]);
}

#[test]
fn a_refresh_cut_after_the_wipe_makes_the_next_sync_slow() {
    let mut device = synced(device());
    let mut fake = again();
    fake.updates = vec![vec![change(ChangeKind::Add, "7", &card("s"))], vec![]];
    fake.patience = 2;
    sync(&mut device, &mut fake, Mode::RefreshFromServer).unwrap_err();
    assert_eq!(names(&device), ["s"]);
    let mut fake = again();
    sync(&mut device, &mut fake, Mode::TwoWay).unwrap();
    let Command::Alert(alert) = &fake.heard[0].body[0] else {
        panic!()
    };
    assert_eq!(alert.items[0].meta.anchor.as_ref().unwrap().last, None);
}

#[test]
fn a_busy_server_is_asked_again() {
    let mut device = device();
    contacts(&mut device).add(card("a"));
    let mut fake = Fake::new();
    fake.is_busy = true;
    let summary = well(&mut device, &mut fake, Mode::Slow);
    assert_eq!(outline(&fake.heard[1]), "Alert 221");
    assert_eq!((summary.messages, summary.stores[0].sent.all()), (4, 1));
}

#[test]
fn a_deleted_item_that_was_offered_is_deleted_there_too() {
    let mut device = device();
    let luid = contacts(&mut device).add(card("a"));
    let mut cut = Fake::new();
    cut.patience = 1;
    sync(&mut device, &mut cut, Mode::TwoWay).unwrap_err();
    contacts(&mut device).delete(&luid);
    let mut fake = Fake::new();
    well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(outline(&fake.heard[1]), "Sync[Delete], Final");
}

#[test]
fn a_slow_sync_that_fails_leaves_the_names_of_the_session_before() {
    let mut device = synced(device());
    let mut cut = again();
    (cut.updates, cut.patience) = (vec![vec![change(ChangeKind::Add, "800", &card("d"))]], 2);
    sync(&mut device, &mut cut, Mode::TwoWay).unwrap_err();
    let mut slow = again();
    slow.patience = 1;
    sync(&mut device, &mut slow, Mode::Slow).unwrap_err();
    let mut fake = again();
    well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(outline(&fake.heard[1]), "Map, Sync[], Final");
}

#[test]
fn a_slow_sync_tells_no_name_of_a_session_before() {
    let mut device = synced(device());
    let mut cut = again();
    (cut.updates, cut.patience) = (vec![vec![change(ChangeKind::Add, "800", &card("d"))]], 2);
    sync(&mut device, &mut cut, Mode::TwoWay).unwrap_err();
    let mut fake = again();
    well(&mut device, &mut fake, Mode::Slow);
    assert_eq!(
        (outline(&fake.heard[1]).as_str(), fake.maps.len()),
        ("Sync[Replace Replace Replace], Final", 0)
    );
    assert_eq!(contacts(&mut device).unmapped.len(), 0);
}

proptest! {
    #[test]
    fn whatever_comes_back_the_device_survives_it(
        spoiled in 1..4_u32, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(), wbxml in any::<bool>(),
    ) {
        let encoding = if wbxml { crate::codec::Encoding::Wbxml } else { crate::codec::Encoding::Xml };
        let mut device = synced(with(|p| p.encoding = encoding));
        contacts(&mut device).add(card("c"));
        let mut fake = again();
        fake.updates = vec![vec![change(ChangeKind::Add, "800", &card("d"))]];
        let mut replies = 0;
        let result = device.sync(&[("./c", Mode::TwoWay)], NOW, |exchange| {
            let mut reply = fake.post(exchange)?;
            replies += 1;
            if replies == spoiled {
                let at = at.index(reply.body.len());
                reply.body[at] = byte;
                if cut {
                    reply.body.truncate(at);
                }
            }
            if replies > 8 { Err(Lost("enough".into())) } else { Ok(reply) }
        });
        prop_assert!(contacts(&mut device).items().count() >= 2);
        if result.is_err() || result.is_ok_and(|summary| !summary.stores[0].is_done) {
            prop_assert_eq!(contacts(&mut device).pending().count(), 1);
        }
    }
}
