//! `forward` on RunPod: ports of this machine that lead to ports of the pod, over direct SSH.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use super::context::{Context, runpod_target};
use super::pod_session::{Errand, What, go};
use crate::args::{ForwardArgs, PortPair};
use crate::config::{Config, Port, Runpod};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::{ForwardReport, ForwardRow};

/// Forwards until Ctrl-C.
pub(super) async fn forward(
    args: &ForwardArgs,
    config: Config,
    context: &Context<'_>,
) -> Result<Exit> {
    let pairs = pairs(args, runpod_target(&config)?)?;
    let rows = pairs.iter().map(|(local, remote)| ForwardRow {
        local: format!("127.0.0.1:{local}"),
        remote: *remote,
    });
    let report = ForwardReport {
        name: config.name.clone(),
        provider: "runpod",
        ports: rows.collect(),
    };
    context.printer.report("forward", &report);
    context.printer.say("forwarding until Ctrl-C");
    let errand = Errand {
        what: What::Forward(&pairs),
        timeout: args.timeout.map(Duration::from_secs),
    };
    go(config, &errand, context).await
}

/// Those asked for, else all of the file but SSH itself.
fn pairs(args: &ForwardArgs, runpod: &Runpod) -> Result<Vec<(u16, u16)>> {
    let own: Vec<PortPair> = runpod
        .ports
        .iter()
        .filter(|port| port.number != Port::SSH.number)
        .map(|port| PortPair {
            // A port below 1024 is not everybody's to take.
            local: if port.number < 1024 { 0 } else { port.number },
            remote: port.number,
        })
        .collect();
    let wanted = if args.ports.is_empty() {
        own
    } else {
        args.ports.clone()
    };
    if wanted.is_empty() {
        return Err(Error::usage(
            Failure::new("sindri.yaml exposes no port but SSH's").help(
                "name one: `sindri forward 8888`; over SSH any port of the pod can be reached",
            ),
        ));
    }
    wanted.into_iter().map(here).collect()
}

/// A port of this machine that is free: `ssh` says too late that it is not.
fn here(pair: PortPair) -> Result<(u16, u16)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, pair.local));
    let address = listener.and_then(|listener| listener.local_addr());
    match address {
        Ok(address) => Ok((address.port(), pair.remote)),
        Err(error) => Err(Error::usage(
            Failure::new(format!(
                "port {} of this machine cannot be taken",
                pair.local
            ))
            .causes(Some(&error))
            .help(format!(
                "name another: `sindri forward 0:{}` takes any free one",
                pair.remote
            )),
        )),
    }
}
