//! The WBXML spelling: WAP Binary XML 1.0 to 1.3 (WAP-192, W3C note of 1999; `RepPro` 1.2.2, section 8).
//!
//! Code page 0 is `SyncML` and 1 `MetInf` in one document; `DevInf` is code page 0 of a document of its
//! own, nested in an OPAQUE. Attributes mean nothing in `SyncML` and are read over.

mod cursor;
mod read;
mod write;

pub(super) use read::decode;
pub(super) use write::WbxmlWriter;

use super::{Space, Version};

const SWITCH_PAGE: u8 = 0x00;
const END: u8 = 0x01;
const ENTITY: u8 = 0x02;
const STR_I: u8 = 0x03;
const LITERAL: u8 = 0x04;
const PI: u8 = 0x43;
const STR_T: u8 = 0x83;
const OPAQUE: u8 = 0xc3;
/// The element has content; part of its tag byte.
const CONTENT: u8 = 0x40;
/// The element has attributes; part of its tag byte.
const ATTRIBUTES: u8 = 0x80;
/// The token in a tag byte.
const TOKEN: u8 = 0x3f;

/// Numeric public ids (`RepPro` 1.2.2 section 8.1, `MetInf` 7.1, `DevInf` 7.1): what the document is, and of
/// which version. To write, the first that fits.
const PUBLIC_IDS: &[(u32, Space, Option<Version>)] = &[
    (0x0fd1, Space::SyncMl, Some(Version::V10)),
    (0x0fd2, Space::DevInf, Some(Version::V10)),
    (0x0fd3, Space::SyncMl, Some(Version::V11)),
    (0x0fd4, Space::DevInf, Some(Version::V11)),
    (0x1201, Space::SyncMl, Some(Version::V12)),
    (0x1202, Space::SyncMl, Some(Version::V12)),
    (0x1203, Space::DevInf, Some(Version::V12)),
    (0x1205, Space::SyncMl, None),
    (0x1206, Space::DevInf, None),
    // "Unknown or missing".
    (0x0001, Space::SyncMl, None),
];

/// The vocabulary of a code page in a document of this kind.
const fn vocabulary(document: Space, page: u8) -> Option<Space> {
    match (document, page) {
        (Space::SyncMl | Space::MetInf, 0) => Some(Space::SyncMl),
        (Space::SyncMl | Space::MetInf, 1) => Some(Space::MetInf),
        // Early devices wrote DevInf inline, on a page of its own.
        (Space::SyncMl | Space::MetInf, 2) | (Space::DevInf, 0) => Some(Space::DevInf),
        (Space::SyncMl | Space::MetInf | Space::DevInf, _) => None,
    }
}
