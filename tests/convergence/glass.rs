//! What the devices of a history make of an item: the form they write it in, the fields they hold, and how much of each.

mod agenda;
pub mod silent;

use std::collections::BTreeMap;

use anchorage::client::Datastore;
use anchorage::message::devinf::{ContentType, Property};

use crate::body::Sort;
use crate::card::{self, CONTACT, Field, Fields, Form, Read};
use crate::chance::Chance;
use crate::dial::Dial;
use silent::Silence;

/// How a device sees the items of a datastore.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own that may hold with any other"
)]
#[derive(Debug, Clone)]
pub struct Glass {
    pub form: Form,
    /// The fields it holds and says so, each with the most characters of it; `None`: all, and it says nothing.
    holds: Option<BTreeMap<Field, Option<usize>>>,
    /// It has a field for the name as it is shown.
    pub shows_name: bool,
    /// It holds when an item was written.
    pub is_dated: bool,
    /// It says which kinds of telephone it holds as the values of `TYPE`, not each as a parameter.
    says_type: bool,
    /// The clock of the device, where items have times.
    pub dial: Dial,
    /// What it calls alarms in vCalendar 1.0.
    pub alarm: &'static str,
    /// Its items are tasks.
    pub is_task: bool,
    /// What it does and does not say.
    pub silence: Silence,
}

impl Glass {
    /// Draws one for a datastore with items of this sort.
    pub fn draw(sort: Sort, chance: &mut Chance) -> Self {
        let forms = match sort {
            Sort::Note => [Form::Text, Form::Note11],
            Sort::Contact | Sort::Event | Sort::Task | Sort::Tree => [Form::Card21, Form::Card30],
        };
        let form = chance.one(&forms);
        let is_strong = sort == Sort::Note || chance.percent(40);
        let holds = (!is_strong).then(|| few(chance));
        Self {
            form,
            shows_name: holds.is_none() || form == Form::Card30 || chance.percent(50),
            is_dated: holds.is_none() || chance.percent(50),
            holds,
            says_type: chance.percent(50),
            dial: Dial::UTC,
            alarm: "AALARM",
            is_task: false,
            silence: Silence::Tells,
        }
    }

    /// An item as its user sees it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self, body: &[u8]) -> Result<Read, String> {
        match std::str::from_utf8(body) {
            Ok(text) if self.is_of_agenda() => crate::agenda::read::read(text, Some(&self.dial)),
            Ok(_) | Err(_) => card::read(body),
        }
    }

    /// The fields that its user can fill in, of an item of this sort.
    pub fn fields(&self) -> Vec<Field> {
        match (&self.holds, self.form) {
            (Some(holds), _) => holds.keys().copied().collect(),
            (None, Form::Text | Form::Note11) => vec![Field::Text],
            (None, Form::Card21 | Form::Card30) => CONTACT.to_vec(),
            (None, Form::Calendar10 | Form::Calendar20) => agenda::all(self.is_task).to_vec(),
        }
    }

    /// The most characters of a field; `None`: any number.
    pub fn most(&self, field: Field) -> Option<usize> {
        self.holds.as_ref().and_then(|holds| *holds.get(&field)?)
    }

    /// What it shows of an item.
    pub fn shows(&self, fields: &Fields) -> Fields {
        let held = self.fields();
        let fields = self.in_its_words(fields);
        let shown = fields.iter().filter(|(field, _)| held.contains(field));
        shown
            .map(|(field, values)| {
                let most = self.most(*field).unwrap_or(usize::MAX);
                let values = values.iter();
                let cut = values.map(|value| value.chars().take(most).collect());
                (*field, cut.collect())
            })
            .collect()
    }

    /// Makes a datastore of a device see its items like this.
    pub fn put_on(&self, place: &mut Datastore) {
        let (ct_type, ver_ct) = self.form.names();
        place.prefers = ContentType {
            ct_type: ct_type.to_owned(),
            ver_ct: ver_ct.to_owned(),
        };
        place.holds = self.properties();
        place.keeps = self.silence.keeps();
    }

    /// What it says it holds.
    fn properties(&self) -> Vec<Property> {
        let Some(holds) = self
            .holds
            .as_ref()
            .filter(|_| self.silence == Silence::Tells)
        else {
            return Vec::new();
        };
        if self.is_of_agenda() {
            return self.of_agenda(holds);
        }
        let named = |name: &str| Property {
            name: name.to_owned(),
            ..Property::default()
        };
        let mut all = vec![named("BEGIN"), named("VERSION"), named("N"), named("END")];
        all.extend(self.shows_name.then(|| named("FN")));
        all.extend(self.is_dated.then(|| named("REV")));
        for (field, most) in holds {
            let (name, word) = field.property();
            let at = all.iter().position(|property| property.name == name);
            let at = at.unwrap_or_else(|| {
                all.push(named(name));
                all.len() - 1
            });
            all[at].max_size = most.map(|most| most.to_string());
            // Before 1.2 a size stands behind a type.
            all[at].data_type = most.map(|_| "chr".to_owned());
            let Some(word) = word.filter(|_| name == "TEL") else {
                continue;
            };
            if !self.says_type {
                all[at].params.push(named(word));
                continue;
            }
            if all[at].params.is_empty() {
                all[at].params.push(named("TYPE"));
            }
            all[at].params[0].val_enum.push(word.to_owned());
        }
        all
    }
}

/// A few fields, some of them short.
fn few(chance: &mut Chance) -> BTreeMap<Field, Option<usize>> {
    let mut held: Vec<Field> = CONTACT
        .iter()
        .copied()
        .filter(|field| *field != Field::Hull && chance.percent(50))
        .collect();
    // An address is held with all its parts, or not; so are telephones, whatever they are for.
    for (one, other) in [(Field::Street, Field::City), (Field::Cell, Field::Home)] {
        held.retain(|field| *field != other);
        held.extend(held.contains(&one).then_some(other));
    }
    if held.is_empty() {
        held.push(Field::Email);
    }
    let cut = [Field::Title, Field::Note, Field::Role];
    let short = |field: Field, chance: &mut Chance| {
        let is_short = cut.contains(&field) && chance.percent(60);
        is_short.then(|| chance.one(&[10, 16, 30]))
    };
    let pairs = held.into_iter().map(|field| (field, short(field, chance)));
    pairs.collect()
}
