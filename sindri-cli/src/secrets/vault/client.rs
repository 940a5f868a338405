//! A client of Vault, and how it comes by its token.

use std::io;
use std::path::Path;
use std::time::Duration;

use sdk_core::{
    Auth, Bytes, Call, HeaderName, Operation, Reply, RetryPolicy, Transport, TransportBuilder,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::api::{APPROLE_LOGIN, KUBERNETES_LOGIN, LOOK_UP_SELF, Vault, VaultError};
use super::trouble::{Fault, Trouble, said, trouble};
use crate::secrets::files::{read_bounded, read_value};
use crate::settings::{Login, Trust, VaultSettings, is_loopback};

/// A call and three repetitions.
const ATTEMPTS: u32 = 4;
/// The most that an answer may hold. Vault takes no larger secret by default.
const MOST: usize = 2 << 20;
/// The most that a file of certificates may hold.
const MOST_CERTIFICATES: u64 = 1 << 20;

/// A client of Vault with a token.
pub(super) struct Client {
    transport: Transport<Vault>,
    namespace: Option<String>,
    /// How it came by the token.
    pub(super) holder: Holder,
}

/// How a token was come by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    /// It was given.
    Token,
    /// An earlier login had left it in a file.
    TokenFile,
    /// By a role and its secret.
    AppRole,
    /// By a service account.
    Kubernetes,
}

/// How calls are sent, before anybody has proved who asks.
pub(super) fn anonymous(settings: &VaultSettings) -> Result<Transport<Vault>, Trouble> {
    transport(settings, Auth::None)
}

impl Client {
    /// Finds a token, or makes one by a login.
    pub(super) async fn connect(settings: &VaultSettings) -> Result<Self, Trouble> {
        let login = settings.login.as_ref().map_err(|reason| no_token(reason))?;
        let (token, holder) = match login {
            Login::Token(token) => (token.clone(), Holder::Token),
            Login::TokenFile(path) => (token_of(path)?, Holder::TokenFile),
            Login::AppRole { role_id, secret_id } => {
                let (role_id, secret_id) = (role_id.expose_secret(), secret_id.expose_secret());
                let body = json!({"role_id": role_id, "secret_id": secret_id});
                let token = log_in(settings, &APPROLE_LOGIN, &body, &Holder::AppRole).await?;
                (token, Holder::AppRole)
            }
            Login::Kubernetes { role, token_file } => {
                let jwt = service_account(token_file)?;
                let body = json!({"role": role, "jwt": jwt.expose_secret()});
                let token = log_in(settings, &KUBERNETES_LOGIN, &body, &Holder::Kubernetes).await?;
                (token, Holder::Kubernetes)
            }
        };
        let header = HeaderName::from_static("x-vault-token");
        Ok(Self {
            transport: transport(settings, Auth::Header(header, token.into()))?,
            namespace: settings.namespace.clone(),
            holder,
        })
    }

    /// A call with the token.
    pub(super) fn call<R: Reply>(
        &self,
        operation: &'static Operation,
        values: &[&dyn std::fmt::Display],
    ) -> Call<R, Vault> {
        call(
            &self.transport,
            self.namespace.as_deref(),
            operation,
            values,
        )
    }

    /// What Vault says of the token. The answer holds the token.
    pub(super) async fn look_up_self(&self) -> Result<Value, VaultError> {
        let answer = self.call::<Bytes>(&LOOK_UP_SELF, &[]).await?.into_inner();
        Ok(serde_json::from_slice(&answer).unwrap_or_default())
    }

    /// What a 403 means for a token that Vault does not know.
    pub(super) fn not_accepted(&self) -> Trouble {
        let renew = match self.holder {
            Holder::Token => "set VAULT_TOKEN to one that holds",
            Holder::TokenFile => "run `vault login`, or set VAULT_TOKEN",
            Holder::AppRole | Holder::Kubernetes => "look at the token settings of the role",
        };
        Trouble::new(
            Fault::Credentials,
            format!(
                "Vault does not accept the token (403): it is wrong, expired or revoked; {renew}"
            ),
        )
    }
}

fn call<R: Reply>(
    transport: &Transport<Vault>,
    namespace: Option<&str>,
    operation: &'static Operation,
    values: &[&dyn std::fmt::Display],
) -> Call<R, Vault> {
    // Some proxies of Vault refuse requests without it, so that no browser can be made to send them.
    let call = Call::new(transport, operation, values).header("x-vault-request", "true");
    match namespace {
        Some(namespace) => call.header("x-vault-namespace", namespace),
        None => call,
    }
}

fn transport(settings: &VaultSettings, auth: Auth) -> Result<Transport<Vault>, Trouble> {
    let certificates = match &settings.trust {
        Trust::File(path) => Some(certificates(path)?),
        Trust::System | Trust::Anybody => None,
    };
    let trusts_anybody = settings.trust == Trust::Anybody;
    let local = is_loopback(&settings.address);
    let builder = TransportBuilder::new(&settings.address)
        .auth(auth)
        .user_agent(concat!("sindri/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.timeout.min(Duration::from_secs(10)))
        .read_timeout(settings.timeout)
        .call_timeout(settings.timeout.saturating_mul(ATTEMPTS))
        .max_body(MOST)
        .retry(RetryPolicy {
            max_attempts: ATTEMPTS,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(10),
            ..RetryPolicy::default()
        })
        .configure_http(move |http| {
            let http = http.tls_danger_accept_invalid_certs(trusts_anybody);
            let http = match &certificates {
                Some(certificates) => http.tls_certs_only(certificates.clone()),
                None => http,
            };
            // A proxy elsewhere cannot reach this machine's own loopback.
            if local { http.no_proxy() } else { http }
        });
    builder
        .build()
        .map_err(|error| trouble(&VaultError::Config(error)))
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, Trouble> {
    let wrong = |what: String| {
        let reason = format!("VAULT_CACERT: {} {what}", path.display());
        Trouble::new(Fault::Setup, reason)
    };
    let pem = read_bounded(path, MOST_CERTIFICATES)
        .map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let found = reqwest::Certificate::from_pem_bundle(&pem);
    let found = found.map_err(|_not_pem| wrong("holds no certificates in PEM form".to_owned()))?;
    if found.is_empty() {
        return Err(wrong("holds no certificates in PEM form".to_owned()));
    }
    Ok(found)
}

fn no_token(reason: &str) -> Trouble {
    let reason = format!(
        "no token for Vault: {reason}; set VAULT_TOKEN, run `vault login`, or set VAULT_ROLE_ID and \
         VAULT_SECRET_ID"
    );
    Trouble::new(Fault::Credentials, reason)
}

/// The token that `vault login` has left.
fn token_of(path: &Path) -> Result<SecretString, Trouble> {
    match read_value(path) {
        Ok(token) if token.expose().is_empty() => {
            Err(no_token(&format!("{} is empty", path.display())))
        }
        Ok(token) if !token.expose().chars().all(|c| c.is_ascii_graphic()) => Err(no_token(
            &format!("{} holds something else", path.display()),
        )),
        Ok(token) => Ok(token.expose().into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(no_token(&format!(
            "VAULT_TOKEN is not set, and there is no {}",
            path.display()
        ))),
        Err(error) => Err(no_token(&format!(
            "{} cannot be read: {error}",
            path.display()
        ))),
    }
}

fn service_account(path: &Path) -> Result<SecretString, Trouble> {
    let token = read_value(path).map_err(|error| {
        let reason = format!(
            "VAULT_K8S_ROLE is for pods of Kubernetes with a service account: {} cannot be read: {error}",
            path.display()
        );
        Trouble::new(Fault::Credentials, reason)
    })?;
    Ok(token.expose().into())
}

/// Makes a token. Vault's words are kept only where they repeat nothing of what was sent.
async fn log_in(
    settings: &VaultSettings,
    operation: &'static Operation,
    body: &Value,
    holder: &Holder,
) -> Result<SecretString, Trouble> {
    let transport = anonymous(settings)?;
    let call = call::<Bytes>(&transport, settings.namespace.as_deref(), operation, &[]);
    let answer = match call.json(body).await {
        Ok(answer) => answer.into_inner(),
        Err(error) => return Err(login_refused(&error, body, holder)),
    };
    let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
    let token = answer.pointer("/auth/client_token").and_then(Value::as_str);
    token.map(SecretString::from).ok_or_else(|| {
        let reason = format!("the answer of Vault to the {} holds no token", operation.id);
        Trouble::new(Fault::Server, reason)
    })
}

fn login_refused(error: &VaultError, body: &Value, holder: &Holder) -> Trouble {
    let status = error.status().map_or(0, |status| status.as_u16());
    let sent = body.as_object().into_iter().flat_map(|body| body.values());
    let echoes = sent
        .filter_map(Value::as_str)
        .any(|value| !value.is_empty() && error.message().contains(value));
    let said = if echoes { String::new() } else { said(error) };
    let (login, check) = match holder {
        Holder::Kubernetes => ("login of the service account", "VAULT_K8S_ROLE"),
        Holder::Token | Holder::TokenFile | Holder::AppRole => {
            ("AppRole login", "VAULT_ROLE_ID and VAULT_SECRET_ID")
        }
    };
    match status {
        404 => Trouble::new(
            Fault::Setup,
            format!(
                "Vault has no such {login} (404): the method is not enabled, or VAULT_NAMESPACE is another"
            ),
        ),
        400..=403 => Trouble::new(
            Fault::Credentials,
            format!("Vault refuses the {login} ({status}{said}): check {check}"),
        ),
        _ if echoes => Trouble::new(Fault::Server, format!("Vault answered {status}")),
        _ => trouble(error),
    }
}
