//! The datastores and every name a phone has for them (field quirk P31).
//!
//! A name is taken as the phones write it: with or without `./`, absolute, with a drive, with CGI options behind
//! `?`; answers echo its spelling. Source: SyncML Sync Protocol 1.1, section 2.6.2; REQ-ADDR-1.

use super::filters::is_option;
use crate::ids::{BadName, CollectionId, DatastoreId};
use crate::pim;
use crate::sync::View;

/// One datastore of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datastore {
    /// Our name for it: the URI without `./`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The collections behind it.
    pub collections: &'static [&'static str],
    /// Whether its items may lie in folders, which are items of it too.
    pub tree: bool,
    /// Media types and versions it takes and gives, the preferred one first.
    pub types: &'static [(&'static str, &'static str)],
    /// What else phones call it, normalised by [`normalise`].
    aliases: &'static [&'static str],
}

const CARDS: &[(&str, &str)] = &[("text/vcard", "3.0"), ("text/x-vcard", "2.1")];
const CALENDARS: &[(&str, &str)] = &[("text/calendar", "2.0"), ("text/x-vcalendar", "1.0")];
const FILES: &[(&str, &str)] = &[
    ("application/vnd.omads-file+xml", "1.2"),
    (pim::FOLDER, "1.2"),
];
const MAILS: &[(&str, &str)] = &[
    ("application/vnd.omads-email+xml", "1.2"),
    ("message/rfc822", "1.0"),
    (pim::FOLDER, "1.2"),
];
const NOTES: &[(&str, &str)] = &[("text/plain", "1.0"), ("text/x-vnote", "1.1")];

/// Every datastore.
pub const DATASTORES: &[Datastore] = &[
    Datastore {
        name: "contacts",
        title: "Contacts",
        collections: &["contacts"],
        tree: false,
        types: CARDS,
        aliases: &[
            "contact",
            "card",
            "cards",
            "scard",
            "vcard",
            "addressbook",
            "address",
            "addr",
            "phonebook",
            "pb",
            "people",
            "con",
            "dev-contacts",
            "c/system/data/contacts.cdb",
            "system/data/contacts.cdb",
            "contacts.cdb",
            "sifc",
            "telecom/pb.vcf",
            "pb.vcf",
        ],
    },
    Datastore {
        name: "calendar",
        title: "Calendar",
        collections: &["calendar"],
        tree: false,
        types: CALENDARS,
        aliases: &[
            "cal",
            "scal",
            "vcal",
            "event",
            "events",
            "appointment",
            "appointments",
            "schedule",
            "dev-calendar",
            "sife",
            "calendars",
            "telecom/cal.vcs",
            "cal.vcs",
        ],
    },
    Datastore {
        name: "tasks",
        title: "Tasks",
        collections: &["tasks"],
        tree: false,
        types: CALENDARS,
        aliases: &[
            "task", "stask", "todo", "todos", "vtodo", "to-do", "jobs", "sift",
        ],
    },
    Datastore {
        name: "notes",
        title: "Notes",
        collections: &["notes"],
        tree: false,
        types: NOTES,
        aliases: &[
            "note",
            "snote",
            "memo",
            "memos",
            "notepad",
            "srv_note",
            "sifn",
            "text",
            "plain",
            "vnote",
            "c/system/data/notepad.dat",
            "notepad.dat",
            "telecom/nt.vnt",
            "nt.vnt",
        ],
    },
    Datastore {
        name: "agenda",
        title: "Calendar and tasks",
        collections: &["calendar", "tasks"],
        tree: false,
        types: CALENDARS,
        aliases: &[
            "calendar+tasks",
            "caltask",
            "caltasks",
            "eventtask",
            "pim",
            "organizer",
            "c/system/data/calendar",
            "system/data/calendar",
            "c/documents/agenda/agenda",
            "documents/agenda/agenda",
            "agenda/agenda",
        ],
    },
    Datastore {
        name: "files",
        title: "Files",
        collections: &["files"],
        tree: true,
        types: FILES,
        aliases: &["file", "sfile", "filesystem", "fs", "briefcase"],
    },
    Datastore {
        name: "email",
        title: "Mail",
        collections: &["email"],
        tree: true,
        types: MAILS,
        aliases: &[
            "emails", "e-mail", "semail", "mail", "mails", "smail", "mailbox",
        ],
    },
];

/// The datastore a device means.
#[must_use]
pub fn find(uri: &str) -> Option<&'static Datastore> {
    // The name of a datastore is no path: whoever climbs in it means something else.
    if uri.split(['/', '\\']).any(climbs) {
        return None;
    }
    let name = normalise(uri);
    let called = |name: &str| {
        DATASTORES
            .iter()
            .find(|store| store.name == name || store.aliases.contains(&name))
    };
    let segments = || name.split('/').filter(|segment| !segment.is_empty());
    called(&name)
        .or_else(|| segments().next_back().and_then(called))
        .or_else(|| segments().next().and_then(called))
}

fn climbs(segment: &str) -> bool {
    segment == ".." || segment.eq_ignore_ascii_case("%2e%2e")
}

/// A name without what varies: scheme and host, `./`, drive colon, backslashes, CGI part, options behind it,
/// slashes at the ends, case.
#[must_use]
pub fn normalise(uri: &str) -> String {
    let uri = uri.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    let uri = uri.split('?').next().unwrap_or_default();
    let path = match uri.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => uri,
    };
    let path = path.replace('\\', "/").to_lowercase();
    let mut path = path.trim_start_matches("./").trim_matches('/');
    while let Some((before, _)) = path.rsplit_once('/').filter(|(_, last)| is_option(last)) {
        path = before;
    }
    match path.split_once(":/") {
        Some((drive, rest)) if drive.len() == 1 => format!("{drive}/{rest}"),
        Some(_) | None => path.to_owned(),
    }
}

impl Datastore {
    /// What the engine calls it.
    ///
    /// # Errors
    /// Never for the tables above; [`BadName`] when one of their names were none.
    pub fn view(&self) -> Result<View, BadName> {
        let collections = self
            .collections
            .iter()
            .map(|name| CollectionId::parse(name));
        Ok(View {
            datastore: DatastoreId::parse(self.name)?,
            collections: collections.collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datastore_is_found_under_every_name_of_the_field() {
        let rows = [
            ("contacts", "contacts"),
            ("./contacts", "contacts"),
            ("./Contacts/", "contacts"),
            ("card", "contacts"),
            ("./card", "contacts"),
            ("scard", "contacts"),
            ("addressbook", "contacts"),
            ("./contacts/james_bond", "contacts"),
            ("./contacts?CATEGORY&iCON;Family", "contacts"),
            ("http://a.example:8080/sync/contacts", "contacts"),
            (r"./C\System\Data\Contacts.cdb", "contacts"),
            (r"c:\System\Data\Contacts.cdb", "contacts"),
            ("cal", "calendar"),
            ("event", "calendar"),
            ("./calendar/james", "calendar"),
            (
                "http://a.example/sync/calendar/dr(-30,90)/max(9)",
                "calendar",
            ),
            ("todo", "tasks"),
            ("stask", "tasks"),
            ("memo", "notes"),
            ("./notes ", "notes"),
            (r"./C\System\Data\Calendar", "agenda"),
            (r"c:\Documents\agenda\agenda", "agenda"),
            ("agenda", "agenda"),
            ("./briefcase", "files"),
            ("./Mail", "email"),
        ];
        for (uri, name) in rows {
            assert_eq!(find(uri).map(|store| store.name), Some(name), "{uri}");
        }
    }

    #[test]
    fn an_unknown_name_is_no_datastore() {
        for uri in [
            "",
            "./",
            "bookmarks",
            "http://a.example",
            "http://a.example/sync",
        ] {
            assert_eq!(find(uri), None, "{uri}");
        }
    }

    #[test]
    fn no_alias_names_two_datastores_and_every_one_is_normalised() {
        let mut seen = std::collections::HashSet::new();
        for store in DATASTORES {
            assert!(store.view().is_ok());
            for name in store.aliases.iter().chain([&store.name]) {
                assert!(seen.insert(*name), "{name} twice");
                assert_eq!(normalise(name), *name);
            }
        }
    }
}
