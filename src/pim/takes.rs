//! What a device takes into one datastore, and through which lens it sees each item there.
//!
//! An item goes out as it is stored to a device that takes its type and holds all of it; any other device gets it in the
//! first of its own types that can say what the item is. What comes back is laid beside what the device was shown, so
//! that what it cannot hold outlives its edits ([`super::lens`]).

mod merge;
mod place;

use std::borrow::Cow;

use super::calendar::CalendarQuirks;
use super::lens::caps::Caps;
use super::lens::quirks::ContactQuirks;
use super::lens::{Applied, Form, Lens, Shown};
use super::model::Version;
use super::{ICALENDAR, Kind, VCALENDAR, VCARD_2, VCARD_3, VNOTE, kind, line};
use crate::item::{Content, MediaType};

pub use merge::Absent;

/// One type that a device takes, and how it sees items of that type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    media_type: MediaType,
    /// Its version as the device names it; empty where it names none.
    version: String,
    lens: Lens,
}

impl Taken {
    /// A type in a version, seen through this lens, whose form is that of the type.
    #[must_use]
    pub fn new(media_type: MediaType, version: &str, lens: Lens) -> Self {
        let version = version.trim().to_owned();
        let lens = Lens {
            form: form(&media_type, &version),
            caps: lens.caps.filter(Caps::is_telling),
            ..lens
        };
        Self {
            media_type,
            version,
            lens,
        }
    }

    /// Whether an item is in this type and version already.
    fn is_of(&self, content: &Content) -> bool {
        self.media_type == content.media_type
            && (self.version.is_empty()
                || line::version(&content.body)
                    .is_none_or(|version| version.trim_ascii() == self.version.as_bytes()))
    }

    /// Whether it can say what such an item is.
    fn says(&self, kind: Kind) -> bool {
        match kind {
            Kind::Contact => [VCARD_2, VCARD_3, SIF_CONTACT].contains(&self.media_type.as_str()),
            Kind::Note => [TEXT, VNOTE, SIF_NOTE].contains(&self.media_type.as_str()),
            Kind::Event => [VCALENDAR, ICALENDAR, SIF_EVENT].contains(&self.media_type.as_str()),
            Kind::Task => [VCALENDAR, ICALENDAR, SIF_TASK].contains(&self.media_type.as_str()),
            Kind::Folder | Kind::File | Kind::Mail | Kind::Other => false,
        }
    }

    /// Whether it is of events or of tasks.
    fn is_agenda(&self) -> bool {
        self.says(Kind::Event) || self.says(Kind::Task)
    }

    /// Whether the device has items of this type like nobody else, so that a new one is not stored as it came.
    fn has_habits(&self) -> bool {
        let lens = &self.lens;
        if !self.is_agenda() {
            return lens.contact != ContactQuirks::default() || lens.charset.is_some();
        }
        // iCalendar says of each time on whose clock it is.
        let is_on_its_clock = self.media_type.as_str() != ICALENDAR && lens.zone.is_some();
        lens.calendar != CalendarQuirks::default() || lens.charset.is_some() || is_on_its_clock
    }

    /// Whether an item of this very type may look different through the lens.
    fn changes(&self) -> bool {
        let is_understood = self.is_agenda() || self.says(Kind::Contact) || self.says(Kind::Note);
        let is_odd = self.is_agenda() && (self.lens.zone.is_some() || self.lens.spells_oddly());
        is_understood && (self.lens.caps.is_some() || self.has_habits() || is_odd)
    }
}

/// What a device takes into one datastore. The default is everything, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Takes(Vec<Taken>);

impl Takes {
    /// These types, the preferred one first.
    #[must_use]
    pub fn new(types: Vec<Taken>) -> Self {
        Self(types)
    }

    /// Whether every item is seen as it is stored.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// How the device sees items, as a short text that changes with it; empty where it sees them as they are stored.
    #[must_use]
    pub fn mark(&self) -> String {
        let seen = self
            .0
            .iter()
            .filter(|taken| taken.changes() || (taken.is_agenda() && !taken.lens.utc));
        let told: Vec<_> = seen
            .map(|taken| {
                let Lens {
                    caps,
                    contact,
                    charset,
                    calendar,
                    zone,
                    utc,
                    ..
                } = &taken.lens;
                let charset = charset.map(encoding_rs::Encoding::name);
                let (of, version) = (&taken.media_type, &taken.version);
                if taken.is_agenda() {
                    let spelling = taken.lens.spells_oddly().then_some(contact);
                    serde_json::json!([of, version, caps, calendar, charset, zone, utc, spelling])
                } else {
                    serde_json::json!([of, version, caps, contact, charset])
                }
            })
            .collect();
        if told.is_empty() {
            return String::new();
        }
        let text = serde_json::Value::from(told).to_string();
        format!("{MARK}{:x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
    }

    /// The lens for an item; `None`: the device sees it as it is stored.
    fn lens(&self, content: &Content) -> Option<&Lens> {
        if let Some(taken) = self.takes(content) {
            return Some(&taken.lens).filter(|_| taken.changes());
        }
        let kind = kind(content);
        self.0
            .iter()
            .find(|taken| taken.says(kind))
            .map(|taken| &taken.lens)
    }

    /// The type in which it takes an item as it is.
    fn takes(&self, content: &Content) -> Option<&Taken> {
        self.0.iter().find(|taken| taken.is_of(content))
    }

    /// The item as the device is sent it.
    #[must_use]
    pub fn shows<'a>(&self, stored: &'a Content) -> Cow<'a, Content> {
        match self.lens(stored) {
            None => Cow::Borrowed(stored),
            Some(lens) if !self.may_be_whole(stored, lens) => Cow::Owned(lens.render(stored)),
            Some(_) => match self.through(stored) {
                None | Some((_, None)) => Cow::Borrowed(stored),
                Some((_, Some(shown))) => Cow::Owned(shown.into_content()),
            },
        }
    }

    /// Whether nothing of an item may be lost: the device takes its type and has no habits.
    fn may_be_whole(&self, stored: &Content, lens: &Lens) -> bool {
        self.takes(stored).is_some() && lens.has_no_habits(stored)
    }

    /// The lens for an item and what is seen through it; `None`: all of it, byte for byte.
    fn through(&self, stored: &Content) -> Option<(&Lens, Option<Shown>)> {
        let lens = self.lens(stored)?;
        let may_be_whole = self.may_be_whole(stored, lens);
        if may_be_whole && lens.lists_all(stored) {
            return None;
        }
        let shown = lens.sight(stored);
        let sees_all = |shown: &Shown| lens.sees_all(shown, stored);
        if may_be_whole && shown.as_ref().is_none_or(sees_all) {
            return None;
        }
        Some((lens, shown))
    }

    /// A new item of the device, as it is stored: as it came, but for the habits of the device.
    #[must_use]
    pub fn stored(&self, sent: Content) -> Content {
        let came = self.takes(&sent);
        match came.filter(|taken| taken.has_habits()) {
            Some(taken) => taken.lens.canonical(&sent),
            None => sent,
        }
    }

    /// The item as it is now with the edits of a device that sent it back: `None` where the device sees all of it, so
    /// that what it sent is the item. Where it `had` no version of it, nothing is taken as cleared.
    #[must_use]
    pub fn made_whole(&self, sent: &Content, now: &Content, had: bool) -> Option<Content> {
        let (lens, shown) = self.through(now)?;
        let applied = shown
            .and_then(|shown| lens.edits(&shown, None, !had, sent))
            .unwrap_or_else(|| lens.apply_edits(had.then_some(now), now, sent));
        Some(match applied {
            Applied::Unchanged => now.clone(),
            Applied::Edited(item) | Applied::Merged(item) => item,
            Applied::Conflict { theirs, .. } => theirs,
        })
    }
}

/// All types whose items reach a device that takes these: the same, and those that can be turned into one of them.
#[must_use]
pub fn reachable(types: &[MediaType]) -> Vec<MediaType> {
    let mut all = types.to_vec();
    for family in FAMILIES {
        if types.iter().any(|taken| family.contains(&taken.as_str())) {
            all.extend(family.iter().map(|name| MediaType::new(name)));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn form(media_type: &MediaType, version: &str) -> Form {
    match (media_type.as_str(), version) {
        (VCARD_2, _) => Form::Lines(Version::Card21),
        (VCARD_3, "4.0") => Form::Lines(Version::Card40),
        (VCARD_3, _) => Form::Lines(Version::Card30),
        (VNOTE, _) => Form::Lines(Version::Note11),
        (VCALENDAR, _) => Form::Lines(Version::Calendar10),
        (ICALENDAR, _) => Form::Lines(Version::Calendar20),
        (TEXT, _) => Form::Text,
        (SIF_CONTACT | SIF_NOTE | SIF_EVENT | SIF_TASK, _) => Form::Sif,
        _ => Form::AsStored,
    }
}

/// What a [`Takes::mark`] begins with: it may stand behind a list of types.
pub const MARK: &str = " ~";

const TEXT: &str = "text/plain";
const SIF_CONTACT: &str = "text/x-s4j-sifc";
const SIF_NOTE: &str = "text/x-s4j-sifn";
const SIF_EVENT: &str = "text/x-s4j-sife";
const SIF_TASK: &str = "text/x-s4j-sift";

/// Types that can be turned into one another; events and tasks have two types in common.
const FAMILIES: [&[&str]; 4] = [
    &[VCARD_2, VCARD_3, SIF_CONTACT],
    &[TEXT, VNOTE, SIF_NOTE],
    &[VCALENDAR, ICALENDAR, SIF_EVENT],
    &[VCALENDAR, ICALENDAR, SIF_TASK],
];

#[cfg(test)]
mod tests;
