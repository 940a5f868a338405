//! Whether the providers would have us.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::permissions::permissions;
use super::timed;
use crate::commands::context::Context;
use crate::error::{Error, Failure, Kind};
use crate::output::{AuthStatus, Tool, ToolState};
use crate::plan::AccountKeys;
use crate::provider::{AccessSeen, AnswerSeen, QuotaLeft};
use crate::settings::{CloudChoice, NoKey};

/// Clocks that differ by more than this confuse whoever compares their times.
const TOLERANCE_S: i64 = 60;

/// Whom a check is about, in ids and in words.
#[derive(Debug, Clone, Copy)]
struct Provider {
    id: &'static str,
    title: &'static str,
    quota: &'static str,
    clock: &'static str,
}

const RUNPOD: Provider = Provider {
    id: "runpod",
    title: "RunPod",
    quota: "runpod-quota",
    clock: "clock",
};

const NORTHFLANK: Provider = Provider {
    id: "northflank",
    title: "Northflank",
    quota: "northflank-quota",
    clock: "northflank-clock",
};

/// RunPod's key, and with `asks` what RunPod says to it.
pub(super) async fn runpod(asks: bool, context: &Context<'_>) -> Vec<Tool> {
    let begun = Instant::now();
    let key = Tool::required("runpod-key", "RUNPOD_API_KEY").of("runpod");
    let api = Tool::required("runpod-api", "RunPod's API").of("runpod");
    let cloud = match context.cloud_without_file().await {
        Ok(cloud) => cloud,
        Err(error) => {
            let reason = context.settings.runpod.api_key.as_ref().err();
            return without_key([key, api], reason, &error, begun);
        }
    };
    let key = timed(begun, with_key(key, context));
    if !asks {
        return vec![key, unasked(api)];
    }
    let begun = Instant::now();
    match cloud.runpod.access().await {
        Ok(access) => {
            let api = timed(begun, answered(api, cloud.runpod.origin(), &access));
            let [quota, clock] = learnt(RUNPOD, &access.answer, Timestamp::now());
            let keys = keys(access.account_keys).of("runpod");
            vec![accepted(key), api, quota, clock, keys]
        }
        Err(error) => vec![
            key,
            timed(begun, failed(api.state(ToolState::Invalid), &error)),
        ],
    }
}

/// Northflank's token, and with `asks` what Northflank says to it.
pub(super) async fn northflank(asks: bool, context: &Context<'_>) -> Vec<Tool> {
    let begun = Instant::now();
    let token = Tool::required("northflank-token", "NORTHFLANK_API_TOKEN").of("northflank");
    let api = Tool::required("northflank-api", "Northflank's API").of("northflank");
    let cloud = match context.northflank_without_file().await {
        Ok(cloud) => cloud,
        Err(error) => {
            let reason = context.settings.northflank.api_token.as_ref().err();
            return without_key([token, api], reason, &error, begun);
        }
    };
    let token = timed(begun, with_key(token, context));
    if !asks {
        return vec![token, unasked(api)];
    }
    let begun = Instant::now();
    match cloud.northflank.access().await {
        Ok(access) => {
            let origin = cloud.northflank.origin();
            let api = api
                .auth(AuthStatus::Authenticated)
                .detail(format!("{origin} answers"));
            let [quota, clock] = learnt(NORTHFLANK, &access.answer, Timestamp::now());
            let permissions = permissions(&access).of("northflank");
            vec![
                accepted(token),
                timed(begun, api),
                permissions,
                quota,
                clock,
            ]
        }
        Err(error) => vec![
            token,
            timed(begun, failed(api.state(ToolState::Invalid), &error)),
        ],
    }
}

/// No key that could be sent: then there is no asking either.
fn without_key(
    [key, api]: [Tool; 2],
    reason: Option<&NoKey>,
    error: &Error,
    begun: Instant,
) -> Vec<Tool> {
    let state = match reason {
        Some(NoKey::Unset) => ToolState::Missing,
        None | Some(NoKey::Blank | NoKey::Unsendable | NoKey::NotText) => ToolState::Invalid,
    };
    let api = api
        .state(ToolState::NotChecked)
        .detail("there is nothing to ask it with");
    vec![timed(begun, failed(key.state(state), error)), api]
}

fn with_key(key: Tool, context: &Context<'_>) -> Tool {
    let key = key.auth(AuthStatus::Unknown);
    match context.settings.cloud {
        CloudChoice::Real => key.detail("set"),
        CloudChoice::Sandbox => key.detail("not needed in the sandbox"),
    }
}

fn unasked(api: Tool) -> Tool {
    api.state(ToolState::NotChecked)
        .auth(AuthStatus::Unknown)
        .detail("`--check-auth` asks it")
}

fn accepted(key: Tool) -> Tool {
    key.auth(AuthStatus::Authenticated).detail("accepted")
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

/// What an answer says beside its content: quota and clock.
fn learnt(provider: Provider, answer: &AnswerSeen, now: Timestamp) -> [Tool; 2] {
    [
        quota(provider, &answer.quotas),
        clock(provider, answer.date.as_deref(), now),
    ]
    .map(|tool| tool.of(provider.id))
}

fn quota(provider: Provider, quotas: &[QuotaLeft]) -> Tool {
    let tool = Tool::optional(provider.quota, "quota");
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

fn clock(provider: Provider, date: Option<&str>, now: Timestamp) -> Tool {
    let tool = Tool::optional(provider.clock, "clock");
    let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let Some(theirs) = theirs else {
        return tool
            .state(ToolState::NotChecked)
            .detail("the answer tells no time");
    };
    let ahead = now.as_second() - theirs.timestamp().as_second();
    if ahead.abs() <= TOLERANCE_S {
        return tool.detail(format!(
            "agrees with {}'s to {} s",
            provider.title,
            ahead.abs()
        ));
    }
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    tool.state(ToolState::Invalid)
        .detail(format!(
            "{} s {direction} {}'s",
            ahead.abs(),
            provider.title
        ))
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
            let tool = clock(RUNPOD, date, now.parse().unwrap());
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
        assert_eq!(clock(RUNPOD, None, now).state, ToolState::NotChecked);
        assert_eq!(
            clock(RUNPOD, Some("soon"), now).state,
            ToolState::NotChecked
        );
    }

    #[test]
    fn a_quota_that_is_spent_is_wrong_and_one_without_numbers_says_so() {
        let window = |remaining| QuotaLeft {
            name: "minute".to_owned(),
            remaining,
            quota: Some(600),
            resets_in: Some(Duration::from_secs(12)),
        };
        let fine = quota(RUNPOD, &[window(Some(598))]);
        assert_eq!(fine.state, ToolState::Available);
        assert_eq!(
            fine.details,
            ["minute: 598 of 600 left, whole again in 12 s"]
        );
        assert_eq!(quota(RUNPOD, &[window(Some(0))]).state, ToolState::Invalid);
        assert_eq!(quota(RUNPOD, &[]).state, ToolState::NotChecked);
        assert!(quota(RUNPOD, &[window(None)]).details[0].contains("? of 600"));
    }
}
