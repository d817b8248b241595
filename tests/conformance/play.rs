//! Plays a story: on each database, in each spelling.

use std::collections::BTreeMap;
use std::fs;

use anchorage::codec::{Encoding, Limits, Tag};
use anchorage::message::Message;
use anchorage::session::{Ends, Envelope, Style};

use crate::server::{On, Server, Setting, USER};
use crate::shape;
use crate::story::{Exchange, Spelling, Story};
use crate::validate::Validator;
use crate::wire;

/// Plays the story of a test; with `UPDATE` in the environment it writes the replies instead of comparing them.
pub fn story(test: &str) {
    let name = test.replace('_', "-");
    let (story, exchanges) = Story::read(&name);
    let spellings = story
        .only
        .map_or(vec![Spelling::Xml, Spelling::Wbxml], |only| vec![only]);
    let mut validator = Validator::default();
    let mut update = std::env::var_os("UPDATE").is_some();
    for on in [On::Sqlite, On::Postgres] {
        for spelling in &spellings {
            let mut play = Play {
                scene: format!("{name} on {on:?} in {spelling:?}"),
                server: Server::new(on, setting(&story)),
                encoding: spelling.encoding(),
                tokens: BTreeMap::new(),
                nonces: Vec::new(),
                theirs: Vec::new(),
                limit: None,
                update: std::mem::take(&mut update),
                validator: &mut validator,
            };
            if let Some(agent) = &story.user_agent {
                agent.clone_into(&mut play.server.user_agent);
            }
            for exchange in &exchanges {
                for setting in story.set.iter().filter(|s| s.before == exchange.number) {
                    play.server.set(&setting.flags);
                }
                for event in story
                    .elsewhere
                    .iter()
                    .filter(|e| e.before == exchange.number)
                {
                    play.server.elsewhere(event);
                }
                let late = [
                    (&story.busy, Ends::AtOnce),
                    (&story.busy_at_the_last, Ends::AtTheLast),
                ];
                let late = late
                    .into_iter()
                    .find(|(numbers, _)| numbers.contains(&exchange.number))
                    .map(|(_, ends)| ends);
                play.exchange(&story, exchange, late);
            }
            assert_eq!(play.server.titles(), story.after, "{}", play.scene);
        }
    }
    validator.assert_all_valid();
}

fn setting(story: &Story) -> Setting {
    Setting {
        scheme: story.scheme,
        per_message: story.per_message,
        http_basic: story.http_basic,
        policy: story.policy,
        busy_style: story
            .busy_style
            .as_deref()
            .map_or(Style::Busy, |name| Style::parse(name).unwrap()),
        guard: story.guard,
        copy_as_add: story.copy_as_add,
        used_numbers: story.used_numbers,
    }
}

impl Play<'_> {
    /// The MAC around a message, if the story wants one.
    fn hmac(&self, story: &Story, number: usize, body: &[u8]) -> Option<String> {
        let nonce = self.nonces.last().cloned().unwrap_or_default();
        if story.forged.contains(&number) {
            return Some(wire::signed(USER, &nonce, &[body, b" "].concat()));
        }
        let wanted = story.mac.contains(&number);
        wanted.then(|| wire::signed(USER, &nonce, body))
    }
}

/// One performance.
struct Play<'a> {
    scene: String,
    server: Server,
    encoding: Encoding,
    /// What the last RespURI of each session had behind `?s=`.
    tokens: BTreeMap<String, String>,
    nonces: Vec<Vec<u8>>,
    /// The nonce the device gave last.
    theirs: Vec<u8>,
    /// Longest reply the device takes, in bytes.
    limit: Option<usize>,
    update: bool,
    validator: &'a mut Validator,
}

impl Play<'_> {
    fn exchange(&mut self, story: &Story, exchange: &Exchange, late: Option<Ends>) {
        let repeated = story.repeat.contains(&exchange.number);
        self.server.tick();
        let scene = format!("{}, message {}", self.scene, exchange.number);
        let text = wire::with_credentials(&exchange.text, &self.nonces);
        let message = wire::read(text.as_bytes());
        let session = wire::text(&message.events, Tag::SessionId).unwrap_or_default();
        let session = session.to_owned();
        if wire::text(&message.events, Tag::MsgId) == Some("1") {
            self.tokens.remove(&session);
            self.limit = None;
        }
        let token = self.tokens.get(&session).cloned();
        // In XML as it stands: what the codec does not know would be lost in writing.
        let body = match self.encoding {
            Encoding::Xml => text.clone().into_bytes(),
            Encoding::Wbxml => wire::write(&message.events, Encoding::Wbxml),
        };
        let hmac = self.hmac(story, exchange.number, &body);
        let authorization = wire::with_credentials("Basic {basic}", &[]);
        let envelope = Envelope {
            hmac: hmac.as_deref(),
            authorization: Some(authorization.as_str())
                .filter(|_| story.authorization.contains(&exchange.number)),
            ..Envelope::default()
        };
        self.theirs = wire::nonce(&message.events).unwrap_or(std::mem::take(&mut self.theirs));
        let answer = |server: &Server, token: Option<&str>| {
            let reply = server.answer_in(envelope, &body, token, late);
            reply.unwrap_or_else(|why| panic!("{scene}: {why}"))
        };
        let reply = answer(&self.server, token.as_deref());
        assert_eq!(reply.encoding, self.encoding, "{scene}");
        if repeated {
            self.server.tick();
            let again = answer(&self.server, token.as_deref());
            assert_eq!(again.body, reply.body, "{scene}, said again");
            assert_eq!(again.hmac, reply.hmac, "{scene}, said again");
        }
        let told = Message::decode(&reply.body, None, &Limits::default()).unwrap();
        assert_eq!(shape::flaws(&told.message), [""; 0], "{scene}");
        let document = wire::read(&reply.body);
        let is_welcome = !matches!(
            wire::text(&document.events, Tag::Data),
            Some("401" | "407" | "406" | "403")
        );
        let signed = wire::signed("anchorage", &self.theirs, &reply.body);
        assert_eq!(
            reply.hmac,
            Some(signed).filter(|_| is_welcome && hmac.is_some()),
            "{scene}"
        );
        let announced = wire::text(&message.events, Tag::MaxMsgSize);
        self.limit = announced.map(|size| size.parse().unwrap()).or(self.limit);
        assert!(
            self.limit.is_none_or(|limit| reply.body.len() <= limit),
            "{scene}: {} bytes for a device that takes {:?}",
            reply.body.len(),
            self.limit
        );
        self.validator
            .add(&scene, &wire::write(&document.events, Encoding::Xml));
        let told = wire::masked(&document.events);
        if self.update {
            fs::write(&exchange.reply, wire::laid_out(&told)).unwrap();
        }
        let expected = fs::read(&exchange.reply).unwrap_or_default();
        let expected = if expected.is_empty() {
            Vec::new()
        } else {
            wire::read(&expected).events
        };
        if expected != told {
            let (is, should) = (wire::laid_out(&told), wire::laid_out(&expected));
            let differs = is.lines().zip(should.lines()).position(|(a, b)| a != b);
            panic!(
                "{scene}: the reply differs, first in line {}.\nIs:\n{is}\nShould be:\n{should}",
                differs.map_or(0, |at| at + 1)
            );
        }
        if let Some(uri) = wire::text(&document.events, Tag::RespUri) {
            self.tokens
                .extend(wire::token(uri).map(|token| (session, token.to_owned())));
        }
        self.nonces.extend(wire::nonce(&document.events));
    }
}
