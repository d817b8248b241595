//! What a virtual device is like: the freedoms the protocol leaves to a device, as data.

use std::fmt;

use crate::codec::{Encoding, Version};
use crate::ids::{DeviceId, UserName};
use crate::item::Content;
use crate::message::DevInf;
use crate::message::devinf::{ContentType, CtCap, DataStore, Property};

/// A device's nature. It stays the same from session to session.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
pub struct Profile {
    /// Where the server is.
    pub url: String,
    /// The Source `LocURI`.
    pub device: DeviceId,
    /// Who syncs.
    pub user: UserName,
    /// With which password.
    pub password: Password,
    /// Which version it speaks.
    pub version: Version,
    /// How it spells messages.
    pub encoding: Encoding,
    /// How it proves who it is, until the server asks for the other way.
    pub scheme: Scheme,
    /// When it does so.
    pub login: Login,
    /// Whether the Alerts have a package of their own.
    pub opening: Opening,
    /// When it tells the names it gave to items.
    pub maps: Maps,
    /// The largest message it takes, in bytes; also what it sends at most before the server said what that takes.
    pub max_msg_size: usize,
    /// The largest object it takes, in bytes; `None` when it takes none in chunks. Not told in 1.0.
    pub max_obj_size: Option<usize>,
    /// The longest GUID it takes, in bytes.
    pub max_guid_size: usize,
    /// Whether it sends, and takes, `NumberOfChanges`. Never in 1.0.
    pub number_of_changes: bool,
    /// Whether it says that it takes times in UTC. In 1.0 there is no word for that.
    pub utc: bool,
    /// Whether it hands over its device information until the server has taken it.
    pub puts_devinf: bool,
    /// Whether it asks for the server's.
    pub gets_devinf: bool,
    /// How often it sends a message again that got no answer, before it gives up.
    pub resends: u32,
    /// How it goes on with a sync that was suspended or broke off. Before 1.2 there is no going on.
    pub resume: Resume,
    /// Whether it sends several changes as one Atomic.
    pub atomic: bool,
    /// What it syncs.
    pub datastores: Vec<Datastore>,
}

/// One thing a device syncs.
#[derive(Debug, Clone)]
pub struct Datastore {
    /// What the device calls it: `./contacts`.
    pub local: String,
    /// What the server calls it: `contacts`.
    pub remote: String,
    /// What it sends and likes best to receive.
    pub prefers: ContentType,
    /// What else it receives.
    pub takes: Vec<ContentType>,
    /// Its items lie in folders, and it says so. Only in 1.2.
    pub hierarchical: bool,
    /// A deleted folder is told to the server with each item in it, not alone.
    pub spells_out_deletes: bool,
    /// What it says it holds of the type it prefers, property by property; none listed: it does not say.
    pub holds: Vec<Property>,
    /// What it keeps of an item that it is sent, without a word of it; `None`: all.
    pub keeps: Option<fn(&Content) -> Content>,
}

/// A password, never printed.
#[derive(Clone)]
pub struct Password(pub String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(...)")
    }
}

/// How a device proves who it is (DS Protocol 1.2, authentication).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `syncml:auth-basic`.
    Basic,
    /// `syncml:auth-md5`, with the formula of its version.
    Md5,
    /// `syncml:auth-MAC`: a header around every message.
    Mac,
}

/// When a device sends credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// In its first message.
    Unasked,
    /// After a challenge, as S60 and UIQ phones do.
    WhenAsked,
}

/// Whether a sync has an initialization of its own (DS Protocol 1.2, section "without separate initialization").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Alerts first, changes when they are answered.
    Separate,
    /// Alerts and changes in one package.
    Combined,
}

/// When a device sends its Maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maps {
    /// In the session that brought the items.
    AtOnce,
    /// At the start of the next one.
    NextSession,
}

/// How a device goes on with a sync that was suspended or broke off: by Alert 225, in 1.2 (DS Protocol 1.2, suspend and
/// resume; field client profiles).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// It does not: the next session begins anew.
    Never,
    /// With Last and Next, and it sends all its changes again, as S60 does; a refresh from the server begins anew. It
    /// never suspends of its own accord.
    FromTheTop,
    /// With Next alone, and it sends what was not answered yet, as Funambol does. It suspends by Alert 224.
    WhereItBroke,
}

impl Profile {
    /// A device of the year 2006: 1.2 in XML, everything declared, no datastore yet.
    #[must_use]
    pub fn new(url: &str, device: DeviceId, user: UserName, password: &str) -> Self {
        Self {
            url: url.to_owned(),
            device,
            user,
            password: Password(password.to_owned()),
            version: Version::V12,
            encoding: Encoding::Xml,
            scheme: Scheme::Md5,
            login: Login::Unasked,
            opening: Opening::Separate,
            maps: Maps::AtOnce,
            max_msg_size: 16_000,
            max_obj_size: Some(1_000_000),
            max_guid_size: 64,
            number_of_changes: true,
            utc: true,
            puts_devinf: true,
            gets_devinf: true,
            resends: 0,
            resume: Resume::Never,
            atomic: false,
            datastores: Vec::new(),
        }
    }

    /// Whether objects may go in chunks, in either direction.
    #[must_use]
    pub fn chunks(&self) -> bool {
        self.version > Version::V10 && self.max_obj_size.is_some()
    }

    /// How it goes on with a sync that was suspended or broke off, in its version.
    #[must_use]
    pub fn resumes(&self) -> Resume {
        match self.version {
            Version::V10 | Version::V11 => Resume::Never,
            Version::V12 => self.resume,
        }
    }

    /// Whether it counts its changes, and takes it when the server does.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.version > Version::V10 && self.number_of_changes
    }

    /// The name of the device information document of its version.
    #[must_use]
    pub fn devinf_uri(&self) -> &'static str {
        match self.version {
            Version::V10 => "./devinf10",
            Version::V11 => "./devinf11",
            Version::V12 => "./devinf12",
        }
    }

    /// Its device information.
    #[must_use]
    pub fn devinf(&self) -> DevInf {
        DevInf {
            man: Some("Anchorage".to_owned()),
            model: Some("Virtual device".to_owned()),
            fw_v: Some("1".to_owned()),
            sw_v: Some(env!("CARGO_PKG_VERSION").to_owned()),
            hw_v: Some("1".to_owned()),
            dev_id: self.device.as_str().to_owned(),
            dev_typ: "phone".to_owned(),
            utc: self.utc && self.version > Version::V10,
            large_objects: self.chunks(),
            number_of_changes: self.counts(),
            datastores: self
                .datastores
                .iter()
                .map(|store| store.devinf(self.max_guid_size, self.version))
                .collect(),
            ..DevInf::default()
        }
    }
}

impl Datastore {
    fn devinf(&self, max_guid_size: usize, version: Version) -> DataStore {
        DataStore {
            source_ref: self.local.clone(),
            max_guid_size: Some(max_guid_size.to_string()),
            rx_pref: Some(self.prefers.clone()),
            rx: self.takes.clone(),
            tx_pref: Some(self.prefers.clone()),
            hierarchical: self.hierarchical && version >= Version::V12,
            ct_caps: self.ct_caps(),
            sync_types: ["1", "2", "3", "4", "5", "6"].map(str::to_owned).to_vec(),
            ..DataStore::default()
        }
    }

    fn ct_caps(&self) -> Vec<CtCap> {
        if self.holds.is_empty() {
            return Vec::new();
        }
        vec![CtCap {
            content: self.prefers.clone(),
            properties: self.holds.clone(),
            ..CtCap::default()
        }]
    }

    /// An item as it lies on the device that was sent it.
    pub(super) fn kept(&self, sent: Content) -> Content {
        match self.keeps {
            Some(keeps) => keeps(&sent),
            None => sent,
        }
    }

    /// Whether the device declared that it takes this type.
    #[must_use]
    pub fn receives(&self, media_type: &str) -> bool {
        let mut types = self.takes.iter().chain([&self.prefers]);
        types.any(|declared| declared.ct_type.eq_ignore_ascii_case(media_type))
    }
}
