//! A device to test with, and messages told in few words.

use crate::client::{Datastore, Device, Profile};
use crate::codec::Encoding;
use crate::ids::{DeviceId, UserName};
use crate::message::devinf::ContentType;
use crate::message::{AlertCode, Change, ChangeKind, Command, Item, Message, Meta, StatusCode};

pub const URL: &str = "http://a.example/sync";
pub const RESP: &str = "http://a.example/sync?token=1";

/// A device with one datastore of contacts.
pub fn device() -> Device {
    with(|_| {})
}

/// The same with other settings.
pub fn with(change: impl FnOnce(&mut Profile)) -> Device {
    let id = DeviceId::parse("IMEI:490000000000001").unwrap();
    let mut profile = Profile::new(URL, id, UserName::parse("alice").unwrap(), "s3cret");
    let prefers = ContentType {
        ct_type: "text/x-vcard".into(),
        ver_ct: "2.1".into(),
    };
    profile.datastores = vec![Datastore {
        local: "./c".into(),
        remote: "contacts".into(),
        prefers,
        takes: vec![],
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    }];
    change(&mut profile);
    Device::new(profile)
}

pub fn card(name: &str) -> Vec<u8> {
    format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nEND:VCARD\r\n").into_bytes()
}

/// The names on the cards of a device.
pub fn names(device: &Device) -> Vec<String> {
    let mut names: Vec<_> = device
        .store("./c")
        .unwrap()
        .items()
        .map(|(_, item)| crate::pim::title(item))
        .collect();
    names.sort();
    names
}

pub fn change(kind: ChangeKind, name: &str, body: &[u8]) -> Change {
    let mut item = Item::default();
    match kind {
        ChangeKind::Add => item.source = Some(name.into()),
        ChangeKind::Replace | ChangeKind::Delete | ChangeKind::Copy | ChangeKind::Move => {
            item.target = Some(name.into());
        }
    }
    let mut meta = Meta::default();
    if kind != ChangeKind::Delete {
        meta.media_type = Some("text/x-vcard".into());
        item.data = Some(body.to_vec());
    }
    Change {
        kind,
        meta,
        items: vec![item],
        ..Change::default()
    }
}

/// The commands of a message without its Statuses, by name; of a Sync also what is in it.
pub fn outline(message: &Message) -> String {
    let mut words = vec![];
    for command in &message.body {
        if let Command::Alert(alert) = command {
            words.push(format!("Alert {}", alert.code.map_or(0, AlertCode::number)));
        } else if let Command::Sync(sync) = command {
            let inner: Vec<_> = sync.commands.iter().map(Command::name).collect();
            words.push(format!("Sync[{}]", inner.join(" ")));
        } else if !matches!(command, Command::Status(_)) {
            words.push(command.name().to_owned());
        }
    }
    if message.is_final {
        words.push("Final".into());
    }
    words.join(", ")
}

/// The codes of a message's Statuses, by the command they answer.
pub fn codes(message: &Message) -> Vec<String> {
    let statuses = message.body.iter().filter_map(|c| {
        if let Command::Status(s) = c {
            Some(s)
        } else {
            None
        }
    });
    statuses
        .map(|s| format!("{} {}", s.cmd, s.code.map_or(0, StatusCode::number)))
        .collect()
}

pub const BOTH: [Encoding; 2] = [Encoding::Xml, Encoding::Wbxml];
