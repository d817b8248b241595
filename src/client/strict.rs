//! What a strict device checks. A breach becomes a sentence in [`Summary::violations`]; only what makes the session
//! meaningless (another session, an old message) ends it.
//!
//! [`Summary::violations`]: super::Summary::violations

use super::dialogue::Dialogue;
use super::profile::{Profile, Resume};
use super::run::Stage;
use super::sent::What;
use super::{Device, Mode, Reply};
use crate::codec::Version;
use crate::ids::Luid;
use crate::message::{ChangeKind, Command, Item, Message, Meta, Status, StatusCode, Sync};

impl Dialogue {
    /// Notes a breach.
    pub(super) fn violation(&mut self, sentence: impl std::fmt::Display) {
        self.violations
            .push(format!("message {}: {sentence}", self.their_msg));
    }

    /// The reply as bytes: not larger than we said.
    pub(super) fn check_reply(&mut self, profile: &Profile, reply: &Reply) {
        let len = reply.body.len();
        if len > profile.max_msg_size {
            self.violation(format!(
                "{len} bytes after this one, more than our {}",
                profile.max_msg_size
            )); // REQ-PKG-5
        }
    }

    /// Whether this is the reply to our message, from whom we asked, in our session.
    pub(super) fn check_header(&mut self, profile: &Profile, message: &Message) {
        let header = &message.header;
        if header.session_id != self.session_id {
            self.fatal = Some(format!(
                "the reply belongs to session {:?}, not {:?}",
                header.session_id, self.session_id
            ));
            return;
        }
        let number: u32 = header.msg_id.trim().parse().unwrap_or_default();
        if number <= self.their_msg {
            self.fatal = Some(format!(
                "message {number} of the server comes late, after {}",
                self.their_msg
            ));
            return;
        }
        let expected = self.their_msg + 1;
        self.their_msg = number;
        if number != expected {
            self.violation(format!(
                "the server counts {number} where {expected} was next"
            ));
        }
        if header.target.uri != profile.device.as_str() {
            self.violation(format!("the Target is {:?}, not our id", header.target.uri));
        }
        if header.version() != Some(profile.version) || header.protocol() != Some(profile.version) {
            self.violation(format!(
                "{} and {} are not our version",
                header.ver_dtd, header.ver_proto
            ));
        }
        let mut numbers: Vec<&str> = Vec::new();
        collect(&message.body, &mut numbers);
        numbers.sort_unstable();
        if numbers
            .iter()
            .zip(numbers.iter().skip(1))
            .any(|(one, next)| one == next)
        {
            self.violation("two commands have one CmdID"); // REQ-REP-3
        }
        if message.body.is_empty() {
            self.violation("there is no command");
        }
    }

    /// Finds what a Status answers; `None` when that makes no sense.
    pub(super) fn check_status(&mut self, status: &Status) -> Option<(What, StatusCode)> {
        let key = (
            status.msg_ref.trim().parse().unwrap_or_default(),
            status.cmd_ref.trim().to_owned(),
        );
        let Some(sent) = self.sent.get_mut(&key) else {
            self.violation(format!(
                "a Status for {} {} of message {}, which we never sent",
                status.cmd, key.1, key.0
            ));
            return None;
        };
        let (name, what) = (sent.name.clone(), sent.what.clone());
        let again = std::mem::replace(&mut sent.is_answered, true);
        // A Map may be answered item by item, and a busy server says 101 first.
        if again && !matches!(what, What::Map(..) | What::Header) {
            self.violation(format!(
                "{name} {} of message {} is answered twice",
                key.1, key.0
            ));
        }
        if status.cmd != name {
            self.violation(format!(
                "the Status for {name} {} calls it {:?}",
                key.1, status.cmd
            )); // REQ-REP-18
        }
        if status.code.is_none() {
            self.violation(format!("the Status for {name} {} has no code", key.1));
        }
        Some((what, status.code?))
    }

    /// Whether the header of our newest message is answered, and first of all.
    pub(super) fn check_answers(&mut self, message: &Message) {
        let answers = |status: &Status| {
            status.cmd_ref.trim() == "0" && status.msg_ref.trim() == self.msg.to_string()
        };
        let first = message.body.first();
        let is_first = first
            .is_some_and(|command| matches!(command, Command::Status(status) if answers(status)));
        if !is_first {
            self.violation(format!(
                "it does not begin with the Status for the header of our message {}",
                self.msg
            ));
        }
        if self.is_challenged
            && message
                .body
                .iter()
                .any(|command| !matches!(command, Command::Status(_)))
        {
            self.violation("it refuses our credentials and yet says more than Statuses"); // REQ-AUTH-3
        }
    }

    /// The anchor in the Status for an Alert.
    pub(super) fn check_echo(&mut self, index: usize, status: &Status, code: StatusCode) {
        let Some(run) = self.runs.get(index) else {
            return;
        };
        let is_sync = code.is_success() || code == StatusCode::RefreshRequired;
        let echo = status.items.iter().find_map(|item| item.anchor.as_ref());
        if is_sync && echo.map(|anchor| anchor.next.as_str()) != Some(run.next.as_str()) {
            let sentence = format!(
                "the Status for the Alert of {} does not echo Next {:?}",
                run.local, run.next
            );
            self.violation(sentence); // REQ-ANCHOR-2
        }
    }

    /// Whether a Sync may come here and now.
    pub(super) fn check_sync(
        &mut self,
        device: &Device,
        index: Option<usize>,
        target: &str,
        source: &str,
        sync: &Sync,
    ) {
        let mut wrong = Vec::new();
        if !self.is_time_for_updates() {
            wrong.push(format!(
                "a Sync for {target} before our package was complete"
            ));
        }
        match index.and_then(|index| self.runs.get(index)) {
            None => wrong.push(format!("a Sync for {target:?}, which we did not alert")),
            Some(run) => {
                if run.stage != Stage::Agreed {
                    wrong.push(format!("a Sync for {target} without an agreement"));
                } else if !run.mode.receives() {
                    wrong.push(format!("a Sync for {target} in {:?}", run.mode)); // REQ-PKG-8
                }
                if source != run.remote {
                    wrong.push(format!("the Sync for {target} comes from {source:?}"));
                }
                if sync.number_of_changes.is_some() && run.has_sync && run.declared.is_none() {
                    wrong.push(format!(
                        "NumberOfChanges for {target} comes after the first Sync"
                    ));
                }
            }
        }
        if sync.number_of_changes.is_some() && !device.profile.counts() {
            wrong.push("NumberOfChanges, which we do not support".to_owned()); // REQ-NOC-1
        }
        for sentence in wrong {
            self.violation(sentence);
        }
    }

    /// Whether a change is written as it should be, and may come in this mode.
    pub(super) fn check_item(
        &mut self,
        profile: &Profile,
        index: usize,
        kind: ChangeKind,
        meta: &Meta,
        item: &Item,
    ) {
        let Some(run) = self.runs.get(index) else {
            return;
        };
        let mut wrong = Vec::new();
        let name = item
            .target
            .as_ref()
            .or(item.source.as_ref())
            .map(|place| place.uri.as_str())
            .unwrap_or_default();
        let has = |place: &Option<crate::message::Location>| {
            place.as_ref().is_some_and(|place| !place.uri.is_empty())
        };
        match kind {
            ChangeKind::Add => {
                if has(&item.target) || !has(&item.source) {
                    wrong.push(format!(
                        "the Add of {name:?} is not named by its Source alone"
                    )); // REQ-MAP-2
                }
                if name.len() > profile.max_guid_size {
                    wrong.push(format!(
                        "the GUID {name:?} is longer than {}",
                        profile.max_guid_size
                    )); // REQ-MAP-3
                }
                let is_again = run.guids.contains(name) && run.arriving.is_none();
                if is_again && run.resumes == Resume::Never {
                    wrong.push(format!("{name:?} is added twice in one session"));
                }
            }
            ChangeKind::Replace | ChangeKind::Delete => {
                if has(&item.source) || !has(&item.target) {
                    wrong.push(format!(
                        "the {kind:?} of {name:?} is not named by its Target alone"
                    )); // REQ-MAP-2
                }
                if Luid::parse(name).is_err() {
                    wrong.push(format!("{name:?} is no LUID of ours"));
                }
                if run.mode == Mode::Slow && kind == ChangeKind::Delete {
                    wrong.push(format!("the Delete of {name:?} in a slow sync"));
                }
                if run.mode == Mode::RefreshFromServer {
                    wrong.push(format!("the {kind:?} of {name:?} in a refresh"));
                }
            }
            ChangeKind::Move if self.has_folders(profile, index) => {
                if has(&item.source) || !has(&item.target) || Luid::parse(name).is_err() {
                    wrong.push(format!(
                        "the Move of {name:?} is not named by a LUID of ours"
                    ));
                }
                if item.target_parent.is_none() && item.source_parent.is_none() {
                    wrong.push(format!("the Move of {name:?} says no folder"));
                }
            }
            ChangeKind::Copy | ChangeKind::Move => {
                wrong.push(format!("{kind:?}, which we never declared"));
            }
        }
        let says_folder = item.target_parent.is_some() || item.source_parent.is_some();
        if says_folder && !self.has_folders(profile, index) {
            wrong.push(format!("a folder for {name:?}, and we never declared any"));
        }
        if !matches!(kind, ChangeKind::Delete | ChangeKind::Move) {
            match meta.media_type.as_deref() {
                None => wrong.push(format!("{name:?} has no Type")),
                Some(of) if !self.receives(profile, index, of) => {
                    wrong.push(format!("{name:?} is {of}, which we do not take")); // REQ-FMT-1
                }
                Some(_) => {}
            }
        }
        if item.more_data && !profile.chunks() {
            wrong.push(format!("{name:?} comes in chunks, which we do not take"));
        }
        for sentence in wrong {
            self.violation(sentence);
        }
    }

    /// Whether we declared folders for this datastore.
    fn has_folders(&self, profile: &Profile, index: usize) -> bool {
        let local = self.runs.get(index).map(|run| run.local.as_str());
        let mut stores = profile.datastores.iter();
        profile.version == Version::V12
            && stores.any(|store| store.hierarchical && Some(store.local.as_str()) == local)
    }

    fn receives(&self, profile: &Profile, index: usize, media_type: &str) -> bool {
        let local = self.runs.get(index).map(|run| run.local.as_str());
        let store = profile
            .datastores
            .iter()
            .find(|store| Some(store.local.as_str()) == local);
        store.is_some_and(|store| store.receives(media_type))
    }

    /// What must be true when a session ends well.
    pub(super) fn check_end(&mut self) {
        let unanswered = self
            .sent
            .iter()
            .filter(|(_, sent)| !sent.is_answered && !matches!(sent.what, What::Results));
        let unanswered = unanswered
            .map(|((msg, cmd), sent)| format!("{} {cmd} of our message {msg}", sent.name));
        let mut wrong: Vec<String> = unanswered
            .map(|what| format!("no Status for {what}"))
            .collect();
        for run in self.runs.iter().filter(|run| run.stage == Stage::Agreed) {
            // What we did not have may have come once more, as an Add.
            let is_told = |declared: &u32| {
                (*declared..=declared.saturating_add(run.lacked)).contains(&run.arrived)
            };
            if let Some(declared) = run.declared.filter(|declared| !is_told(declared)) {
                wrong.push(format!(
                    "{} changes were announced for {}, {} came",
                    declared, run.local, run.arrived
                ));
            }
            if let Some(part) = run.arriving.as_ref().filter(|part| !part.is_resumed) {
                wrong.push(format!("the rest of {:?} never came", part.name));
            }
        }
        for sentence in wrong {
            self.violation(sentence);
        }
    }
}

/// A command of the server, for a sentence.
pub(super) fn about(command: &Command) -> String {
    format!("{} {}", command.name(), command.cmd_id())
}

/// The numbers of these commands and of those in them.
fn collect<'m>(commands: &'m [Command], numbers: &mut Vec<&'m str>) {
    for command in commands {
        numbers.push(command.cmd_id());
        match command {
            Command::Sync(sync) => collect(&sync.commands, numbers),
            Command::Group(group) => collect(&group.commands, numbers),
            Command::Change(_)
            | Command::Alert(_)
            | Command::Exec(_)
            | Command::Get(_)
            | Command::Map(_)
            | Command::Put(_)
            | Command::Results(_)
            | Command::Search(_)
            | Command::Status(_)
            | Command::Unknown { .. } => {}
        }
    }
}
