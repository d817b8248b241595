//! Plays a recorded session against a running server, as a client that says what was recorded and answers what it hears.

use std::collections::{BTreeMap, BTreeSet};

use anchorage::codec::Encoding;
use anchorage::ids::DeviceId;
use anchorage::item::{Content, MediaType, TwinKey};
use anchorage::message::status::StatusItem;
use anchorage::message::{
    AnchorPair, ChangeKind, Command, Cred, Location, Message, Status, StatusCode,
};
use anchorage::pim;
use anchorage::pim::lens::{Applied, Form, Lens};
use anchorage::pim::model::Version;

use super::tape::{self, Said, Session};
use super::world::{Elsewhere, World};
use crate::recordings::{expecting, message};
use crate::server::Server;
use crate::story;
use crate::validate::Validator;
use crate::wire;

/// A server in the middle of a recording.
pub struct Live {
    name: String,
    server: Server,
    device: Option<DeviceId>,
    token: Option<String>,
    /// What the server said last.
    heard: Option<Message>,
    /// Our GUIDs by collection and the recorded ones, in this session.
    guids: BTreeMap<(&'static str, String), String>,
    /// Everything it said is held to the DTDs in the end.
    validator: Validator,
}

impl Live {
    /// A recording that begins.
    pub fn new(name: &str, server: Server) -> Self {
        Self {
            name: name.to_owned(),
            server,
            device: None,
            token: None,
            heard: None,
            guids: BTreeMap::new(),
            validator: Validator::default(),
        }
    }

    /// Plays a session, with what happened on the server before it.
    pub fn play(&mut self, session: &Session, world: &mut World) {
        let source = &session.said[0].message.header.source.uri;
        self.device = Some(DeviceId::parse(source).unwrap());
        for event in world.elsewhere(session) {
            self.elsewhere(&event);
        }
        (self.token, self.heard) = (None, None);
        self.guids.clear();
        let (mut wanted, mut got) = (BTreeSet::new(), BTreeSet::new());
        let mut modes = Vec::new();
        let mut former: Option<(&Said, Vec<u8>, Vec<u8>)> = None;
        for said in &session.said {
            self.server.tick();
            if let Some((before, body, reply)) = &former
                && *before == said
            {
                let again = self.server.answer(body, self.token.as_deref()).unwrap();
                assert_eq!(again.body, *reply, "{}: said again", self.name);
                continue;
            }
            let body = self.rewritten(said, session);
            let reply = self.server.answer(&body, self.token.as_deref());
            let reply = reply.unwrap_or_else(|why| panic!("{}: {why}", self.name));
            assert_eq!(reply.encoding, said.encoding, "{}", self.name);
            let heard = message(&reply.body);
            let said_by_us = wire::write(&wire::read(&reply.body).events, Encoding::Xml);
            self.validator.add(&self.name, &said_by_us);
            for status in tape::statuses(&heard) {
                let code = status.code.unwrap();
                let fine = code.is_success() || code == StatusCode::RefreshRequired;
                assert!(fine, "{}: {status:?}", self.name);
                got.insert((status.msg_ref.clone(), status.cmd_ref.clone()));
            }
            wanted.extend(expecting(&message(&body)));
            modes.extend(tape::modes(&heard));
            let uri = heard.header.resp_uri.as_deref().and_then(wire::token);
            self.token = uri.map(str::to_owned).or(self.token.take());
            self.learn(&heard, session);
            self.heard = Some(heard);
            former = Some((said, body, reply.body));
        }
        let missing: Vec<_> = wanted.difference(&got).collect();
        assert!(
            missing.is_empty(),
            "{}: no Status for {missing:?}",
            self.name
        );
        assert_eq!(modes, session.modes, "{}: the modes agreed to", self.name);
        world.pass(session);
    }

    /// Something happens on the server.
    fn elsewhere(&mut self, event: &Elsewhere) {
        let of = |luid: &str| {
            let device = self.device.as_ref().unwrap();
            let known = self.server.luids(device);
            let item = known.iter().find(|((_, name), _)| name == luid);
            Some(
                item.unwrap_or_else(|| panic!("{}: nothing is called {luid}", self.name))
                    .1
                    .id
                    .0,
            )
        };
        let (mut add, mut replace, mut delete) = (None, None, None);
        let body = match event {
            Elsewhere::Added(collection, body) => {
                add = Some((*collection).to_owned());
                body.as_slice()
            }
            Elsewhere::Edited(luid, body) => {
                replace = of(luid);
                body.as_slice()
            }
            Elsewhere::Deleted(luid) => {
                delete = of(luid);
                &[][..]
            }
        };
        self.server.elsewhere(&story::Elsewhere {
            before: 1,
            add,
            replace,
            delete,
            release: None,
            body: String::from_utf8(body.to_vec()).unwrap().replace('\r', ""),
            ..story::Elsewhere::default()
        });
    }

    /// What the client says now.
    fn rewritten(&self, said: &Said, session: &Session) -> Vec<u8> {
        let mut message = said.message.clone();
        message.header.cred = Some(credentials());
        let mut body: Vec<Command> = self.answers(session);
        for mut command in message.body {
            match &mut command {
                Command::Status(_) => continue,
                Command::Alert(alert) => {
                    for item in &mut alert.items {
                        item.target.iter_mut().for_each(known);
                    }
                }
                Command::Sync(sync) => sync.target.iter_mut().for_each(known),
                Command::Map(map) => {
                    known(&mut map.target);
                    let home = tape::collection(&map.target.uri);
                    for item in &mut map.items {
                        let guid = self.guids.get(&(home, item.target.uri.clone()));
                        let guid = guid.unwrap_or_else(|| {
                            panic!(
                                "{}: we never sent what was {:?}",
                                self.name, item.target.uri
                            )
                        });
                        item.target.uri.clone_from(guid);
                    }
                }
                Command::Change(_)
                | Command::Group(_)
                | Command::Exec(_)
                | Command::Get(_)
                | Command::Put(_)
                | Command::Results(_)
                | Command::Search(_)
                | Command::Unknown { .. } => {}
            }
            body.push(command);
        }
        message.body = body;
        message.encode(said.encoding, "utf-8")
    }

    /// A Status for each command heard last, with what the recorded client said to a command of that name.
    fn answers(&self, session: &Session) -> Vec<Command> {
        let Some(heard) = &self.heard else {
            return Vec::new();
        };
        let mut statuses = Vec::new();
        let mut answer = |cmd_ref: &str, cmd: &str, code, anchor: Option<AnchorPair>| {
            statuses.push(Command::Status(Status {
                cmd_id: (9000 + statuses.len()).to_string(),
                msg_ref: heard.header.msg_id.clone(),
                cmd_ref: cmd_ref.to_owned(),
                cmd: cmd.to_owned(),
                code: Some(code),
                items: anchor
                    .into_iter()
                    .map(|anchor| StatusItem {
                        anchor: Some(anchor),
                        ..StatusItem::default()
                    })
                    .collect(),
                ..Status::default()
            }));
        };
        answer("0", "SyncHdr", StatusCode::Ok, None);
        let flat = heard
            .body
            .iter()
            .flat_map(|command| std::iter::once(command).chain(command.inner()));
        for command in
            flat.filter(|command| !matches!(command, Command::Status(_) | Command::Map(_)))
        {
            let anchor = if let Command::Alert(alert) = command {
                let anchor = alert
                    .items
                    .first()
                    .and_then(|item| item.meta.anchor.clone());
                anchor.map(|anchor| AnchorPair {
                    last: None,
                    ..anchor
                })
            } else {
                None
            };
            let usual = if command.name() == "Add" {
                StatusCode::ItemAdded
            } else {
                StatusCode::Ok
            };
            let code = session.answer(command.name()).unwrap_or(usual);
            answer(command.cmd_id(), command.name(), code, anchor);
        }
        statuses
    }

    /// Pairs the items we add with those the recorded server added: they have the same content, or are the same thing,
    /// where the device is sent no more of it than it says it holds.
    fn learn(&mut self, heard: &Message, session: &Session) {
        let recorded = session
            .replied
            .iter()
            .flat_map(|message| tape::changes(message, true));
        let recorded: Vec<_> = recorded.filter(|at| at.kind == ChangeKind::Add).collect();
        for ours in tape::changes(heard, true) {
            let mut free = recorded.iter().filter(|theirs| {
                let key = (theirs.collection, theirs.name());
                key.0 == ours.collection && !self.guids.contains_key(&key)
            });
            let same = free.clone().find(|theirs| theirs.body == ours.body);
            let same = same.or_else(|| free.find(|theirs| twin(theirs) == twin(&ours)));
            if let Some(theirs) = same.filter(|_| ours.kind == ChangeKind::Add) {
                self.guids
                    .insert((theirs.collection, theirs.name()), ours.name());
            }
        }
    }

    /// The server has what the recording implies, and knows the device's names for it.
    pub fn compare(self, world: &World) {
        self.validator.assert_all_valid();
        let mut there: Vec<Content> = self
            .server
            .items()
            .iter()
            .map(|item| item.content.clone())
            .collect();
        for body in world.bodies() {
            let exact = there.iter().position(|item| tape::text(&item.body) == body);
            let at = exact.or_else(|| there.iter().position(|item| holds(item, &body)));
            let at = at.unwrap_or_else(|| panic!("{}: nothing is {body:?}", self.name));
            there.swap_remove(at);
        }
        assert_eq!(there, [], "{}: and nothing else is there", self.name);
        let known = self.server.luids(self.device.as_ref().unwrap());
        for (home, luid, body) in world.luids() {
            let item = known.get(&(home.to_owned(), luid.to_owned()));
            let item = item
                .unwrap_or_else(|| panic!("{}: {luid} of {home} is mapped to nothing", self.name));
            assert!(
                holds(&item.content, body),
                "{}: {luid} is {}, not {body}",
                self.name,
                tape::text(&item.content.body)
            );
        }
    }
}

/// Whether an item is what was said of it, and at most more: what the device does not hold outlived its edits.
fn holds(item: &Content, said: &str) -> bool {
    let sent = Content {
        media_type: pim::classify(said.as_bytes(), &item.media_type),
        body: said.as_bytes().to_vec(),
    };
    let form = match sent.media_type.as_str() {
        "text/x-vcalendar" => Form::Lines(Version::Calendar10),
        "text/x-vcard" => Form::Lines(Version::Card21),
        _ => return tape::text(&item.body) == said,
    };
    tape::text(&item.body) == said
        || Lens::of(form).apply_edits(None, item, &sent) == Applied::Unchanged
}

/// What an item is, whatever is said of it.
fn twin(change: &tape::At<'_>) -> TwinKey {
    let unknown = MediaType::new("text/plain");
    pim::twin_key(&Content {
        media_type: pim::classify(&change.bytes, &unknown),
        body: change.bytes.clone(),
    })
}

/// A datastore's name as we know it.
fn known(place: &mut Location) {
    if place.uri == "srv_note" {
        "note".clone_into(&mut place.uri);
    }
}

/// Basic credentials of our user.
fn credentials() -> Cred {
    let xml = wire::with_credentials(
        "<SyncML xmlns='SYNCML:SYNCML1.2'><SyncHdr><VerDTD>1.2</VerDTD><VerProto>SyncML/1.2</VerProto><SessionID>1</SessionID>\
         <MsgID>1</MsgID><Target><LocURI>s</LocURI></Target><Source><LocURI>d</LocURI></Source><Cred><Meta>\
         <Format xmlns='syncml:metinf'>b64</Format><Type xmlns='syncml:metinf'>syncml:auth-basic</Type></Meta>\
         <Data>{basic}</Data></Cred></SyncHdr><SyncBody><Final/></SyncBody></SyncML>",
        &[],
    );
    let read = wire::read(xml.as_bytes());
    assert_eq!(read.encoding, Encoding::Xml);
    message(xml.as_bytes()).header.cred.unwrap()
}
