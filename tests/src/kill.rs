//! Ending this process at one moment, as a crash would: only the program of these tests can.

use std::io::Write as _;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The variable that says at which moment: by its number, the first is 1, or by its name.
pub const KILL_AT: &str = "SINDRI_TEST_KILL_AT";

enum Chosen {
    Number(u32),
    Name(String),
}

/// A moment between which a run can be cut off has come. At the chosen one this process is killed.
///
/// # Panics
///
/// When it cannot be killed.
pub fn reached(moment: &str) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static CHOSEN: OnceLock<Option<Chosen>> = OnceLock::new();
    let Some(chosen) = CHOSEN.get_or_init(chosen) else {
        return;
    };
    let number = COUNT.fetch_add(1, Ordering::SeqCst) + 1;
    let is_it = match chosen {
        Chosen::Number(chosen) => number == *chosen,
        Chosen::Name(chosen) => moment == chosen,
    };
    if is_it {
        let told = writeln!(std::io::stderr(), "killed at moment {number}, {moment}");
        told.expect("standard error is there");
        kill();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program of these tests is told so by its environment"
)]
fn chosen() -> Option<Chosen> {
    let text = std::env::var(KILL_AT).ok()?;
    Some(match text.parse() {
        Ok(number) => Chosen::Number(number),
        Err(_) => Chosen::Name(text),
    })
}

/// `SIGKILL`: nothing of this process runs after it.
#[cfg(unix)]
fn kill() {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::KILL).expect("a process may kill itself");
}

#[cfg(not(unix))]
fn kill() {
    std::process::abort();
}
