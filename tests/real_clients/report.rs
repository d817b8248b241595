//! What the client says after a session: the table that it prints, as numbers.

use std::collections::BTreeMap;

use super::items::Kind;

/// Items added, changed, deleted and failed on one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: u32,
    pub changed: u32,
    pub deleted: u32,
    pub failed: u32,
}

/// What the client says of one store after a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The mode that ran, which is not always the one asked for.
    pub mode: String,
    /// What the session did to the device.
    pub local: Counts,
    /// What the session did to the server.
    pub remote: Counts,
}

/// What the client says after a session.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit status of the program; 0 when all went well.
    pub code: i32,
    pub stores: BTreeMap<Kind, Report>,
    /// All that the program printed.
    pub text: String,
}

impl Report {
    /// How many items the session added to either side or deleted from it. In a slow sync the client
    /// counts all that it sends as added to the server: that says nothing, and is left out.
    pub fn moved(&self) -> u32 {
        let sent = if self.mode == "slow" {
            0
        } else {
            self.remote.added
        };
        self.local.added + self.local.deleted + self.remote.deleted + sent
    }
}

impl Outcome {
    /// The report of one store.
    pub fn of(&self, kind: Kind) -> &Report {
        self.stores
            .get(&kind)
            .unwrap_or_else(|| panic!("no word of {kind:?}:\n{}", self.text))
    }
}

/// Reads the table that the client prints at the end: a row of counts for each store, then its mode.
pub fn reports(text: &str) -> BTreeMap<Kind, Report> {
    let mut out: BTreeMap<Kind, Report> = BTreeMap::new();
    let mut last = None;
    for line in text.lines().filter_map(|line| line.strip_prefix('|')) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let numbers: Vec<u32> = cells[1..]
            .iter()
            .filter_map(|cell| cell.parse().ok())
            .collect();
        if let [la, lc, ld, lf, ra, rc, rd, rf, ..] = numbers[..] {
            last = Kind::ALL.into_iter().find(|kind| cells[0] == kind.source());
            let local = Counts {
                added: la,
                changed: lc,
                deleted: ld,
                failed: lf,
            };
            let remote = Counts {
                added: ra,
                changed: rc,
                deleted: rd,
                failed: rf,
            };
            let report = Report {
                mode: String::new(),
                local,
                remote,
            };
            out.extend(last.map(|kind| (kind, report)));
            continue;
        }
        let mode = cells[0]
            .split_once(',')
            .filter(|(_, rest)| rest.contains(" sent by client"));
        if let (Some((mode, _)), Some(report)) = (mode, last.and_then(|kind| out.get_mut(&kind))) {
            mode.clone_into(&mut report.mode);
        }
    }
    out
}

#[test]
fn the_clients_table_is_understood() {
    let text = "|      contacts |  1  |  2  |  3  |  0  |  4  |  5  |  6  |  0  |  0  |\n\
                |      slow, 0 KB sent by client, 12 KB received                      |\n\
                |          start Sun Nov 22 10:26:23 2026, duration 0:03min           |\n";
    let reports = reports(text);
    let report = reports.get(&Kind::Contacts).unwrap();
    assert_eq!((report.mode.as_str(), reports.len()), ("slow", 1));
    assert_eq!(
        report.local,
        Counts {
            added: 1,
            changed: 2,
            deleted: 3,
            failed: 0
        }
    );
    assert_eq!(
        report.remote,
        Counts {
            added: 4,
            changed: 5,
            deleted: 6,
            failed: 0
        }
    );
}
