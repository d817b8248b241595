//! What single devices cannot do, as data: rules that recognise a device, and the flags they set.
//!
//! ```text
//! facts    what is known of the device: headers of the transport, SyncHdr, device information   (facts)
//! rules    in their order, each with a condition and flags; an admin's file adds to them         (rules, read)
//! flags    what can be switched, with its meaning and default                                    (flags)
//! Quirks   the outcome: plain values, read at the one place where each matters
//! ```
//!
//! A rule is applied to the headers of the first message, before the device has told what it is, and with its
//! device information once that is known. Later rules override single flags of earlier ones, and what is set
//! for one device (`anchorage device set`) overrides them all. The rules that are shipped stand in
//! `quirks/devices.toml`; the page `conformance/devices/README.md` says what each is for.

mod content;
mod facts;
mod flags;
mod read;
mod rules;
mod statuses;

pub use facts::{FACTS, Facts};
pub use flags::{Flag, Kind, flag, flags, named, setting};
pub use read::Flaw;
pub use rules::{Condition, Hit, Resolved, Rule, Rules, overrides};

use std::time::Duration;

use encoding_rs::Encoding;

use super::Style;
use crate::pim::calendar::CalendarQuirks;
use crate::pim::lens::quirks::ContactQuirks;

pub(super) use content::{Format, Spelling, format_of, without_extensions};
pub(super) use statuses::{bare, bearable};

/// How a device is to be treated: every flag there is. The default is what the specifications say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own that may hold with any other"
)]
pub struct Quirks {
    /// A Status that says no has no Item, and always a `SourceRef`.
    pub bare_errors: bool,
    /// It counts the Size of an object in chunks as one byte more than it is.
    pub size_plus_one: bool,
    /// How much of the device's `MaxMsgSize` is used.
    pub max_message: Share,
    /// The most changes in one message to it; `None`: as many as fit.
    pub max_changes: Option<usize>,
    /// The longest GUID it takes, in bytes; `None`: what its device information says.
    pub max_guid: Option<usize>,
    /// Messages to it carry a `RespURI` where its transport wants one.
    pub resp_uri: bool,
    /// Our name for people stands in the header.
    pub server_name: bool,
    /// Our Alerts say which objects we take at most.
    pub alert_max_size: bool,
    /// It is asked for its device information when it does not tell by itself.
    pub ask_devinf: bool,
    /// Our device information says what we take of each type.
    pub ct_cap: bool,
    /// Our device information names extensions (`X-`).
    pub x_properties: bool,
    /// Under which names our device information lists the datastores.
    pub devinf_names: DevInfNames,
    /// In a slow sync it takes Replaces.
    pub replace_in_slow_sync: bool,
    /// A change whose Status is missing when the session has ended well counts as done.
    pub missing_is_done: bool,
    /// Its last anchor is compared with the one we have.
    pub check_anchors: bool,
    /// It says Copy and means Add, where data comes along.
    pub copy_is_add: bool,
    /// Each of its changes gets a Status, also when all went well.
    pub item_statuses: bool,
    /// In XML, items stand in CDATA sections.
    pub cdata: bool,
    /// It is told 200 instead of 418.
    pub exists_is_ok: bool,
    /// How items are spelled for it.
    pub item_format: ItemFormat,
    /// How it is told to wait; `None`: as the server is set.
    pub busy: Option<Style>,
    /// How long after its message it is told to wait at the latest; `None`: as the server is set.
    pub busy_after: Option<Duration>,
    /// After its changes in a sync from the client alone it gets an empty Sync.
    pub from_client_sync: bool,
    /// The time zone it lives in, by its Olson name; `None`: UTC.
    pub zone: Option<String>,
    /// The charset it writes and reads where the format is of the old dialect; `None`: UTF-8.
    pub charset: Option<&'static Encoding>,
    /// Its habits with contacts.
    pub contact: ContactQuirks,
    /// Its habits with events and tasks.
    pub calendar: CalendarQuirks,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            bare_errors: false,
            size_plus_one: false,
            max_message: Share::Percent(100),
            max_changes: None,
            max_guid: None,
            resp_uri: true,
            server_name: false,
            alert_max_size: true,
            ask_devinf: true,
            ct_cap: true,
            x_properties: true,
            devinf_names: DevInfNames::AsAlerted,
            replace_in_slow_sync: true,
            missing_is_done: false,
            check_anchors: true,
            copy_is_add: false,
            item_statuses: true,
            cdata: false,
            exists_is_ok: false,
            item_format: ItemFormat::Auto,
            busy: None,
            busy_after: None,
            from_client_sync: false,
            zone: None,
            charset: None,
            contact: ContactQuirks::default(),
            calendar: CalendarQuirks::default(),
        }
    }
}

/// How much of a size the device announces is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// At most so many bytes.
    Bytes(usize),
    /// So much of every hundred bytes, 1 to 100.
    Percent(usize),
}

impl Share {
    /// What is used of `whole` bytes.
    #[must_use]
    pub const fn of(self, whole: usize) -> usize {
        match self {
            Self::Bytes(most) if most < whole => most,
            Self::Bytes(_) => whole,
            Self::Percent(percent) => whole / 100 * percent + whole % 100 * percent / 100,
        }
    }
}

/// Under which names our device information lists the datastores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DevInfNames {
    /// As the device wrote them in its Alerts, to the letter.
    AsAlerted,
    /// The same without what stands behind `?`.
    WithoutOptions,
    /// By our own names.
    Ours,
}

impl DevInfNames {
    /// The name of a datastore that the device calls `alerted`.
    #[must_use]
    pub fn spell(self, alerted: &str) -> String {
        match self {
            Self::AsAlerted => alerted,
            Self::WithoutOptions => alerted.split('?').next().unwrap_or_default(),
            Self::Ours => super::datastores::find(alerted).map_or(alerted, |store| store.name),
        }
        .to_owned()
    }
}

/// How items are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemFormat {
    /// As the device spells its own: as text, unless it uses `b64` or `bin` itself.
    Auto,
    /// As text, whatever the device does.
    Text,
    /// In base64.
    Base64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_more_than_the_whole() {
        assert_eq!(Share::Percent(70).of(10_001), 7_000);
        assert_eq!(Share::Percent(100).of(usize::MAX), usize::MAX);
        assert_eq!(Share::Bytes(4500).of(10_000), 4500);
        assert_eq!(Share::Bytes(4500).of(3000), 3000);
    }

    /// Field quirk P16.
    #[test]
    fn datastores_are_listed_under_the_name_a_device_wants() {
        let alerted = "./contacts/james?CATEGORY&EQ;Family";
        let rows = [
            (DevInfNames::AsAlerted, alerted),
            (DevInfNames::WithoutOptions, "./contacts/james"),
            (DevInfNames::Ours, "contacts"),
        ];
        for (names, expected) in rows {
            assert_eq!(names.spell(alerted), expected);
        }
    }
}
