//! A device that syncs in process, without a socket: it drives `session::Host` with generated messages.
//!
//! It has what a load needs and no more: contacts that are added, a session in any mode, Maps for what it was sent.
//! What it does not do: change or delete items, or bear with a server that breaks the protocol (that is an error).
//! The clock it hands the server is its own, so a run is the same every time.

use std::collections::BTreeMap;
use std::error::Error;

use anchorage::codec::{Encoding, Limits};
use anchorage::ids::Millis;
use anchorage::message::{
    Alert, AlertCode, AlertItem, AnchorPair, ChangeKind, Command, Cred, Draft, Header, Item,
    Location, Map, MapItem, Message, Meta, Status, StatusCode,
};
use anchorage::session::{Envelope, Host, Request};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

#[path = "says.rs"]
pub mod says;

use says::{ENDPOINT, add, devinf, next_message, push, status, sync_command};

/// What went wrong, in words.
pub type Failed = Box<dyn Error>;

/// `MaxMsgSize`, in bytes.
pub const MESSAGE_BYTES: usize = 150_000;
/// More messages than any sync of the load takes.
const MAX_MESSAGES: u32 = 20_000;

/// Measures what the server does with each message.
pub trait Meter {
    /// Just before the server gets the message.
    fn start(&mut self);
    /// Just after its reply.
    fn stop(&mut self, request_bytes: usize, reply_bytes: usize);
}

/// A device with its contacts.
pub struct Device {
    id: String,
    encoding: Encoding,
    /// The most items in one message; fewer than fit, where a test counts.
    pub items_per_message: usize,
    /// Its contacts by LUID.
    pub contacts: BTreeMap<u32, Vec<u8>>,
    last: Option<String>,
    sessions: u32,
}

/// One session of a device.
struct Session<'a> {
    device: &'a mut Device,
    host: &'a Host,
    meter: &'a mut dyn Meter,
    /// What stands behind `?s=` in the address the server gave.
    token: Option<String>,
    msg: u32,
    /// What is owed for the last message of the server.
    statuses: Vec<Status>,
    pairs: Vec<MapItem>,
    /// The server's package is complete.
    complete: bool,
}

impl Device {
    /// A device with these contacts, that never synced.
    pub fn new(id: &str, encoding: Encoding, contacts: Vec<Vec<u8>>) -> Self {
        Self {
            id: id.to_owned(),
            encoding,
            items_per_message: usize::MAX,
            contacts: (1..).zip(contacts).collect(),
            last: None,
            sessions: 0,
        }
    }

    /// Syncs contacts: a slow sync sends everything, a two-way sync nothing. Answers how many messages it took.
    ///
    /// # Errors
    /// When the server refuses anything.
    pub fn sync(
        &mut self,
        host: &Host,
        code: AlertCode,
        meter: &mut dyn Meter,
    ) -> Result<u32, Failed> {
        self.sessions += 1;
        let all = if code == AlertCode::Slow {
            self.contacts.clone().into_iter().collect()
        } else {
            Vec::new()
        };
        let next = self.sessions.to_string();
        let mut session = Session {
            device: self,
            host,
            meter,
            token: None,
            msg: 0,
            statuses: Vec::new(),
            pairs: Vec::new(),
            complete: false,
        };
        session.initialise(code, &next)?;
        session.send_changes(&all)?;
        session.take_changes()?;
        let messages = session.msg;
        self.last = Some(next);
        Ok(messages)
    }
}

impl Session<'_> {
    /// Package 1 and 2: credentials, device information, the Alert.
    fn initialise(&mut self, code: AlertCode, next: &str) -> Result<(), Failed> {
        let mut draft = self.draft()?;
        let item = AlertItem {
            target: Some(Location::from("contacts")),
            source: Some(Location::from("card")),
            meta: Meta {
                anchor: Some(AnchorPair {
                    last: self.device.last.clone(),
                    next: next.to_owned(),
                }),
                ..Meta::default()
            },
            data: None,
        };
        push(&mut draft, devinf(&self.device.id))?;
        push(
            &mut draft,
            Command::Alert(Alert {
                code: Some(code),
                items: vec![item],
                ..Alert::default()
            }),
        )?;
        draft.set_final();
        let reply = self.exchange(draft)?;
        let given = reply.body.iter().find_map(|command| {
            if let Command::Alert(alert) = command {
                alert.code
            } else {
                None
            }
        });
        if given != Some(code) || !reply.is_final {
            return Err(format!("asked for {code}, the server runs {given:?}").into());
        }
        Ok(())
    }

    /// Package 3: everything the device says. The reply to the last message is taken in.
    fn send_changes(&mut self, all: &[(u32, Vec<u8>)]) -> Result<(), Failed> {
        let mut rest = all;
        loop {
            let mut draft = self.draft()?;
            push(&mut draft, sync_command())?;
            let mut sent = 0;
            for (luid, body) in rest.iter().take(self.device.items_per_message) {
                if draft.push_into_sync(add(*luid, body)).is_err() {
                    break;
                }
                sent += 1;
            }
            rest = rest.get(sent..).unwrap_or_default();
            if sent == 0 && !rest.is_empty() {
                return Err("a contact is larger than a message".into());
            }
            if rest.is_empty() {
                draft.set_final();
            }
            let reply = self.exchange(draft)?;
            if rest.is_empty() {
                return self.take(&reply);
            }
        }
    }

    /// Packages 4 and 5: what the server says, until its last word.
    fn take_changes(&mut self) -> Result<(), Failed> {
        loop {
            let mut draft = self.draft()?;
            if !self.pairs.is_empty() {
                let items = std::mem::take(&mut self.pairs);
                let (target, source) = (Location::from("contacts"), Location::from("card"));
                push(
                    &mut draft,
                    Command::Map(Map {
                        target,
                        source,
                        items,
                        ..Map::default()
                    }),
                )?;
            }
            if self.complete {
                draft.set_final();
                let reply = self.exchange(draft)?;
                let ended = reply.is_final.then_some(());
                return ended.ok_or_else(|| "the server did not end the session".into());
            }
            push(&mut draft, next_message(&self.device.id))?;
            let reply = self.exchange(draft)?;
            self.take(&reply)?;
        }
    }

    /// Takes the server's items in, each under a new LUID.
    fn take(&mut self, reply: &Message) -> Result<(), Failed> {
        self.complete = reply.is_final;
        for command in &reply.body {
            let Command::Sync(sync) = command else {
                continue;
            };
            for command in &sync.commands {
                let Command::Change(change) = command else {
                    return Err(format!("no change: {}", command.name()).into());
                };
                for item in &change.items {
                    self.take_item(change.kind, item)?;
                }
            }
        }
        Ok(())
    }

    fn take_item(&mut self, kind: ChangeKind, item: &Item) -> Result<(), Failed> {
        let (ChangeKind::Add, Some(guid), Some(body)) = (kind, &item.source, &item.data) else {
            return Err("the server sent something else than an Add".into());
        };
        let luid = self.device.contacts.keys().next_back().unwrap_or(&0) + 1;
        self.device.contacts.insert(luid, body.clone());
        self.pairs.push(MapItem {
            target: Location::from(guid.uri.as_str()),
            source: Location::from(luid.to_string().as_str()),
        });
        Ok(())
    }

    /// A message with its Statuses for the server's last one.
    fn draft(&mut self) -> Result<Draft, Failed> {
        self.msg += 1;
        if self.msg > MAX_MESSAGES {
            return Err("the session does not end".into());
        }
        let cred = Cred {
            meta: Meta {
                media_type: Some("syncml:auth-basic".to_owned()),
                format: Some("b64".to_owned()),
                ..Meta::default()
            },
            data: BASE64_STANDARD
                .encode(format!("{USER}:{PASSWORD}"))
                .into_bytes(),
        };
        let header = Header {
            ver_dtd: "1.2".to_owned(),
            ver_proto: "SyncML/1.2".to_owned(),
            session_id: self.device.sessions.to_string(),
            msg_id: self.msg.to_string(),
            target: Location::from(ENDPOINT),
            source: Location::from(self.device.id.as_str()),
            cred: (self.msg == 1).then_some(cred),
            meta: Meta {
                max_msg_size: Some(MESSAGE_BYTES.to_string()),
                ..Meta::default()
            },
            ..Header::default()
        };
        let mut draft = Draft::new(header, self.device.encoding, "utf-8", MESSAGE_BYTES);
        for status in std::mem::take(&mut self.statuses) {
            push(&mut draft, Command::Status(status))?;
        }
        Ok(draft)
    }

    /// Sends a message; answers the reply, in which every Status must be good.
    fn exchange(&mut self, draft: Draft) -> Result<Message, Failed> {
        let body = draft.finish();
        let mut chance = [0; 16];
        let seed = format!("{}-{}", self.device.id, self.device.sessions);
        for (slot, byte) in chance.iter_mut().zip(seed.bytes().rev().cycle()) {
            *slot = byte;
        }
        let request = Request {
            body: &body,
            charset: None,
            token: self.token.as_deref(),
            endpoint: Some(ENDPOINT),
            user_agent: Some("load"),
            envelope: Envelope::default(),
            hints: &[],
            now: Millis(
                BEGINNING_MS + i64::from(self.device.sessions) * 1_000 + i64::from(self.msg),
            ),
            chance,
            ..Request::default()
        };
        self.meter.start();
        let reply = self.host.answer(&request);
        let reply = reply?;
        self.meter.stop(body.len(), reply.body.len());
        let message = Message::decode(&reply.body, None, &Limits::default())?.message;
        if let Some(address) = &message.header.resp_uri {
            self.token = address.split_once("?s=").map(|(_, token)| token.to_owned());
        }
        self.answer(&message)?;
        Ok(message)
    }

    /// Looks at every Status, and owes one for every command.
    fn answer(&mut self, message: &Message) -> Result<(), Failed> {
        let msg = message.header.msg_id.as_str();
        self.statuses
            .push(status(msg, "0", "SyncHdr", StatusCode::Ok));
        for command in &message.body {
            if let Command::Status(status) = command {
                let code = status.code.ok_or("a Status without a code")?;
                if !code.is_success() {
                    return Err(
                        format!("{} {} was answered {code}", status.cmd, status.cmd_ref).into(),
                    );
                }
                continue;
            }
            for command in std::iter::once(command).chain(command.inner()) {
                let code = if matches!(command, Command::Change(_)) {
                    StatusCode::ItemAdded
                } else {
                    StatusCode::Ok
                };
                self.statuses
                    .push(status(msg, command.cmd_id(), command.name(), code));
            }
        }
        Ok(())
    }
}

/// The user every device logs in as.
pub const USER: &str = "load";
/// His password.
pub const PASSWORD: &str = "harbour";

/// When the first session begins, in milliseconds since 1970.
const BEGINNING_MS: i64 = 1_700_000_000_000;
