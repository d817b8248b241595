//! A conformance suite for servers: sessions as data, played from outside against any server.
//!
//! A [`Case`] is a file of `conformance/cases`: virtual devices sync, or raw messages are sent and what comes back is
//! looked at. Everything a server chooses for itself (addresses, anchors, nonces, GUIDs, sizes) is taken from its
//! replies. The cases are those of the SyncML Conformance Test Suite as far as their purposes are public, and scenarios
//! of our own beyond them; a scenario that no black box can see says so.
//!
//! The account that is used holds the items of the cases while they run. Afterwards they are deleted again, over
//! sync; what was there before stays.

mod account;
mod case;
mod expect;
mod play;
mod say;
mod session;
mod shipped;
mod spell;
#[cfg(test)]
mod tests;
mod text;

pub use case::{Case, shipped};

use super::http::Answer;
use super::{Device, Exchange, Lost, Profile, Scheme};
use crate::codec::{Encoding, Version};
use crate::ids::{DeviceId, Millis, UserName};

/// Where and as whom the cases are played.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The server.
    pub url: String,
    /// Whose account is used.
    pub user: UserName,
    /// With which password.
    pub password: super::Password,
    /// How a device proves who it is, until the server asks for the other way.
    pub scheme: Scheme,
    /// What the server calls its contacts.
    pub contacts: String,
    /// What the server calls its calendar.
    pub calendar: String,
    /// What the ids of the devices begin with. 1 to 40 letters, digits and `-`.
    pub prefix: String,
    /// The devices are the same in all cases, reset each time: for servers that must know them beforehand.
    pub same_devices: bool,
    /// A word that stands in every item of this run and in no other item of the account.
    pub tag: String,
    /// When it begins, in milliseconds since 1970.
    pub now: Millis,
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Passed,
    /// What was wrong, a sentence each.
    Failed(Vec<String>),
    /// The server does not offer what the case is about, or nobody outside can see it: why.
    NotApplicable(String),
}

/// A case that was played.
#[derive(Debug, Clone)]
pub struct Played {
    /// What became of it.
    pub outcome: Outcome,
    /// What the virtual devices found against the rules in passing, where the case is not about that.
    pub remarks: Vec<String>,
}

/// How messages get to the server.
pub type Carry<'a> = &'a mut dyn FnMut(&Exchange) -> Result<Answer, Lost>;

/// The cases in one version and encoding, with the device that cleans up after them.
#[derive(Debug)]
pub struct Suite {
    setting: Setting,
    version: Version,
    encoding: Encoding,
    /// Cases played so far.
    count: u32,
    /// The device that takes away what a case left.
    cleaner: Device,
}

impl Suite {
    /// A suite in this version and encoding.
    ///
    /// # Errors
    /// A sentence, when the prefix of the devices makes no id.
    pub fn new(setting: Setting, version: Version, encoding: Encoding) -> Result<Self, String> {
        let mut suite = Self {
            cleaner: Device::new(Profile::new(
                &setting.url,
                DeviceId::parse("unnamed").map_err(|bad| bad.to_string())?,
                setting.user.clone(),
                "",
            )),
            setting,
            version,
            encoding,
            count: 0,
        };
        suite.cleaner = suite.device("c", None)?;
        Ok(suite)
    }

    /// Plays a case and takes away what it left.
    pub fn play(&mut self, case: &Case, carry: Carry<'_>) -> Played {
        if let Some(why) = case.not_for(self.version, self.encoding) {
            return Played {
                outcome: Outcome::NotApplicable(why),
                remarks: Vec::new(),
            };
        }
        self.count += 1;
        let mut player = play::Player::new(self, case);
        let outcome = player.run(carry);
        let mut remarks = player.remarks;
        let (tag, now) = (self.setting.tag.clone(), self.setting.now);
        if let Err(why) = account::clean(&mut self.cleaner, &tag, now, carry) {
            remarks.push(format!(
                "items of the case may have stayed in the account: {why}"
            ));
        }
        Played { outcome, remarks }
    }
}
