//! A server by rote for the device's tests: it answers every command as it should, keeps what it is sent,
//! and sends what it was told to. A test spoils single messages to see whether the device notices.

use std::collections::BTreeMap;

use super::kit::RESP;
use crate::client::{Exchange, Lost, Mode, Reply};
use crate::codec::Limits;
use crate::message::status::StatusItem;
use crate::message::{
    Alert, AlertCode, AlertItem, AnchorPair, Chal, Change, ChangeKind, Command, Header, Item,
    Message, Meta, Status, StatusCode, Sync,
};

type Spoil = Box<dyn FnMut(u32, &mut Message)>;

pub struct Fake {
    /// The mode of the sync that broke off, with which it goes on when asked by Alert 225; else it answers 508 and 201.
    pub suspended: Option<Mode>,
    /// What it answers to the Alert: this mode instead of the one asked for, with 508.
    pub instead: Option<Mode>,
    /// What it sends in package 4, by message.
    pub updates: Vec<Vec<Change>>,
    /// What it says of itself.
    pub max_msg_size: usize,
    /// What it wants before anything else.
    pub challenge: Option<Chal>,
    /// It answers the next message with 101 and nothing else, until it is asked with Alert 221.
    pub is_busy: bool,
    /// It answers these many messages; then the connection is gone.
    pub patience: u32,
    /// Codes for the device's changes by LUID, where they are not the usual ones.
    pub codes: BTreeMap<String, StatusCode>,
    /// Its anchors.
    pub anchor: AnchorPair,
    /// Last touch to a reply; the number counts replies from 1.
    pub spoil: Spoil,
    /// What it heard.
    pub heard: Vec<Message>,
    /// The items it was sent, by LUID; `None` is deleted.
    pub items: BTreeMap<String, Option<Vec<u8>>>,
    /// Pairs it was told.
    pub maps: Vec<(String, String)>,
    /// The mode both agreed on.
    pub mode: Option<Mode>,
    replies: u32,
    part: Vec<u8>,
    is_announced: bool,
    held: Option<Message>,
}

impl Fake {
    pub fn new() -> Self {
        Self {
            suspended: None,
            instead: None,
            updates: vec![],
            max_msg_size: 16_000,
            challenge: None,
            is_busy: false,
            patience: u32::MAX,
            codes: BTreeMap::new(),
            anchor: AnchorPair {
                last: None,
                next: "S1".into(),
            },
            spoil: Box::new(|_, _| {}),
            heard: vec![],
            items: BTreeMap::new(),
            maps: vec![],
            mode: None,
            replies: 0,
            part: vec![],
            is_announced: false,
            held: None,
        }
    }

    pub fn sending(updates: Vec<Change>) -> Self {
        Self {
            updates: vec![updates],
            ..Self::new()
        }
    }

    /// The transport to it.
    pub fn post(&mut self, exchange: &Exchange) -> Result<Reply, Lost> {
        assert!(
            exchange.body.len() <= self.max_msg_size,
            "{} bytes",
            exchange.body.len()
        );
        let received = Message::decode(&exchange.body, None, &Limits::default()).unwrap();
        let reply = self.answer(&received.message);
        if self.replies > self.patience {
            return Err(Lost("a tunnel".into()));
        }
        Ok(Reply {
            content_type: exchange.content_type.clone(),
            body: reply.encode(received.encoding, "utf-8"),
            hmac: None,
        })
    }

    /// The reply to a message.
    pub fn answer(&mut self, message: &Message) -> Message {
        if std::mem::take(&mut self.is_busy) {
            self.replies += 1;
            self.held = Some(message.clone());
            let mut body = vec![Command::Status(status(
                message,
                "0",
                "SyncHdr",
                StatusCode::Busy,
            ))];
            number(&mut body, &mut 0);
            return Message {
                header: self.header(message),
                body,
                is_final: false,
            };
        }
        if let Some(held) = self.held.take() {
            let mut reply = self.answer(&held);
            let asked = ["0", message.body.last().unwrap().cmd_id()]
                .into_iter()
                .zip(["SyncHdr", "Alert"]);
            let answers = asked.map(|(cmd_ref, cmd)| {
                Command::Status(status(message, cmd_ref, cmd, StatusCode::Ok))
            });
            reply.body.splice(0..0, answers);
            number(&mut reply.body, &mut 0);
            self.heard.push(message.clone());
            return reply;
        }
        self.heard.push(message.clone());
        self.replies += 1;
        let mut reply = Message {
            header: self.header(message),
            ..Message::default()
        };
        let mut statuses = vec![status(message, "0", "SyncHdr", self.welcome(message))];
        let is_refused = statuses[0].code == Some(StatusCode::MissingCredentials);
        if is_refused {
            statuses[0].chal.clone_from(&self.challenge);
        }
        let mut rest = vec![];
        for command in &message.body {
            self.hear(message, command, is_refused, &mut statuses, &mut rest);
        }
        reply.body = statuses
            .into_iter()
            .map(Command::Status)
            .chain(rest)
            .collect();
        let syncs = message.body.iter().any(|c| matches!(c, Command::Sync(_)));
        let was_over = self
            .heard
            .iter()
            .rev()
            .skip(1)
            .any(|m| m.is_final && has_sync(m));
        reply.is_final = message.is_final;
        if !is_refused && (message.is_final && syncs || was_over && !message.is_final) {
            self.update(&mut reply);
        }
        number(&mut reply.body, &mut 0);
        (self.spoil)(self.replies, &mut reply);
        reply
    }

    fn header(&self, message: &Message) -> Header {
        Header {
            msg_id: self.replies.to_string(),
            target: message.header.source.uri.as_str().into(),
            source: message.header.target.uri.as_str().into(),
            resp_uri: Some(RESP.into()),
            cred: None,
            meta: Meta {
                max_msg_size: Some(self.max_msg_size.to_string()),
                ..Meta::default()
            },
            ..message.header.clone()
        }
    }

    fn welcome(&self, message: &Message) -> StatusCode {
        match (&message.header.cred, &self.challenge) {
            (None, Some(_)) if self.replies == 1 => StatusCode::MissingCredentials,
            (Some(_), _) => StatusCode::Authenticated,
            (None, _) => StatusCode::Ok,
        }
    }

    fn hear(
        &mut self,
        message: &Message,
        command: &Command,
        is_refused: bool,
        statuses: &mut Vec<Status>,
        rest: &mut Vec<Command>,
    ) {
        let mut answer = status(message, command.cmd_id(), command.name(), StatusCode::Ok);
        if is_refused && !matches!(command, Command::Status(_)) {
            answer.code = Some(StatusCode::MissingCredentials);
            statuses.push(answer);
            if let Command::Sync(sync) = command {
                let inner = sync.commands.iter();
                statuses.extend(inner.map(|c| {
                    status(
                        message,
                        c.cmd_id(),
                        c.name(),
                        StatusCode::MissingCredentials,
                    )
                }));
            }
            return;
        }
        match command {
            Command::Status(_) => {}
            Command::Alert(alert) => {
                let resumed = alert.code == Some(AlertCode::Resume);
                if resumed && self.suspended.is_none() {
                    self.instead = Some(Mode::Slow);
                }
                let resumed = resumed.then_some(self.suspended.unwrap_or(Mode::Slow));
                if let Some(asked) = alert.code.and_then(Mode::of).or(resumed) {
                    self.mode = Some(self.instead.unwrap_or(asked));
                    if self.instead.is_some() {
                        answer.code = Some(StatusCode::RefreshRequired);
                    }
                    let about = &alert.items[0];
                    let next = about.meta.anchor.clone().unwrap().next;
                    let anchor = Some(AnchorPair { last: None, next });
                    answer.items.push(StatusItem {
                        anchor,
                        ..StatusItem::default()
                    });
                    rest.push(Command::Alert(self.alert(about)));
                }
                statuses.push(answer);
            }
            Command::Sync(sync) => {
                statuses.push(answer);
                for inner in &sync.commands {
                    let Command::Change(change) = inner else {
                        panic!("{inner:?}")
                    };
                    let code = self.keep(change);
                    statuses.push(status(message, inner.cmd_id(), inner.name(), code));
                }
            }
            Command::Map(map) => {
                self.maps.extend(
                    map.items
                        .iter()
                        .map(|i| (i.target.uri.clone(), i.source.uri.clone())),
                );
                statuses.push(answer);
            }
            Command::Get(_) | Command::Put(_) | Command::Results(_) => statuses.push(answer),
            Command::Change(_)
            | Command::Exec(_)
            | Command::Group(_)
            | Command::Search(_)
            | Command::Unknown { .. } => panic!("{command:?}"),
        }
    }

    fn alert(&self, about: &AlertItem) -> Alert {
        let meta = Meta {
            anchor: Some(self.anchor.clone()),
            ..Meta::default()
        };
        let item = AlertItem {
            target: about.source.clone(),
            source: about.target.clone(),
            meta,
            data: None,
        };
        Alert {
            code: self.mode.map(Mode::code),
            items: vec![item],
            ..Alert::default()
        }
    }

    fn keep(&mut self, change: &Change) -> StatusCode {
        let item = &change.items[0];
        let luid = item.source.as_ref().unwrap().uri.clone();
        if let Some(code) = self.codes.get(&luid) {
            return *code;
        }
        self.part
            .extend_from_slice(item.data.as_deref().unwrap_or_default());
        if item.more_data {
            return StatusCode::ChunkAccepted;
        }
        let whole = Item {
            data: Some(std::mem::take(&mut self.part)),
            ..Item::default()
        };
        let body = whole.bytes(&change.meta).unwrap().into_owned();
        self.items
            .insert(luid, (change.kind != ChangeKind::Delete).then_some(body));
        if change.kind == ChangeKind::Add {
            StatusCode::ItemAdded
        } else {
            StatusCode::Ok
        }
    }

    /// Package 4, message by message.
    fn update(&mut self, reply: &mut Message) {
        if !self.mode.is_some_and(Mode::receives) {
            return;
        }
        let total: usize = self.updates.iter().map(Vec::len).sum();
        let now = if self.updates.is_empty() {
            vec![]
        } else {
            self.updates.remove(0)
        };
        let sync = Sync {
            target: Some("./c".into()),
            source: Some("contacts".into()),
            number_of_changes: (!self.is_announced).then(|| total.to_string()),
            commands: now.into_iter().map(Command::Change).collect(),
            ..Sync::default()
        };
        self.is_announced = true;
        reply.body.push(Command::Sync(sync));
        reply.is_final = self.updates.is_empty();
    }
}

fn has_sync(message: &Message) -> bool {
    message.body.iter().any(|c| matches!(c, Command::Sync(_)))
}

fn status(message: &Message, cmd_ref: &str, cmd: &str, code: StatusCode) -> Status {
    Status {
        msg_ref: message.header.msg_id.clone(),
        cmd_ref: cmd_ref.into(),
        cmd: cmd.into(),
        code: Some(code),
        ..Status::default()
    }
}

/// Gives every command its number.
fn number(commands: &mut [Command], next: &mut u32) {
    for command in commands {
        *next += 1;
        let number = next.to_string();
        if let Command::Status(status) = command {
            status.cmd_id = number;
        } else if let Command::Alert(alert) = command {
            alert.cmd_id = number;
        } else if let Command::Change(change) = command {
            change.cmd_id = number;
        } else if let Command::Sync(sync) = command {
            sync.cmd_id = number;
            self::number(&mut sync.commands, next);
        }
    }
}
