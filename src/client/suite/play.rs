//! Plays a case, step by step, up to the first that goes wrong.

use std::collections::BTreeMap;

use super::account::CONTACTS;
use super::case::{Case, Step};
use super::say::Open;
use super::session::{self, Wanted};
use super::{Carry, Outcome, Suite, text};
use crate::client::{Device, Exchange, Store};
use crate::ids::{Luid, Millis};
use crate::pim;

/// A case in progress.
pub struct Player<'a> {
    suite: &'a Suite,
    case: &'a Case,
    pub(super) tag: String,
    pub(super) contacts: String,
    pub(super) calendar: String,
    pub(super) now: Millis,
    pub(super) devices: BTreeMap<String, Device>,
    pub(super) sessions: BTreeMap<String, Open>,
    /// What the devices found against the rules in passing.
    pub remarks: Vec<String>,
}

/// Why a case does not go on.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// The server did something wrong.
    Failed(String),
    /// The server does not offer it.
    Lacking(String),
    /// The case itself makes no sense.
    Broken(String),
}

impl<'a> Player<'a> {
    /// A case of this suite.
    pub fn new(suite: &'a Suite, case: &'a Case) -> Self {
        let setting = &suite.setting;
        Self {
            suite,
            case,
            // A word of the case's own: what another case left behind is none of its items.
            tag: format!("{}{}", setting.tag, suite.count),
            contacts: setting.contacts.clone(),
            calendar: setting.calendar.clone(),
            now: setting.now,
            devices: BTreeMap::new(),
            sessions: BTreeMap::new(),
            remarks: Vec::new(),
        }
    }

    /// Plays it.
    pub fn run(&mut self, carry: Carry<'_>) -> Outcome {
        let case = self.case;
        for (number, step) in (1..).zip(&case.steps) {
            match self.step(step, carry) {
                Ok(()) => {}
                Err(Stop::Lacking(why)) => return Outcome::NotApplicable(why),
                Err(Stop::Failed(why)) => {
                    return Outcome::Failed(vec![format!("step {number}: {why}")]);
                }
                Err(Stop::Broken(why)) => {
                    return Outcome::Failed(vec![format!(
                        "step {number} of the case is broken: {why}"
                    )]);
                }
            }
        }
        Outcome::Passed
    }

    fn step(&mut self, step: &Step, carry: Carry<'_>) -> Result<(), Stop> {
        match step {
            Step::Add {
                device,
                item,
                text,
                bytes,
            } => {
                let card = text::card(&self.tag, item, text, *bytes);
                self.store(device)?.add(card);
                Ok(())
            }
            Step::Replace { device, item, text } => {
                let card = text::card(&self.tag, item, text, 0);
                let luid = self.luid(device, item)?;
                self.store(device)?.replace(&luid, card);
                Ok(())
            }
            Step::Delete { device, item } => {
                let luid = self.luid(device, item)?;
                self.store(device)?.delete(&luid);
                Ok(())
            }
            Step::Reset { device } => {
                self.store(device)?.forget_sessions();
                Ok(())
            }
            Step::Misremember { device, last } => {
                self.store(device)?.last = Some(last.clone());
                Ok(())
            }
            Step::Sync {
                device,
                mode,
                becomes,
                lose,
                fails,
                strict,
                takes,
                messages,
            } => {
                let wanted = Wanted {
                    mode: mode.mode(),
                    becomes: becomes.unwrap_or(*mode).mode(),
                    lose: *lose,
                    fails: *fails,
                    strict: *strict,
                    takes: *takes,
                    messages: *messages,
                };
                self.sync(device, &wanted, carry)
                    .map_err(|stop| about(stop, device))
            }
            Step::Same => self.same(),
            Step::Holds {
                device,
                items,
                lacks,
            } => self.holds(device, items, lacks),
            Step::Say(say) => self.say(say, carry),
            Step::Post { body, hex } => self.post(body, hex, carry),
        }
    }

    /// A device of the case, out of its place; made when it is met for the first time.
    pub(super) fn take(&mut self, name: &str) -> Result<Device, Stop> {
        match self.devices.remove(name) {
            Some(device) => Ok(device),
            None => self
                .suite
                .device(name, Some(self.case))
                .map_err(Stop::Broken),
        }
    }

    fn store(&mut self, name: &str) -> Result<&mut Store, Stop> {
        let device = self.take(name)?;
        let device = self.devices.entry(name.to_owned()).or_insert(device);
        device
            .store_mut(CONTACTS)
            .ok_or_else(|| Stop::Broken("the device has no contacts".to_owned()))
    }

    fn luid(&mut self, device: &str, item: &str) -> Result<Luid, Stop> {
        let word = text::word(&self.tag, item);
        let found = self
            .store(device)?
            .items()
            .find(|(_, content)| has(&content.body, &word));
        let luid = found.map(|(luid, _)| luid.clone());
        luid.ok_or_else(|| Stop::Failed(format!("device {device} does not hold item {item:?}")))
    }

    fn holds(&mut self, device: &str, items: &[String], lacks: &[String]) -> Result<(), Stop> {
        let tag = self.tag.clone();
        let store = self.store(device)?;
        let count = |item: &String| {
            let (name, words) = item.split_once(": ").unwrap_or((item, ""));
            let word = text::word(&tag, name);
            let is_it = |body: &[u8]| has(body, &word) && has(body, words);
            store
                .items()
                .filter(|(_, content)| is_it(&content.body))
                .count()
        };
        let mut wrong = Vec::new();
        for item in items {
            match count(item) {
                1 => {}
                0 => wrong.push(format!("device {device} does not hold {item:?}")),
                many => wrong.push(format!("device {device} holds {item:?} {many} times")),
            }
        }
        for item in lacks.iter().filter(|item| count(item) > 0) {
            wrong.push(format!("device {device} still holds {item:?}"));
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Stop::Failed(wrong.join("; ")))
        }
    }

    /// All devices of the case hold the same items of it.
    fn same(&self) -> Result<(), Stop> {
        let held = self.devices.values().map(|device| {
            let items = device.store(CONTACTS).into_iter().flat_map(Store::items);
            let ours = items.filter(|(_, content)| has(&content.body, &self.tag));
            let mut digests: Vec<_> = ours.map(|(_, content)| pim::digest(content)).collect();
            digests.sort_unstable();
            digests
        });
        let mut held: Vec<_> = held.collect();
        held.dedup();
        if held.len() == 1 {
            Ok(())
        } else {
            Err(Stop::Failed(
                "the devices do not hold the same items".to_owned(),
            ))
        }
    }

    fn sync(&mut self, name: &str, wanted: &Wanted, carry: Carry<'_>) -> Result<(), Stop> {
        let mut device = self.take(name)?;
        let ended = session::run(&mut device, wanted, self.now, carry);
        self.devices.insert(name.to_owned(), device);
        let Some(summary) = ended? else {
            return Ok(());
        };
        if wanted.strict && !summary.violations.is_empty() {
            return Err(Stop::Failed(summary.violations.join("; ")));
        }
        self.remarks.extend(
            summary
                .violations
                .iter()
                .map(|found| format!("device {name}: {found}")),
        );
        session::judge(&summary, wanted)
    }

    /// What is posted is no message that anybody should take.
    fn post(&mut self, body: &str, hex: &str, carry: Carry<'_>) -> Result<(), Stop> {
        let device = self.take("a")?;
        let profile = &device.profile;
        let value = |name: &str| match name {
            "device" => Some(profile.device.as_str().to_owned()),
            "url" => Some(profile.url.clone()),
            _ => None,
        };
        let body = text::filled(body, &value)
            .map_err(Stop::Broken)?
            .into_bytes();
        let binary =
            text::unhex(hex).ok_or_else(|| Stop::Broken("that is no hexadecimal".to_owned()))?;
        let is_binary = !binary.is_empty();
        let content_type = if is_binary {
            "application/vnd.syncml+wbxml"
        } else {
            "application/vnd.syncml+xml"
        };
        let exchange = Exchange {
            url: profile.url.clone(),
            content_type: content_type.to_owned(),
            hmac: None,
            body: if is_binary { binary } else { body },
        };
        self.devices.insert("a".to_owned(), device);
        let answer = carry(&exchange).map_err(|lost| Stop::Failed(lost.0))?;
        match answer.status {
            400..=499 => Ok(()),
            200 if session::is_refusal(&answer.reply.body) => Ok(()),
            200 => Err(Stop::Failed(
                "what is no message is taken for one".to_owned(),
            )),
            status => Err(Stop::Failed(format!(
                "the server answers HTTP {status} to what is no message"
            ))),
        }
    }
}

fn about(stop: Stop, device: &str) -> Stop {
    match stop {
        Stop::Failed(why) => Stop::Failed(format!("device {device}: {why}")),
        Stop::Lacking(_) | Stop::Broken(_) => stop,
    }
}

fn has(body: &[u8], word: &str) -> bool {
    String::from_utf8_lossy(body).contains(word)
}
