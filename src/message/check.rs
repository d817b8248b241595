//! What is wrong with a command before anybody looks at what it means: numbers that are none (400), names
//! that are too long (414), mandatory parts that are missing (412). Sources: `RepPro` 1.2.2, sections 7.3
//! and 10.

use super::query::{PutData, PutItem};
use super::{Alert, AlertCode, AlertItem, Change, ChangeKind, Command, Item, Location, StatusCode};

/// Longest `LocURI` we take, in bytes.
pub const MAX_URI_BYTES: usize = 1024;

/// The code that refuses this command as it stands, if any. The commands in it answer for themselves, and
/// whether it makes sense here and now is not asked.
#[must_use]
pub fn check(command: &Command) -> Option<StatusCode> {
    if matches!(command, Command::Unknown { .. }) {
        Some(StatusCode::NotImplemented)
    } else if matches!(command.cmd_id(), "" | "0") {
        Some(StatusCode::BadRequest) // REQ-REP-3
    } else if uris(command).iter().any(|uri| uri.len() > MAX_URI_BYTES) {
        Some(StatusCode::UriTooLong)
    } else {
        flaw(command)
    }
}

const MISSING: Option<StatusCode> = Some(StatusCode::IncompleteCommand);

fn flaw(command: &Command) -> Option<StatusCode> {
    match command {
        Command::Change(change) => {
            missing(change.items.is_empty() || !change.items.iter().all(|item| fits(change, item)))
        }
        Command::Alert(alert) => alert_flaw(alert),
        Command::Group(group) => missing(group.commands.is_empty()),
        Command::Exec(exec) => missing(exec.item.is_none()),
        Command::Get(get) => missing(get.items.is_empty() || !get.items.iter().all(is_named)),
        Command::Map(map) => missing(map.items.is_empty() || map.target.uri.is_empty()),
        Command::Put(put) => missing(!are_there(&put.items)),
        Command::Results(results) => {
            missing(results.cmd_ref.is_empty() || !are_there(&results.items))
        }
        Command::Search(search) => missing(search.sources.is_empty() || search.data.is_none()),
        Command::Status(status) => missing(status.cmd_ref.is_empty() || status.code.is_none()),
        Command::Sync(sync) => missing(sync.target.is_none() && sync.source.is_none()),
        Command::Unknown { .. } => None,
    }
}

fn missing(is_missing: bool) -> Option<StatusCode> {
    if is_missing { MISSING } else { None }
}

/// An item of a change names something; what is added or replaced has data, unless it only moves to
/// another parent.
fn fits(change: &Change, item: &Item) -> bool {
    let moves = item.source_parent.is_some() || item.target_parent.is_some();
    is_named(item)
        && match change.kind {
            ChangeKind::Add => item.data.is_some(),
            ChangeKind::Replace => item.data.is_some() || moves,
            ChangeKind::Delete | ChangeKind::Copy => true,
            ChangeKind::Move => moves,
        }
}

fn is_named(item: &Item) -> bool {
    [&item.target, &item.source]
        .into_iter()
        .flatten()
        .any(|location| !location.uri.is_empty())
}

fn are_there(items: &[PutItem]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.data != PutData::None)
}

fn alert_flaw(alert: &Alert) -> Option<StatusCode> {
    let Some(code) = alert.code else {
        return MISSING;
    };
    if !matches!(code.number(), 200..=210 | 225) {
        return None;
    }
    let no_datastore = |item: &AlertItem| item.target.is_none() && item.source.is_none();
    let no_next = |item: &AlertItem| {
        item.meta
            .anchor
            .as_ref()
            .is_some_and(|anchor| anchor.next.is_empty())
    };
    let filters = || {
        alert
            .items
            .iter()
            .filter_map(|item| item.target.as_ref()?.filter.as_deref())
    };
    missing(
        alert.items.is_empty()
            || alert.items.iter().any(|item| no_datastore(item) || (code != AlertCode::Resume && no_next(item))) // REQ-META-8
            || filters().any(|filter| filter.meta.media_type.is_none()), // REQ-REP-16
    )
}

/// Every `LocURI` of a command.
fn uris(command: &Command) -> Vec<&str> {
    match command {
        Command::Change(change) => change.items.iter().flat_map(item_uris).collect(),
        Command::Get(get) => get.items.iter().flat_map(item_uris).collect(),
        Command::Exec(exec) => exec.item.iter().flat_map(|item| item_uris(item)).collect(),
        Command::Alert(alert) => alert
            .items
            .iter()
            .flat_map(|item| pair(item.target.as_ref(), item.source.as_ref()))
            .collect(),
        Command::Put(put) => put
            .items
            .iter()
            .flat_map(|item| pair(item.target.as_ref(), item.source.as_ref()))
            .collect(),
        Command::Results(results) => results
            .items
            .iter()
            .flat_map(|item| pair(item.target.as_ref(), item.source.as_ref()))
            .collect(),
        Command::Sync(sync) => pair(sync.target.as_ref(), sync.source.as_ref()).collect(),
        Command::Map(map) => pair(Some(&map.target), Some(&map.source))
            .chain(
                map.items
                    .iter()
                    .flat_map(|item| pair(Some(&item.target), Some(&item.source))),
            )
            .collect(),
        Command::Search(search) => search
            .target
            .iter()
            .chain(&search.sources)
            .map(|place| place.uri.as_str())
            .collect(),
        Command::Group(_) | Command::Status(_) | Command::Unknown { .. } => Vec::new(),
    }
}

fn pair<'c>(
    target: Option<&'c Location>,
    source: Option<&'c Location>,
) -> impl Iterator<Item = &'c str> {
    [target, source]
        .into_iter()
        .flatten()
        .map(|place| place.uri.as_str())
}

fn item_uris(item: &Item) -> impl Iterator<Item = &str> {
    let parents = [item.source_parent.as_deref(), item.target_parent.as_deref()];
    pair(item.target.as_ref(), item.source.as_ref()).chain(parents.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::super::{AnchorPair, Filter, Group, Map, MapItem, Meta, Status, Sync};
    use super::*;

    fn item(uri: &str) -> Item {
        Item {
            source: Some(uri.into()),
            data: Some(b"x".to_vec()),
            ..Item::default()
        }
    }

    fn change(kind: ChangeKind, items: Vec<Item>) -> Command {
        Command::Change(Change {
            kind,
            cmd_id: "1".into(),
            items,
            ..Change::default()
        })
    }

    fn alert(code: AlertCode, items: Vec<AlertItem>) -> Command {
        Command::Alert(Alert {
            cmd_id: "1".into(),
            code: Some(code),
            items,
            ..Alert::default()
        })
    }

    #[test]
    fn a_command_without_a_number_of_its_own_is_malformed() {
        // REQ-REP-3
        for cmd_id in ["", "0"] {
            let sync = Sync {
                cmd_id: cmd_id.into(),
                target: Some("./c".into()),
                ..Sync::default()
            };
            assert_eq!(check(&Command::Sync(sync)), Some(StatusCode::BadRequest));
        }
    }

    #[test]
    fn an_unknown_command_is_not_implemented() {
        // REQ-REP-15
        let unknown = Command::Unknown {
            cmd_id: Some("1".into()),
            name: "Odd".into(),
        };
        assert_eq!(check(&unknown), Some(StatusCode::NotImplemented));
    }

    #[test]
    fn a_uri_may_have_1024_bytes_and_no_more() {
        let uri = "u".repeat(MAX_URI_BYTES);
        assert_eq!(check(&change(ChangeKind::Add, vec![item(&uri)])), None);
        let uri = "u".repeat(MAX_URI_BYTES + 1);
        let too_long = Some(StatusCode::UriTooLong);
        assert_eq!(
            check(&change(ChangeKind::Add, vec![item("1"), item(&uri)])),
            too_long
        );
        let pair = MapItem {
            target: "1".into(),
            source: uri.as_str().into(),
        };
        let map = Map {
            cmd_id: "1".into(),
            target: "./c".into(),
            items: vec![pair],
            ..Map::default()
        };
        assert_eq!(check(&Command::Map(map)), too_long);
        let parent = Item {
            source_parent: Some(uri.clone()),
            ..item("1")
        };
        assert_eq!(check(&change(ChangeKind::Move, vec![parent])), too_long);
        let about = AlertItem {
            source: Some(uri.as_str().into()),
            ..AlertItem::default()
        };
        assert_eq!(check(&alert(AlertCode::TwoWay, vec![about])), too_long);
    }

    #[test]
    fn a_change_needs_items_that_name_something_and_data_where_it_brings_any() {
        let bare = Item {
            data: None,
            ..item("1")
        };
        let nameless = Item {
            source: None,
            ..item("")
        };
        let moved = Item {
            target_parent: Some("f".into()),
            ..bare.clone()
        };
        let missing = Some(StatusCode::IncompleteCommand);
        for kind in ChangeKind::ALL {
            assert_eq!(check(&change(kind, vec![])), missing, "{kind:?}");
            assert_eq!(
                check(&change(kind, vec![nameless.clone()])),
                missing,
                "{kind:?}"
            );
        }
        assert_eq!(
            check(&change(ChangeKind::Add, vec![item("1"), bare.clone()])),
            missing
        );
        assert_eq!(
            check(&change(ChangeKind::Replace, vec![bare.clone()])),
            missing
        );
        assert_eq!(
            check(&change(ChangeKind::Replace, vec![moved.clone()])),
            None
        );
        assert_eq!(check(&change(ChangeKind::Delete, vec![bare.clone()])), None);
        assert_eq!(check(&change(ChangeKind::Move, vec![bare])), missing);
        assert_eq!(check(&change(ChangeKind::Move, vec![moved])), None);
    }

    /// REQ-META-8.
    #[test]
    fn an_alert_for_a_sync_needs_a_datastore_and_a_next_anchor_that_is_not_empty() {
        // REQ-META-8
        let missing = Some(StatusCode::IncompleteCommand);
        let anchor = |next: &str| Meta {
            anchor: Some(AnchorPair {
                last: None,
                next: next.into(),
            }),
            ..Meta::default()
        };
        let about = |meta| AlertItem {
            source: Some("./c".into()),
            meta,
            ..AlertItem::default()
        };
        assert_eq!(check(&alert(AlertCode::TwoWay, vec![])), missing);
        assert_eq!(
            check(&alert(AlertCode::TwoWay, vec![AlertItem::default()])),
            missing
        );
        assert_eq!(
            check(&alert(AlertCode::TwoWay, vec![about(anchor(""))])),
            missing
        );
        assert_eq!(
            check(&alert(AlertCode::TwoWay, vec![about(anchor("2"))])),
            None
        );
        assert_eq!(
            check(&alert(AlertCode::Resume, vec![about(anchor(""))])),
            None
        );
        assert_eq!(check(&alert(AlertCode::NextMessage, vec![])), None);
        assert_eq!(
            check(&Command::Alert(Alert {
                cmd_id: "1".into(),
                ..Alert::default()
            })),
            missing
        );
    }

    #[test]
    fn a_filter_without_a_type_makes_its_alert_incomplete() {
        // REQ-REP-16
        let target = Location {
            filter: Some(Box::new(Filter::default())),
            ..Location::from("./c")
        };
        let about = AlertItem {
            target: Some(target),
            ..AlertItem::default()
        };
        assert_eq!(
            check(&alert(AlertCode::TwoWay, vec![about])),
            Some(StatusCode::IncompleteCommand)
        );
    }

    #[test]
    fn containers_maps_and_statuses_need_what_they_are_for() {
        let missing = Some(StatusCode::IncompleteCommand);
        assert_eq!(
            check(&Command::Group(Group {
                cmd_id: "1".into(),
                ..Group::default()
            })),
            missing
        );
        assert_eq!(
            check(&Command::Map(Map {
                cmd_id: "1".into(),
                target: "./c".into(),
                ..Map::default()
            })),
            missing
        );
        assert_eq!(
            check(&Command::Sync(Sync {
                cmd_id: "1".into(),
                ..Sync::default()
            })),
            missing
        );
        assert_eq!(
            check(&Command::Status(Status {
                cmd_id: "1".into(),
                ..Status::default()
            })),
            missing
        );
        let sync = Sync {
            cmd_id: "1".into(),
            source: Some("./c".into()),
            ..Sync::default()
        };
        assert_eq!(check(&Command::Sync(sync)), None);
    }
}
