//! Folders and files of a computer as the data objects of DS 1.2, and out of these again.
//!
//! What a phone says of a file besides its name, its bytes and when it was changed stays in the object alone. Source: OMA
//! DS 1.2, data objects Folder and File.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{decode, omads, time};
use crate::ids::Millis;
use crate::item::{Content, MediaType};

/// A file as a computer has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without that of its folder.
    pub name: String,
    /// When it was changed, in whole seconds; `None` when nobody says.
    pub modified: Option<Millis>,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// A folder of this name.
#[must_use]
pub fn folder(name: &str) -> Content {
    Content {
        media_type: MediaType::new(omads::FOLDER),
        body: format!("<Folder><name>{}</name></Folder>", escaped(name)).into_bytes(),
    }
}

/// A file as an item. Its bytes go in base64: XML carries no others.
#[must_use]
pub fn file(file: &File) -> Content {
    let modified = file.modified.and_then(time::written);
    let modified = modified.map(|at| format!("<modified>{at}</modified>"));
    let body = format!(
        "<File><name>{}</name>{}<body enc=\"base64\">{}</body><size>{}</size></File>",
        escaped(&file.name),
        modified.unwrap_or_default(),
        STANDARD.encode(&file.body),
        file.body.len()
    );
    Content {
        media_type: MediaType::new(omads::FILE),
        body: body.into_bytes(),
    }
}

/// The name of a folder or a file, as its device wrote it: any characters. `None` for anything else.
#[must_use]
pub fn name(content: &Content) -> Option<String> {
    let is_one = [omads::FOLDER, omads::FILE].contains(&content.media_type.as_str());
    is_one.then(|| omads::field(&content.body, "name"))
}

/// The file in an item; `None` when it is none, or its bytes cannot be read.
#[must_use]
pub fn read(content: &Content) -> Option<File> {
    if content.media_type.as_str() != omads::FILE {
        return None;
    }
    let mut body = Some(Vec::new());
    omads::read(
        &decode::unlabelled(&content.body),
        |path, attributes, text| {
            if matches!(path, [_, field] if field == "body") {
                body = unpacked(attributes, text);
            }
        },
    )?;
    Some(File {
        name: omads::field(&content.body, "name"),
        modified: time::instant(&omads::field(&content.body, "modified")),
        body: body?,
    })
}

/// The bytes of a body by what its attribute `enc` says.
fn unpacked(attributes: &str, text: &str) -> Option<Vec<u8>> {
    let encoding = attributes
        .split('\u{1e}')
        .find_map(|one| one.strip_prefix("enc="));
    match encoding.map(str::to_ascii_lowercase).as_deref() {
        Some("base64" | "b64") => decode::base64(text.as_bytes()),
        Some("quoted-printable") => {
            let joined = text.replace("=\r\n", "").replace("=\n", "");
            Some(decode::quoted_printable(joined.as_bytes()).into_owned())
        }
        Some(_) | None => Some(text.as_bytes().to_vec()),
    }
}

/// Text between two tags. What XML cannot carry is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pim;

    fn plan() -> File {
        File {
            name: "plan <1> & \u{e9}.txt".to_owned(),
            modified: Some(Millis(1_136_171_045_000)),
            body: (0..=255).collect(),
        }
    }

    fn object(xml: &str) -> Content {
        Content {
            media_type: MediaType::new(omads::FILE),
            body: xml.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_file_comes_out_as_it_went_in() {
        for body in [Vec::new(), b" \r\n".to_vec(), plan().body] {
            let file = File { body, ..plan() };
            let item = super::file(&file);
            assert_eq!(read(&item), Some(file));
            assert_eq!(pim::kind(&item), pim::Kind::File);
            assert_eq!(pim::changed_at(&item), plan().modified);
        }
        let undated = File {
            modified: None,
            ..plan()
        };
        assert_eq!(read(&super::file(&undated)), Some(undated));
    }

    #[test]
    fn a_folder_is_one_by_its_name() {
        let folder = folder("a & b");
        assert_eq!(pim::kind(&folder), pim::Kind::Folder);
        assert_eq!(name(&folder).as_deref(), Some("a & b"));
        assert_eq!(read(&folder), None);
    }

    #[test]
    fn what_xml_cannot_carry_is_left_out_of_a_name() {
        assert_eq!(name(&folder("a\u{1}\u{ffff}b")).as_deref(), Some("ab"));
    }

    #[test]
    fn bodies_of_phones_are_read_in_every_encoding() {
        let rows = [
            ("<body enc=\"base64\"> aG\r\nk </body>", Some("hi")),
            ("<body enc=\"base64\">!</body>", None),
            (
                "<body enc=\"quoted-printable\">a=3Db=\r\nc</body>",
                Some("a=bc"),
            ),
            ("<body>  as it is\n</body>", Some("  as it is\n")),
            ("<body><![CDATA[<b>]]></body>", Some("<b>")),
            ("<size>0</size>", Some("")),
        ];
        for (body, expected) in rows {
            let file = read(&object(&format!("<File><name>n</name>{body}</File>")));
            let bytes = file.map(|file| String::from_utf8(file.body).unwrap());
            assert_eq!(bytes.as_deref(), expected, "{body}");
        }
        assert_eq!(read(&object("<File><name>n")), None);
    }
}
