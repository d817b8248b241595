//! Messages as they stand in a case: made, sent, and their replies held against the demands.

use super::account::{CALENDAR, CONTACTS};
use super::case::{Login, Say};
use super::expect::{Scene, Unmet, bodies};
use super::play::{Player, Stop};
use super::{Carry, spell, text};
use crate::client::device::Device;
use crate::client::http::Answer;
use crate::client::{Exchange, Scheme, cred};
use crate::codec::{Encoding, Limits};
use crate::message::{ChangeKind, Command, Message, StatusCode};

/// A session made of messages of a case.
#[derive(Debug, Clone)]
pub struct Open {
    id: String,
    /// Number of our newest message.
    msg: u32,
    url: String,
    /// Our Next of this session.
    next: String,
    /// The server said 212.
    is_known: bool,
    /// What came back last.
    heard: Option<Message>,
    /// The server's names for items it added in this session, by what is in them.
    added: Vec<(String, String)>,
}

impl Player<'_> {
    /// Sends a message of the case.
    pub(super) fn say(&mut self, say: &Say, carry: Carry<'_>) -> Result<(), Stop> {
        let mut device = self.take(&say.device)?;
        let known = self.sessions.remove(&say.device).filter(|_| !say.new);
        let mut open = known.unwrap_or_else(|| self.open(&mut device));
        let mut tries = 0;
        let (sent, reply) = loop {
            open.msg += 1;
            let exchange = self.exchange(say, &device, &open)?;
            let body = post(&exchange, carry)?;
            if say.twice && post(&exchange, carry)? != body {
                return Err(Stop::Failed(
                    "the same message again got another reply".to_owned(),
                ));
            }
            let reply = Message::decode(&body, None, &Limits::default());
            let reply = reply
                .map_err(|flaw| Stop::Failed(format!("the reply is no message: {flaw}")))?
                .message;
            let is_challenged = open.hear(&mut device, &reply);
            tries += 1;
            if !(is_challenged && say.login == Login::Good && tries < 3) {
                break (open.msg.to_string(), reply);
            }
        };
        let scene = Scene {
            reply: &reply,
            msg: &sent,
            next: &open.next,
            locals: [CONTACTS, CALENDAR],
            tag: &self.tag,
            remote: &self.contacts,
        };
        let mut wrong = Vec::new();
        for expect in &say.expect {
            match expect.check(&scene) {
                Ok(()) => {}
                Err(Unmet::Lacking(why)) => return Err(Stop::Lacking(why)),
                Err(Unmet::Wrong(why)) => wrong.push(why),
            }
        }
        if say.settles
            && let Some(store) = device.store_mut(CONTACTS)
        {
            store.last = Some(open.next.clone());
        }
        self.sessions.insert(say.device.clone(), open);
        self.devices.insert(say.device.clone(), device);
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Stop::Failed(wrong.join("; ")))
        }
    }

    fn open(&self, device: &mut Device) -> Open {
        device.clock.0 = self.now.0.max(device.clock.0 + 1);
        device.sessions += 1;
        Open {
            id: device.sessions.to_string(),
            msg: 0,
            url: device.profile.url.clone(),
            next: device.clock.to_string(),
            is_known: false,
            heard: None,
            added: Vec::new(),
        }
    }

    fn exchange(&self, say: &Say, device: &Device, open: &Open) -> Result<Exchange, Stop> {
        let profile = &device.profile;
        let body = text::filled(&say.body, &|name| self.value(name, device, open))
            .map_err(Stop::Broken)?;
        let number = spell::number(profile.version);
        let dtd = say.ver_dtd.as_deref().unwrap_or(number);
        let proto = say
            .ver_proto
            .clone()
            .unwrap_or_else(|| format!("SyncML/{number}"));
        let cred = spell::credentials(say.login, device, open.is_known)
            .map(|cred| spell::written(&cred))
            .unwrap_or_default();
        let answers = if say.answers {
            open.answers()
        } else {
            String::new()
        };
        let closes = if say.closes { "<Final/>" } else { "" };
        let (url, id) = (
            text::escaped(&open.url),
            text::escaped(profile.device.as_str()),
        );
        let user = text::escaped(profile.user.as_str());
        let message = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><SyncML xmlns=\"SYNCML:SYNCML{number}\"><SyncHdr><VerDTD>{dtd}</VerDTD>\
             <VerProto>{proto}</VerProto><SessionID>{}</SessionID><MsgID>{}</MsgID><Target><LocURI>{url}</LocURI></Target>\
             <Source><LocURI>{id}</LocURI><LocName>{user}</LocName></Source>{}{cred}<Meta>\
             <MaxMsgSize xmlns=\"syncml:metinf\">{}</MaxMsgSize></Meta></SyncHdr><SyncBody>{answers}{body}{closes}\
             </SyncBody></SyncML>",
            open.id, open.msg, say.header, profile.max_msg_size,
        );
        let (content_type, body) = match profile.encoding {
            Encoding::Xml => ("application/vnd.syncml+xml", message.into_bytes()),
            Encoding::Wbxml => (
                "application/vnd.syncml+wbxml",
                spell::binary(&message, profile.version, say.head)?,
            ),
        };
        Ok(Exchange {
            url: open.url.clone(),
            content_type: content_type.to_owned(),
            hmac: (device.scheme == Scheme::Mac && say.login == Login::Good)
                .then(|| cred::hmac(profile, &device.nonce, &body)),
            body,
        })
    }

    /// What a placeholder stands for.
    fn value(&self, name: &str, device: &Device, open: &Open) -> Option<String> {
        let place = |local: &str, remote: &str| {
            format!(
                "<Target><LocURI>{}</LocURI></Target><Source><LocURI>{local}</LocURI></Source>",
                text::escaped(remote)
            )
        };
        let anchor = |last: Option<&String>| {
            let last = last
                .map(|last| format!("<Last>{}</Last>", text::escaped(last)))
                .unwrap_or_default();
            format!(
                "<Anchor xmlns='syncml:metinf'>{last}<Next>{}</Next></Anchor>",
                open.next
            )
        };
        let last = device.store(CONTACTS).and_then(|store| store.last.as_ref());
        let (kind, rest) = name.split_once(':').unwrap_or((name, ""));
        let (item, words) = rest.split_once(':').unwrap_or((rest, ""));
        Some(match kind {
            "contacts" => place(CONTACTS, &self.contacts),
            "calendar" => place(CALENDAR, &self.calendar),
            "contacts-name" => text::escaped(&self.contacts),
            "nowhere" => place("./nowhere", "no-such-datastore"),
            "anchor" => anchor(last),
            "first-anchor" => anchor(None),
            "last-is" => anchor(Some(&rest.to_owned())),
            "next" => open.next.clone(),
            "item" => text::escaped(&text::card(&self.tag, item, words, 0)),
            // The first or the second part of a large item, and its size.
            "head" => text::escaped(text::halves(&self.large(item), words.parse().ok()?).0),
            "tail" => text::escaped(text::halves(&self.large(item), words.parse().ok()?).1),
            "size" => self.large(item).len().to_string(),
            "guid" => {
                let word = text::word(&self.tag, item);
                open.added
                    .iter()
                    .find(|(body, _)| body.contains(&word))?
                    .1
                    .clone()
            }
            "devinf" => device.profile.devinf_uri().to_owned(),
            "device" => device.profile.device.as_str().to_owned(),
            "version" => spell::number(device.profile.version).to_owned(),
            _ => return None,
        })
    }
    fn large(&self, item: &str) -> String {
        text::card(&self.tag, item, "", LARGE_BYTES)
    }
}

impl Open {
    /// Takes a reply. Answers whether it asks for credentials and says which.
    fn hear(&mut self, device: &mut Device, reply: &Message) -> bool {
        if let Some(uri) = &reply.header.resp_uri {
            self.url.clone_from(uri);
        }
        let mut is_challenged = false;
        let header = reply.body.iter().find_map(|command| {
            let Command::Status(status) = command else {
                return None;
            };
            (status.cmd_ref.trim() == "0").then_some(status)
        });
        if let Some(status) = header {
            self.is_known |= status.code == Some(StatusCode::Authenticated);
            let is_refused = matches!(
                status.code,
                Some(StatusCode::InvalidCredentials | StatusCode::MissingCredentials)
            );
            let chal = status.chal.as_ref();
            if let Some(nonce) = chal.and_then(|chal| cred::nonce(&chal.meta)) {
                device.nonce = nonce;
            }
            if let Some((scheme, nonce)) = chal
                .filter(|_| is_refused)
                .and_then(|chal| cred::challenge(&chal.meta))
            {
                (device.scheme, device.nonce) = (scheme, nonce);
                is_challenged = true;
            }
        }
        for command in reply.body.iter().flat_map(Command::inner) {
            if let Command::Change(change) = command
                && change.kind == ChangeKind::Add
                && let Some(source) = change.items.first().and_then(|item| item.source.as_ref())
            {
                self.added.push((bodies(change), source.uri.clone()));
            }
        }
        self.heard = Some(reply.clone());
        is_challenged
    }

    /// A Status for each command that came last.
    fn answers(&self) -> String {
        let Some(heard) = self.heard.as_ref().filter(|_| self.msg > 1) else {
            return String::new();
        };
        let mut out = Vec::new();
        let mut answer = |cmd_ref: &str, cmd: &str, code: u16, data: String| {
            let count = 9000 + out.len();
            out.push(format!(
                "<Status><CmdID>{count}</CmdID><MsgRef>{}</MsgRef><CmdRef>{cmd_ref}</CmdRef><Cmd>{cmd}</Cmd>\
                 <Data>{code}</Data>{data}</Status>",
                heard.header.msg_id
            ));
        };
        answer("0", "SyncHdr", 200, String::new());
        for command in heard
            .body
            .iter()
            .flat_map(|command| std::iter::once(command).chain(command.inner()))
        {
            if matches!(
                command,
                Command::Status(_) | Command::Map(_) | Command::Results(_)
            ) || command.no_resp()
            {
                continue;
            }
            let next = if let Command::Alert(alert) = command {
                alert
                    .items
                    .first()
                    .and_then(|item| item.meta.anchor.as_ref())
            } else {
                None
            };
            let echo = next.map(|anchor| {
                let next = text::escaped(&anchor.next);
                format!("<Item><Data><Anchor xmlns='syncml:metinf'><Next>{next}</Next></Anchor></Data></Item>")
            });
            let code = if command.name() == "Add" { 201 } else { 200 };
            answer(
                command.cmd_id(),
                command.name(),
                code,
                echo.unwrap_or_default(),
            );
        }
        out.concat()
    }
}

fn post(exchange: &Exchange, carry: Carry<'_>) -> Result<Vec<u8>, Stop> {
    let reply = carry(exchange).and_then(Answer::reply);
    reply
        .map(|reply| reply.body)
        .map_err(|lost| Stop::Failed(lost.0))
}

/// The size of an item that goes in chunks, in bytes.
const LARGE_BYTES: usize = 3000;
