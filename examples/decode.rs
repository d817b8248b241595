//! Shows a `SyncML` message as indented XML, whichever way it is spelled.
//!
//! ```text
//! cargo run --example decode -- message.wbxml
//! curl ... | cargo run --example decode
//! ```
//!
//! Reads the named file, or standard input (also for `-`). Device information inside `Data` is shown as
//! elements; bytes that are no text are shown as a comment. Exit code: 0 for a document, 1 for bytes that
//! are none (the reason and its byte offset go to standard error), 2 when nothing could be read.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use anchorage::codec::{Document, Event, Limits, Tag, Version, Writer, decode, decode_devinf};
use anchorage::codec::{Encoding, Space};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (name, more) = (arguments.next(), arguments.next());
    if more.is_some()
        || name.as_ref().is_some_and(|name| {
            name.to_str()
                .is_some_and(|n| n.len() > 1 && n.starts_with('-'))
        })
    {
        eprintln!("usage: decode [FILE]");
        return ExitCode::from(2);
    }
    let name = name.filter(|name| name != "-");
    let read = if let Some(path) = &name {
        std::fs::read(path)
    } else {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    };
    let name = name.map_or_else(
        || "standard input".into(),
        |name| name.to_string_lossy().into_owned(),
    );
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{name}: {error}");
            return ExitCode::from(2);
        }
    };
    let document = match decode(&bytes, None, &Limits::default()) {
        Ok(document) => document,
        Err(error) => {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    match header(&mut out, &document, bytes.len())
        .and_then(|()| show(&mut out, &document, 0))
        .and_then(|()| out.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads this has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("standard output: {error}");
            ExitCode::from(2)
        }
    }
}

/// One comment on how the document came.
fn header(out: &mut impl Write, document: &Document<'_>, bytes: usize) -> io::Result<()> {
    let spelling = match document.encoding {
        Encoding::Xml => "XML",
        Encoding::Wbxml => "WBXML",
    };
    let version = match document.version {
        Some(Version::V10) => ", version 1.0",
        Some(Version::V11) => ", version 1.1",
        Some(Version::V12) => ", version 1.2",
        None => "",
    };
    writeln!(
        out,
        "<!-- {spelling}{version}, {}, {bytes} bytes -->",
        document.charset
    )
}

/// The elements, `depth` levels further in.
fn show(out: &mut impl Write, document: &Document<'_>, depth: usize) -> io::Result<()> {
    let mut open: Vec<Tag> = Vec::new();
    let mut events = document.events.iter().peekable();
    while let Some(event) = events.next() {
        let indent = 2 * (depth + open.len());
        match event {
            Event::Start(tag) => {
                let (name, space) = (name(*tag), namespace(*tag, open.last().copied()));
                write!(out, "{:indent$}<{name}{space}", "")?;
                if events.next_if_eq(&&Event::End).is_some() {
                    writeln!(out, "/>")?;
                    continue;
                }
                write!(out, ">")?;
                let text = events.next_if(|event| matches!(event, Event::Text(_)));
                match (text, events.next_if_eq(&&Event::End)) {
                    (Some(Event::Text(bytes)), Some(_)) => {
                        if nested(out, bytes, depth + open.len() + 1)? {
                            write!(out, "{:indent$}", "")?;
                        } else {
                            text_or_comment(out, bytes)?;
                        }
                        writeln!(out, "</{name}>")?;
                        continue;
                    }
                    (Some(Event::Text(bytes)), None) => text_or_comment(out, bytes)?,
                    (Some(Event::Start(_) | Event::End) | None, _) => {}
                }
                writeln!(out)?;
                open.push(*tag);
            }
            Event::Text(bytes) => {
                write!(out, "{:indent$}", "")?;
                text_or_comment(out, bytes)?;
                writeln!(out)?;
            }
            Event::End => {
                let tag = open.pop().unwrap_or(Tag::Unknown);
                writeln!(
                    out,
                    "{:indent$}</{}>",
                    "",
                    name(tag),
                    indent = indent.saturating_sub(2)
                )?;
            }
        }
    }
    Ok(())
}

/// Shows a `DevInf` document that stands as text where elements should be.
fn nested(out: &mut impl Write, bytes: &[u8], depth: usize) -> io::Result<bool> {
    match decode_devinf(bytes, &Limits::default()) {
        Ok(document) if document.events.first() == Some(&Event::Start(Tag::DevInf)) => {
            writeln!(out)?;
            writeln!(out, "{:indent$}<!-- as text: -->", "", indent = 2 * depth)?;
            show(out, &document, depth)?;
            Ok(true)
        }
        Ok(_) | Err(_) => Ok(false),
    }
}

fn name(tag: Tag) -> &'static str {
    if tag == Tag::Unknown {
        "unknown"
    } else {
        tag.name()
    }
}

/// The namespace declaration where the vocabulary changes.
fn namespace(tag: Tag, parent: Option<Tag>) -> &'static str {
    if tag == Tag::Unknown || parent.map(Tag::space) == Some(tag.space()) {
        return "";
    }
    match tag.space() {
        Space::SyncMl => "",
        Space::MetInf => " xmlns=\"syncml:metinf\"",
        Space::DevInf => " xmlns=\"syncml:devinf\"",
    }
}

/// Text as XML; bytes that XML cannot hold as a comment.
fn text_or_comment(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    match std::str::from_utf8(bytes) {
        Ok(text) if Writer::carries(Encoding::Xml, bytes) => {
            let escaped = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            write!(out, "{escaped}")
        }
        Ok(_) | Err(_) if bytes.len() <= HEX_BYTES => {
            write!(out, "<!-- {} bytes, hex:", bytes.len())?;
            bytes
                .iter()
                .try_for_each(|byte| write!(out, " {byte:02x}"))?;
            write!(out, " -->")
        }
        Ok(_) | Err(_) => write!(
            out,
            "<!-- {} bytes, base64: {} -->",
            bytes.len(),
            BASE64_STANDARD.encode(bytes)
        ),
    }
}

/// Up to this many bytes are shown in hexadecimal.
const HEX_BYTES: usize = 32;
