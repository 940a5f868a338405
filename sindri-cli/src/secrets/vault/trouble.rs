//! Why Vault is of no help, in words that say what to do.

use sdk_core::{TransportError, TransportErrorKind};

use super::api::VaultError;

/// Why Vault is of no help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) fault: Fault,
    /// One line, and what to do about it. It holds no value.
    pub(crate) reason: String,
}

/// Where the trouble is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// In what is set here.
    Setup,
    /// On the way.
    Network,
    /// In Vault.
    Server,
    /// In the token or the login.
    Credentials,
}

impl Trouble {
    pub(super) fn new(fault: Fault, reason: impl Into<String>) -> Self {
        Self {
            fault,
            reason: reason.into(),
        }
    }
}

/// What a failed call means, where its status means the same for every call.
pub(super) fn trouble(error: &VaultError) -> Trouble {
    match error {
        VaultError::Config(error) => Trouble::new(Fault::Setup, with_cause(error)),
        VaultError::Transport(error) => transport(error),
        VaultError::Api(_) => refused(error),
        other => Trouble::new(Fault::Server, other.to_string()),
    }
}

fn transport(error: &TransportError) -> Trouble {
    if error.kind() == TransportErrorKind::BodyTooLarge {
        return Trouble::new(Fault::Server, error.to_string());
    }
    let mut reason = with_cause(error);
    if reason.contains("certificate") {
        reason.push_str("; VAULT_CACERT names the authority of a private certificate");
    }
    Trouble::new(Fault::Network, reason)
}

/// The error and the innermost of its causes, which is the one that says something.
fn with_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = None;
    let mut next = error.source();
    while let Some(cause) = next {
        innermost = Some(cause);
        next = cause.source();
    }
    match innermost {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

fn refused(error: &VaultError) -> Trouble {
    let status = error.status().map_or(0, |status| status.as_u16());
    let said = said(error);
    match status {
        300..=399 => Trouble::new(
            Fault::Setup,
            format!(
                "Vault redirects ({status}), and the token is not sent elsewhere: set VAULT_ADDR to the \
                 address of the active server"
            ),
        ),
        429 => {
            let wait = error.retry_after();
            let wait = wait.map(|wait| format!(", which asks to wait {} s", wait.as_secs()));
            let reason = format!(
                "too many requests for Vault (429){}",
                wait.unwrap_or_default()
            );
            Trouble::new(Fault::Server, reason)
        }
        503 if said.contains("sealed") => Trouble::new(
            Fault::Server,
            "Vault is sealed (503): somebody with its keys has to unseal it",
        ),
        401 | 403 => Trouble::new(Fault::Credentials, format!("Vault answered {status}{said}")),
        _ => Trouble::new(Fault::Server, format!("Vault answered {status}{said}")),
    }
}

/// The server's words, to stand behind its status.
pub(super) fn said(error: &VaultError) -> String {
    match error.message() {
        message if message.trim().is_empty() => String::new(),
        message => format!(": {message}"),
    }
}
