//! RunPod's refusals, in words that say what to do.

use super::KEYS_PAGE;
use crate::error::Error;
use crate::provider::refusal::{self, How, Told, Words};

const WORDS: Words = Words {
    name: "RunPod",
    key: "API key",
    variable: "RUNPOD_API_KEY",
    keys_page: KEYS_PAGE,
    credit_page: "https://www.runpod.io/console/user/billing",
    status_page: "https://status.runpod.io",
    advice: refused_help,
};

/// Makes a failed call a failure of the command. `doing` completes "RunPod did not …".
pub(super) fn explain(error: &runpod_sdk::Error, doing: &str) -> Error {
    let how = match error {
        runpod_sdk::Error::Api(_) => How::Refused,
        runpod_sdk::Error::Transport(transport) => How::Transport {
            error: transport.as_ref(),
            host: transport.host(),
        },
        runpod_sdk::Error::Decode(decode) => How::Unreadable(decode.as_ref()),
        runpod_sdk::Error::Page(page) => How::Endless(page),
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

fn refused_help(told: &Told<'_>) -> Vec<String> {
    if told.no_capacity {
        return vec![
            "no machine is free now: name another card, a pool such as `AMPERE_48`, or no region"
                .to_owned(),
            "`cloudType: COMMUNITY` has other hosts".to_owned(),
            "`sindri plan` shows what else has stock".to_owned(),
        ];
    }
    match told.status {
        Some(400 | 422) => vec!["check GPU type, region and image in sindri.yaml".to_owned()],
        _ => Vec::new(),
    }
}

/// Whether something stands in the way, such as a name that is taken.
pub(super) fn is_conflict(error: &runpod_sdk::Error) -> bool {
    status(error) == Some(409)
}

pub(super) fn status(error: &runpod_sdk::Error) -> Option<u16> {
    error.status().map(|status| status.as_u16())
}
