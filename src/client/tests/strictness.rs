//! Each rule a server can break, and the sentence that says so.

use super::*;
use crate::message::{AnchorPair, Get, Item, Message};

/// What a device says of a session in which these replies were spoiled.
fn said(mode: Mode, spoil: impl FnMut(u32, &mut Message) + 'static) -> Vec<String> {
    let mut device = synced(with(|p| p.max_guid_size = 8));
    contacts(&mut device).add(card("c"));
    let mut fake = again();
    fake.updates = vec![vec![change(ChangeKind::Add, "9", &card("s"))]];
    fake.spoil = Box::new(spoil);
    match sync(&mut device, &mut fake, mode) {
        Ok(summary) => summary.violations,
        Err(failed) => failed.summary.violations,
    }
}

/// Spoils the first Sync of the server.
fn in_sync(mut spoil: impl FnMut(&mut crate::message::Sync) + 'static) -> Vec<String> {
    said(Mode::TwoWay, move |_, reply| {
        for command in &mut reply.body {
            if let Command::Sync(sync) = command {
                spoil(sync);
            }
        }
    })
}

/// Spoils the one change of the server.
fn in_change(mut spoil: impl FnMut(&mut crate::message::Change) + 'static) -> Vec<String> {
    in_sync(move |sync| {
        if let Command::Change(change) = &mut sync.commands[0] {
            spoil(change);
        }
    })
}

/// Spoils the Status with this name in the reply of this number.
fn in_status(
    number: u32,
    name: &'static str,
    mut spoil: impl FnMut(&mut crate::message::Status) + 'static,
) -> Vec<String> {
    said(Mode::TwoWay, move |now, reply| {
        for command in &mut reply.body {
            if let Command::Status(status) = command
                && (now, status.cmd.as_str()) == (number, name)
            {
                spoil(status);
            }
        }
    })
}

/// Spoils the Alert of the server.
fn in_alert(mut spoil: impl FnMut(&mut crate::message::Alert) + 'static) -> Vec<String> {
    said(Mode::TwoWay, move |_, reply| {
        for command in &mut reply.body {
            if let Command::Alert(alert) = command {
                spoil(alert);
            }
        }
    })
}

#[test]
fn a_server_that_does_nothing_wrong_is_not_blamed() {
    assert_eq!(said(Mode::TwoWay, |_, _| {}), Vec::<String>::new());
}

#[test]
fn a_server_that_asks_for_device_information_may_answer_it_or_not() {
    for answers in [true, false] {
        let wrong = said(Mode::TwoWay, move |n, reply| {
            let is_answer =
                |c: &Command| matches!(c, Command::Status(status) if status.cmd == "Results");
            if n == 1 {
                let item = Item {
                    target: Some("./devinf12".into()),
                    ..Item::default()
                };
                reply.body.push(Command::Get(Get {
                    cmd_id: "90".into(),
                    items: vec![item],
                    ..Get::default()
                }));
            } else if n == 2 {
                assert!(reply.body.iter().any(is_answer));
                reply.body.retain(|command| answers || !is_answer(command));
            }
        });
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn a_breach_in_a_header_is_noticed() {
    assert_eq!(
        said(Mode::TwoWay, |n, m| if n == 1 {
            m.header.target.uri = "IMEI:2".into();
        }),
        ["message 1: the Target is \"IMEI:2\", not our id"]
    );
    assert_eq!(
        said(Mode::TwoWay, |n, m| if n == 2 {
            m.header.msg_id = "3".into();
        })[0],
        "message 3: the server counts 3 where 2 was next"
    );
    assert_eq!(
        said(Mode::TwoWay, |n, m| if n == 3 {
            m.header.ver_proto = "SyncML/1.1".into();
        }),
        ["message 3: 1.2 and SyncML/1.1 are not our version"]
    );
}

#[test]
fn a_breach_in_a_status_is_noticed() {
    let drop = |number: u32, name: &'static str| {
        said(Mode::TwoWay, move |now, reply| {
            let is_it = |c: &Command| matches!(c, Command::Status(s) if s.cmd == name);
            reply
                .body
                .retain(|command| now != number || !is_it(command));
        })
    };
    assert_eq!(
        drop(2, "Add"),
        ["message 3: no Status for Add 4 of our message 2"]
    );
    assert_eq!(
        drop(3, "Map"),
        ["message 3: no Status for Map 4 of our message 3"]
    );
    assert_eq!(
        drop(2, "SyncHdr")[0],
        "message 2: it does not begin with the Status for the header of our message 2"
    );
    assert_eq!(
        in_status(2, "Add", |s| s.cmd = "Replace".into()),
        ["message 2: the Status for Add 4 calls it \"Replace\""]
    );
    assert_eq!(
        in_status(2, "Add", |s| s.cmd_ref = "77".into())[0],
        "message 2: a Status for Add 77 of message 2, which we never sent"
    );
    assert_eq!(
        in_status(2, "Add", |s| s.cmd_ref = "3".into()),
        [
            "message 2: Sync 3 of message 2 is answered twice",
            "message 2: the Status for Sync 3 calls it \"Add\"",
            "message 3: no Status for Add 4 of our message 2"
        ]
    );
    assert_eq!(
        in_status(1, "Alert", |s| s.items.clear())[0],
        format!(
            "message 1: the Status for the Alert of ./c does not echo Next \"{}\"",
            NOW.0 + 1
        )
    );
}

#[test]
fn a_breach_in_an_alert_is_noticed() {
    assert_eq!(
        in_alert(|a| a.items[0].target = Some("./x".into())),
        [
            "message 1: an Alert for \"./x\", which we did not alert",
            "no Alert of the server answers ours for ./c"
        ]
    );
    assert_eq!(
        in_alert(|a| a.code = Some(Mode::Slow.code())),
        ["message 1: we asked for TwoWay of ./c, the server says Slow without 508"]
    );
    assert_eq!(
        in_alert(|a| a.items[0].source = Some("card".into()))[0],
        "message 1: the Alert for ./c comes from \"card\", not from \"contacts\""
    );
    let no_next = in_alert(|a| {
        a.items[0].meta.anchor = Some(AnchorPair {
            last: Some("S1".into()),
            next: String::new(),
        });
    });
    assert_eq!(
        no_next[1],
        "message 1: the Alert for ./c has no Next anchor"
    );
}

#[test]
fn a_breach_in_a_sync_is_noticed() {
    assert_eq!(
        in_sync(|s| s.source = Some("card".into())),
        ["message 2: the Sync for ./c comes from \"card\""]
    );
    assert_eq!(
        in_sync(|s| s.number_of_changes = Some("2".into())),
        ["message 3: 2 changes were announced for ./c, 1 came"]
    );
    assert_eq!(
        in_sync(|s| s.target = Some("./x".into())),
        [
            "message 2: a Sync for \"./x\", which we did not alert",
            "the server sent no Sync for ./c"
        ]
    );
    assert_eq!(
        in_sync(|s| s.commands.push(s.commands[0].clone()))[0],
        "message 2: two commands have one CmdID"
    );
    let early = said(Mode::OneWayFromClient, |number, reply| {
        if number == 2 {
            let sync = crate::message::Sync {
                cmd_id: "90".into(),
                target: Some("./c".into()),
                source: Some("contacts".into()),
                ..crate::message::Sync::default()
            };
            reply.body.push(Command::Sync(sync));
        }
    });
    assert_eq!(early, ["message 2: a Sync for ./c in OneWayFromClient"]);
}

#[test]
fn a_breach_in_a_change_is_noticed() {
    assert_eq!(
        in_change(|c| c.items[0].target = Some("1".into())),
        ["message 2: the Add of \"1\" is not named by its Source alone"]
    );
    assert_eq!(
        in_change(|c| c.items[0].source = Some("123456789".into())),
        ["message 2: the GUID \"123456789\" is longer than 8"]
    );
    assert_eq!(
        in_change(|c| c.meta.media_type = None),
        ["message 2: \"9\" has no Type"]
    );
    assert_eq!(
        in_change(|c| c.meta.media_type = Some("text/vcard".into())),
        ["message 2: \"9\" is text/vcard, which we do not take"]
    );
    assert_eq!(
        in_change(|c| c.kind = ChangeKind::Replace)[0],
        "message 2: the Replace of \"9\" is not named by its Target alone"
    );
    assert_eq!(
        in_change(|c| c.meta.format = Some("b64".into())),
        ["message 2: \"9\" says b64 and is none"]
    );
    let broken = in_change(|c| c.items[0].more_data = true);
    assert_eq!(broken[0], "message 2: the first chunk of \"9\" has no Size");
    assert!(
        broken.contains(&"message 3: the rest of \"9\" never came".to_owned()),
        "{broken:?}"
    );
}

#[test]
fn a_message_larger_than_we_take_is_noticed() {
    let mut device = with(|p| p.max_msg_size = 3_000);
    let mut fake = Fake::sending(vec![change(
        ChangeKind::Add,
        "9",
        &card(&"x".repeat(4_000)),
    )]);
    let summary = sync(&mut device, &mut fake, Mode::Slow).unwrap();
    assert_eq!(summary.violations.len(), 1, "{:?}", summary.violations);
    assert!(summary.violations[0].ends_with("more than our 3000"));
}

#[test]
fn a_server_that_never_comes_to_an_end_is_left() {
    let mut device = device();
    let mut fake = Fake::new();
    fake.spoil = Box::new(|_, reply| reply.is_final = false);
    let failed = sync(&mut device, &mut fake, Mode::Slow).unwrap_err();
    assert_eq!(
        failed.reason,
        "the server keeps the session open without saying anything"
    );
}

#[test]
fn a_datastore_the_server_refuses_does_not_move_its_anchors() {
    let mut device = synced(device());
    let before = contacts(&mut device).last.clone();
    let mut fake = again();
    fake.spoil = Box::new(|number, reply| {
        if number == 1 {
            reply
                .body
                .retain(|command| !matches!(command, Command::Alert(_)));
            for command in &mut reply.body {
                if let Command::Status(status) = command
                    && status.cmd == "Alert"
                {
                    status.code = Some(StatusCode::NotFound);
                    status.items.clear();
                }
            }
        }
    });
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(
        summary.stores[0].failure.as_deref(),
        Some("the server answered the Alert with 404")
    );
    assert!(!summary.stores[0].is_done);
    assert_eq!(contacts(&mut device).last, before);
}
