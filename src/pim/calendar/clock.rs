//! When something is: from a device's clock to an instant or a zone's clock, and back. Field quirks C1 to C6.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::{Times, View};
use crate::pim::model::{Component, Param, Property, Value};
use crate::pim::when::{When, later};
use crate::pim::zone::Zone;

/// A date or time with the zone whose clock it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// What the clock shows.
    pub when: When,
    /// Whose clock, for a local time; `None` is whoever looks at it.
    pub zone: Option<Zone>,
}

impl Moment {
    pub(super) fn of(when: When) -> Self {
        Self { when, zone: None }
    }

    /// The instant in UTC; what belongs to no zone is taken to be in this one, or else in UTC.
    pub(super) fn utc(&self, home: Option<&Zone>) -> Option<DateTime> {
        match (self.when, self.zone.as_ref().or(home)) {
            (When::Utc(at), _) | (When::Local(at), None) => Some(at),
            (When::Local(at), Some(zone)) => zone.to_utc(at),
            (When::Day(_), _) => {
                home.map_or(Some(self.when.at()), |zone| zone.to_utc(self.when.at()))
            }
        }
    }

    /// So many seconds later: whole days on its own clock, other times as they pass.
    pub(super) fn plus(&self, seconds: i64) -> Option<Self> {
        let when = match (self.when, &self.zone) {
            (When::Day(_), _) if seconds % DAY == 0 => {
                When::Day(later(self.when.at(), seconds)?.date())
            }
            (When::Day(_), _) => When::Local(later(self.when.at(), seconds)?),
            (When::Utc(at), _) => When::Utc(later(at, seconds)?),
            (When::Local(at), Some(zone)) if seconds % DAY != 0 => {
                When::Local(zone.to_local(later(zone.to_utc(at)?, seconds)?)?)
            }
            (When::Local(at), Some(_) | None) => When::Local(later(at, seconds)?),
        };
        Some(Self {
            when,
            zone: self.zone.clone(),
        })
    }

    /// As a property of iCalendar.
    pub(super) fn property(&self, name: &str) -> Property {
        let mut property = Property::text_of(name, self.when.basic());
        property.params.extend(self.params());
        property
    }

    /// The parameters that a property of iCalendar says the same with.
    pub(super) fn params(&self) -> Option<Param> {
        match (self.when, &self.zone) {
            (When::Day(_), _) => Some(Param::new("VALUE", "DATE")),
            (When::Local(_), Some(zone)) => Some(Param::new("TZID", zone.name())),
            (When::Local(_), None) | (When::Utc(_), _) => None,
        }
    }
}

/// The clock of a device, and the zones a document speaks of.
#[derive(Debug, Clone)]
pub(super) struct Clock<'v> {
    pub view: &'v View,
    /// The zone of the device: that of the view, or the document's own.
    pub home: Option<Zone>,
    /// The zones that the document describes, by the names it gives them.
    described: Vec<(String, Zone)>,
}

impl<'v> Clock<'v> {
    /// The clock of a device for a document with this calendar, whose entries lie in this year.
    pub(super) fn new(view: &'v View, calendar: &Component, year: i16) -> Self {
        let home = view.zone.as_ref().map(|zone| {
            if view.quirks.no_daylight {
                zone.without_daylight(year)
            } else {
                zone.clone()
            }
        });
        let described = calendar
            .components
            .iter()
            .filter(|component| component.name == "VTIMEZONE")
            .take(MAX_ZONES)
            .filter_map(|component| {
                let zone = Zone::described(component, year, home.as_ref())?;
                Some((component.text("TZID").trim().to_owned(), zone))
            })
            .collect();
        Self {
            view,
            home,
            described,
        }
    }

    /// The zone of this name within the document.
    pub(super) fn zone(&self, name: &str) -> Option<Zone> {
        let name = name.trim();
        let described = self.described.iter().find(|(known, _)| known == name);
        described
            .map(|(_, zone)| zone.clone())
            .or_else(|| Zone::meant(name))
    }

    /// What a property of a device means; `None` where it is no time.
    pub(super) fn read(&self, property: &Property) -> Option<Moment> {
        self.read_text(&property.text(), property.param_text("TZID"))
    }

    /// The same of a text, with the zone that is named beside it.
    pub(super) fn read_text(&self, text: &str, zone: Option<&str>) -> Option<Moment> {
        let quirks = &self.view.quirks;
        let when = When::read(text)?;
        let zone = zone.and_then(|name| self.zone(name));
        Some(match when {
            When::Day(_) => Moment::of(when),
            When::Local(at) if quirks.local_is_utc && zone.is_none() => Moment::of(When::Utc(at)),
            When::Utc(at) if quirks.utc_is_local => Moment {
                when: When::Local(at),
                zone: self.home.clone(),
            },
            When::Local(_) => Moment {
                when,
                zone: zone.or_else(|| self.home.clone()),
            },
            When::Utc(at) => Moment::of(When::Utc(self.by_daylight_of_event(at)?)),
        })
    }

    /// A moment of an item as the item has it: nothing of it is a matter of the device.
    pub(super) fn item(&self, property: &Property) -> Option<Moment> {
        self.item_text(&property.text(), property.param_text("TZID"))
    }

    /// The same of a text.
    pub(super) fn item_text(&self, text: &str, zone: Option<&str>) -> Option<Moment> {
        let when = When::read(text)?;
        let zone = match when {
            When::Local(_) => zone.and_then(|name| self.zone(name)),
            When::Day(_) | When::Utc(_) => None,
        };
        Some(Moment { when, zone })
    }

    /// A moment on the clock the device is sent times on.
    pub(super) fn write(&self, moment: &Moment) -> Option<When> {
        let floating = moment.zone.is_none() && matches!(moment.when, When::Local(_));
        if floating || matches!(moment.when, When::Day(_)) {
            return Some(moment.when);
        }
        let utc = moment.utc(self.home.as_ref())?;
        if self.takes_utc() {
            return self.by_daylight_of_now(utc).map(When::Utc);
        }
        match (&self.home, moment.when) {
            (Some(home), _) => home.to_local(utc).map(When::Local),
            (None, When::Local(at)) => Some(When::Local(at)),
            // Without a zone nobody knows what its clock shows.
            (None, When::Day(_) | When::Utc(_)) => Some(When::Utc(utc)),
        }
    }

    /// A moment in UTC as the device has that.
    pub(super) fn write_utc(&self, moment: &Moment) -> Option<When> {
        let utc = moment.utc(self.home.as_ref())?;
        self.by_daylight_of_now(utc).map(When::Utc)
    }

    /// A moment on the clock that rules count on: the device's own where it is known, else its own.
    pub(super) fn local(&self, moment: &Moment) -> Option<DateTime> {
        match (moment.when, &self.home) {
            (When::Day(_), _) => Some(moment.when.at()),
            (When::Local(at), _) if moment.zone.is_none() => Some(at),
            (When::Local(_) | When::Utc(_), Some(home)) => home.to_local(moment.utc(Some(home))?),
            (When::Local(at) | When::Utc(at), None) => Some(at),
        }
    }

    pub(super) fn takes_utc(&self) -> bool {
        match self.view.quirks.times {
            Times::AsDeclared => self.view.utc,
            Times::Local => false,
            Times::Utc => true,
        }
    }

    /// The instant a device means that converts by the daylight saving time of now.
    fn by_daylight_of_event(&self, said: DateTime) -> Option<DateTime> {
        let Some(home) = self
            .home
            .as_ref()
            .filter(|_| self.view.quirks.daylight_of_now)
        else {
            return Some(said);
        };
        home.to_utc(later(said, home.offset_at(self.view.now))?)
    }

    /// What such a device must be told of an instant to show the right time.
    fn by_daylight_of_now(&self, utc: DateTime) -> Option<DateTime> {
        let Some(home) = self
            .home
            .as_ref()
            .filter(|_| self.view.quirks.daylight_of_now)
        else {
            return Some(utc);
        };
        later(home.to_local(utc)?, -home.offset_at(self.view.now))
    }
}

/// The dates of an `EXDATE` or `RDATE`, whatever stands between them (field quirk C21); of a period its start.
pub(super) fn dates(property: &Property) -> Vec<Cow<'_, str>> {
    let texts: Vec<Cow<'_, str>> = match &property.value {
        Value::List(list) => list
            .iter()
            .map(|text| Cow::Borrowed(text.as_str()))
            .collect(),
        Value::Text(_) | Value::Parts(_) | Value::Bytes(_) | Value::Object(_) => {
            vec![property.text()]
        }
    };
    texts
        .iter()
        .flat_map(|text| text.split(|c: char| matches!(c, ',' | ';') || c.is_whitespace()))
        .map(|text| text.split('/').next().unwrap_or_default().to_owned())
        .filter(|text| !text.is_empty())
        .take(MAX_DATES)
        .map(Cow::Owned)
        .collect()
}

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// The most zones of one document that are looked at.
const MAX_ZONES: usize = 20;

/// The most dates of one list that are looked at.
const MAX_DATES: usize = 5_000;
