//! Reports about secrets. Values are in them only where they were asked for.

use serde::Serialize;

use super::human::Human;
use super::paint::{Ink, Palette};
use super::table::table;
use super::text::Text;

/// Where the secrets of a file were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SecretsReport {
    /// Whether every required one was found.
    pub(crate) valid: bool,
    /// The `.env` files that were read, in the order in which they win.
    pub(crate) files: Vec<String>,
    pub(crate) secrets: Vec<SecretRow>,
    /// What to do about those that are missing.
    pub(crate) help: Vec<String>,
}

/// One secret that was looked up.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SecretRow {
    pub(crate) name: String,
    pub(crate) source: &'static str,
    pub(crate) required: bool,
    /// `found`, `missing`, or `unread` where its place could not be read.
    pub(crate) status: &'static str,
    pub(crate) found_in: Option<String>,
    pub(crate) size_bytes: Option<usize>,
    /// Null unless it was asked for.
    pub(crate) value: Option<String>,
    /// Why there is none.
    pub(crate) reason: Option<String>,
}

/// What a file asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SecretListReport {
    pub(crate) secrets: Vec<SecretListRow>,
}

/// One secret that a file asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SecretListRow {
    pub(crate) name: String,
    pub(crate) source: &'static str,
    pub(crate) required: bool,
    /// Where it is looked for, best first.
    pub(crate) places: String,
}

/// A file as base64.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct EncodedReport {
    pub(crate) file: String,
    pub(crate) bytes: usize,
    pub(crate) encoded_bytes: usize,
    /// Where it was written; null for standard output.
    pub(crate) output: Option<String>,
    /// Null where it was written to a file.
    pub(crate) base64: Option<String>,
}

/// What works of Vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VaultReport {
    /// Whether secrets can be read, as far as that can be known without reading one.
    pub(crate) ok: bool,
    pub(crate) address: String,
    pub(crate) namespace: Option<String>,
    pub(crate) version: Option<String>,
    /// How the token was come by: `token`, `token file`, `approle` or `kubernetes`.
    pub(crate) login: Option<&'static str>,
    pub(crate) policies: Option<Vec<String>>,
    /// Seconds until the token ends; null for one that does not.
    pub(crate) ttl_seconds: Option<u64>,
    pub(crate) checks: Vec<VaultCheck>,
}

/// One thing that has to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct VaultCheck {
    /// `reachable`, `unsealed` or `authenticated`.
    pub(crate) name: &'static str,
    /// Null where an earlier one failed.
    pub(crate) ok: Option<bool>,
    /// Why it does not, or what is to be known.
    pub(crate) reason: Option<String>,
}

/// The value is the whole point of the report, and of no log.
impl std::fmt::Debug for SecretRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretRow({}, {})", self.name, self.status)
    }
}

impl std::fmt::Debug for EncodedReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncodedReport({}, {})", self.file, self.bytes)
    }
}

const NONE: &str = "sindri.yaml lists no secrets";

impl Human for SecretsReport {
    fn human(&self, palette: Palette) -> Text {
        if self.secrets.is_empty() {
            return Text::new(NONE);
        }
        let shows_values = self.secrets.iter().any(|secret| secret.value.is_some());
        let rows = self.secrets.iter().map(|secret| {
            let mut row = vec![
                secret.name.clone(),
                secret.source.to_owned(),
                secret.status.to_owned(),
                secret
                    .size_bytes
                    .map_or_else(none, |bytes| bytes.to_string()),
                secret.found_in.clone().unwrap_or_else(none),
            ];
            if shows_values {
                row.push(secret.value.clone().unwrap_or_else(none));
            }
            row
        });
        let heading = ["SECRET", "SOURCE", "STATUS", "BYTES", "FOUND IN", "VALUE"];
        let columns = if shows_values { 6 } else { 5 };
        let mut text = table(&heading[..columns], rows);
        for secret in &self.secrets {
            let Some(reason) = &secret.reason else {
                continue;
            };
            let (mark, ink) = if secret.required {
                ("required", Ink::Error)
            } else {
                ("optional", Ink::Warning)
            };
            let mark = palette.paint(ink, &format!("{mark}:"));
            text.line(format!("{mark} {}: {reason}", secret.name));
        }
        for help in &self.help {
            text.line(format!("{} {help}", palette.paint(Ink::Help, "help:")));
        }
        text
    }
}

impl Human for SecretListReport {
    fn human(&self, _palette: Palette) -> Text {
        if self.secrets.is_empty() {
            return Text::new("sindri.yaml lists no such secrets");
        }
        let rows = self.secrets.iter().map(|secret| {
            let required = if secret.required { "yes" } else { "no" };
            [&secret.name, secret.source, required, &secret.places]
                .map(str::to_owned)
                .to_vec()
        });
        table(&["SECRET", "SOURCE", "REQUIRED", "LOOKED FOR IN"], rows)
    }
}

impl Human for EncodedReport {
    fn human(&self, _palette: Palette) -> Text {
        match (&self.base64, &self.output) {
            (Some(base64), _) => Text::verbatim(base64),
            (None, Some(output)) => Text::new(format!(
                "wrote {} bytes of {} as {} bytes of base64 to {output}",
                self.bytes, self.file, self.encoded_bytes
            )),
            (None, None) => Text::default(),
        }
    }
}

impl Human for VaultReport {
    fn human(&self, palette: Palette) -> Text {
        let version = self.version.as_ref();
        let version = version.map_or_else(String::new, |version| format!(", version {version}"));
        let namespace = self.namespace.as_ref();
        let namespace = namespace.map_or_else(String::new, |name| format!(", namespace {name}"));
        let mut text = Text::new(format!("Vault at {}{namespace}{version}", self.address));
        for check in &self.checks {
            let (word, ink) = match check.ok {
                Some(true) => ("yes", Ink::Good),
                Some(false) => ("no", Ink::Error),
                None => ("not tried", Ink::Faint),
            };
            let name = format!("{:<13}", check.name);
            let word = palette.paint(ink, word);
            let reason = check.reason.as_ref();
            let reason = reason.map_or_else(String::new, |reason| format!("  {reason}"));
            text.line(format!("  {name}  {word}{reason}"));
        }
        if let (Some(login), Some(policies)) = (self.login, &self.policies) {
            let ends = match self.ttl_seconds {
                Some(seconds) => format!("ends in {seconds} s"),
                None => "does not end".to_owned(),
            };
            let policies = policies.join(", ");
            text.line(format!(
                "  by {login}, policies {policies}; the token {ends}"
            ));
        }
        text
    }
}

fn none() -> String {
    "-".to_owned()
}
