//! `Filter`: which items of a datastore are meant (`RepPro` 1.2.2, sections 6.1.8 and 6.1.9; 1.2 only).

use super::devinf::{self, Property};
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
    /// The properties that the Field lists as text; `None` when that is no list of them.
    #[must_use]
    pub fn properties(&self) -> Option<Vec<Property>> {
        let list = self.field.as_ref()?.bytes(&Meta::default()).ok()?;
        let list = std::str::from_utf8(&list).ok()?;
        // A list is what stands in a CTCap: so it is read as one.
        let whole = format!(
            "<DevInf xmlns='syncml:devinf'><DataStore><CTCap><CTType>-</CTType>{list}</CTCap></DataStore></DevInf>"
        );
        let told = devinf::parse(whole.as_bytes(), &mut Pull::new(&[]))?;
        let caps = told.datastores.into_iter().flat_map(|store| store.ct_caps);
        let properties: Vec<_> = caps.flat_map(|cap| cap.properties).collect();
        (!properties.is_empty()).then_some(properties)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(list: &str) -> Option<Vec<(String, Option<String>, bool)>> {
        let field = Item {
            data: Some(list.as_bytes().to_vec()),
            ..Item::default()
        };
        let filter = Filter {
            field: Some(field),
            ..Filter::default()
        };
        let all = filter.properties()?.into_iter();
        Some(
            all.map(|one| (one.name, one.max_size, one.no_truncate))
                .collect(),
        )
    }

    #[test]
    fn the_properties_of_a_field_are_those_of_its_list() {
        let list = "<Property><PropName>N</PropName></Property>\n<Property><PropName>NOTE</PropName><MaxSize>20</MaxSize><NoTruncate/></Property>";
        let expected = [
            ("N".to_owned(), None, false),
            ("NOTE".to_owned(), Some("20".to_owned()), true),
        ];
        assert_eq!(properties(list).as_deref(), Some(&expected[..]));
        for list in [
            "",
            "N",
            "<Property>",
            "</DevInf>",
            "<Property><PropName>N</PropName>",
        ] {
            assert_eq!(properties(list), None, "{list}");
        }
    }
}
