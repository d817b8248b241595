//! What each package of the device begins with, and the end of the session. The picture stands in [`super::dialogue`].

use super::Device;
use super::dialogue::{Dialogue, Package, Turn};
use super::outbox::Job;
use super::profile::Maps;
use super::run::{Run, Stage};

impl Dialogue {
    /// Alerts, device information, and with combined initialization the Syncs.
    pub(super) fn plan_one(&mut self, device: &Device) {
        self.package = Package::One;
        self.is_open = true;
        self.jobs.clear();
        let profile = &device.profile;
        if profile.puts_devinf && !device.is_known {
            self.jobs.push_back(Job::Put);
        }
        self.jobs.extend((0..self.runs.len()).map(Job::Alert));
        if profile.gets_devinf {
            self.jobs.push_back(Job::Get);
        }
        if self.is_joined {
            self.plan_syncs(device, |run| run.stage == Stage::Alerted);
        }
    }

    /// Cached Maps and the Sync of each of these datastores.
    fn plan_syncs(&mut self, device: &Device, which: impl Fn(&Run) -> bool) {
        for (index, run) in self
            .runs
            .iter_mut()
            .enumerate()
            .filter(|(_, run)| which(run))
        {
            if let Some(store) = device.store(&run.local) {
                run.prepare(store);
                self.jobs.push_back(Job::Map(index));
                self.jobs.push_back(Job::Sync(index));
            }
        }
    }

    pub(super) fn after_one(&mut self, device: &mut Device) -> Turn {
        for run in self
            .runs
            .iter_mut()
            .filter(|run| run.stage == Stage::Alerted)
        {
            self.violations.push(format!(
                "no Alert of the server answers ours for {}",
                run.local
            ));
            run.fail("the server did not say how to sync".to_owned());
        }
        if self.runs.iter().all(|run| run.stage == Stage::Failed) {
            return self.finish(device);
        }
        let combined = self.is_joined;
        // In the combined flow an attempt is spent; only where more is to be sent is there another.
        let is_due = |run: &Run| {
            run.stage == Stage::Agreed && (!combined || run.mode.sends() != run.asked.sends())
        };
        if combined && !self.runs.iter().any(is_due) {
            return self.after_three(device);
        }
        self.package = Package::Three;
        self.is_open = true;
        self.plan_syncs(device, is_due);
        self.speak(device)
    }

    pub(super) fn after_three(&mut self, device: &mut Device) -> Turn {
        let receiving = |run: &Run| run.stage == Stage::Agreed && run.mode.receives();
        for run in self
            .runs
            .iter()
            .filter(|run| receiving(run) && !run.has_sync)
        {
            self.violations
                .push(format!("the server sent no Sync for {}", run.local)); // REQ-PKG-7
        }
        if !self.runs.iter().any(receiving) {
            return self.finish(device);
        }
        self.package = Package::Five;
        self.is_open = true;
        if device.profile.maps == Maps::AtOnce {
            self.jobs.extend((0..self.runs.len()).map(Job::Map));
        }
        self.speak(device)
    }

    /// The end that both sides wanted: what was agreed becomes lasting.
    pub(super) fn finish(&mut self, device: &mut Device) -> Turn {
        self.check_end();
        for run in &self.runs {
            let Some(store) = device.store_mut(&run.local) else {
                continue;
            };
            if run.stage == Stage::Agreed {
                run.commit(store);
            } else {
                store.forget_broken();
            }
        }
        Turn::Over
    }
}
