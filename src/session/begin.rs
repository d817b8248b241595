//! The beginning of package 4: with each datastore the engine is told what the device takes, and begins its walk.
//!
//! Source: SyncML Sync Protocol 1.1, sections 4 and 5.2.

use super::Refused;
use super::outbound::takes;
use super::outbox::message_limit;
use super::talk::Talk;
use crate::sync;

impl Talk<'_, '_> {
    /// The device's package is complete: the engine looks for what the device lacks, and what it takes of that.
    pub(super) fn begin_outgoing(&mut self) -> Result<(), Refused> {
        self.shut_out();
        let (who, rev) = (self.who(), self.rev);
        let limit = message_limit(self);
        let largest: Vec<usize> = self
            .state
            .strands
            .iter()
            .map(|strand| takes(&self.state, strand, self.devinf.as_ref()).largest(limit))
            .collect();
        for (strand, largest) in self
            .state
            .strands
            .iter_mut()
            .zip(largest)
            .filter(|(strand, _)| !strand.failed)
        {
            if let Some(devinf) = &self.devinf {
                strand.course.types = super::devinf::taken(devinf, &strand.theirs);
            }
            super::memory::know(self.tx, &who, strand, self.devinf.as_ref())?;
            if strand.course.outgoing.is_none() {
                sync::begin(self.tx, &who, &mut strand.course, rev)?;
            }
            sync::reconsider(self.tx, &who, &mut strand.course, largest)?;
            super::guarded::tell(self.account.name.as_str(), &self.arrival.device, strand);
        }
        Ok(())
    }
}
