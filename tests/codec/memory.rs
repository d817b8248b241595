//! What reading takes of memory, measured: a length that was only declared costs nothing.
//!
//! The kernel counts the address space a process ever had, also where it was never written to. Where there is no such
//! count the documents are read all the same.

use std::fs;

use anchorage::codec::{DecodeError, Limits, decode};

/// What is declared, in bytes: the most that four bytes can say.
const DECLARED: u64 = 0xffff_ffff;
/// What other tests of this process may take meanwhile, in bytes.
const NOISE: u64 = 2 << 30;

/// The most address space this process ever had, in bytes.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmPeak:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// REQ-WBX-8.
#[test]
fn a_length_that_is_only_declared_takes_no_memory() {
    // Version 1.2, public id 0x1201, UTF-8; then a string table, or SyncML, SyncHdr, VerDTD and text.
    let length = [0x8f, 0xff, 0xff, 0xff, 0x7f];
    let head = [0x02, 0xa4, 0x01, 0x6a, 0x00, 0x6d, 0x6c, 0x71];
    let documents = [
        [&[0x02, 0xa4, 0x01, 0x6a][..], &length, &[0x6d]].concat(),
        [&head[..], &[0xc3], &length, &[0x31]].concat(),
        [&head[..], &[0x83], &length].concat(),
    ];
    // Nor where nothing is too long.
    let boundless = Limits {
        bytes: usize::MAX,
        string_table: usize::MAX,
        expansion: usize::MAX,
        ..Limits::default()
    };
    let before = peak();
    for document in &documents {
        for limits in [&Limits::default(), &boundless] {
            let refused = decode(document, None, limits);
            assert!(
                matches!(
                    refused,
                    Err(DecodeError::Malformed { .. } | DecodeError::TooMuch { .. })
                ),
                "{document:x?}: {refused:?}"
            );
        }
    }
    let (Some(before), Some(after)) = (before, peak()) else {
        return;
    };
    let grown = after - before;
    assert!(grown < NOISE, "{grown} bytes for a length of {DECLARED}");
    assert!(is_seen(after), "what is measured is not what is taken");
}

/// Whether memory that is really asked for is counted; also where the system does not give so much.
fn is_seen(before: u64) -> bool {
    let Ok(size) = usize::try_from(DECLARED) else {
        return true;
    };
    let mut taken: Vec<u8> = Vec::new();
    let is_given = taken.try_reserve_exact(size).is_ok() && taken.capacity() >= size;
    !is_given || peak().is_some_and(|after| after - before >= NOISE)
}
