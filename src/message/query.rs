//! `Get`, `Put`, `Results`, `Search`, `Exec` (`RepPro` 1.2.2, section 7.3).

use super::devinf;
use super::element::content;
use super::out::Out;
use super::pull::{Piece, Pull};
use super::{Cred, Item, Location, Meta};
use crate::codec::{Encoding, Tag};

/// Asks for objects, in practice for device information.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Get {
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Preferred language.
    pub lang: Option<String>,
    /// Credentials for the command.
    pub cred: Option<Cred>,
    /// Type of what is wanted.
    pub meta: Meta,
    /// What is wanted, by Target.
    pub items: Vec<Item>,
}

/// Hands over objects, in practice device information.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Put {
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Language of the data.
    pub lang: Option<String>,
    /// Credentials for the command.
    pub cred: Option<Cred>,
    /// Type of what is handed over.
    pub meta: Meta,
    /// The objects.
    pub items: Vec<PutItem>,
}

/// The answer to a [`Get`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    /// Its number in the message.
    pub cmd_id: String,
    /// The message with the Get; none means 1.
    pub msg_ref: Option<String>,
    /// The Get's number.
    pub cmd_ref: String,
    /// Type of the data.
    pub meta: Meta,
    /// Target of the Get.
    pub target_ref: Option<String>,
    /// Source of the Get.
    pub source_ref: Option<String>,
    /// The objects.
    pub items: Vec<PutItem>,
}

/// An object of a [`Put`] or a [`Results`]: device information, or bytes of any other kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PutItem {
    /// The receiver's name for it.
    pub target: Option<Location>,
    /// The sender's name for it: `./devinf12`.
    pub source: Option<Location>,
    /// Type and Format, where the item says so itself.
    pub meta: Meta,
    /// What it is.
    pub data: PutData,
}

/// The object itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PutData {
    /// There was none.
    #[default]
    None,
    /// Device information, in whichever of its four wrappings it came.
    DevInf(Box<super::DevInf>),
    /// Something else, as bytes.
    Other(Vec<u8>),
}

/// Asks for a search; always refused with 501.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Keep the result at the recipient.
    pub no_results: bool,
    /// Credentials for the command.
    pub cred: Option<Cred>,
    /// Where the result is to go.
    pub target: Option<Location>,
    /// Where to search.
    pub sources: Vec<Location>,
    /// Preferred language.
    pub lang: Option<String>,
    /// The grammar of the query.
    pub meta: Meta,
    /// The query.
    pub data: Option<Vec<u8>>,
}

/// Asks for a program to be run; always refused with 501.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exec {
    /// Its number in the message.
    pub cmd_id: String,
    /// No Status is wanted.
    pub no_resp: bool,
    /// Credentials for the command.
    pub cred: Option<Cred>,
    /// Meta information.
    pub meta: Meta,
    /// Ties an asynchronous answer to its question (1.2).
    pub correlator: Option<String>,
    /// What to run.
    pub item: Option<Box<Item>>,
}

impl Put {
    fn read_meta(&mut self, pull: &mut Pull<'_>) {
        pull.fill(&mut self.meta);
    }

    fn write_meta(&self, tag: Tag, out: &mut Out) {
        write_meta(&self.meta, &self.items, tag, out);
    }
}

impl Results {
    fn read_meta(&mut self, pull: &mut Pull<'_>) {
        pull.fill(&mut self.meta);
    }

    fn write_meta(&self, tag: Tag, out: &mut Out) {
        write_meta(&self.meta, &self.items, tag, out);
    }
}

/// The Meta of a Put or Results: device information has the Type of its spelling (REQ-DINF-2), said here
/// unless its item says it.
fn write_meta(meta: &Meta, items: &[PutItem], tag: Tag, out: &mut Out) {
    let untyped = |item: &PutItem| item.is_devinf() && item.meta.media_type.is_none();
    let typed = |item: &PutItem| item.is_devinf() && meta.media_type.is_some();
    if items.iter().any(|item| untyped(item) || typed(item)) {
        let media_type = Some(devinf_type(out.encoding()).to_owned());
        out.put(
            tag,
            &Meta {
                media_type,
                ..meta.clone()
            },
        );
    } else {
        out.put(tag, meta);
    }
}

/// The media type of device information in this spelling.
const fn devinf_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Xml => "application/vnd.syncml-devinf+xml",
        Encoding::Wbxml => "application/vnd.syncml-devinf+wbxml",
    }
}

impl PutItem {
    const fn is_devinf(&self) -> bool {
        matches!(self.data, PutData::DevInf(_))
    }

    fn read_meta(&mut self, pull: &mut Pull<'_>) {
        pull.fill(&mut self.meta);
    }

    fn write_meta(&self, tag: Tag, out: &mut Out) {
        if self.is_devinf() && self.meta.media_type.is_some() {
            let media_type = Some(devinf_type(out.encoding()).to_owned());
            out.put(
                tag,
                &Meta {
                    media_type,
                    ..self.meta.clone()
                },
            );
        } else {
            out.put(tag, &self.meta);
        }
    }

    /// Device information as child markup, escaped, in CDATA or as a nested document; else bytes.
    fn read_data(&mut self, pull: &mut Pull<'_>) {
        let mut text = Vec::new();
        let mut inline = None;
        while let Some(piece) = pull.piece() {
            match piece {
                Piece::Text(more) => text.extend_from_slice(more),
                Piece::Child(Tag::DevInf) => inline = Some(pull.read()),
                Piece::Child(_) => pull.skip(),
            }
        }
        self.data = match inline.or_else(|| devinf::parse(&text, pull)) {
            Some(devinf) => PutData::DevInf(Box::new(devinf)),
            None => PutData::Other(text),
        };
    }

    fn write_data(&self, tag: Tag, out: &mut Out) {
        match &self.data {
            PutData::None => {}
            PutData::DevInf(devinf) => out.open(tag, |out| out.put(Tag::DevInf, &**devinf)),
            PutData::Other(bytes) => out.object(tag, bytes),
        }
    }
}

content! { Get {
    CmdId => cmd_id, NoResp => no_resp, Lang => lang, Cred => cred, Meta => meta, Item => items,
} }

content! { Put {
    CmdId => cmd_id, NoResp => no_resp, Lang => lang, Cred => cred, Meta => (read_meta, write_meta), Item => items,
} }

content! { Results {
    CmdId => cmd_id, MsgRef => msg_ref, CmdRef => cmd_ref, Meta => (read_meta, write_meta),
    TargetRef => target_ref, SourceRef => source_ref, Item => items,
} }

content! { PutItem {
    Target => target, Source => source, Meta => (read_meta, write_meta), Data => (read_data, write_data),
} }

content! { Search {
    CmdId => cmd_id, NoResp => no_resp, NoResults => no_results, Cred => cred, Target => target,
    Source => sources, Lang => lang, Meta => meta, Data => data,
} }

content! { Exec {
    CmdId => cmd_id, NoResp => no_resp, Cred => cred, Meta => meta, Correlator => correlator, Item => item,
} }

#[cfg(test)]
mod tests {
    use super::super::read::only;
    use super::super::{Command, DevInf};
    use super::*;
    use crate::codec::Version;

    const DEVINF: &str =
        "<DevInf xmlns='syncml:devinf'><VerDTD>1.1</VerDTD><DevID>x</DevID></DevInf>";

    fn expected() -> PutData {
        let devinf = DevInf {
            ver_dtd: "1.1".into(),
            dev_id: "x".into(),
            ..DevInf::default()
        };
        PutData::DevInf(Box::new(devinf))
    }

    fn data(inside: &str) -> PutData {
        let Command::Put(mut put) = only(&format!("<Put><Item><Data>{inside}</Data></Item></Put>"))
        else {
            panic!("a Put")
        };
        put.items.remove(0).data
    }

    /// ANC-15.
    #[test]
    fn device_information_is_found_in_each_of_its_xml_wrappings() {
        let escaped = DEVINF.replace('<', "&lt;");
        let declared = format!("<![CDATA[\n<?xml version='1.0' encoding='UTF-8'?>\n{DEVINF}\n ]]>");
        for inside in [
            DEVINF,
            &escaped,
            &format!("<![CDATA[{DEVINF}]]>"),
            &declared,
        ] {
            assert_eq!(data(inside), expected(), "{inside}");
        }
    }

    #[test]
    fn device_information_left_as_bytes_is_read_whether_wbxml_or_xml() {
        use crate::codec::Event;
        let nested: &[u8] =
            b"\x02\x9f\x54\x6a\x00\x4a\x65\x03\x31\x2e\x31\x00\x01\x49\x03\x78\x00\x01\x01";
        for bytes in [
            nested,
            DEVINF.as_bytes(),
            &[DEVINF.as_bytes(), b"\0"].concat(),
        ] {
            let events = [
                Event::Start(Tag::Data),
                Event::Text(bytes.into()),
                Event::End,
                Event::End,
            ];
            assert_eq!(Pull::new(&events).read::<PutItem>().data, expected());
        }
    }

    #[test]
    fn other_data_stays_as_it_is_even_if_it_looks_like_device_information() {
        for text in ["", "DevInf", "&lt;DevInf", "&lt;Other/&gt;"] {
            assert_eq!(
                data(text),
                PutData::Other(text.replace("&lt;", "<").replace("&gt;", ">").into_bytes())
            );
        }
    }

    #[test]
    fn the_type_of_device_information_is_that_of_the_spelling() {
        // REQ-DINF-2
        for (encoding, right, wrong) in [
            (Encoding::Xml, "f+xml", "f+wbxml"),
            (Encoding::Wbxml, "f+wbxml", "f+xml"),
        ] {
            let said = Meta {
                media_type: Some("application/vnd.syncml-devinf+other".into()),
                ..Meta::default()
            };
            for (of_put, of_item, times) in [
                (Meta::default(), Meta::default(), 1),
                (said.clone(), Meta::default(), 1),
                (Meta::default(), said.clone(), 1),
                (said.clone(), said, 2),
            ] {
                let item = PutItem {
                    meta: of_item,
                    data: expected(),
                    ..PutItem::default()
                };
                let put = Put {
                    meta: of_put,
                    items: vec![item],
                    ..Put::default()
                };
                let mut out = Out::new(encoding, Version::V11, "utf-8");
                out.open(Tag::SyncMl, |out| {
                    out.open(Tag::SyncBody, |out| out.put(Tag::Put, &put));
                });
                let bytes = out.finish();
                let text = String::from_utf8_lossy(&bytes);
                assert_eq!(
                    (text.matches(right).count(), text.matches(wrong).count()),
                    (times, 0),
                    "{text}"
                );
            }
        }
    }
}
