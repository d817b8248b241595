//! An item as lines for people: decoded, unfolded, one property a line; and what two of them have not in common.

use similar::{ChangeTag, TextDiff};

use crate::cli::out::harmless;
use crate::item::Content;
use crate::pim::model::{self, Folding, Reading, Spelling, Version};

/// The longest line that is shown whole, in characters: a picture is of no use here.
const LONGEST: usize = 200;

/// The lines of an item. What is no object of properties, and what cannot be read, is shown as it stands.
pub fn of(content: &Content) -> Vec<String> {
    let text = match model::read(&content.body, Reading::default()) {
        Ok(document) => {
            let plain = Spelling {
                folding: Folding::Never,
                ..Spelling::of(Version::Card30)
            };
            String::from_utf8_lossy(&model::write(&document, &plain)).into_owned()
        }
        Err(_) => String::from_utf8_lossy(&content.body).into_owned(),
    };
    harmless(&text).lines().map(shortened).collect()
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => {
            let (shown, rest) = line.split_at(at);
            format!("{shown}\u{2026} ({} more characters)", rest.chars().count())
        }
        None => line.to_owned(),
    }
}

/// What must be taken from `old` (`- `) and added to it (`+ `) to make it `new`, line by line; nothing else.
pub fn differences(old: &Content, new: &Content) -> Vec<String> {
    let (old, new) = (of(old), of(new));
    let old: Vec<_> = old.iter().map(String::as_str).collect();
    let new: Vec<_> = new.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&old, &new);
    let changes = diff.iter_all_changes().filter_map(|change| {
        let sign = match change.tag() {
            ChangeTag::Delete => "-",
            ChangeTag::Insert => "+",
            ChangeTag::Equal => return None,
        };
        Some(format!("{sign} {}", change.value()))
    });
    changes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::MediaType;

    fn card(lines: &str) -> Content {
        Content {
            media_type: MediaType::new("text/x-vcard"),
            body: format!("BEGIN:VCARD\r\nVERSION:2.1\r\n{lines}END:VCARD\r\n").into_bytes(),
        }
    }

    #[test]
    fn a_difference_is_told_in_decoded_lines() {
        let old = card("FN:Ren=E9\r\nTEL;HOME:1\r\n");
        let new = card(
            "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ren=C3=A9\r\nTEL;HOME:1\r\nNOTE:hi\r\n",
        );
        assert_eq!(
            differences(&old, &new),
            ["- FN:Ren=E9", "+ FN:Ren\u{e9}", "+ NOTE:hi"]
        );
        assert_eq!(differences(&old, &old), Vec::<String>::new());
    }

    #[test]
    fn a_picture_is_not_shown_whole() {
        let line = format!("PHOTO;JPEG;ENCODING=BASE64:{}\r\n\r\n", "A".repeat(400));
        let lines = of(&card(&line));
        let photo = lines.iter().find(|line| line.starts_with("PHOTO")).unwrap();
        assert!(photo.ends_with("more characters)"), "{photo}");
        assert!(photo.chars().count() < 250);
    }
}
