//! What the device says: the next message, as full as the server takes it.

use super::Device;
use super::cred::cred;
use super::dialogue::{Credentials, Dialogue};
use super::profile::Profile;
use super::run::{Run, Stage};
use super::sent::{Sent, What};
use crate::codec::Version;
use crate::ids::Luid;
use crate::message::query::{PutData, PutItem};
use crate::message::{
    Alert, AlertCode, AlertItem, AnchorPair, Command, Draft, Get, Header, Item, Location, Map,
    MapItem, Meta, Put, Results,
};

/// Something to be said, besides Statuses. The numbers are those of the [`Run`]s.
#[derive(Debug, Clone)]
pub enum Job {
    /// Our device information.
    Put,
    /// A request for theirs.
    Get,
    /// Our device information, for a Get in this message with this number.
    Results(u32, String),
    /// The Alert of a datastore.
    Alert(usize),
    /// Names for items of a datastore.
    Map(usize),
    /// The changes of a datastore.
    Sync(usize),
    /// Alert 221: the answer, please.
    Ask,
    /// Alert 222: go on.
    Next,
    /// Alert 224: the session is suspended.
    Suspend,
    /// Alert 223: the rest of that object of this datastore never came.
    Broken(usize, String),
}

impl Dialogue {
    /// The next message: Statuses owed first, then as many jobs as fit.
    pub(super) fn say(&mut self, device: &mut Device) -> Draft {
        self.msg += 1;
        let header = self.header(device);
        let mut draft = Draft::new(header, device.profile.encoding, "utf-8", self.limit);
        self.record("0", "SyncHdr", What::Header);
        if let Some(job @ (Job::Ask | Job::Suspend)) = self.jobs.front().cloned() {
            // It stands alone, without Final: what else there is to say waits for the answer.
            if self.pay(&mut draft) && self.perform(device, &mut draft, &job) {
                self.jobs.pop_front();
                self.has_parted |= matches!(job, Job::Suspend);
            }
            return draft;
        }
        if self.pay(&mut draft) {
            while let Some(job) = self.jobs.pop_front() {
                if !self.perform(device, &mut draft, &job) {
                    self.jobs.push_front(job);
                    break;
                }
            }
        }
        if self.is_open && self.owed.is_empty() && self.jobs.is_empty() {
            draft.set_final();
            self.is_open = false;
        }
        draft
    }

    fn header(&self, device: &Device) -> Header {
        let profile = &device.profile;
        let number = match profile.version {
            Version::V10 => "1.0",
            Version::V11 => "1.1",
            Version::V12 => "1.2",
        };
        let user = Some(profile.user.as_str().to_owned());
        let sends = self.credentials == Credentials::Sent;
        Header {
            ver_dtd: number.to_owned(),
            ver_proto: format!("SyncML/{number}"),
            session_id: self.session_id.clone(),
            msg_id: self.msg.to_string(),
            target: self.url.as_str().into(),
            source: Location {
                name: user,
                ..profile.device.as_str().into()
            },
            cred: sends
                .then(|| cred(profile, device.scheme, &device.nonce))
                .flatten(),
            meta: Meta {
                max_msg_size: Some(profile.max_msg_size.to_string()),
                max_obj_size: profile
                    .max_obj_size
                    .filter(|_| profile.chunks())
                    .map(|size| size.to_string()),
                ..Meta::default()
            },
            ..Header::default()
        }
    }

    /// Puts the Statuses owed into the message. Answers whether all of them are in.
    fn pay(&mut self, draft: &mut Draft) -> bool {
        while let Some(status) = self.owed.pop_front() {
            match draft.push(Command::Status(status)) {
                Ok(_) => {}
                Err(status) if draft.message().body.is_empty() => draft.force(status),
                Err(Command::Status(status)) => {
                    self.owed.push_front(status);
                    return false;
                }
                Err(_) => return false,
            }
        }
        true
    }

    /// Does a job as far as there is room. Answers whether it is done.
    fn perform(&mut self, device: &mut Device, draft: &mut Draft, job: &Job) -> bool {
        let profile = &device.profile;
        match job {
            Job::Put => self.push(draft, Command::Put(put(profile)), What::DevInf),
            Job::Get => self.push(draft, Command::Get(get(profile)), What::Other),
            Job::Results(msg, cmd) => {
                let put = put(profile);
                let results = Results {
                    msg_ref: Some(msg.to_string()),
                    cmd_ref: cmd.clone(),
                    meta: put.meta,
                    items: put.items,
                    ..Results::default()
                };
                self.push(draft, Command::Results(results), What::Results)
            }
            Job::Alert(index) => {
                let version = profile.version;
                let Some((run, store)) = self.pair(device, *index) else {
                    return true;
                };
                let target = super::filter::target(store, &run.remote, version);
                let alert = Command::Alert(alert(run, target, run.last(store)));
                self.push(draft, alert, What::Alert(*index))
            }
            Job::Map(index) => self.map(device, draft, *index),
            Job::Sync(index) => self.sync(device, draft, *index),
            Job::Ask => self.push(draft, self.signal(profile, AlertCode::Result), What::Other),
            Job::Suspend => self.push(draft, self.signal(profile, AlertCode::Suspend), What::Other),
            Job::Next => self.push(
                draft,
                self.signal(profile, AlertCode::NextMessage),
                What::Other,
            ),
            Job::Broken(index, name) => {
                let Some(run) = self.runs.get(*index) else {
                    return true;
                };
                let item = AlertItem {
                    target: Some(run.remote.as_str().into()),
                    source: Some(name.as_str().into()),
                    ..AlertItem::default()
                };
                let code = Some(AlertCode::NoEndOfData);
                let alert = Alert {
                    code,
                    items: vec![item],
                    ..Alert::default()
                };
                self.push(draft, Command::Alert(alert), What::Other)
            }
        }
    }

    fn signal(&self, profile: &Profile, code: AlertCode) -> Command {
        let item = AlertItem {
            target: Some(self.url.as_str().into()),
            source: Some(profile.device.as_str().into()),
            ..AlertItem::default()
        };
        Command::Alert(Alert {
            code: Some(code),
            items: vec![item],
            ..Alert::default()
        })
    }

    /// Puts a command into the message, if there is room; one that no message has room for goes all the same.
    pub(super) fn push(&mut self, draft: &mut Draft, command: Command, what: What) -> bool {
        self.push_within(draft, command, what, true)
    }

    /// As [`Dialogue::push`]; what could be smaller is never forced.
    fn push_within(
        &mut self,
        draft: &mut Draft,
        command: Command,
        what: What,
        is_smallest: bool,
    ) -> bool {
        let name = command.name().to_owned();
        if let Err(command) = draft.push(command) {
            if draft.message().body.len() > 1 || !is_smallest {
                return false;
            }
            draft.force(command);
        }
        let number = draft
            .message()
            .body
            .last()
            .map(|command| command.cmd_id().to_owned())
            .unwrap_or_default();
        self.record(&number, &name, what);
        true
    }

    pub(super) fn record(&mut self, number: &str, name: &str, what: What) {
        let sent = Sent {
            name: name.to_owned(),
            what,
            is_answered: false,
        };
        self.sent.insert((self.msg, number.to_owned()), sent);
    }

    /// The names of items that have none yet on the server; as many as fit.
    fn map(&mut self, device: &mut Device, draft: &mut Draft, index: usize) -> bool {
        let Some((run, store)) = self.pair(device, index) else {
            return true;
        };
        if run.stage == Stage::Failed {
            return true;
        }
        let due = store
            .unmapped
            .iter()
            .filter(|(guid, _)| run.is_map_due(guid));
        let due: Vec<(String, Luid)> = due
            .map(|(guid, luid)| (guid.clone(), luid.clone()))
            .collect();
        let (remote, local) = (run.remote.clone(), run.local.clone());
        let mut rest = due.as_slice();
        let mut size = rest.len();
        while let Some((now, later)) = rest
            .split_at_checked(size)
            .filter(|(now, _)| !now.is_empty())
        {
            let pair = |(guid, luid): &(String, Luid)| MapItem {
                target: guid.as_str().into(),
                source: luid.as_str().into(),
            };
            let items = now.iter().map(pair).collect();
            let target = remote.as_str().into();
            let source = local.as_str().into();
            let guids: Vec<String> = now.iter().map(|(guid, _)| guid.clone()).collect();
            let map = Command::Map(Map {
                target,
                source,
                items,
                ..Map::default()
            });
            if self.push_within(draft, map, What::Map(index, guids.clone()), size == 1) {
                if let Some(run) = self.runs.get_mut(index) {
                    run.mapped.extend(guids);
                }
                rest = later;
                size = rest.len();
            } else if size == 1 {
                return false;
            } else {
                size /= 2;
            }
        }
        true
    }
}

fn put(profile: &Profile) -> Put {
    let item = PutItem {
        source: Some(profile.devinf_uri().into()),
        data: PutData::DevInf(Box::new(profile.devinf())),
        ..PutItem::default()
    };
    Put {
        meta: devinf_meta(),
        items: vec![item],
        ..Put::default()
    }
}

fn get(profile: &Profile) -> Get {
    let item = Item {
        target: Some(profile.devinf_uri().into()),
        ..Item::default()
    };
    Get {
        meta: devinf_meta(),
        items: vec![item],
        ..Get::default()
    }
}

/// The writer puts the type in the spelling of the message.
fn devinf_meta() -> Meta {
    Meta {
        media_type: Some("application/vnd.syncml-devinf+xml".to_owned()),
        ..Meta::default()
    }
}

fn alert(run: &Run, target: Location, last: Option<String>) -> Alert {
    let item = AlertItem {
        target: Some(target),
        source: Some(run.local.as_str().into()),
        meta: Meta {
            anchor: Some(AnchorPair {
                last,
                next: run.next.clone(),
            }),
            ..Meta::default()
        },
        ..AlertItem::default()
    };
    Alert {
        code: Some(run.code()),
        items: vec![item],
        ..Alert::default()
    }
}
