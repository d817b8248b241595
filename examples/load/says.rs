//! What the device of a load says: its commands, and its contacts.

use anchorage::message::query::{PutData, PutItem};
use anchorage::message::{
    Alert, AlertCode, AlertItem, Change, ChangeKind, Command, DevInf, Draft, Item, Location, Meta,
    Put, Status, StatusCode, Sync,
};

use super::Failed;

/// The server's address, as the device writes it.
pub const ENDPOINT: &str = "http://localhost/sync";

pub fn push(draft: &mut Draft, command: Command) -> Result<(), Failed> {
    match draft.push(command) {
        Ok(_) => Ok(()),
        Err(command) => Err(format!("no room for {}", command.name()).into()),
    }
}

pub fn status(msg_ref: &str, cmd_ref: &str, cmd: &str, code: StatusCode) -> Status {
    Status {
        msg_ref: msg_ref.to_owned(),
        cmd_ref: cmd_ref.to_owned(),
        cmd: cmd.to_owned(),
        code: Some(code),
        ..Status::default()
    }
}

/// "Send me more" (alert 222).
pub fn next_message(device: &str) -> Command {
    let item = AlertItem {
        target: Some(Location::from(ENDPOINT)),
        source: Some(Location::from(device)),
        ..AlertItem::default()
    };
    Command::Alert(Alert {
        code: Some(AlertCode::NextMessage),
        items: vec![item],
        ..Alert::default()
    })
}

pub fn sync_command() -> Command {
    Command::Sync(Sync {
        target: Some(Location::from("contacts")),
        source: Some(Location::from("card")),
        ..Sync::default()
    })
}

pub fn add(luid: u32, body: &[u8]) -> Command {
    let item = Item {
        source: Some(Location::from(luid.to_string().as_str())),
        data: Some(body.to_vec()),
        ..Item::default()
    };
    Command::Change(Change {
        kind: ChangeKind::Replace,
        meta: Meta {
            media_type: Some("text/vcard".to_owned()),
            ..Meta::default()
        },
        items: vec![item],
        ..Change::default()
    })
}

pub fn devinf(device: &str) -> Command {
    let devinf = DevInf {
        ver_dtd: "1.2".to_owned(),
        dev_id: device.to_owned(),
        dev_typ: "workstation".to_owned(),
        number_of_changes: true,
        ..DevInf::default()
    };
    Command::Put(Put {
        meta: Meta {
            media_type: Some("application/vnd.syncml-devinf+xml".to_owned()),
            ..Meta::default()
        },
        items: vec![PutItem {
            source: Some(Location::from("./devinf12")),
            data: PutData::DevInf(Box::new(devinf)),
            ..PutItem::default()
        }],
        ..Put::default()
    })
}

/// A contact of about 1 KB; name and company, by which a slow sync goes, are different for each.
pub fn contact(number: u32) -> Vec<u8> {
    const WORDS: [&str; 16] = [
        "harbour",
        "anchor",
        "tide",
        "quay",
        "rope",
        "lantern",
        "grüße",
        "façade",
        "встреча",
        "会議",
        "mañana",
        "before",
        "after",
        "the",
        "mast",
        "buoy",
    ];
    let mut dice = number.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut roll = |sides: u32| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        dice.wrapping_shr(8).checked_rem(sides).unwrap_or_default()
    };
    let mut prose = |words: usize| {
        let mut text = String::new();
        for _ in 0..words {
            let at = usize::try_from(roll(16)).unwrap_or_default();
            text.push_str(WORDS.get(at).copied().unwrap_or_default());
            text.push(' ');
        }
        text
    };
    let (first, last, note) = (prose(1), prose(1), prose(95));
    let phone = |kind: &str| {
        format!(
            "TEL;TYPE={kind}:+49 {} {}\r\n",
            number % 900 + 100,
            number + 1_000_000
        )
    };
    let address = |kind: &str| {
        format!(
            "ADR;TYPE={kind}:;;Quay Street {number};Tide;;{};Ísland\r\n",
            number % 9_000 + 1_000
        )
    };
    let text = [
        format!(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{last};{first};{number};;\r\nFN:{first}{number} {last}\r\n"
        ),
        format!("ORG:Company {}\r\nTITLE:Keeper\r\n", number % 97),
        phone("CELL") + &phone("WORK") + &phone("HOME"),
        format!("EMAIL;TYPE=WORK:user{number}@example.org\r\n"),
        address("WORK") + &address("HOME"),
        format!(
            "URL:http://www.example.org/{number}\r\nBDAY:1970-05-17\r\nNOTE:{note}\r\nEND:VCARD\r\n"
        ),
    ];
    text.concat().into_bytes()
}
