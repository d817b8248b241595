//! The dialogue: one message in, one message out, state in between.
//!
//! [`Host::answer`] is the whole of it. It reads the message, finds the session, knows the user, and then, in one
//! write transaction, lets the engine work, builds the answer and stores both the state and the answer's bytes: a
//! message that is repeated gets the same bytes, on any node, after any restart. No time and no chance but what the
//! request brings; no HTTP, so that another transport is one more caller.
//!
//! ```text
//! find (a read)   -> repeated? the stored reply. A live session? go on. None? a new one.
//! login           -> who is it; outside of any transaction
//! Talk (a write)  -> intake: commands to the engine, a Status for each
//!                 -> outbox: Statuses, Results, Alerts, Syncs, as far as MaxMsgSize goes; Final or 222
//! ```
//!
//! Sources: SyncML Sync Protocol 1.1, Representation Protocol 1.2.2.

mod alerted;
mod alerts;
mod answers;
mod atomic;
mod begin;
mod busy;
mod commands;
mod connection;
mod datastore_login;
pub mod datastores;
pub mod devinf;
mod entry;
mod envelope;
mod error;
mod filters;
mod guarded;
mod guid;
mod held;
mod hierarchy;
mod inbound;
mod intake;
mod journal;
mod login;
mod meant;
mod memory;
mod opening;
mod ours;
mod outbound;
mod outbox;
mod outgoing;
mod patience;
pub mod phase;
pub mod quirks;
mod recognise;
mod refs;
mod refusal;
mod render;
mod resume;
mod sees;
pub mod state;
mod talk;
mod turn;
mod works;

pub use alerts::asked_mode;
pub use connection::Connection;
pub use envelope::Envelope;
pub use error::Refused;
pub use patience::{Ends, Patience, Style, Terms};
pub use phase::{Event, Phase};
pub use state::State;

use std::sync::Arc;

use crate::auth::Auth;
use crate::codec::{Encoding, Limits};
use crate::ids::Millis;
use crate::store::Store;
use crate::sync::Guard;

/// The name of the transport whose every request stands alone, so that RespURI must lead it back to its session.
pub const HTTP: &str = "http";

/// What the dialogue needs to know of the server it speaks for.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own that may go with any other"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `DevID` in our device information: constant for the life of the server.
    pub server_id: String,
    /// `MaxMsgSize` that we announce, and the most we send to a device that announces none, in bytes.
    pub max_message_bytes: usize,
    /// `MaxObjSize` that we announce: the largest object we take in chunks, in bytes.
    pub max_object_bytes: usize,
    /// Bounds on what is read.
    pub limits: Limits,
    /// Ask for credentials with every message, not once a session.
    pub per_message: bool,
    /// Take the credentials of an HTTP `Authorization` header where a message has none of its own.
    pub http_basic: bool,
    /// Take passwords (Basic) over a connection that is not encrypted.
    pub plain_basic: bool,
    /// How long a session may be silent before it is given up, in milliseconds.
    pub session_ms: i64,
    /// How long the last reply of a session is kept, in milliseconds.
    pub reply_ms: i64,
    /// How a device is told to wait when work on its message takes long.
    pub busy_style: Style,
    /// Deletions beyond this are held back.
    pub guard: Guard,
    /// Earlier versions of items are kept.
    pub keeps_revisions: bool,
    /// A Copy that brings data is an Add, whatever the device.
    pub copy_as_add: bool,
    /// Which devices are treated otherwise, and how.
    pub quirks: Arc<quirks::Rules>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server_id: "anchorage".to_owned(),
            max_message_bytes: 256 << 10,
            max_object_bytes: 4 << 20,
            limits: Limits::default(),
            per_message: false,
            http_basic: false,
            plain_basic: true,
            session_ms: 24 * 3_600_000,
            reply_ms: 24 * 3_600_000,
            busy_style: Style::Busy,
            guard: Guard::default(),
            keeps_revisions: true,
            copy_as_add: false,
            quirks: Arc::default(),
        }
    }
}

/// One message as a transport hands it over.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The message.
    pub body: &'a [u8],
    /// The charset the transport names for it.
    pub charset: Option<&'a str>,
    /// What stood behind `?s=` in the address it was sent to: [`RespURI`](crate::message::Header::resp_uri).
    pub token: Option<&'a str>,
    /// What carries it: [`HTTP`], or the name of another transport. Only over HTTP is there a RespURI.
    pub transport: &'a str,
    /// The absolute address without query that RespURI is made of.
    pub endpoint: Option<&'a str>,
    /// How the device names its software.
    pub user_agent: Option<&'a str>,
    /// What stands around the message and proves who sent it.
    pub envelope: Envelope<'a>,
    /// What else the transport says of the device: names in lower case, such as `x-wap-profile`, and values.
    pub hints: &'a [(&'a str, &'a str)],
    /// Now.
    pub now: Millis,
    /// The one spelling that the device takes, where its transport says so; `None`: that of its message.
    pub accepts: Option<Encoding>,
    /// Fresh random bytes: a session token is made of them.
    pub chance: [u8; 16],
    /// How long the transport waits before it tells the device to; `None`: as long as it takes.
    pub patience: Option<&'a Patience>,
}

impl Default for Request<'_> {
    /// Nothing, over HTTP, at the beginning of time.
    fn default() -> Self {
        Self {
            body: &[],
            charset: None,
            token: None,
            transport: HTTP,
            endpoint: None,
            user_agent: None,
            envelope: Envelope::default(),
            hints: &[],
            accepts: None,
            now: Millis(0),
            chance: [0; 16],
            patience: None,
        }
    }
}

impl Request<'_> {
    /// Where the next message is to go: to the session of this token, or to the beginning. The Nokia N900 trips over
    /// a RespURI that comes by Bluetooth (field quirk P9): a line that stays open needs none.
    fn resp_uri(&self, token: Option<&str>) -> Option<String> {
        let endpoint = self
            .endpoint
            .filter(|_| self.transport.eq_ignore_ascii_case(HTTP))?;
        Some(match token {
            Some(token) => format!("{endpoint}?s={token}"),
            None => endpoint.to_owned(),
        })
    }
}

/// The answer to one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The message.
    pub body: Vec<u8>,
    /// Its spelling.
    pub encoding: Encoding,
    /// Its charset.
    pub charset: String,
    /// The value of its `x-syncml-hmac` header, where the request had one.
    pub hmac: Option<String>,
    /// The items of these collections changed: who waits for changes may look.
    pub changed: bool,
    /// What the device's next message comes with as [`Request::token`], if the answer belongs to a session.
    pub token: Option<String>,
    /// The message, or the one it asks about, is still being worked on, and this only says so: the transport may call
    /// again with the same message after a moment, and send this if there is no other answer by then.
    pub pending: bool,
}

/// The server's end of every dialogue. Shared by all threads.
pub struct Host {
    pub(crate) store: Store,
    pub(crate) auth: Auth,
    pub(crate) settings: Settings,
    works: works::Works,
}

impl Host {
    /// A host over this store.
    #[must_use]
    pub const fn new(store: Store, auth: Auth, settings: Settings) -> Self {
        Self {
            store,
            auth,
            settings,
            works: works::Works::new(),
        }
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Answers one message. Blocks while the database works.
    ///
    /// # Errors
    /// [`Refused`] when there is no message to answer, or none could be built: the transport says so in its own way.
    pub fn answer(&self, request: &Request<'_>) -> Result<Reply, Refused> {
        entry::answer(self, request)
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    /// REQ-FIELD-11: a phone takes our `MaxMsgSize` for its own, and leaves out what is larger than our `MaxObjSize`.
    #[test]
    fn our_limits_are_generous() {
        let settings = Settings::default();
        assert!(settings.max_message_bytes >= 10_000);
        assert!(settings.max_object_bytes >= 4 << 20);
    }
}
