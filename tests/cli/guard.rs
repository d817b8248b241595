//! Deletions that were held back, as people see them and decide on them. Where the guard's limits come from is a
//! matter of the configuration; here a host with a guard works on the database of the executable.

use anchorage::client::Device;
use anchorage::ids::Luid;
use anchorage::sync::Guard;
use serde_json::json;

use crate::home::Home;
use crate::scene::{self, BOOK, Scene as Stage};

/// The user's database, and a phone that syncs with it.
struct Scene {
    stage: Stage,
    phone: Device,
}

impl Scene {
    /// A phone that had twelve contacts, has deleted all but one, and has told the server.
    fn after_a_mass_deletion() -> Self {
        let stage = Stage::new(Guard {
            percent: 50,
            least: 10,
        });
        let mut scene = Self {
            stage,
            phone: scene::phone("phone"),
        };
        let book = scene.phone.store_mut(BOOK).unwrap();
        let luids: Vec<Luid> = (0..12).map(|number| book.add(card(number))).collect();
        scene.sync();
        let book = scene.phone.store_mut(BOOK).unwrap();
        for luid in &luids[1..] {
            assert!(book.delete(luid));
        }
        scene.sync();
        scene
    }

    fn sync(&mut self) {
        self.stage.sync(&mut self.phone);
    }

    fn home(&self) -> &Home {
        &self.stage.home
    }

    fn contacts(&self) -> usize {
        let items = self.home().json(&["item", "list", "alice", BOOK]);
        items.as_array().unwrap().len()
    }

    fn on_the_phone(&self) -> usize {
        self.phone.store(BOOK).unwrap().items().count()
    }
}

fn card(number: usize) -> String {
    format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:Contact;{number}\r\nEND:VCARD\r\n")
}

#[test]
fn a_held_back_deletion_is_shown_in_plain_words() {
    let scene = Scene::after_a_mass_deletion();
    assert_eq!((scene.contacts(), scene.on_the_phone()), (12, 1));
    let sessions = scene.home().json(&["session", "list", "alice"]);
    assert_eq!(
        sessions[0]["outcome"],
        json!("done, 11 deletions held back")
    );
    let number = sessions[0]["session"].to_string();
    let shown = scene.home().json(&["session", "show", "alice", &number]);
    let counts = &shown["datastores"][0]["counts"];
    assert_eq!(
        (&counts["held_back"], &counts["deleted"]),
        (&json!(11), &json!(0))
    );
    let told = counts["errors"][0].as_str().unwrap();
    assert!(told.starts_with("11 of the 12 items in contacts"), "{told}");
    let device = scene
        .home()
        .run(&["device", "show", "alice", "phone"])
        .done();
    assert!(device.contains("11 deletions in contacts"), "{device}");
    assert!(
        device.contains("anchorage device release alice phone"),
        "{device}"
    );
}

#[test]
fn released_deletions_are_carried_out_once_somebody_said_yes() {
    let mut scene = Scene::after_a_mass_deletion();
    let release = ["device", "release", "alice", "phone"];
    let refused = scene.home().run(&release).failed(2);
    assert!(refused.contains("--yes"), "{refused}");
    assert_eq!(scene.contacts(), 12);
    let yes = [&release[..], &["--yes"]].concat();
    assert_eq!(scene.home().run(&yes).done(), "11 items are deleted.\n");
    assert_eq!(scene.contacts(), 1);
    scene.sync();
    assert_eq!((scene.contacts(), scene.on_the_phone()), (1, 1));
    let again = scene.home().run(&release).done();
    assert_eq!(again, "Nothing of phone is held back.\n");
}

#[test]
fn deletions_that_nobody_meant_are_given_back() {
    let mut scene = Scene::after_a_mass_deletion();
    let keep = ["device", "release", "alice", "phone", "--keep", "--yes"];
    let told = scene.home().json(&keep);
    assert_eq!((&told["deleted"], &told["kept"]), (&json!(0), &json!(11)));
    scene.sync();
    assert_eq!((scene.contacts(), scene.on_the_phone()), (12, 12));
}

#[test]
fn a_device_that_is_not_there_has_nothing_to_release() {
    let home = Home::with_alice();
    let told = home
        .run(&["device", "release", "alice", "phone", "--yes"])
        .failed(3);
    assert_eq!(told, "alice has no device phone");
}
