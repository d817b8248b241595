//! `CTCap`: the flat list of 1.0 and 1.1 and the structured one of 1.2, read alike by what is there and
//! not by the version (`DevInf` 1.2, section 5.3; REQ-DINF-10).
//!
//! In the flat list a `CTType` begins a content type, a `PropName` a property, a `ParamName` a parameter of it;
//! all else belongs to the last of them.

use super::devinf::{CtCap, Property};
use super::element::{Field, same};
use super::out::Out;
use super::pull::Pull;
use crate::codec::Tag;

/// Reads one `CTCap`; the flat form holds many content types.
pub(super) fn read(caps: &mut Vec<CtCap>, pull: &mut Pull<'_>) {
    let mut cap = CtCap::default();
    let mut scope = Scope::Property;
    while let Some(tag) = pull.child() {
        if same(tag, Tag::CtType) {
            let ct_type = pull.text();
            if !cap.content.ct_type.is_empty() {
                pull.spend::<CtCap>();
                add(caps, std::mem::take(&mut cap));
            }
            cap.content.ct_type = ct_type;
        } else if same(tag, Tag::VerCt) {
            cap.content.ver_ct = pull.text();
        } else if same(tag, Tag::InfFieldLevel) {
            cap.field_level.read(pull);
        } else if same(tag, Tag::Property) {
            scope = Scope::Property;
            pull.spend::<Property>();
            cap.properties.push(read_property(pull));
        } else if same(tag, Tag::PropName) {
            scope = Scope::Property;
            pull.spend::<Property>();
            cap.properties.push(named(pull.text()));
        } else if let Some(property) = cap.properties.last_mut() {
            read_part(property, &mut scope, tag, pull);
        } else {
            pull.skip();
        }
    }
    if cap != CtCap::default() {
        add(caps, cap);
    }
}

/// To what the next `ValEnum`, `DataType`, ... belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Property,
    /// The last parameter of the property.
    Param,
}

fn named(name: String) -> Property {
    Property {
        name,
        ..Property::default()
    }
}

fn read_property(pull: &mut Pull<'_>) -> Property {
    let mut property = Property::default();
    let mut scope = Scope::Property;
    while let Some(tag) = pull.child() {
        if same(tag, Tag::PropName) {
            property.name = pull.text();
        } else {
            read_part(&mut property, &mut scope, tag, pull);
        }
    }
    property
}

fn read_part(property: &mut Property, scope: &mut Scope, tag: Tag, pull: &mut Pull<'_>) {
    if same(tag, Tag::ParamName) {
        *scope = Scope::Param;
        pull.spend::<Property>();
        property.params.push(named(pull.text()));
    } else if same(tag, Tag::PropParam) {
        *scope = Scope::Property;
        pull.spend::<Property>();
        property.params.append(&mut read_param(pull));
    } else {
        match property.params.last_mut() {
            Some(param) if *scope == Scope::Param => read_trait(param, tag, pull),
            Some(_) | None => read_trait(property, tag, pull),
        }
    }
}

/// The parameters in a `PropParam`: one, if the sender keeps to the DTD.
fn read_param(pull: &mut Pull<'_>) -> Vec<Property> {
    let mut done = Vec::new();
    let mut param = Property::default();
    while let Some(tag) = pull.child() {
        if same(tag, Tag::ParamName) {
            let name = pull.text();
            if !param.name.is_empty() {
                pull.spend::<Property>();
                done.push(std::mem::take(&mut param));
            }
            param.name = name;
        } else {
            read_trait(&mut param, tag, pull);
        }
    }
    if param != Property::default() {
        done.push(param);
    }
    done
}

fn read_trait(property: &mut Property, tag: Tag, pull: &mut Pull<'_>) {
    match tag.name() {
        "DataType" => property.data_type.read(pull),
        "MaxOccur" => property.max_occur.read(pull),
        "MaxSize" | "Size" => property.max_size.read(pull),
        "NoTruncate" => property.no_truncate.read(pull),
        "ValEnum" => property.val_enum.read(pull),
        "DisplayName" => property.display_name.read(pull),
        _ => pull.skip(),
    }
}

/// No device lists more of anything. A longer list is not searched to its end, so that reading one stays cheap.
const MANY: usize = 256;

/// Adds a capability; one for the same content grows by what is new in it.
fn add(caps: &mut Vec<CtCap>, cap: CtCap) {
    match caps
        .iter_mut()
        .take(MANY)
        .find(|known| known.content == cap.content)
    {
        Some(known) => {
            known.field_level |= cap.field_level;
            merge(&mut known.properties, cap.properties);
        }
        None => caps.push(cap),
    }
}

fn merge(known: &mut Vec<Property>, more: Vec<Property>) {
    for property in more {
        match known
            .iter_mut()
            .take(MANY)
            .find(|old| old.name == property.name)
        {
            Some(old) => {
                for value in property.val_enum {
                    if !old.val_enum.iter().take(MANY).any(|old| *old == value) {
                        old.val_enum.push(value);
                    }
                }
                merge(&mut old.params, property.params);
            }
            None => known.push(property),
        }
    }
}

/// Writes the structured form of 1.2.
pub(super) fn write(cap: &CtCap, tag: Tag, out: &mut Out) {
    out.open(tag, |out| {
        out.put(Tag::CtType, &cap.content.ct_type);
        out.put(Tag::VerCt, &cap.content.ver_ct);
        out.put(Tag::InfFieldLevel, &cap.field_level);
        for property in &cap.properties {
            write_property(property, out);
        }
        if cap.properties.is_empty() {
            write_property(&Property::default(), out);
        }
    });
}

fn write_property(property: &Property, out: &mut Out) {
    out.open(Tag::Property, |out| {
        out.put(Tag::PropName, &property.name);
        out.put(Tag::DataType, &property.data_type);
        out.put(Tag::MaxOccur, &property.max_occur);
        out.put(Tag::MaxSize, &property.max_size);
        out.put(Tag::NoTruncate, &property.no_truncate);
        out.put(Tag::ValEnum, &property.val_enum);
        out.put(Tag::DisplayName, &property.display_name);
        for param in &property.params {
            out.open(Tag::PropParam, |out| {
                out.put(Tag::ParamName, &param.name);
                out.put(Tag::DataType, &param.data_type);
                out.put(Tag::ValEnum, &param.val_enum);
                out.put(Tag::DisplayName, &param.display_name);
            });
        }
    });
}

/// Writes the flat form of 1.0 and 1.1: one list, each content type once, without its version.
pub(super) fn write_flat<'c>(caps: impl Iterator<Item = &'c CtCap>, tag: Tag, out: &mut Out) {
    let mut list: Vec<CtCap> = Vec::new();
    for cap in caps.filter(|cap| !cap.properties.is_empty()) {
        let mut cap = cap.clone();
        cap.content.ver_ct.clear();
        add(&mut list, cap);
    }
    if list.is_empty() {
        return;
    }
    out.open(tag, |out| {
        for cap in &list {
            out.put(Tag::CtType, &cap.content.ct_type);
            for property in &cap.properties {
                out.put(Tag::PropName, &property.name);
                write_traits(property, out);
                for param in &property.params {
                    out.put(Tag::ParamName, &param.name);
                    write_traits(param, out);
                }
            }
        }
    });
}

/// The flat form has values or a type, and a size only behind a type.
fn write_traits(property: &Property, out: &mut Out) {
    if !property.val_enum.is_empty() {
        out.put(Tag::ValEnum, &property.val_enum);
    } else if property.data_type.is_some() {
        out.put(Tag::DataType, &property.data_type);
        out.put(Tag::InfSize, &property.max_size);
    }
    out.put(Tag::DisplayName, &property.display_name);
}

#[cfg(test)]
mod tests {
    use super::super::devinf::{ContentType, DevInf, sample};
    use super::*;
    use crate::codec::{Encoding, Version};

    fn caps(inside: &str) -> Vec<CtCap> {
        sample(inside).ct_caps
    }

    fn content(ct_type: &str, ver_ct: &str) -> ContentType {
        ContentType {
            ct_type: ct_type.into(),
            ver_ct: ver_ct.into(),
        }
    }

    fn with_values(name: &str, values: &[&str]) -> Property {
        Property {
            val_enum: values.iter().map(|value| (*value).to_owned()).collect(),
            ..named(name.into())
        }
    }

    /// REQ-DINF-10.
    #[test]
    fn in_the_flat_list_everything_belongs_to_the_name_before_it() {
        // REQ-DINF-10
        let caps = caps(
            "<CTCap><CTType>text/x-vcard </CTType><PropName>BEGIN</PropName><ValEnum>VCARD</ValEnum>\
             <PropName>TEL</PropName><DataType>chr</DataType><Size>40</Size><DisplayName>Phone</DisplayName>\
             <ParamName>TYPE</ParamName><ValEnum>HOME</ValEnum><ValEnum>CELL</ValEnum><ParamName>WORK</ParamName>\
             <PropName>N</PropName><CTType>text/x-vcalendar</CTType><PropName>END</PropName></CTCap>",
        );
        let tel = Property {
            data_type: Some("chr".into()),
            max_size: Some("40".into()),
            display_name: Some("Phone".into()),
            params: vec![with_values("TYPE", &["HOME", "CELL"]), named("WORK".into())],
            ..named("TEL".into())
        };
        let vcard = vec![with_values("BEGIN", &["VCARD"]), tel, named("N".into())];
        let expected = [
            CtCap {
                content: content("text/x-vcard", ""),
                properties: vcard,
                ..CtCap::default()
            },
            CtCap {
                content: content("text/x-vcalendar", ""),
                properties: vec![named("END".into())],
                ..CtCap::default()
            },
        ];
        assert_eq!(caps, expected);
    }

    #[test]
    fn the_structured_form_is_read_where_the_flat_one_is_expected_and_mixed_with_it() {
        // REQ-DINF-10, field quirk P28
        let caps = caps(
            "<CTCap><FieldLevel/><Property><ValEnum>HOME</ValEnum><PropParam><ValEnum>x</ValEnum><ParamName>TYPE\
             </ParamName></PropParam><PropName>TEL</PropName><NoTruncate/><MaxSize>9</MaxSize></Property>\
             <PropName>N</PropName><MaxOccur>1</MaxOccur><VerCT>2.1</VerCT><CTType>text/x-vcard</CTType></CTCap>",
        );
        let tel = Property {
            no_truncate: true,
            max_size: Some("9".into()),
            params: vec![with_values("TYPE", &["x"])],
            ..with_values("TEL", &["HOME"])
        };
        let n = Property {
            max_occur: Some("1".into()),
            ..named("N".into())
        };
        let expected = CtCap {
            content: content("text/x-vcard", "2.1"),
            field_level: true,
            properties: vec![tel, n],
        };
        assert_eq!(caps, [expected]);
    }

    #[test]
    fn a_content_type_that_comes_again_grows() {
        let caps = caps(
            "<CTCap><CTType>a</CTType><PropName>BEGIN</PropName><ValEnum>VEVENT</ValEnum></CTCap><CTCap/>\
             <CTCap><ValEnum>stray</ValEnum><CTType>a</CTType><PropName>BEGIN</PropName><ValEnum>VEVENT</ValEnum>\
             <ValEnum>VTODO</ValEnum><PropName>DUE</PropName></CTCap>",
        );
        let properties = vec![
            with_values("BEGIN", &["VEVENT", "VTODO"]),
            named("DUE".into()),
        ];
        assert_eq!(
            caps,
            [CtCap {
                content: content("a", ""),
                properties,
                ..CtCap::default()
            }]
        );
    }

    #[test]
    fn the_flat_list_has_each_type_once_and_a_size_only_behind_a_data_type() {
        let size = Some("8".to_owned());
        let typed = Property {
            data_type: Some("chr".into()),
            max_size: size.clone(),
            ..named("N".into())
        };
        let sized = Property {
            max_size: size,
            params: vec![with_values("TYPE", &["HOME"])],
            ..named("TEL".into())
        };
        let cap = |ver_ct: &str, properties| CtCap {
            content: content("a", ver_ct),
            properties,
            ..CtCap::default()
        };
        let ct_caps = vec![
            cap("1", vec![typed]),
            cap("2", vec![sized]),
            cap("3", vec![]),
        ];
        let mut out = Out::new(Encoding::Xml, Version::V11, "utf-8");
        out.put(
            Tag::DevInf,
            &DevInf {
                ct_caps,
                ..DevInf::default()
            },
        );
        let text = String::from_utf8(out.finish()).unwrap();
        let cap = text.split_once("<CTCap>").unwrap().1;
        assert_eq!(
            cap,
            "<CTType>a</CTType><PropName>N</PropName><DataType>chr</DataType><Size>8</Size><PropName>TEL</PropName>\
             <ParamName>TYPE</ParamName><ValEnum>HOME</ValEnum></CTCap></DevInf>"
        );
    }
}
