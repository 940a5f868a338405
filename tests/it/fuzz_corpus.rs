//! What `fuzz/` starts from, and what it once found, holds in every run of the tests.
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot be set up fails, and names its input when a check does"
)]

use std::fs;
use std::path::Path;

/// Gives every input of a target to its check, and says how many there are.
fn each(target: &str, check: impl Fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let inputs = fs::read_dir(folder.join(target)).expect("a corpus");
    let inputs: Vec<_> = inputs
        .map(|input| input.expect("an input").path())
        .collect();
    for input in &inputs {
        // Shown when the check panics.
        eprintln!("{}", input.display());
        check(&fs::read(input).expect("an input"));
    }
    inputs.len()
}

#[test]
fn any_text_is_read_as_a_file_or_refused_with_places_in_it() {
    assert!(each("yaml", sindri_cli::fuzzing::yaml) >= 10);
}

#[test]
fn events_are_the_same_however_their_body_is_cut() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let check = |data: &[u8]| runtime.block_on(sdk_core::fuzzing::event_stream(data));
    assert!(each("event_stream", check) >= 5);
}

#[test]
fn no_header_makes_a_client_wait_for_longer_than_a_quota_lasts() {
    assert!(each("rate_limit_headers", sdk_core::fuzzing::rate_limit_headers) >= 4);
}

#[test]
fn what_is_said_of_any_message_of_a_stream_is_harmless() {
    assert!(each("exec_frames", northflank_sdk::fuzzing::exec_frames) >= 4);
}
