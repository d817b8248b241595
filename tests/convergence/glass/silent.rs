//! Devices that say nothing of what they hold, and keep less: they cut values, or drop whole fields, when they store an item.
//!
//! The server is told by a setting that such a device cuts (`contact_cuts_silently`), and, of one that drops fields, that what
//! does not come back was not cleared (`contact_absent_is_kept`); so nothing is lost by an edit or a slow sync of it.
//! Of a device that drops fields nobody can tell what it lacks from what it never keeps: what others wrote to an item that it
//! came by in another way than from us, it is sent when that changes next, and not before ([`Glass::may_lack`]).
//! Without the settings what it was not asked for stays as it is: a two-way sync sends no item that its user did not touch.

use std::collections::BTreeMap;

use anchorage::item::Content;

use super::Glass;
use crate::card::{self, CONTACT, Field, Fields, Form};
use crate::chance::Chance;
use crate::dial::Dial;

/// What a device does without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Nothing: it says what it holds.
    Tells,
    /// It cuts texts to so many characters.
    Cuts(usize),
    /// It does that, and keeps few fields.
    Drops(usize),
}

impl Silence {
    /// The settings that the server needs to understand it, as JSON.
    pub fn flags(self) -> Option<&'static str> {
        match self {
            Self::Tells => None,
            Self::Cuts(_) => Some(r#"{"contact_cuts_silently":"true"}"#),
            Self::Drops(_) => {
                Some(r#"{"contact_cuts_silently":"true","contact_absent_is_kept":"true"}"#)
            }
        }
    }

    /// What it keeps of an item that it is sent.
    pub fn keeps(self) -> Option<fn(&Content) -> Content> {
        match self {
            Self::Tells => None,
            Self::Cuts(16) => Some(|sent| Self::Cuts(16).kept(sent)),
            Self::Cuts(_) => Some(|sent| Self::Cuts(30).kept(sent)),
            Self::Drops(16) => Some(|sent| Self::Drops(16).kept(sent)),
            Self::Drops(_) => Some(|sent| Self::Drops(30).kept(sent)),
        }
    }

    fn kept(self, sent: &Content) -> Content {
        // A deletion brings nothing.
        let Ok(read) = card::read(&sent.body) else {
            return sent.clone();
        };
        let fields = Glass::of(read.form, self).shows(&read.fields);
        Content {
            media_type: sent.media_type.clone(),
            body: card::write(read.form, read.mark, &fields, true, ""),
        }
    }

    fn holds(self) -> Option<BTreeMap<Field, Option<usize>>> {
        let (most, kept): (usize, &[Field]) = match self {
            Self::Tells => return None,
            Self::Cuts(most) => (most, &CONTACT),
            Self::Drops(most) => (most, &[Field::Title, Field::Org, Field::Role, Field::Note]),
        };
        let texts = [Field::Title, Field::Role, Field::Note];
        let held = kept.iter();
        let held = held.map(|field| (*field, texts.contains(field).then_some(most)));
        Some(held.collect())
    }
}

impl Glass {
    /// Draws a silent one for contacts.
    pub fn draw_silent(chance: &mut Chance) -> Self {
        let form = chance.one(&[Form::Card21, Form::Card30]);
        let most = chance.one(&[16, 30]);
        let silence = chance.one(&[Silence::Cuts(most), Silence::Drops(most)]);
        Self::of(form, silence)
    }

    fn of(form: Form, silence: Silence) -> Self {
        Self {
            form,
            holds: silence.holds(),
            shows_name: true,
            is_dated: false,
            says_type: false,
            dial: Dial::UTC,
            alarm: "AALARM",
            is_task: false,
            silence,
        }
    }

    /// Whether what it shows of an item is all it is to show, where it may lack some of that.
    pub fn may_lack(&self, shows: &Fields, all: &Fields) -> bool {
        matches!(self.silence, Silence::Drops(_))
            && shows
                .iter()
                .all(|(field, values)| all.get(field) == Some(values))
    }

    /// Whether its user can clear a field.
    pub const fn clears(&self) -> bool {
        !matches!(self.silence, Silence::Drops(_))
    }
}
