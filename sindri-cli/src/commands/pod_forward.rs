//! `forward` on RunPod: ports of this machine that lead to ports of the pod, over direct SSH.

use std::time::Duration;

use super::context::{Context, runpod_target};
use super::forward::free;
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
    let tell = || {
        context.printer.report("forward", &report);
        context.printer.say("forwarding until Ctrl-C");
    };
    let errand = Errand {
        what: What::Forward(&pairs),
        timeout: args.timeout.map(Duration::from_secs),
        on_forwarding: Some(&tell),
    };
    go(config, &errand, context).await
}

/// Those asked for, else all of the file but SSH itself.
fn pairs(args: &ForwardArgs, runpod: &Runpod) -> Result<Vec<(u16, u16)>> {
    let own: Vec<PortPair> = runpod
        .ports
        .iter()
        .filter(|port| port.number != Port::SSH.number)
        .map(|port| PortPair::same(port.number))
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
    // `ssh` says too late that a port is taken.
    let pairs = free(&wanted)?;
    Ok(pairs.iter().map(|pair| (pair.local, pair.remote)).collect())
}
