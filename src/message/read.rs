//! From events to a [`Message`]: the root, and the list of commands.

use super::element::same;
use super::pull::Pull;
use super::{Change, ChangeKind, Command, Group, GroupKind, Header, Message, ReadError};
use crate::codec::{Document, Tag};

/// Reads a whole message.
pub(super) fn message(document: &Document<'_>) -> Result<Message, ReadError> {
    let mut pull = Pull::of(document);
    if pull.child() != Some(Tag::SyncMl) {
        return Err(ReadError::NotAMessage("its root is not SyncML"));
    }
    let mut header: Option<Header> = None;
    let mut message = Message::default();
    while let Some(tag) = pull.child() {
        if tag == Tag::SyncHdr {
            // Which of two is meant, the sender may see otherwise than we.
            if header.replace(pull.read()).is_some() {
                return Err(ReadError::NotAMessage("it has two SyncHdr"));
            }
        } else if tag == Tag::SyncBody {
            body(&mut message, &mut pull);
        } else {
            pull.skip();
        }
    }
    if pull.is_spent() {
        return Err(ReadError::NotAMessage("it has too many elements"));
    }
    message.header = header.ok_or(ReadError::NotAMessage("it has no SyncHdr"))?;
    Ok(message)
}

fn body(message: &mut Message, pull: &mut Pull<'_>) {
    while let Some(tag) = pull.child() {
        if tag == Tag::Final {
            pull.skip();
            message.is_final = true;
        } else {
            pull.spend::<Command>();
            message.body.push(command(tag, pull));
        }
    }
}

/// A command inside another. An element without a `CmdID` that is no command is only some other element.
pub(super) fn nested(tag: Tag, pull: &mut Pull<'_>) -> Option<Command> {
    pull.spend::<Command>();
    Some(command(tag, pull))
        .filter(|command| !matches!(command, Command::Unknown { cmd_id: None, .. }))
}

/// The command that has just been opened, through its end.
fn command(tag: Tag, pull: &mut Pull<'_>) -> Command {
    if let Some(kind) = ChangeKind::ALL.into_iter().find(|kind| kind.tag() == tag) {
        let mut change = Change {
            kind,
            ..Change::default()
        };
        pull.fill(&mut change);
        return Command::Change(change);
    }
    if let Some(kind) = GroupKind::ALL.into_iter().find(|kind| kind.tag() == tag) {
        let mut group = Group {
            kind,
            ..Group::default()
        };
        pull.fill(&mut group);
        return Command::Group(group);
    }
    match tag.name() {
        "Alert" => Command::Alert(pull.read()),
        "Exec" => Command::Exec(pull.read()),
        "Get" => Command::Get(pull.read()),
        "Map" => Command::Map(pull.read()),
        "Put" => Command::Put(pull.read()),
        "Results" => Command::Results(pull.read()),
        "Search" => Command::Search(pull.read()),
        "Status" => Command::Status(pull.read()),
        "Sync" => Command::Sync(pull.read()),
        "" => {
            let name = pull.stranger().unwrap_or("?");
            unknown(name, pull)
        }
        name => unknown(name, pull),
    }
}

/// Keeps what is needed to say that the command is not implemented (REQ-REP-15).
fn unknown(name: &str, pull: &mut Pull<'_>) -> Command {
    let mut cmd_id = None;
    while let Some(tag) = pull.child() {
        if same(tag, Tag::CmdId) && cmd_id.is_none() {
            cmd_id = Some(pull.text());
        } else {
            pull.skip();
        }
    }
    Command::Unknown {
        cmd_id,
        name: name.to_owned(),
    }
}

/// What a message with this in its body says.
#[cfg(test)]
pub(super) fn sample(body: &str) -> Message {
    let text =
        format!("<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr/><SyncBody>{body}</SyncBody></SyncML>");
    Message::decode(text.as_bytes(), None, &crate::codec::Limits::default())
        .unwrap()
        .message
}

/// The only command in this body.
#[cfg(test)]
pub(super) fn only(body: &str) -> Command {
    let [command] = <[Command; 1]>::try_from(sample(body).body).unwrap();
    command
}

#[cfg(test)]
mod tests {
    use super::super::{Alert, AlertCode};
    use super::*;
    use crate::codec::Limits;

    fn read(text: &str) -> Result<Message, ReadError> {
        Message::decode(text.as_bytes(), None, &Limits::default()).map(|received| received.message)
    }

    #[test]
    fn a_document_that_is_no_message_is_refused() {
        let wrong_root = read("<DevInf xmlns='syncml:devinf'/>");
        assert_eq!(
            wrong_root,
            Err(ReadError::NotAMessage("its root is not SyncML"))
        );
        let headless = read("<SyncML><SyncBody/></SyncML>");
        assert_eq!(headless, Err(ReadError::NotAMessage("it has no SyncHdr")));
        assert!(matches!(read("SyncML"), Err(ReadError::Decode(_))));
    }

    #[test]
    fn a_message_of_more_commands_than_memory_should_hold_is_refused() {
        let body = "<Add/>".repeat(100_000);
        let text = format!("<SyncML><SyncHdr/><SyncBody>{body}</SyncBody></SyncML>");
        assert_eq!(
            read(&text),
            Err(ReadError::NotAMessage("it has too many elements"))
        );
    }

    #[test]
    fn a_message_without_a_body_has_no_commands() {
        assert_eq!(read("<SyncML><SyncHdr/></SyncML>"), Ok(Message::default()));
        assert_eq!(
            read("<SyncML><SyncHdr/><SyncBody/></SyncML>"),
            Ok(Message::default())
        );
        assert!(sample("<Final/>").is_final);
    }

    #[test]
    fn children_may_come_in_any_order_and_strangers_among_them_are_skipped() {
        // REQ-REP-2, REQ-REP-15
        let command = only(
            "<Alert><Item><Meta><Anchor><Next>2</Next><Odd>x</Odd></Anchor></Meta><Odd><CmdID>9</CmdID></Odd>\
             <Source><LocName>n</LocName><LocURI> ./c </LocURI></Source></Item><Data> 201 </Data><Odd/>\
             <CmdID>7</CmdID><NoResp></NoResp></Alert>",
        );
        let Command::Alert(alert) = command else {
            panic!("an Alert")
        };
        assert_eq!(
            (alert.cmd_id.as_str(), alert.no_resp, alert.code),
            ("7", true, Some(AlertCode::Slow))
        );
        let item = &alert.items[0];
        assert_eq!(
            item.source.as_ref().map(|place| place.uri.as_str()),
            Some("./c")
        );
        assert_eq!(
            item.meta.anchor.as_ref().map(|anchor| anchor.next.as_str()),
            Some("2")
        );
    }

    #[test]
    fn a_command_is_read_as_far_as_it_goes() {
        assert_eq!(only("<Alert/>"), Command::Alert(Alert::default()));
        assert_eq!(only("<Delete><Item/></Delete>").name(), "Delete");
        let Command::Alert(alert) = only("<Alert><Data>two-way</Data></Alert>") else {
            panic!("an Alert")
        };
        assert_eq!(alert.code, None);
    }

    #[test]
    fn an_unknown_command_keeps_its_number() {
        // REQ-REP-15
        let unknown = |cmd_id: Option<&str>, name: &str| Command::Unknown {
            cmd_id: cmd_id.map(str::to_owned),
            name: name.to_owned(),
        };
        assert_eq!(
            only("<Odd><Item/><CmdID>3</CmdID></Odd>"),
            unknown(Some("3"), "Odd")
        );
        assert_eq!(only("<Odd/>"), unknown(None, "Odd"));
        assert_eq!(only("<Item/>"), unknown(None, "Item"));
        let Command::Sync(sync) = only("<Sync><Odd/><Odd><CmdID>4</CmdID></Odd></Sync>") else {
            panic!("a Sync")
        };
        assert_eq!(sync.commands, [unknown(Some("4"), "Odd")]);
    }

    #[test]
    fn commands_within_commands_keep_their_order() {
        let Command::Sync(sync) = only(
            "<Sync><CmdID>1</CmdID><Add><CmdID>2</CmdID></Add><Sequence><CmdID>3</CmdID>\
             <Delete><CmdID>4</CmdID><SftDel/></Delete></Sequence><NumberOfChanges>2</NumberOfChanges></Sync>",
        ) else {
            panic!("a Sync")
        };
        assert_eq!(sync.number_of_changes.as_deref(), Some("2"));
        assert_eq!(
            sync.commands
                .iter()
                .map(Command::cmd_id)
                .collect::<Vec<_>>(),
            ["2", "3"]
        );
        let Command::Group(group) = &sync.commands[1] else {
            panic!("a Sequence")
        };
        assert_eq!(
            (group.kind, group.commands[0].name()),
            (GroupKind::Sequence, "Delete")
        );
    }

    #[test]
    fn containers_as_deep_as_a_document_may_be_do_not_exhaust_the_stack() {
        let depth = Limits::default().depth - 2;
        let body = ["<Atomic>".repeat(depth), "</Atomic>".repeat(depth)].concat();
        let message = sample(&body);
        assert_eq!(message.body.len(), 1);
        let again = message.encode(crate::codec::Encoding::Wbxml, "utf-8");
        assert!(again.len() > depth);
    }

    /// REQ-FMT-3, REQ-FMT-5.
    #[test]
    fn item_data_is_kept_to_the_byte() {
        let Command::Change(change) =
            only("<Add><Item><Data> a\r\n&amp;\t<![CDATA[<b>]]>\n </Data></Item></Add>")
        else {
            panic!("an Add")
        };
        assert_eq!(
            change.items[0].data.as_deref(),
            Some(&b" a\r\n&\t<b>\n "[..])
        );
    }
}
