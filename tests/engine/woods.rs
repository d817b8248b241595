//! An account with files in folders, and devices that sync them in one step.

use std::collections::BTreeMap;

use anchorage::ids::{
    AccountId, Anchor, CollectionId, DatastoreId, DeviceId, ItemId, Luid, Millis, UserName,
};
use anchorage::pim::{self, files};
use anchorage::store::{Item, NewAccount, Options, Policy, Role, Store, StoreError, Tx};
use anchorage::sync::history::{self, Then};
use anchorage::sync::{
    self, Answer, Asked, Change, Confirmation, Course, Edit, Guard, Hierarchy, Mode, Operation,
    Outcome, Parent, ParentName, Release, Released, Room, Sent, ServerChange, View, Who,
};

const ACCOUNT: AccountId = AccountId(1);

pub struct Woods {
    pub store: Store,
    pub guard: Guard,
    pub room: Room,
    now: i64,
}

pub struct Phone {
    id: DeviceId,
    last: Option<String>,
    hierarchy: Hierarchy,
}

/// What a sync came to.
#[derive(Debug, Default)]
pub struct Synced {
    pub outcomes: Vec<Outcome>,
    /// What was sent: `+name in folder`, `=luid in folder`, `>luid in folder`, `-luid`; a folder by its LUID, or by
    /// `#number`, or `/`. What is added gets the LUID `n` with its number.
    pub sent: Vec<String>,
    pub waiting: u32,
    pub deleted: u32,
    pub held_back: u32,
    pub total: Option<i64>,
}

impl Woods {
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
        store
            .write(|tx| {
                tx.create_account(&account)?;
                tx.set_policy(ACCOUNT, &collection(), policy)
            })
            .unwrap();
        Self {
            store,
            guard: Guard::default(),
            room: Room::default(),
            now: 1_000,
        }
    }

    /// A phone that has these items, synced and with nothing left to do.
    pub fn phone(&mut self, name: &str, has: &[Change]) -> Phone {
        let mut phone = Phone {
            id: DeviceId::parse(name).unwrap(),
            last: None,
            hierarchy: Hierarchy::Tree,
        };
        let synced = self.run(&mut phone, Mode::Slow, has);
        assert!(
            synced.outcomes.iter().all(|outcome| matches!(
                outcome,
                Outcome::Added | Outcome::Replaced | Outcome::Unchanged
            )),
            "{synced:?}"
        );
        phone
    }

    pub fn sync(&mut self, phone: &mut Phone, changes: &[Change]) -> Synced {
        self.run(phone, Mode::TwoWay, changes)
    }

    /// A person makes items what they were, or has them never be.
    pub fn put_back(&mut self, wanted: &[(i64, Then)]) {
        self.now += 1_000;
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(id, then)| (ItemId(*id), then.clone()))
            .collect();
        let now = Millis(self.now);
        let written = self
            .store
            .write(|tx| history::put_back(tx, ACCOUNT, now, &wanted, "superseded"));
        assert_eq!(written.unwrap(), wanted.len());
        self.check();
    }

    pub fn release(&mut self, phone: &Phone, decision: Release) -> Released {
        self.now += 1_000;
        let now = Millis(self.now);
        let released = self
            .store
            .write(|tx| sync::release(tx, ACCOUNT, &phone.id, now, decision));
        released.unwrap()
    }

    fn run(&mut self, phone: &mut Phone, mode: Mode, changes: &[Change]) -> Synced {
        self.now += 1_000;
        let next = self.now.to_string();
        let (now, id) = (Millis(self.now), phone.id.clone());
        let who = Who {
            account: ACCOUNT,
            device: &id,
            session: self.now,
            now,
        };
        let (guard, room) = (self.guard, self.room);
        let synced = self.store.write(|tx| {
            let rev = tx.tick(ACCOUNT, now)?;
            let mut course = open(tx, &who, mode, phone, &next)?;
            (course.guard, course.room) = (guard, room);
            let mut synced = Synced {
                outcomes: sync::apply(tx, &who, &mut course, rev, changes.to_vec())?,
                ..Synced::default()
            };
            sync::begin(tx, &who, &mut course, Some(rev))?;
            synced.total = sync::total(tx, &who, &course)?;
            send(tx, &who, &mut course, &mut synced)?;
            let counts = &course.counts;
            (synced.waiting, synced.deleted) = (counts.waiting, counts.deleted);
            synced.held_back = counts.held_back;
            sync::finish(tx, &who, &course)?;
            Ok::<_, StoreError>(synced)
        });
        phone.last = Some(next);
        let synced = synced.unwrap();
        self.check();
        synced
    }

    fn items(&self) -> Vec<Item> {
        let items = self
            .store
            .read(|tx| tx.items_of(ACCOUNT, &collection(), ItemId(0), 5_000));
        items.unwrap()
    }

    /// What lies where: `Folder/name: body`, in order.
    pub fn paths(&self) -> Vec<String> {
        let items = self.items();
        let by_id: BTreeMap<_, _> = items.iter().map(|item| (item.id, item)).collect();
        let mut paths: Vec<_> = items
            .iter()
            .map(|item| {
                let (mut path, mut above) = (name(item), item.parent);
                while above != ItemId(0) {
                    let folder = by_id[&above];
                    path = format!("{}/{path}", name(folder));
                    above = folder.parent;
                }
                match files::read(&item.content) {
                    Some(file) => format!("{path}: {}", String::from_utf8(file.body).unwrap()),
                    None => path,
                }
            })
            .collect();
        paths.sort();
        paths
    }

    /// Every item lies in no folder or in a live one, and not in itself; its digest and the collection's sums are right.
    fn check(&self) {
        let items = self.items();
        let by_id: BTreeMap<_, _> = items.iter().map(|item| (item.id, item)).collect();
        for item in &items {
            assert_eq!(item.digest, pim::digest(&item.content).under(item.parent.0));
            let (mut above, mut steps) = (item.parent, 0);
            while above != ItemId(0) {
                let folder = by_id
                    .get(&above)
                    .unwrap_or_else(|| panic!("{} lies in {above}, which is gone", item.id));
                assert_eq!(pim::kind(&folder.content), pim::Kind::Folder);
                (above, steps) = (folder.parent, steps + 1);
                assert!(steps <= items.len(), "{} lies in itself", item.id);
            }
        }
        let all = self.store.read(|tx| tx.collections(ACCOUNT)).unwrap();
        let one = all.iter().find(|one| one.id == collection()).unwrap();
        assert_eq!(one.live, i64::try_from(items.len()).unwrap());
    }
}

/// Sends everything that is due, and takes it as done and named.
fn send(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    course: &mut Course,
    synced: &mut Synced,
) -> Result<(), StoreError> {
    let (mut answers, mut pairs) = (Vec::new(), Vec::new());
    loop {
        let page = sync::page(tx, who, course, 10)?;
        if page.is_empty() {
            break;
        }
        sync::offer(tx, who, course, &page)?;
        for change in &page {
            let (text, sent) = told(change);
            synced.sent.push(text);
            if sent == Sent::Add {
                let luid = Luid::parse(&format!("n{}", change.item)).unwrap();
                pairs.push((Some(change.item), Some(luid)));
            }
            answers.push(Confirmation {
                item: change.item,
                sent,
                answer: Answer::Done,
            });
        }
    }
    sync::confirm(tx, who, course, &answers)?;
    sync::map(tx, who, course, &pairs).map(drop)
}

fn told(change: &ServerChange) -> (String, Sent) {
    let within = match &change.parent {
        None => String::new(),
        Some(ParentName::Root) => " in /".to_owned(),
        Some(ParentName::Luid(luid)) => format!(" in {luid}"),
        Some(ParentName::Guid(id)) => format!(" in #{id}"),
    };
    match &change.operation {
        Operation::Add(content) => {
            let name = files::name(content).unwrap();
            (format!("+{name}{within}"), Sent::Add)
        }
        Operation::Replace(luid, _) => (format!("={luid}{within}"), Sent::Replace),
        Operation::Move(luid) => (format!(">{luid}{within}"), Sent::Move),
        Operation::Delete(luid) => (format!("-{luid}"), Sent::Delete),
    }
}

fn open(
    tx: &mut Tx<'_>,
    who: &Who<'_>,
    mode: Mode,
    phone: &Phone,
    next: &str,
) -> Result<Course, StoreError> {
    let datastore = DatastoreId::parse("files").unwrap();
    let peers = tx.peers(who.account, who.device)?;
    let peer = peers.iter().find(|peer| peer.datastore == datastore);
    let collections = tx.collections(who.account)?;
    let asked = Asked {
        takes: anchorage::pim::takes::Takes::default(),
        view: View {
            datastore,
            collections: vec![collection()],
        },
        mode,
        last: phone.last.clone(),
        next: Anchor::parse(next).unwrap(),
        types: Vec::new(),
        hierarchy: phone.hierarchy,
        retry: false,
    };
    let mut course = sync::open(who, asked, peer, &collections, "epoch");
    course.live = vec![
        collections
            .iter()
            .find(|one| one.id == collection())
            .unwrap()
            .live,
    ];
    Ok(course)
}

fn collection() -> CollectionId {
    CollectionId::parse("files").unwrap()
}

fn name(item: &Item) -> String {
    files::name(&item.content).unwrap()
}

fn change(luid: &str, parent: Option<&str>, edit: Edit) -> Change {
    let parent = parent.map(|parent| match parent {
        "/" => Parent::Root,
        luid => Parent::Luid(Luid::parse(luid).unwrap()),
    });
    Change {
        luid: Luid::parse(luid).unwrap(),
        edit,
        parent,
    }
}

/// A folder, as it is now.
pub fn folder(luid: &str, parent: &str, name: &str) -> Change {
    change(luid, Some(parent), Edit::Replace(files::folder(name)))
}

/// A file, as it is now; its name is its LUID.
pub fn file(luid: &str, parent: &str, body: &str) -> Change {
    let file = files::File {
        name: luid.to_owned(),
        modified: None,
        body: body.as_bytes().to_vec(),
    };
    change(luid, Some(parent), Edit::Replace(files::file(&file)))
}

/// An item goes to another folder.
pub fn moved(luid: &str, parent: &str) -> Change {
    change(luid, Some(parent), Edit::Move)
}

pub fn deleted(luid: &str) -> Change {
    change(luid, None, Edit::Delete)
}

pub fn soft_deleted(luid: &str) -> Change {
    change(luid, None, Edit::SoftDelete)
}

pub fn archived(luid: &str) -> Change {
    change(luid, None, Edit::Archive)
}

pub fn copied(luid: &str, to: &str, parent: Option<&str>) -> Change {
    change(luid, parent, Edit::Copy(Some(Luid::parse(to).unwrap())))
}
