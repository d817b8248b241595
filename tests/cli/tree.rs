//! Folders and files of this computer, in and out, and where items lie.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;

use crate::home::Home;

/// A home with a small tree in `docs`.
fn with_docs() -> (Home, String) {
    let home = Home::with_alice();
    home.file("docs/plan & map.txt", "all of it");
    home.file("docs/trip/notes.txt", "Rome");
    home.file("docs/trip/photo.vcf", "\u{0}\r\n ");
    fs::create_dir_all(home.path("docs/empty")).unwrap();
    let plan = fs::File::options()
        .write(true)
        .open(home.path("docs/plan & map.txt"))
        .unwrap();
    plan.set_modified(UNIX_EPOCH + Duration::from_secs(1_136_171_045))
        .unwrap();
    let docs = home.path("docs").display().to_string();
    (home, docs)
}

/// What lies in a folder: path to bytes, `None` for a folder.
fn content(folder: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let (mut all, mut rest) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = rest.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            let body = path.is_file().then(|| fs::read(&path).unwrap());
            if body.is_none() {
                rest.push(path);
            }
            all.insert(name, body);
        }
    }
    all
}

#[test]
fn a_folder_of_this_computer_comes_out_as_it_went_in() {
    let (home, docs) = with_docs();
    let told = home.json(&["import", "alice", "--files", &docs]);
    assert_eq!(told["imported"], json!({"files": 5}));
    let out = home.path("out").display().to_string();
    assert_eq!(
        home.run(&["export", "alice", &out]).done(),
        format!("5 items exported to {out}.\n")
    );
    let files = home.path("out/files");
    assert_eq!(content(&files), content(Path::new(&docs)));
    let modified = fs::metadata(files.join("plan & map.txt"))
        .unwrap()
        .modified();
    let since = modified.unwrap().duration_since(UNIX_EPOCH).unwrap();
    assert_eq!(since, Duration::from_secs(1_136_171_045));
    home.run(&["user", "add", "bob", "--generate"]).done();
    let told = home.json(&["import", "bob", "--files", &files.display().to_string()]);
    assert_eq!(told["imported"], json!({"files": 5}));
}

#[test]
fn the_same_again_is_left_out_and_what_changed_takes_the_place_of_what_was() {
    let (home, docs) = with_docs();
    home.json(&["import", "alice", "--files", &docs]);
    home.file("docs/trip/notes.txt", "Rome and Pisa");
    home.file("docs/trip/new.txt", "new");
    let told = home.json(&["import", "alice", "--files", &docs]);
    assert_eq!(
        (&told["imported"], &told["already_there"]),
        (&json!({"files": 2}), &json!(4))
    );
    let items = home.json(&["item", "list", "alice", "files"]);
    let items = items.as_array().unwrap();
    assert_eq!(items.len(), 6);
    let notes = items.iter().find(|item| item["title"] == "notes.txt");
    let number = notes.unwrap()["item"].to_string();
    let shown = home.json(&["item", "show", "alice", &number]);
    assert_eq!(shown["folder"], json!("trip"));
    assert_eq!(shown["revisions"].as_array().unwrap().len(), 1);
    let out = home.path("out").display().to_string();
    home.run(&["export", "alice", &out]).done();
    assert_eq!(content(&home.path("out/files")), content(Path::new(&docs)));
}

#[test]
fn a_list_says_in_which_folder_each_item_lies() {
    let (home, docs) = with_docs();
    home.file("docs/trip/day one/walk.txt", "far");
    home.json(&["import", "alice", "--files", &docs]);
    let list = home.run(&["item", "list", "alice"]).done();
    let walk = list.lines().find(|line| line.contains("walk.txt")).unwrap();
    assert!(walk.contains("trip/day one"), "{list}");
    assert!(list.starts_with("ITEM"), "{list}");
    let other = Home::with_alice();
    let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane\r\nEND:VCARD\r\n";
    other
        .run(&["import", "alice", &other.file("one.vcf", card)])
        .done();
    let list = other.run(&["item", "list", "alice"]).done();
    assert!(!list.contains("FOLDER"), "{list}");
}

#[test]
fn a_file_alone_is_taken_and_what_is_not_there_is_told() {
    let home = Home::with_alice();
    let photo = home.file("photo.jpg", "x");
    let told = home.json(&["import", "alice", "--files", &photo]);
    assert_eq!(told["imported"], json!({"files": 1}));
    assert!(
        home.run(&["import", "alice", "--files", "/nonexistent"])
            .failed(3)
            .starts_with("cannot read /nonexistent: ")
    );
}

#[cfg(unix)]
#[test]
fn no_link_is_followed_and_a_name_that_is_no_text_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::with_alice();
    home.file("docs/a.txt", "a");
    std::os::unix::fs::symlink("/etc", home.path("docs/link")).unwrap();
    fs::write(home.path("docs").join(OsStr::from_bytes(b"b\xff")), "b").unwrap();
    let docs = home.path("docs").display().to_string();
    let ran = home.run(&["import", "alice", "--files", &docs]);
    assert_eq!(
        String::from_utf8_lossy(&ran.0.stdout),
        "1 imported into files.\n"
    );
    assert!(ran.failed(1).starts_with("1 could not be read, in "));
}
