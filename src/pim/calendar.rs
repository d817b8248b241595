//! Events and tasks between vCalendar 1.0 and iCalendar 2.0, as a device of a certain kind has them.
//!
//! The canonical form is a tree of iCalendar 2.0. [`read`] brings what a device sent into it, [`render`] shows it to a device;
//! what a device does in its own way is said by a [`View`]: its zone, whether it takes UTC, its quirks. Both are pure. Properties nobody
//! knows pass through. What a device cannot be told (a rule without words, an override, a date before its time) is left out or
//! approximated, and [`Rendered::approximated`] says so: the answer of a device to such a property says nothing about the item.
//!
//! ```text
//! clock    when something is: zones, UTC, daylight saving   all_day  the forms of a day without times
//! alarm    AALARM, DALARM <-> VALARM                        people   ATTENDEE, ORGANIZER
//! words    STATUS, TRANSP, PRIORITY, CATEGORIES             rule     RRULE on the device's clock
//! old, new one version each                                 quirks   what single devices do
//! sif      the documents of Funambol's clients           canonical  one way of saying it
//! since    what began before the device's calendar
//! ```
//!
//! Sources: vCalendar 1.0 section 2.3, RFC 5545 section 3.8; field quirks C1 to C25.

mod alarm;
mod all_day;
mod canonical;
mod clock;
mod duration;
mod new;
mod old;
mod people;
mod quirks;
mod rule;
pub mod sif;
mod since;
mod words;

use jiff::civil::DateTime;

use super::model::{Component, Document, Version};
use super::zone::Zone;

pub use canonical::{complete, describe_zones, has_entry, is_among, is_made_up, settle, zone_of};
pub use quirks::{AlarmForm, AllDay, CalendarQuirks, Scale, Times, ZoneRules};

/// How a device has its calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The zone its clock is set to, where that is known.
    pub zone: Option<Zone>,
    /// Whether it says that it takes UTC (`UTC` of its `DevInf`).
    pub utc: bool,
    /// The time now, in UTC.
    pub now: DateTime,
    /// What it does in its own way.
    pub quirks: CalendarQuirks,
}

/// An item as a device is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The item in the device's version.
    pub document: Document,
    /// Names of properties that the device is not told, or not as they are.
    pub approximated: Vec<&'static str>,
}

/// Why an item cannot be shown to a device at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unrendered {
    /// It holds neither an event nor a task.
    #[error("there is no event or task in it")]
    NoEntry,
    /// The device's calendar begins later (field quirk C7).
    #[error("it lies before the year {0}, in which the device's calendar begins")]
    TooEarly(i16),
}

/// What a device sent, in the canonical form.
#[must_use]
pub fn read(sent: &Document, view: &View) -> Document {
    match sent.version {
        Version::Calendar20 => new::read(sent, view),
        Version::Calendar10
        | Version::Card21
        | Version::Card30
        | Version::Card40
        | Version::Note11
        | Version::Other => old::read(sent, view),
    }
}

/// An item of the canonical form as a device of this version is shown it: vCalendar 1.0, or else iCalendar 2.0.
///
/// # Errors
/// [`Unrendered`] when the device cannot hold it; it is then not sent.
pub fn render(item: &Document, version: Version, view: &View) -> Result<Rendered, Unrendered> {
    match version {
        Version::Calendar10 => old::render(item, view),
        Version::Calendar20
        | Version::Card21
        | Version::Card30
        | Version::Card40
        | Version::Note11
        | Version::Other => new::render(item, view),
    }
}

/// The calendar in a document; one that has only an event is taken for the calendar itself.
fn calendar(document: &Document) -> &Component {
    document
        .root
        .components
        .iter()
        .find(|component| component.name == "VCALENDAR")
        .unwrap_or(&document.root)
}

pub(in crate::pim) fn is_entry(component: &Component) -> bool {
    matches!(component.name.as_str(), "VEVENT" | "VTODO")
}

/// A document of one calendar.
fn document(version: Version, calendar: Component) -> Document {
    Document {
        version,
        root: Component {
            components: vec![calendar],
            ..Component::default()
        },
    }
}

#[cfg(test)]
mod tests;
