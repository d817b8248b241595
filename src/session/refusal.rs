//! Answers outside of a session: to somebody who did not come in, to a version we do not speak, to a session
//! that is over.

use super::entry::Arrival;
use super::login::Refusal;
use super::outbox::LEAST_BYTES;
use super::quirks::{Quirks, bare};
use super::render::{header, header_status};
use super::{Host, Reply, Request, refs};
use crate::codec::Version;
use crate::message::status::StatusItem;
use crate::message::{Command, Draft, Header, Item, Received, Status, StatusCode};

/// An answer with one Status, for the header: a version we do not speak, a session that is over.
pub(super) fn header_only(
    host: &Host,
    received: &Received,
    version: Version,
    code: StatusCode,
    named: &[&str],
) -> Reply {
    let mut header = header(received, None, &host.settings);
    if received.message.header.version().is_none() {
        version.as_str().clone_into(&mut header.ver_dtd);
        header.ver_proto = format!("SyncML/{}", version.as_str());
    }
    let mut status = header_status(received, code, None);
    status.items = named.iter().map(|text| text_item(text)).collect();
    finish(host, received, header, vec![status])
}

fn text_item(text: &str) -> StatusItem {
    StatusItem {
        item: Item {
            data: Some(text.as_bytes().to_vec()),
            ..Item::default()
        },
        anchor: None,
    }
}

/// The answer to somebody who did not come in: Statuses only, one for every command (REQ-AUTH-3). `token` leads back
/// to a session of which a message was refused.
pub(super) fn refusal(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    quirks: &Quirks,
    token: Option<&str>,
    refusal: &Refusal,
) -> Reply {
    let received = &arrival.received;
    let resp_uri = request
        .resp_uri(token)
        .filter(|_| quirks.resp_uri && !refusal.is_last);
    let header = header(received, resp_uri, &host.settings);
    let mut first = header_status(received, refusal.code, refusal.challenge.as_ref());
    first.items = refusal.scheme.iter().map(|name| text_item(name)).collect();
    let mut statuses = vec![first];
    for command in &received.message.body {
        refuse(
            command,
            &received.message.header.msg_id,
            refusal.code,
            &mut statuses,
        );
    }
    let device = arrival.device.as_str();
    let statuses = statuses.into_iter();
    let statuses = statuses
        .map(|status| bare(quirks, status, device))
        .collect();
    finish(host, received, header, statuses)
}

fn refuse(command: &Command, msg_ref: &str, code: StatusCode, statuses: &mut Vec<Status>) {
    if matches!(command, Command::Status(_) | Command::Results(_)) || command.no_resp() {
        return;
    }
    let (target, source) = refs::of_command(command);
    statuses.push(Status {
        msg_ref: msg_ref.to_owned(),
        cmd_ref: command.cmd_id().to_owned(),
        cmd: command.name().to_owned(),
        target_refs: target.into_iter().filter(|uri| !uri.is_empty()).collect(),
        source_refs: source.into_iter().filter(|uri| !uri.is_empty()).collect(),
        code: Some(code),
        ..Status::default()
    });
    for inner in command.inner() {
        refuse(inner, msg_ref, code, statuses);
    }
}

fn finish(host: &Host, received: &Received, header: Header, statuses: Vec<Status>) -> Reply {
    let announced = received
        .message
        .header
        .meta
        .max_msg_size
        .as_deref()
        .and_then(|text| text.trim().parse().ok());
    let limit = announced
        .unwrap_or(host.settings.max_message_bytes)
        .max(LEAST_BYTES);
    let mut draft = Draft::new(header, received.encoding, &received.charset, limit);
    for (at, status) in statuses.into_iter().enumerate() {
        if at == 0 {
            draft.force(Command::Status(status));
        } else if draft.push(Command::Status(status)).is_err() {
            break;
        }
    }
    draft.set_final();
    Reply {
        body: draft.finish(),
        encoding: received.encoding,
        charset: received.charset.clone(),
        hmac: None,
        changed: false,
        token: None,
        pending: false,
    }
}
