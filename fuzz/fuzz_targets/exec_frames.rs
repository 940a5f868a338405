//! Any messages of an exec stream.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| northflank_sdk::fuzzing::exec_frames(data));
