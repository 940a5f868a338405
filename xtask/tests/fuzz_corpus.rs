//! The documents that `fuzz/` starts from, and those that it once found.
#![expect(
    clippy::print_stderr,
    reason = "the input is named when its check fails"
)]

use std::fs;
use std::path::Path;

#[test]
fn no_pass_fails_by_itself_whatever_the_document() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/document");
    let mut count = 0;
    for input in fs::read_dir(folder).unwrap() {
        let path = input.unwrap().path();
        // Shown when the check panics.
        eprintln!("{}", path.display());
        xtask::fuzzing::document(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count >= 10);
}
