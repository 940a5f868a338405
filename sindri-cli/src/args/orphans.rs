//! `orphans`.

use clap::Args;

/// What to do about what carries our marker and belongs to no deployment that is known here.
#[derive(Debug, Args)]
pub(crate) struct OrphansArgs {
    /// Make it the deployment of sindri.yaml, which must bear its name
    #[arg(long, value_name = "ID", conflicts_with_all = ["delete", "force"])]
    pub(crate) adopt: Option<String>,
    /// Delete it with all that is on it; a service's volume is an orphan of its own
    #[arg(long, value_name = "ID")]
    pub(crate) delete: Option<String>,
    /// Do not ask before deleting
    #[arg(long, short, visible_alias = "yes", requires = "delete")]
    pub(crate) force: bool,
}
