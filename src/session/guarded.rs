//! What a session owes to the guard against mass deletion ([`crate::sync::guard`]).

use log::warn;

use super::state::Strand;
use super::talk::Talk;
use crate::ids::DeviceId;
use crate::store::{MapState, StoreError};
use crate::sync::Course;

/// Sets the guard over one datastore, and looks for deletions that a session which broke off has put aside.
pub(super) fn stand(talk: &mut Talk<'_, '_>, course: &mut Course) -> Result<(), StoreError> {
    let settings = &talk.host.settings;
    course.guard = settings.guard;
    course.archives = settings.keeps_revisions;
    let (account, device) = (talk.account.id, &talk.arrival.device);
    let aside = talk.tx.count_in_state(
        account,
        device,
        &course.view.datastore,
        MapState::DeleteAside,
    )?;
    course.aside = aside > 0;
    Ok(())
}

/// Says in the server's log that deletions of a device were held back.
pub(super) fn tell(user: &str, device: &DeviceId, strand: &Strand) {
    let held = strand.course.counts.held_back;
    if held > 0 {
        let datastore = &strand.course.view.datastore;
        warn!(user = user, device = device.as_str(), held = held;
            "{device} of {user} deleted {held} items in {datastore} at once: held back; `anchorage device release {user} {device}` decides");
    }
}
