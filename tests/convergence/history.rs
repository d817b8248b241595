//! A history: users, their devices, and what happens to them, step by step.

use std::collections::BTreeMap;

use anchorage::client::{Dialogue, Mode, Step, StoreSummary, Summary};
use anchorage::ids::{AccountId, Millis, UserName};
use anchorage::store::{Policy, Store};

use crate::body::Sort;
use crate::chance::Chance;
use crate::faults::Faults;
use crate::lore::{self, Lore};
use crate::model::Model;
use crate::outline::{is_challenge, is_overtaken};
use crate::phone::{Phone, Session, Theme};
use crate::server::Server;
use crate::told::Told;

/// One user: the account, and what was meant.
pub struct User {
    pub account: AccountId,
    pub model: Model,
    pub policies: BTreeMap<Sort, Policy>,
}

pub struct History {
    pub chance: Chance,
    pub faults: Faults,
    pub lore: Lore,
    pub server: Server,
    pub users: Vec<User>,
    pub phones: Vec<Phone>,
    pub now: Millis,
    pub told: Told,
    pub wrong: Vec<String>,
    /// By which users wish to have this and not that, in a history with filters.
    pub wishes: Option<Chance>,
    /// What the last session moved, both ways.
    pub last_moved: u32,
    pub theme: Theme,
    trace: bool,
}

const SORTS: [Sort; 4] = [Sort::Contact, Sort::Event, Sort::Task, Sort::Note];

impl History {
    pub fn new(seed: u64, store: &Store, theme: Theme, trace: bool) -> Self {
        let mut chance = Chance::new(seed);
        let lore = match theme {
            Theme::Lists => Lore::of(seed),
            Theme::Trees => Lore::plain(),
            Theme::Lenses => Lore::of_lenses(seed),
            Theme::Agendas | Theme::Tasks | Theme::Silent => Lore::of_agendas(seed),
        };
        let server = Server::new(store, lore.settings());
        let mut history = Self {
            faults: Faults::new(&mut chance, lore),
            lore,
            server,
            users: Vec::new(),
            phones: Vec::new(),
            now: Millis(1_136_171_045_000),
            told: Told::default(),
            wrong: Vec::new(),
            wishes: lore::wishes(seed).filter(|_| theme == Theme::Lists),
            last_moved: 0,
            theme,
            trace,
            chance,
        };
        for user in 0..history.chance.one(&[1, 1, 1, 2]) {
            history.enroll(seed, user);
        }
        history.say(|| format!("{:?} {:?}", history.lore, history.faults));
        history
    }

    fn enroll(&mut self, seed: u64, user: usize) {
        let name = UserName::parse(&format!("u{seed}-{user}")).unwrap();
        let account =
            AccountId(i64::try_from(seed).unwrap() * 2 + i64::try_from(user).unwrap() + 1);
        let sorts: &[Sort] = match self.theme {
            Theme::Lists => &SORTS,
            Theme::Trees => &[Sort::Tree],
            Theme::Lenses => &[Sort::Contact, Sort::Note],
            Theme::Agendas => &[Sort::Event],
            Theme::Tasks => &[Sort::Task],
            Theme::Silent => &[Sort::Contact],
        };
        let policies: BTreeMap<_, _> = sorts
            .iter()
            .copied()
            .map(|sort| (sort, self.chance.one(&lore::POLICIES)))
            .collect();
        let named: Vec<_> = policies
            .iter()
            .map(|(sort, policy)| (sort.collection(), *policy))
            .collect();
        self.server.enroll(account, &name, &named);
        self.say(|| format!("user {user}: {policies:?}"));
        self.users.push(User {
            account,
            model: Model::default(),
            policies,
        });
        for number in 0..self.chance.one(&[1, 2, 2, 2, 3, 3, 4]) {
            let phone = Phone::new(
                &format!("phone-{user}{number}"),
                user,
                &name,
                self.lore,
                &mut self.chance,
                self.theme,
            );
            let profile = &phone.life.device.profile;
            if let Some(zone) = phone.dial.filter(|dial| dial.is_told).map(|dial| dial.zone) {
                let flags = format!("{{\"zone\":\"{zone}\"}}");
                self.server
                    .introduce(account, &profile.device, &flags, self.now);
            }
            let silence = phone
                .glasses
                .values()
                .find_map(|glass| glass.silence.flags());
            if let Some(flags) = silence {
                self.server
                    .introduce(account, &profile.device, flags, self.now);
            }
            self.say(|| format!("{}: {:?} {:?}", phone.name, phone.dial, phone.glasses));
            self.say(|| {
                format!(
                    "{}: {:?} {:?} {:?} {:?} {:?} {:?} {} {:?}",
                    phone.name,
                    profile.version,
                    profile.encoding,
                    profile.scheme,
                    profile.login,
                    profile.opening,
                    profile.maps,
                    profile.max_msg_size,
                    phone
                        .places
                        .iter()
                        .map(|place| place.remote)
                        .collect::<Vec<_>>()
                )
            });
            self.phones.push(phone);
        }
    }

    pub fn say(&self, what: impl FnOnce() -> String) {
        if self.trace {
            println!("{} {}", self.now, what());
        }
    }

    /// Everything: the steps, the end, the verdict.
    pub fn run(&mut self) {
        let most = self.chance.one(&[10, 20, 50]);
        for _ in 0..10 + self.chance.below(most + 1) {
            self.step();
            if !self.wrong.is_empty() {
                return;
            }
        }
        self.finish();
    }

    fn step(&mut self) {
        self.now.0 += 1 + i64::try_from(self.chance.below(5_000)).unwrap();
        // A nonce is good for minutes only: no long wait within a session.
        if self.chance.percent(3) && self.phones.iter().all(|phone| phone.session.is_none()) {
            self.now.0 += 3_600_000;
        }
        if self.decides() {
            return;
        }
        let at = self.chance.below(self.phones.len());
        let is_busy = self.phones[at].session.is_some();
        let (set_back, forgetful) = (self.faults.set_back, self.faults.forgetful);
        if is_busy && self.chance.percent(70) {
            self.exchange(at);
        } else if self.chance.percent(50) {
            match self.theme {
                Theme::Lists => self.edit(at),
                Theme::Trees => self.edit_tree(at),
                Theme::Lenses | Theme::Agendas | Theme::Tasks | Theme::Silent => {
                    self.edit_fields(at);
                }
            }
        } else if !is_busy && self.chance.percent(set_back) {
            self.set_back(at);
        } else if !is_busy && self.chance.percent(forgetful) {
            self.forget(at);
        } else if !is_busy {
            let mode = self.mode();
            let all = self.chance.percent(70);
            self.wish_anew(at);
            self.open(at, mode, all);
            if !self.faults.interleaved {
                self.talk(at);
            }
        }
    }

    pub fn mode(&mut self) -> Mode {
        if self.faults.modes.is_empty() || self.chance.percent(75) {
            Mode::TwoWay
        } else {
            let modes = self.faults.modes.clone();
            self.chance.one(&modes)
        }
    }

    /// Opens a session of a device, if it has none.
    pub fn open(&mut self, at: usize, mode: Mode, all: bool) {
        let phone = &mut self.phones[at];
        let only = self.chance.below(phone.places.len());
        let places = phone.places.iter().enumerate();
        let asked: Vec<_> = places
            .filter(|(at, _)| all || *at == only)
            .map(|(_, place)| (place.local, mode))
            .collect();
        phone.before = Some(phone.life.clone());
        phone.refreshed.clear();
        let (dialogue, next) = Dialogue::open(&mut phone.life.device, &asked, self.now).unwrap();
        phone.session = Some(Session {
            dialogue,
            next,
            asked,
            messages: 0,
            is_known: false,
            began: self.told.syncs,
            is_disturbed: false,
        });
        self.say(|| format!("{} opens {mode:?} all={all}", self.phones[at].name));
    }

    /// A session from where it stands to its end.
    pub fn talk(&mut self, at: usize) {
        while self.phones[at].session.is_some() && self.wrong.is_empty() {
            self.exchange(at);
        }
    }

    /// A reply came: the device takes it in.
    pub fn take(&mut self, at: usize, reply: &anchorage::client::Reply) {
        let phone = &mut self.phones[at];
        let Some(mut session) = phone.session.take() else {
            return;
        };
        // Whether a second session may take its place.
        session.is_known |= self.lore.twice && !is_challenge(&reply.body);
        let before: Vec<_> = session
            .asked
            .iter()
            .map(|(local, _)| (*local, phone.pending(local)))
            .collect();
        phone.waiting = before.iter().cloned().collect();
        let step = session.dialogue.next(&mut phone.life.device, reply);
        self.look(at);
        for ((local, mode), (_, before)) in session.asked.clone().into_iter().zip(before) {
            if matches!(mode, Mode::RefreshFromServer | Mode::OneWayFromServer) {
                self.waive_overwritten(at, local, before);
            }
        }
        match step {
            Step::Send(next) => {
                session.next = next;
                self.phones[at].session = Some(session);
            }
            Step::Done(summary) => self.over(at, &session, &summary, None),
            Step::Failed(failed) => self.over(at, &session, &failed.summary, Some(&failed.reason)),
        }
    }

    /// A session is over; where `reason` is given, before its time.
    pub fn over(&mut self, at: usize, session: &Session, summary: &Summary, reason: Option<&str>) {
        let alone = self.told.syncs == session.began
            && self.phones.iter().all(|phone| phone.session.is_none());
        self.told.syncs += 1;
        self.told.messages += u64::from(summary.messages);
        let name = self.phones[at].name.clone();
        let told: Vec<_> = summary.stores.iter().map(ToString::to_string).collect();
        self.say(|| format!("{name}: {} {reason:?}", told.join("; ")));
        let wrong = summary.violations.iter();
        for violation in wrong.filter(|violation| alone || !is_overtaken(violation)) {
            self.wrong.push(format!("{name}: {violation}"));
        }
        self.last_moved = summary
            .stores
            .iter()
            .map(|store| store.sent.all() + store.taken.all() + store.refused)
            .sum();
        self.told.broken += u64::from(reason.is_some());
        if let Some(reason) = reason.filter(|_| !session.is_disturbed) {
            self.wrong.push(format!(
                "{name}: the session failed without a fault: {reason}"
            ));
        }
        for store in &summary.stores {
            self.over_in(at, session, store);
        }
    }

    /// What a session means for one datastore: which slow syncs are no surprise, what it may have overwritten.
    fn over_in(&mut self, at: usize, session: &Session, store: &StoreSummary) {
        let name = self.phones[at].name.clone();
        let (local, asked) = *session
            .asked
            .iter()
            .find(|(local, _)| *local == store.local)
            .unwrap();
        self.told.resumed += u64::from(store.is_resumed);
        let phone = &mut self.phones[at];
        if store.mode != asked {
            self.told.slow += 1;
            if !phone.life.may_be_slow.contains(local) {
                self.wrong.push(format!(
                    "{name}: {asked:?} of {local} became {:?} for no reason",
                    store.mode
                ));
            }
        }
        if store.failure.is_some() && !session.is_disturbed {
            self.wrong.push(format!("{name}: {store}"));
        }
        let sorts = phone
            .places
            .iter()
            .find(|place| place.local == local)
            .unwrap()
            .sorts;
        let user = phone.user;
        if store.mode == Mode::RefreshFromClient {
            // Rule: what the device did not hold, or held in an older version, was to be overwritten.
            for sort in sorts {
                self.users[user].model.waive_all(*sort);
            }
        }
        // Rule: where everything is compared and the device was set back, nobody can tell what it had before from an
        // edit; what it puts aside is kept as a revision.
        let is_restated = store.mode == Mode::RefreshFromClient
            || (store.mode == Mode::Slow && phone.life.forgotten.contains(local));
        if is_restated {
            for (luid, _) in phone.shown(local) {
                for edit in &phone.life.seen[&(local, luid)] {
                    self.users[user].model.edits[*edit].restated = true;
                }
            }
        }
        if store.mode == Mode::Slow || store.mode == Mode::RefreshFromClient {
            self.waive_forgotten_deletes(at, local);
        }
        if !store.mode.is_incremental() {
            self.forget_clears(at, local);
        }
        let phone = &mut self.phones[at];
        if store.mode == Mode::RefreshFromServer {
            phone.refreshed.insert(local);
        }
        if store.is_done {
            phone.unsure.remove(local);
        } else {
            phone.unsure.insert(local);
        }
        if store.is_done {
            phone.life.may_be_slow.remove(local);
            phone.life.forgotten.remove(local);
        } else if !store.mode.is_incremental() {
            phone.life.may_be_slow.insert(local);
            if store.mode == Mode::RefreshFromServer {
                phone.life.forgotten.insert(local);
            }
        }
    }
}
