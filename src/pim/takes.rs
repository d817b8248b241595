//! What a device takes into one datastore, and through which lens it sees each item there.
//!
//! An item goes out as it is stored to a device that takes its type and holds all of it; any other device gets it in the
//! first of its own types that can say what the item is. What comes back is laid beside what the device was shown, so
//! that what it cannot hold outlives its edits ([`super::lens`]).

mod merge;

use std::borrow::Cow;

use super::lens::caps::Caps;
use super::lens::quirks::ContactQuirks;
use super::lens::{Applied, Form, Lens};
use super::model::Version;
use super::{ICALENDAR, Kind, VCALENDAR, VCARD_2, VCARD_3, VNOTE, digest, kind, line};
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
            Kind::Event | Kind::Task | Kind::Folder | Kind::File | Kind::Mail | Kind::Other => {
                false
            }
        }
    }

    /// Whether an item of this very type may look different through the lens.
    fn changes(&self) -> bool {
        let is_understood = self.says(Kind::Contact) || self.says(Kind::Note);
        is_understood
            && (self.lens.caps.is_some()
                || self.lens.charset.is_some()
                || self.lens.contact != ContactQuirks::default())
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
        let seen = self.0.iter().filter(|taken| taken.changes());
        let told: Vec<_> = seen
            .map(|taken| {
                let Lens {
                    caps,
                    contact,
                    charset,
                    ..
                } = &taken.lens;
                let charset = charset.map(encoding_rs::Encoding::name);
                serde_json::json!([taken.media_type, taken.version, caps, contact, charset])
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
        let Some(lens) = self.lens(stored) else {
            return Cow::Borrowed(stored);
        };
        let is_taken = self.takes(stored).is_some();
        if is_taken && lens.holds_all(stored) {
            // Byte for byte.
            return Cow::Borrowed(stored);
        }
        let shown = lens.render(stored);
        if is_taken && says_all(lens, &shown, stored) {
            return Cow::Borrowed(stored);
        }
        Cow::Owned(shown)
    }

    /// A new item of the device, as it is stored: as it came, but for the habits of the device.
    #[must_use]
    pub fn stored(&self, sent: Content) -> Content {
        let came = self.takes(&sent);
        match came.filter(|taken| {
            taken.lens.contact != ContactQuirks::default() || taken.lens.charset.is_some()
        }) {
            Some(taken) => taken.lens.canonical(&sent),
            None => sent,
        }
    }

    /// The item as it is now with the edits of a device that sent it back: `None` where the device sees all of it, so
    /// that what it sent is the item. Where it `had` no version of it, nothing is taken as cleared.
    #[must_use]
    pub fn made_whole(&self, sent: &Content, now: &Content, had: bool) -> Option<Content> {
        let lens = self.lens(now)?;
        if matches!(self.shows(now), Cow::Borrowed(_)) {
            return None;
        }
        Some(match lens.apply_edits(had.then_some(now), now, sent) {
            Applied::Unchanged => now.clone(),
            Applied::Edited(item) | Applied::Merged(item) => item,
            Applied::Conflict { theirs, .. } => theirs,
        })
    }
}

/// Whether nothing of an item is lost on a device without habits: then it goes out byte for byte.
fn says_all(lens: &Lens, shown: &Content, stored: &Content) -> bool {
    let plain = Lens::of(lens.form);
    lens.contact == ContactQuirks::default()
        && lens.charset.is_none()
        && digest(&plain.canonical(shown)) == digest(&plain.canonical(stored))
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
        (SIF_CONTACT | SIF_NOTE, _) => Form::Sif,
        _ => Form::AsStored,
    }
}

/// What a [`Takes::mark`] begins with: it may stand behind a list of types.
pub const MARK: &str = " ~";

const TEXT: &str = "text/plain";
const SIF_CONTACT: &str = "text/x-s4j-sifc";
const SIF_NOTE: &str = "text/x-s4j-sifn";

/// Types that can be turned into one another.
const FAMILIES: [&[&str]; 2] = [&[VCARD_2, VCARD_3, SIF_CONTACT], &[TEXT, VNOTE, SIF_NOTE]];

#[cfg(test)]
mod tests {
    use super::super::lens::caps::Capability;
    use super::*;

    const STRONG: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Jane;;;\r\nFN:Jane Doe\r\nTEL;TYPE=CELL:1\r\nNOTE:hi\r\nEND:VCARD\r\n";

    fn content(media_type: &str, body: &str) -> Content {
        Content {
            media_type: MediaType::new(media_type),
            body: body.into(),
        }
    }

    fn holds(names: &[&str]) -> Caps {
        Caps {
            properties: names.iter().map(|name| Capability::named(name)).collect(),
        }
    }

    fn takes(media_type: &str, version: &str, caps: impl Into<Option<Caps>>) -> Takes {
        let lens = Lens {
            caps: caps.into(),
            ..Lens::default()
        };
        Takes::new(vec![Taken::new(MediaType::new(media_type), version, lens)])
    }

    #[test]
    fn a_device_that_holds_all_of_an_item_is_sent_its_bytes() {
        let stored = content(VCARD_3, STRONG);
        let lens = Lens {
            caps: Some(holds(&["N", "FN", "TEL", "NOTE"])),
            ..Lens::of(Form::Lines(Version::Card30))
        };
        // What says nothing is no reason to write an item anew.
        let empty = STRONG.replace("NOTE", "GEO:;\r\nROLE:\r\nNOTE");
        assert!(lens.holds_all(&content(VCARD_3, &empty)));
        assert!(!lens.holds_all(&content(VCARD_3, &empty.replace("ROLE:", "ROLE:cook"))));
        for device in [
            Takes::default(),
            takes(VCARD_3, "3.0", None),
            takes(VCARD_3, "", holds(&["N", "FN", "TEL", "NOTE"])),
        ] {
            assert!(matches!(device.shows(&stored), Cow::Borrowed(_)));
            assert_eq!(device.made_whole(&stored, &stored, true), None);
            assert_eq!(device.stored(stored.clone()), stored);
        }
    }

    #[test]
    fn a_device_that_takes_another_type_is_sent_that() {
        let stored = content(VCARD_3, STRONG);
        let shown = takes(VCARD_2, "2.1", None).shows(&stored).into_owned();
        assert_eq!(shown.media_type.as_str(), VCARD_2);
        assert!(
            String::from_utf8(shown.body)
                .unwrap()
                .contains("TEL;CELL:1")
        );
        let shown = takes(VCARD_3, "4.0", None).shows(&stored).into_owned();
        assert!(
            String::from_utf8(shown.body)
                .unwrap()
                .contains("VERSION:4.0")
        );
        let event = content(
            ICALENDAR,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
        );
        assert_eq!(*takes(VCARD_2, "2.1", None).shows(&event), event);
    }

    #[test]
    fn what_a_device_cannot_hold_outlives_its_edits_and_what_it_never_had_is_not_cleared() {
        let stored = content(VCARD_3, STRONG);
        let weak = takes(VCARD_2, "2.1", holds(&["N", "TEL", "TITLE"]));
        let sent = content(
            VCARD_2,
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Doe;Jane\r\nTITLE:Dr\r\nEND:VCARD\r\n",
        );
        let edited = |had| {
            let whole = weak.made_whole(&sent, &stored, had).unwrap();
            String::from_utf8(whole.body).unwrap()
        };
        let cleared = edited(true);
        assert!(cleared.contains("NOTE:hi") && cleared.contains("TITLE:Dr"));
        assert!(!cleared.contains("TEL"), "{cleared}");
        let met = edited(false);
        assert!(met.contains("TEL") && met.contains("TITLE:Dr"), "{met}");
    }

    #[test]
    fn all_that_can_be_turned_into_a_type_reaches_the_device_that_takes_it() {
        let names = |types: &[&str]| {
            let types: Vec<_> = types.iter().map(|name| MediaType::new(name)).collect();
            let all = reachable(&types);
            all.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names(&[VCARD_2]), [VCARD_3, SIF_CONTACT, VCARD_2]);
        assert_eq!(
            names(&[TEXT, "image/png"]),
            ["image/png", TEXT, SIF_NOTE, VNOTE]
        );
        assert_eq!(names(&[]), Vec::<String>::new());
    }

    #[test]
    fn the_mark_of_a_device_changes_with_what_it_holds() {
        assert_eq!(takes(VCARD_2, "2.1", None).mark(), "");
        let one = takes(VCARD_2, "2.1", holds(&["N"])).mark();
        let other = takes(VCARD_2, "2.1", holds(&["N", "TEL"])).mark();
        assert!(one.starts_with(MARK) && one != other);
    }
}
