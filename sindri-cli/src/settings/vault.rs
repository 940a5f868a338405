//! Access to Vault, from the variables that Vault's own tools read.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::SecretString;
use url::Url;

use super::{Environment, flag, is_loopback, text};

/// Access to Vault.
#[derive(Clone)]
pub(crate) struct VaultSettings {
    /// Where it answers.
    pub(crate) address: String,
    /// Part of the server that everything is in.
    pub(crate) namespace: Option<String>,
    /// How long each part of an answer may take.
    pub(crate) timeout: Duration,
    /// Whom a certificate must come from.
    pub(crate) trust: Trust,
    /// How to prove who asks, or why that is not possible.
    pub(crate) login: Reasoned<Login>,
}

/// Whom a certificate of Vault must come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trust {
    /// An authority that the system knows.
    System,
    /// One of this file.
    File(PathBuf),
    /// Anybody.
    Anybody,
}

/// How to prove who asks.
#[derive(Clone)]
pub(crate) enum Login {
    /// By a token that is at hand.
    Token(SecretString),
    /// By a token that `vault login` has left in this file.
    TokenFile(PathBuf),
    /// By a role and its secret.
    AppRole {
        role_id: SecretString,
        secret_id: SecretString,
    },
    /// By the service account of the Kubernetes pod that this runs in.
    Kubernetes {
        role: String,
        /// Where the pod keeps the account's token.
        token_file: PathBuf,
    },
}

/// What the command line says over the environment.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) address: Option<String>,
    pub(crate) token: Option<SecretString>,
}

/// A value, or in one line why there is none.
type Reasoned<T> = Result<T, String>;

/// Where Kubernetes puts the token of a pod's service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// Longer is a typing mistake.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(3600);

impl VaultSettings {
    /// Puts the command line over the environment.
    ///
    /// # Errors
    ///
    /// In one line: no address, or a variable that cannot be used. A missing login is none.
    pub(crate) fn resolve(environment: &Environment, given: Given) -> Reasoned<Self> {
        let read = |name| text(environment, name).map_err(|error| error.to_string());
        let address = match given.address {
            Some(address) => checked_address(&address, "--address")?,
            None => match read("VAULT_ADDR")? {
                Some(address) => checked_address(address, "VAULT_ADDR")?,
                None => return Err("Vault is not set up: VAULT_ADDR is not set".to_owned()),
            },
        };
        let namespace = read("VAULT_NAMESPACE")?.map(|name| name.trim().to_owned());
        if namespace.as_deref().is_some_and(|name| !is_plain(name)) {
            return Err("VAULT_NAMESPACE holds characters that no header can carry".to_owned());
        }
        let skips = flag(environment, "VAULT_SKIP_VERIFY").map_err(|error| error.to_string())?;
        let trust = match read("VAULT_CACERT")? {
            _ if skips => Trust::Anybody,
            Some(file) => Trust::File(environment.current_dir().join(file)),
            None => Trust::System,
        };
        Ok(Self {
            address,
            namespace,
            timeout: timeout(read("VAULT_TIMEOUT")?)?,
            trust,
            login: match given.token {
                Some(token) => Ok(Login::Token(token)),
                None => login(environment),
            },
        })
    }
}

/// What is set in the environment wins over the file that an earlier login has left.
fn login(environment: &Environment) -> Reasoned<Login> {
    let read = |name| credential(environment, name);
    if let Some(token) = read("VAULT_TOKEN")? {
        return Ok(Login::Token(token));
    }
    match (read("VAULT_ROLE_ID")?, read("VAULT_SECRET_ID")?) {
        (Some(role_id), Some(secret_id)) => return Ok(Login::AppRole { role_id, secret_id }),
        (Some(_), None) => return Err("VAULT_ROLE_ID is set, VAULT_SECRET_ID is not".to_owned()),
        (None, Some(_)) => return Err("VAULT_SECRET_ID is set, VAULT_ROLE_ID is not".to_owned()),
        (None, None) => {}
    }
    if let Some(role) = text(environment, "VAULT_K8S_ROLE").map_err(|error| error.to_string())? {
        return Ok(Login::Kubernetes {
            role: role.trim().to_owned(),
            token_file: PathBuf::from(SERVICE_ACCOUNT),
        });
    }
    match environment.home() {
        Some(home) => Ok(Login::TokenFile(home.join(".vault-token"))),
        None => Err("VAULT_TOKEN is not set".to_owned()),
    }
}

/// A value that was pasted with a line end around it still is that value.
fn credential(environment: &Environment, name: &str) -> Reasoned<Option<SecretString>> {
    let value = text(environment, name).map_err(|error| error.to_string())?;
    match value.map(str::trim) {
        None => Ok(None),
        Some(value) if !value.is_empty() && is_plain(value) => Ok(Some(value.into())),
        Some(_) => Err(format!(
            "{name} is blank, or holds a space or another character that it cannot have"
        )),
    }
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic())
}

/// The token is in every request, so it only goes where nobody else can read it.
fn checked_address(text: &str, name: &str) -> Reasoned<String> {
    let text = text.trim();
    let wrong = |what: &str| Err(format!("{name} {what}"));
    // What was written is not repeated: it may hold a password.
    let url = Url::parse(text).ok().filter(Url::has_host);
    let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https")) else {
        return wrong("is no https address: write for example `https://vault.example.com:8200`");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("holds credentials: set VAULT_TOKEN instead");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("holds a query or a fragment: write the address alone");
    }
    if url.scheme() == "http" && !is_loopback(text) {
        return wrong(
            "is plain http to another machine, where the token could be read on the way: write `https`",
        );
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn timeout(text: Option<&str>) -> Reasoned<Duration> {
    let Some(text) = text.map(str::trim) else {
        return Ok(DEFAULT_TIMEOUT);
    };
    let seconds = text.parse().map(Duration::from_secs).ok();
    let with_unit = || Duration::try_from(text.parse::<SignedDuration>().ok()?).ok();
    let limit = seconds.or_else(with_unit);
    match limit {
        Some(limit) if !limit.is_zero() && limit <= LONGEST_TIMEOUT => Ok(limit),
        Some(_) | None => Err(format!(
            "VAULT_TIMEOUT is `{text}`: write seconds, or `30s`, from above 0 to an hour"
        )),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const ADDRESS: (&str, &str) = ("VAULT_ADDR", "https://vault.example.com:8200/");

    fn resolved(variables: &[(&str, &str)]) -> Reasoned<VaultSettings> {
        VaultSettings::resolve(&Environment::of_test(variables), Given::default())
    }

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let found = resolved(&[("VAULT_ADDR", text)]).map(|settings| settings.address);
            match expected {
                Ok(address) => assert_eq!(found.as_deref(), Ok(address), "{text}"),
                Err(part) => {
                    let reason = found.unwrap_err();
                    assert!(
                        reason.contains(part) && !reason.contains("hunter2"),
                        "{reason}"
                    );
                }
            }
        };
        check(ADDRESS.1, Ok("https://vault.example.com:8200"));
        check(" https://x/vault ", Ok("https://x/vault"));
        check("http://127.0.0.1:8200", Ok("http://127.0.0.1:8200"));
        check("http://localhost:8200", Ok("http://localhost:8200"));
        check("http://[::1]:8200", Ok("http://[::1]:8200"));
        check(
            "http://vault.example.com",
            Err("plain http to another machine"),
        );
        check("http://localhost.example.com", Err("plain http"));
        check("http://127.0.0.1.example.com", Err("plain http"));
        check("vault.example.com:8200", Err("no https address"));
        check("unix:///var/run/vault.sock", Err("no https address"));
        check("https://me:hunter2@vault", Err("holds credentials"));
        check("https://vault?token=hunter2", Err("query"));
        check("", Err("VAULT_ADDR is not set"));
    }

    #[test]
    fn what_is_set_wins_over_the_file_of_an_earlier_login() {
        let check = |variables: &[(&str, &str)], expected: &str| {
            let mut all = vec![ADDRESS, ("HOME", "/home/me")];
            all.extend(variables);
            let found = match resolved(&all).expect("settings").login {
                Ok(Login::Token(token)) => format!("token {}", token.expose_secret()),
                Ok(Login::TokenFile(file)) => format!("file {}", file.display()),
                Ok(Login::AppRole { role_id, .. }) => format!("role {}", role_id.expose_secret()),
                Ok(Login::Kubernetes { role, .. }) => format!("kubernetes {role}"),
                Err(reason) => reason,
            };
            assert_eq!(found, expected);
        };
        let role = [("VAULT_ROLE_ID", "r"), ("VAULT_SECRET_ID", "s")];
        let all = [
            role[0],
            role[1],
            ("VAULT_K8S_ROLE", "k"),
            ("VAULT_TOKEN", " t\n"),
        ];
        check(&all, "token t");
        check(&all[..3], "role r");
        check(&all[2..3], "kubernetes k");
        check(&[], "file /home/me/.vault-token");
        check(&role[..1], "VAULT_ROLE_ID is set, VAULT_SECRET_ID is not");
        check(&role[1..], "VAULT_SECRET_ID is set, VAULT_ROLE_ID is not");
        let blank =
            "VAULT_TOKEN is blank, or holds a space or another character that it cannot have";
        check(&[("VAULT_TOKEN", "a b")], blank);
        check(&[("VAULT_TOKEN", " ")], blank);
    }

    #[test]
    fn a_timeout_is_seconds_or_says_its_unit() {
        let check = |text: &str, expected: Option<u64>| {
            let found = timeout(Some(text)).ok();
            assert_eq!(found, expected.map(Duration::from_millis), "{text}");
        };
        check("5", Some(5_000));
        check("30s", Some(30_000));
        check("500ms", Some(500));
        check("1m30s", Some(90_000));
        for wrong in ["0", "-5s", "2h", "soon", "1.5.2"] {
            check(wrong, None);
        }
        assert_eq!(timeout(None), Ok(DEFAULT_TIMEOUT));
    }

    #[test]
    fn certificates_are_checked_unless_that_is_switched_off() {
        let check = |variables: &[(&str, &str)], expected: Reasoned<Trust>| {
            let mut all = vec![ADDRESS];
            all.extend(variables);
            assert_eq!(resolved(&all).map(|settings| settings.trust), expected);
        };
        let file = ("VAULT_CACERT", "ca.pem");
        check(&[], Ok(Trust::System));
        check(&[file], Ok(Trust::File("/project/ca.pem".into())));
        check(&[file, ("VAULT_SKIP_VERIFY", "1")], Ok(Trust::Anybody));
        check(&[("VAULT_SKIP_VERIFY", "false")], Ok(Trust::System));
        let wrong = Err("VAULT_SKIP_VERIFY is `maybe`".to_owned());
        check(&[("VAULT_SKIP_VERIFY", "maybe")], wrong);
    }
}
