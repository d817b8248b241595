//! The addresses a Status repeats: those of the command it answers (REQ-REP-7).

use crate::message::query::PutItem;
use crate::message::{Command, Item, Location};

/// `TargetRef` and `SourceRef`.
pub(super) type Refs = (Option<String>, Option<String>);

/// Those of one item.
pub(super) fn of_item(item: &Item) -> Refs {
    (uri(item.target.as_ref()), uri(item.source.as_ref()))
}

/// Those of what a Put brings first.
pub(super) fn of_put(items: &[PutItem]) -> Refs {
    let first = items.first();
    let both = first.map(|item| (uri(item.target.as_ref()), uri(item.source.as_ref())));
    both.unwrap_or_default()
}

/// Those of a command as a whole: none where it has several items, which one Status cannot tell apart.
pub(super) fn of_command(command: &Command) -> Refs {
    match command {
        Command::Alert(alert) => match alert.items.as_slice() {
            [item] => (uri(item.target.as_ref()), uri(item.source.as_ref())),
            _ => (None, None),
        },
        Command::Change(change) => of_only(&change.items),
        Command::Get(get) => of_only(&get.items),
        Command::Exec(exec) => exec.item.as_deref().map(of_item).unwrap_or_default(),
        Command::Put(put) if put.items.len() == 1 => of_put(&put.items),
        Command::Map(map) => (uri(Some(&map.target)), uri(Some(&map.source))),
        Command::Sync(sync) => (uri(sync.target.as_ref()), uri(sync.source.as_ref())),
        Command::Search(search) => match search.sources.as_slice() {
            [source] => (uri(search.target.as_ref()), uri(Some(source))),
            _ => (uri(search.target.as_ref()), None),
        },
        Command::Group(_)
        | Command::Put(_)
        | Command::Results(_)
        | Command::Status(_)
        | Command::Unknown { .. } => (None, None),
    }
}

fn of_only(items: &[Item]) -> Refs {
    match items {
        [item] => of_item(item),
        _ => (None, None),
    }
}

fn uri(location: Option<&Location>) -> Option<String> {
    location.map(|location| location.uri.clone())
}
