//! Items that can be told apart: each body names its user, its item (the tag) and the edit that wrote it.

use crate::chance::Chance;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    Contact,
    Event,
    Task,
    Note,
    /// A file, or a folder: the number of the item decides.
    Tree,
}

impl Sort {
    /// The collection such items lie in.
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Event => "calendar",
            Self::Task => "tasks",
            Self::Note => "notes",
            Self::Tree => "files",
        }
    }
}

/// Whether the item of this number in a tree is a folder.
pub const fn is_folder(tag: usize) -> bool {
    tag.is_multiple_of(3)
}

/// Who wrote what, as it stands in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub user: usize,
    pub tag: usize,
    pub edit: usize,
}

/// A body with this mark, padded by chance; with `stamp`, it says when it was written.
pub fn body(
    sort: Sort,
    mark: Mark,
    stamp: Option<i64>,
    large: bool,
    chance: &mut Chance,
) -> Vec<u8> {
    let name = format!("T{}.{}.", mark.user, mark.tag);
    let size = if large {
        chance.one(&[0, 80, 400, 3_000, 12_000])
    } else {
        chance.one(&[0, 0, 10, 80, 250, 400])
    };
    let text = format!("E{}. {}", mark.edit, "x".repeat(chance.below(size + 1)));
    let stamp = stamp.map(self::stamp);
    let stamped = |property: &str| {
        stamp
            .as_ref()
            .map_or(String::new(), |at| format!("{property}:{at}\r\n"))
    };
    match sort {
        Sort::Contact => {
            let rev = stamped("REV");
            format!("BEGIN:VCARD\r\nVERSION:2.1\r\nN:{name}\r\nNOTE:{text}\r\n{rev}END:VCARD\r\n")
        }
        Sort::Event | Sort::Task => {
            let kind = if sort == Sort::Event { "VEVENT" } else { "VTODO" };
            let at = stamped("LAST-MODIFIED");
            format!("BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:{kind}\r\nSUMMARY:{name}\r\nDESCRIPTION:{text}\r\n{at}END:{kind}\r\nEND:VCALENDAR\r\n")
        }
        Sort::Note => format!("{name}\r\n{text}\r\n"),
        Sort::Tree => {
            let (root, field) = if is_folder(mark.tag) {
                ("Folder", "label")
            } else {
                ("File", "body")
            };
            let at = stamp.map_or(String::new(), |at| format!("<modified>{at}</modified>"));
            format!("<{root}><name>{name}</name>{at}<{field}>{text}</{field}></{root}>")
        }
    }
    .into_bytes()
}

/// An instant, given in milliseconds, as bodies say when they were written.
pub fn stamp(ms: i64) -> String {
    let (s, minute) = ((ms / 1000) % 60, (ms / 60_000) % 60);
    let (hour, day) = ((ms / 3_600_000) % 24, 1 + (ms / 86_400_000) % 28);
    format!("200601{day:02}T{hour:02}{minute:02}{s:02}Z")
}

/// The mark of a body; panics where there is none, since then somebody else wrote it.
pub fn mark(body: &[u8]) -> Mark {
    let text = std::str::from_utf8(body).unwrap();
    let (name, text) = after(text, 'T');
    let (user, name) = name.split_once('.').unwrap();
    let (edit, _) = after(text, 'E');
    Mark {
        user: user.parse().unwrap(),
        tag: name.parse().unwrap(),
        edit: edit.parse().unwrap(),
    }
}

/// The numbers behind the first such letter that has any and a dot behind them, and the rest.
fn after(text: &str, letter: char) -> (&str, &str) {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut places = text.match_indices(letter).map(|(at, _)| &text[at + 1..]);
    let is_number = |rest: &&str| {
        let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        behind.len() < rest.len() && behind.starts_with('.')
    };
    let rest = places.find(is_number).unwrap();
    let (numbers, rest) = rest.split_at(rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
    (numbers.trim_end_matches('.'), rest)
}
