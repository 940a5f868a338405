//! `forward`: ports of this machine that lead to ports of a deployment.

use std::net::{Ipv4Addr, TcpListener};

use super::context::Context;
use super::northflank;
use crate::args::{ForwardArgs, PortPair};
use crate::config::Target;
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;

/// Forwards until Ctrl-C.
pub(super) async fn forward(args: &ForwardArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::forward(args, &config, wanted, context).await;
    }
    super::pod_forward::forward(args, config, context).await
}

/// The same pairs with ports of this machine that are free, each of them another one.
pub(super) fn free(pairs: &[PortPair]) -> Result<Vec<PortPair>> {
    // Held until all are found.
    let held: Result<Vec<_>> = pairs.iter().copied().map(take).collect();
    Ok(held?.into_iter().map(|(pair, _listener)| pair).collect())
}

fn take(pair: PortPair) -> Result<(PortPair, TcpListener)> {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, pair.local)).and_then(|listener| {
        let local = listener.local_addr()?.port();
        Ok((PortPair { local, ..pair }, listener))
    });
    taken.map_err(|error| {
        Error::usage(
            Failure::new(format!(
                "port {} of this machine cannot be taken",
                pair.local
            ))
            .causes(Some(&error))
            .help(format!(
                "name another: `sindri forward 0:{}` takes any free one",
                pair.remote
            )),
        )
    })
}
