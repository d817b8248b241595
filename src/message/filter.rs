//! `Filter`: which items of a datastore are meant (`RepPro` 1.2.2, sections 6.1.8 and 6.1.9; 1.2 only).

use super::element::{Field, content};
use super::out::Out;
use super::pull::Pull;
use super::{Item, Meta};
use crate::codec::Tag;

/// A filter as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Type of the data that is filtered.
    pub meta: Meta,
    /// Which fields: a list of `DevInf` properties.
    pub field: Option<Item>,
    /// Which records: a query.
    pub record: Option<Item>,
    /// `EXCLUSIVE` when missing, or `INCLUSIVE`.
    pub filter_type: Option<String>,
}

impl Filter {
    fn read_field(&mut self, pull: &mut Pull<'_>) {
        self.field = read_item(pull);
    }

    fn write_field(&self, tag: Tag, out: &mut Out) {
        write_item(self.field.as_ref(), tag, out);
    }

    fn read_record(&mut self, pull: &mut Pull<'_>) {
        self.record = read_item(pull);
    }

    fn write_record(&self, tag: Tag, out: &mut Out) {
        write_item(self.record.as_ref(), tag, out);
    }
}

impl Field for Box<Filter> {
    fn read(&mut self, pull: &mut Pull<'_>) {
        pull.fill(&mut **self);
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        out.put(tag, &**self);
    }
}

/// The Item that is all there is in a Field or a Record.
fn read_item(pull: &mut Pull<'_>) -> Option<Item> {
    let mut item = None;
    while let Some(tag) = pull.child() {
        if tag == Tag::Item {
            item = Some(pull.read());
        } else {
            pull.skip();
        }
    }
    item
}

fn write_item(item: Option<&Item>, tag: Tag, out: &mut Out) {
    if let Some(item) = item {
        out.open(tag, |out| out.put(Tag::Item, item));
    }
}

content! { Filter {
    Meta => meta, Field => (read_field, write_field), Record => (read_record, write_record),
    FilterType => filter_type,
} }
