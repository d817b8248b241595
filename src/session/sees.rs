//! What a device takes into a datastore, from its device information: types, versions, and what it holds of each.
//!
//! Source: `DevInf` 1.2, sections 5.3.20 to 5.3.28 and 5.3.39 to 5.3.44; REQ-DINF-6, REQ-FMT-2.

use super::datastores;
use super::devinf::kept_as;
use super::quirks::Quirks;
use super::talk::Talk;
use crate::ids::Millis;
use crate::item::MediaType;
use crate::message::DevInf;
use crate::message::devinf::{ContentType, CtCap, DataStore, Property};
use crate::pim::lens::Lens;
use crate::pim::lens::caps::{Capability, Caps, ParamCap};
use crate::pim::takes::{Taken, Takes};

impl Talk<'_, '_> {
    /// Looks at every datastore through the eyes of the device, as far as it told what it can hold.
    pub(super) fn look(&mut self) {
        let now = self.now();
        let Some(devinf) = &self.devinf else { return };
        let quirks = &self.quirks;
        for strand in &mut self.state.strands {
            strand.course.takes = takes(devinf, &strand.theirs, quirks, now);
        }
    }
}

/// What a device takes into one of its datastores, and how it sees it: as far as it says, and by its habits. A device that does not say takes everything.
pub(super) fn takes(devinf: &DevInf, theirs: &str, quirks: &Quirks, now: Millis) -> Takes {
    let name = datastores::normalise(theirs);
    let mut stores = devinf.datastores.iter();
    let store = stores.find(|store| datastores::normalise(&store.source_ref) == name);
    let Some(store) = store else {
        return Takes::default();
    };
    let mut taken = Vec::new();
    for content in store.rx_pref.iter().chain(&store.rx) {
        let caps = caps(devinf, store, content);
        let stated = MediaType::new(&content.ct_type);
        let names = kept_as(content);
        let is_odd = names.len() > 1;
        for media_type in names {
            let lens = Lens {
                caps: caps.clone(),
                utc: devinf.utc,
                now,
                zone: quirks.zone.clone(),
                charset: quirks.charset,
                contact: quirks.contact.clone(),
                calendar: quirks.calendar.clone(),
                ..Lens::default()
            };
            // Where type and version contradict one another the device may mean either.
            let version = if is_odd && media_type == stated {
                ""
            } else {
                content.ver_ct.as_str()
            };
            taken.push(Taken::new(media_type, version, lens));
        }
    }
    Takes::new(taken)
}

/// What is said of a type: with the datastore in 1.2, for the whole device before.
fn caps(devinf: &DevInf, store: &DataStore, content: &ContentType) -> Option<Caps> {
    let stated = MediaType::new(&content.ct_type);
    let is_of = |caps: &&CtCap| {
        let version = caps.content.ver_ct.trim();
        MediaType::new(&caps.content.ct_type) == stated
            && (version.is_empty() || version == content.ver_ct.trim())
    };
    let of_store = store.ct_caps.iter().find(is_of);
    let caps = of_store.or_else(|| devinf.ct_caps.iter().find(is_of))?;
    Some(Caps {
        properties: caps.properties.iter().map(capability).collect(),
    })
}

fn capability(property: &Property) -> Capability {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.trim().parse().ok());
    let param = |param: &Property| ParamCap {
        name: param.name.clone(),
        values: param.val_enum.clone(),
    };
    Capability {
        name: property.name.clone(),
        // Zero says nothing: devices that mean "none" leave the property out.
        max_size: number(&property.max_size).filter(|size| *size > 0),
        max_occur: number(&property.max_occur).filter(|most| *most > 0),
        no_truncate: property.no_truncate,
        values: property.val_enum.clone(),
        params: property.params.iter().map(param).collect(),
    }
}

#[cfg(test)]
mod tests;
