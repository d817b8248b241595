//! Whole sessions against a server by rote.

mod fake;
mod faults;
mod kit;
mod resumes;
mod sizes;
mod strictness;

use fake::Fake;
use kit::{BOTH, RESP, URL, card, change, codes, device, names, outline, with};

use super::*;
use crate::codec::Version;
use crate::ids::{Luid, Millis};
use crate::message::{AlertCode, Chal, ChangeKind, Command, Meta, StatusCode};

const NOW: Millis = Millis(1_136_171_045_000);

fn sync(device: &mut Device, fake: &mut Fake, mode: Mode) -> Result<Summary, Box<Failed>> {
    device.sync(&[("./c", mode)], NOW, |exchange| fake.post(exchange))
}

/// A session that ends well and in which the server did nothing wrong.
fn well(device: &mut Device, fake: &mut Fake, mode: Mode) -> Summary {
    let summary = sync(device, fake, mode).unwrap();
    assert_eq!(summary.violations, Vec::<String>::new());
    summary
}

fn contacts(device: &mut Device) -> &mut Store {
    device.store_mut("./c").unwrap()
}

/// A device that has synced two cards, `a` (1) and `b` (2), before.
fn synced(mut device: Device) -> Device {
    contacts(&mut device).add(card("a"));
    contacts(&mut device).add(card("b"));
    well(&mut device, &mut Fake::new(), Mode::Slow);
    assert_eq!(device.store("./c").unwrap().pending().count(), 0);
    device
}

/// The server of its next session.
fn again() -> Fake {
    let mut fake = Fake::new();
    fake.anchor = crate::message::AnchorPair {
        last: Some("S1".into()),
        next: "S2".into(),
    };
    fake
}

/// Gives the Status for this command another code.
fn refuse(reply: &mut crate::message::Message, name: &str, code: StatusCode) {
    for command in &mut reply.body {
        if let Command::Status(status) = command
            && status.cmd == name
        {
            status.code = Some(code);
        }
    }
}

fn luid(number: u32) -> Luid {
    Luid::from(number)
}

#[test]
fn a_two_way_sync_takes_three_messages_and_leaves_nothing_pending() {
    for encoding in BOTH {
        for version in [Version::V10, Version::V11, Version::V12] {
            let mut device = synced(with(|p| (p.encoding, p.version) = (encoding, version)));
            contacts(&mut device).add(card("c"));
            contacts(&mut device).replace(&luid(1), card("a2"));
            contacts(&mut device).delete(&luid(2));
            let mut fake = again();
            fake.updates = vec![vec![
                change(ChangeKind::Add, "800", &card("d")),
                change(ChangeKind::Replace, "1", &card("a3")),
            ]];
            if version == Version::V10 {
                fake.spoil = Box::new(|_, reply| {
                    for command in &mut reply.body {
                        if let Command::Sync(sync) = command {
                            sync.number_of_changes = None;
                        }
                    }
                });
            }
            let summary = well(&mut device, &mut fake, Mode::TwoWay);
            let flow: Vec<_> = fake.heard.iter().map(outline).collect();
            assert_eq!(
                flow,
                [
                    "Alert 200, Get, Final",
                    "Sync[Replace Delete Add], Final",
                    "Map, Final"
                ]
            );
            assert_eq!(names(&device), ["a3", "c", "d"]);
            assert_eq!(fake.maps, [("800".to_owned(), "4".to_owned())]);
            assert_eq!(
                (summary.stores[0].sent.all(), summary.stores[0].taken.all()),
                (3, 2)
            );
            assert_eq!(
                codes(&fake.heard[2]),
                ["SyncHdr 200", "Sync 200", "Add 201", "Replace 200"]
            );
            let store = contacts(&mut device);
            assert_eq!((store.pending().count(), store.unmapped.len()), (0, 0));
            assert_eq!(
                (store.last.clone(), store.server_last.as_deref()),
                (Some((NOW.0 + 1).to_string()), Some("S2"))
            );
        }
    }
}

#[test]
fn each_mode_sends_what_it_is_for() {
    let table = [
        (Mode::TwoWay, "Sync[Delete Add], Final", 3),
        (Mode::Slow, "Sync[Replace Replace], Final", 3),
        (Mode::OneWayFromClient, "Sync[Delete Add], Final", 2),
        (Mode::RefreshFromClient, "Sync[Replace Replace], Final", 2),
        (Mode::OneWayFromServer, "Sync[], Final", 3),
        (Mode::RefreshFromServer, "Sync[], Final", 3),
    ];
    for (mode, package_three, messages) in table {
        let mut device = synced(device());
        contacts(&mut device).delete(&luid(1));
        contacts(&mut device).add(card("c"));
        let mut fake = again();
        fake.updates = vec![vec![change(ChangeKind::Add, "9", &card("s"))]];
        let summary = well(&mut device, &mut fake, mode);
        assert_eq!(
            (outline(&fake.heard[1]).as_str(), summary.messages),
            (package_three, messages),
            "{mode:?}"
        );
        let pending = device.store("./c").unwrap().pending().count();
        assert_eq!(
            pending,
            if mode == Mode::OneWayFromServer { 2 } else { 0 },
            "{mode:?}"
        );
        let expected: &[&str] = match mode {
            Mode::TwoWay | Mode::Slow | Mode::OneWayFromServer => &["b", "c", "s"],
            Mode::OneWayFromClient | Mode::RefreshFromClient => &["b", "c"],
            Mode::RefreshFromServer => &["s"],
        };
        assert_eq!(names(&device), expected, "{mode:?}");
    }
}

#[test]
fn when_the_anchors_do_not_match_everything_is_sent() {
    let mut device = synced(device());
    contacts(&mut device).replace(&luid(1), card("a2"));
    let mut fake = again();
    fake.instead = Some(Mode::Slow);
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(outline(&fake.heard[1]), "Sync[Replace Replace], Final");
    assert_eq!(
        (summary.stores[0].asked, summary.stores[0].mode),
        (Mode::TwoWay, Mode::Slow)
    );
    assert_eq!(device.store("./c").unwrap().pending().count(), 0);
}

#[test]
fn a_server_with_another_last_anchor_is_told_508_and_sent_everything() {
    let mut device = synced(device());
    let mut fake = again();
    fake.anchor.last = Some("S0".into());
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(codes(&fake.heard[1]), ["SyncHdr 200", "Alert 508"]);
    assert_eq!(outline(&fake.heard[1]), "Sync[Replace Replace], Final");
    assert_eq!(summary.stores[0].mode, Mode::Slow);
}

#[test]
fn with_combined_initialization_a_sync_takes_two_messages() {
    let mut device = synced(with(|p| p.opening = Opening::Combined));
    contacts(&mut device).add(card("c"));
    let mut fake = again();
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(outline(&fake.heard[0]), "Alert 200, Get, Sync[Add], Final");
    assert_eq!(
        (
            summary.messages,
            device.store("./c").unwrap().pending().count()
        ),
        (2, 0)
    );
}

#[test]
fn with_combined_initialization_a_mismatch_costs_one_message_more() {
    let mut device = synced(with(|p| p.opening = Opening::Combined));
    contacts(&mut device).add(card("c"));
    let mut fake = again();
    fake.instead = Some(Mode::Slow);
    fake.spoil = Box::new(|number, reply| {
        if number == 1 {
            reply
                .body
                .retain(|command| !matches!(command, Command::Sync(_)));
            refuse(reply, "Sync", StatusCode::RefreshRequired);
            refuse(reply, "Add", StatusCode::OperationCancelled);
        }
    });
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    let flow: Vec<_> = fake.heard.iter().map(outline).collect();
    assert_eq!(
        flow,
        [
            "Alert 200, Get, Sync[Add], Final",
            "Sync[Replace Replace Replace], Final",
            "Final"
        ]
    );
    assert_eq!(
        (
            summary.stores[0].mode,
            summary.stores[0].sent.all(),
            summary.stores[0].refused
        ),
        (Mode::Slow, 3, 0)
    );
}

#[test]
fn with_combined_initialization_a_challenge_and_a_mismatch_are_both_survived() {
    let mut device = synced(with(|p| p.opening = Opening::Combined));
    device.profile.login = Login::WhenAsked;
    contacts(&mut device).add(card("c"));
    let mut fake = again();
    let meta = Meta {
        media_type: Some("syncml:auth-basic".into()),
        ..Meta::default()
    };
    (fake.challenge, fake.instead) = (Some(Chal { meta }), Some(Mode::Slow));
    fake.spoil = Box::new(|number, reply| {
        if number == 2 {
            reply
                .body
                .retain(|command| !matches!(command, Command::Sync(_)));
            refuse(reply, "Sync", StatusCode::RefreshRequired);
        }
    });
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(
        (
            summary.messages,
            summary.stores[0].mode,
            summary.stores[0].sent.all()
        ),
        (4, Mode::Slow, 3)
    );
}

#[test]
fn a_challenge_is_answered_in_its_scheme_within_the_session() {
    for (scheme, nonce, data) in [
        ("syncml:auth-basic", None, "YWxpY2U6czNjcmV0"),
        (
            "syncml:auth-md5",
            Some("YW5jaG9yYWdlLW5vbmNlMQ=="),
            "dX5GNQMefnaSsE3uorPUZQ==",
        ),
    ] {
        let mut device = with(|p| p.login = Login::WhenAsked);
        contacts(&mut device).add(card("a"));
        let mut fake = Fake::new();
        let meta = Meta {
            media_type: Some(scheme.into()),
            next_nonce: nonce.map(str::to_owned),
            ..Meta::default()
        };
        fake.challenge = Some(Chal { meta });
        let summary = well(&mut device, &mut fake, Mode::Slow);
        let headers: Vec<_> = fake.heard.iter().map(|message| &message.header).collect();
        assert_eq!(headers[1].cred.as_ref().unwrap().data, data.as_bytes());
        assert_eq!(
            (
                headers[0].session_id.as_str(),
                headers[1].session_id.as_str()
            ),
            ("1", "1")
        );
        assert_eq!(outline(&fake.heard[0]), outline(&fake.heard[1]));
        assert!(headers[0].cred.is_none() && headers[2].cred.is_none());
        assert_eq!(
            (
                headers[0].target.uri.as_str(),
                headers[1].target.uri.as_str()
            ),
            (URL, RESP)
        );
        assert_eq!(summary.messages, 4);
    }
}

#[test]
fn a_wrong_password_ends_the_session_after_two_challenges() {
    let mut device = device();
    let mut fake = Fake::new();
    fake.spoil = Box::new(|_, reply| {
        let meta = Meta {
            media_type: Some("syncml:auth-basic".into()),
            ..Meta::default()
        };
        reply
            .body
            .retain(|command| matches!(command, Command::Status(_)));
        for command in &mut reply.body {
            if let Command::Status(status) = command {
                status.code = Some(StatusCode::InvalidCredentials);
                status.chal = (status.cmd == "SyncHdr").then(|| Chal { meta: meta.clone() });
            }
        }
    });
    let failed = sync(&mut device, &mut fake, Mode::Slow).unwrap_err();
    assert_eq!(
        failed.reason,
        "the server does not accept user and password (401)"
    );
    assert_eq!((failed.summary.violations.len(), fake.heard.len()), (0, 3));
}

#[test]
fn the_nonce_of_one_session_serves_the_next() {
    let mut device = device();
    let mut fake = Fake::new();
    fake.spoil = Box::new(|number, reply| {
        if let (1, Some(Command::Status(status))) = (number, reply.body.first_mut()) {
            let next_nonce = Some("YW5jaG9yYWdlLW5vbmNlMQ==".into());
            let meta = Meta {
                media_type: Some("syncml:auth-md5".into()),
                next_nonce,
                ..Meta::default()
            };
            status.chal = Some(Chal { meta });
        }
    });
    well(&mut device, &mut fake, Mode::Slow);
    let mut fake = again();
    well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(
        fake.heard[0].header.cred.as_ref().unwrap().data,
        b"dX5GNQMefnaSsE3uorPUZQ=="
    );
}

#[test]
fn cached_maps_are_told_at_the_start_of_the_next_session() {
    let mut device = with(|p| p.maps = Maps::NextSession);
    let mut fake = Fake::sending(vec![change(ChangeKind::Add, "5", &card("a"))]);
    well(&mut device, &mut fake, Mode::Slow);
    assert_eq!(
        (outline(&fake.heard[2]).as_str(), fake.maps.len()),
        ("Final", 0)
    );
    let mut fake = again();
    well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(outline(&fake.heard[1]), "Map, Sync[], Final");
    assert_eq!(fake.maps, [("5".to_owned(), "1".to_owned())]);
}

#[test]
fn an_item_added_and_deleted_before_any_session_was_never_there() {
    let mut device = device();
    let store = contacts(&mut device);
    let luid = store.add(card("a"));
    assert!(store.delete(&luid) && !store.delete(&luid) && !store.replace(&luid, card("b")));
    assert_eq!((store.pending().count(), store.items().count()), (0, 0));
}

#[test]
fn a_session_needs_a_datastore_the_device_has() {
    let failed = device()
        .sync(&[("./x", Mode::Slow)], NOW, |_| Err(Lost(String::new())))
        .unwrap_err();
    assert_eq!(failed.reason, "the device has no datastore \"./x\"");
}

#[test]
fn a_password_is_never_printed() {
    assert!(!format!("{:?}", device()).contains("s3cret"));
}
