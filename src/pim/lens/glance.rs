//! Whether a device holds all of a contact, told from its lines alone.
//!
//! Nearly every contact that goes to a strong device is held whole, and needs no tree to see it.

use super::Lens;
use super::caps::{Capability, Caps};
use super::within::ALWAYS;
use crate::pim::line::{Line, Lines};

impl Lens {
    /// Whether the device, which has no habits, lists every line of a card in its own version, with room for it. `false`
    /// says nothing: it may hold the card all the same.
    pub(super) fn lists_every_line(&self, body: &[u8]) -> bool {
        let Some(caps) = self.caps.as_ref().filter(|caps| caps.is_telling()) else {
            return false;
        };
        let mut counts = vec![0_usize; caps.properties.len()];
        let mut frames = 0_u8;
        for line in Lines::new(body).filter(|line| !line.is_blank()) {
            if line.is("BEGIN") || line.is("END") {
                // One card, and nothing in it or beside it.
                let is_next = line.is("BEGIN") == (frames == 0) && frames < 2;
                if !is_next || !line.value().trim_ascii().eq_ignore_ascii_case(b"VCARD") {
                    return false;
                }
                frames += 1;
            } else if frames != 1 || !holds(caps, &mut counts, &line) {
                return false;
            }
        }
        frames == 2
    }
}

fn holds(caps: &Caps, counts: &mut [usize], line: &Line<'_>) -> bool {
    let says_nothing = |b: &u8| b.is_ascii_whitespace() || *b == b';';
    let Ok(name) = std::str::from_utf8(line.name()) else {
        return false;
    };
    if name.is_empty() {
        return false;
    }
    if line.value().iter().all(says_nothing) {
        return true;
    }
    let is_it = |capability: &Capability| capability.name.trim().eq_ignore_ascii_case(name);
    let listed = caps.properties.iter().zip(counts);
    let Some((capability, count)) = listed.into_iter().find(|(one, _)| is_it(one)) else {
        return ALWAYS.iter().any(|known| name.eq_ignore_ascii_case(known));
    };
    *count += 1;
    // A character has at least a byte, and what is wrapped is longer than what it says.
    let has_room = |most: usize| line.value().len() <= most;
    let is_framed = name.eq_ignore_ascii_case("VERSION");
    (capability.values.is_empty() || is_framed)
        && capability.max_occur.is_none_or(|most| *count <= most)
        && capability.max_size.is_none_or(has_room)
        && types(line).all(|word| capability.knows_type(word))
}

/// The types of a line: the values of `TYPE`, and bare words, but for those that say how the value is wrapped.
fn types<'a>(line: &'a Line<'_>) -> impl Iterator<Item = &'a [u8]> {
    let params = line
        .params()
        .filter(|param| param.is("TYPE") || (param.key.is_none() && param.coding().is_none()));
    params
        .flat_map(|param| param.value.split(|b| *b == b','))
        .map(|word| {
            let word = word.trim_ascii();
            let word = word.strip_prefix(b"\"").unwrap_or(word);
            word.strip_suffix(b"\"").unwrap_or(word)
        })
}
