//! Atomic: the commands in it are carried out together or not at all.
//!
//! They run behind a savepoint of the message's transaction. When one of them fails, everything since is undone, in the
//! store and in the session's state: what had been done is answered 216, what failed with its own code, what came after
//! it and the Atomic itself 507. An undoing that fails ends the transaction as a whole, and with it the message: no 516
//! is ever sent, since nothing of the Atomic is left then either. Refused within an Atomic are another one and an object
//! in chunks, which would spread it over messages.
//!
//! Source: Representation Protocol 1.2.2, sections 7.3.3 and 10; ANC-21.

use super::Refused;
use super::talk::Talk;
use crate::message::{Command, Group, Meta, StatusCode};

/// Where an Atomic stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'m> {
    /// In the body of the message.
    Body,
    /// In a Sync.
    Sync {
        /// Which datastore's.
        index: usize,
        /// What the meta information around it says.
        outer: &'m Meta,
    },
}

impl Talk<'_, '_> {
    /// Carries out an Atomic, or answers why not.
    pub(super) fn atomic(
        &mut self,
        command: &Command,
        group: &Group,
        place: Place<'_>,
    ) -> Result<(), Refused> {
        if self.in_atomic {
            self.refuse_whole(command, StatusCode::OptionalFeatureNotSupported);
            return Ok(());
        }
        let first = self.statuses.len();
        self.simple(command, (None, None), StatusCode::Ok);
        let (state, mapped) = (self.state.clone(), self.mapped.clone());
        let asked = self.devinf_asked.len();
        let savepoint = self.tx.savepoint()?;
        self.in_atomic = true;
        let done = self.members(group, place);
        self.in_atomic = false;
        done?;
        let codes = self.statuses.iter().skip(first).map(|status| status.code);
        let failed = codes
            .map(StatusCode::of)
            .position(|code| !code.is_success());
        let Some(failed) = failed else {
            self.tx.keep(savepoint)?;
            return Ok(());
        };
        self.tx.undo(savepoint)?;
        (self.state, self.mapped) = (state, mapped);
        self.devinf_asked.truncate(asked);
        for (at, status) in self.statuses.iter_mut().skip(first).enumerate() {
            (status.next, status.duplicate) = (None, None);
            let code = match at {
                0 => StatusCode::AtomicFailed,
                at if at < failed => StatusCode::AtomicRolledBack,
                at if at == failed => continue,
                _ => StatusCode::AtomicFailed,
            };
            status.code = code.number();
        }
        Ok(())
    }

    fn members(&mut self, group: &Group, place: Place<'_>) -> Result<(), Refused> {
        match place {
            Place::Body => {
                self.take_maps(&group.commands)?;
                for inner in &group.commands {
                    self.command(inner)?;
                }
                Ok(())
            }
            Place::Sync { index, outer } => {
                let meta = group.meta.within(outer);
                let mut slots = Vec::new();
                for inner in &group.commands {
                    self.change_command(index, inner, &meta, &mut slots)?;
                }
                self.apply(index, slots)
            }
        }
    }
}
