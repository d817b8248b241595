//! Every encoding, version and login with every mode and store: two devices of one user go through
//! all modes in turn, with edits on both sides in between, and after each the content shows that
//! the mode did what its name says and nothing else.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Instant;

use tempfile::TempDir;

use super::client::{Account, Device, Encoding, Login, Mode, Setup};
use super::content::{assert_same, content};
use super::items::{Formats, Kind, item};
use super::report::{Counts, Outcome};
use super::server::{Database, Server};

/// Pairs of devices at work at once; a session is mostly the client's own processor time.
const WORKERS: usize = 3;

const NOTHING: Counts = Counts {
    added: 0,
    changed: 0,
    deleted: 0,
    failed: 0,
};

/// Item keys and the edition that each is in.
type Expected = BTreeMap<u32, u32>;

/// Runs all cells on one server and fails with the list of those that failed.
pub fn run(database: Database) {
    let server = Server::start(database, &[]);
    let cells = Mutex::new(cells());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(cell) = next(&cells) {
                    let name = cell.name.clone();
                    let started = Instant::now();
                    let done = catch_unwind(AssertUnwindSafe(|| {
                        Story::new(&server, cell).tell();
                    }));
                    println!(
                        "{database:?} {name}: {:.1} s",
                        started.elapsed().as_secs_f32()
                    );
                    if done.is_err() {
                        failed.lock().unwrap().push(name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "{} of the matrix failed (each says above why): {failed:?}",
        failed.len()
    );
}

/// What the two devices of a story are like.
struct Cell {
    name: String,
    ours: Setup,
    other: Setup,
}

fn next(cells: &Mutex<Vec<Cell>>) -> Option<Cell> {
    cells.lock().unwrap().pop()
}

/// All cells, or those whose name holds what `ANCHORAGE_TEST_CELL` says (`wbxml-1.2-md5`).
fn cells() -> Vec<Cell> {
    let wanted = std::env::var("ANCHORAGE_TEST_CELL").unwrap_or_default();
    let mut out = Vec::new();
    for encoding in [Encoding::Xml, Encoding::Wbxml] {
        for version in ["1.0", "1.1", "1.2"] {
            for login in [Login::Basic, Login::Md5] {
                let formats = if version == "1.2" {
                    Formats::Modern
                } else {
                    Formats::Old
                };
                let name = format!("{encoding:?}-{version}-{login:?}").to_lowercase();
                let ours = Setup {
                    encoding,
                    version,
                    login,
                    formats,
                    ..Setup::default()
                };
                out.push(Cell {
                    name,
                    other: ours.clone(),
                    ours,
                });
            }
        }
    }
    out.retain(|cell| cell.name.contains(&wanted));
    out
}

/// Two devices of one user. `ours` goes through the modes; `other` changes the server behind its
/// back and shows afterwards what the server holds.
struct Story<'a> {
    server: &'a Server,
    account: Account,
    ours: Device,
    other: Device,
    seed: u64,
    /// Kept until the story is over.
    _dir: TempDir,
}

impl<'a> Story<'a> {
    fn new(server: &'a Server, Cell { name, ours, other }: Cell) -> Self {
        let dir = TempDir::new().unwrap();
        let account = server.account(&name);
        let ours = Device::new(dir.path(), &format!("{name}-1"), &account, ours);
        let other = Device::new(dir.path(), &format!("{name}-2"), &account, other);
        let seed = name
            .bytes()
            .fold(7, |seed, byte| (seed << 5) ^ (seed >> 59) ^ u64::from(byte));
        Self {
            server,
            account,
            ours,
            other,
            seed,
            _dir: dir,
        }
    }

    fn tell(mut self) {
        self.slow();
        self.two_way();
        self.one_way_from_local();
        self.one_way_from_remote();
        self.refresh_from_local();
        self.refresh_from_remote(Mode::RefreshFromRemote);
        self.refresh_from_remote(Mode::RefreshFromRemoteByAlert);
        let quiet = self.ours.sync(Mode::TwoWay);
        each(&quiet, "two-way", NOTHING, NOTHING);
    }

    /// Both sides send everything; what both have is not doubled.
    fn slow(&mut self) {
        for key in [1, 2, 3] {
            self.ours.put_everywhere(self.seed, key, 0);
        }
        self.other.put_everywhere(self.seed, 3, 0);
        self.other.put_everywhere(self.seed, 4, 0);
        each(&self.ours.sync(Mode::Slow), "slow", NOTHING, added(3));
        let merged = self.other.sync(Mode::Slow);
        for (kind, report) in &merged.stores {
            assert_eq!(report.local, added(2), "{kind:?}:\n{}", merged.text);
        }
        each(&self.ours.sync(Mode::TwoWay), "two-way", added(1), NOTHING);
        self.all_hold("after slow syncs", &[(1, 0), (2, 0), (3, 0), (4, 0)]);
        let again = self.ours.sync(Mode::Slow);
        for (kind, report) in &again.stores {
            assert_eq!(
                (report.moved(), report.mode.as_str()),
                (0, "slow"),
                "{kind:?}:\n{}",
                again.text
            );
        }
        self.all_hold(
            "after a second slow sync",
            &[(1, 0), (2, 0), (3, 0), (4, 0)],
        );
    }

    /// Changes go both ways: an add, an edit and a delete from each side.
    fn two_way(&mut self) {
        self.other.put_everywhere(self.seed, 4, 1);
        self.other.put_everywhere(self.seed, 5, 0);
        self.other.remove_everywhere(3);
        each(
            &self.other.sync(Mode::TwoWay),
            "two-way",
            NOTHING,
            Counts {
                added: 1,
                changed: 1,
                deleted: 1,
                failed: 0,
            },
        );
        self.ours.put_everywhere(self.seed, 1, 1);
        self.ours.put_everywhere(self.seed, 6, 0);
        self.ours.remove_everywhere(2);
        let one_each = Counts {
            added: 1,
            changed: 1,
            deleted: 1,
            failed: 0,
        };
        each(&self.ours.sync(Mode::TwoWay), "two-way", one_each, one_each);
        each(&self.other.sync(Mode::TwoWay), "two-way", one_each, NOTHING);
        self.all_hold("after two-way syncs", &[(1, 1), (4, 1), (5, 0), (6, 0)]);
    }

    /// The device's changes reach the server; the server's changes wait for the next two-way sync.
    fn one_way_from_local(&mut self) {
        self.other.put_everywhere(self.seed, 4, 2);
        self.other.put_everywhere(self.seed, 7, 0);
        self.other.sync(Mode::TwoWay);
        self.ours.put_everywhere(self.seed, 5, 1);
        self.ours.remove_everywhere(6);
        let sent = self.ours.sync(Mode::OneWayFromLocal);
        each(
            &sent,
            "one-way-from-local",
            NOTHING,
            Counts {
                added: 0,
                changed: 1,
                deleted: 1,
                failed: 0,
            },
        );
        self.holds("one-way-from-local", &self.ours, &[(1, 1), (4, 1), (5, 1)]);
        self.other.sync(Mode::TwoWay);
        self.holds(
            "one-way-from-local",
            &self.other,
            &[(1, 1), (4, 2), (5, 1), (7, 0)],
        );
        self.ours.sync(Mode::TwoWay);
        self.all_hold(
            "after one-way-from-local",
            &[(1, 1), (4, 2), (5, 1), (7, 0)],
        );
    }

    /// The server's changes reach the device; the device's changes do not reach the server.
    fn one_way_from_remote(&mut self) {
        self.other.put_everywhere(self.seed, 4, 3);
        self.other.put_everywhere(self.seed, 8, 0);
        self.other.remove_everywhere(7);
        self.other.sync(Mode::TwoWay);
        self.ours.put_everywhere(self.seed, 9, 0);
        let taken = self.ours.sync(Mode::OneWayFromRemote);
        each(
            &taken,
            "one-way-from-remote",
            Counts {
                added: 1,
                changed: 1,
                deleted: 1,
                failed: 0,
            },
            NOTHING,
        );
        self.holds(
            "one-way-from-remote",
            &self.ours,
            &[(1, 1), (4, 3), (5, 1), (8, 0), (9, 0)],
        );
        each(&self.other.sync(Mode::TwoWay), "two-way", NOTHING, NOTHING);
        self.holds(
            "one-way-from-remote",
            &self.other,
            &[(1, 1), (4, 3), (5, 1), (8, 0)],
        );
        self.ours.remove_everywhere(9);
        self.ours.sync(Mode::TwoWay);
        self.all_hold(
            "after one-way-from-remote",
            &[(1, 1), (4, 3), (5, 1), (8, 0)],
        );
    }

    /// The server ends up with exactly the device's items.
    fn refresh_from_local(&mut self) {
        self.other.put_everywhere(self.seed, 5, 2);
        self.other.put_everywhere(self.seed, 10, 0);
        self.other.sync(Mode::TwoWay);
        self.ours.put_everywhere(self.seed, 1, 2);
        self.ours.put_everywhere(self.seed, 11, 0);
        self.ours.remove_everywhere(8);
        let sent = self.ours.sync(Mode::RefreshFromLocal);
        for (kind, report) in &sent.stores {
            assert_eq!(
                (report.mode.as_str(), report.local),
                ("refresh-from-local", NOTHING),
                "{kind:?}:\n{}",
                sent.text
            );
        }
        self.other.sync(Mode::TwoWay);
        self.all_hold(
            "after refresh-from-local",
            &[(1, 2), (4, 3), (5, 1), (11, 0)],
        );
    }

    /// The device ends up with exactly the server's items.
    fn refresh_from_remote(&mut self, mode: Mode) {
        let before = self.ours.keys(Kind::Memo);
        self.other.put_everywhere(self.seed, 4, 4);
        self.other.sync(Mode::TwoWay);
        self.ours.put_everywhere(self.seed, 1, 9);
        self.ours.put_everywhere(self.seed, 12, 0);
        self.ours.remove_everywhere(11);
        let taken = self.ours.sync(mode);
        for (kind, report) in &taken.stores {
            assert_eq!(
                (report.mode.as_str(), report.remote),
                ("refresh-from-remote", NOTHING),
                "{kind:?}:\n{}",
                taken.text
            );
        }
        assert_eq!(self.ours.keys(Kind::Memo), before);
        each(&self.other.sync(Mode::TwoWay), "two-way", NOTHING, NOTHING);
        self.all_hold(
            "after refresh-from-remote",
            &[(1, 2), (4, 4), (5, 1), (11, 0)],
        );
    }

    /// Both devices and the server hold these items in these editions, and nothing else.
    fn all_hold(&self, when: &str, items: &[(u32, u32)]) {
        self.holds(when, &self.ours, items);
        self.holds(when, &self.other, items);
        for kind in Kind::ALL {
            let stored = self.server.keys(&self.account.user, kind);
            let keys: Vec<_> = items.iter().map(|(key, _)| *key).collect();
            assert_eq!(stored, keys, "{when}, {kind:?} on the server");
        }
    }

    fn holds(&self, when: &str, device: &Device, items: &[(u32, u32)]) {
        let items: Expected = items.iter().copied().collect();
        for kind in Kind::ALL {
            let says = |(key, edition): (&u32, &u32)| {
                content(kind, &item(kind, self.seed, *key, *edition))
            };
            let mut expected: Vec<_> = items.iter().map(says).collect();
            expected.sort();
            assert_same(
                &device.contents(kind),
                &expected,
                &format!("{when}: {kind:?} on {}", device.name()),
            );
        }
    }
}

fn added(added: u32) -> Counts {
    Counts { added, ..NOTHING }
}

/// Every store ran in this mode and did this to the device and to the server.
fn each(outcome: &Outcome, mode: &str, local: Counts, remote: Counts) {
    for (kind, report) in &outcome.stores {
        let seen = (report.mode.as_str(), report.local, report.remote);
        assert_eq!(seen, (mode, local, remote), "{kind:?}:\n{}", outcome.text);
    }
}
