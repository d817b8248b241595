//! An account with its devices, each of which syncs contacts in one step.

use std::collections::BTreeMap;

use anchorage::ids::{
    AccountId, Anchor, CollectionId, DatastoreId, DeviceId, ItemId, Luid, Millis, UserName,
};
use anchorage::item::{Content, MediaType};
use anchorage::pim::filter::Filter;
use anchorage::pim::takes::Takes;
use anchorage::store::{MapState, NewAccount, Options, Policy, Role, Store, StoreError, Tx};
use anchorage::sync::{
    self, Answer, Asked, Change, Confirmation, Course, Edit, Guard, Hierarchy, Mode, Operation,
    Outcome, Release, Released, Room, Sent, View, Who,
};

const ACCOUNT: AccountId = AccountId(1);

pub struct Bench {
    pub store: Store,
    /// Which deletions are held back.
    pub guard: Guard,
    /// What room each device has for new items.
    pub room: Room,
    /// How devices see items that do not see them as they are.
    pub takes: BTreeMap<DeviceId, Takes>,
    now: i64,
}

/// A device: the anchor it holds.
pub struct Phone {
    pub id: DeviceId,
    pub last: Option<String>,
    /// What it wants to have.
    pub filter: Filter,
}

/// What a sync came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// How it was.
    pub mode: Option<Mode>,
    /// What the engine made of each change.
    pub outcomes: Vec<Outcome>,
    /// What it sent: `+name:note`, `=luid name:note`, `-luid`.
    pub sent: Vec<String>,
    /// The items it added, with their numbers.
    pub added: Vec<ItemId>,
    /// The bodies it sent.
    pub bodies: Vec<String>,
}

impl Bench {
    pub fn new(policy: Policy) -> Self {
        let store = Store::open("sqlite::memory:", &Options::default()).unwrap();
        store.migrate("epoch").unwrap();
        let account = NewAccount {
            id: ACCOUNT,
            name: UserName::parse("alice").unwrap(),
            password_hash: String::new(),
            md5_secret: None,
            role: Role::User,
            created: Millis(0),
        };
        let bench = Self {
            store,
            guard: Guard::default(),
            room: Room::default(),
            takes: BTreeMap::new(),
            now: 1_000,
        };
        bench.tell(|tx| {
            tx.create_account(&account)?;
            tx.set_policy(ACCOUNT, &contacts(), policy)
        });
        bench
    }

    pub fn tell<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        self.store.write(work).unwrap()
    }

    /// A whole sync: these changes up, everything due down, confirmed and, unless `cut`, finished.
    pub fn sync(&mut self, phone: &mut Phone, mode: Mode, changes: &[(&str, Edit)]) -> Synced {
        self.steps(phone, mode, changes, &BTreeMap::new(), true)
    }

    /// The same with Maps for items added: `name:note` to LUID. Without `finish` the session breaks off at its end.
    pub fn steps(
        &mut self,
        phone: &mut Phone,
        mode: Mode,
        changes: &[(&str, Edit)],
        names: &BTreeMap<&str, &str>,
        finish: bool,
    ) -> Synced {
        self.now += 1_000;
        let next = self.now.to_string();
        let (now, id) = (Millis(self.now), phone.id.clone());
        let who = Who {
            account: ACCOUNT,
            device: &id,
            session: self.now,
            now,
        };
        let changes: Vec<_> = changes
            .iter()
            .map(|(luid, edit)| change(luid, edit))
            .collect();
        let (guard, room) = (self.guard, self.room);
        let takes = self.takes.get(&phone.id).cloned().unwrap_or_default();
        let synced = self.tell(|tx| {
            let rev = tx.tick(ACCOUNT, now)?;
            let mut course = open(tx, &who, mode, (phone, &takes), &next)?;
            (course.guard, course.room) = (guard, room);
            let mut synced = Synced {
                mode: Some(course.mode),
                ..Synced::default()
            };
            synced.outcomes = sync::apply(tx, &who, &mut course, rev, changes)?;
            sync::begin(tx, &who, &mut course, Some(rev))?;
            let mut answers = Vec::new();
            loop {
                let page = sync::page(tx, &who, &mut course, 10)?;
                if page.is_empty() {
                    break;
                }
                sync::offer(tx, &who, &mut course, &page)?;
                for change in &page {
                    let (text, sent) = told(&change.operation);
                    synced.sent.push(text);
                    synced.bodies.extend(body(&change.operation));
                    if sent == Sent::Add {
                        synced.added.push(change.item);
                    }
                    answers.push(Confirmation {
                        item: change.item,
                        sent,
                        answer: Answer::Done,
                    });
                }
            }
            sync::confirm(tx, &who, &mut course, &answers)?;
            let mut pairs = Vec::new();
            for (text, id) in synced
                .sent
                .iter()
                .filter(|text| text.starts_with('+'))
                .zip(&synced.added)
            {
                if let Some(luid) = names.get(&text[1..]) {
                    pairs.push((Some(*id), Some(Luid::parse(luid).unwrap())));
                }
            }
            sync::map(tx, &who, &mut course, &pairs)?;
            if finish {
                sync::finish(tx, &who, &course)?;
            }
            Ok(synced)
        });
        if finish {
            phone.last = Some(next);
        }
        synced
    }

    /// The changes of a session that breaks off before its package is complete.
    pub fn half(&mut self, phone: &Phone, changes: &[(&str, Edit)]) -> Vec<Outcome> {
        self.now += 1_000;
        let (now, guard) = (Millis(self.now), self.guard);
        let who = Who {
            account: ACCOUNT,
            device: &phone.id,
            session: self.now,
            now,
        };
        let changes: Vec<_> = changes
            .iter()
            .map(|(luid, edit)| change(luid, edit))
            .collect();
        let next = self.now.to_string();
        let takes = self.takes.get(&phone.id).cloned().unwrap_or_default();
        self.tell(|tx| {
            let rev = tx.tick(ACCOUNT, now)?;
            let mut course = open(tx, &who, Mode::TwoWay, (phone, &takes), &next)?;
            course.guard = guard;
            sync::apply(tx, &who, &mut course, rev, changes)
        })
    }

    /// A person decides on what a phone deleted.
    pub fn release(&mut self, phone: &Phone, decision: Release) -> Released {
        self.now += 1_000;
        let now = Millis(self.now);
        self.tell(|tx| sync::release(tx, ACCOUNT, &phone.id, now, decision))
    }

    /// What lies in the collection: `name:note`, in order.
    pub fn items(&self) -> Vec<String> {
        let items = self.tell(|tx| tx.items_of(ACCOUNT, &contacts(), ItemId(0), 100));
        let mut items: Vec<_> = items.iter().map(|item| text(&item.content)).collect();
        items.sort();
        items
    }

    /// Why each former body of the items was put aside, with the body.
    pub fn revisions(&self) -> Vec<String> {
        let mut all = Vec::new();
        for id in 1..=10 {
            let revisions = self.tell(|tx| tx.revisions(ACCOUNT, ItemId(id)));
            all.extend(
                revisions
                    .iter()
                    .map(|one| format!("{} {}", one.reason, text(&one.content))),
            );
        }
        all.sort();
        all
    }
}

/// A phone that has these cards, under the LUIDs 1, 2, ..., synced and with nothing left to do.
pub fn phone(bench: &mut Bench, name: &str, cards: &[&str]) -> Phone {
    let mut phone = Phone {
        id: DeviceId::parse(name).unwrap(),
        last: None,
        filter: Filter::default(),
    };
    let luids: Vec<_> = (1..=cards.len()).map(|luid| luid.to_string()).collect();
    let changes: Vec<_> = luids
        .iter()
        .zip(cards)
        .map(|(luid, card)| (luid.as_str(), put(card)))
        .collect();
    bench.sync(&mut phone, Mode::Slow, &changes);
    phone
}

fn open(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    mode: Mode,
    (phone, takes): (&Phone, &Takes),
    next: &str,
) -> Result<Course, StoreError> {
    let datastore = DatastoreId::parse("contacts").unwrap();
    let peers = tx.peers(who.account, who.device)?;
    let peer = peers.iter().find(|peer| peer.datastore == datastore);
    let collections = tx.collections(who.account)?;
    let view = View {
        datastore,
        collections: vec![contacts()],
    };
    let next = Anchor::parse(next).unwrap();
    let asked = Asked {
        takes: takes.clone(),
        view,
        mode,
        last: phone.last.clone(),
        next,
        types: Vec::new(),
        hierarchy: Hierarchy::None,
        retry: false,
    };
    let mut course = sync::open(who, asked, peer, &collections, "epoch");
    course.filter_by(phone.filter.clone(), peer);
    let (device, state) = (who.device, MapState::DeleteAside);
    let aside = tx.count_in_state(who.account, device, &course.view.datastore, state)?;
    course.aside = aside > 0;
    Ok(course)
}

fn contacts() -> CollectionId {
    CollectionId::parse("contacts").unwrap()
}

fn change(luid: &str, edit: &Edit) -> Change {
    Change {
        luid: Luid::parse(luid).unwrap(),
        edit: edit.clone(),
        parent: None,
    }
}

/// A Replace with the card `name:note`.
pub fn put(card: &str) -> Edit {
    Edit::Replace(content(card))
}

/// A Replace with a card that has a name and no note.
pub fn bare(name: &str) -> Edit {
    let body = format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nREV:\r\nEND:VCARD\r\n");
    Edit::Replace(Content {
        media_type: MediaType::new("text/x-vcard"),
        body: body.into_bytes(),
    })
}

/// An Add with it.
pub fn add(card: &str) -> Edit {
    Edit::Add(content(card))
}

fn content(card: &str) -> Content {
    let (name, note) = card.split_once(':').unwrap();
    let (note, rev) = note.split_once('@').unwrap_or((note, ""));
    let body = format!(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nNOTE:{note}\r\nREV:{rev}\r\nEND:VCARD\r\n"
    );
    Content {
        media_type: MediaType::new("text/x-vcard"),
        body: body.into_bytes(),
    }
}

fn text(content: &Content) -> String {
    let body = std::str::from_utf8(&content.body).unwrap();
    let value = |name: &str| {
        body.lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
    };
    format!("{}:{}", value("N:"), value("NOTE:"))
}

fn body(operation: &Operation) -> Option<String> {
    match operation {
        Operation::Add(content) | Operation::Replace(_, content) => {
            Some(String::from_utf8(content.body.clone()).unwrap())
        }
        Operation::Move(_) | Operation::Delete(_) => None,
    }
}

fn told(operation: &Operation) -> (String, Sent) {
    match operation {
        Operation::Add(content) => (format!("+{}", text(content)), Sent::Add),
        Operation::Replace(luid, content) => (format!("={luid} {}", text(content)), Sent::Replace),
        Operation::Move(luid) => (format!(">{luid}"), Sent::Move),
        Operation::Delete(luid) => (format!("-{luid}"), Sent::Delete),
    }
}
