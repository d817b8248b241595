//! Deletions that are too many: a device tells them, the server holds them back, and a person decides.

use anchorage::client::Mode;
use anchorage::sync::Release;

use crate::history::History;
use crate::lore::Guarded;

impl History {
    /// Now and then everything in a datastore is deleted at once. Answers whether it was.
    pub fn purges(&mut self, at: usize, local: &'static str) -> bool {
        let shown = self.phones[at].shown(local);
        if self.lore.guard.is_none() || shown.len() < 3 || !self.chance.percent(25) {
            return false;
        }
        for (luid, mark) in shown {
            self.change(at, local, &luid, mark, true);
            self.told.edits += 1;
        }
        true
    }

    /// Now and then a person decides on what was held back. Answers whether one did.
    pub fn decides(&mut self) -> bool {
        if self.lore.guard.is_none() || !self.chance.percent(4) {
            return false;
        }
        let at = self.chance.below(self.phones.len());
        self.release(at);
        true
    }

    fn release(&mut self, at: usize) {
        let Some(guard) = self.lore.guard else { return };
        let decision = match guard {
            Guarded::CarriesOut => Release::CarryOut,
            Guarded::GivesBack => self.chance.one(&[Release::CarryOut, Release::GiveBack]),
        };
        let phone = &self.phones[at];
        let account = self.users[phone.user].account;
        let device = &phone.life.device.profile.device;
        let released = self.server.release(account, device, self.now, decision);
        self.told.held += released.deleted + released.kept;
        self.say(|| format!("{}: {decision:?}, {released:?}", self.phones[at].name));
        if decision == Release::GiveBack && released.deleted > 0 {
            self.wrong
                .push("what was to be given back was deleted".to_owned());
        }
    }

    /// All devices tell what they deleted, and then nothing is held back any more.
    pub fn release_all(&mut self) {
        if self.lore.guard.is_none() {
            return;
        }
        for at in 0..self.phones.len() {
            self.now.0 += 10_000;
            self.open(at, Mode::TwoWay, true);
            self.talk(at);
        }
        for at in 0..self.phones.len() {
            self.release(at);
        }
    }
}
