//! How a message of a case is spelled: its credentials, and the document in WBXML.

use super::case::{Head, Login};
use super::play::Stop;
use crate::client::{Device, Profile, Scheme, cred};
use crate::codec::{self, Encoding, Event, Limits, Version, Writer};
use crate::message::Cred;

/// The credentials of a message; a server that said 212 wants none.
pub fn credentials(login: Login, device: &Device, is_known: bool) -> Option<Cred> {
    let profile = &device.profile;
    let nonce = &device.nonce;
    match login {
        Login::None => None,
        Login::Good => {
            let is_premature = device.scheme == Scheme::Md5 && nonce.is_empty();
            if is_known || is_premature {
                None
            } else {
                cred::cred(profile, device.scheme, nonce)
            }
        }
        Login::Wrong => {
            let mut profile = profile.clone();
            "certainly-not-the-password".clone_into(&mut profile.password.0);
            cred::cred(&profile, Scheme::Basic, nonce)
        }
        Login::Untyped => {
            let mut cred = cred::cred(profile, Scheme::Basic, nonce)?;
            cred.meta.media_type = None;
            Some(cred)
        }
        Login::Stale => cred::cred(profile, Scheme::Md5, b"this nonce was never given"),
        Login::Md5 => cred::cred(profile, Scheme::Md5, nonce),
        Login::Md5Of10 => {
            let old = Profile {
                version: Version::V10,
                ..profile.clone()
            };
            cred::cred(&old, Scheme::Md5, nonce)
        }
    }
}

/// `Cred` in XML.
pub fn written(cred: &Cred) -> String {
    let of = |name: &str, value: Option<&String>| {
        value
            .map(|value| format!("<{name} xmlns='syncml:metinf'>{value}</{name}>"))
            .unwrap_or_default()
    };
    let meta = &cred.meta;
    format!(
        "<Cred><Meta>{}{}</Meta><Data>{}</Data></Cred>",
        of("Format", meta.format.as_ref()),
        of("Type", meta.media_type.as_ref()),
        String::from_utf8_lossy(&cred.data)
    )
}

/// The message in WBXML.
///
/// # Errors
/// [`Stop::Broken`] when it is no document.
pub fn binary(message: &str, version: Version, head: Option<Head>) -> Result<Vec<u8>, Stop> {
    let limits = Limits::default();
    let document = codec::decode(message.as_bytes(), None, &limits);
    let document =
        document.map_err(|flaw| Stop::Broken(format!("a message of the case is none: {flaw}")))?;
    let events = document.events.iter().map(|event| match event {
        Event::Text(text) if **text == *b"application/vnd.syncml-devinf+xml" => {
            Event::Text(b"application/vnd.syncml-devinf+wbxml".into())
        }
        Event::Text(text) => Event::Text(text.as_ref().into()),
        Event::Start(tag) => Event::Start(*tag),
        Event::End => Event::End,
    });
    let mut writer = Writer::new(Encoding::Wbxml, version);
    writer.events(&events.collect::<Vec<_>>());
    let bytes = writer.finish();
    let Some(head) = head else {
        return Ok(bytes);
    };
    // Our head: version, public id of one or two bytes, charset, an empty string table.
    let body = bytes
        .windows(2)
        .position(|pair| pair == [UTF_8, 0])
        .map(|at| at + 2);
    let body = body
        .and_then(|at| bytes.get(at..))
        .ok_or_else(|| Stop::Broken("no head".to_owned()))?;
    let words = format!("-//SYNCML//DTD SyncML {}//EN\0", number(version)).into_bytes();
    let head = match head {
        Head::InWords => {
            let len = u8::try_from(words.len()).unwrap_or_default();
            [&[0x03, 0, 0, UTF_8, len], words.as_slice()].concat()
        }
        Head::Unknown => vec![0x03, 0x01, UTF_8, 0],
        Head::Old => [
            &[0x01],
            bytes.get(1..bytes.len() - body.len()).unwrap_or_default(),
        ]
        .concat(),
    };
    Ok([&head, body].concat())
}

/// UTF-8 among the charsets of the IANA, as WBXML writes it.
const UTF_8: u8 = 0x6A;

/// The number of a version.
pub const fn number(version: Version) -> &'static str {
    match version {
        Version::V10 => "1.0",
        Version::V11 => "1.1",
        Version::V12 => "1.2",
    }
}
