//! Any text as `sindri.yaml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sindri_cli::fuzzing::yaml(data));
