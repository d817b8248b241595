//! A transport that stays open: bytes in, bytes out, and the line itself leads to the session.
//!
//! OBEX over Bluetooth or a cable, a local socket, a pipe: there is no address to send a device to, so that no reply
//! carries a RespURI. What over HTTP comes back in the address is kept here instead: whoever opened the session on this
//! line goes on with it, if device and `SessionID` are still the same, and needs no credentials to do so. A line that
//! breaks loses that; the device then proves itself again, as it would over HTTP at the plain address.
//!
//! How messages are cut out of a stream is the transport's own affair (`examples/local_socket.rs`). Source: SyncML OBEX
//! Binding 1.2; field quirk P9.

use super::{Host, Refused, Reply, Request};
use crate::ids::Millis;

/// A line to one device at a time.
#[derive(Debug, Clone)]
pub struct Connection {
    transport: String,
    /// The session that was opened on it last.
    token: Option<String>,
}

impl Connection {
    /// A line that was just opened, over a transport of this name: `obex`, `local`.
    #[must_use]
    pub fn new(transport: &str) -> Self {
        Self {
            transport: transport.to_owned(),
            token: None,
        }
    }

    /// Answers one message that came over the line. `now` is the time, `chance` fresh random bytes.
    ///
    /// # Errors
    /// [`Refused`], as [`Host::answer`].
    pub fn answer(
        &mut self,
        host: &Host,
        body: &[u8],
        now: Millis,
        chance: [u8; 16],
    ) -> Result<Reply, Refused> {
        let reply = host.answer(&Request {
            body,
            token: self.token.as_deref(),
            transport: &self.transport,
            now,
            chance,
            ..Request::default()
        })?;
        if reply.token.is_some() {
            self.token.clone_from(&reply.token);
        }
        Ok(reply)
    }
}
