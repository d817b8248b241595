//! What every message of ours must look like, whatever it says.

use anchorage::message::{Command, Message};

/// What a message has that confuses devices: commands of several items, and of none; changes of single fields.
pub fn flaws(message: &Message) -> Vec<String> {
    let mut flaws = Vec::new();
    message.body.iter().for_each(|one| look(one, &mut flaws));
    flaws
}

fn look(command: &Command, flaws: &mut Vec<String>) {
    let items = match command {
        Command::Change(change) => change.items.len(),
        Command::Alert(alert) => alert.items.len(),
        Command::Exec(_)
        | Command::Get(_)
        | Command::Group(_)
        | Command::Map(_)
        | Command::Put(_)
        | Command::Results(_)
        | Command::Search(_)
        | Command::Status(_)
        | Command::Sync(_)
        | Command::Unknown { .. } => 1,
    };
    if items != 1 {
        let (name, id) = (command.name(), command.cmd_id());
        flaws.push(format!("{name} {id} has {items} items"));
    }
    if let Command::Change(change) = command
        && (change.meta.field_level || change.items.iter().any(|item| item.meta.field_level))
    {
        flaws.push(format!(
            "{} {} has fields alone",
            command.name(),
            command.cmd_id()
        ));
    }
    command.inner().iter().for_each(|one| look(one, flaws));
}

/// REQ-COMPAT-1, REQ-META-6, REQ-DINF-7: every reply of every story is looked at, see [`crate::play`].
#[test]
fn a_command_of_ours_has_one_item() {
    let message = |items: usize, meta: &str| {
        let item = "<Item><Target><LocURI>1</LocURI></Target></Item>".repeat(items);
        let body = format!(
            "<SyncML><SyncHdr><VerDTD>1.2</VerDTD></SyncHdr><SyncBody><Alert><CmdID>1</CmdID><Data>222</Data>{item}</Alert>\
             <Sync><CmdID>2</CmdID><Delete><CmdID>3</CmdID>{meta}{item}</Delete></Sync></SyncBody></SyncML>"
        );
        let limits = anchorage::codec::Limits::default();
        Message::decode(body.as_bytes(), None, &limits)
            .unwrap()
            .message
    };
    assert_eq!(flaws(&message(1, "")), [""; 0]);
    for items in [0, 2] {
        let expected = [
            format!("Alert 1 has {items} items"),
            format!("Delete 3 has {items} items"),
        ];
        assert_eq!(flaws(&message(items, "")), expected);
    }
    let fields = message(1, "<Meta><FieldLevel xmlns='syncml:metinf'/></Meta>");
    assert_eq!(flaws(&fields), ["Delete 3 has fields alone"]);
}
