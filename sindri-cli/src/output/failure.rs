//! How a failure is told: what happened, what is left, what to do.

use serde_json::{Value, json};

use super::human::usd;
use super::paint::{Ink, Palette};
use crate::error::{Certainty, Error, Exposure, Failure};
use crate::exit::Exit;

/// For people. Empty for findings of the configuration, which were shown where they were found.
pub(super) fn human(error: &Error, palette: Palette) -> String {
    match error {
        Error::Failed(_, failure) => failed(failure, palette),
        Error::Findings { .. } => String::new(),
        Error::Output(cause) => {
            format!("{} {error}: {cause}\n", palette.paint(Ink::Error, "error:"))
        }
    }
}

fn failed(failure: &Failure, palette: Palette) -> String {
    let mut text = format!(
        "{} {}\n",
        palette.paint(Ink::Error, "error:"),
        failure.message
    );
    for detail in &failure.details {
        text.push_str(&format!("  {detail}\n"));
    }
    if let Some(id) = &failure.request_id {
        text.push_str(&format!("  request id {id}\n"));
    }
    if !failure.left.is_empty() {
        text.push_str("what is left, and may be billing:\n");
        for exposure in &failure.left {
            text.push_str(&format!("  {}\n", left(exposure)));
        }
    }
    for help in &failure.help {
        text.push_str(&format!("{} {help}\n", palette.paint(Ink::Help, "help:")));
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
