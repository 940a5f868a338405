//! Any text as an OpenAPI document.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| xtask::fuzzing::document(data));
