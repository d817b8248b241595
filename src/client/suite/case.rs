//! A case as it lies in its file. `conformance/cases/README.md` tells the format to those who write one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::expect::Expect;
use super::shipped::FILES;
use crate::client::Mode;
use crate::codec::{Encoding, Version};

/// One case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `SCTS-0301`, `ANC-02`.
    pub id: String,
    /// What is to be seen, in a sentence.
    pub about: String,
    /// Why nobody outside of a server can see it. Such a case has no steps.
    pub unseen: Option<String>,
    /// The versions it is for, `1.1`; none: all.
    #[serde(default)]
    versions: Vec<String>,
    /// The encodings it is for, `xml`; none: both.
    #[serde(default)]
    encodings: Vec<String>,
    /// What is special about a device of the case.
    #[serde(default)]
    pub(super) devices: BTreeMap<String, Traits>,
    /// What is done, in this order.
    #[serde(default, rename = "step")]
    pub(super) steps: Vec<Step>,
}

/// What is special about a device.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Traits {
    /// The largest message it takes, in bytes.
    pub max_msg_size: Option<usize>,
    /// It sends its changes with its Alerts.
    pub combined: bool,
    /// It sends Maps at the start of the next session.
    pub late_maps: bool,
}

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// The user of a device enters an item.
    Add {
        #[serde(default = "first")]
        device: String,
        item: String,
        #[serde(default)]
        text: String,
        /// The size of the item at least, in bytes.
        #[serde(default)]
        bytes: usize,
    },
    /// The user of a device changes an item.
    Replace {
        #[serde(default = "first")]
        device: String,
        item: String,
        text: String,
    },
    /// The user of a device deletes an item.
    Delete {
        #[serde(default = "first")]
        device: String,
        item: String,
    },
    /// A device loses its memory of all sessions and keeps its items.
    Reset {
        #[serde(default = "first")]
        device: String,
    },
    /// A device's anchor becomes another one.
    Misremember {
        #[serde(default = "first")]
        device: String,
        last: String,
    },
    /// A device syncs its contacts, from the first message to the last.
    Sync {
        #[serde(default = "first")]
        device: String,
        mode: Wish,
        /// The mode that must run; the one asked for where nothing stands here.
        becomes: Option<Wish>,
        /// The reply to this message of the session is lost, and the session with it.
        lose: Option<u32>,
        /// The session must fail.
        #[serde(default)]
        fails: bool,
        /// What the device finds against the rules is what the case is about.
        #[serde(default)]
        strict: bool,
        /// Exactly so many changes come from the server.
        takes: Option<u32>,
        /// In at least so many messages.
        messages: Option<u32>,
    },
    /// All devices that had a part in the case hold the same items of it.
    Same,
    /// A device holds these items, once each, and lacks those. `one: word` is an item with that word in it.
    Holds {
        #[serde(default = "first")]
        device: String,
        #[serde(default)]
        items: Vec<String>,
        #[serde(default)]
        lacks: Vec<String>,
    },
    /// A message is sent, command by command as it stands here, and the reply looked at.
    Say(Box<Say>),
    /// Bytes are posted that should be refused.
    Post {
        /// Text, with `{times:N:text}`.
        #[serde(default)]
        body: String,
        /// Or bytes, in hexadecimal.
        #[serde(default)]
        hex: String,
    },
}

/// A message of a device.
#[derive(Debug, Clone, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of the file that may stand with any other"
)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// Whose.
    #[serde(default = "first")]
    pub device: String,
    /// It opens a session.
    #[serde(default)]
    pub new: bool,
    /// With which credentials.
    #[serde(default)]
    pub login: Login,
    /// The commands, in XML with placeholders.
    #[serde(default)]
    pub body: String,
    /// More children of the header.
    #[serde(default)]
    pub header: String,
    /// `VerDTD` other than the run's.
    pub ver_dtd: Option<String>,
    /// `VerProto` other than the run's.
    pub ver_proto: Option<String>,
    /// It ends its package.
    #[serde(default = "yes")]
    pub closes: bool,
    /// It begins with Statuses for what came in the last reply.
    #[serde(default = "yes")]
    pub answers: bool,
    /// How the head of the document is written; in WBXML only.
    pub head: Option<Head>,
    /// It is sent twice, and the reply must be the same bytes.
    #[serde(default)]
    pub twice: bool,
    /// When it is answered, the session counts as ended well: its anchor is the next one's Last.
    #[serde(default)]
    pub settles: bool,
    /// What the reply must say.
    #[serde(default)]
    pub expect: Vec<Expect>,
}

/// Heads of WBXML documents as devices write them (WBXML 1.3, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// The public id stands in the string table, in words.
    InWords,
    /// The public id is 1: unknown.
    Unknown,
    /// WBXML 1.1.
    Old,
}

/// Credentials of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Login {
    /// Whatever the server wants, a challenge answered: the case is not about this.
    #[default]
    Good,
    /// None.
    None,
    /// A wrong password, by Basic.
    Wrong,
    /// Basic without a Type.
    Untyped,
    /// MD5 with a nonce the server never gave.
    Stale,
    /// MD5 with the nonce given last.
    Md5,
    /// MD5 as in SyncML 1.0, with the nonce given last.
    Md5Of10,
}

/// A mode in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// 200.
    TwoWay,
    /// 201.
    Slow,
    /// 202.
    OneWayFromClient,
    /// 203.
    RefreshFromClient,
    /// 204.
    OneWayFromServer,
    /// 205.
    RefreshFromServer,
}

impl Wish {
    /// As devices have it.
    pub const fn mode(self) -> Mode {
        match self {
            Self::TwoWay => Mode::TwoWay,
            Self::Slow => Mode::Slow,
            Self::OneWayFromClient => Mode::OneWayFromClient,
            Self::RefreshFromClient => Mode::RefreshFromClient,
            Self::OneWayFromServer => Mode::OneWayFromServer,
            Self::RefreshFromServer => Mode::RefreshFromServer,
        }
    }
}

impl Case {
    /// Reads a case from its file.
    ///
    /// # Errors
    /// A sentence with the place of the flaw.
    pub fn read(file: &str) -> Result<Self, String> {
        let case: Self = toml::from_str(file).map_err(|flaw| flaw.to_string())?;
        let known =
            |all: &[&str], given: &[String]| given.iter().all(|one| all.contains(&one.as_str()));
        if !known(&["1.0", "1.1", "1.2"], &case.versions)
            || !known(&["xml", "wbxml"], &case.encodings)
        {
            return Err(format!("{}: no such version or encoding", case.id));
        }
        if case.unseen.is_some() != case.steps.is_empty() {
            return Err(format!("{}: a case has steps or says why not", case.id));
        }
        Ok(case)
    }

    /// Why this case is not played in this version and encoding, if it is not.
    #[must_use]
    pub fn not_for(&self, version: Version, encoding: Encoding) -> Option<String> {
        if let Some(why) = &self.unseen {
            return Some(format!("not visible from outside: {why}"));
        }
        let version = match version {
            Version::V10 => "1.0",
            Version::V11 => "1.1",
            Version::V12 => "1.2",
        };
        let encoding = match encoding {
            Encoding::Xml => "xml",
            Encoding::Wbxml => "wbxml",
        };
        let is_in =
            |list: &[String], one: &str| list.is_empty() || list.iter().any(|each| each == one);
        if !is_in(&self.versions, version) {
            return Some(format!("not a case of {version}"));
        }
        (!is_in(&self.encodings, encoding))
            .then(|| format!("not a case in {}", encoding.to_uppercase()))
    }
}

/// Every case of the suite, in its order.
///
/// # Errors
/// A sentence about the first file that is no case.
pub fn shipped() -> Result<Vec<Case>, String> {
    FILES
        .iter()
        .map(|(name, file)| Case::read(file).map_err(|flaw| format!("{name}: {flaw}")))
        .collect()
}

fn first() -> String {
    "a".to_owned()
}

const fn yes() -> bool {
    true
}
