//! SIF-E and SIF-T: an event or a task of Funambol's clients, as Outlook has them.
//!
//! Fields that have no place in iCalendar are kept as `X-SIF;X-FIELD=name`, and written again. One that is empty says nothing. Source: Funambol's
//! and Horde's sample documents, as far as they show; Outlook's numbers for the rest.

mod from;
mod recurrence;
mod to;

pub use from::read;
pub use to::write;

/// A document of SIF as a device is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The document, in UTF-8.
    pub body: Vec<u8>,
    /// Names of properties that the device is not told, or not as they are.
    pub approximated: Vec<&'static str>,
}

/// The fields that, beside `RecurrenceType`, say how an entry recurs: they mean something together alone.
pub const PATTERN: &[&str] = &[
    "Interval",
    "DayOfWeekMask",
    "DayOfMonth",
    "MonthOfYear",
    "Instance",
    "PatternStartDate",
    "PatternEndDate",
    "NoEndDate",
    "Occurrences",
];

/// The property that keeps a field which has no other.
const OTHER: &str = "X-SIF";

/// Its parameter, which names the field.
const FIELD: &str = "X-FIELD";

#[cfg(test)]
mod tests;
