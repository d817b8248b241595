//! What a device sent of an item that others changed since it had it, brought together with what they did.

use std::borrow::Cow;

use super::{Takes, form, line};
use crate::item::Content;
use crate::pim::digest;
use crate::pim::lens::{Applied, Lens};

/// What it means that a device's version lacks something that it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Its user cleared it.
    Cleared,
    /// It may never have had it: it stays.
    Unknown,
}

impl Takes {
    /// The item as a device is to be sent it that has it as of `before`: what went since is sent as the device wants that,
    /// if it keeps what is merely missing.
    #[must_use]
    pub fn shows_over<'a>(&self, stored: &'a Content, before: &Content) -> Cow<'a, Content> {
        match self.lens(stored) {
            Some(lens) if !lens.contact.stand_ins.is_empty() => {
                Cow::Owned(lens.render_over(stored, Some(before)))
            }
            Some(_) | None => self.shows(stored),
        }
    }

    /// Whether what went is sent as something.
    #[must_use]
    pub fn has_stand_ins(&self) -> bool {
        self.0
            .iter()
            .any(|taken| !taken.lens.contact.stand_ins.is_empty())
    }

    /// Does to the item as it is `now` what the user of a device did to `base`, the item as the device last had it. What
    /// a device that sees the whole item sends is compared as a whole item. Without a base nothing counts as cleared, and
    /// what differs is a conflict.
    ///
    /// The result is spelled as what came, or as the item as it is now, if one of them says all of it; else it is written
    /// in the type of the latter, if that holds it. Bodies that are not understood are compared as a whole.
    #[must_use]
    pub fn merged(
        &self,
        base: Option<&Content>,
        now: &Content,
        sent: &Content,
        absent: Absent,
    ) -> Applied {
        let mut lens = match self.lens(base.unwrap_or(now)) {
            Some(lens) => lens.clone(),
            None => Lens::of(form_of(sent)),
        };
        lens.contact.absent_is_kept |= absent == Absent::Unknown;
        let kept = |item| kept_as(now, sent, item);
        match lens.apply_edits(base, now, sent) {
            Applied::Unchanged => Applied::Unchanged,
            Applied::Edited(item) => Applied::Edited(kept(item)),
            Applied::Merged(item) => Applied::Merged(kept(item)),
            Applied::Conflict {
                ours,
                theirs,
                fields,
            } => Applied::Conflict {
                ours: kept(ours),
                theirs: kept(theirs),
                fields,
            },
        }
    }
}

/// The canonical item as one of these spells it, if that says the same; else in the type and version of the first, if
/// nothing of it is lost by that.
fn kept_as(now: &Content, sent: &Content, item: Content) -> Content {
    let lens = Lens::of(form_of(now));
    let means = |content: &Content| digest(&lens.canonical(content));
    let meaning = means(&item);
    if let Some(same) = [now, sent].into_iter().find(|one| means(one) == meaning) {
        return same.clone();
    }
    let spelled = lens.render(&item);
    if spelled.media_type == now.media_type && means(&spelled) == meaning {
        spelled
    } else {
        item
    }
}

fn form_of(content: &Content) -> super::Form {
    let version = line::version(&content.body);
    let version = version.and_then(|version| std::str::from_utf8(version).ok());
    form(&content.media_type, version.unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::MediaType;

    fn card(media_type: &str, version: &str, lines: &str) -> Content {
        Content {
            media_type: MediaType::new(media_type),
            body: format!("BEGIN:VCARD\nVERSION:{version}\nN:Doe;Ann\n{lines}END:VCARD\n").into(),
        }
    }

    fn merged(base: &Content, now: &Content, sent: &Content) -> Applied {
        Takes::default().merged(Some(base), now, sent, Absent::Cleared)
    }

    #[test]
    fn what_one_side_says_already_stays_as_that_side_spells_it() {
        let card = |lines: &str| card("text/x-vcard", "2.1", lines);
        let base = card("BDAY:19551108\nTEL;CELL:1\n");
        let sent = card("BDAY:19551108\nTEL;CELL:2\nTITLE:Dr\n");
        assert_eq!(merged(&base, &base, &sent), Applied::Edited(sent.clone()));
        let now = card("TITLE:Dr\nBDAY:19551108\nTEL;CELL:1\n");
        assert_eq!(merged(&base, &now, &sent), Applied::Merged(sent));
        let half = card("BDAY:19551108\nTEL;CELL:1\nTITLE:Dr\n");
        assert_eq!(merged(&base, &now, &half), Applied::Unchanged);
    }

    #[test]
    fn what_both_sides_say_is_written_in_the_type_of_the_item() {
        let old = |lines: &str| card("text/x-vcard", "2.1", lines);
        let new = |lines: &str| card("text/vcard", "3.0", lines);
        let (now, sent) = (
            old("TEL;CELL:1\nNOTE:new\n"),
            new("TEL;TYPE=CELL:2\nNOTE:old\n"),
        );
        let Applied::Merged(item) = merged(&old("TEL;CELL:1\nNOTE:old\n"), &now, &sent) else {
            panic!("no edit touches another");
        };
        let body = String::from_utf8(item.body).unwrap();
        assert_eq!(item.media_type.as_str(), "text/x-vcard");
        assert!(
            body.contains("VERSION:2.1") && body.contains("TEL;CELL:2\r\nNOTE:new"),
            "{body}"
        );
    }

    #[test]
    fn a_device_that_saw_the_item_otherwise_clears_nothing() {
        let card = |lines: &str| card("text/vcard", "3.0", lines);
        let (base, now) = (
            card("TITLE:Dr\nTEL:1\n"),
            card("TITLE:Dr\nTEL:1\nNOTE:new\n"),
        );
        let sent = card("TEL:2\n");
        let takes = Takes::default();
        let merged = |absent| match takes.merged(Some(&base), &now, &sent, absent) {
            Applied::Merged(item) => String::from_utf8(item.body).unwrap(),
            odd @ (Applied::Unchanged | Applied::Edited(_) | Applied::Conflict { .. }) => {
                panic!("{odd:?}")
            }
        };
        assert!(merged(Absent::Unknown).contains("TITLE:Dr"));
        assert!(!merged(Absent::Cleared).contains("TITLE"));
    }
}
