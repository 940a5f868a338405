//! Vault's HTTP API, as far as reading secrets needs it.

use sdk_core::{Error, Method, Operation, Problem, Repeat};
use serde_json::Value;

/// Vault's HTTP API, for the types that are generic over an API.
#[derive(Debug, Clone, Copy)]
pub(super) enum Vault {}

impl sdk_core::Api for Vault {
    const NAME: &'static str = "Vault";
    type Problem = VaultProblem;
}

/// Why a call to Vault failed.
pub(super) type VaultError = Error<VaultProblem>;

/// The state of the server; needs no token.
pub(super) static HEALTH: Operation = reads("health", "/v1/sys/health");
/// The newest version of a secret.
pub(super) static READ: Operation = reads("read", "/v1/{+mount}/data/{+path}");
/// What holds of the token that asks.
pub(super) static LOOK_UP_SELF: Operation = reads("look-up", "/v1/auth/token/lookup-self");
/// A token for a role and its secret.
pub(super) static APPROLE_LOGIN: Operation = logs_in("AppRole login", "/v1/auth/approle/login");
/// A token for a service account.
pub(super) static KUBERNETES_LOGIN: Operation =
    logs_in("service account login", "/v1/auth/kubernetes/login");

const fn reads(id: &'static str, path: &'static str) -> Operation {
    Operation::new(id, Method::GET, path, Repeat::Safe)
}

/// A login may use up the secret that it is made with.
const fn logs_in(id: &'static str, path: &'static str) -> Operation {
    Operation::new(id, Method::POST, path, Repeat::Unsafe)
}

/// The body of an error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VaultProblem {
    message: String,
    /// Whether it tells of a secret whose newest version is deleted.
    pub(super) deleted: bool,
}

impl Problem for VaultProblem {
    fn from_body(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let deleted = body.pointer("/data/metadata").is_some();
        let Some(errors) = body.get("errors").and_then(Value::as_array) else {
            return deleted.then_some(Self {
                message: String::new(),
                deleted,
            });
        };
        let errors: Vec<String> = errors.iter().filter_map(Value::as_str).map(flat).collect();
        Some(Self {
            message: errors.join("; "),
            deleted,
        })
    }

    fn message(&self) -> &str {
        &self.message
    }

    fn details(&self) -> &[String] {
        &[]
    }
}

/// Vault writes some errors as a bulleted list under a heading.
fn flat(error: &str) -> String {
    let lines = error
        .lines()
        .map(|line| line.trim().trim_start_matches("* "));
    let said = lines.filter(|line| !line.is_empty() && !line.ends_with("occurred:"));
    said.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_error_are_one_line() {
        let check = |body: &str, message: &str, deleted: bool| {
            let expected = VaultProblem {
                message: message.to_owned(),
                deleted,
            };
            assert_eq!(
                VaultProblem::from_body(body.as_bytes()),
                Some(expected),
                "{body}"
            );
        };
        check(
            r#"{"errors":["Vault is sealed"]}"#,
            "Vault is sealed",
            false,
        );
        check(
            r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#,
            "permission denied",
            false,
        );
        check(
            r#"{"errors":["2 errors occurred:\n\t* a\n\t* b\n\n","c"]}"#,
            "a; b; c",
            false,
        );
        check(r#"{"errors":[]}"#, "", false);
        check(
            r#"{"data":{"data":null,"metadata":{"destroyed":false}}}"#,
            "",
            true,
        );
        for other in ["<html>", "[]", "{}", r#"{"errors":"x"}"#] {
            assert_eq!(VaultProblem::from_body(other.as_bytes()), None, "{other}");
        }
    }
}
