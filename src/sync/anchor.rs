//! Anchors: whether the two sides share a past, and so which mode runs.
//!
//! Source: SyncML Sync Protocol 1.1, sections 2.2 and 5.5; the previous-anchor rule is ours (`ARCHITECTURE.md`).

use super::{Counts, Course, Guard, Hierarchy, Mode, Room, View, Who, Why};
use crate::ids::{Anchor, Rev};
use crate::item::MediaType;
use crate::pim::filter::Filter;
use crate::pim::takes::{MARK, Takes};
use crate::store::{Collection, Peer};

/// What a device asks for, datastore by datastore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is to be synced.
    pub view: View,
    /// How.
    pub mode: Mode,
    /// Its last anchor, as it stands; `None` when there is none.
    pub last: Option<String>,
    /// Its next anchor.
    pub next: Anchor,
    /// The types it takes; empty means all.
    pub types: Vec<MediaType>,
    /// How it sees items of these types.
    pub takes: Takes,
    /// Whether the items lie in one another, and whether the device knows.
    pub hierarchy: Hierarchy,
    /// Its last session did not end well.
    pub retry: bool,
}

/// Compares anchors and lays out the course of one datastore. Touches nothing.
///
/// `peer` is what is known of this device and datastore, `collections` are those of the account,
/// `epoch` is the database's.
#[must_use]
pub fn open(
    who: &Who<'_>,
    asked: Asked,
    peer: Option<&Peer>,
    collections: &[Collection],
    epoch: &str,
) -> Course {
    let parts = asked.view.collections.iter();
    let parts: Vec<_> = parts
        .filter_map(|id| collections.iter().find(|c| c.id == *id))
        .collect();
    let floor = parts.iter().map(|c| c.floor).max().unwrap_or_default();
    let (mode, why) = decide(asked.mode, asked.last.as_deref(), peer, floor, epoch);
    let turned = peer.is_some_and(|peer| knew_trees(peer) != (asked.hierarchy == Hierarchy::Tree));
    let (mode, why) = if turned && mode == asked.mode && !mode.is_full() {
        (mode.fallback(), Why::TreesTurned)
    } else {
        (mode, why)
    };
    let redo = why == Why::PreviousAnchor;
    let stand = peer.map(|peer| Stand::of(peer, asked.last.as_deref()));
    let stand = stand.unwrap_or_default();
    let types = type_list(&asked.types, &asked.takes, asked.hierarchy);
    Course {
        session: who.session,
        resumed: false,
        begun: parts.iter().map(|c| c.seq).max().unwrap_or_default(),
        asked: asked.mode,
        mode,
        client_last: stand.client,
        client_next: asked.next,
        server_last: stand.server,
        server_next: Anchor::from_number(who.session),
        epoch: epoch.to_owned(),
        acked: stand.acked,
        redo,
        retry: asked.retry || redo,
        retyped: peer.is_some_and(|peer| peer.types != types),
        resighted: peer.is_some_and(|peer| mark_in(&peer.types) != asked.takes.mark()),
        types: asked.types,
        takes: asked.takes,
        filter: Filter::default(),
        refiltered: false,
        reshaped: false,
        filter_before: String::new(),
        hierarchy: asked.hierarchy,
        policies: parts.iter().map(|c| c.policy).collect(),
        view: asked.view,
        why,
        outgoing: None,
        counts: Counts::default(),
        guard: Guard::default(),
        live: parts.iter().map(|c| c.live).collect(),
        aside: false,
        archives: true,
        room: Room::default(),
        oldest: None,
    }
}

/// How a device saw items, in such a text.
fn mark_in(types: &str) -> &str {
    types
        .find(MARK)
        .and_then(|at| types.get(at..))
        .unwrap_or_default()
}

/// The types a device takes, whether it knows trees, and how it sees items, as one text, to notice when they change.
pub(super) fn type_list(types: &[MediaType], takes: &Takes, hierarchy: Hierarchy) -> String {
    let mut names: Vec<_> = types.iter().map(MediaType::as_str).collect();
    if hierarchy == Hierarchy::Tree {
        names.push(TREES);
    }
    names.sort_unstable();
    names.join(" ") + &takes.mark()
}

/// Whether the device knew trees when it last synced.
fn knew_trees(peer: &Peer) -> bool {
    peer.types.split(' ').any(|word| word == TREES)
}

/// Stands among the types of a device that knows trees. No media type is written like that.
const TREES: &str = "(trees)";

/// Where a device stands: the anchors that belong together and what it has been offered by then.
#[derive(Debug, Default)]
struct Stand {
    /// The device's anchor, if it is one we know.
    client: Option<Anchor>,
    /// Ours, as the device was told it then: it compares (REQ-ANCHOR-7).
    server: Option<Anchor>,
    /// The device was offered everything up to here.
    acked: Rev,
}

impl Stand {
    fn of(peer: &Peer, last: Option<&str>) -> Self {
        let last = last.map(str::trim);
        let is = |anchor: &&Anchor| Some(anchor.as_str()) == last;
        let current = peer.client_anchor.as_ref().filter(is);
        match (current, peer.client_anchor_prev.as_ref().filter(is)) {
            (None, Some(previous)) => Self {
                client: Some(previous.clone()),
                server: peer.server_anchor_prev.clone(),
                acked: peer.acked_prev,
            },
            (current, _) => Self {
                client: current.cloned(),
                server: peer.server_anchor.clone(),
                acked: peer.acked,
            },
        }
    }
}

/// Whether a Last says that the device was reset: it is empty, `0` or all zeros.
#[must_use]
pub fn is_reset(last: &str) -> bool {
    matches!(last.trim(), "" | "0" | "00000000T000000Z")
}

/// Which mode runs, and why: the table of the anchor rules.
fn decide(
    asked: Mode,
    last: Option<&str>,
    peer: Option<&Peer>,
    floor: Rev,
    epoch: &str,
) -> (Mode, Why) {
    if asked.is_full() {
        return (asked, Why::Asked);
    }
    let instead = |why| (asked.fallback(), why);
    let Some(peer) = peer else {
        return instead(Why::FirstSync);
    };
    let last = last.map(str::trim).unwrap_or_default();
    if is_reset(last) {
        return instead(Why::DeviceReset);
    }
    if peer.epoch != epoch {
        return instead(Why::Restored);
    }
    let Some(current) = &peer.client_anchor else {
        return instead(Why::Unfinished);
    };
    if current.as_str() == last {
        return if peer.acked < floor {
            instead(Why::TooLongAway)
        } else {
            (asked, Why::Asked)
        };
    }
    if peer
        .client_anchor_prev
        .as_ref()
        .is_some_and(|previous| previous.as_str() == last)
    {
        return if peer.acked_prev < floor {
            instead(Why::TooLongAway)
        } else {
            (asked, Why::PreviousAnchor)
        };
    }
    instead(Why::AnchorMismatch {
        ours: current.to_string(),
        theirs: last.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, DatastoreId, DeviceId, Millis};

    fn peer() -> Peer {
        Peer {
            account: AccountId(1),
            device: DeviceId::parse("IMEI:1").unwrap(),
            datastore: DatastoreId::parse("contacts").unwrap(),
            client_anchor: Some(Anchor::parse("277").unwrap()),
            client_anchor_prev: Some(Anchor::parse("276").unwrap()),
            server_anchor: Some(Anchor::parse("9").unwrap()),
            server_anchor_prev: Some(Anchor::parse("8").unwrap()),
            acked: Rev(1000),
            acked_prev: Rev(900),
            types: String::new(),
            filter: String::new(),
            filter_prev: String::new(),
            epoch: "e".to_owned(),
            synced: Millis(0),
        }
    }

    /// REQ-ANCHOR-3, REQ-ANCHOR-6: the table of the anchor rules.
    #[test]
    fn the_last_anchor_decides_the_mode() {
        let known = peer();
        let unfinished = Peer {
            client_anchor: None,
            ..peer()
        };
        let mismatch = Why::AnchorMismatch {
            ours: "277".to_owned(),
            theirs: "5".to_owned(),
        };
        let rows = [
            (Some("277"), Some(&known), 0, "e", Mode::TwoWay, Why::Asked),
            (
                Some(" 277 "),
                Some(&known),
                1000,
                "e",
                Mode::TwoWay,
                Why::Asked,
            ),
            (
                Some("276"),
                Some(&known),
                0,
                "e",
                Mode::TwoWay,
                Why::PreviousAnchor,
            ),
            (Some("5"), Some(&known), 0, "e", Mode::Slow, mismatch),
            (None, Some(&known), 0, "e", Mode::Slow, Why::DeviceReset),
            (Some(""), Some(&known), 0, "e", Mode::Slow, Why::DeviceReset),
            (
                Some("0"),
                Some(&known),
                0,
                "e",
                Mode::Slow,
                Why::DeviceReset,
            ),
            (
                Some("00000000T000000Z"),
                Some(&known),
                0,
                "e",
                Mode::Slow,
                Why::DeviceReset,
            ),
            (Some("277"), None, 0, "e", Mode::Slow, Why::FirstSync),
            (
                Some("277"),
                Some(&known),
                0,
                "other",
                Mode::Slow,
                Why::Restored,
            ),
            (
                Some("277"),
                Some(&known),
                1001,
                "e",
                Mode::Slow,
                Why::TooLongAway,
            ),
            (
                Some("276"),
                Some(&known),
                901,
                "e",
                Mode::Slow,
                Why::TooLongAway,
            ),
            (
                Some("277"),
                Some(&unfinished),
                0,
                "e",
                Mode::Slow,
                Why::Unfinished,
            ),
        ];
        for (last, peer, floor, epoch, mode, why) in rows {
            assert_eq!(
                decide(Mode::TwoWay, last, peer, Rev(floor), epoch),
                (mode, why),
                "Last {last:?}"
            );
        }
    }

    #[test]
    fn a_full_mode_needs_no_anchors() {
        for mode in [Mode::Slow, Mode::RefreshFromClient, Mode::RefreshFromServer] {
            assert_eq!(
                decide(mode, Some("5"), Some(&peer()), Rev(0), "e"),
                (mode, Why::Asked)
            );
        }
    }

    /// A sync from the client never turns into one that writes to the client.
    #[test]
    fn a_lost_past_keeps_the_direction() {
        assert_eq!(
            decide(Mode::OneWayFromClient, None, None, Rev(0), "e").0,
            Mode::RefreshFromClient
        );
        assert_eq!(
            decide(Mode::OneWayFromServer, None, None, Rev(0), "e").0,
            Mode::RefreshFromServer
        );
    }
}
