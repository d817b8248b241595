//! One edit: what differs between a property as it was shown and as it came back, made to another state of it.

use std::collections::HashSet;

use super::moments::{is_moment, is_of_time, is_time, restated};
use super::tree::joined;
use crate::pim::model::{Param, Property, Text, Value};

/// What a device's user did to one property.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edit {
    /// Another value in place of the whole.
    pub whole: Option<Value>,
    /// Other values for single parts.
    pub parts: Vec<(usize, Vec<Text>)>,
    /// Values that were added to a list and taken from it.
    pub list: (Vec<Text>, Vec<Text>),
    /// Types that were added and taken.
    pub types: (Vec<Text>, Vec<Text>),
    /// The zone and the kind of the time that is the other value.
    pub time: Option<Vec<Param>>,
    /// What is said of somebody who takes part.
    pub person: Vec<Param>,
}

impl Edit {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Makes it.
    pub(super) fn apply(&self, to: &Property) -> Property {
        let mut out = to.clone();
        if let Some(whole) = &self.whole {
            out.value = whole.clone();
        }
        if let Some(time) = &self.time {
            out.params.retain(|p| !is_of_time(p));
            out.params.extend(time.iter().cloned());
        }
        for word in &self.person {
            match out.params.iter_mut().find(|p| p.key == word.key) {
                Some(place) => place.clone_from(word),
                None => out.params.push(word.clone()),
            }
        }
        if !self.parts.is_empty() {
            let mut parts = parts(to);
            for (at, part) in &self.parts {
                while parts.len() <= *at {
                    parts.push(vec![Text::default()]);
                }
                if let Some(place) = parts.get_mut(*at) {
                    place.clone_from(part);
                }
            }
            out.value = Value::Parts(parts);
        }
        let (plus, minus) = &self.list;
        if let Value::List(list) = &mut out.value {
            let minus: HashSet<&str> = minus.iter().map(Text::as_str).collect();
            list.retain(|one| !minus.contains(one.trim()));
            let known: HashSet<Text> = list.iter().map(|one| one.trim().into()).collect();
            list.extend(plus.iter().filter(|one| !known.contains(*one)).cloned());
        }
        self.apply_types(&mut out);
        out
    }

    fn apply_types(&self, to: &mut Property) {
        let (plus, minus) = &self.types;
        if plus.is_empty() && minus.is_empty() {
            return;
        }
        let mut words: Vec<Text> = to.types().map(Text::from).collect();
        words.retain(|word| !minus.contains(word));
        for word in plus {
            if !words.contains(word) {
                words.push(word.clone());
            }
        }
        to.params.retain(|p| p.key != "TYPE");
        if !words.is_empty() {
            let param = Param {
                key: "TYPE".into(),
                values: words,
            };
            to.params.insert(0, param);
        }
    }

    /// The part of it that touches what others changed between `base` and `now`; the rest can be made.
    pub(super) fn against(&self, base: &Property, now: &Property) -> (Self, Self) {
        let mut free = self.clone();
        let mut touching = Self::default();
        if let Some(whole) = &self.whole
            && super::tree::said(base) != super::tree::said(now)
        {
            (free.whole, free.time) = (None, None);
            let wanted = Self {
                whole: Some(whole.clone()),
                time: self.time.clone(),
                ..Self::default()
            };
            if super::tree::said(&wanted.apply(now)) != super::tree::said(now) {
                touching = wanted;
            }
        }
        let (was, is) = (parts(base), parts(now));
        let part =
            |parts: &[Vec<Text>], at: usize| parts.get(at).map(|p| joined(p)).unwrap_or_default();
        free.parts.retain(|(at, wanted)| {
            let (was, is) = (part(&was, *at), part(&is, *at));
            if was == is {
                return true;
            }
            if is != joined(wanted) {
                touching.parts.push((*at, wanted.clone()));
            }
            false
        });
        (free, touching)
    }
}

/// How two values of a device are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// The device cuts values without saying where.
    pub cuts: bool,
    /// Types are not compared: places or the device's own say of which kind a property is.
    pub no_types: bool,
}

/// What was done between `shown` and `came`, as an edit of `source`, which may say more than was shown.
pub(super) fn between(
    source: &Property,
    shown: &Property,
    came: &Property,
    habits: Habits,
) -> Edit {
    let mut edit = Edit::default();
    match (&shown.value, &came.value) {
        (Value::List(_), _) | (_, Value::List(_)) => {
            let (was, is) = if is_time(&came.name) {
                (
                    words(&restated(shown, source)),
                    words(&restated(came, source)),
                )
            } else {
                (words(shown), words(came))
            };
            let (before, after): (HashSet<_>, HashSet<_>) =
                (was.iter().collect(), is.iter().collect());
            edit.list.0 = is
                .iter()
                .filter(|one| !before.contains(one))
                .cloned()
                .collect();
            edit.list.1 = was
                .iter()
                .filter(|one| !after.contains(one))
                .cloned()
                .collect();
        }
        (Value::Parts(was), _) => {
            let is = parts(came);
            let mine = parts(source);
            // A device may not know all parts, and say so.
            let known = |at: usize| {
                came.param("X-PARTS")
                    .is_none_or(|p| p.values.iter().any(|v| *v == at.to_string()))
            };
            for at in 0..was.len().max(is.len()) {
                let none = Vec::new();
                let (was, is) = (was.get(at).unwrap_or(&none), is.get(at).unwrap_or(&none));
                let (before, after) = (joined(was), joined(is));
                if before == after || !known(at) || (habits.cuts && is_cut(&before, &after)) {
                    continue;
                }
                let whole = mine.get(at).map(|part| joined(part)).unwrap_or_default();
                let text = kept_tail(&whole, &before, &after);
                edit.parts.push((
                    at,
                    text.map_or_else(|| is.clone(), |text| vec![text.into()]),
                ));
            }
            // A part that nobody has is no edit.
            edit.parts.retain(|(at, part)| {
                !(joined(part).is_empty() && mine.get(*at).is_none_or(|p| joined(p).is_empty()))
            });
        }
        (Value::Text(_), _) if is_moment(&came.name) => {
            let wanted = restated(came, source);
            let said = super::tree::said;
            if said(shown) != said(came) && said(&wanted) != said(source) {
                let time = wanted.params.into_iter().filter(is_of_time);
                edit.time = Some(time.collect());
                edit.whole = Some(wanted.value);
            }
        }
        (Value::Text(_) | Value::Bytes(_) | Value::Object(_), _) => {
            let (before, after) = (shown.text(), came.text());
            let is_same = super::tree::said(shown) == super::tree::said(came);
            if !(is_same || (habits.cuts && is_cut(&before, &after))) {
                let text = kept_tail(&source.text(), &before, &after);
                edit.whole =
                    Some(text.map_or_else(|| came.value.clone(), |text| Value::Text(text.into())));
            }
        }
    }
    if matches!(came.name.as_str(), "ATTENDEE" | "ORGANIZER") {
        // What a device does not say of somebody it may not know.
        let said = PERSON.iter().filter_map(|key| came.param(key));
        let is_other = |p: &&Param| {
            let was = shown.param_text(&p.key).unwrap_or_default();
            let is = p.values.first().map(Text::as_str).unwrap_or_default();
            !was.eq_ignore_ascii_case(is)
        };
        edit.person = said.filter(is_other).cloned().collect();
    }
    if !habits.no_types {
        let lower = |p: &Property| p.types().map(lower_case).collect::<Vec<_>>();
        let (was, is) = (lower(shown), lower(came));
        edit.types.0 = is
            .iter()
            .filter(|word| !was.contains(word))
            .cloned()
            .collect();
        edit.types.1 = was.into_iter().filter(|word| !is.contains(word)).collect();
    }
    edit
}

/// Whether a value is another one cut off.
fn is_cut(before: &str, after: &str) -> bool {
    !after.trim().is_empty() && before.starts_with(after.trim_end()) && before != after
}

/// The edited text with what was cut off behind it, where the edit left most of the shown text standing; `None` when
/// nothing was cut off, or when what was behind it belonged to the old text.
fn kept_tail(whole: &str, shown: &str, came: &str) -> Option<String> {
    let shown = shown.trim_end();
    let came = came.trim_end();
    let tail = whole
        .strip_prefix(shown)
        .filter(|tail| !tail.is_empty() && !shown.is_empty())?;
    let head: usize = shown
        .chars()
        .zip(came.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let (shown_chars, came_chars) = (shown.chars().count(), came.chars().count());
    let room = shown_chars.min(came_chars) - head;
    let end = shown
        .chars()
        .rev()
        .zip(came.chars().rev())
        .take(room)
        .take_while(|(a, b)| a == b)
        .count();
    ((head + end) * 2 >= shown_chars.max(came_chars)).then(|| format!("{came}{tail}"))
}

/// Of a list that was made up for the device what was put to it there.
pub(super) fn only_new(property: &Property, shown: &Property) -> Property {
    let mut new = property.clone();
    if let (Value::List(list), Value::List(known)) = (&mut new.value, &shown.value) {
        let known: HashSet<&str> = known.iter().map(|one| one.trim()).collect();
        list.retain(|one| !known.contains(one.trim()));
    }
    new
}

/// A value of the same build that says nothing.
pub(super) fn emptied(property: &Property) -> Value {
    match &property.value {
        Value::Parts(_) => Value::Parts(Vec::new()),
        Value::List(_) => Value::List(Vec::new()),
        Value::Text(_) | Value::Bytes(_) | Value::Object(_) => Value::default(),
    }
}

/// What came into a fixed place is of the place's kind.
pub(super) fn typed(property: &Property, shown: &Property, places: usize) -> Property {
    let mut property = property.clone();
    if places > 0 && property.types().next().is_none() {
        property
            .params
            .extend(shown.params.iter().filter(|p| p.key == "TYPE").cloned());
    }
    property
}

/// A type in lower case.
fn lower_case(word: &str) -> Text {
    word.to_ascii_lowercase().into()
}

/// A value as parts.
fn parts(property: &Property) -> Vec<Vec<Text>> {
    match &property.value {
        Value::Parts(parts) => parts.clone(),
        Value::List(list) => vec![list.clone()],
        Value::Text(text) => vec![vec![text.clone()]],
        Value::Bytes(_) | Value::Object(_) => Vec::new(),
    }
}

/// A value as a list.
fn words(property: &Property) -> Vec<Text> {
    let list = match &property.value {
        Value::List(list) => list.clone(),
        Value::Parts(parts) => parts.concat(),
        Value::Text(text) => vec![text.clone()],
        Value::Bytes(_) | Value::Object(_) => Vec::new(),
    };
    list.iter()
        .map(|one| Text::from(one.trim()))
        .filter(|one| !one.is_empty())
        .collect()
}

/// What is said of people who take part. RFC 5545, section 3.2.
const PERSON: [&str; 4] = ["CN", "PARTSTAT", "ROLE", "RSVP"];
