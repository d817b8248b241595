//! What users of some devices do beside entering, changing and deleting items: copies, and items taken off a device alone.

use anchorage::ids::Luid;

use crate::body::Mark;
use crate::history::History;

impl History {
    /// Now and then an item is copied, or taken off the device. Answers whether it was.
    #[expect(
        clippy::same_functions_in_if_condition,
        reason = "each call is another throw"
    )]
    pub fn commands(&mut self, at: usize, local: &'static str, luid: &Luid, mark: Mark) -> bool {
        if !self.lore.commands {
            return false;
        }
        let done = if self.chance.percent(12) {
            self.copy(at, local, luid, mark)
        } else if self.chance.percent(12) {
            self.put_away(at, local, luid, mark)
        } else {
            false
        };
        if done {
            self.told.edits += 1;
            self.phones[at].look();
        }
        done
    }

    fn copy(&mut self, at: usize, local: &'static str, luid: &Luid, mark: Mark) -> bool {
        let phone = &mut self.phones[at];
        let store = phone.life.device.store_mut(local).unwrap();
        let Some(copy) = store.copy(luid) else {
            return false;
        };
        let seen = phone.life.seen.get(&(local, luid.clone())).cloned();
        let seen = seen.unwrap_or_default();
        let model = &mut self.users[phone.user].model;
        // Rule: of an item and its copy each goes its own way; what is said of the one says nothing of the other.
        for edit in &seen {
            model.edits[*edit].restated = true;
        }
        *model.copies.entry(mark.tag).or_default() += 1;
        phone.life.seen.insert((local, copy.clone()), seen);
        self.say(|| {
            format!(
                "{} copies {} ({luid}) as {copy} in {local}",
                self.phones[at].name, mark.tag
            )
        });
        true
    }

    fn put_away(&mut self, at: usize, local: &'static str, luid: &Luid, mark: Mark) -> bool {
        let phone = &mut self.phones[at];
        let store = phone.life.device.store_mut(local).unwrap();
        if !store.put_away(luid) {
            return false;
        }
        phone.life.away.insert((local, mark.tag));
        self.say(|| {
            format!(
                "{} takes {} ({luid}) off {local}",
                self.phones[at].name, mark.tag
            )
        });
        true
    }
}
