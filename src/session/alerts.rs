//! Alerts of the device: which datastores it wants to sync and how, and signals in between.
//!
//! Source: SyncML Sync Protocol 1.1, sections 4 and 5.5; alert codes as in REQ-STAT-10, REQ-TYPE-2.

use log::warn;

use super::inbound::Inbound;
use super::resume::{Fresh, resumes};
use super::sees::takes;
use super::state::{Owed, Strand};
use super::talk::Talk;
use super::{Phase, Refused, devinf, filters, journal, meant};
use crate::ids::Anchor;
use crate::message::{Alert, AlertCode, AlertItem, Location, StatusCode};
use crate::sync::{self, Asked, Mode, Why};

/// What a change is taken to need as long as none was sent, in bytes: that of a contact without a photo.
const CHANGE_BYTES: usize = 1000;

impl Talk<'_, '_> {
    /// An Alert: one Status for each of its items.
    pub(super) fn alert(&mut self, alert: &Alert) -> Result<(), Refused> {
        let Some(code) = alert.code else {
            self.answer_alert(alert, None, StatusCode::IncompleteCommand);
            return Ok(());
        };
        if let Some(refused) = self.refused_datastore(&alert.cmd_id) {
            self.refuse_alert(alert, &refused);
            return Ok(());
        }
        if code == AlertCode::Resume && !resumes(self.state.version) {
            self.answer_alert(alert, None, StatusCode::OptionalFeatureNotSupported);
            return Ok(());
        }
        let mode = match asked_mode(code) {
            Ok(mode) => mode,
            Err(status) => {
                self.heed(code);
                self.answer_alert(alert, None, status);
                return Ok(());
            }
        };
        if alert.items.is_empty() {
            self.answer_alert(alert, None, StatusCode::IncompleteCommand);
        }
        for item in &alert.items {
            let status = self.open(code, mode, item)?;
            self.answer_alert(alert, Some(item), status);
        }
        Ok(())
    }

    fn answer_alert(&mut self, alert: &Alert, item: Option<&AlertItem>, code: StatusCode) {
        let item = item.or(alert.items.first());
        let uri = |location: Option<&Location>| location.map(|location| location.uri.clone());
        self.push_status(
            Owed {
                cmd_ref: alert.cmd_id.clone(),
                cmd: "Alert".to_owned(),
                target_ref: item.and_then(|item| uri(item.target.as_ref())),
                source_ref: item.and_then(|item| uri(item.source.as_ref())),
                code: code.number(),
                detail: item
                    .filter(|_| code == StatusCode::OptionalFeatureNotSupported)
                    .and_then(filters::unsupported)
                    .map(str::to_owned),
                next: item
                    .and_then(|item| item.meta.anchor.as_ref())
                    .map(|anchor| anchor.next.clone()),
                ..Owed::default()
            },
            alert.no_resp,
        );
    }

    /// Opens one datastore: 200, 508 when another mode must run, or why not.
    fn open(
        &mut self,
        code: AlertCode,
        mode: Mode,
        item: &AlertItem,
    ) -> Result<StatusCode, Refused> {
        let again = self.comes_again(item);
        if self.state.phase != Phase::Opening && !again {
            return Ok(StatusCode::Forbidden);
        }
        let (ours, theirs, store) = meant::names(item, self.devinf.as_ref());
        let Some(store) = store else {
            self.refuse(ours, code, "there is no such datastore")?;
            return Ok(StatusCode::NotFound);
        };
        if self
            .state
            .strands
            .iter()
            .any(|strand| strand.course.view.datastore.as_str() == store.name)
        {
            return Ok(StatusCode::Forbidden);
        }
        let anchor = item.meta.anchor.as_ref();
        let Some(next) = anchor.and_then(|anchor| Anchor::parse(&anchor.next).ok()) else {
            self.refuse(ours, code, "the device sent no next anchor")?;
            return Ok(StatusCode::IncompleteCommand);
        };
        let Ok(view) = store.view() else {
            return Ok(StatusCode::NotFound);
        };
        let filter = match self.filter(item, store, theirs) {
            Ok(filter) => filter,
            Err(bad) => {
                self.refuse(ours, code, &bad.to_string())?;
                return Ok(bad.status());
            }
        };
        let peers = self.tx.peers(self.account.id, &self.arrival.device)?;
        let collections = self.tx.collections(self.account.id)?;
        let epoch = self.tx.setting("epoch")?.unwrap_or_default();
        let peer = peers.iter().find(|peer| peer.datastore == view.datastore);
        let asked = Asked {
            mode,
            last: self.believed(anchor.and_then(|anchor| anchor.last.clone()), peer),
            next,
            types: self
                .devinf
                .as_ref()
                .map(|devinf| devinf::taken(devinf, theirs))
                .unwrap_or_default(),
            takes: self
                .devinf
                .as_ref()
                .map(|devinf| takes(devinf, theirs, &self.quirks, self.now()))
                .unwrap_or_default(),
            hierarchy: self.hierarchy(store, theirs),
            retry: self.retry,
            view,
        };
        let max_obj_size = item.meta.max_obj_size.as_deref();
        let max_obj_size = max_obj_size.and_then(|text| text.trim().parse().ok());
        let last = asked.last.clone();
        let fresh = Fresh {
            ours,
            theirs,
            max_obj_size,
        };
        if code == AlertCode::Resume && self.resumes(&asked, &epoch, &fresh)? {
            return Ok(StatusCode::Ok);
        }
        let mut course = sync::open(&self.who(), asked, peer, &collections, &epoch);
        course.filter_by(filter, peer);
        super::guarded::stand(self, &mut course)?;
        if code == AlertCode::Resume {
            // Nothing to go on from: the device starts the datastore again.
            course.mode = Mode::Slow;
            course.why = Why::NotResumed;
        }
        let status = if course.mode == course.asked && code != AlertCode::Resume {
            StatusCode::Ok
        } else {
            StatusCode::RefreshRequired
        };
        let strand = Strand {
            course,
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
            max_obj_size,
            alert_due: true,
            sync_sent: false,
            change_bytes: CHANGE_BYTES,
            failed: false,
            size_plus_one: self.quirks.size_plus_one,
            inbound: Inbound::default(),
            outbound: None,
            last,
            answered: Vec::new(),
            format: None,
        };
        self.keep(strand)?;
        Ok(status)
    }

    /// One more datastore in the session.
    pub(super) fn keep(&mut self, strand: Strand) -> Result<(), Refused> {
        journal::opened(
            self.tx,
            self.account,
            &self.arrival.device,
            &self.state,
            &strand,
            self.now(),
        )?;
        let course = &strand.course;
        if course.mode == Mode::RefreshFromClient && !course.resumed {
            // What an earlier refresh left behind, which broke off, is no part of this one.
            let datastore = &course.view.datastore;
            self.tx
                .drop_staged(self.account.id, &self.arrival.device, datastore)?;
        }
        self.state.strands.push(strand);
        Ok(())
    }

    fn refuse(&mut self, ours: &str, code: AlertCode, why: &str) -> Result<(), Refused> {
        warn!(user = self.account.name.as_str(), device = self.arrival.device.as_str(); "{} asked for {ours:?}: {why}", self.arrival.device);
        journal::refused(
            self.tx,
            self.account,
            &self.arrival.device,
            &self.state,
            (ours, code, why),
            self.now(),
        )?;
        Ok(())
    }
}

/// Whether an Alert opens datastores.
pub(super) fn opens(alert: &Alert) -> bool {
    alert.code.is_some_and(|code| asked_mode(code).is_ok())
}

/// The mode a code asks for.
///
/// # Errors
/// The Status of a code that asks for none.
pub fn asked_mode(code: AlertCode) -> Result<Mode, StatusCode> {
    match code {
        AlertCode::TwoWay | AlertCode::TwoWayByServer | AlertCode::Resume => Ok(Mode::TwoWay),
        AlertCode::Slow => Ok(Mode::Slow),
        AlertCode::OneWayFromClient | AlertCode::OneWayFromClientByServer => {
            Ok(Mode::OneWayFromClient)
        }
        AlertCode::RefreshFromClient | AlertCode::RefreshFromClientByServer => {
            Ok(Mode::RefreshFromClient)
        }
        AlertCode::OneWayFromServer | AlertCode::OneWayFromServerByServer => {
            Ok(Mode::OneWayFromServer)
        }
        AlertCode::RefreshFromServer | AlertCode::RefreshFromServerByServer => {
            Ok(Mode::RefreshFromServer)
        }
        AlertCode::Display
        | AlertCode::Result
        | AlertCode::NextMessage
        | AlertCode::NoEndOfData
        | AlertCode::Suspend => Err(StatusCode::Ok),
        AlertCode::Unknown(_) => Err(StatusCode::OptionalFeatureNotSupported),
    }
}

/// The code that says which mode runs.
pub(super) const fn alert_code(mode: Mode) -> AlertCode {
    match mode {
        Mode::TwoWay => AlertCode::TwoWay,
        Mode::Slow => AlertCode::Slow,
        Mode::OneWayFromClient => AlertCode::OneWayFromClient,
        Mode::RefreshFromClient => AlertCode::RefreshFromClient,
        Mode::OneWayFromServer => AlertCode::OneWayFromServer,
        Mode::RefreshFromServer => AlertCode::RefreshFromServer,
    }
}
