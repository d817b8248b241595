//! Sessions that do not go to their end in one piece: suspended by their user, or overtaken by a second one of the same
//! device.

use anchorage::client::Step;

use crate::history::History;
use crate::outline::outline;

impl History {
    /// The user may pause: a device that suspends does so when next it can, the others go on.
    pub fn pause(&mut self, at: usize) {
        let suspended = self.faults.suspended;
        if suspended == 0 || !self.chance.percent(suspended) {
            return;
        }
        if let Some(session) = &mut self.phones[at].session {
            session.dialogue.suspend();
            session.is_disturbed = true;
        }
        self.told.faults += 1;
        self.say(|| format!("{}: the user pauses", self.phones[at].name));
    }

    /// The user may start again while a session is under way; and an older one may go on. Answers whether the session
    /// that was under way is no more.
    pub fn starts_again(&mut self, at: usize) -> bool {
        let twice = self.faults.twice;
        if twice == 0 {
            return false;
        }
        if self.phones[at].older.is_some() {
            if self.chance.percent(50) {
                self.go_on_with_older(at);
            }
            return false;
        }
        let is_known = |session: &crate::phone::Session| session.is_known;
        let is_under_way = self.phones[at].session.as_ref().is_some_and(is_known);
        if !is_under_way || !self.chance.percent(twice) {
            return false;
        }
        let Some(mut older) = self.phones[at].session.take() else {
            return false;
        };
        older.is_disturbed = true;
        self.told.faults += 1;
        self.say(|| format!("{}: the user starts again", self.phones[at].name));
        let failed = older.dialogue.cut("the user starts again".to_owned());
        self.over(at, &older, &failed.summary, Some(&failed.reason));
        self.phones[at].older = Some(older);
        let (mode, all) = (self.mode(), self.chance.percent(70));
        self.open(at, mode, all);
        true
    }

    /// A message of a session that a newer one took the place of: it must be told so (512), and do nothing.
    fn go_on_with_older(&mut self, at: usize) {
        let newer = self.phones[at].session.as_ref();
        if newer.is_some_and(|newer| !newer.is_known) {
            // Nobody has told the server of the newer one yet.
            return;
        }
        let Some(mut older) = self.phones[at].older.take() else {
            return;
        };
        let name = self.phones[at].name.clone();
        for _ in 0..=self.chance.below(2) {
            let reply = match self.server.deliver(&older.next, self.now, &mut self.chance) {
                Ok(reply) => reply,
                Err(refused) => {
                    let wrong = format!("a message of an older session was refused: {refused}");
                    return self.wrong.push(wrong);
                }
            };
            let said = outline(&reply.body);
            self.say(|| format!("{name} older > {}", outline(&older.next.body)));
            self.say(|| format!("{name} older < {said}"));
            if !said.contains("SyncHdr 512") {
                self.wrong
                    .push(format!("{name}: an older session goes on: {said}"));
                return;
            }
            let device = &mut self.phones[at].life.device;
            if !matches!(older.dialogue.next(device, &reply), Step::Failed(_)) {
                self.wrong.push(format!("{name}: goes on after {said}"));
                return;
            }
        }
    }
}
