//! `forward` on Northflank: ports of this machine that lead to ports of the service.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;

use super::running::come_up;
use crate::args::{ForwardArgs, PortPair};
use crate::commands::context::Context;
use crate::commands::forward::free;
use crate::commands::signal::asked_to_end;
use crate::config::{Config, Northflank, NorthflankProtocol};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::{ForwardReport, ForwardRow};
use crate::plan::northflank::ServiceSeen;

/// How many failed connections wait to be told.
const WAITING: usize = 16;

/// Forwards until Ctrl-C.
pub(in crate::commands) async fn forward(
    args: &ForwardArgs,
    config: &Config,
    wanted: &Northflank,
    context: &Context<'_>,
) -> Result<Exit> {
    let ports = free(&ports(args, wanted)?)?;
    let timeout = args.timeout.map(Duration::from_secs);
    let check = |service: &ServiceSeen| declared(&ports, service);
    let running = come_up(config, wanted, timeout, context, check).await?;
    let northflank = &running.found.cloud.northflank;
    let (sender, mut told) = mpsc::channel(WAITING);
    let mut forwards = Vec::new();
    let mut rows = Vec::new();
    for PortPair { local, remote } in ports {
        let sender = sender.clone();
        // Where many fail at once, not every one has to be told.
        let tell = move |line: String| drop(sender.try_send(line));
        let forward = northflank
            .forward(running.at(), local, remote, tell)
            .await
            .map_err(|error| error.leaving(context.ledger.all()))?;
        rows.push(ForwardRow {
            local: forward.local_addr().to_string(),
            remote,
        });
        forwards.push(forward);
    }
    let report = ForwardReport {
        name: config.name.clone(),
        provider: "northflank",
        ports: rows,
    };
    context.printer.report("forward", &report);
    context.printer.say("forwarding until Ctrl-C");
    let _signals = context.signals.hand_over();
    let stopped = {
        let mut end = pin!(asked_to_end());
        loop {
            tokio::select! {
                stopped = &mut end => break stopped,
                Some(line) = told.recv() => context.printer.warn(&line),
            }
        }
    };
    for forward in forwards {
        forward.stop().await;
    }
    stopped.map_err(|error| Error::unexpected("the end cannot be waited for", &error))?;
    Err(Error::interrupted().leaving(context.ledger.all()))
}

/// What cannot be forwarded is no reason to start a service, which bills.
fn declared(pairs: &[PortPair], service: &ServiceSeen) -> Result<()> {
    for PortPair { remote, .. } in pairs {
        let mut ports = service.ports.iter().map(|seen| &seen.port);
        let refused = match ports.find(|port| port.internal_port == *remote) {
            Some(port) if port.protocol != NorthflankProtocol::Udp => continue,
            Some(_) => {
                format!("port {remote} is a UDP port; only TCP and HTTP ports are forwarded")
            }
            // It may be among those that could not be read.
            None if !service.odd_ports.is_empty() => continue,
            None => format!("service {} declares no port {remote}", service.id),
        };
        let known = service.ports.iter().map(|seen| &seen.port);
        let known = known.filter(|port| port.protocol != NorthflankProtocol::Udp);
        let known: Vec<String> = known.map(|port| port.internal_port.to_string()).collect();
        let known = match known.as_slice() {
            [] => "there is none that can be".to_owned(),
            known => format!("those that can be are {}", known.join(", ")),
        };
        return Err(Error::usage(Failure::new(refused).detail(known).help(
            "write it below `providers.northflank.ports`, then `sindri deploy`: only declared ports can be \
             reached",
        )));
    }
    Ok(())
}

/// Those asked for, else all of the file that can be forwarded.
fn ports(args: &ForwardArgs, wanted: &Northflank) -> Result<Vec<PortPair>> {
    if !args.ports.is_empty() {
        return Ok(args.ports.clone());
    }
    let streams = wanted
        .ports
        .iter()
        .filter(|port| port.protocol != NorthflankProtocol::Udp);
    let ports: Vec<_> = streams
        .map(|port| PortPair::same(port.internal_port))
        .collect();
    if ports.is_empty() {
        return Err(Error::usage(
            Failure::new("sindri.yaml declares no port that can be forwarded").help(
                "write one below `providers.northflank.ports`: only declared ports can be reached",
            ),
        ));
    }
    Ok(ports)
}
