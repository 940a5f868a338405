//! Reading secrets: each path once, several at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures::StreamExt as _;
use sdk_core::Bytes;

use super::api::{READ, VaultError};
use super::client::Client;
use super::kv::{self, Held, Secret};
use super::trouble::{Fault, Trouble, said, trouble};
use crate::config::{SecretSource, SecretSpec};
use crate::secrets::outcome::Outcome;
use crate::settings::{Trust, VaultSettings};

/// How many paths are read at a time.
const AT_ONCE: usize = 4;
/// How many names of keys a message lists.
const NAMES_SHOWN: usize = 8;

/// What is to be said where certificates are not checked.
pub(crate) const TRUSTS_ANYBODY: &str =
    "VAULT_SKIP_VERIFY is on: whoever answers in Vault's place gets the token";

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::secrets) struct Place {
    mount: String,
    path: String,
}

/// What Vault said of every place that was asked for.
#[derive(Default)]
pub(in crate::secrets) struct Answers {
    by_place: BTreeMap<Place, Result<Secret, Outcome>>,
    trusts_anybody: bool,
}

/// How reading one place failed.
enum Failed {
    /// For a reason that will not change by looking again.
    Told(Outcome),
    /// By a 403, which Vault also answers to a token that it does not know.
    Denied,
}

impl Place {
    /// The place of a secret whose source is Vault.
    pub(in crate::secrets) fn of(secret: &SecretSpec) -> Option<Self> {
        match &secret.source {
            SecretSource::Vault { path, mount, .. } => Some(Self {
                mount: mount.clone(),
                path: path.clone(),
            }),
            SecretSource::Env { .. } | SecretSource::File { .. } | SecretSource::S3 { .. } => None,
        }
    }
}

/// As Vault's policies write it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/data/{}", self.mount, self.path)
    }
}

/// Reads every place once.
pub(in crate::secrets) async fn read(
    settings: &VaultSettings,
    wanted: &BTreeSet<Place>,
) -> Answers {
    if wanted.is_empty() {
        return Answers::default();
    }
    let client = match Client::connect(settings).await {
        Ok(client) => client,
        Err(trouble) => return Answers::none(wanted, &trouble.reason),
    };
    let reads = futures::stream::iter(wanted).map(|place| async {
        let result = read_one(&client, place).await;
        (place.clone(), result)
    });
    let read: Vec<_> = reads.buffer_unordered(AT_ONCE).collect().await;
    let denied = read
        .iter()
        .any(|(_, result)| matches!(result, Err(Failed::Denied)));
    let token = if denied {
        token_trouble(&client).await
    } else {
        None
    };
    let told = |place: &Place, failed| match (failed, &token) {
        (Failed::Told(outcome), _) => outcome,
        (Failed::Denied, Some(trouble)) => Outcome::Unread(trouble.reason.clone()),
        (Failed::Denied, None) => Outcome::Unread(format!(
            "Vault permits this token no access to {place} (403): its policy needs `read` there, and \
             VAULT_NAMESPACE must fit"
        )),
    };
    let by_place = read
        .into_iter()
        .map(|(place, result)| {
            let result = result.map_err(|failed| told(&place, failed));
            (place, result)
        })
        .collect();
    Answers {
        by_place,
        trusts_anybody: settings.trust == Trust::Anybody,
    }
}

async fn read_one(client: &Client, place: &Place) -> Result<Secret, Failed> {
    let call = client.call::<Bytes>(&READ, &[&place.mount, &place.path]);
    let unread = |reason: String| Failed::Told(Outcome::Unread(format!("{place}: {reason}")));
    match call.await {
        Ok(answer) => kv::secret(&answer.into_inner()).map_err(|reason| unread(reason.to_owned())),
        Err(error) => match error.status().map(|status| status.as_u16()) {
            Some(403) => Err(Failed::Denied),
            Some(404) => Err(Failed::Told(Outcome::Missing(not_there(&error, place)))),
            Some(_) | None => Err(unread(trouble(&error).reason)),
        },
    }
}

/// Whether it is the token that a 403 is about.
async fn token_trouble(client: &Client) -> Option<Trouble> {
    let error = client.look_up_self().await.err()?;
    let trouble = trouble(&error);
    Some(match trouble.fault {
        Fault::Credentials => client.not_accepted(),
        Fault::Setup | Fault::Network | Fault::Server => trouble,
    })
}

fn not_there(error: &VaultError, place: &Place) -> String {
    let deleted = match error {
        VaultError::Api(error) => error.problem().is_some_and(|problem| problem.deleted),
        _ => false,
    };
    let said = said(error);
    if deleted {
        format!("the newest version of {place} is deleted: `vault kv undelete`, or write a new one")
    } else if said.contains("no handler for route") {
        let mount = &place.mount;
        format!("Vault has no engine at {mount} (404): check `vaultMount` and VAULT_NAMESPACE")
    } else {
        format!(
            "Vault has nothing at {place} (404): check `vaultPath`, and that the engine is KV version 2"
        )
    }
}

impl Answers {
    /// The same reason for every place.
    pub(in crate::secrets) fn none(wanted: &BTreeSet<Place>, reason: &str) -> Self {
        let unread = || Err(Outcome::Unread(reason.to_owned()));
        Self {
            by_place: wanted
                .iter()
                .map(|place| (place.clone(), unread()))
                .collect(),
            trusts_anybody: false,
        }
    }

    /// What is to be said about how it was asked.
    pub(in crate::secrets) fn warning(&self) -> Option<String> {
        self.trusts_anybody.then(|| TRUSTS_ANYBODY.to_owned())
    }

    /// One value.
    pub(in crate::secrets) fn value(&self, mount: &str, path: &str, key: &str) -> Outcome {
        let place = Place {
            mount: mount.to_owned(),
            path: path.to_owned(),
        };
        let secret = match self.by_place.get(&place) {
            Some(Ok(secret)) => secret,
            Some(Err(outcome)) => return outcome.clone(),
            None => return Outcome::Unread(format!("{place} was not asked for")),
        };
        match secret.get(key) {
            Some(Held::Text(value)) if value.expose().is_empty() => {
                Outcome::Missing(format!("key `{key}` of {place} is empty"))
            }
            Some(Held::Text(value)) => Outcome::Found {
                value: value.clone(),
                place: format!("Vault, {place}"),
            },
            Some(Held::Unusable(what)) => Outcome::Missing(format!(
                "key `{key}` of {place} holds {what}: a variable takes text, a number or a truth value"
            )),
            None => Outcome::Missing(format!("{place} has no key `{key}`{}", names(secret))),
        }
    }
}

fn names(secret: &Secret) -> String {
    let shown: Vec<String> = secret
        .keys()
        .take(NAMES_SHOWN)
        .map(|name| visible(name))
        .collect();
    let more = if secret.len() > NAMES_SHOWN {
        ", …"
    } else {
        ""
    };
    match shown.as_slice() {
        [] => ", and no other".to_owned(),
        names => format!("; it has {}{more}", names.join(", ")),
    }
}

/// A name with nothing in it that a terminal would obey.
fn visible(name: &str) -> String {
    let shown = name.chars().filter(|c| !c.is_control());
    shown.take(64).collect()
}
