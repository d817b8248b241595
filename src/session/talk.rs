//! One message of a session, inside its one write transaction: state in, commands through the engine, state and
//! answer out, all stored together.

use std::collections::BTreeMap;

use log::info;

use super::datastore_login::Passes;
use super::entry::{Arrival, write_token};
use super::held::Woken;
use super::login::Entrance;
use super::opening::{Opening, begin, writes};
use super::outbox::Outbox;
use super::quirks::Quirks;
use super::render::suspends;
use super::resume::resumes;
use super::state::{Held, Owed, SentChange, State, Strand};
use super::turn::{Ending, Halt, failed};
use super::{Event, Host, Patience, Phase, Refused, Reply, Request, Style, journal};
use crate::codec::Encoding;
use crate::ids::{Millis, Rev, SessionToken};
use crate::message::{AlertCode, Command, DevInf};
use crate::store::{Account, Device, Session, Tx};
use crate::sync::{self, Mapped, Who};

/// One message at work.
pub(super) struct Talk<'a, 'c> {
    pub(super) host: &'a Host,
    pub(super) request: &'a Request<'a>,
    pub(super) arrival: &'a Arrival,
    pub(super) tx: &'a mut Tx<'c>,
    pub(super) account: &'a Account,
    pub(super) state: State,
    /// The device's information, as far as it told.
    pub(super) devinf: Option<DevInf>,
    /// The device's last session did not end well.
    pub(super) retry: bool,
    /// What is set for this device alone, as it is kept.
    pub(super) own_quirks: Option<String>,
    /// How the device is to be treated.
    pub(super) quirks: Quirks,
    /// The change number of what this message writes, if it writes items.
    pub(super) rev: Option<Rev>,
    /// The datastore of the Sync at work has folders, and the device knows them.
    pub(super) trees: bool,
    /// Statuses for the commands of this message, in their order.
    pub(super) statuses: Vec<Owed>,
    /// What became of the Maps of this message, by `CmdID`: one result for each pair.
    pub(super) mapped: BTreeMap<String, Vec<Mapped>>,
    /// Gets of device information to be answered: `CmdID` and the object's name as asked for.
    pub(super) devinf_asked: Vec<(String, String)>,
    /// What became of the credentials for single datastores, by the `CmdID` of their Alert or Sync.
    pub(super) passes: Passes,
    /// Whether the session ends well with this message.
    pub(super) ending: Ending,
    /// An Atomic is being carried out.
    pub(super) in_atomic: bool,
}

/// The message in one transaction, from the state before it to the state after it.
#[expect(
    clippy::too_many_arguments,
    reason = "called once, with all there is to know of a message"
)]
pub(super) fn attempt(
    host: &Host,
    request: &Request<'_>,
    arrival: &Arrival,
    account: &Account,
    row: Option<&Device>,
    entrance: &Entrance,
    opening: &Opening,
    passes: &Passes,
    token: &SessionToken,
    tx: &mut Tx<'_>,
) -> Result<Reply, Halt> {
    let known = matches!(opening, Opening::Continue(_));
    if request.patience.is_some() {
        // Before the clock, for which others of the account may have to be waited for.
        tx.hold_session(token)?;
    }
    let rev = if writes(&arrival.received.message, opening) {
        Some(tx.tick(account.id, request.now)?)
    } else {
        None
    };
    let (state, former, retry) = begin(tx, request, arrival, account, opening)?;
    let Some(mut state) = state else {
        return Ok(failed(host, arrival));
    };
    state.scheme = state.scheme.or(entrance.by);
    state.copy_as_add |= host.settings.copy_as_add;
    let devinf = row
        .and_then(|row| row.devinf.as_deref())
        .and_then(|json| serde_json::from_str(json).ok());
    let (statuses, devinf_asked) = (Vec::new(), Vec::new());
    let mut talk = Talk {
        host,
        request,
        arrival,
        tx,
        account,
        state,
        devinf,
        retry,
        own_quirks: row.and_then(|row| row.quirks.clone()),
        quirks: Quirks::default(),
        rev,
        trees: false,
        statuses,
        mapped: BTreeMap::new(),
        devinf_asked,
        passes: passes.clone(),
        ending: Ending::No,
        in_atomic: false,
    };
    let told = talk.meet(row, entrance, known)?;
    talk.recognise();
    let held = talk.state.held.take().zip(former);
    let woken = held.map(|(held, session)| talk.wake(&held, session, entrance, told));
    let (body, encoding) = match woken.transpose()? {
        Some(Woken::Given(body, encoding)) => (body, encoding),
        Some(Woken::Astray) => return Ok(failed(host, arrival)),
        Some(Woken::Owed) | None => {
            talk.listen()?;
            talk.answer(entrance, told)?
        }
    };
    let changed = talk.rev.is_some();
    talk.save(former, &body, encoding)?;
    Ok(Reply {
        body,
        encoding,
        charset: arrival.received.charset.clone(),
        hmac: None,
        changed,
        token: Some(write_token(account.id, token)),
        pending: false,
    })
}

impl<'a> Talk<'a, '_> {
    pub(super) fn who(&self) -> Who<'a> {
        Who {
            account: self.account.id,
            device: &self.arrival.device,
            session: self.state.number,
            now: self.request.now,
        }
    }

    pub(super) const fn now(&self) -> Millis {
        self.request.now
    }

    /// Everything the device says: its information, its answers and its LUIDs first, then each command in its order.
    fn listen(&mut self) -> Result<(), Refused> {
        let arrival = self.arrival;
        let message = &arrival.received.message;
        self.take_devinf(message)?;
        self.recognise();
        self.learn_hierarchy();
        self.take_answers(message)?;
        self.hear_of_ours(message)?;
        self.take_maps(&message.body)?;
        for command in &message.body {
            self.command(command)?;
        }
        self.statuses.retain(|status| !status.quiet);
        if message.header.no_resp {
            self.statuses.clear();
        }
        self.advance(message.is_final)
    }

    /// Moves the dialogue on, and the engine with it.
    fn advance(&mut self, is_final: bool) -> Result<(), Refused> {
        let whole = self.state.combined
            && self
                .state
                .strands
                .iter()
                .all(|strand| !strand.needs_everything());
        let event = match (is_final, whole) {
            (false, _) => Event::TheirMore,
            (true, true) => Event::TheirFinalWithChanges,
            (true, false) => Event::TheirFinal,
        };
        // A device that suspends has said all it will say, but its package is not complete.
        let is_final = (is_final && !suspends(self)) || self.asks_in_vain();
        self.state.their_final |= is_final;
        if is_final && (self.state.phase != Phase::Opening || self.state.combined) {
            self.break_off_all()?;
        }
        let before = self.state.phase;
        self.state.phase = before.after(event);
        match (before, self.state.phase) {
            (Phase::Opening | Phase::Intake, Phase::Outgoing) => {
                self.take_up()?;
                self.begin_outgoing()?;
            }
            (Phase::Closing, Phase::Over) => {
                self.finish()?;
                // Funambol's Outlook client asks for more with a Final, and brings its Maps after that.
                if self.asks_for_more() {
                    self.state.phase = Phase::Closing;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the device thinks that our package goes on (Alert 222).
    fn asks_for_more(&self) -> bool {
        let body = &self.arrival.received.message.body;
        body.iter().any(|command| {
            matches!(command, Command::Alert(alert) if alert.code == Some(AlertCode::NextMessage))
        })
    }

    /// The session ended well: anchors move, and the journal says what happened.
    pub(super) fn finish(&mut self) -> Result<(), Refused> {
        if std::mem::replace(&mut self.state.finished, true) {
            return Ok(());
        }
        if self.is_told() {
            // Who waits may give up, and then the anchors must stay (REQ-ANCHOR-8).
            self.ending = Ending::Due;
            return Ok(());
        }
        self.ending = Ending::Done;
        self.move_anchors()
    }

    pub(super) fn move_anchors(&mut self) -> Result<(), Refused> {
        self.take_missing_as_done()?;
        self.forget_objects()?;
        let who = self.who();
        for strand in self.state.strands.iter().filter(|strand| !strand.failed) {
            sync::finish(self.tx, &who, &strand.course)?;
            let counts = &strand.course.counts;
            info!(user = self.account.name.as_str(), device = self.arrival.device.as_str(), session = self.state.number,
                taken = counts.added + counts.replaced + counts.deleted,
                sent = counts.sent_added + counts.sent_replaced + counts.sent_deleted;
                "{} synced {} ({}, {})", self.arrival.device, strand.course.view.datastore, strand.course.mode, strand.course.why);
        }
        journal::finished(
            self.tx,
            self.account,
            &self.arrival.device,
            &self.state,
            self.now(),
        )?;
        Ok(())
    }

    /// Whether the device was told to wait for this.
    pub(super) fn is_told(&self) -> bool {
        self.request.patience.is_some_and(Patience::is_over)
    }

    /// How it is told.
    pub(super) fn style(&self) -> Style {
        let terms = self.request.patience.map(Patience::terms);
        terms.map_or(self.host.settings.busy_style, |terms| terms.style)
    }

    fn answer(
        &mut self,
        entrance: &Entrance,
        auth_count: i64,
    ) -> Result<(Vec<u8>, Encoding), Halt> {
        let encoding = self.arrival.received.encoding;
        let was_told = self.is_told();
        let body = Outbox::fill(self, entrance, auth_count)?;
        if self.request.patience.is_some_and(Patience::settle) {
            if !was_told || self.ending == Ending::Done {
                return Err(Halt::Late);
            }
            self.state.held = Some(Held::new(self, self.ending == Ending::Due));
        }
        Ok((body, encoding))
    }

    fn save(
        self,
        former: Option<&Session>,
        body: &[u8],
        encoding: Encoding,
    ) -> Result<(), Refused> {
        let settings = &self.host.settings;
        let over = self.state.phase == Phase::Over && self.state.held.is_none();
        let keep = if over {
            settings.reply_ms
        } else {
            settings.session_ms
        };
        // A device whose last reply was lost may resume what is over.
        let state = if over && !resumes(self.state.version) {
            Vec::new()
        } else {
            serde_json::to_vec(&self.state).unwrap_or_default()
        };
        let session = Session {
            account: self.account.id,
            token: self.state.token.clone(),
            device: self.arrival.device.clone(),
            client_session: self.arrival.received.message.header.session_id.clone(),
            number: self.state.number,
            state,
            over,
            last_msg: self.arrival.msg,
            request_hash: self.arrival.hash,
            reply: body.to_vec(),
            reply_type: if encoding == Encoding::Wbxml {
                "wbxml"
            } else {
                "xml"
            }
            .to_owned(),
            updated: self.request.now,
            expires: Millis(self.request.now.0 + keep),
        };
        if let Some(former) = former {
            if self.tx.update_session(&session, former.last_msg)? {
                Ok(())
            } else {
                Err(Refused::Unavailable(None))
            }
        } else {
            self.tx
                .end_sessions(self.account.id, &self.arrival.device, &session.token)?;
            self.tx.purge_sessions(self.account.id, self.request.now)?;
            self.tx.insert_session(&session)?;
            Ok(())
        }
    }

    /// Remembers what was sent until its Status comes.
    pub(super) fn expect(&mut self, sent: impl IntoIterator<Item = SentChange>) {
        self.state.sent.extend(sent);
    }
}

impl Strand {
    /// The device asked for less than what must run: in a sync without separate initialisation the
    /// changes that came along cannot be used, it must send everything.
    pub(super) fn needs_everything(&self) -> bool {
        let asked_less = self.course.mode.is_full() && !self.course.asked.is_full();
        // One that resumed knows what runs.
        self.course.mode.takes() && asked_less && !self.course.resumed
    }
}
