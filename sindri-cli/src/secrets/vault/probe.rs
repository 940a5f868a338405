//! What works of Vault and what does not, step by step.

use sdk_core::{Call, Json};
use serde::Deserialize;
use serde_json::Value;

use super::api::HEALTH;
use super::client::{Client, Holder, anonymous};
use super::trouble::{Fault, Trouble, trouble};
use crate::settings::VaultSettings;

/// What works of Vault and what does not.
#[derive(Debug)]
pub(crate) struct Probe {
    /// Whether it can be reached and used.
    pub(crate) health: Result<Health, Trouble>,
    /// Whether it knows who asks; none where there was no use in trying.
    pub(crate) identity: Option<Result<Identity, Trouble>>,
}

/// The state of a server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Health {
    pub(crate) initialized: bool,
    pub(crate) sealed: bool,
    #[serde(default)]
    pub(crate) standby: bool,
    #[serde(default)]
    pub(crate) version: Option<String>,
}

/// Who asks, as Vault sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// How the token was come by.
    pub(crate) holder: Holder,
    /// What the token permits, by name.
    pub(crate) policies: Vec<String>,
    /// Seconds until it ends; none for a token that does not.
    pub(crate) ttl_seconds: Option<u64>,
}

/// Looks at the server, then at the token.
pub(crate) async fn probe(settings: &VaultSettings) -> Probe {
    let health = health(settings).await;
    let usable = health
        .as_ref()
        .is_ok_and(|health| health.initialized && !health.sealed);
    let identity = if usable {
        Some(identity(settings).await)
    } else {
        None
    };
    Probe { health, identity }
}

/// Every state is asked to be a success, so that it is told apart from a failure on the way.
async fn health(settings: &VaultSettings) -> Result<Health, Trouble> {
    let transport = anonymous(settings)?;
    let call = Call::<Json<Health>, _>::new(&transport, &HEALTH, &[])
        .query("standbyok", Some(&true))
        .query("perfstandbyok", Some(&true))
        .query("sealedcode", Some(&200))
        .query("uninitcode", Some(&200));
    match call.await {
        Ok(answer) => Ok(answer.into_inner()),
        Err(error) => Err(trouble(&error)),
    }
}

async fn identity(settings: &VaultSettings) -> Result<Identity, Trouble> {
    let client = Client::connect(settings).await?;
    let answer = client.look_up_self().await.map_err(|error| {
        let trouble = trouble(&error);
        match trouble.fault {
            Fault::Credentials => client.not_accepted(),
            Fault::Setup | Fault::Network | Fault::Server => trouble,
        }
    })?;
    let data = answer
        .get("data")
        .and_then(Value::as_object)
        .ok_or_else(|| {
            Trouble::new(
                Fault::Server,
                "the answer to the look-up of the token is not of Vault's form",
            )
        })?;
    let policies = data.get("policies").and_then(Value::as_array);
    let policies = policies.into_iter().flatten().filter_map(Value::as_str);
    Ok(Identity {
        holder: client.holder,
        policies: policies.map(str::to_owned).collect(),
        ttl_seconds: data
            .get("ttl")
            .and_then(Value::as_u64)
            .filter(|seconds| *seconds > 0),
    })
}
