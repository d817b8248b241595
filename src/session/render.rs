//! The parts of an answer as plain values: what the engine and the state say, in the words of the protocol.

use super::Settings;
use super::devinf;
use super::hierarchy::{move_command, placed};
use super::state::Owed;
use super::talk::Talk;
use crate::auth::{Challenge, Nonce, Scheme};
use crate::codec::{Encoding, Version, Writer};
use crate::ids::{ItemId, Luid};
use crate::item::Content;
use crate::message::query::{Get, PutData, PutItem};
use crate::message::status::StatusItem;
use crate::message::{
    Alert, AlertCode, Chal, Change, ChangeKind, Command, Header, Item, Location, Meta, Received,
    Results, Status, StatusCode,
};
use crate::sync::{Operation, ParentName, Sent, ServerChange};

/// The largest size we announce, in bytes.
const MOST_ANNOUNCED: usize = 2_147_483_647;

pub(super) const fn kind(operation: &Operation) -> Sent {
    match operation {
        Operation::Add(_) => Sent::Add,
        Operation::Replace(..) => Sent::Replace,
        Operation::Move(_) => Sent::Move,
        Operation::Delete(_) => Sent::Delete,
    }
}

/// A change as a command: an Add names our GUID as Source, the others the device's LUID as Target (REQ-MAP-2).
pub(super) fn command(change: &ServerChange, encoding: Encoding) -> Change {
    let parent = change.parent.as_ref();
    match &change.operation {
        Operation::Add(content) => whole(change.item, None, parent, content, encoding),
        Operation::Replace(luid, content) => {
            whole(change.item, Some(luid), parent, content, encoding)
        }
        Operation::Move(luid) => move_command(parent, luid),
        Operation::Delete(luid) => {
            let item = Item {
                target: Some(Location::from(luid.as_str())),
                ..Item::default()
            };
            Change {
                kind: ChangeKind::Delete,
                items: vec![item],
                ..Change::default()
            }
        }
    }
}

/// An item with all its content, in its folder: a Replace where the device has a name for it, else an Add.
pub(super) fn whole(
    id: ItemId,
    luid: Option<&Luid>,
    parent: Option<&ParentName>,
    content: &Content,
    encoding: Encoding,
) -> Change {
    use base64::Engine;
    let plain = Writer::carries(encoding, &content.body);
    let data = if plain {
        content.body.clone()
    } else {
        base64::engine::general_purpose::STANDARD
            .encode(&content.body)
            .into_bytes()
    };
    let meta = Meta {
        media_type: Some(content.media_type.to_string()),
        format: (!plain).then(|| "b64".to_owned()),
        ..Meta::default()
    };
    let kind = if luid.is_some() {
        ChangeKind::Replace
    } else {
        ChangeKind::Add
    };
    let guid = id.to_string();
    let item = Item {
        target: luid.map(|luid| Location::from(luid.as_str())),
        source: luid.is_none().then(|| Location::from(guid.as_str())),
        data: Some(data),
        ..Item::default()
    };
    Change {
        kind,
        meta,
        items: vec![placed(parent, item)],
        ..Change::default()
    }
}

pub(super) fn results(
    talk: &Talk<'_, '_>,
    msg_ref: &str,
    cmd_ref: &str,
    name: &str,
    detail: devinf::Detail,
) -> Command {
    let spelled: Vec<_> = talk
        .state
        .strands
        .iter()
        .map(|strand| talk.quirks.devinf_names.spell(&strand.ours))
        .collect();
    let spelled: Vec<_> = spelled.iter().map(String::as_str).collect();
    let mut devinf = devinf::server(
        &talk.host.settings.server_id,
        talk.state.version,
        &spelled,
        super::hierarchy::may_be_told(talk.state.version, talk.devinf.as_ref()),
        detail,
    );
    if !talk.quirks.x_properties {
        super::quirks::without_extensions(&mut devinf);
    }
    let media_type = Some(devinf::media_type(talk.arrival.received.encoding).to_owned());
    let item = PutItem {
        source: Some(Location::from(name)),
        data: PutData::DevInf(Box::new(devinf)),
        ..PutItem::default()
    };
    Command::Results(Results {
        msg_ref: Some(msg_ref.to_owned()),
        cmd_ref: cmd_ref.to_owned(),
        meta: Meta {
            media_type,
            ..Meta::default()
        },
        target_ref: Some(name.to_owned()),
        items: vec![item],
        ..Results::default()
    })
}

pub(super) fn get_devinf(version: Version, encoding: Encoding) -> Command {
    let item = Item {
        target: Some(Location::from(devinf::object_name(version))),
        ..Item::default()
    };
    let media_type = Some(devinf::media_type(encoding).to_owned());
    Command::Get(Get {
        meta: Meta {
            media_type,
            ..Meta::default()
        },
        items: vec![item],
        ..Get::default()
    })
}

/// A size as we announce it: Funambol 10 fails on more than 31 bits (field quirk P27).
pub(super) fn announced(size: usize) -> String {
    size.min(MOST_ANNOUNCED).to_string()
}

/// A header that answers the received one.
pub(super) fn header(received: &Received, resp_uri: Option<String>, settings: &Settings) -> Header {
    let theirs = &received.message.header;
    Header {
        ver_dtd: theirs.ver_dtd.clone(),
        ver_proto: theirs.ver_proto.clone(),
        session_id: theirs.session_id.clone(),
        msg_id: theirs.msg_id.clone(),
        target: Location::from(theirs.source.uri.as_str()),
        source: Location::from(theirs.target.uri.as_str()),
        resp_uri,
        meta: Meta {
            max_msg_size: Some(announced(settings.max_message_bytes)),
            max_obj_size: Some(announced(settings.max_object_bytes)),
            ..Meta::default()
        },
        ..Header::default()
    }
}

pub(super) fn header_status(
    received: &Received,
    code: StatusCode,
    challenge: Option<&Challenge>,
) -> Status {
    let theirs = &received.message.header;
    Status {
        msg_ref: theirs.msg_id.clone(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![theirs.target.uri.clone()],
        source_refs: vec![theirs.source.uri.clone()],
        chal: challenge.map(chal),
        code: Some(code),
        ..Status::default()
    }
}

fn chal(challenge: &Challenge) -> Chal {
    chal_of(
        challenge.scheme,
        challenge.nonce.as_ref().map(Nonce::to_base64),
    )
}

/// A challenge; the nonce in base64.
fn chal_of(scheme: Scheme, next_nonce: Option<String>) -> Chal {
    // Format is always said: S60 decodes the nonce only if it is (REQ-FIELD-1).
    let meta = Meta {
        media_type: Some(scheme.as_str().to_owned()),
        format: Some("b64".to_owned()),
        next_nonce,
        ..Meta::default()
    };
    Chal { meta }
}

pub(super) fn status_of(owed: &Owed) -> Status {
    let text = owed.duplicate.as_ref().map(|guid| StatusItem {
        item: Item {
            target: Some(Location::from(guid.as_str())),
            ..Item::default()
        },
        anchor: None,
    });
    let detail = owed.detail.as_ref().map(|word| StatusItem {
        item: Item {
            data: Some(word.clone().into_bytes()),
            ..Item::default()
        },
        anchor: None,
    });
    let anchor = owed.anchor().map(|anchor| StatusItem {
        item: Item::default(),
        anchor: Some(anchor),
    });
    Status {
        msg_ref: owed.msg_ref.clone(),
        cmd_ref: owed.cmd_ref.clone(),
        cmd: owed.cmd.clone(),
        target_refs: owed
            .target_ref
            .iter()
            .filter(|uri| !uri.is_empty())
            .cloned()
            .collect(),
        source_refs: owed
            .source_ref
            .iter()
            .filter(|uri| !uri.is_empty())
            .cloned()
            .collect(),
        chal: owed
            .challenge
            .clone()
            .map(|(scheme, nonce)| chal_of(scheme, nonce)),
        code: Some(StatusCode::of(owed.code)),
        items: anchor.into_iter().chain(text).chain(detail).collect(),
        ..Status::default()
    }
}

/// Whether a command only keeps the dialogue going.
pub(super) fn is_signal(command: &Command) -> bool {
    let asks = |alert: &Alert| alert.code == Some(AlertCode::NextMessage);
    command.as_status().is_some() || command.as_alert().is_some_and(asks)
}

/// Whether the device suspends the session: it is answered with Statuses alone (REQ-SUSP-5).
pub(super) fn suspends(talk: &Talk<'_, '_>) -> bool {
    let mut body = talk.arrival.received.message.body.iter();
    body.any(|command| matches!(command, Command::Alert(alert) if alert.code == Some(AlertCode::Suspend)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Field quirk P27.
    #[test]
    fn no_size_beyond_31_bits_is_announced() {
        assert_eq!(announced(262_144), "262144");
        assert_eq!(announced(usize::MAX), "2147483647");
    }
}
