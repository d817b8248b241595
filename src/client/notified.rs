//! What a device does with a notification of 1.2 (SAN 1.2.1, sections 5 and 7).
//!
//! It is believed only if its digest is right: whoever can send a short message could otherwise make a phone replace
//! all it has. The session that follows has the id of the notification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::cred::mac;
use super::{Device, Mode};
use crate::push::{BadPackage, Notice, Wish};

/// Why a device does nothing about a notification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ignored {
    /// It is none.
    #[error(transparent)]
    Unreadable(#[from] BadPackage),
    /// It is of another version.
    #[error("it is of version {0} in tenths")]
    Version(u16),
    /// The device has no account there.
    #[error("{0:?} is no server of this device")]
    Stranger(String),
    /// Its digest is wrong, or missing.
    #[error("its digest is wrong")]
    Forged,
    /// The same one was here before.
    #[error("it came before")]
    Again,
    /// It names no datastore that the device has.
    #[error("the device has none of its datastores")]
    NothingToSync,
}

impl Device {
    /// Takes a notification from the server of this `DevID`. Answers what to sync, under the device's own names: hand
    /// it to [`Device::sync`]. The next session has the notification's id.
    ///
    /// # Errors
    /// [`Ignored`] when there is nothing to do.
    pub fn notified(
        &mut self,
        server: &str,
        package: &[u8],
    ) -> Result<Vec<(String, Mode)>, Ignored> {
        let (digest, notice) = Notice::parse(package)?;
        if notice.version != crate::push::san::VERSION_1_2 {
            return Err(Ignored::Version(notice.version));
        }
        if notice.server != server {
            return Err(Ignored::Stranger(notice.server));
        }
        // Over the bytes as they came: a bit for future use counts, too.
        let signed = package.get(digest.len()..).unwrap_or_default();
        // The device never gave the server a nonce.
        let expected = mac(server, &self.profile.password.0, b"", signed);
        if STANDARD.encode(digest) != expected {
            return Err(Ignored::Forged);
        }
        if notice.session != 0 && self.notified == Some(notice.session) {
            return Err(Ignored::Again);
        }
        let wanted = self.wanted(&notice);
        if wanted.is_empty() {
            return Err(Ignored::NothingToSync);
        }
        self.notified = Some(notice.session);
        self.summoned = Some(notice.session).filter(|session| *session != 0);
        Ok(wanted)
    }

    /// The datastores a notification means: none named are all.
    fn wanted(&self, notice: &Notice) -> Vec<(String, Mode)> {
        let places = || self.stores.iter().map(|store| &store.place);
        if notice.syncs.is_empty() {
            return places()
                .map(|place| (place.local.clone(), Mode::TwoWay))
                .collect();
        }
        let named = notice.syncs.iter().filter_map(|asked| {
            let place = places().find(|place| bare(&place.remote) == bare(&asked.uri))?;
            Some((place.local.clone(), mode(asked.wish)))
        });
        named.collect()
    }
}

fn bare(uri: &str) -> String {
    uri.trim_start_matches("./").to_ascii_lowercase()
}

/// What a device asks for that was asked to (SyncML Sync Protocol 1.1, section 8.1).
const fn mode(wish: Wish) -> Mode {
    match wish {
        Wish::TwoWay => Mode::TwoWay,
        Wish::OneWayFromClient => Mode::OneWayFromClient,
        Wish::RefreshFromClient => Mode::RefreshFromClient,
        Wish::OneWayFromServer => Mode::OneWayFromServer,
        Wish::RefreshFromServer => Mode::RefreshFromServer,
    }
}
