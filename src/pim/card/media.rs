//! Pictures, sounds and keys: bytes and their format, or where they are to be found.
//!
//! Canonical: bytes with `TYPE=JPEG`, or a URI with `VALUE=uri`. In 4.0 the bytes are a `data:` URI (RFC 2397).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::pim::decode;
use crate::pim::model::{Param, Property, Value, Version};

pub(super) fn from(property: &mut Property) {
    if let Value::Text(text) = &property.value
        && let Some((format, bytes)) = data(text)
    {
        property
            .params
            .retain(|p| !matches!(p.key.as_str(), "VALUE" | "TYPE" | "MEDIATYPE"));
        if let Some(format) = format {
            property.params.push(Param::new("TYPE", &format));
        }
        property.value = Value::Bytes(bytes);
        return;
    }
    match &property.value {
        Value::Bytes(_) => property.params.retain(|p| p.key != "VALUE"),
        Value::Text(text) => {
            if text.contains("://") && property.param("VALUE").is_none() {
                property.params.push(Param::new("VALUE", "uri"));
            }
            for param in property.params.iter_mut().filter(|p| p.key == "VALUE") {
                for value in &mut param.values {
                    if value.eq_ignore_ascii_case("url") {
                        *value = "uri".into();
                    }
                }
            }
        }
        Value::List(_) | Value::Parts(_) | Value::Object(_) => {}
    }
    // Some peers give the format as a media type (field quirk V24).
    for param in property.params.iter_mut().filter(|p| p.key == "TYPE") {
        for word in &mut param.values {
            let format = format(word);
            *word = if word.starts_with("x-") {
                word.clone()
            } else {
                format.into()
            };
        }
    }
}

pub(super) fn to(property: &mut Property, version: Version) {
    if version != Version::Card40 {
        return;
    }
    if let Value::Bytes(bytes) = &property.value {
        let family = match property.name.as_str() {
            "SOUND" => "audio",
            "KEY" => "application",
            _ => "image",
        };
        let format = property.types().next().map(|word| media_type(word, family));
        let uri = format!(
            "data:{};base64,{}",
            format.unwrap_or_default(),
            STANDARD.encode(bytes)
        );
        property.value = Value::Text(uri.into());
        property.params.retain(|p| p.key != "TYPE");
        // A sound may also be a text, the one that a name is pronounced by.
        if property.name == "SOUND" {
            property.params.push(Param::new("VALUE", "uri"));
        }
    }
}

/// The format and the bytes of a `data:` URI in base64.
fn data(text: &str) -> Option<(Option<String>, Vec<u8>)> {
    let rest = text.strip_prefix("data:")?;
    let (head, packed) = rest.split_once(',')?;
    let media = head.strip_suffix(";base64")?;
    let media = media.split(';').next().unwrap_or_default();
    let bytes = decode::base64(packed.as_bytes())?;
    Some(((!media.is_empty()).then(|| format(media)), bytes))
}

/// `JPEG` of `image/jpeg`, `jpeg` and `JPG`.
fn format(media: &str) -> String {
    let known = FORMATS
        .iter()
        .find(|(_, full)| media.eq_ignore_ascii_case(full));
    if let Some((short, _)) = known {
        return (*short).to_owned();
    }
    let short = media
        .rsplit('/')
        .next()
        .unwrap_or(media)
        .to_ascii_uppercase();
    if short == "JPG" {
        "JPEG".to_owned()
    } else {
        short
    }
}

fn media_type(format: &str, family: &str) -> String {
    FORMATS
        .iter()
        .find(|(short, _)| format.eq_ignore_ascii_case(short))
        .map_or_else(
            || format!("{family}/{}", format.to_ascii_lowercase()),
            |(_, full)| (*full).to_owned(),
        )
}

/// Formats whose short name is not the end of their media type.
const FORMATS: [(&str, &str); 4] = [
    ("WAVE", "audio/x-wav"),
    ("PGP", "application/pgp-keys"),
    ("X509", "application/pkix-cert"),
    ("PCM", "audio/basic"),
];
