//! The binary notification of 1.2: its bits, to the letter (SAN 1.2.1, section 7).
//!
//! ```text
//! digest    16 bytes   MD5 over server, password, nonce and all that follows; zeros where there is no password
//! version   10 bits    in tenths: 12
//! ui-mode    2 bits    initiator 1 bit, future use 27 bits of 0
//! session   16 bits    server id: its length in 8 bits, its bytes
//! syncs      4 bits    how many, 0 for all datastores; future use 4 bits of 0; then of each:
//!   type     4 bits    the alert code less 200; future use 4 bits of 0
//!   content 24 bits    a number of WSP; URI: its length in 8 bits, its bytes
//! vendor    the rest
//! ```

use super::Wish;
use crate::message::AlertCode;

/// Length of the digest, in bytes.
pub const DIGEST_BYTES: usize = 16;
/// The version of 1.2, in tenths.
pub const VERSION_1_2: u16 = 12;
/// The most datastores one notification can name.
pub const MOST_SYNCS: usize = 15;
/// The type on the wire.
pub const MEDIA_TYPE: &str = "application/vnd.syncml.ds.notification";

/// Header and body of a notification: all but its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In tenths, at most 1023.
    pub version: u16,
    /// How much the user is to notice.
    pub ui: Ui,
    /// Who wanted it.
    pub initiator: Initiator,
    /// The `SessionID` to come with; 0: none.
    pub session: u16,
    /// The server's `DevID`, at most 255 bytes.
    pub server: String,
    /// What to sync, at most 15; none: everything.
    pub syncs: Vec<Asked>,
    /// Whatever a vendor adds.
    pub vendor: Vec<u8>,
}

/// One datastore to sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// How.
    pub wish: Wish,
    /// The type of its items, a number of WSP in 24 bits; 0: not said.
    pub content: u32,
    /// The server's datastore, at most 255 bytes.
    pub uri: String,
}

/// How much the user is to notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ui {
    /// The device decides.
    Unspecified,
    /// Nothing.
    Background,
    /// That it happens.
    Informative,
    /// He is asked.
    Interactive,
}

/// Who wanted the sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    /// The user, by way of the server.
    User,
    /// The server.
    Server,
}

/// A value has no room in its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} has no room in a notification")]
pub struct TooLarge(pub &'static str);

/// Why bytes are no notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPackage {
    /// It ends in the middle of a field.
    #[error("the notification is cut short")]
    CutShort,
    /// A name is not UTF-8.
    #[error("a name in the notification is not UTF-8")]
    NotText,
    /// A sync type that is none of 206 to 210.
    #[error("the notification asks for a sync of type {0}")]
    SyncType(u16),
}

impl Notice {
    /// Header and body as bytes: what the digest is made over.
    ///
    /// # Errors
    /// [`TooLarge`] when a field is larger than its bits.
    pub fn bytes(&self) -> Result<Vec<u8>, TooLarge> {
        if self.version > 0x3ff {
            return Err(TooLarge("the version"));
        }
        let head = self.version << 6 | u16::from(self.ui.bits()) << 4 | self.initiator.bit() << 3;
        let mut out = head.to_be_bytes().to_vec();
        out.extend([0; 3]);
        out.extend(self.session.to_be_bytes());
        text(&mut out, &self.server, "the server's name")?;
        let count = u8::try_from(self.syncs.len()).ok();
        let count = count.filter(|count| usize::from(*count) <= MOST_SYNCS);
        out.push(count.ok_or(TooLarge("the list of datastores"))? << 4);
        for sync in &self.syncs {
            let code = sync.wish.code().number();
            let kind = code
                .checked_sub(200)
                .and_then(|kind| u8::try_from(kind).ok());
            out.push(kind.ok_or(TooLarge("the sync type"))? << 4);
            let [high, content @ ..] = sync.content.to_be_bytes();
            if high != 0 {
                return Err(TooLarge("the content type"));
            }
            out.extend(content);
            text(&mut out, &sync.uri, "the name of a datastore")?;
        }
        out.extend(&self.vendor);
        Ok(out)
    }

    /// The whole notification. `digest` is made over [`Notice::bytes`] (`auth::Auth::server_digest`); `None`: there is no
    /// password to make it with, and zeros stand there.
    ///
    /// # Errors
    /// As [`Notice::bytes`].
    pub fn package(&self, digest: Option<[u8; DIGEST_BYTES]>) -> Result<Vec<u8>, TooLarge> {
        let mut out = digest.unwrap_or_default().to_vec();
        out.extend(self.bytes()?);
        Ok(out)
    }

    /// Reads a notification: its digest, and what it says. Bits for future use are read over.
    ///
    /// # Errors
    /// [`BadPackage`] when it is none.
    pub fn parse(package: &[u8]) -> Result<([u8; DIGEST_BYTES], Self), BadPackage> {
        let mut rest = Rest(package);
        let digest = rest.array()?;
        let [first, second] = rest.array()?;
        let _future: [u8; 3] = rest.array()?;
        let head = u16::from_be_bytes([first, second]);
        let session = u16::from_be_bytes(rest.array()?);
        let server = rest.text()?;
        let [count] = rest.array()?;
        let syncs = (0..count >> 4).map(|_| Asked::read(&mut rest));
        let syncs = syncs.collect::<Result<_, _>>()?;
        let notice = Self {
            version: head >> 6,
            ui: Ui::of(head >> 4),
            initiator: if head >> 3 & 1 == 1 {
                Initiator::Server
            } else {
                Initiator::User
            },
            session,
            server,
            syncs,
            vendor: rest.0.to_vec(),
        };
        Ok((digest, notice))
    }
}

impl Asked {
    fn read(rest: &mut Rest<'_>) -> Result<Self, BadPackage> {
        let [kind, high, middle, low] = rest.array()?;
        let code = u16::from(kind >> 4) + 200;
        let wish = Wish::of(AlertCode::of(code)).ok_or(BadPackage::SyncType(code))?;
        Ok(Self {
            wish,
            content: u32::from_be_bytes([0, high, middle, low]),
            uri: rest.text()?,
        })
    }
}

impl Ui {
    /// The two bits.
    const fn bits(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::Background => 1,
            Self::Informative => 2,
            Self::Interactive => 3,
        }
    }

    /// From the lowest two bits.
    const fn of(bits: u16) -> Self {
        match bits & 3 {
            1 => Self::Background,
            2 => Self::Informative,
            3 => Self::Interactive,
            _ => Self::Unspecified,
        }
    }
}

impl Initiator {
    const fn bit(self) -> u16 {
        match self {
            Self::User => 0,
            Self::Server => 1,
        }
    }
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], BadPackage> {
        let (array, rest) = self.0.split_first_chunk().ok_or(BadPackage::CutShort)?;
        self.0 = rest;
        Ok(*array)
    }

    /// A length in one byte, and as many bytes of text.
    fn text(&mut self) -> Result<String, BadPackage> {
        let [length] = self.array()?;
        let (text, rest) = self
            .0
            .split_at_checked(usize::from(length))
            .ok_or(BadPackage::CutShort)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| BadPackage::NotText)
    }
}

fn text(out: &mut Vec<u8>, text: &str, what: &'static str) -> Result<(), TooLarge> {
    out.push(u8::try_from(text.len()).map_err(|_| TooLarge(what))?);
    out.extend(text.bytes());
    Ok(())
}

#[cfg(test)]
mod tests;
