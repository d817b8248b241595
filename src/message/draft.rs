//! A message under construction: numbers commands and knows how many bytes it will have, so that
//! `MaxMsgSize` is never passed. That each command gets its Status is the session's business.

use super::out::Out;
use super::{Command, Header, Message};
use crate::codec::{Encoding, Tag, Version};

/// Writes a whole message.
pub(super) fn encode(message: &Message, encoding: Encoding, charset: &str, cdata: bool) -> Vec<u8> {
    let mut out = Out::new(encoding, version(&message.header), charset);
    out.set_cdata(cdata);
    out.open(Tag::SyncMl, |out| {
        out.put(Tag::SyncHdr, &message.header);
        out.open(Tag::SyncBody, |out| {
            message.body.iter().for_each(|command| command.write(out));
            out.put(Tag::Final, &message.is_final);
        });
    });
    out.finish()
}

/// A header of no version we speak is answered in the newest.
fn version(header: &Header) -> Version {
    header.version().unwrap_or(Version::V12)
}

/// A message that grows up to a limit.
#[derive(Debug)]
pub struct Draft {
    message: Message,
    encoding: Encoding,
    charset: String,
    /// `MaxMsgSize` of the receiver, in bytes.
    limit: usize,
    /// Bytes the message will have, closing tags and `Final` included, `Final` even while it is not set.
    size: usize,
    next_cmd: u32,
    /// Objects stand in CDATA sections, in XML.
    cdata: bool,
}

impl Draft {
    /// An empty message with this header, for a receiver that takes `limit` bytes.
    #[must_use]
    pub fn new(header: Header, encoding: Encoding, charset: &str, limit: usize) -> Self {
        let mut message = Message {
            header,
            is_final: true,
            ..Message::default()
        };
        let size = message.encode(encoding, charset).len();
        message.is_final = false;
        Self {
            message,
            encoding,
            charset: charset.to_owned(),
            limit,
            size,
            next_cmd: 1,
            cdata: false,
        }
    }

    /// The same message, with objects in CDATA sections where it is XML. To be said before anything is in it.
    #[must_use]
    pub const fn in_cdata(mut self, cdata: bool) -> Self {
        self.cdata = cdata;
        self
    }

    /// Whether objects stand in CDATA sections.
    #[must_use]
    pub const fn is_in_cdata(&self) -> bool {
        self.cdata
    }

    /// Numbers the command (and everything in it) and takes it in if the message stays within its limit.
    /// Answers the number it got.
    ///
    /// # Errors
    /// Gives the command back, not numbered, when there is no room for it.
    #[expect(
        clippy::result_large_err,
        reason = "the caller gets its own command back"
    )]
    pub fn push(&mut self, command: Command) -> Result<String, Command> {
        let command = self.admit(command)?;
        let number = command.cmd_id().to_owned();
        self.message.body.push(command);
        Ok(number)
    }

    /// Puts a change into the Sync that was pushed last, if the message stays within its limit. Answers the
    /// number the change got.
    ///
    /// # Errors
    /// Gives the command back, not numbered, when there is no room for it or no Sync in the message.
    #[expect(
        clippy::result_large_err,
        reason = "the caller gets its own command back"
    )]
    pub fn push_into_sync(&mut self, command: Command) -> Result<String, Command> {
        if self.last_sync().is_none() {
            return Err(command);
        }
        let command = self.admit(command)?;
        let number = command.cmd_id().to_owned();
        match self.last_sync() {
            Some(sync) => sync.commands.push(command),
            None => return Err(command),
        }
        Ok(number)
    }

    /// Takes the command in even past the limit: a Status that cannot be left out.
    pub fn force(&mut self, mut command: Command) {
        self.number(&mut command);
        self.size = self.size.saturating_add(self.bytes_of(&command));
        self.message.body.push(command);
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.limit.saturating_sub(self.size)
    }

    /// How many bytes the message will have, to a few bytes above: it is never longer.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Marks the message as the last of its package.
    pub const fn set_final(&mut self) {
        self.message.is_final = true;
    }

    /// The message as it stands.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// The bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        encode(&self.message, self.encoding, &self.charset, self.cdata)
    }

    /// Numbers a command and books its bytes, or gives it back as it came.
    #[expect(
        clippy::result_large_err,
        reason = "the caller gets its own command back"
    )]
    fn admit(&mut self, mut command: Command) -> Result<Command, Command> {
        let first = self.next_cmd;
        self.number(&mut command);
        let bytes = self.bytes_of(&command);
        if bytes > self.room() {
            self.next_cmd = first;
            command.number(&mut String::new);
            return Err(command);
        }
        self.size = self.size.saturating_add(bytes);
        Ok(command)
    }

    fn number(&mut self, command: &mut Command) {
        command.number(&mut || {
            let number = self.next_cmd;
            self.next_cmd += 1;
            number.to_string()
        });
    }

    fn last_sync(&mut self) -> Option<&mut super::Sync> {
        self.message.body.iter_mut().rev().find_map(|command| {
            if let Command::Sync(sync) = command {
                Some(sync)
            } else {
                None
            }
        })
    }

    /// What the command adds to the message: its own bytes, and the way back to the code page of the next.
    fn bytes_of(&self, command: &Command) -> usize {
        let mut out = Out::new(self.encoding, version(&self.message.header), &self.charset);
        out.set_cdata(self.cdata);
        let mut bytes = 0;
        out.open(Tag::SyncBody, |out| {
            out.empty(Tag::Final);
            let before = out.len();
            command.write(out);
            out.empty(Tag::Final);
            let after = out.len();
            out.empty(Tag::Final);
            bytes = (after - before).saturating_sub(out.len() - after);
        });
        bytes
    }
}
