//! `plan` and `deploy`.

use std::path::PathBuf;

use clap::Args;

/// How sindri.yaml becomes a plan.
#[derive(Debug, Args)]
pub(crate) struct PlanningArgs {
    /// Read secrets from this file instead of .env.local and .env; relative to sindri.yaml
    #[arg(long, value_name = "PATH")]
    pub(crate) env_file: Option<PathBuf>,
    /// Go on at the on-demand price where the file asks for spot capacity
    #[arg(long)]
    pub(crate) on_demand: bool,
    /// The most that compute may cost, in USD per hour for the whole deployment without its storage. What costs
    /// more is passed over; a new pod that turns out to bill more is deleted at once; one that runs already is left,
    /// with exit code 3
    #[arg(long, value_name = "USD", value_parser = price)]
    pub(crate) max_price: Option<f64>,
    /// Treat findings in sindri.yaml as warnings, except wrong types
    #[arg(long)]
    pub(crate) skip_validation: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    /// Ask no provider: needs no key; existence, prices and stock are not checked
    #[arg(long)]
    pub(crate) offline: bool,
    /// Exit with 6 when there is something to do
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct DeployArgs {
    #[command(flatten)]
    pub(crate) planning: PlanningArgs,
    /// Permit what deletes and recreates the deployment or destroys its volumes. A restart, which wipes the
    /// container disk only, needs no permission
    #[arg(long, short)]
    pub(crate) force: bool,
    /// Print the plan and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --dry-run: ask no provider
    #[arg(long, requires = "dry_run")]
    pub(crate) offline: bool,
    /// Wait until the deployment is ready; the default
    #[arg(long, short, overrides_with = "no_wait")]
    pub(crate) wait: bool,
    /// Return as soon as the provider has accepted
    #[arg(long, overrides_with = "wait")]
    pub(crate) no_wait: bool,
    /// How long to wait, in seconds; else `SINDRI_DEPLOY_TIMEOUT_SECS`, else 600
    #[arg(long, short, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(crate) timeout: Option<u64>,
    /// Accepted: this program verifies no image signatures, and says so
    #[arg(long)]
    pub(crate) skip_image_verification: bool,
    /// Build the image first: not possible here
    #[arg(long, visible_alias = "fs")]
    pub(crate) from_source: bool,
    /// Accepted: there is no build step to skip
    #[arg(long)]
    pub(crate) skip_build: bool,
}

/// A price that something can cost.
pub(super) fn price(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(usd) if usd.is_finite() && usd > 0.0 => Ok(usd),
        Ok(_) | Err(_) => Err("write USD per hour as a number above 0, such as 0.80".to_owned()),
    }
}
