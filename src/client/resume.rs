//! Suspending a session and going on with one that was suspended or broke off (DS Protocol 1.2, suspend and resume).
//!
//! What a session had come to is kept with each datastore after every reply: a lost line is a suspension that nobody
//! said. The next session that asks for the same sync goes on by Alert 225. What the server answered it is not sent
//! again, unless the device is one that says everything again; what the device answered must not come again, either.

use xxhash_rust::xxh3::xxh3_64;

use super::dialogue::{Dialogue, Package, Turn};
use super::outbox::Job;
use super::profile::Resume;
use super::run::{Arriving, Leaving, Run, Stage};
use super::store::Store;
use super::{Device, Mode};
use crate::ids::{Luid, Millis};
use crate::message::{Alert, AlertCode, ChangeKind, Command, Item, Message, Meta, StatusCode};

/// Why a session is over that was suspended.
const SUSPENDED: &str = "the session is suspended";

/// A change of the server that the device carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    kind: ChangeKind,
    /// Its name in the command.
    name: String,
    /// Tells its body from others.
    hash: u64,
    /// What the device calls the item.
    luid: Option<Luid>,
}

impl Done {
    /// A change as it came.
    pub(super) fn new(kind: ChangeKind, name: &str, body: &[u8]) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            hash: xxh3_64(body),
            luid: None,
        }
    }
}

impl Dialogue {
    /// The user wants to go on later: when next the device may, it says so by Alert 224, and the session is over.
    /// A device that does not suspend goes on to the end, and so does one that has only Maps left to send.
    pub const fn suspend(&mut self) {
        self.is_parting = true;
    }

    /// What is done instead of going on, when the session is to be suspended.
    pub(super) fn part(&mut self, device: &mut Device, message: &Message) -> Option<Turn> {
        if self.has_parted {
            let is_status = |command: &Command| matches!(command, Command::Status(_));
            if message.is_final || !message.body.iter().all(is_status) {
                self.violation("the server goes on with a session that we suspend"); // REQ-SUSP-5
            }
            self.remember(device);
            return Some(Turn::Failed(SUSPENDED.to_owned()));
        }
        let is_over = !self.is_open && message.is_final;
        let in_updates = match self.package {
            // Until the server has said how to sync, there is nothing to suspend.
            Package::One => {
                let is_agreed = |run: &Run| run.stage != Stage::Alerted;
                self.is_joined && !self.is_open && self.runs.iter().all(is_agreed)
            }
            Package::Three => true,
            Package::Five => false,
        };
        let suspends = device.profile.resumes() == Resume::WhereItBroke;
        if !(self.is_parting && suspends && in_updates && !is_over) {
            return None;
        }
        self.jobs.push_front(Job::Suspend);
        Some(self.speak(device))
    }

    /// Keeps what the session has come to with each datastore on which both sides agree.
    pub(super) fn remember(&self, device: &mut Device) {
        if device.profile.resumes() == Resume::Never {
            return;
        }
        for run in self.runs.iter().filter(|run| run.stage == Stage::Agreed) {
            let has_begun = self.package != Package::One || run.has_sync;
            if let Some(store) = device.store_mut(&run.local)
                && has_begun
            {
                store.broken = Some(Box::new(run.clone()));
            }
        }
    }

    /// An object that was complete when the line broke, as far as it had come before this chunk: what follows it comes again
    /// where our answer was lost, with the bytes that are left as Size (REQ-SUSP-6).
    pub(super) fn completed_before(
        &mut self,
        device: &mut Device,
        index: usize,
        (kind, name): (ChangeKind, &str),
        meta: &Meta,
        item: &Item,
    ) -> Option<Arriving> {
        let (run, store) = self.pair(device, index)?;
        let luid = match kind {
            ChangeKind::Add => store.unmapped.get(name).cloned(),
            ChangeKind::Replace => Luid::parse(name).ok(),
            ChangeKind::Delete | ChangeKind::Copy | ChangeKind::Move => None,
        };
        let chunk = item.data.as_deref().filter(|chunk| !chunk.is_empty())?;
        let rest: usize = meta.size.as_deref()?.trim().parse().ok()?;
        let body = &store.items.get(&luid?)?.body;
        let had = body.len().checked_sub(rest).filter(|had| *had > 0)?;
        let (came, again) = body.split_at_checked(had)?;
        let total = Meta {
            size: Some(body.len().to_string()),
            ..meta.clone()
        };
        (run.resumes != Resume::Never && again.starts_with(chunk)).then(|| Arriving {
            kind,
            name: name.to_owned(),
            meta: total,
            data: came.to_vec(),
            is_resumed: false,
        })
    }

    /// Whether the object that the server misses the end of is one that we began before the session was resumed, and do
    /// not go on with.
    pub(super) fn has_broken_off(&self, alert: &Alert) -> bool {
        let named = alert.items.iter().filter_map(|item| item.source.as_ref());
        let mut named = named.map(|source| source.uri.as_str()).peekable();
        let is_left = |name: &str| {
            let mut left = self.runs.iter().filter_map(|run| run.left_off.as_ref());
            left.any(|luid| luid.as_str() == name)
        };
        named.peek().is_some() && named.all(is_left)
    }

    /// A reply came: the server has all that was answered, if nothing of it waits for room.
    pub(super) fn count_confirmed(&mut self) {
        if self.owed.is_empty() {
            for run in &mut self.runs {
                run.confirmed.append(&mut run.done);
            }
        }
    }
}

impl Run {
    /// A datastore that is about to be alerted: anew, or where the last session left it.
    pub fn begin(store: &mut Store, mode: Mode, resume: Resume, now: Millis) -> Self {
        let broken = store.broken.take().filter(|former| {
            let goes_on = match resume {
                Resume::Never => false,
                Resume::FromTheTop => former.mode != Mode::RefreshFromServer,
                Resume::WhereItBroke => true,
            };
            goes_on && former.asked == mode
        });
        let anew = Self::new(store, mode, now);
        let Some(former) = broken else {
            return anew;
        };
        // Until the server has agreed the line may break again.
        store.broken = Some(former.clone());
        Self {
            mode: former.mode,
            attempt: former.attempt,
            leaving: former.leaving.map(Leaving::rewound),
            horizon: former.horizon,
            offered: former.offered,
            settled: former.settled,
            guids: former.guids,
            arriving: former.arriving.map(|arriving| Arriving {
                is_resumed: true,
                ..arriving
            }),
            is_wiped: former.is_wiped,
            confirmed: former.confirmed,
            resumes: resume,
            ..anew
        }
    }

    /// The code of its Alert.
    pub const fn code(&self) -> AlertCode {
        match self.resumes {
            Resume::Never => self.asked.code(),
            Resume::FromTheTop | Resume::WhereItBroke => AlertCode::Resume,
        }
    }

    /// The Last in its Alert.
    pub fn last(&self, store: &Store) -> Option<String> {
        match self.resumes {
            Resume::Never | Resume::FromTheTop => store.last.clone(),
            Resume::WhereItBroke => None,
        }
    }

    /// Whether the server has nothing to go on from.
    pub fn is_refused(&self) -> bool {
        self.resumes != Resume::Never && self.answer == Some(StatusCode::RefreshRequired)
    }

    /// What is wrong with this answer to Alert 225: the mode that ran before goes on (REQ-SUSP-3), or by 508 everything
    /// is compared (REQ-SUSP-4).
    pub fn resumed_as(&self, mode: Mode) -> Option<String> {
        let expected = if self.is_refused() {
            Mode::Slow
        } else {
            self.mode
        };
        (mode != expected).then(|| {
            format!(
                "we go on with {:?} of {}, the server says {mode:?} with {:?}",
                self.mode, self.local, self.answer
            )
        })
    }

    /// There is nothing to go on from after all.
    pub fn begin_anew(&mut self) {
        self.resumes = Resume::Never;
        self.is_wiped = false;
        self.arriving = None;
        self.guids.clear();
        self.done.clear();
        self.confirmed.clear();
    }

    /// Leaves of what is to be sent what the server has not answered, and puts the object under way in front.
    pub(super) fn go_on(&mut self, store: &Store) {
        let begun = self.leaving.as_ref().and_then(Leaving::luid);
        self.go_on_behind(store);
        // What comes first need not be what was begun: the user may have changed other items, or taken it back.
        self.left_off = begun.filter(|luid| self.queue.front() != Some(luid));
    }

    fn go_on_behind(&mut self, store: &Store) {
        if self.resumes == Resume::FromTheTop {
            self.leaving = None;
            return;
        }
        let edit = |luid: &Luid| store.pending.get(luid).map_or(0, |pending| pending.edit);
        let settled = &self.settled;
        self.queue
            .retain(|luid| settled.get(luid) != Some(&edit(luid)));
        let leaving = self.leaving.take().and_then(|leaving| {
            let luid = leaving.luid()?;
            let is_same = edit(&luid) == leaving.edit && self.queue.contains(&luid);
            is_same.then_some((luid, leaving))
        });
        if let Some((luid, leaving)) = leaving {
            self.queue.retain(|other| *other != luid);
            self.queue.push_front(luid);
            self.leaving = Some(leaving);
        }
    }

    /// Notes a change that was carried out.
    pub(super) fn note_done(&mut self, store: &Store, done: Done, code: StatusCode) {
        if code.is_success() {
            let luid = match done.kind {
                ChangeKind::Add => store.unmapped.get(&done.name).cloned(),
                ChangeKind::Replace | ChangeKind::Delete | ChangeKind::Copy | ChangeKind::Move => {
                    Luid::parse(&done.name).ok()
                }
            };
            self.done.push(Done { luid, ..done });
        }
    }

    /// Whether the server was told already that this was done, and what came of it is still here as it was.
    pub(super) fn was_confirmed(&self, store: &Store, comes: &Done) -> bool {
        let is_named = comes.kind != ChangeKind::Add || !store.unmapped.contains_key(&comes.name);
        let is_it = |done: &&Done| {
            (done.kind, &done.name, done.hash) == (comes.kind, &comes.name, comes.hash)
        };
        let as_it_was = |done: &Done| {
            let Some(luid) = &done.luid else { return false };
            let item = store.items.get(luid);
            let is_there = match done.kind {
                ChangeKind::Delete => item.is_none(),
                ChangeKind::Add | ChangeKind::Replace | ChangeKind::Copy | ChangeKind::Move => {
                    item.is_some_and(|item| xxh3_64(&item.body) == done.hash)
                }
            };
            is_there && !store.pending.contains_key(luid)
        };
        let known = self.confirmed.iter().rev().find(is_it);
        self.resumes != Resume::Never && is_named && known.is_some_and(as_it_was)
    }
}

impl Leaving {
    /// The name of its item.
    fn luid(&self) -> Option<Luid> {
        let name = self.change.items.first()?.source.as_ref()?;
        Luid::parse(&name.uri).ok()
    }

    /// It goes on behind what the server said it has.
    fn rewound(self) -> Self {
        Self {
            at: self.acked,
            tells_size: true,
            ..self
        }
    }
}

/// Where a chunk belongs that may go on with an object.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and taken apart at once"
)]
pub(super) enum Rest {
    /// Behind what has come.
    Behind(Arriving),
    /// It begins the object anew.
    Anew,
    /// Something between the two is missing, or the object is another one by now.
    Gap,
}

impl Arriving {
    /// Where the next chunk belongs. After a resume its Size counts the bytes from its beginning (REQ-SUSP-6).
    pub(super) fn go_on(self, meta: &Meta, item: &Item) -> Rest {
        if !self.is_resumed {
            return Rest::Behind(self);
        }
        let number =
            |meta: &Meta| -> Option<usize> { meta.size.as_deref()?.trim().parse::<usize>().ok() };
        let (Some(total), Some(rest)) = (number(&self.meta), number(meta)) else {
            return Rest::Anew;
        };
        let have = self.data.len();
        let Some(twice) = (rest + have).checked_sub(total) else {
            return Rest::Gap;
        };
        let Some(kept) = have.checked_sub(twice) else {
            return Rest::Anew;
        };
        let comes = item.data.as_deref().unwrap_or_default();
        let known = self.data.iter().skip(kept);
        if known.zip(comes).all(|(had, comes)| had == comes) {
            let data = self.data.into_iter().take(kept).collect();
            return Rest::Behind(Self {
                data,
                is_resumed: false,
                ..self
            });
        }
        if rest == total { Rest::Anew } else { Rest::Gap }
    }
}
