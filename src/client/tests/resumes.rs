//! Sessions that are suspended or break off, and those that go on with them.

use super::*;
use crate::client::Resume;
use crate::message::{AlertItem, Message};

/// A device that resumes like this, in XML and without device information.
fn resuming(resume: Resume) -> Device {
    with(|p| (p.resume, p.puts_devinf, p.gets_devinf) = (resume, false, false))
}

/// One that was cut off after this many replies, with ten cards to send in messages that hold few.
fn cut_off(resume: Resume, patience: u32) -> (Device, Fake) {
    let mut device = synced(resuming(resume));
    for number in 0..10 {
        contacts(&mut device).add(card(&format!("card {number} {}", "x".repeat(100))));
    }
    let mut fake = again();
    (fake.max_msg_size, fake.patience) = (2_000, patience);
    sync(&mut device, &mut fake, Mode::TwoWay).unwrap_err();
    (device, fake)
}

/// The server of the session that goes on.
fn goes_on(fake: &Fake) -> Fake {
    let mut next = Fake::new();
    (next.suspended, next.max_msg_size) = (Some(Mode::TwoWay), fake.max_msg_size);
    next.anchor = crate::message::AnchorPair {
        last: Some("S1".into()),
        next: "S3".into(),
    };
    next
}

fn sent(fake: &Fake) -> Vec<String> {
    let mut luids: Vec<_> = fake.items.keys().cloned().collect();
    luids.sort_by_key(String::len);
    luids
}

fn first_alert(fake: &Fake) -> (AlertCode, AlertItem) {
    let first: &Message = fake.heard.first().unwrap();
    let alert = first.body.iter().find_map(|command| {
        let Command::Alert(alert) = command else {
            return None;
        };
        Some((alert.code?, alert.items.first()?.clone()))
    });
    alert.unwrap()
}

#[test]
fn a_device_goes_on_where_the_session_broke_off() {
    // One message of changes was answered, and one arrived.
    let (mut device, cut) = cut_off(Resume::WhereItBroke, 2);
    let had = 10 - sent(&cut).len();
    assert!(had > 0 && had < 10, "{had}");
    let mut fake = goes_on(&cut);
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert!(summary.stores[0].is_resumed);
    let (code, item) = first_alert(&fake);
    assert_eq!(code, AlertCode::Resume);
    assert_eq!(item.meta.anchor.unwrap().last, None);
    // The last message of the cut session arrived, though its answer did not.
    let both: std::collections::BTreeSet<_> = sent(&cut).into_iter().chain(sent(&fake)).collect();
    assert_eq!(both.len(), 10);
    assert!(sent(&fake).len() < 10, "{:?}", sent(&fake));
    assert_eq!(contacts(&mut device).pending().count(), 0);
    assert!(contacts(&mut device).broken.is_none());
}

#[test]
fn a_device_may_go_on_with_all_its_changes_and_its_last_anchor() {
    let (mut device, cut) = cut_off(Resume::FromTheTop, 3);
    let mut fake = goes_on(&cut);
    well(&mut device, &mut fake, Mode::TwoWay);
    let (code, item) = first_alert(&fake);
    assert_eq!(code, AlertCode::Resume);
    assert_eq!(
        item.meta.anchor.unwrap().last.as_deref(),
        Some(NOW.to_string().as_str())
    );
    assert_eq!(sent(&fake).len(), 10);
}

#[test]
fn a_device_goes_on_only_with_what_it_had_begun() {
    let early = cut_off(Resume::WhereItBroke, 0);
    let never = cut_off(Resume::Never, 3);
    let other = cut_off(Resume::WhereItBroke, 3);
    for ((mut device, cut), mode) in [
        (early, Mode::TwoWay),
        (never, Mode::TwoWay),
        (other, Mode::Slow),
    ] {
        let mut fake = goes_on(&cut);
        let summary = well(&mut device, &mut fake, mode);
        assert!(!summary.stores[0].is_resumed);
        assert_eq!(first_alert(&fake).0, mode.code());
    }
}

#[test]
fn a_device_that_may_not_go_on_sends_everything() {
    let (mut device, cut) = cut_off(Resume::WhereItBroke, 3);
    let mut fake = goes_on(&cut);
    fake.suspended = None;
    let summary = well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(summary.stores[0].mode, Mode::Slow);
    assert_eq!(sent(&fake).len(), 12);
}

#[test]
fn a_mode_that_nobody_suspended_is_noticed() {
    let (mut device, cut) = cut_off(Resume::WhereItBroke, 3);
    let mut fake = goes_on(&cut);
    fake.suspended = Some(Mode::OneWayFromClient);
    let summary = sync(&mut device, &mut fake, Mode::TwoWay).unwrap();
    assert_eq!(
        summary.violations.first().map(String::as_str),
        Some(
            "message 1: we go on with TwoWay of ./c, the server says OneWayFromClient with Some(Ok)"
        )
    );
}

#[test]
fn what_the_device_confirmed_must_not_come_again() {
    let add = |guid: &str| change(ChangeKind::Add, guid, &card(guid));
    let mut device = synced(resuming(Resume::WhereItBroke));
    let mut fake = again();
    fake.updates = vec![vec![add("71")], vec![add("72")], vec![add("73")]];
    // The first is answered and mapped, the second answered to nobody's knowledge.
    let spoil = |_: u32, reply: &mut Message| {
        if let Some(Command::Sync(sync)) = reply.body.last_mut() {
            sync.number_of_changes = None;
        }
    };
    fake.spoil = Box::new(spoil);
    fake.patience = 3;
    sync(&mut device, &mut fake, Mode::TwoWay).unwrap_err();
    contacts(&mut device).unmapped.remove("71");
    let mut fake = goes_on(&fake);
    fake.updates = vec![vec![add("71"), add("72"), add("73")]];
    let summary = sync(&mut device, &mut fake, Mode::TwoWay).unwrap();
    assert_eq!(
        summary.violations,
        ["message 2: the Add of \"71\" was confirmed before the session was resumed"]
    );
}

#[test]
fn a_user_who_pauses_is_heard_once_all_is_answered() {
    let mut device = synced(resuming(Resume::WhereItBroke));
    for number in 0..10 {
        contacts(&mut device).add(card(&format!("card {number} {}", "x".repeat(100))));
    }
    let mut fake = again();
    fake.max_msg_size = 2_000;
    let (mut dialogue, mut exchange) =
        Dialogue::open(&mut device, &[("./c", Mode::TwoWay)], NOW).unwrap();
    let failed = loop {
        let reply = fake.post(&exchange).unwrap();
        dialogue.suspend();
        match dialogue.next(&mut device, &reply) {
            Step::Send(next) => exchange = next,
            Step::Done(summary) => panic!("{summary:?}"),
            Step::Failed(failed) => break failed,
        }
    };
    assert_eq!(failed.reason, "the session is suspended");
    assert_eq!(failed.summary.violations, Vec::<String>::new());
    let flow: Vec<_> = fake.heard.iter().skip(1).map(outline).collect();
    assert_eq!(flow.last().map(String::as_str), Some("Alert 224"));
    let had = sent(&fake).len();
    let mut fake = goes_on(&fake);
    well(&mut device, &mut fake, Mode::TwoWay);
    assert_eq!(had + sent(&fake).len(), 10);
}
