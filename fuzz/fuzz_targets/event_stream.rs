//! Any body as server-sent events.
#![no_main]

use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime")
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| RUNTIME.block_on(sdk_core::fuzzing::event_stream(data)));
