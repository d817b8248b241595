//! What the device answers to what it was sent: Statuses, Maps, and its device information.
//!
//! These are taken before any change of the same message (REQ-MAP-4), in bulk for each datastore.

use std::collections::{BTreeMap, BTreeSet};

use log::warn;

use super::Refused;
use super::state::{SentChange, Subject};
use super::talk::Talk;
use crate::ids::{ItemId, Luid};
use crate::message::query::PutData;
use crate::message::{Command, DevInf, GroupKind, Map, Message, Status, StatusCode};
use crate::store::Device;
use crate::sync::{self, Answer, Confirmation, Mode, Sent, Why};

impl Talk<'_, '_> {
    /// Keeps what the device tells of itself, by Put or by Results.
    pub(super) fn take_devinf(&mut self, message: &Message) -> Result<(), Refused> {
        let told = message.body.iter().filter_map(|command| {
            if let Command::Put(put) = command {
                Some(&put.items)
            } else if let Command::Results(results) = command {
                Some(&results.items)
            } else {
                None
            }
        });
        let mut told = told.flatten().filter_map(|item| match &item.data {
            PutData::DevInf(devinf) => Some(devinf.as_ref()),
            PutData::None | PutData::Other(_) => None,
        });
        if let Some(devinf) = told.next_back() {
            self.learn(devinf)?;
        }
        self.state.number_of_changes = self
            .devinf
            .as_ref()
            .is_some_and(|devinf| devinf.number_of_changes);
        Ok(())
    }

    fn learn(&mut self, devinf: &DevInf) -> Result<(), Refused> {
        if self.devinf.as_ref() == Some(devinf) {
            return Ok(());
        }
        let row = self.tx.device(self.account.id, &self.arrival.device)?;
        if let (Some(row), Ok(json)) = (row, serde_json::to_string(devinf)) {
            self.tx.put_device(&Device {
                devinf: Some(json),
                ..row
            })?;
        }
        self.devinf = Some(devinf.clone());
        Ok(())
    }

    /// Takes in every Status of the message.
    pub(super) fn take_answers(&mut self, message: &Message) -> Result<(), Refused> {
        let mut answers: BTreeMap<usize, Vec<Confirmation>> = BTreeMap::new();
        for command in &message.body {
            if let Command::Status(status) = command {
                self.take_status(status, &mut answers);
            }
        }
        let (who, mapped) = (self.who(), self.mapped(message));
        for (strand, mut answers) in answers {
            for answer in &mut answers {
                let mapped = mapped.contains(&(strand, answer.item));
                if mapped && answer.sent == Sent::Add && answer.answer == Answer::Done {
                    answer.answer = Answer::Mapped;
                }
            }
            if let Some(strand) = self.state.strands.get_mut(strand) {
                sync::confirm(self.tx, &who, &mut strand.course, &answers)?;
            }
        }
        Ok(())
    }

    /// The items that get a LUID by a Map of the message, by strand.
    fn mapped(&self, message: &Message) -> BTreeSet<(usize, ItemId)> {
        let mut mapped = BTreeSet::new();
        for command in &message.body {
            let Command::Map(map) = command else { continue };
            let Some(strand) = self.strand_of(&map.target.uri, &map.source.uri) else {
                continue;
            };
            let named = pairs(map)
                .into_iter()
                .filter_map(|(item, luid)| luid.and(item));
            mapped.extend(named.map(|item| (strand, item)));
        }
        mapped
    }

    fn take_status(&mut self, status: &Status, answers: &mut BTreeMap<usize, Vec<Confirmation>>) {
        let Some(code) = status.code else { return };
        let Ok(msg) = status.msg_ref.parse::<i64>() else {
            return;
        };
        let Some(at) = self
            .state
            .sent
            .iter()
            .position(|sent| sent.msg == msg && sent.cmd == status.cmd_ref)
        else {
            return;
        };
        let SentChange {
            strand: index,
            subject,
            ..
        // Statuses come in the order of the commands: what is asked for stands in front.
        } = self.state.sent.remove(at);
        let Some(strand) = self.state.strands.get_mut(index) else {
            return;
        };
        match subject {
            Subject::Alert => {
                if code == StatusCode::RefreshRequired && strand.course.mode == Mode::TwoWay {
                    strand.course.mode = Mode::Slow;
                    strand.course.why = Why::DeviceDisagrees;
                } else if super::ours::asks_who_we_are(code) {
                    strand.alert_due = true;
                } else if !code.is_success() {
                    strand.failed = true;
                    strand
                        .course
                        .counts
                        .error(format!("the device answered {code} to our Alert"));
                }
            }
            Subject::Sync => {
                if !code.is_success() {
                    strand.failed = true;
                    strand
                        .course
                        .counts
                        .error(format!("the device answered {code} to our Sync"));
                }
            }
            Subject::Chunk { item } => strand.answer_chunk(item, code),
            Subject::Change { item, what } => {
                strand.answer_object(item);
                let answer = answer(code);
                strand.course.room.is_full |= code == StatusCode::DeviceFull && what == Sent::Add;
                if answer == Answer::Failed {
                    warn!(device = self.arrival.device.as_str(); "the device answered {code} to a change of item {item}: it is offered again");
                    strand.course.counts.error(format!(
                        "the device answered {code} to a change of item {item}"
                    ));
                }
                answers.entry(index).or_default().push(Confirmation {
                    item,
                    sent: what,
                    answer,
                });
            }
        }
    }

    /// Takes in every Map of these commands whose datastore is open and that was not taken in before. A device that
    /// joins the packages sends its Alert and its Maps in one message.
    pub(super) fn take_maps(&mut self, commands: &[Command]) -> Result<(), Refused> {
        let who = self.who();
        for command in commands {
            self.take_maps(group(command))?;
            let Command::Map(map) = command else { continue };
            if self.mapped.contains_key(&map.cmd_id) {
                continue;
            }
            let strand = self.strand_of(&map.target.uri, &map.source.uri);
            let strand = strand.and_then(|index| self.state.strands.get_mut(index));
            if let Some(strand) = strand {
                let pairs = pairs(map);
                let mapped = sync::map(self.tx, &who, &mut strand.course, &pairs)?;
                // A name for an object is the answer to its last chunk, should that have been lost.
                let is_named = |item| pairs.iter().any(|(named, _)| *named == Some(item));
                strand.outbound = strand
                    .outbound
                    .take()
                    .filter(|object| object.what != Sent::Add || !is_named(object.item));
                self.mapped.insert(map.cmd_id.clone(), mapped);
            }
        }
        Ok(())
    }

    /// The strand of these two datastores, by our name as the device writes it, by what it means, or by the device's own.
    pub(super) fn strand_of(&self, ours: &str, theirs: &str) -> Option<usize> {
        let meant = super::datastores::find(ours);
        let strands = || self.state.strands.iter();
        let exact = strands().position(|strand| strand.ours == ours);
        let by_meaning = || {
            strands().position(|strand| {
                meant.is_some_and(|store| store.name == strand.course.view.datastore.as_str())
            })
        };
        exact
            .or_else(by_meaning)
            .or_else(|| strands().position(|strand| !theirs.is_empty() && strand.theirs == theirs))
    }
}

/// The commands of a Sequence.
fn group(command: &Command) -> &[Command] {
    let group = command.as_group();
    let sequence = group.filter(|group| group.kind == GroupKind::Sequence);
    sequence.map_or(&[], |group| &group.commands)
}

fn pairs(map: &Map) -> Vec<(Option<ItemId>, Option<Luid>)> {
    let pairs = map.items.iter();
    pairs
        .map(|pair| {
            (
                super::guid::read(&pair.target.uri),
                Luid::parse(&pair.source.uri).ok(),
            )
        })
        .collect()
}

/// What a Status for a change means (the reaction table of the field).
fn answer(code: StatusCode) -> Answer {
    let gone = [
        StatusCode::ItemNotDeleted,
        StatusCode::NotFound,
        StatusCode::Gone,
    ];
    if gone.contains(&code) {
        Answer::NotThere
    } else if code.is_success() {
        Answer::Done
    } else {
        Answer::Failed
    }
}
