//! Whether the providers would have us.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::timed;
use crate::commands::context::Context;
use crate::error::{Error, Failure, Kind};
use crate::output::{AuthStatus, Tool, ToolState};
use crate::plan::AccountKeys;
use crate::provider::{AccessSeen, QuotaLeft};
use crate::settings::{CloudChoice, NoKey};

/// Clocks that differ by more than this confuse whoever compares their times.
const TOLERANCE_S: i64 = 60;

/// Variables that a Northflank token may be in, the first that is set counts.
const NORTHFLANK_TOKENS: [&str; 2] = ["NORTHFLANK_API_TOKEN", "NF_API_TOKEN"];

/// RunPod's key, and with `asks` what RunPod says to it.
pub(super) async fn runpod(asks: bool, context: &Context<'_>) -> Vec<Tool> {
    let begun = Instant::now();
    let key = Tool::required("runpod-key", "RUNPOD_API_KEY").of("runpod");
    let api = Tool::required("runpod-api", "RunPod's API").of("runpod");
    let cloud = match context.cloud_without_file().await {
        Ok(cloud) => cloud,
        Err(error) => {
            let state = match context.settings.runpod.api_key {
                Err(NoKey::Unset) => ToolState::Missing,
                Ok(_) | Err(NoKey::Blank | NoKey::Unsendable | NoKey::NotText) => {
                    ToolState::Invalid
                }
            };
            let key = failed(key.state(state), &error);
            let api = api
                .state(ToolState::NotChecked)
                .detail("there is nothing to ask it with");
            return vec![timed(begun, key), api];
        }
    };
    let key = match context.settings.cloud {
        CloudChoice::Real => key.detail("set"),
        CloudChoice::Sandbox => key.detail("not needed in the sandbox"),
    };
    let key = timed(begun, key.auth(AuthStatus::Unknown));
    if !asks {
        let api = api
            .state(ToolState::NotChecked)
            .auth(AuthStatus::Unknown)
            .detail("`--check-auth` asks it");
        return vec![key, api];
    }
    let begun = Instant::now();
    let access = cloud.runpod.access().await;
    let now = Timestamp::now();
    match access {
        Ok(access) => {
            let api = timed(begun, answered(api, cloud.runpod.origin(), &access));
            let key = key.auth(AuthStatus::Authenticated).detail("accepted");
            let [quota, clock, keys] = learnt(&access, now);
            vec![key, api, quota, clock, keys]
        }
        Err(error) => vec![
            key,
            timed(begun, failed(api.state(ToolState::Invalid), &error)),
        ],
    }
}

/// Northflank's token.
pub(super) fn northflank(context: &Context<'_>) -> [Tool; 2] {
    let token = Tool::required("northflank-token", "NORTHFLANK_API_TOKEN").of("northflank");
    let api = Tool::required("northflank-api", "Northflank's API").of("northflank");
    let set = NORTHFLANK_TOKENS
        .iter()
        .find(|name| context.settings.environment.get(name).is_some());
    let token = match set {
        Some(name) => token
            .auth(AuthStatus::Unknown)
            .detail(format!("{name} is set")),
        None => token
            .state(ToolState::Missing)
            .auth(AuthStatus::NotAuthenticated)
            .detail(format!("neither {} is set", NORTHFLANK_TOKENS.join(" nor ")))
            .help("make a token in the account settings of Northflank, then `export NORTHFLANK_API_TOKEN=…`"),
    };
    let api = api
        .state(ToolState::NotChecked)
        .auth(AuthStatus::Unknown)
        .detail("not checked by this build, which does not deploy to Northflank yet");
    [token, api]
}

/// A check that ended in a failure; its words are those of any other command.
fn failed(tool: Tool, error: &Error) -> Tool {
    let Error::Failed(kind, failure) = error else {
        return tool.detail(error.to_string());
    };
    let Failure {
        message,
        details,
        help,
        ..
    } = failure.as_ref();
    let tool = match kind {
        Kind::Credentials => tool.auth(AuthStatus::NotAuthenticated),
        Kind::Usage
        | Kind::Provider
        | Kind::Network
        | Kind::GaveUp
        | Kind::Interrupted
        | Kind::Unexpected => tool.auth(AuthStatus::Unknown),
    };
    let tool = details
        .iter()
        .cloned()
        .fold(tool.detail(message), Tool::detail);
    help.iter().cloned().fold(tool, Tool::help)
}

fn answered(api: Tool, origin: &str, access: &AccessSeen) -> Tool {
    let keys = match access.account_keys {
        AccountKeys::NotReadable => "may not read",
        AccountKeys::NotChecked | AccountKeys::Count(_) => "may read",
    };
    api.auth(AuthStatus::Authenticated)
        .detail(format!("{origin} answers"))
        .detail(format!(
            "the key may list pods (there are {}) and {keys} the account's SSH keys",
            access.pods
        ))
        .detail("what it may create is not told")
}

/// What an answer says beside its content: quota, clock, SSH keys.
fn learnt(access: &AccessSeen, now: Timestamp) -> [Tool; 3] {
    [
        quota(&access.quotas),
        clock(access.date.as_deref(), now),
        keys(access.account_keys),
    ]
    .map(|tool| tool.of("runpod"))
}

fn quota(quotas: &[QuotaLeft]) -> Tool {
    let tool = Tool::optional("runpod-quota", "quota");
    if quotas.is_empty() {
        return tool
            .state(ToolState::NotChecked)
            .detail("the answer names none");
    }
    let spent = quotas.iter().any(|quota| quota.remaining == Some(0));
    let tool = quotas.iter().map(left).fold(tool, Tool::detail);
    if spent {
        tool.state(ToolState::Invalid)
            .help("wait until it is whole again; other programs use the same account")
    } else {
        tool
    }
}

/// `minute: 598 of 600 left, whole again in 12 s`
fn left(quota: &QuotaLeft) -> String {
    let number = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), |n| n.to_string());
    let name = match quota.name.as_str() {
        "" => "quota",
        name => name,
    };
    let (remaining, whole) = (number(quota.remaining), number(quota.quota));
    let reset = quota.resets_in.as_ref().map(Duration::as_secs);
    let reset = reset.map_or_else(String::new, |seconds| {
        format!(", whole again in {seconds} s")
    });
    format!("{name}: {remaining} of {whole} left{reset}")
}

fn clock(date: Option<&str>, now: Timestamp) -> Tool {
    let tool = Tool::optional("clock", "clock");
    let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let Some(theirs) = theirs else {
        return tool
            .state(ToolState::NotChecked)
            .detail("the answer tells no time");
    };
    let ahead = now.as_second() - theirs.timestamp().as_second();
    if ahead.abs() <= TOLERANCE_S {
        return tool.detail(format!("agrees with RunPod's to {} s", ahead.abs()));
    }
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    tool.state(ToolState::Invalid)
        .detail(format!("{} s {direction} RunPod's", ahead.abs()))
        .help("set this machine's clock: costs so far and `logs --since` are reckoned with it")
}

fn keys(keys: AccountKeys) -> Tool {
    let tool = Tool::optional("account-ssh-keys", "SSH keys of the account");
    match keys {
        AccountKeys::Count(0) => tool
            .state(ToolState::Missing)
            .detail("none")
            .help("`deploy` sends your own public key instead; RunPod's SSH proxy knows account keys only"),
        AccountKeys::Count(count) => tool.detail(format!("{count} of them")),
        AccountKeys::NotReadable | AccountKeys::NotChecked => tool
            .state(ToolState::NotChecked)
            .detail("the API key may not read them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_wrong_when_it_differs_by_more_than_a_minute() {
        use ToolState::{Available, Invalid};
        let check = |now: &str, state, words: &str| {
            let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
            let tool = clock(date, now.parse().unwrap());
            assert_eq!(
                (tool.state, tool.details[0].as_str()),
                (state, words),
                "{now}"
            );
        };
        check(
            "1994-11-06T08:49:37.9Z",
            Available,
            "agrees with RunPod's to 0 s",
        );
        check(
            "1994-11-06T08:50:37Z",
            Available,
            "agrees with RunPod's to 60 s",
        );
        check("1994-11-06T08:50:38Z", Invalid, "61 s ahead of RunPod's");
        check("1994-11-06T07:49:37Z", Invalid, "3600 s behind RunPod's");
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(clock(None, now).state, ToolState::NotChecked);
        assert_eq!(clock(Some("soon"), now).state, ToolState::NotChecked);
    }

    #[test]
    fn a_quota_that_is_spent_is_wrong_and_one_without_numbers_says_so() {
        let window = |remaining| QuotaLeft {
            name: "minute".to_owned(),
            remaining,
            quota: Some(600),
            resets_in: Some(Duration::from_secs(12)),
        };
        let fine = quota(&[window(Some(598))]);
        assert_eq!(fine.state, ToolState::Available);
        assert_eq!(
            fine.details,
            ["minute: 598 of 600 left, whole again in 12 s"]
        );
        assert_eq!(quota(&[window(Some(0))]).state, ToolState::Invalid);
        assert_eq!(quota(&[]).state, ToolState::NotChecked);
        assert!(quota(&[window(None)]).details[0].contains("? of 600"));
    }
}
