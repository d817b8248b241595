//! A device of a history: the virtual device, what its user was shown, and the session it is in.

use std::collections::{BTreeMap, BTreeSet};

use anchorage::client::{
    Datastore, Device, Dialogue, Exchange, Login, Maps, Mode, Opening, Profile, Resume, Scheme,
};
use anchorage::codec::{Encoding, Version};
use anchorage::ids::{DeviceId, Luid, UserName};
use anchorage::message::devinf::ContentType;
use anchorage::pim::filter::Rule;

use crate::body::{self, Sort};
use crate::card;
use crate::chance::Chance;
use crate::dial::Dial;
use crate::glass::Glass;
use crate::lore::Lore;
use crate::model::Seen;
use crate::server;

/// What a history is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Contacts, calendars, tasks, notes.
    Lists,
    /// Folders and files, beside devices that know no folders.
    Trees,
    /// Contacts and notes on devices that hold different fields of them, in different versions.
    Lenses,
    /// Events on devices that live in different zones, and hold different fields in different versions.
    Agendas,
    /// Tasks on such devices.
    Tasks,
    /// Contacts on devices that cut and drop without a word, some of them entered by hand on two devices.
    Silent,
}

const FILE: &str = "application/vnd.omads-file+xml";
const FOLDER: &str = "application/vnd.omads-folder+xml";

/// A datastore of a device: its name on both sides and what lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub local: &'static str,
    pub remote: &'static str,
    pub sorts: &'static [Sort],
}

pub const CONTACTS: Place = Place {
    local: "./c",
    remote: "contacts",
    sorts: &[Sort::Contact],
};
pub const CALENDAR: Place = Place {
    local: "./e",
    remote: "calendar",
    sorts: &[Sort::Event],
};
pub const TASKS: Place = Place {
    local: "./t",
    remote: "tasks",
    sorts: &[Sort::Task],
};
pub const NOTES: Place = Place {
    local: "./n",
    remote: "./notes",
    sorts: &[Sort::Note],
};
pub const AGENDA: Place = Place {
    local: "./a",
    remote: "agenda",
    sorts: &[Sort::Event, Sort::Task],
};

pub const FILES: Place = Place {
    local: "./f",
    remote: "files",
    sorts: &[Sort::Tree],
};

/// What a device remembers, its session aside.
#[derive(Debug, Clone)]
pub struct Life {
    pub device: Device,
    /// Everything that was ever shown under a name.
    pub seen: BTreeMap<(&'static str, Luid), Seen>,
    /// Datastores in which a slow sync would be no surprise.
    pub may_be_slow: BTreeSet<&'static str>,
    /// Datastores of which the server may have forgotten what the device holds.
    pub forgotten: BTreeSet<&'static str>,
    /// Items that its user took off it, with their datastores.
    pub away: BTreeSet<(&'static str, usize)>,
}

/// A device of one user.
#[derive(Debug)]
pub struct Phone {
    pub name: String,
    pub user: usize,
    pub life: Life,
    pub places: Vec<Place>,
    /// How it was before its last session.
    pub before: Option<Life>,
    pub session: Option<Session>,
    /// A session that another one took the place of, and which goes on all the same.
    pub older: Option<Session>,
    /// Datastores that the last session refreshed from the server: what was before is no past to go back to.
    pub refreshed: BTreeSet<&'static str>,
    /// What waited to be sent before the latest reply came.
    pub waiting: BTreeMap<&'static str, BTreeMap<Luid, bool>>,
    /// Datastores whose last session broke off.
    pub unsure: BTreeSet<&'static str>,
    /// Filters it ever had, with their datastores.
    pub wishes: Vec<(&'static str, Rule)>,
    /// Messages it sent, the latest last, with whether each opened a session.
    pub past: Vec<(Exchange, bool)>,
    /// It knows folders.
    pub keeps_trees: bool,
    /// How it sees its datastores, where devices see items differently.
    pub glasses: BTreeMap<&'static str, Glass>,
    /// Its clock, where items have times.
    pub dial: Option<Dial>,
}

/// A session that is not over.
#[derive(Debug)]
pub struct Session {
    pub dialogue: Dialogue,
    pub next: Exchange,
    pub asked: Vec<(&'static str, Mode)>,
    /// Messages delivered.
    pub messages: usize,
    /// The server answered, and not with a challenge.
    pub is_known: bool,
    /// How many sessions were over when it began.
    pub began: u64,
    /// Something was done to it that may end it.
    pub is_disturbed: bool,
}

impl Phone {
    pub fn new(
        name: &str,
        user: usize,
        account: &UserName,
        lore: Lore,
        chance: &mut Chance,
        theme: Theme,
    ) -> Self {
        let places = match theme {
            Theme::Lists => places(chance),
            Theme::Trees => vec![FILES],
            Theme::Lenses if chance.percent(30) => vec![CONTACTS, NOTES],
            Theme::Lenses | Theme::Silent => vec![CONTACTS],
            Theme::Agendas => vec![CALENDAR],
            Theme::Tasks => vec![TASKS],
        };
        let mut profile = profile(name, account, &places, chance);
        let mut glasses = BTreeMap::new();
        if matches!(theme, Theme::Lenses | Theme::Silent) {
            for (place, store) in places.iter().zip(&mut profile.datastores) {
                let glass = if theme == Theme::Silent && chance.percent(45) {
                    Glass::draw_silent(chance)
                } else {
                    Glass::draw(place.sorts[0], chance)
                };
                glass.put_on(store);
                glasses.insert(place.local, glass);
            }
            // What it holds it tells before it is sent anything.
            profile.puts_devinf = true;
        }
        let has_times = matches!(theme, Theme::Agendas | Theme::Tasks);
        let dial = has_times.then(|| Dial::draw(chance));
        if let Some(dial) = dial {
            for (place, store) in places.iter().zip(&mut profile.datastores) {
                let glass = Glass::draw_agenda(place.sorts[0], dial, chance);
                glass.put_on(store);
                glasses.insert(place.local, glass);
            }
            profile.utc = dial.takes_utc;
            profile.puts_devinf = true;
        }
        if theme == Theme::Trees && chance.percent(80) {
            profile.version = Version::V12;
            profile.puts_devinf = true;
            profile.datastores[0].hierarchical = true;
            profile.datastores[0].spells_out_deletes = chance.percent(50);
        }
        let keeps_trees = profile.datastores[0].hierarchical;
        if lore.large {
            profile.version = profile.version.max(Version::V11);
            profile.max_obj_size = Some(1_000_000);
        }
        profile.atomic = lore.commands && chance.percent(60);
        if lore.resumes {
            if chance.percent(80) {
                profile.version = Version::V12;
            }
            profile.resume = chance.one(&[
                Resume::Never,
                Resume::FromTheTop,
                Resume::WhereItBroke,
                Resume::WhereItBroke,
            ]);
        }
        Self {
            name: name.to_owned(),
            user,
            life: Life {
                device: Device::new(profile),
                seen: BTreeMap::new(),
                may_be_slow: places.iter().map(|place| place.local).collect(),
                forgotten: places.iter().map(|place| place.local).collect(),
                away: BTreeSet::new(),
            },
            refreshed: BTreeSet::new(),
            waiting: BTreeMap::new(),
            unsure: BTreeSet::new(),
            places,
            before: None,
            session: None,
            older: None,
            wishes: Vec::new(),
            past: Vec::new(),
            keeps_trees,
            glasses,
            dial,
        }
    }

    /// What is shown now, datastore by datastore.
    pub fn shown(&self, local: &str) -> Vec<(Luid, body::Mark)> {
        let store = self.life.device.store(local).unwrap();
        store
            .items()
            .map(|(luid, content)| (luid.clone(), body::mark(&content.body)))
            .collect()
    }

    /// The user looks at everything.
    pub fn look(&mut self) {
        for place in self.places.clone() {
            let fields = self.glasses.contains_key(place.local);
            for (luid, mark) in self.shown(place.local) {
                let item = fields.then(|| self.life.device.store(place.local)?.get(&luid));
                let read = item.flatten().and_then(|item| card::read(&item.body).ok());
                let seen = self.life.seen.entry((place.local, luid)).or_default();
                seen.insert(mark.edit);
                seen.extend(read.iter().flat_map(card::Read::edits));
            }
        }
    }

    /// Whether the server may not know what it has: a session is under way, or broke off.
    pub fn is_unsure(&self, local: &str) -> bool {
        self.session.is_some() || self.unsure.contains(local)
    }

    /// What waits to be sent, with whether it is a deletion.
    pub fn pending(&self, local: &'static str) -> BTreeMap<Luid, bool> {
        let store = self.life.device.store(local).unwrap();
        let is_delete = |kind| kind == anchorage::message::ChangeKind::Delete;
        store
            .pending()
            .map(|(luid, pending)| (luid.clone(), is_delete(pending.kind)))
            .collect()
    }
}

fn places(chance: &mut Chance) -> Vec<Place> {
    let calendars: &[&[Place]] = &[
        &[],
        &[],
        &[AGENDA],
        &[CALENDAR],
        &[TASKS],
        &[CALENDAR, TASKS],
    ];
    let mut places = chance.one(calendars).to_vec();
    if chance.percent(50) {
        places.push(CONTACTS);
    }
    if places.is_empty() || chance.percent(15) {
        places.push(NOTES);
    }
    places
}

fn profile(name: &str, account: &UserName, places: &[Place], chance: &mut Chance) -> Profile {
    let id = DeviceId::parse(name).unwrap();
    let mut profile = Profile::new(server::ENDPOINT, id, account.clone(), server::PASSWORD);
    profile.version = chance.one(&[Version::V10, Version::V11, Version::V12]);
    profile.encoding = chance.one(&[Encoding::Xml, Encoding::Wbxml]);
    profile.scheme = chance.one(&[Scheme::Basic, Scheme::Md5, Scheme::Mac]);
    profile.login = chance.one(&[Login::Unasked, Login::Unasked, Login::WhenAsked]);
    profile.opening = chance.one(&[Opening::Separate, Opening::Separate, Opening::Combined]);
    profile.maps = chance.one(&[Maps::AtOnce, Maps::AtOnce, Maps::NextSession]);
    profile.max_msg_size = chance.one(&[3_000, 4_000, 16_000, 60_000]);
    profile.max_obj_size = None;
    profile.number_of_changes = chance.percent(50);
    profile.puts_devinf = chance.percent(80);
    profile.gets_devinf = chance.percent(10);
    profile.datastores = places.iter().map(datastore).collect();
    profile
}

fn datastore(place: &Place) -> Datastore {
    let (ct_type, ver_ct) = match place.sorts[0] {
        Sort::Contact => ("text/x-vcard", "2.1"),
        Sort::Event | Sort::Task => ("text/x-vcalendar", "1.0"),
        Sort::Note => ("text/plain", "1.0"),
        Sort::Tree => (FILE, "1.2"),
    };
    Datastore {
        local: place.local.to_owned(),
        remote: place.remote.to_owned(),
        prefers: ContentType {
            ct_type: ct_type.to_owned(),
            ver_ct: ver_ct.to_owned(),
        },
        takes: if place.sorts[0] == Sort::Tree {
            vec![ContentType {
                ct_type: FOLDER.to_owned(),
                ver_ct: "1.2".to_owned(),
            }]
        } else {
            Vec::new()
        },
        hierarchical: false,
        spells_out_deletes: false,
        holds: Vec::new(),
        keeps: None,
    }
}
