//! The program of these tests.

use tests::{Cloud, Context};

/// The compiled program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_sindri-under-test");

/// A cloud, and a directory whose `sindri.yaml` can be deployed to it.
pub(crate) fn cloud_and_context() -> (Cloud, Context) {
    let cloud = Cloud::start();
    let context = Context::at(PROGRAM, cloud.url());
    (cloud, context)
}

/// What differs from run to run, and what stands for it in a snapshot.
pub(crate) const FILTERS: [(&str, &str); 4] = [
    (r"\b[a-z0-9]{14}\b", "[POD]"),
    (r"-[0-9a-f]{8}@", "-[TOKEN]@"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[TIME]"),
    (
        r"(203\.0\.113\.\d+( -p |:)|127\.0\.0\.1 -p )\d+",
        "[ADDRESS]",
    ),
];
