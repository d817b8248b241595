//! Items from files, and to files.

use std::fs;
use std::process::Stdio;

use serde_json::json;

use crate::home::Home;

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane\r\nTEL:1\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nVERSION:3.0\r\nN:Roe;Rick;;;\r\nFN:Rick Roe\r\nEND:VCARD\r\n";
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n\
                        BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Lunch\r\nDTSTART:20240101T120000Z\r\nEND:VEVENT\r\n\
                        BEGIN:VTODO\r\nUID:2\r\nSUMMARY:Pay\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";

#[test]
fn files_are_imported_and_the_same_again_are_left_out() {
    let home = Home::with_alice();
    home.file("in/people.vcf", CARDS);
    home.file("in/sub/plans.ics", CALENDAR);
    home.file("in/note.txt", "Buy milk\n");
    home.file("in/photo.jpg", "\u{0}");
    let folder = home.path("in").display().to_string();
    let told = home.json(&["import", "alice", &folder]);
    assert_eq!(
        told["imported"],
        json!({"calendar": 1, "contacts": 2, "notes": 1, "tasks": 1})
    );
    let told = home.json(&["import", "alice", &folder]);
    assert_eq!(
        (&told["imported"], &told["already_there"]),
        (&json!({}), &json!(5))
    );
    assert_eq!(
        home.json(&["user", "show", "alice"])["items"],
        json!({"calendar": 1, "contacts": 2, "email": 0, "files": 0, "notes": 1, "tasks": 1})
    );
    let items = home.json(&["item", "list", "alice", "contacts"]);
    assert_eq!(items[0]["title"], json!("Jane Doe"));
    let number = items[0]["item"].to_string();
    let raw = home
        .run(&["item", "show", "alice", &number, "--raw"])
        .done();
    assert_eq!(raw, CARDS.split_inclusive("END:VCARD\r\n").next().unwrap());
    assert_eq!(
        home.json(&["item", "show", "alice", &number])["text"],
        json!(raw)
    );
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_imported() {
    let home = Home::with_alice();
    let cut = home.file("cut.vcf", &CARDS[..CARDS.len() - 10]);
    let ran = home.run(&["import", "alice", &cut]);
    assert_eq!(
        String::from_utf8_lossy(&ran.0.stdout),
        "1 imported into contacts.\n"
    );
    assert_eq!(ran.failed(1), format!("1 could not be read, in {cut}"));
    let photo = home.file("photo.jpg", "x");
    assert_eq!(
        home.run(&["import", "alice", &photo]).failed(2),
        format!("{photo} is not a .vcf, .vnt, .ics, .vcs or .txt file")
    );
    assert!(
        home.run(&["import", "alice", "/nonexistent.vcf"])
            .failed(3)
            .starts_with("cannot read /nonexistent.vcf: ")
    );
    assert_eq!(
        home.run(&["import", "nobody", &cut]).failed(3),
        "there is no user nobody"
    );
}

#[test]
fn more_items_than_one_transaction_takes_are_imported_once_each() {
    let home = Home::with_alice();
    let card = |n: usize| {
        format!(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Person;{}\r\nEND:VCARD\r\n",
            n % 1100
        )
    };
    let many: String = (0..1200).map(card).collect();
    let told = home.json(&["import", "alice", &home.file("many.vcf", &many)]);
    assert_eq!(
        (&told["imported"]["contacts"], &told["already_there"]),
        (&json!(1100), &json!(100))
    );
    assert_eq!(
        home.json(&["item", "list", "alice"])
            .as_array()
            .unwrap()
            .len(),
        1100
    );
}

#[test]
fn what_is_exported_can_be_imported_elsewhere() {
    let home = Home::with_alice();
    home.file("in/people.vcf", CARDS);
    home.file("in/plans.ics", CALENDAR);
    home.file("in/note.txt", "Buy milk\n");
    home.run(&["import", "alice", &home.path("in").display().to_string()])
        .done();
    let out = home.path("out").display().to_string();
    assert_eq!(
        home.run(&["export", "alice", &out]).done(),
        format!("5 items exported to {out}.\n")
    );
    home.run(&["user", "add", "bob", "--generate"]).done();
    let told = home.json(&["import", "bob", &out]);
    assert_eq!(
        told["imported"],
        json!({"calendar": 1, "contacts": 2, "notes": 1, "tasks": 1})
    );
    assert_eq!(
        home.run(&["export", "alice", &out]).failed(4),
        format!("{out} is there already; export to a new folder")
    );
}

#[test]
fn a_collection_is_exported_to_one_file_byte_for_byte() {
    let home = Home::with_alice();
    home.run(&[
        "import",
        "alice",
        &home.file("people.vcf", CARDS),
        &home.file("note.txt", "Buy milk\n"),
    ])
    .done();
    assert_eq!(
        home.run(&["export", "alice", "-", "--collection", "contacts"])
            .done(),
        CARDS
    );
    let file = home.path("all.vcf").display().to_string();
    home.run(&["export", "alice", &file, "--collection", "contacts"])
        .done();
    assert_eq!(fs::read_to_string(&file).unwrap(), CARDS);
    assert_eq!(
        home.run(&["export", "alice", &file, "--collection", "contacts"])
            .failed(4),
        format!("{file} is there already")
    );
    let told = home
        .run(&["export", "alice", "-", "--collection", "notes"])
        .failed(2);
    assert_eq!(
        told,
        "items of type text/plain cannot be told apart in one file; use --format files"
    );
}

#[test]
fn a_reader_who_leaves_ends_the_command_in_peace() {
    let home = Home::with_alice();
    let cards =
        (0..3000).map(|n| format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Person;{n}\r\nEND:VCARD\r\n"));
    let many = cards.collect::<Vec<_>>().concat();
    home.run(&["import", "alice", &home.file("many.vcf", &many)])
        .done();
    let mut child = home
        .command(&["item", "list", "alice"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
}
