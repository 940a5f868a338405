//! `connect` where there is a terminal, as both clouds have it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use tests::Context;

/// How long a test waits for words on its terminal, in milliseconds.
const PATIENCE_MS: u64 = 20_000;

/// `connect` at a terminal, once its prompt is there.
pub(crate) fn at_a_terminal(context: &Context) -> PtySession {
    let command = context.command(&["connect"]);
    let mut terminal = spawn_command(command, Some(PATIENCE_MS)).expect("a terminal");
    terminal.exp_string("# ").expect("a prompt");
    terminal
}

pub(crate) fn ends_with(mut terminal: PtySession, code: i32) {
    terminal.exp_eof().expect("the end");
    let ended = terminal.process().wait().expect("a status");
    assert!(
        matches!(ended, WaitStatus::Exited(_, ended) if ended == code),
        "{ended:?}"
    );
}
