//! How we prove who we are, to a device that asks: by a `Cred` in our header, or by a MAC around our message.
//!
//! A device asks by 401 or 407 with a challenge in its Status for our header. The next message has the credentials; where
//! they were asked for in the opening, its Alerts come again, too. The nonce it gives with its welcome is kept for
//! the next session, in which the credentials come without being asked for. Source: SyncML Sync Protocol 1.1, section
//! 3; OMA DM Security 1.2, section 5.4.

use log::warn;
use serde::{Deserialize, Serialize};

use super::entry::Arrival;
use super::talk::Talk;
use super::{Host, Refused, Reply, Request};
use crate::auth::digest::{Formula, decode};
use crate::auth::{Scheme, server::Server};
use crate::codec::Version;
use crate::ids::DeviceId;
use crate::message::{Command, Cred, Header, Message, Meta, Status, StatusCode};
use crate::store::{Account, ServerLogin, StoreError, Tx};

/// How often a device may refuse our credentials in one session before we keep them.
const MOST_REFUSALS: u32 = 3;

/// What a device wants to know of us, in one session.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ours {
    /// By which scheme; `None`: it never asked.
    pub scheme: Option<Scheme>,
    /// Its latest nonce for us, decoded.
    pub nonce: Vec<u8>,
    /// It knows us for the rest of the session.
    pub accepted: bool,
    /// How often it refused what we sent.
    pub refusals: u32,
}

impl std::fmt::Debug for Ours {
    /// Never shows the nonce.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Ours({:?}, accepted: {}, ..)",
            self.scheme, self.accepted
        )
    }
}

/// Whether a code asks who we are.
pub(super) const fn asks_who_we_are(code: StatusCode) -> bool {
    matches!(
        code,
        StatusCode::InvalidCredentials | StatusCode::MissingCredentials
    )
}

/// What the device wanted in its latest session.
pub(super) fn known(
    tx: &mut Tx<'_>,
    account: &Account,
    device: &DeviceId,
) -> Result<Ours, StoreError> {
    let login = tx.server_login(account.id, device)?;
    Ok(login.map_or_else(Ours::default, |login| Ours {
        scheme: login.scheme.as_deref().and_then(Scheme::named),
        nonce: login.nonce,
        ..Ours::default()
    }))
}

/// The reply with a MAC around it, where the message had one.
pub(super) fn sign(
    host: &Host,
    request: &Request<'_>,
    account: Option<&Account>,
    arrival: &Arrival,
    mut reply: Reply,
) -> Result<Reply, Refused> {
    let Some(account) = account.filter(|_| request.envelope.hmac.is_some()) else {
        return Ok(reply);
    };
    let login = host
        .store
        .read(|tx| tx.server_login(account.id, &arrival.device))?;
    let server = Server {
        id: &host.settings.server_id,
        account,
        password: login.as_ref().and_then(|login| login.password.as_deref()),
    };
    let nonce = login.as_ref().map_or(&[][..], |login| &login.nonce);
    reply.hmac = host.auth.server_mac(server, nonce, &reply.body);
    Ok(reply)
}

impl Talk<'_, '_> {
    /// Takes in what the device's Status for our header says of our credentials.
    pub(super) fn hear_of_ours(&mut self, message: &Message) -> Result<(), Refused> {
        let about_us = message.body.iter().find_map(|command| {
            if let Command::Status(status) = command
                && (status.cmd == "SyncHdr" || status.cmd_ref.trim() == "0")
            {
                Some((status, status.code?))
            } else {
                None
            }
        });
        let Some((status, code)) = about_us else {
            return Ok(());
        };
        if asks_who_we_are(code) {
            self.state.ours.accepted = false;
            self.state.ours.refusals += 1;
            self.reopen();
        } else if code == StatusCode::Authenticated {
            self.state.ours.accepted = true;
        } else if !code.is_success() {
            return Ok(());
        }
        self.keep_challenge(status)
    }

    /// Keeps scheme and nonce of a challenge, for this session and the next one.
    fn keep_challenge(&mut self, status: &Status) -> Result<(), Refused> {
        let Some(chal) = &status.chal else {
            return Ok(());
        };
        let stated = chal.meta.media_type.as_deref();
        let Some(scheme) = stated.map_or(Some(Scheme::Basic), Scheme::named) else {
            warn!(device = self.arrival.device.as_str(); "{} asks us for credentials by {:?}, which we do not know", self.arrival.device, stated);
            return Ok(());
        };
        let nonce = chal.meta.next_nonce.as_deref();
        let nonce = nonce
            .and_then(|text| decode(text.as_bytes()))
            .unwrap_or_default();
        let device = &self.arrival.device;
        let former = self.tx.server_login(self.account.id, device)?;
        self.tx.put_server_login(&ServerLogin {
            account: self.account.id,
            device: device.clone(),
            password: former.and_then(|former| former.password),
            scheme: Some(scheme.as_str().to_owned()),
            nonce: nonce.clone(),
        })?;
        self.state.ours.scheme = Some(scheme);
        self.state.ours.nonce = nonce;
        Ok(())
    }

    /// The header with our credentials, where the device wants them.
    pub(super) fn with_our_credentials(&mut self, header: Header) -> Result<Header, Refused> {
        let ours = &self.state.ours;
        let Some(scheme) = ours
            .scheme
            .filter(|_| !ours.accepted && ours.refusals <= MOST_REFUSALS)
        else {
            return Ok(header);
        };
        let login = self
            .tx
            .server_login(self.account.id, &self.arrival.device)?;
        let server = Server {
            id: &self.host.settings.server_id,
            account: self.account,
            password: login.as_ref().and_then(|login| login.password.as_deref()),
        };
        let formula = match self.state.version {
            Version::V10 => Formula::V1_0,
            Version::V11 | Version::V12 => Formula::V1_1,
        };
        let auth = &self.host.auth;
        let Some(data) = auth.server_cred(server, scheme, formula, &ours.nonce) else {
            if scheme != Scheme::Mac {
                let device = &self.arrival.device;
                warn!(user = self.account.name.as_str(), device = device.as_str(); "{device} asks the server for credentials by {}, and there is no password for that: `anchorage device server-password` sets one", scheme.as_str());
            }
            return Ok(header);
        };
        let mut header = header;
        header.source.name = Some(server.id.to_owned());
        header.cred = Some(Cred {
            meta: Meta {
                format: Some("b64".to_owned()),
                media_type: Some(scheme.as_str().to_owned()),
                ..Meta::default()
            },
            data: data.into_bytes(),
        });
        Ok(header)
    }
}
