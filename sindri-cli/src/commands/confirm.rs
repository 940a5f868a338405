//! Asking before something is lost.

use std::io::BufRead as _;

use crate::error::{Error, Failure, Kind, Result};
use crate::output::Printer;

/// What the user said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
}

/// Asks, with No as the default.
///
/// # Errors
///
/// Nobody is there to ask: a script must say `--force`.
pub(super) async fn confirm(question: &str, printer: &Printer) -> Result<Answer> {
    if !printer.can_ask() {
        return Err(Error::usage(
            Failure::new("there is no terminal to ask on").help("`--force` goes on without asking"),
        ));
    }
    printer.ask(&format!("{question} [y/N] "));
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // A thread of its own: a read that never ends must not keep the program from ending on Ctrl-C.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map(|_| line);
        // The asker may be gone already.
        drop(sender.send(read));
    });
    match receiver.await {
        Ok(Ok(line)) => Ok(understand(&line)),
        Ok(Err(error)) => Err(Error::unexpected("the answer could not be read", &error)),
        Err(_) => Err(Error::new(
            Kind::Unexpected,
            Failure::new("the answer could not be read"),
        )),
    }
}

fn understand(line: &str) -> Answer {
    match line.trim().to_lowercase().as_str() {
        "y" | "yes" => Answer::Yes,
        _ => Answer::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_a_yes() {
        let check = |line, answer| assert_eq!(understand(line), answer, "{line:?}");
        check("y\n", Answer::Yes);
        check(" YES \n", Answer::Yes);
        check("\n", Answer::No);
        check("", Answer::No);
        check("yep\n", Answer::No);
        check("n\n", Answer::No);
    }
}
