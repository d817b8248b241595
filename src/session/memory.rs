//! What a device says of its memory and of what it is going to send: `Mem` and `NumberOfChanges` of its first Sync,
//! `DSMem` of its device information.
//!
//! Source: Meta Information 1.2.2, section 5.2.6; Device Information 1.2, section 5.3.14; SyncML Sync Protocol 1.1,
//! section 5.1.

use super::datastores::normalise;
use super::state::Strand;
use super::talk::Talk;
use crate::message::{DevInf, Sync};
use crate::store::{StoreError, Tx};
use crate::sync::Who;

impl Talk<'_, '_> {
    /// Takes note of what a Sync says of the device's datastore.
    pub(super) fn announced(&mut self, index: usize, sync: &Sync) {
        let Some(strand) = self.state.strands.get_mut(index) else {
            return;
        };
        let course = &mut strand.course;
        if let Some(mem) = &sync.meta.mem {
            course.room.items = number(&mem.free_id).or(course.room.items);
            course.room.bytes = number(&mem.free_mem).or(course.room.bytes);
        }
        if course.counts.announced.is_none() {
            let announced = sync.number_of_changes.as_deref().and_then(number);
            course.counts.announced = announced.and_then(|count| u32::try_from(count).ok());
        }
    }
}

/// Before the first change goes out: a device that did not say what is free may have said how much there is in all.
pub(super) fn know(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    strand: &mut Strand,
    devinf: Option<&DevInf>,
) -> Result<(), StoreError> {
    let room = &mut strand.course.room;
    let name = normalise(&strand.theirs);
    let told = devinf
        .into_iter()
        .flat_map(|devinf| &devinf.datastores)
        .find(|store| normalise(&store.source_ref) == name);
    let most = told
        .and_then(|store| store.mem.as_ref())
        .and_then(|mem| mem.max_id.as_deref())
        .and_then(number);
    if let (None, Some(most)) = (room.items, most) {
        let datastore = &strand.course.view.datastore;
        let held = tx.count_held(who.account, who.device, datastore)?;
        room.items = Some(most.saturating_sub(u64::try_from(held).unwrap_or_default()));
    }
    Ok(())
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}
