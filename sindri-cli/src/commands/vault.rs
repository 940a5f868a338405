//! `secrets test-vault`: what works of Vault and what does not.

use super::context::Context;
use crate::args::TestVaultArgs;
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::{VaultCheck, VaultReport};
use crate::secrets::{Fault, Health, Holder, Probe, TRUSTS_ANYBODY, probe};
use crate::settings::{Given, Trust, VaultSettings};

/// Looks at the way to Vault, at its state and at the token, up to the first that does not work.
pub(super) async fn test_vault(args: &TestVaultArgs, context: &Context<'_>) -> Result<Exit> {
    if args.token.is_some() {
        context.printer.warn(
            "a token on the command line can be read by other users of this machine, and stays in the \
             history of the shell: VAULT_TOKEN is better",
        );
    }
    let given = Given {
        address: args.address.clone(),
        token: args.token.clone(),
    };
    let settings = VaultSettings::resolve(&context.settings.environment, given).map_err(|reason| {
        Error::usage(Failure::new(reason).help(
            "set VAULT_ADDR to its address, for example `export VAULT_ADDR=https://vault.example.com:8200`",
        ))
    })?;
    if settings.trust == Trust::Anybody {
        context.printer.warn(TRUSTS_ANYBODY);
    }
    let probe = probe(&settings).await;
    let exit = exit(&probe);
    context
        .printer
        .report("secrets test-vault", &report(&settings, &probe, exit));
    Ok(exit)
}

fn exit(probe: &Probe) -> Exit {
    let trouble = match (&probe.health, &probe.identity) {
        (Err(trouble), _) | (Ok(_), Some(Err(trouble))) => trouble,
        (Ok(_), Some(Ok(_))) => return Exit::Done,
        // Sealed, or not set up by its operator.
        (Ok(_), None) => return Exit::Provider,
    };
    match trouble.fault {
        Fault::Setup => Exit::Usage,
        Fault::Network => Exit::Network,
        Fault::Server => Exit::Provider,
        Fault::Credentials => Exit::Credentials,
    }
}

fn report(settings: &VaultSettings, probe: &Probe, exit: Exit) -> VaultReport {
    let health = probe.health.as_ref().ok();
    let identity = probe.identity.as_ref();
    let known = identity.and_then(|identity| identity.as_ref().ok());
    VaultReport {
        ok: exit == Exit::Done,
        address: settings.address.clone(),
        namespace: settings.namespace.clone(),
        version: health.and_then(|health| health.version.clone()),
        login: known.map(|identity| login(&identity.holder)),
        policies: known.map(|identity| identity.policies.clone()),
        ttl_seconds: known.and_then(|identity| identity.ttl_seconds),
        checks: vec![
            VaultCheck {
                name: "reachable",
                ok: Some(health.is_some()),
                reason: probe
                    .health
                    .as_ref()
                    .err()
                    .map(|trouble| trouble.reason.clone()),
            },
            VaultCheck {
                name: "unsealed",
                ok: health.map(|health| health.initialized && !health.sealed),
                reason: health.and_then(state),
            },
            VaultCheck {
                name: "authenticated",
                ok: identity.map(std::result::Result::is_ok),
                reason: identity
                    .and_then(|identity| identity.as_ref().err())
                    .map(|trouble| trouble.reason.clone()),
            },
        ],
    }
}

/// What is to be said about the state.
fn state(health: &Health) -> Option<String> {
    let text = if !health.initialized {
        "Vault is new and not initialized: its operator runs `vault operator init`"
    } else if health.sealed {
        "Vault is sealed: somebody with its keys has to unseal it"
    } else if health.standby {
        "this is a standby server, which passes calls on to the active one"
    } else {
        return None;
    };
    Some(text.to_owned())
}

fn login(holder: &Holder) -> &'static str {
    match holder {
        Holder::Token => "token",
        Holder::TokenFile => "token file",
        Holder::AppRole => "approle",
        Holder::Kubernetes => "kubernetes",
    }
}
