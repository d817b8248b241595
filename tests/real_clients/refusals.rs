//! What a device must not get: a stranger's session, and another user's items.

use tempfile::TempDir;

use super::client::{Account, Device, Login, Mode, Setup};
use super::items::Kind;
use super::server::{Database, Server};

#[test]
fn a_wrong_password_is_refused_and_nothing_moves() {
    let server = Server::start(Database::Sqlite, &[]);
    let right = server.account("owner");
    let dir = TempDir::new().unwrap();
    for login in [Login::Basic, Login::Md5] {
        let setup = Setup {
            login,
            ..Setup::default()
        };
        let wrong = Account {
            password: "wrong".to_owned(),
            ..right.clone()
        };
        let mut device = Device::new(dir.path(), &format!("stranger-{login:?}"), &wrong, setup);
        device.put_everywhere(1, 1, 0);
        let refused = device.try_sync(Mode::Slow);
        assert_ne!(refused.code, 0, "{}", refused.text);
        assert!(refused.text.contains("401"), "{}", refused.text);
        assert!(server.keys(&right.user, Kind::Contacts).is_empty());
    }
}

#[test]
fn two_users_never_see_each_other() {
    let server = Server::start(Database::Sqlite, &[]);
    let dir = TempDir::new().unwrap();
    let mut devices: Vec<_> = ["ann", "ben"]
        .into_iter()
        .map(|name| {
            Device::new(
                dir.path(),
                &format!("{name}-phone"),
                &server.account(name),
                Setup::default(),
            )
        })
        .collect();
    for (key, device) in (1..).zip(&mut devices) {
        device.put_everywhere(1, key, 0);
    }
    for _ in 0..2 {
        for device in &devices {
            device.sync(Mode::Slow);
        }
    }
    for (key, device) in (1..).zip(&devices) {
        for kind in Kind::ALL {
            assert_eq!(device.keys(kind), [key], "{}", device.name());
        }
    }
}
