//! `bodies::pim::weak` on whatever the fuzzer finds.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../bodies.rs"]
#[expect(dead_code, reason = "each target runs one of the bodies")]
mod bodies;

fuzz_target!(|data: &[u8]| bodies::pim::weak(data));
