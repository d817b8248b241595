//! What devices make of events: vCalendar 1.0 or iCalendar 2.0, all fields or some of them, each on its own clock.

use std::collections::BTreeMap;

use anchorage::message::devinf::Property;

use super::Glass;
use super::silent::Silence;
use crate::agenda::{self, EVENT, TASK};
use crate::body::Sort;
use crate::card::{Field, Fields, Form};
use crate::chance::Chance;
use crate::dial::{Dial, Says};

impl Glass {
    /// Draws one for a datastore of events or of tasks on a device with this clock.
    pub fn draw_agenda(sort: Sort, dial: Dial, chance: &mut Chance) -> Self {
        let is_task = sort == Sort::Task;
        let form = chance.one(&[Form::Calendar10, Form::Calendar20]);
        let is_strong = chance.percent(40);
        let dial = match (form, dial.says) {
            // A time without a zone is in iCalendar on everybody's clock: nobody means that by a meeting.
            (Form::Calendar20, Says::Clock) => Dial {
                says: Says::Zone,
                ..dial
            },
            (_, _) => dial,
        };
        Self {
            form,
            holds: (!is_strong).then(|| few(is_task, chance)),
            shows_name: true,
            is_dated: is_strong || chance.percent(50),
            says_type: false,
            dial,
            alarm: chance.one(&["AALARM", "DALARM"]),
            is_task,
            silence: Silence::Tells,
        }
    }

    /// Whether it is of events or tasks.
    pub const fn is_of_agenda(&self) -> bool {
        matches!(self.form, Form::Calendar10 | Form::Calendar20)
    }

    /// The fields of an item in the words of its form.
    pub(super) fn in_its_words(&self, fields: &Fields) -> Fields {
        if self.form != Form::Calendar10 {
            return fields.clone();
        }
        let said = fields.iter().filter_map(|(field, values)| {
            let said = values
                .iter()
                .filter_map(|value| agenda::roughly(*field, value));
            let said: Vec<_> = said.collect();
            (!said.is_empty()).then_some((*field, said))
        });
        said.collect()
    }

    /// Whether two values of a field look the same on it.
    pub fn looks_like(&self, field: Field, value: &str, shown: &str) -> bool {
        let said = if self.form == Form::Calendar10 {
            agenda::roughly(field, value)
        } else {
            Some(value.to_owned())
        };
        said.as_deref() == Some(shown)
    }

    /// What it says it holds of events or tasks.
    pub(super) fn of_agenda(&self, holds: &BTreeMap<Field, Option<usize>>) -> Vec<Property> {
        let named = |name: &str| Property {
            name: name.to_owned(),
            ..Property::default()
        };
        let is_old = self.form == Form::Calendar10;
        let mut begin = named("BEGIN");
        let (entry, times): (_, &[&str]) = if self.is_task {
            ("VTODO", &["DUE"])
        } else {
            ("VEVENT", &["DTSTART", "DTEND", "RRULE"])
        };
        begin.val_enum = vec!["VCALENDAR".to_owned(), entry.to_owned()];
        let mut all = vec![begin];
        all.extend(["VERSION", "SUMMARY", "END"].map(named));
        all.extend(times.iter().copied().map(named));
        if is_old {
            all.extend(["TZ", "DAYLIGHT"].map(named));
        } else {
            all.extend(["UID", "DTSTAMP"].map(named));
        }
        all.extend(self.is_dated.then(|| named("LAST-MODIFIED")));
        for (field, most) in holds {
            if field.is_needed() || *field == Field::Rule {
                continue;
            }
            if *field == Field::Alarm && !is_old {
                all[0].val_enum.push("VALARM".to_owned());
                all.push(named("TRIGGER"));
                continue;
            }
            let is_alarm = *field == Field::Alarm;
            let name = if is_alarm {
                self.alarm
            } else {
                field.property().0
            };
            all.push(Property {
                max_size: most.map(|most| most.to_string()),
                // Before 1.2 a size stands behind a type.
                data_type: most.map(|_| "chr".to_owned()),
                ..named(name)
            });
        }
        all
    }
}

/// The fields of an event, or of a task.
pub(super) const fn all(is_task: bool) -> &'static [Field] {
    if is_task { &TASK } else { &EVENT }
}

/// A few fields, some of them short. When an event is every device holds, and by which rule it comes again.
fn few(is_task: bool, chance: &mut Chance) -> BTreeMap<Field, Option<usize>> {
    let held = all(is_task).iter().copied().filter(|field| {
        let is_needed = field.is_needed() || *field == Field::Rule;
        is_needed || (*field != Field::Hull && chance.percent(50))
    });
    let held: Vec<Field> = held.collect();
    let short = |field: Field, chance: &mut Chance| {
        let is_short = matches!(field, Field::Place | Field::Details) && chance.percent(60);
        is_short.then(|| chance.one(&[10, 16, 30]))
    };
    let pairs = held.into_iter().map(|field| (field, short(field, chance)));
    pairs.collect()
}
