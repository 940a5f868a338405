//! Northflank's refusals, in words that say what to do.

use northflank_sdk::stream::StreamError;

use super::TOKENS_PAGE;
use crate::error::Error;
use crate::provider::refusal::{self, How, Told, Words};

const WORDS: Words = Words {
    name: "Northflank",
    key: "API token",
    variable: "NORTHFLANK_API_TOKEN",
    keys_page: TOKENS_PAGE,
    credit_page: "https://app.northflank.com/s/account/billing",
    status_page: "https://status.northflank.com",
    advice,
};

fn advice(told: &Told<'_>) -> Vec<String> {
    match told.status {
        Some(400 | 422) => vec!["check image, plan, ports and names in sindri.yaml".to_owned()],
        Some(409) => vec!["`sindri status` shows what is there under this name".to_owned()],
        _ => Vec::new(),
    }
}

/// Makes a failed call a failure of the command. `doing` completes "Northflank did not …".
pub(super) fn explain(error: &northflank_sdk::Error, doing: &str) -> Error {
    let how = match error {
        northflank_sdk::Error::Api(_) => How::Refused,
        northflank_sdk::Error::Transport(transport) => How::Transport {
            error: transport.as_ref(),
            host: transport.host(),
        },
        northflank_sdk::Error::Decode(decode) => How::Unreadable(decode.as_ref()),
        northflank_sdk::Error::Page(page) => How::Endless(page),
        other => How::Other(other),
    };
    let told = Told {
        status: status(error),
        no_capacity: error.is_no_capacity(),
        request_id: error.request_id(),
        message: error.message(),
        details: error.details(),
        retry_after: error.retry_after(),
        how,
    };
    refusal::explain(&told, &WORDS, doing)
}

/// The same for a stream that was refused before it began.
pub(super) fn explain_refusal(status: u16, error: &StreamError, doing: &str) -> Error {
    let told = Told {
        status: Some(status),
        no_capacity: false,
        request_id: None,
        message: error.to_string(),
        details: &[],
        retry_after: error.retry_after().filter(|wait| !wait.is_zero()),
        how: How::Refused,
    };
    refusal::explain(&told, &WORDS, doing)
}

/// Whether something stands in the way, such as a name that is taken.
pub(super) fn is_conflict(error: &northflank_sdk::Error) -> bool {
    status(error) == Some(409)
}

pub(super) fn status(error: &northflank_sdk::Error) -> Option<u16> {
    error.status().map(|status| status.as_u16())
}
