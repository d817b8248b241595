//! A message in one line, for the trace of a history.

use anchorage::codec::Limits;
use anchorage::message::{Change, Command, Item, Location, Message, StatusCode};

/// What the message says.
pub fn outline(body: &[u8]) -> String {
    let message = match Message::decode(body, None, &Limits::default()) {
        Ok(received) => received.message,
        Err(error) => return error.to_string(),
    };
    let header = &message.header;
    let cred = if header.cred.is_some() { " cred" } else { "" };
    let mut words = vec![format!("{}/{}{cred}", header.session_id, header.msg_id)];
    words.extend(message.body.iter().map(command));
    if message.is_final {
        words.push("Final".to_owned());
    }
    format!("{} ({} bytes)", words.join(", "), body.len())
}

/// Whether the message asks for credentials.
pub fn is_challenge(body: &[u8]) -> bool {
    let received = Message::decode(body, None, &Limits::default()).unwrap();
    let first = received.message.body.first();
    first.is_some_and(|first| matches!(first, Command::Status(status) if status.chal.is_some() && !status.code.is_some_and(StatusCode::is_success)))
}

/// Whether fewer changes came than were announced: another device changed one of them in between, and what it is now
/// waits for the next session (REQ-PKG-6).
pub fn is_overtaken(violation: &str) -> bool {
    let told = violation.split_once(": ").map(|(_, told)| told);
    let parts = told.and_then(|told| told.split_once(" changes were announced for "));
    let Some((announced, rest)) = parts else {
        return false;
    };
    let came = rest
        .rsplit_once(", ")
        .and_then(|(_, came)| came.strip_suffix(" came"));
    let number = |text: &str| text.parse::<u32>().ok();
    number(announced)
        .zip(came.and_then(number))
        .is_some_and(|(announced, came)| came < announced)
}

fn command(command: &Command) -> String {
    match command {
        Command::Status(status) => {
            let code = status
                .code
                .map_or(0, anchorage::message::StatusCode::number);
            format!(
                "{}.{} {} {code}",
                status.msg_ref, status.cmd_ref, status.cmd
            )
        }
        Command::Alert(alert) => {
            let code = alert.code.map_or(0, anchorage::message::AlertCode::number);
            let items = alert.items.iter().map(|item| {
                let anchor = item.meta.anchor.clone().unwrap_or_default();
                format!(
                    "{} {:?}>{}",
                    uri(item.target.as_ref()),
                    anchor.last,
                    anchor.next
                )
            });
            format!("Alert {code} {}", items.collect::<Vec<_>>().join(" "))
        }
        Command::Sync(sync) => {
            let inner: Vec<_> = sync.commands.iter().map(self::command).collect();
            let (target, number) = (uri(sync.target.as_ref()), &sync.number_of_changes);
            format!("Sync {target} {number:?} [{}]", inner.join(" "))
        }
        Command::Map(map) => {
            let pairs = map
                .items
                .iter()
                .map(|pair| format!("{}={}", pair.target.uri, pair.source.uri));
            format!(
                "Map {} {}",
                map.target.uri,
                pairs.collect::<Vec<_>>().join(" ")
            )
        }
        Command::Change(change) => self::change(change),
        Command::Exec(_)
        | Command::Get(_)
        | Command::Group(_)
        | Command::Put(_)
        | Command::Results(_)
        | Command::Search(_)
        | Command::Unknown { .. } => command.name().to_owned(),
    }
}

fn change(change: &Change) -> String {
    let item = change.items.first().cloned().unwrap_or(Item::default());
    let what = match &item.data {
        // Of an object in chunks no part can be told for sure.
        Some(data) if item.more_data || !(data.starts_with(b"BEGIN") || data.starts_with(b"T")) => {
            format!("{} bytes, more: {}", data.len(), item.more_data)
        }
        Some(data) => {
            let mark = crate::body::mark(data);
            format!("{}:{}", mark.tag, mark.edit)
        }
        None => String::new(),
    };
    let name = item.target.as_ref().or(item.source.as_ref());
    format!("{}({} {what})", change.kind.tag().name(), uri(name))
}

fn uri(place: Option<&Location>) -> &str {
    place.map_or("", |place| place.uri.as_str())
}
