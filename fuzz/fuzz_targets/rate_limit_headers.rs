//! Any headers that tell of a quota.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sdk_core::fuzzing::rate_limit_headers(data));
