//! What devices do with contacts that their device information does not say: data, each row read at one place.
//!
//! Each is known by a number, V1 to V24, by which its test is named, too. The default is a device without habits. V24, a
//! picture's format given as a media type, needs no row: it is understood from everybody.

use serde::{Deserialize, Serialize};

/// The habits of a device.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about a device"
)]
pub struct ContactQuirks {
    /// V1: of these properties only one of each set of types is sent: the device cannot change a second (Nokia 7610).
    pub one_per_type: Vec<String>,
    /// V1: `PREF` is neither sent nor taken.
    pub no_pref: bool,
    /// V2, V12: fixed places in a fixed order, all of them always sent, and merged back by place (Nokia S40, Motorola).
    pub slots: Vec<Slot>,
    /// V2: these properties have no types on the device.
    pub typeless: Vec<String>,
    /// V3: `N` has only so many parts (Nokia S40).
    pub name_parts: Option<usize>,
    /// V16: the device has one field for a name (Sony Ericsson W800).
    pub single_name: Option<NameOrder>,
    /// V4, V12: canonical names and what the device calls them: `NICKNAME` is `X-EPOCSECONDNAME` on S60.
    pub renames: Vec<(String, String)>,
    /// V4: the format of a picture upsets the device.
    pub no_photo_type: bool,
    /// V4: types in the order the device wants them; properties are sent in the order of their first one.
    pub type_order: Vec<String>,
    /// V5: properties whose `MaxSize` is not true (`PHOTO` on Nokia 5800).
    pub ignore_sizes: Vec<String>,
    /// V6, V19: whether `EMAIL` says `INTERNET`.
    pub internet: Internet,
    /// V7: what the device says it can hold is not true.
    pub ignore_caps: bool,
    /// V7: held although not listed (`PHOTO` with `SyncJE` for Outlook).
    pub unlisted: Vec<String>,
    /// V8, V11: what clears a property that the device does not let go of; `*` is any.
    pub stand_ins: Vec<(String, String)>,
    /// V9, V10: properties that say nothing are not sent (Siemens SX1, iPod).
    pub no_empties: bool,
    /// V12: the second and third part of `ADR` stand in one another's place (Motorola).
    pub swapped_address: bool,
    /// V12: telephone numbers are digits.
    pub digits_only: bool,
    /// V12, V17: properties that are not sent.
    pub without: Vec<String>,
    /// V17: properties with all of these types are not sent (`TEL;PAGER` aborts the sync of a W800).
    pub without_types: Vec<(String, Vec<String>)>,
    /// V17: how many of a property with this type.
    pub most: Vec<(String, String, usize)>,
    /// V13: lines are not folded (Motorola V3).
    pub no_folds: bool,
    /// V20: quoted-printable for all that is not ASCII, in every version (Funambol for `BlackBerry`).
    pub quote_everything: bool,
    /// V21: quoted-printable without soft breaks (Funambol for Mozilla).
    pub no_soft_breaks: bool,
    /// V18: what stands for no birthday (Siemens: `0000-00-00`).
    pub no_birthday: Option<String>,
    /// V18: the type of an address that is the only one (Siemens: `work`).
    pub lone_address: Option<String>,
    /// V19: a birthday is written without hyphens (Synthesis for Palm).
    pub basic_birthday: bool,
    /// V22: an address is a `LABEL`, both ways (Nokia 602x).
    pub label_for_address: bool,
    /// V14, V23: values are cut at limits that are not declared: what comes back as a beginning of what was sent is
    /// unchanged (Ericsson T68).
    pub cuts_silently: bool,
    /// V23: a property that does not come back was not cleared; only one that comes empty was.
    pub absent_is_kept: bool,
}

/// A fixed place for a property.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Slot {
    /// Its canonical name.
    pub name: String,
    /// The types of what belongs there.
    pub types: Vec<String>,
}

/// Which name stands first in the one field of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameOrder {
    /// Jane Doe.
    GivenFirst,
    /// Doe Jane.
    FamilyFirst,
}

/// Whether `EMAIL` says `INTERNET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Internet {
    /// As the version has it.
    #[default]
    Usual,
    /// In every version: without it the address vanishes (Nokia E51).
    Always,
    /// Never.
    Never,
}

impl ContactQuirks {
    /// What clears this property on the device, if that needs saying.
    pub(super) fn stand_in(&self, name: &str) -> Option<&str> {
        self.stand_ins
            .iter()
            .find(|(known, _)| known == "*" || known.eq_ignore_ascii_case(name))
            .map(|(_, text)| text.as_str())
    }

    /// How many fixed places there are for this property.
    pub(super) fn places(&self, name: &str) -> usize {
        self.slots.iter().filter(|slot| slot.name == name).count()
    }
}
