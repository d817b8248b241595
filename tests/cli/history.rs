//! What items were, what lost a conflict, and the way back: as an admin sees and does it.

use anchorage::client::Device;
use anchorage::ids::Luid;
use anchorage::sync::Guard;
use serde_json::{Value, json};

use crate::home::Home;
use crate::scene::{BOOK, Scene, phone};

fn card(name: &str, number: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;{name}\r\nTEL;CELL:{number}\r\nEND:VCARD\r\n")
}

/// A phone with one contact, whose number it has changed once.
fn with_two_versions() -> (Scene, Device, Luid) {
    let mut scene = Scene::new(Guard::default());
    let mut first = phone("first");
    let luid = first.store_mut(BOOK).unwrap().add(card("Jane", "1"));
    scene.sync(&mut first);
    edit(&mut first, &luid, "2");
    scene.sync(&mut first);
    (scene, first, luid)
}

fn edit(phone: &mut Device, luid: &Luid, number: &str) {
    assert!(
        phone
            .store_mut(BOOK)
            .unwrap()
            .replace(luid, card("Jane", number))
    );
}

fn on(phone: &Device) -> Vec<String> {
    let items = phone.store(BOOK).unwrap().items();
    items
        .map(|(_, content)| String::from_utf8(content.body.clone()).unwrap())
        .collect()
}

fn versions(home: &Home) -> Vec<Value> {
    home.json(&["item", "log", "alice", "1"])
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn the_log_of_an_item_says_who_wrote_what_and_when() {
    let (scene, _, _) = with_two_versions();
    let rows = versions(&scene.home);
    let became: Vec<_> = rows
        .iter()
        .map(|row| row["became"].as_str().unwrap())
        .collect();
    assert_eq!(became, ["superseded", "is current"]);
    assert_eq!(
        (&rows[0]["writer"], &rows[0]["title"]),
        (&json!("first"), &json!("Jane Doe"))
    );
    let session = rows[0]["session"].to_string();
    let shown = scene.home.json(&["session", "show", "alice", &session]);
    assert_eq!(
        shown["device"],
        json!("first"),
        "the session in which it was superseded: {shown}"
    );
    assert_eq!(rows[0]["until"], rows[1]["from"]);
}

#[test]
fn versions_are_told_apart_in_decoded_lines() {
    let (scene, _, _) = with_two_versions();
    let told = scene.home.run(&["item", "diff", "alice", "1"]).done();
    assert_eq!(told, "- TEL;TYPE=CELL:1\n+ TEL;TYPE=CELL:2\n");
    let number = versions(&scene.home)[0]["version"].to_string();
    let same = scene
        .home
        .run(&["item", "diff", "alice", "1", &number, &number])
        .done();
    assert_eq!(same, "Both say the same.\n");
    let missing = scene
        .home
        .run(&["item", "diff", "alice", "1", "5"])
        .failed(3);
    assert_eq!(missing, "item 1 has no version 5");
}

#[test]
fn a_restored_item_reaches_the_phone_at_its_next_sync() {
    let (mut scene, mut first, luid) = with_two_versions();
    scene.home.run(&["item", "restore", "alice", "1"]).done();
    scene.sync(&mut first);
    assert_eq!(on(&first), [card("Jane", "1")]);
    assert!(first.store_mut(BOOK).unwrap().delete(&luid));
    scene.sync(&mut first);
    assert_eq!(
        scene.home.json(&["item", "show", "alice", "1"])["deleted"],
        json!(true)
    );
    let told = scene.home.json(&["item", "restore", "alice", "1"]);
    assert_eq!(told["restored"], json!(true));
    scene.sync(&mut first);
    assert_eq!(on(&first), [card("Jane", "1")]);
}

/// Two phones changed the same number; the second one lost.
fn after_a_conflict() -> (Scene, Device, Device) {
    let (mut scene, mut first, luid) = with_two_versions();
    let set = [
        "collection",
        "set",
        "alice",
        BOOK,
        "--conflicts",
        "server-wins",
    ];
    scene.home.run(&set).done();
    let mut second = phone("second");
    scene.sync(&mut second);
    let theirs = second
        .store(BOOK)
        .unwrap()
        .items()
        .next()
        .unwrap()
        .0
        .clone();
    edit(&mut first, &luid, "3");
    edit(&mut second, &theirs, "4");
    scene.sync(&mut first);
    scene.sync(&mut second);
    assert_eq!(on(&second), [card("Jane", "3")]);
    (scene, first, second)
}

#[test]
fn what_lost_a_conflict_is_listed_and_shown() {
    let (scene, ..) = after_a_conflict();
    let list = scene.home.json(&["conflict", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (&list[0]["lost"], &list[0]["won"]),
        (&json!("second"), &json!("first"))
    );
    let shown = scene.home.json(&["conflict", "show", "alice", "1"]);
    assert_eq!(
        shown["differences"],
        json!(["- TEL;TYPE=CELL:3", "+ TEL;TYPE=CELL:4"])
    );
    let none = Home::with_alice();
    assert_eq!(
        none.run(&["conflict", "list"]).done(),
        "No conflict was lost.\n"
    );
}

#[test]
fn a_conflict_swapped_reaches_both_phones_and_can_be_swapped_back() {
    let (mut scene, mut first, mut second) = after_a_conflict();
    for number in ["4", "3"] {
        scene.home.run(&["conflict", "swap", "alice", "1"]).done();
        scene.sync(&mut first);
        scene.sync(&mut second);
        assert_eq!(
            (on(&first), on(&second)),
            (vec![card("Jane", number)], vec![card("Jane", number)])
        );
        assert_eq!(
            scene
                .home
                .json(&["conflict", "list"])
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
    let none = scene
        .home
        .run(&["conflict", "swap", "alice", "1", "--version", "5"])
        .failed(3);
    assert_eq!(none, "version 5 of item 1 lost no conflict");
}

#[test]
fn a_rollback_repairs_what_a_session_did_on_every_phone() {
    let (mut scene, mut first, luid) = with_two_versions();
    let other = first.store_mut(BOOK).unwrap().add(card("Rick", "7"));
    scene.sync(&mut first);
    let mut second = phone("second");
    scene.sync(&mut second);
    // The session to be undone: one changed, one deleted, one made.
    edit(&mut first, &luid, "9");
    assert!(first.store_mut(BOOK).unwrap().delete(&other));
    first.store_mut(BOOK).unwrap().add(card("Spam", "0"));
    scene.sync(&mut first);
    scene.sync(&mut second);
    let bad = scene
        .home
        .json(&["session", "list", "alice", "--device", "first"])[0]["session"]
        .to_string();
    let rollback = [
        "rollback",
        "--user",
        "alice",
        "--collection",
        BOOK,
        "--to",
        &bad,
    ];
    let plan = scene.home.json(&[&rollback[..], &["--dry-run"]].concat());
    let would: Vec<_> = plan
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["would"].as_str().unwrap())
        .collect();
    assert_eq!(would, ["change back", "bring back", "delete"]);
    assert_eq!(on(&second).len(), 2, "a dry run does nothing");
    let told = scene.home.run(&[&rollback[..], &["--yes"]].concat()).done();
    assert_eq!(
        told,
        "3 items are as they were; every device gets them at its next sync.\n"
    );
    for phone in [&mut first, &mut second] {
        scene.sync(phone);
        let mut there = on(phone);
        there.sort();
        assert_eq!(there, [card("Jane", "2"), card("Rick", "7")]);
    }
    let again = scene.home.run(&[&rollback[..], &["--yes"]].concat()).done();
    assert_eq!(again, "Everything is as it was then.\n");
}

#[test]
fn a_rollback_wants_a_time_or_a_session_that_was() {
    let home = Home::with_alice();
    let to = |point| home.run(&["rollback", "--user", "alice", "--yes", "--to", point]);
    assert_eq!(to("7").failed(3), "alice had no session 7");
    assert_eq!(
        to("2026-01-01T00:00:00Z").done(),
        "Everything is as it was then.\n"
    );
    let bad = to("yesterday").0;
    assert_eq!(bad.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("neither a session's number nor a time"));
}
