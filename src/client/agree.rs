//! The server's Alert for a datastore: how it is to be synced, and whether that may be (DS Protocol 1.2, sync anchors).

use super::dialogue::Dialogue;
use super::profile::Resume;
use super::run::Stage;
use super::{Device, Mode};
use crate::message::status::StatusItem;
use crate::message::{AlertItem, AnchorPair, Command, Status, StatusCode};

impl Dialogue {
    /// The server says how to sync a datastore.
    pub(super) fn agree(
        &mut self,
        device: &mut Device,
        command: &Command,
        mode: Mode,
        item: &AlertItem,
    ) -> Status {
        let target = item
            .target
            .as_ref()
            .map(|target| target.uri.clone())
            .unwrap_or_default();
        let source = item
            .source
            .as_ref()
            .map(|source| source.uri.clone())
            .unwrap_or_default();
        let anchor = item.meta.anchor.clone().unwrap_or_default();
        let mut status = self.answer(command, StatusCode::Ok);
        status.target_refs.push(target.clone());
        status.source_refs.push(source.clone());
        let Some(index) = self.runs.iter().position(|run| run.local == target) else {
            self.violation(format!("an Alert for {target:?}, which we did not alert"));
            status.code = Some(StatusCode::NotFound);
            return status;
        };
        let Some((run, store)) = self.pair(device, index) else {
            return status;
        };
        let mut wrong = Vec::new();
        if run.stage != Stage::Alerted {
            wrong.push(format!("an Alert for {target} that nobody waits for"));
        } else if run.resumes != Resume::Never {
            wrong.extend(run.resumed_as(mode));
        } else if run.answer != Some(StatusCode::RefreshRequired) && mode != run.asked {
            wrong.push(format!(
                "we asked for {:?} of {target}, the server says {mode:?} without 508",
                run.asked
            ));
        } else if run.answer == Some(StatusCode::RefreshRequired) && !run.asked.may_become(mode) {
            wrong.push(format!(
                "508 may not turn {:?} of {target} into {mode:?}",
                run.asked
            )); // REQ-ANCHOR-3
        }
        if source != run.remote {
            wrong.push(format!(
                "the Alert for {target} comes from {source:?}, not from {:?}",
                run.remote
            ));
        }
        if anchor.next.is_empty() {
            wrong.push(format!("the Alert for {target} has no Next anchor")); // REQ-META-8
        }
        if run.stage == Stage::Alerted {
            run.stage = Stage::Agreed;
            run.mode = mode;
            run.server_next = Some(anchor.next.clone());
            let is_known = store.server_last.is_none() || anchor.last == store.server_last;
            if mode == Mode::TwoWay && !is_known {
                // REQ-ANCHOR-7: no further Alert is exchanged.
                run.mode = Mode::Slow;
                status.code = Some(StatusCode::RefreshRequired);
            }
            if run.is_refused() || run.mode != mode {
                run.begin_anew();
            }
        }
        for sentence in wrong {
            self.violation(sentence);
        }
        let echo = AnchorPair {
            last: None,
            next: anchor.next,
        };
        status.items.push(StatusItem {
            anchor: Some(echo),
            ..StatusItem::default()
        });
        status
    }
}
