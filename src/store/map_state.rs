//! How far an item has come on its way to a device, and back from it.

use serde::{Deserialize, Serialize};

/// How far an item has come on its way to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MapState {
    /// The device has it under its LUID, as of `known`.
    Mapped,
    /// Sent as Add; no Status yet.
    AddSent,
    /// The device said 201; no Map yet.
    AddConfirmed,
    /// Sent as Replace; no Status yet.
    ReplaceSent,
    /// Sent as Delete; no Status yet.
    DeleteSent,
    /// Known to have to be deleted on the device at the next occasion.
    DeleteDue,
    /// The device gave it no name: not sent again until it changes.
    Withheld,
    /// Too large for the device: not sent, looked at again when it takes more.
    TooLarge,
    /// Gone on both sides; kept for the previous-anchor rule until the device is past it.
    Gone,
    /// A filter keeps it away from the device, which has it no more; with us it lives. Under its last LUID, if it had
    /// one: a device that is set back has it again.
    FilteredOut,
    /// A filter takes it from the device: sent as Delete; no Status yet. With us it lives.
    LeaveSent,
    /// To be taken from the device by its filter at the next occasion. With us it lives.
    LeaveDue,
    /// The device took it off its own store and left it to us (`SftDel`): not sent again until it changes.
    SoftDeleted,
    /// The device deleted it; whether that is carried out is decided when its package is complete (`sync::guard`).
    DeleteAside,
    /// The device deleted it among too many: the item stays until a person decides.
    DeleteHeld,
}

impl MapState {
    /// Whether the device parted with the item though it lives: there is nothing to replace or to delete there, and
    /// a change of the item goes to it as an Add. `offered` of such an entry is when the device did so.
    #[must_use]
    pub const fn is_off_device(self) -> bool {
        match self {
            Self::SoftDeleted | Self::DeleteAside | Self::DeleteHeld => true,
            Self::Mapped
            | Self::AddSent
            | Self::AddConfirmed
            | Self::ReplaceSent
            | Self::DeleteSent
            | Self::DeleteDue
            | Self::TooLarge
            | Self::Withheld
            | Self::Gone
            | Self::FilteredOut
            | Self::LeaveSent
            | Self::LeaveDue => false,
        }
    }
}
