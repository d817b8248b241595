//! How the value of each property is built: a text, a list, parts, or something that is written as it stands.
//!
//! Sources: vCard 2.1 section 2.3 onwards, vCalendar 1.0 section 2.3, RFC 5545 section 3.8, RFC 6350 section 6.

/// How a value is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One text: separators in it mean nothing.
    Text,
    /// Not a text: a date, a rule, a number, a URI. Written without escapes.
    Raw,
    /// Texts beside one another, between `;` in the old dialect and `,` in the new.
    List,
    /// The same of values that are no texts; both separators are read in both dialects.
    RawList,
    /// Parts between `;`.
    Parts,
    /// Unknown: parts if it holds a separator, else a text.
    Any,
}

impl Shape {
    /// The shape of the property of this name in upper case, with this `VALUE`, if it says one.
    #[must_use]
    pub fn of(name: &str, value: Option<&str>) -> Self {
        if value.is_some_and(|v| RAW_TYPES.iter().any(|known| v.eq_ignore_ascii_case(known))) {
            return match Self::named(name) {
                Self::RawList => Self::RawList,
                Self::Text | Self::Raw | Self::List | Self::Parts | Self::Any => Self::Raw,
            };
        }
        Self::named(name)
    }

    fn named(name: &str) -> Self {
        if name.starts_with("X-") {
            return Self::Any;
        }
        Self::known(name)
    }

    /// The shape of each name.
    fn known(name: &str) -> Self {
        match name {
            "FN" | "TEL" | "EMAIL" | "NOTE" | "TITLE" | "ROLE" | "LABEL" | "MAILER" | "PRODID"
            | "UID" | "SORT-STRING" | "CLASS" | "NAME" | "SUMMARY" | "DESCRIPTION" | "LOCATION"
            | "COMMENT" | "CONTACT" | "STATUS" | "BODY" | "RELATED-TO" | "TZID" | "TZNAME"
            | "ACTION" | "METHOD" | "CALSCALE" | "KIND" | "XML" | "TRANSP" => Self::Text,
            "VERSION" | "BDAY" | "ANNIVERSARY" | "REV" | "DTSTART" | "DTEND" | "DUE"
            | "DTSTAMP" | "CREATED" | "DCREATED" | "LAST-MODIFIED" | "COMPLETED" | "DURATION"
            | "TRIGGER" | "RECURRENCE-ID" | "RRULE" | "EXRULE" | "URL" | "ATTENDEE"
            | "ORGANIZER" | "TZ" | "GEO" | "SEQUENCE" | "PRIORITY" | "PERCENT-COMPLETE"
            | "REPEAT" | "TZOFFSETFROM" | "TZOFFSETTO" | "TZURL" | "FREEBUSY" | "ATTACH"
            | "PHOTO" | "LOGO" | "KEY" | "IMPP" | "SOURCE" | "FBURL" | "CALURI" | "CALADRURI"
            | "CAPURI" | "LANG" | "RELATED" | "MEMBER" | "RNUM" | "CLIENTPIDMAP" => Self::Raw,
            "CATEGORIES" | "NICKNAME" | "RESOURCES" => Self::List,
            "EXDATE" | "RDATE" => Self::RawList,
            "N" | "ADR" | "ORG" | "GENDER" | "REQUEST-STATUS" | "AALARM" | "DALARM" | "MALARM"
            | "PALARM" | "DAYLIGHT" => Self::Parts,
            _ => Self::Any,
        }
    }
}

/// Whether the property of this name holds bytes where it is in base64, not a text that somebody wrapped so.
pub(super) fn holds_bytes(name: &str) -> bool {
    matches!(name, "PHOTO" | "LOGO" | "SOUND" | "KEY" | "ATTACH")
        || Shape::named(name) == Shape::Any
}

/// Types of values that are no texts.
const RAW_TYPES: [&str; 15] = [
    "URI",
    "URL",
    "DATE",
    "DATE-TIME",
    "DATE-AND-OR-TIME",
    "TIME",
    "TIMESTAMP",
    "DURATION",
    "PERIOD",
    "RECUR",
    "UTC-OFFSET",
    "INTEGER",
    "BOOLEAN",
    "FLOAT",
    "CAL-ADDRESS",
];
