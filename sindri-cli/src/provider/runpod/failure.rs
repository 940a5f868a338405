//! RunPod's refusals, in words that say what to do.

use std::error::Error as _;

use super::KEYS_PAGE;
use crate::error::{Error, Failure, Kind};

/// Texts that stand for "no capacity": there is no code for it.
const NO_CAPACITY: [&str; 4] = [
    "instances available",
    "not enough free gpus",
    "insufficient",
    "out of stock",
];

/// Makes a failed call a failure of the command. `doing` completes "RunPod did not …".
pub(super) fn explain(error: &runpod_sdk::Error, doing: &str) -> Error {
    let status = error.status().map(|status| status.as_u16());
    let mut failure = Failure::new(String::new());
    failure.status = status;
    failure.request_id = error.request_id().map(str::to_owned);
    match error {
        runpod_sdk::Error::Api(_) => {
            failure.details.push(error.message());
            failure.details.extend(error.details().iter().cloned());
            refused(status.unwrap_or_default(), failure, doing, error)
        }
        runpod_sdk::Error::Transport(transport) => {
            failure.message = format!("RunPod could not be asked to {doing}");
            failure.details.push(transport.to_string());
            let failure = failure.causes(transport.source());
            Error::new(
                Kind::Network,
                failure.help(format!(
                    "check the connection to {}, then run the same command again",
                    transport.host()
                )),
            )
        }
        runpod_sdk::Error::Decode(decode) => {
            failure.message = format!("RunPod was asked to {doing}, and its answer cannot be read");
            failure.details.push(decode.to_string());
            let failure = failure.causes(decode.source());
            Error::new(
                Kind::Provider,
                failure.help("RunPod may have changed: look for a new sindri"),
            )
        }
        runpod_sdk::Error::Page(page) => Error::new(
            Kind::Provider,
            Failure::new(format!(
                "RunPod was asked to {doing}, and its answer has no end"
            ))
            .detail(page.to_string())
            .help("RunPod may have changed: look for a new sindri"),
        ),
        other => Error::unexpected(format!("RunPod could not be asked to {doing}"), other),
    }
}

fn refused(status: u16, mut failure: Failure, doing: &str, error: &runpod_sdk::Error) -> Error {
    let (kind, message, help) = match status {
        401 => (
            Kind::Credentials,
            "RunPod does not accept the API key (401)".to_owned(),
            vec![format!(
                "RUNPOD_API_KEY is wrong or was deleted: make a key at {KEYS_PAGE}"
            )],
        ),
        403 => (
            Kind::Credentials,
            format!("the API key may not {doing} (403)"),
            vec![format!(
                "give the key the right at {KEYS_PAGE}, or use another RUNPOD_API_KEY"
            )],
        ),
        402 => (
            Kind::Provider,
            format!("RunPod did not {doing}: the balance is too low (402)"),
            vec!["add credit at https://www.runpod.io/console/user/billing".to_owned()],
        ),
        429 => (
            Kind::Provider,
            format!("RunPod did not {doing}: too many requests (429)"),
            vec![match error.retry_after() {
                Some(wait) => format!("try again in {} s", wait.as_secs()),
                None => "try again in a minute".to_owned(),
            }],
        ),
        500..=599 => (
            Kind::Provider,
            format!("RunPod did not {doing}: it has trouble of its own ({status})"),
            vec!["look at https://status.runpod.io, then run the same command again".to_owned()],
        ),
        _ => (
            Kind::Provider,
            format!("RunPod did not {doing} ({status})"),
            refused_help(status, &error.message()),
        ),
    };
    failure.message = message;
    failure.help = help;
    Error::new(kind, failure)
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
    error.status().is_some_and(|status| status.as_u16() == 404)
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
