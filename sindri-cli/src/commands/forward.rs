//! `forward`: ports of this machine that lead to ports of a deployment.

use super::context::Context;
use super::northflank;
use crate::args::ForwardArgs;
use crate::config::Target;
use crate::error::Result;
use crate::exit::Exit;

/// Forwards until Ctrl-C.
pub(super) async fn forward(args: &ForwardArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::forward(args, &config, wanted, context).await;
    }
    super::pod_forward::forward(args, config, context).await
}
