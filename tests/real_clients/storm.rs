//! Three devices of one user, round after round of adds, edits and deletes by chance, and syncs in
//! an order by chance. In each round an item belongs to one device, so that the end is known exactly:
//! a lost edit, an undone delete and a duplicate are all seen.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::client::{Device, Mode, Setup};
use super::content::{assert_same, content};
use super::items::{Dice, Formats, Kind, item};
use super::server::{Database, Server};

const ROUNDS: usize = 10;

/// The edition of each item, by store and key: what must be there.
type Oracle = BTreeMap<(Kind, u32), u32>;

/// Three devices that speak these formats.
#[derive(Debug, Clone)]
pub struct Fleet {
    pub formats: [Formats; 3],
    pub kinds: Vec<Kind>,
}

impl Fleet {
    /// All of today's formats.
    pub fn modern() -> Self {
        Self {
            formats: [Formats::Modern; 3],
            kinds: vec![Kind::Contacts, Kind::Calendar],
        }
    }

    /// Two phones of the old formats, with a modern device between them.
    pub fn mixed() -> Self {
        Self {
            formats: [Formats::Old, Formats::Modern, Formats::Old],
            kinds: Kind::ALL.to_vec(),
        }
    }

    /// Whether what the server keeps is in the formats of the devices' own files.
    fn is_modern(&self) -> bool {
        self.formats
            .iter()
            .all(|formats| *formats == Formats::Modern)
    }
}

/// Runs a storm; the seed is printed, so that a failure can be run again with `ANCHORAGE_TEST_SEED`.
pub fn run(database: Database, fleet: &Fleet) {
    let seed = std::env::var("ANCHORAGE_TEST_SEED")
        .map_or(20_261_122, |seed| seed.parse().expect("a number"));
    println!("storm on {database:?}: ANCHORAGE_TEST_SEED={seed}, {fleet:?}");
    let kinds = &fleet.kinds;
    let server = Server::start(database, &[]);
    let account = server.account("storm");
    let dir = TempDir::new().unwrap();
    let mut dice = Dice::new(seed);
    let mut oracle = Oracle::new();
    let mut next_key = 1;
    let mut devices: Vec<_> = (1..)
        .zip(fleet.formats)
        .map(|(n, formats)| {
            let setup = Setup {
                kinds: kinds.clone(),
                formats,
                ..Setup::default()
            };
            Device::new(dir.path(), &format!("storm-{n}"), &account, setup)
        })
        .collect();
    for round in 0..ROUNDS {
        // What the round's owners may touch is what everyone has: nothing of this round.
        let before = oracle.clone();
        for (number, device) in devices.iter_mut().enumerate() {
            for kind in kinds {
                let mine = mine(&before, *kind, round, number);
                change(
                    device,
                    *kind,
                    &mut oracle,
                    &mut next_key,
                    mine,
                    (seed, &mut dice),
                );
            }
        }
        let mut order: Vec<_> = (0..devices.len()).collect();
        dice.shuffle(&mut order);
        // The first pass brings every change to the server, the second brings all of them to everyone.
        for at in order.iter().chain(&order) {
            devices[*at].sync(if round == 0 { Mode::Slow } else { Mode::TwoWay });
        }
        println!("round {round}: {} items", oracle.len());
    }
    for device in &devices {
        compare(&oracle, seed, kinds, &device.name(), |kind| {
            device.contents(kind)
        });
    }
    let on_server = |who: &str| {
        if fleet.is_modern() {
            compare(&oracle, seed, kinds, who, |kind| {
                server.contents(&account.user, kind)
            });
        }
    };
    on_server("the server");
    for mode in [Mode::TwoWay, Mode::Slow] {
        for device in &devices {
            let outcome = device.sync(mode);
            for report in outcome.stores.values() {
                assert_eq!(
                    report.moved(),
                    0,
                    "a further sync moves items:\n{}",
                    outcome.text
                );
            }
        }
    }
    on_server("the server at the end");
    for device in &devices {
        compare(&oracle, seed, kinds, &device.name(), |kind| {
            device.contents(kind)
        });
    }
}

/// The items that belong to device `number` of three in this round.
fn mine(oracle: &Oracle, kind: Kind, round: usize, number: usize) -> Vec<u32> {
    let keys = oracle
        .keys()
        .filter(|(of, _)| *of == kind)
        .map(|(_, key)| *key);
    keys.filter(|key| (usize::try_from(*key).expect("32 bits") + round) % 3 == number)
        .collect()
}

/// Up to four adds, three edits and two deletes on one device.
fn change(
    device: &mut Device,
    kind: Kind,
    oracle: &mut Oracle,
    next_key: &mut u32,
    mut mine: Vec<u32>,
    chance: (u64, &mut Dice),
) {
    let (seed, dice) = chance;
    for _ in 0..=dice.below(4) {
        device.put(kind, *next_key, &item(kind, seed, *next_key, 0));
        oracle.insert((kind, *next_key), 0);
        *next_key += 1;
    }
    dice.shuffle(&mut mine);
    for key in mine.iter().take(dice.below(4)) {
        let edition = oracle
            .get_mut(&(kind, *key))
            .expect("taken from the oracle");
        *edition += 1;
        device.put(kind, *key, &item(kind, seed, *key, *edition));
    }
    for key in mine.iter().skip(3).take(dice.below(3)) {
        device.remove(kind, *key);
        oracle.remove(&(kind, *key));
    }
}

fn compare(
    oracle: &Oracle,
    seed: u64,
    kinds: &[Kind],
    who: &str,
    held: impl Fn(Kind) -> Vec<String>,
) {
    for kind in kinds {
        let expected = oracle.iter().filter(|((of, _), _)| of == kind);
        let mut expected: Vec<_> = expected
            .map(|((_, key), edition)| content(*kind, &item(*kind, seed, *key, *edition)))
            .collect();
        expected.sort();
        assert_same(
            &held(*kind),
            &expected,
            &format!("storm {seed}: {kind:?} on {who}"),
        );
    }
}
