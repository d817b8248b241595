//! The device's side of one session: pure state, one reply in, one message out.
//!
//! ```text
//!            our Final            their Final              our Final            their Final
//!  One -----------------> (wait) ------------> Three ------------------> (wait) ------------> Five -> (wait) -> over
//!   ^  Alerts, Put, Get      |   Alerts          Sync, Maps                 |   Sync            Status, Map
//!   '------ 401, 407 --------'                                              '--> over, where the server sends nothing
//! ```
//! The numbers are those of the packages (DS Protocol 1.2, "Sync packages"). With combined initialization
//! package One holds the Syncs too and its answer counts as that of Three, unless the anchors did not match
//! and everything is to be sent in a Three after all. While a package of either side is not complete, the other
//! side's turns are Statuses and Alert 222.

use std::collections::{BTreeMap, VecDeque};

use super::cred;
use super::device::NoSuchStore;
use super::outbox::Job;
use super::profile::{Login, Opening, Resume, Scheme};
use super::run::{Run, Stage};
use super::sent::Sent;
use super::store::Store;
use super::summary::{Failed, Summary};
use super::{Device, Exchange, Mode, Reply};
use crate::codec::{Encoding, Limits};
use crate::ids::Millis;
use crate::message::{Draft, Message, Status};

/// What to do next.
#[derive(Debug)]
pub enum Step {
    /// Send this and come back with the reply.
    Send(Exchange),
    /// The session is over as it should be.
    Done(Summary),
    /// The session is over before its time.
    Failed(Failed),
}

/// A package of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Package {
    /// Initialization.
    One,
    /// Our changes.
    Three,
    /// Statuses and Maps for theirs.
    Five,
}

/// Whether messages carry credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    /// Nobody asked yet.
    Withheld,
    /// Every message until the server says 212.
    Sent,
    /// The server knows us for this session.
    Accepted,
}

/// A session from the device's side.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
pub struct Dialogue {
    pub(super) url: String,
    pub(super) session_id: String,
    /// Number of our newest message.
    pub(super) msg: u32,
    /// Number of the server's newest message.
    pub(super) their_msg: u32,
    pub(super) package: Package,
    /// Our package has no Final yet.
    pub(super) is_open: bool,
    pub(super) credentials: Credentials,
    /// Challenges answered so far.
    pub(super) challenges: u32,
    /// The server asks for credentials: package One is to be repeated.
    pub(super) is_challenged: bool,
    /// The server is not ready (101).
    pub(super) is_busy: bool,
    /// Replies in a row that brought nothing.
    pub(super) idle: u32,
    /// What the server takes, in bytes.
    pub(super) limit: usize,
    /// The largest object it takes, in bytes.
    pub(super) max_obj_size: Option<usize>,
    /// Alerts and changes go in one package.
    pub(super) is_joined: bool,
    /// The user wants to go on later.
    pub(super) is_parting: bool,
    /// The server was told so.
    pub(super) has_parted: bool,
    pub(super) jobs: VecDeque<Job>,
    pub(super) owed: VecDeque<Status>,
    pub(super) sent: BTreeMap<(u32, String), Sent>,
    pub(super) runs: Vec<Run>,
    pub(super) violations: Vec<String>,
    /// Why the session cannot go on.
    pub(super) fatal: Option<String>,
}

/// What a reply leads to.
pub(super) enum Turn {
    /// This message is next.
    Say(Box<Draft>),
    /// The session is over.
    Over,
    /// The session has failed.
    Failed(String),
}

impl Dialogue {
    /// Opens a session for these datastores (local names); what is to be sent first comes with it.
    ///
    /// # Errors
    /// [`NoSuchStore`] when the device has no datastore of such a name.
    pub fn open(
        device: &mut Device,
        wanted: &[(&str, Mode)],
        now: Millis,
    ) -> Result<(Self, Exchange), NoSuchStore> {
        let (dialogue, draft) = Self::begin(device, wanted, now)?;
        let exchange = dialogue.exchange(device, draft);
        Ok((dialogue, exchange))
    }

    /// As [`Dialogue::open`], with the message as a value.
    pub(super) fn begin(
        device: &mut Device,
        wanted: &[(&str, Mode)],
        now: Millis,
    ) -> Result<(Self, Draft), NoSuchStore> {
        let clock = Millis(now.0.max(device.clock.0 + 1));
        let (version, resume) = (device.profile.version, device.profile.resumes());
        let mut runs = Vec::new();
        for (local, mode) in wanted {
            let store = device
                .store_mut(local)
                .ok_or_else(|| NoSuchStore((*local).to_owned()))?;
            let remote = super::filter::name(store, version);
            runs.push(Run {
                remote,
                ..Run::begin(store, *mode, resume, clock)
            });
        }
        let is_resumed = runs.iter().any(|run| run.resumes != Resume::Never);
        device.clock = clock;
        device.sessions += 1;
        let credentials = match device.profile.login {
            Login::Unasked => Credentials::Sent,
            Login::WhenAsked => Credentials::Withheld,
        };
        let mut dialogue = Self {
            url: device.profile.url.clone(),
            session_id: device
                .summoned
                .take()
                .map_or_else(|| device.sessions.to_string(), |id| id.to_string()),
            msg: 0,
            their_msg: 0,
            package: Package::One,
            is_open: true,
            credentials,
            challenges: 0,
            is_challenged: false,
            is_busy: false,
            idle: 0,
            limit: device.profile.max_msg_size,
            max_obj_size: None,
            jobs: VecDeque::new(),
            owed: VecDeque::new(),
            sent: BTreeMap::new(),
            is_joined: device.profile.opening == Opening::Combined && !is_resumed,
            is_parting: false,
            has_parted: false,
            runs,
            violations: Vec::new(),
            fatal: None,
        };
        dialogue.plan_one(device);
        let draft = dialogue.say(device);
        Ok((dialogue, draft))
    }

    /// Takes the reply to what was sent last.
    pub fn next(&mut self, device: &mut Device, reply: &Reply) -> Step {
        self.check_reply(&device.profile, reply);
        let signs = device.scheme == Scheme::Mac && self.credentials == Credentials::Sent;
        let is_sound =
            !signs || cred::is_signed(&device.profile, reply.hmac.as_deref(), &reply.body);
        let challenges = self.challenges;
        let charset = reply.content_type.to_ascii_lowercase();
        let charset = charset
            .split_once("charset=")
            .map(|(_, c)| c.trim_matches(['"', ' ', ';']));
        let turn = match Message::decode(&reply.body, charset, &Limits::default()) {
            Ok(received) => {
                if received.encoding != device.profile.encoding {
                    self.violation("the reply is spelled in another way than the request");
                }
                self.hear(device, &received.message)
            }
            Err(error) => Turn::Failed(format!("the reply is no message: {error}")),
        };
        if !is_sound && challenges == self.challenges {
            self.violation("the reply to a message with a MAC has no good one itself");
        }
        match turn {
            Turn::Say(draft) => {
                self.remember(device);
                Step::Send(self.exchange(device, *draft))
            }
            Turn::Over => Step::Done(self.summary(true)),
            Turn::Failed(reason) => Step::Failed(self.cut(reason)),
        }
    }

    /// The session breaks off here: the connection is lost, or the user has had enough.
    #[must_use]
    pub fn cut(&self, reason: String) -> Failed {
        Failed {
            reason,
            summary: self.summary(false),
        }
    }

    /// How the session stands.
    fn summary(&self, is_over: bool) -> Summary {
        let stores = self
            .runs
            .iter()
            .map(|run| run.summary(is_over && run.stage == Stage::Agreed));
        Summary {
            stores: stores.collect(),
            messages: self.msg,
            violations: self.violations.clone(),
        }
    }

    /// Takes a reply as a value: what to say next.
    pub(super) fn hear(&mut self, device: &mut Device, message: &Message) -> Turn {
        self.take(device, message);
        if let Some(reason) = self.fatal.take() {
            return Turn::Failed(reason);
        }
        if std::mem::take(&mut self.is_busy) {
            self.jobs.push_front(Job::Ask);
            return self.speak(device);
        }
        if std::mem::take(&mut self.is_challenged) {
            self.plan_one(device);
            return self.speak(device);
        }
        if let Some(turn) = self.part(device, message) {
            return turn;
        }
        match (self.package, self.is_open, message.is_final) {
            (_, true, is_final) => {
                if is_final {
                    self.violation("the server ended its package before ours was complete");
                }
                self.speak(device)
            }
            (_, false, false) => {
                self.jobs.push_back(Job::Next);
                self.speak(device)
            }
            (Package::One, false, true) => self.after_one(device),
            (Package::Three, false, true) => self.after_three(device),
            (Package::Five, false, true) => self.finish(device),
        }
    }

    pub(super) fn speak(&mut self, device: &mut Device) -> Turn {
        if self.idle > MAX_IDLE {
            return Turn::Failed(
                "the server keeps the session open without saying anything".to_owned(),
            );
        }
        Turn::Say(Box::new(self.say(device)))
    }

    /// A datastore of the session, with what lies behind it.
    pub(super) fn pair<'a>(
        &'a mut self,
        device: &'a mut Device,
        index: usize,
    ) -> Option<(&'a mut Run, &'a mut Store)> {
        let run = self.runs.get_mut(index)?;
        let store = device.store_mut(&run.local)?;
        Some((run, store))
    }

    fn exchange(&self, device: &Device, draft: Draft) -> Exchange {
        let content_type = match device.profile.encoding {
            Encoding::Xml => "application/vnd.syncml+xml",
            Encoding::Wbxml => "application/vnd.syncml+wbxml",
        };
        let body = draft.finish();
        let signs = device.scheme == Scheme::Mac && self.credentials == Credentials::Sent;
        Exchange {
            url: self.url.clone(),
            content_type: content_type.to_owned(),
            hmac: signs.then(|| cred::hmac(&device.profile, &device.nonce, &body)),
            body,
        }
    }
}

/// Replies in a row that bring nothing before the device gives up.
const MAX_IDLE: u32 = 20;
