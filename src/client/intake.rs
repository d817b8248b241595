//! What the device hears: Statuses for what it said, then the server's own commands, each of which it answers.

use super::cred;
use super::dialogue::{Credentials, Dialogue};
use super::outbox::Job;
use super::run::Run;
use super::sent::{Offer, What};
use super::strict::about;
use super::{Device, Mode};
use crate::message::query::PutData;
use crate::message::{
    Alert, AlertCode, ChangeKind, Command, Header, Message, Results, Status, StatusCode, check,
};

impl Dialogue {
    /// Takes a whole message: afterwards it is known what is owed and what is to be done.
    pub(super) fn take(&mut self, device: &mut Device, message: &Message) {
        self.check_header(&device.profile, message);
        if self.fatal.is_some() {
            return;
        }
        self.follow(&message.header);
        let has_news = message.body.iter().any(|command| !is_filler(command));
        self.count_confirmed();
        self.idle = if has_news || message.is_final {
            0
        } else {
            self.idle + 1
        };
        self.owe_header(message);
        for command in &message.body {
            if let Command::Status(status) = command {
                self.status(device, status);
            }
        }
        self.check_answers(message);
        for command in &message.body {
            if let Some(code) = check(command) {
                self.violation(format!("{} is not well-formed: {code}", about(command)));
            }
            self.command(device, message, command);
        }
    }

    /// What the header says about what comes next: where to, and how large.
    fn follow(&mut self, header: &Header) {
        if let Some(uri) = &header.resp_uri {
            self.url.clone_from(uri);
        }
        let number =
            |text: &Option<String>| text.as_deref().and_then(|text| text.trim().parse().ok());
        self.limit = number(&header.meta.max_msg_size).unwrap_or(self.limit);
        self.max_obj_size = number(&header.meta.max_obj_size).or(self.max_obj_size);
    }

    fn owe_header(&mut self, message: &Message) {
        if message.header.no_resp {
            return;
        }
        self.owed.push_back(Status {
            msg_ref: self.their_msg.to_string(),
            cmd_ref: "0".to_owned(),
            cmd: "SyncHdr".to_owned(),
            target_refs: vec![message.header.target.uri.clone()],
            source_refs: vec![message.header.source.uri.clone()],
            code: Some(StatusCode::Ok),
            ..Status::default()
        });
    }

    /// A Status for this command of the server, to be sent unless it wants none. Its references are added
    /// by the caller.
    pub(super) fn answer(&self, command: &Command, code: StatusCode) -> Status {
        Status {
            msg_ref: self.their_msg.to_string(),
            cmd_ref: command.cmd_id().to_owned(),
            cmd: command.name().to_owned(),
            code: Some(code),
            ..Status::default()
        }
    }

    /// Owes a Status, if the command wants one.
    pub(super) fn owe(&mut self, command: &Command, status: Status) {
        if !command.no_resp() {
            self.owed.push_back(status);
        }
    }

    fn status(&mut self, device: &mut Device, status: &Status) {
        let Some((what, code)) = self.check_status(status) else {
            return;
        };
        match what {
            What::Header => self.welcome(device, status, code),
            What::Alert(index) => {
                if let Some(run) = self.runs.get_mut(index) {
                    run.answer = Some(code);
                    if !code.is_success() && code != StatusCode::RefreshRequired && !is_login(code)
                    {
                        run.fail(format!("the server answered the Alert with {code}"));
                    }
                }
                self.check_echo(index, status, code);
            }
            What::DevInf => device.is_known |= code.is_success(),
            What::Sync(index, attempt) => {
                let run = self
                    .runs
                    .get_mut(index)
                    .filter(|run| run.attempt == attempt && !run.is_void());
                if let Some(run) = run
                    && !code.is_success()
                    && !is_login(code)
                {
                    run.fail(format!("the server answered the Sync with {code}"));
                }
            }
            What::Change(offer) => self.settle(device, &offer, code),
            What::Map(index, guids) => {
                if let Some((_, store)) = self.pair(device, index) {
                    // An item the server does not know needs no name.
                    store.unmapped.retain(|guid, _| {
                        !guids.contains(guid)
                            || !(code.is_success() || code == StatusCode::NotFound)
                    });
                }
            }
            What::Results | What::Other => {}
        }
    }

    /// The Status for a header: whether the server knows us.
    fn welcome(&mut self, device: &mut Device, status: &Status, code: StatusCode) {
        if is_login(code) {
            self.challenged(device, status, code);
        } else if code == StatusCode::Busy {
            self.is_busy = true;
        } else if !code.is_success() {
            self.fatal = Some(format!("the server refused the session ({code})"));
        } else {
            if let Some(nonce) = status
                .chal
                .as_ref()
                .and_then(|chal| cred::nonce(&chal.meta))
            {
                device.nonce = nonce;
            }
            if code == StatusCode::Authenticated {
                if self.credentials != Credentials::Sent {
                    self.violation("Status 212 though we sent no credentials"); // REQ-STAT-2
                }
                self.credentials = Credentials::Accepted;
            }
        }
    }

    /// The server wants credentials, or others.
    fn challenged(&mut self, device: &mut Device, status: &Status, code: StatusCode) {
        self.challenges += 1;
        let Some((scheme, nonce)) = status
            .chal
            .as_ref()
            .and_then(|chal| cred::challenge(&chal.meta))
        else {
            self.violation(format!("Status {code} without a challenge we understand")); // REQ-AUTH-2
            self.fatal = Some(format!(
                "the server asks for credentials ({code}) but does not say which"
            ));
            return;
        };
        if self.challenges > MAX_CHALLENGES {
            self.fatal = Some(format!(
                "the server does not accept user and password ({code})"
            ));
            return;
        }
        device.scheme = scheme;
        device.nonce = nonce;
        self.credentials = Credentials::Sent;
        self.is_challenged = true;
    }

    /// The Status for a change of ours.
    fn settle(&mut self, device: &mut Device, offer: &Offer, code: StatusCode) {
        let chunked = offer.is_chunk && code == StatusCode::ChunkAccepted;
        let gone = offer.kind == ChangeKind::Delete
            && matches!(
                code,
                StatusCode::NotFound | StatusCode::Gone | StatusCode::SoftDeleteConflict
            );
        let is_undone = code == StatusCode::AtomicRolledBack;
        if is_login(code) {
            return;
        }
        let Some((run, store)) = self
            .pair(device, offer.run)
            .filter(|(run, _)| run.attempt == offer.attempt)
        else {
            return;
        };
        if chunked {
            if let Some(leaving) = &mut run.leaving {
                leaving.acked = leaving.at;
            }
        } else if offer.is_chunk {
            // The object is refused before its end: the rest of it stays here.
            if run.leaving.take().is_some() {
                run.queue.pop_front();
            }
            run.refused += 1;
            if code.is_success() {
                self.violation(format!("a chunk was answered with {code}, not 213")); // REQ-STAT-7
            }
        } else if code == StatusCode::MoveFailed {
            // No device sends it again: the server has to tell where the item lies now.
            run.settled.insert(offer.luid.clone(), offer.edit);
        } else if code.is_success() && code != StatusCode::ChunkAccepted && !is_undone || gone {
            run.sent.count(offer.kind);
            run.settled.insert(offer.luid.clone(), offer.edit);
        } else if !run.is_void() {
            run.refused += 1;
            Run::refuse_copy(store, offer, code);
        }
    }

    fn command(&mut self, device: &mut Device, message: &Message, command: &Command) {
        match command {
            Command::Status(_) => {}
            Command::Alert(alert) => self.alert(device, command, alert),
            Command::Sync(sync) => self.updates(device, command, sync),
            Command::Put(put) => {
                let mut status = self.answer(command, StatusCode::Ok);
                status.source_refs = put
                    .items
                    .iter()
                    .filter_map(|item| item.source.clone())
                    .map(|s| s.uri)
                    .collect();
                self.owe(command, status);
            }
            Command::Results(results) => self.results(command, results),
            Command::Get(_) => {
                let status = self.answer(command, StatusCode::Ok);
                self.owe(command, status);
                self.jobs
                    .push_front(Job::Results(self.their_msg, command.cmd_id().to_owned()));
            }
            Command::Change(_)
            | Command::Map(_)
            | Command::Group(_)
            | Command::Exec(_)
            | Command::Search(_)
            | Command::Unknown { .. } => {
                let number = &message.header.msg_id;
                self.violation(format!(
                    "message {number} holds {}, which no server sends there",
                    command.name()
                ));
                let status = self.answer(command, StatusCode::CommandNotAllowed);
                self.owe(command, status);
            }
        }
    }

    fn results(&mut self, command: &Command, results: &Results) {
        for item in &results.items {
            if let PutData::DevInf(devinf) = &item.data
                && devinf
                    .datastores
                    .iter()
                    .any(|store| store.max_guid_size.is_some())
            {
                self.violation("the server's device information holds MaxGUIDSize");
            }
        }
        let status = self.answer(command, StatusCode::Ok);
        self.owe(command, status);
    }

    fn alert(&mut self, device: &mut Device, command: &Command, alert: &Alert) {
        let mode = alert.code.and_then(Mode::of);
        if let Some(mode) = mode {
            for item in &alert.items {
                let status = self.agree(device, command, mode, item);
                self.owe(command, status);
            }
            return;
        }
        let code = match alert.code {
            Some(AlertCode::NextMessage | AlertCode::Display) => StatusCode::Ok,
            Some(AlertCode::NoEndOfData) => {
                if !self.has_broken_off(alert) {
                    self.violation("the server missed the end of an object that we sent whole");
                }
                StatusCode::Ok
            }
            Some(_) | None => StatusCode::OptionalFeatureNotSupported,
        };
        let status = self.answer(command, code);
        self.owe(command, status);
    }
}

/// Whether the command says nothing by itself: a message of these alone does not get the session on.
fn is_filler(command: &Command) -> bool {
    match command {
        Command::Status(status) => status.cmd_ref == "0" || status.cmd == "Alert",
        Command::Alert(alert) => alert.code == Some(AlertCode::NextMessage),
        Command::Sync(sync) => sync.commands.is_empty(),
        Command::Change(_)
        | Command::Group(_)
        | Command::Exec(_)
        | Command::Get(_)
        | Command::Map(_)
        | Command::Put(_)
        | Command::Results(_)
        | Command::Search(_)
        | Command::Unknown { .. } => false,
    }
}

/// Whether this code only says that credentials are wanted.
const fn is_login(code: StatusCode) -> bool {
    matches!(
        code,
        StatusCode::InvalidCredentials | StatusCode::MissingCredentials
    )
}

/// Challenges a device answers before it takes the password to be wrong.
const MAX_CHALLENGES: u32 = 2;
