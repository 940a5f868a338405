//! RunPod's refusals, in words that say what to do.

use super::KEYS_PAGE;
use crate::error::Error;
use crate::provider::refusal::{self, How, Told, Words};

/// Texts that stand for "no capacity": there is no code for it.
const NO_CAPACITY: [&str; 4] = [
    "instances available",
    "not enough free gpus",
    "insufficient",
    "out of stock",
];

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
        request_id: error.request_id(),
        message: error.message(),
        details: error.details(),
        retry_after: error.retry_after(),
        how,
    };
    refusal::explain(&told, &WORDS, doing)
}

fn refused_help(status: u16, text: &str) -> Vec<String> {
    if is_no_capacity(text) {
        return vec![
            "no machine is free now: name another card, a pool such as `AMPERE_48`, or no region"
                .to_owned(),
            "`cloudType: COMMUNITY` has other hosts".to_owned(),
            "`sindri plan` shows what else has stock".to_owned(),
        ];
    }
    match status {
        400 | 422 => vec!["check GPU type, region and image in sindri.yaml".to_owned()],
        _ => Vec::new(),
    }
}

/// Whether a refusal means that no machine is free.
pub(super) fn is_no_capacity(text: &str) -> bool {
    let lower = text.to_lowercase();
    NO_CAPACITY.iter().any(|words| lower.contains(words))
}

/// Whether the resource is not there.
pub(super) fn is_not_found(error: &runpod_sdk::Error) -> bool {
    status(error) == Some(404)
}

/// Whether something stands in the way, such as a name that is taken.
pub(super) fn is_conflict(error: &runpod_sdk::Error) -> bool {
    status(error) == Some(409)
}

pub(super) fn status(error: &runpod_sdk::Error) -> Option<u16> {
    error.status().map(|status| status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_capacity_is_told_by_the_text_alone() {
        let check = |text: &str, expected| assert_eq!(is_no_capacity(text), expected, "{text}");
        check(
            "There are no longer any instances available with the requested specifications.",
            true,
        );
        check(
            "There are not enough free GPUs on the host machine to start this pod.",
            true,
        );
        check("image is required", false);
    }
}
