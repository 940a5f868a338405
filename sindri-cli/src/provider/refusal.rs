//! Failed calls, in words that say what to do: the same story for each provider, with its own names.

use std::error::Error as Cause;
use std::time::Duration;

use crate::error::{Error, Failure, Kind};

/// How a provider is spoken of.
pub(super) struct Words {
    /// Its name.
    pub(super) name: &'static str,
    /// What its credential is called: `API key`.
    pub(super) key: &'static str,
    /// The variable that holds it.
    pub(super) variable: &'static str,
    /// Where one is made.
    pub(super) keys_page: &'static str,
    /// Where credit is added.
    pub(super) credit_page: &'static str,
    /// Where it tells of its own trouble.
    pub(super) status_page: &'static str,
    /// What to do about another refusal.
    pub(super) advice: fn(&Told<'_>) -> Vec<String>,
}

/// A failed call, apart from the SDK it came from.
pub(super) struct Told<'a> {
    pub(super) status: Option<u16>,
    /// Whether no capacity was left for what was asked for.
    pub(super) no_capacity: bool,
    pub(super) request_id: Option<&'a str>,
    pub(super) message: String,
    pub(super) details: &'a [String],
    pub(super) retry_after: Option<Duration>,
    pub(super) how: How<'a>,
}

/// How a call failed.
pub(super) enum How<'a> {
    /// The provider answered, and refused.
    Refused,
    /// It could not be reached, or its answer was lost.
    Transport { error: &'a dyn Cause, host: &'a str },
    /// Its answer cannot be read.
    Unreadable(&'a dyn Cause),
    /// Its pages never end.
    Endless(&'a dyn Cause),
    /// Something else.
    Other(&'a dyn Cause),
}

/// The failure of a second look, which alone would hide why there was one.
pub(super) fn after(second: Error, first: &dyn Cause) -> Error {
    second
        .with_detail(format!("asked after an earlier failure: {first}"))
        .after_a_lost_answer()
}

/// Makes a failed call a failure of the command. `doing` completes "RunPod did not …".
pub(super) fn explain(told: &Told<'_>, words: &Words, doing: &str) -> Error {
    let name = words.name;
    let mut failure = Failure::new(String::new());
    failure.status = told.status;
    failure.request_id = told.request_id.map(str::to_owned);
    let newer = format!("{name} may have changed: look for a new sindri");
    match &told.how {
        How::Refused => {
            failure.details.push(told.message.clone());
            failure.details.extend(told.details.iter().cloned());
            refused(told, failure, words, doing)
        }
        How::Transport { error, host } => {
            failure.message = format!("{name} could not be asked to {doing}");
            failure.details.push(error.to_string());
            let failure = failure.causes(error.source());
            Error::new(
                Kind::Network,
                failure.help(format!(
                    "check the connection to {host}, then run the same command again"
                )),
            )
        }
        How::Unreadable(error) => {
            failure.message = format!("{name} was asked to {doing}, and its answer cannot be read");
            failure.details.push(error.to_string());
            let failure = failure.causes(error.source());
            Error::new(Kind::Provider, failure.help(newer))
        }
        How::Endless(error) => Error::new(
            Kind::Provider,
            Failure::new(format!(
                "{name} was asked to {doing}, and its answer has no end"
            ))
            .detail(error.to_string())
            .help(newer),
        ),
        How::Other(error) => {
            Error::unexpected(format!("{name} could not be asked to {doing}"), error)
        }
    }
}

fn refused(told: &Told<'_>, mut failure: Failure, words: &Words, doing: &str) -> Error {
    let Words {
        name,
        key,
        variable,
        keys_page,
        credit_page,
        status_page,
        advice,
    } = words;
    let status = told.status.unwrap_or_default();
    let (kind, message, help) = match status {
        401 => (
            Kind::Credentials,
            format!("{name} does not accept the {key} (401)"),
            vec![format!(
                "{variable} is wrong or was deleted: make a {} at {keys_page}",
                words.noun()
            )],
        ),
        403 => (
            Kind::Credentials,
            format!("the {key} may not {doing} (403)"),
            vec![format!(
                "give the {} the right at {keys_page}, or use another {variable}",
                words.noun()
            )],
        ),
        402 => (
            Kind::Provider,
            format!("{name} did not {doing}: the balance is too low (402)"),
            vec![format!("add credit at {credit_page}")],
        ),
        429 => (
            Kind::Provider,
            format!("{name} did not {doing}: too many requests (429)"),
            vec![match told.retry_after {
                Some(wait) => format!("try again in {} s", wait.as_secs()),
                None => "try again in a minute".to_owned(),
            }],
        ),
        500..=599 => (
            Kind::Provider,
            format!("{name} did not {doing}: it has trouble of its own ({status})"),
            vec![format!(
                "look at {status_page}, then run the same command again"
            )],
        ),
        _ => (
            Kind::Provider,
            format!("{name} did not {doing} ({status})"),
            or_else(advice(told), status),
        ),
    };
    failure.message = message;
    failure.help = help;
    Error::new(kind, failure)
}

/// What can be said of a status alone, where there is no better advice.
fn or_else(advice: Vec<String>, status: u16) -> Vec<String> {
    if !advice.is_empty() {
        return advice;
    }
    let help = match status {
        404 => "`sindri status` shows what is there now, `sindri deploy` makes what is missing",
        409 => {
            "something is in the way, or under way: try again in a moment; `sindri status` shows what \
             there is"
        }
        _ => "the same command with `-vv` shows what was asked and answered",
    };
    vec![help.to_owned()]
}

impl Words {
    /// The last word of what the credential is called: `key` of `API key`.
    fn noun(&self) -> &'static str {
        self.key.rsplit(' ').next().unwrap_or(self.key)
    }
}
