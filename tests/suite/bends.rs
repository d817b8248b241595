//! How messages are bent.

use anchorage::client::http::Answer;
use anchorage::message::{
    AlertCode, Change, ChangeKind, Command, GroupKind, Message, Status, StatusCode,
};

/// Changes every Status.
pub fn each_status(message: &mut Message, change: impl Fn(&mut Status)) {
    for command in &mut message.body {
        if let Command::Status(status) = command {
            change(status);
        }
    }
}

/// Puts one code in the place of another.
pub fn recode(message: &mut Message, from: u16, to: u16) {
    each_status(message, |status| {
        if status.code == Some(StatusCode::of(from)) {
            status.code = Some(StatusCode::of(to));
        }
    });
}

/// Leaves out such commands.
pub fn drop_all(message: &mut Message, which: fn(&Command) -> bool) {
    message.body.retain(|command| !which(command));
}

/// Changes what is in every Sync.
pub fn each_sync(message: &mut Message, change: impl Fn(&mut Vec<Command>)) {
    for command in &mut message.body {
        if let Command::Sync(sync) = command {
            change(&mut sync.commands);
        }
    }
}

/// Changes every change.
pub fn each_change(message: &mut Message, bend: fn(&mut Change)) {
    each_sync(message, |commands| {
        for command in commands {
            if let Command::Change(change) = command {
                bend(change);
            }
        }
    });
}

/// Changes the code of every Alert.
pub fn each_alert(message: &mut Message, bend: fn(AlertCode) -> AlertCode) {
    for command in &mut message.body {
        if let Command::Alert(alert) = command {
            alert.code = alert.code.map(bend);
        }
    }
}

/// Whether it is a change of this kind.
pub fn is(command: &Command, kind: ChangeKind) -> bool {
    matches!(command, Command::Change(change) if change.kind == kind)
}

/// Leaves out changes of a kind.
pub fn drop_changes(message: &mut Message, kind: ChangeKind) {
    each_sync(message, |commands| {
        commands.retain(|command| !is(command, kind));
    });
}

/// Every Add once more, under another name.
pub fn twice(commands: &mut Vec<Command>) {
    let mut again: Vec<_> = commands
        .iter()
        .filter(|command| is(command, ChangeKind::Add))
        .cloned()
        .collect();
    for (number, command) in again.iter_mut().enumerate() {
        if let Command::Change(change) = command {
            change.cmd_id = (7000 + number).to_string();
            for source in change
                .items
                .iter_mut()
                .filter_map(|item| item.source.as_mut())
            {
                source.uri.push_str("99");
            }
        }
    }
    commands.extend(again);
}

/// An edit that changes nothing.
pub fn forget_the_title(change: &mut Change) {
    for data in change
        .items
        .iter_mut()
        .filter_map(|item| item.data.as_mut())
    {
        let text = String::from_utf8(std::mem::take(data)).unwrap();
        *data = text.replace("TITLE:edited", "TITLE:before").into_bytes();
    }
}

/// The anchors in Statuses are others.
pub fn echo_another(message: &mut Message) {
    each_status(message, |status| {
        for anchor in status
            .items
            .iter_mut()
            .filter_map(|item| item.anchor.as_mut())
        {
            anchor.next.push('0');
        }
    });
}

/// A Status for the first command of every message, asked for or not.
pub fn talk_too_much(message: &mut Message) {
    let Some(Command::Status(header)) = message.body.first().cloned() else {
        return;
    };
    let is_there = message
        .body
        .iter()
        .any(|command| matches!(command, Command::Status(status) if status.cmd_ref == "1"));
    if !is_there {
        message.body.push(Command::Status(Status {
            cmd_id: "8000".to_owned(),
            cmd_ref: "1".to_owned(),
            cmd: "Put".to_owned(),
            code: Some(StatusCode::Ok),
            ..header
        }));
    }
}

/// Refuses what our own writer would not write.
pub fn strict_head(request: &[u8], answer: &mut Answer) {
    // What our own writer puts there: a public id of two bytes.
    if request.get(1).is_some_and(|byte| *byte < 0x80) {
        answer.status = 400;
    }
}

/// Says yes to what is no message.
pub fn credulous(_: &[u8], answer: &mut Answer) {
    if answer.status == 400 {
        let yes = "<SyncML><SyncHdr><VerDTD>1.2</VerDTD><VerProto>SyncML/1.2</VerProto><SessionID>1</SessionID><MsgID>1</MsgID>\
                   <Target><LocURI>d</LocURI></Target><Source><LocURI>s</LocURI></Source></SyncHdr><SyncBody><Status><CmdID>1</CmdID>\
                   <MsgRef>1</MsgRef><CmdRef>0</CmdRef><Cmd>SyncHdr</Cmd><Data>200</Data></Status><Final/></SyncBody></SyncML>";
        (answer.status, answer.reply.body) = (200, yes.as_bytes().to_vec());
    }
}

/// Every Atomic is a Sequence: what can be done is done.
pub fn one_by_one(commands: &mut Vec<Command>) {
    for command in commands {
        if let Command::Group(group) = command {
            group.kind = GroupKind::Sequence;
        }
    }
}

/// Every chunk is an item.
pub fn whole_already(change: &mut Change) {
    for item in &mut change.items {
        item.more_data = false;
    }
}
