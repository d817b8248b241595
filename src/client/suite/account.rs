//! Devices of the suite, and the one that tidies the account up.

use super::{Carry, Case, Suite};
use crate::client::profile::{Datastore, Login, Maps, Opening};
use crate::client::{Device, Mode, Profile, Scheme};
use crate::codec::Version;
use crate::ids::{DeviceId, Luid, Millis};
use crate::message::devinf::ContentType;

/// A device's own name for its contacts.
pub const CONTACTS: &str = "./contacts";
/// And for its calendar.
pub const CALENDAR: &str = "./calendar";

impl Suite {
    /// A device fresh from its box; `name` tells those of a case apart.
    pub(super) fn device(&self, name: &str, case: Option<&Case>) -> Result<Device, String> {
        let setting = &self.setting;
        let id = if setting.same_devices || case.is_none() {
            format!("{}-{name}", setting.prefix)
        } else {
            format!(
                "{}-{}{}{}-{name}",
                setting.prefix,
                version_digit(self.version),
                self.encoding_letter(),
                self.count
            )
        };
        let id = DeviceId::parse(&id).map_err(|bad| bad.to_string())?;
        let mut profile = Profile::new(&setting.url, id, setting.user.clone(), &setting.password.0);
        profile.version = self.version;
        profile.encoding = self.encoding;
        profile.scheme = setting.scheme;
        // Without a nonce MD5 can only be wrong, and a server may count what is wrong.
        profile.login = match setting.scheme {
            Scheme::Basic => Login::Unasked,
            Scheme::Md5 | Scheme::Mac => Login::WhenAsked,
        };
        profile.max_msg_size = 64 << 10;
        profile.datastores = vec![
            Datastore {
                local: CONTACTS.to_owned(),
                remote: setting.contacts.clone(),
                prefers: content_type("text/x-vcard", "2.1"),
                takes: vec![content_type("text/vcard", "3.0")],
                hierarchical: false,
                spells_out_deletes: false,
                holds: Vec::new(),
                keeps: None,
            },
            Datastore {
                local: CALENDAR.to_owned(),
                remote: setting.calendar.clone(),
                prefers: content_type("text/x-vcalendar", "1.0"),
                takes: vec![content_type("text/calendar", "2.0")],
                hierarchical: false,
                spells_out_deletes: false,
                holds: Vec::new(),
                keeps: None,
            },
        ];
        let traits = case.and_then(|case| case.devices.get(name));
        if let Some(traits) = traits {
            if let Some(bytes) = traits.max_msg_size {
                profile.max_msg_size = bytes;
            }
            if traits.combined {
                profile.opening = Opening::Combined;
            }
            if traits.late_maps {
                profile.maps = Maps::NextSession;
            }
        }
        Ok(Device::new(profile))
    }

    const fn encoding_letter(&self) -> char {
        match self.encoding {
            crate::codec::Encoding::Xml => 'x',
            crate::codec::Encoding::Wbxml => 'w',
        }
    }
}

const fn version_digit(version: Version) -> char {
    match version {
        Version::V10 => '0',
        Version::V11 => '1',
        Version::V12 => '2',
    }
}

fn content_type(ct_type: &str, ver_ct: &str) -> ContentType {
    ContentType {
        ct_type: ct_type.to_owned(),
        ver_ct: ver_ct.to_owned(),
    }
}

/// Deletes every item with the tag from the account, over sync.
pub fn clean(device: &mut Device, tag: &str, now: Millis, carry: Carry<'_>) -> Result<(), String> {
    let is_new = device
        .store(CONTACTS)
        .is_some_and(|store| store.last.is_none());
    let mode = if is_new { Mode::Slow } else { Mode::TwoWay };
    sync(device, mode, now, carry)?;
    let Some(store) = device.store_mut(CONTACTS) else {
        return Ok(());
    };
    let ours: Vec<Luid> = store
        .items()
        .filter(|(_, content)| String::from_utf8_lossy(&content.body).contains(tag))
        .map(|(luid, _)| luid.clone())
        .collect();
    if ours.is_empty() {
        return Ok(());
    }
    for luid in &ours {
        store.delete(luid);
    }
    sync(device, Mode::TwoWay, now, carry)
}

fn sync(device: &mut Device, mode: Mode, now: Millis, carry: Carry<'_>) -> Result<(), String> {
    let done = device.sync(&[(CONTACTS, mode)], now, |exchange| {
        carry(exchange)?.reply()
    });
    let summary = done.map_err(|failed| failed.reason)?;
    let failure = summary.stores.into_iter().find_map(|store| store.failure);
    failure.map_or(Ok(()), Err)
}
