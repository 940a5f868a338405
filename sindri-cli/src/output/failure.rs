//! How a failure is told: what happened, what is left, what to do.

use serde_json::{Value, json};

use super::human::usd;
use super::paint::{Ink, Palette};
use super::text::Text;
use crate::error::{Certainty, Error, Exposure, Failure, Kind};
use crate::exit::Exit;

/// For people. Empty for findings of the configuration, which were shown where they were found.
pub(super) fn human(error: &Error, palette: Palette) -> Text {
    match error {
        Error::Failed(Kind::Interrupted, failure) => {
            // Below the `^C` that the terminal shows.
            told(&format!("\n{}", failure.message), failure, palette)
        }
        Error::Failed(_, failure) => {
            let error = palette.paint(Ink::Error, "error:");
            let message = palette.foreign(&failure.message);
            told(&format!("{error} {message}"), failure, palette)
        }
        Error::Findings { .. } => Text::default(),
        Error::Output(cause) => Text::new(format!(
            "{} {error}: {cause}",
            palette.paint(Ink::Error, "error:")
        )),
    }
}

fn told(heading: &str, failure: &Failure, palette: Palette) -> Text {
    let mut text = Text::new(heading);
    for detail in &failure.details {
        text.line(format!("  {}", palette.foreign(detail)));
    }
    if let Some(id) = &failure.request_id {
        text.line(format!("  request id {}", palette.foreign(id)));
    }
    if !failure.left.is_empty() {
        text.line("what is left, and may be billing:");
        for exposure in &failure.left {
            text.line(format!("  {}", left(exposure)));
        }
    }
    for help in &failure.help {
        text.line(format!("{} {help}", palette.paint(Ink::Help, "help:")));
    }
    text
}

fn left(exposure: &Exposure) -> String {
    let certainty = match exposure.certainty {
        Certainty::Exists => "",
        Certainty::MayExist => " (may exist)",
    };
    let price = match exposure.usd_per_hour {
        Some(price) => format!("{}/h", usd(price)),
        None => "price unknown".to_owned(),
    };
    format!(
        "{}{certainty}, {price}; remove it with `{}`",
        exposure.resource, exposure.remove
    )
}

/// For programs.
pub(super) fn document(error: &Error, exit: Exit) -> Value {
    let body = match error {
        Error::Failed(_, failure) => json!({
            "kind": exit.word(),
            "exit_code": exit.code(),
            "message": failure.message,
            "details": failure.details,
            "status": failure.status,
            "request_id": failure.request_id,
            "help": failure.help,
            "left": failure.left,
        }),
        Error::Findings { findings, .. } => json!({
            "kind": exit.word(),
            "exit_code": exit.code(),
            "message": error.to_string(),
            "findings": findings,
        }),
        Error::Output(_) => json!({
            "kind": exit.word(),
            "exit_code": exit.code(),
            "message": error.to_string(),
        }),
    };
    json!({ "error": body })
}
