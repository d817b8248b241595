//! Credentials for a single datastore, in its Alert or its Sync (REQ-AUTH-11).
//!
//! They are not asked for: whoever came in has his datastores. Where they stand they must be his. Wrong ones refuse that
//! command alone, with a challenge, and it may come again; those of somebody else are forbidden, since a session
//! never holds the data of two accounts. They are judged before the transaction, as every password is. Source: SyncML
//! Sync Protocol 1.1, section 3.4.

use std::collections::BTreeMap;

use log::warn;

use super::login::{Entrance, Refusal, code, takes_basic};
use super::opening::Opening;
use super::state::Owed;
use super::talk::Talk;
use super::{Host, Phase, Request, datastores, entry::Arrival, refs};
use crate::auth::{Caller, Challenge, Claim, Proof, Scheme, Verdict};
use crate::message::{Alert, AlertItem, Command, Cred, Sync};
use crate::store::{Account, Device};

/// Different credentials in one message that are looked at; more count as wrong.
const MOST: usize = 8;

/// The refusals of credentials, by the `CmdID` of their command.
pub(super) type Passes = BTreeMap<String, Refusal>;

/// Judges the credentials of every Alert and Sync of a message. May hash passwords.
pub(super) fn check(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    account: &Account,
    row: Option<&Device>,
    (entrance, opening): (&Entrance, &Opening),
) -> Passes {
    let caller = Caller {
        account: Some(account),
        device: &arrival.device,
        row,
        message: match opening {
            Opening::Continue(session) => Some((&session.token, session.last_msg)),
            Opening::New => None,
        },
    };
    // The nonce is the one that stands with the header's welcome, so that a device need not keep two.
    let count = match (row, entrance.spends) {
        (_, Some(spent)) => spent + 1,
        (Some(row), None) => row.auth_count,
        (None, None) => request.now.0,
    };
    let mut carriers = Vec::new();
    collect(&arrival.received.message.body, &mut carriers);
    let mut judged: Vec<(&Cred, Option<Refusal>)> = Vec::new();
    let mut passes = Passes::new();
    for (command, cred) in carriers {
        let known = judged.iter().find(|(seen, _)| *seen == cred);
        let refusal = if let Some((_, refusal)) = known {
            refusal.clone()
        } else {
            let verdict = if judged.len() < MOST {
                judge(host, request, arrival, &caller, cred)
            } else {
                Some(Verdict::Locked)
            };
            let refusal = verdict.map(|verdict| refusal(host, &caller, count, verdict));
            judged.push((cred, refusal.clone()));
            refusal
        };
        if let Some(refusal) = refusal {
            warn!(user = account.name.as_str(), device = arrival.device.as_str(); "{} brings credentials for a datastore that are refused ({})", arrival.device, refusal.code);
            passes.insert(command.to_owned(), refusal);
        }
    }
    passes
}

/// `None`: they are good.
fn judge(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    caller: &Caller<'_>,
    cred: &Cred,
) -> Option<Verdict> {
    let name = arrival.received.message.header.source.name.as_deref();
    let claim = Claim::read(cred.meta.media_type.as_deref(), &cred.data, name);
    let is_another = match (&claim.user, caller.account) {
        (Some(user), Some(account)) => *user != account.name,
        (None, _) | (_, None) => false,
    };
    if is_another && claim.proof != Proof::Malformed {
        return Some(Verdict::Disabled);
    }
    if claim.proof.scheme() == Some(Scheme::Basic) && !takes_basic(host, request) {
        return Some(Verdict::SchemeNotAllowed);
    }
    let verdict = host.auth.check(caller, &claim, request.now);
    (!matches!(verdict, Verdict::Accepted { .. })).then_some(verdict)
}

fn refusal(host: &Host, caller: &Caller<'_>, count: i64, verdict: Verdict) -> Refusal {
    let digests = caller
        .account
        .filter(|account| account.md5_secret.is_some());
    let challenge = match digests {
        Some(account) => Challenge {
            scheme: Scheme::Md5,
            nonce: Some(host.auth.next_nonce(account.id, caller.device, count)),
        },
        None => Challenge {
            scheme: Scheme::Basic,
            nonce: None,
        },
    };
    Refusal {
        code: code(verdict),
        challenge: (verdict != Verdict::Disabled).then_some(challenge),
        scheme: None,
        is_last: false,
    }
}

fn collect<'m>(commands: &'m [Command], found: &mut Vec<(&'m str, &'m Cred)>) {
    for command in commands {
        let of_alert = command.as_alert().and_then(|alert| alert.cred.as_ref());
        let of_sync = command.as_sync().and_then(|sync| sync.cred.as_ref());
        let cred = of_alert.or(of_sync);
        found.extend(cred.map(|cred| (command.cmd_id(), cred)));
        if let Command::Group(group) = command {
            collect(&group.commands, found);
        }
    }
}

impl Talk<'_, '_> {
    /// The refusal of this command's credentials, if there is one.
    pub(super) fn refused_datastore(&self, cmd_id: &str) -> Option<Refusal> {
        self.passes.get(cmd_id).cloned()
    }

    /// A Status for each datastore of an Alert whose credentials were refused.
    pub(super) fn refuse_alert(&mut self, alert: &Alert, refusal: &Refusal) {
        let whole = [AlertItem::default()];
        let items = if alert.items.is_empty() {
            whole.as_slice()
        } else {
            alert.items.as_slice()
        };
        for item in items {
            self.state.refused.push(named(item));
            let uri = |place: &Option<crate::message::Location>| {
                place.as_ref().map(|place| place.uri.clone())
            };
            let status = Owed {
                cmd_ref: alert.cmd_id.clone(),
                cmd: "Alert".to_owned(),
                target_ref: uri(&item.target),
                source_ref: uri(&item.source),
                ..owed(refusal)
            };
            self.push_status(status, alert.no_resp);
        }
    }

    /// Statuses for a Sync whose credentials were refused, and for everything in it.
    pub(super) fn refuse_sync(&mut self, sync: &Sync, refusal: &Refusal) {
        let command = Command::Sync(Sync {
            commands: Vec::new(),
            ..sync.clone()
        });
        let (target_ref, source_ref) = refs::of_command(&command);
        let name = target_ref.as_deref().unwrap_or_default();
        self.state.refused.push(datastores::normalise(name));
        let status = Owed {
            cmd_ref: sync.cmd_id.clone(),
            cmd: "Sync".to_owned(),
            target_ref,
            source_ref,
            ..owed(refusal)
        };
        self.push_status(status, sync.no_resp);
        for inner in &sync.commands {
            self.refuse_whole(inner, refusal.code);
        }
    }

    /// A Sync came with good credentials: what was refused before is put right.
    pub(super) fn admit_datastore(&mut self, sync: &Sync) {
        if let (Some(_), Some(target)) = (&sync.cred, &sync.target) {
            let name = datastores::normalise(&target.uri);
            self.state.refused.retain(|refused| *refused != name);
        }
    }

    /// Whether a datastore is alerted again, after its credentials were refused: the device may do so when our package 2
    /// told it. Unless its changes come along, the opening is not over yet.
    pub(super) fn comes_again(&mut self, item: &AlertItem) -> bool {
        let name = named(item);
        let before = self.state.refused.len();
        self.state.refused.retain(|refused| *refused != name);
        let again = self.state.refused.len() < before;
        if again {
            self.reopen();
        }
        again && matches!(self.state.phase, Phase::Opening | Phase::Intake)
    }

    /// Goes back to the opening, if the device's package 3 has not begun.
    pub(super) fn reopen(&mut self) {
        let body = &self.arrival.received.message.body;
        let brings = body
            .iter()
            .any(|command| matches!(command, Command::Sync(_)));
        if self.state.phase == Phase::Intake && !brings {
            self.state.phase = Phase::Opening;
        }
    }

    /// The device's package is complete: a datastore whose credentials were never put right has failed, since changes
    /// of the device were refused.
    pub(super) fn shut_out(&mut self) {
        let refused = &self.state.refused;
        for strand in &mut self.state.strands {
            if refused.contains(&datastores::normalise(&strand.ours)) {
                strand.failed = true;
                let why = "the credentials for the datastore were refused".to_owned();
                strand.course.counts.error(why);
            }
        }
    }
}

fn named(item: &AlertItem) -> String {
    let place = item.target.as_ref().or(item.source.as_ref());
    datastores::normalise(place.map_or("", |place| place.uri.as_str()))
}

fn owed(refusal: &Refusal) -> Owed {
    let challenge = refusal.challenge.as_ref();
    Owed {
        code: refusal.code.number(),
        challenge: challenge.map(|challenge| {
            (
                challenge.scheme,
                challenge.nonce.as_ref().map(crate::auth::Nonce::to_base64),
            )
        }),
        ..Owed::default()
    }
}
