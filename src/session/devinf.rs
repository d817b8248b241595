//! Our own device information, and what we read out of a device's.
//!
//! Every datastore is listed under the name that the device uses for it (REQ-FIELD-2, field quirk P16). What is said
//! of content is generous: items are kept as they come, so every property is taken. Source: `DevInf` 1.2.

use super::datastores::{self, DATASTORES, Datastore};
use crate::codec::{Encoding, Version};
use crate::item::MediaType;
use crate::message::DevInf;
use crate::message::devinf::{ContentType, CtCap, DataStore, Property};
use crate::pim;
use crate::pim::takes::reachable;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Every property of every type.
    Full,
    /// Types only: for a device whose messages are too small for more.
    Brief,
}

/// The media type of device information in this spelling.
#[must_use]
pub const fn media_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Xml => "application/vnd.syncml-devinf+xml",
        Encoding::Wbxml => "application/vnd.syncml-devinf+wbxml",
    }
}

/// The name of the object in this version.
#[must_use]
pub const fn object_name(version: Version) -> &'static str {
    match version {
        Version::V10 => "./devinf10",
        Version::V11 => "./devinf11",
        Version::V12 => "./devinf12",
    }
}

/// Our device information, for a device that calls our datastores by these names; with `trees`, it is told of folders.
#[must_use]
pub fn server(
    server_id: &str,
    version: Version,
    spelled: &[&str],
    trees: bool,
    detail: Detail,
) -> DevInf {
    let mut stores: Vec<(String, &Datastore)> = spelled
        .iter()
        .filter_map(|name| datastores::find(name).map(|store| ((*name).to_owned(), store)))
        .collect();
    if stores.is_empty() {
        stores = DATASTORES
            .iter()
            .map(|store| (format!("./{}", store.name), store))
            .collect();
    }
    let mut types: Vec<(&str, &str)> = stores
        .iter()
        .flat_map(|(_, store)| types_of(store, trees))
        .collect();
    types.sort_unstable();
    types.dedup();
    let outside = version < Version::V12 && detail == Detail::Full;
    DevInf {
        ver_dtd: version.as_str().to_owned(),
        man: Some("Anchorage".to_owned()),
        model: Some("Anchorage".to_owned()),
        fw_v: Some("-".to_owned()),
        sw_v: Some(env!("CARGO_PKG_VERSION").to_owned()),
        hw_v: Some("-".to_owned()),
        dev_id: server_id.to_owned(),
        dev_typ: "server".to_owned(),
        utc: true,
        large_objects: true,
        number_of_changes: true,
        datastores: stores
            .iter()
            .map(|(name, store)| datastore(name, store, version, trees, detail))
            .collect(),
        ct_caps: if outside {
            types.into_iter().map(|of| ct_cap(of, &[])).collect()
        } else {
            Vec::new()
        },
        ..DevInf::default()
    }
}

/// The types of a datastore; a folder is one for those alone who know folders.
fn types_of(
    store: &Datastore,
    trees: bool,
) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let types = store.types.iter().copied();
    types.filter(move |(name, _)| trees || *name != pim::FOLDER)
}

fn datastore(
    name: &str,
    store: &Datastore,
    version: Version,
    trees: bool,
    detail: Detail,
) -> DataStore {
    let types: Vec<_> = types_of(store, trees).map(content_type).collect();
    let preferred = types.first().cloned();
    let others: Vec<_> = types.into_iter().skip(1).collect();
    let inside = version == Version::V12 && detail == Detail::Full;
    // Folders and filters do not go together.
    let (filter_rx, filter_caps) = if version == Version::V12 && !(trees && store.tree) {
        super::filters::caps(store, detail)
    } else {
        (Vec::new(), Vec::new())
    };
    DataStore {
        source_ref: name.to_owned(),
        display_name: Some(store.title.to_owned()),
        rx_pref: preferred.clone(),
        rx: others.clone(),
        tx_pref: preferred,
        tx: others,
        ct_caps: if inside {
            types_of(store, trees)
                .map(|of| ct_cap(of, store.collections))
                .collect()
        } else {
            Vec::new()
        },
        hierarchical: trees && store.tree,
        sync_types: ["1", "2", "3", "4", "5", "6", "7"]
            .map(str::to_owned)
            .to_vec(),
        filter_rx,
        filter_caps,
        ..DataStore::default()
    }
}

fn content_type((ct_type, ver_ct): (&str, &str)) -> ContentType {
    ContentType {
        ct_type: ct_type.to_owned(),
        ver_ct: ver_ct.to_owned(),
    }
}

/// What we take of one type: everything, by name and by `X-*`.
fn ct_cap(of: (&str, &str), collections: &[&str]) -> CtCap {
    let (ct_type, version) = of;
    let properties = match ct_type {
        "text/vcard" | "text/x-vcard" => {
            let fixed = [
                ("BEGIN", vec!["VCARD"]),
                ("END", vec!["VCARD"]),
                ("VERSION", vec![version]),
            ];
            fixed
                .into_iter()
                .map(|(name, values)| enumerated(name, &values))
                .chain(cards())
                .collect()
        }
        "text/calendar" | "text/x-vcalendar" => {
            let mut parts = vec!["VCALENDAR"];
            if collections.is_empty() || collections.contains(&"calendar") {
                parts.push("VEVENT");
            }
            if collections.is_empty() || collections.contains(&"tasks") {
                parts.push("VTODO");
            }
            let fixed = [
                ("BEGIN", parts.clone()),
                ("END", parts),
                ("VERSION", vec![version]),
            ];
            let names = CALENDAR.split_ascii_whitespace().map(plain);
            fixed
                .into_iter()
                .map(|(name, values)| enumerated(name, &values))
                .chain(names)
                .collect()
        }
        "text/x-vnote" => NOTE.split_ascii_whitespace().map(plain).collect(),
        // The model needs a property, and plain text has none.
        _ => vec![plain("")],
    };
    CtCap {
        content: content_type(of),
        properties,
        ..CtCap::default()
    }
}

/// Property names of vCard 2.1 and 3.0 and the extensions seen in the field.
const CARD: &str = "N FN NICKNAME PHOTO BDAY LABEL MAILER TZ GEO TITLE ROLE LOGO AGENT ORG CATEGORIES NOTE \
    PRODID REV SORT-STRING SOUND UID CLASS KEY CALURI FBURL IMPP X-EVOLUTION-FILE-AS X-ABLabel X-*";
/// Property names of vCalendar 1.0 and iCalendar 2.0.
const CALENDAR: &str = "PRODID METHOD CALSCALE TZ DAYLIGHT GEO ATTACH ATTENDEE AALARM DALARM MALARM PALARM CATEGORIES \
    CLASS COMMENT CONTACT CREATED DCREATED COMPLETED DESCRIPTION DTSTAMP DTSTART DTEND DUE DURATION EXDATE EXRULE \
    LAST-MODIFIED LOCATION ORGANIZER PERCENT-COMPLETE PRIORITY RDATE RECURRENCE-ID RELATED-TO REQUEST-STATUS RESOURCES \
    RNUM RRULE SEQUENCE STATUS SUMMARY TRANSP UID URL X-*";
/// Property names of vNote 1.1.
const NOTE: &str = "BODY SUMMARY CATEGORIES CLASS DCREATED LAST-MODIFIED X-IRMC-LUID X-*";
const TEL_TYPES: &[&str] = &[
    "PREF", "WORK", "HOME", "VOICE", "FAX", "MSG", "CELL", "PAGER", "BBS", "MODEM", "CAR", "ISDN",
    "VIDEO", "X-*",
];
const PLACE_TYPES: &[&str] = &["DOM", "INTL", "POSTAL", "PARCEL", "HOME", "WORK", "PREF"];
const EMAIL_TYPES: &[&str] = &["PREF", "INTERNET", "X400", "HOME", "WORK"];

fn cards() -> impl Iterator<Item = Property> {
    let typed = [
        ("TEL", TEL_TYPES),
        ("EMAIL", EMAIL_TYPES),
        ("ADR", PLACE_TYPES),
        ("URL", PLACE_TYPES),
    ];
    let typed = typed.into_iter().map(|(name, values)| Property {
        name: name.to_owned(),
        params: vec![enumerated("TYPE", values)],
        ..Property::default()
    });
    CARD.split_ascii_whitespace().map(plain).chain(typed)
}

fn plain(name: &str) -> Property {
    Property {
        name: name.to_owned(),
        ..Property::default()
    }
}

fn enumerated(name: &str, values: &[&str]) -> Property {
    let val_enum = values.iter().map(|value| (*value).to_owned()).collect();
    Property {
        name: name.to_owned(),
        val_enum,
        ..Property::default()
    }
}

/// The media types of the items that reach a device in one of its datastores: those it takes, and those that can be
/// turned into them. Empty when it does not say.
#[must_use]
pub fn taken(devinf: &DevInf, theirs: &str) -> Vec<MediaType> {
    let name = datastores::normalise(theirs);
    let store = devinf
        .datastores
        .iter()
        .find(|store| datastores::normalise(&store.source_ref) == name);
    let Some(store) = store else {
        return Vec::new();
    };
    let mut types: Vec<_> = store
        .rx_pref
        .iter()
        .chain(&store.rx)
        .flat_map(kept_as)
        .collect();
    types.sort_unstable();
    types.dedup();
    reachable(&types)
}

/// The types under which we keep what a device calls by this type and version: some say `text/x-vcard` of version 3.0.
pub(super) fn kept_as(content: &ContentType) -> Vec<MediaType> {
    let stated = MediaType::new(&content.ct_type);
    let version = content.ver_ct.trim();
    let by_version = match (stated.as_str(), version) {
        ("text/vcard" | "text/directory", "2.1") => Some("text/x-vcard"),
        ("text/x-vcard", "3.0") | ("text/directory", _) => Some("text/vcard"),
        ("text/x-vcalendar", "2.0") => Some("text/calendar"),
        ("text/calendar", "1.0") => Some("text/x-vcalendar"),
        _ => None,
    };
    by_version
        .map(MediaType::new)
        .into_iter()
        .chain([stated])
        .collect()
}

#[cfg(test)]
mod tests;
