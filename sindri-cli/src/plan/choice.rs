//! How the hardware of a deployment was chosen, so that nothing is chosen silently.

use serde::Serialize;

/// The hardware chosen, and what was passed over for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Choice {
    /// The type id that is sent.
    pub(crate) id: String,
    /// What the file asked for.
    pub(crate) wish: String,
    /// Memory of one card in GB; none for a CPU pod.
    pub(crate) memory_gb: Option<u32>,
    /// USD per hour for the whole pod's compute.
    pub(crate) usd_per_hour: f64,
    /// How much there is: `none`, `low`, `medium`, `high` or `unknown`.
    pub(crate) stock: &'static str,
    /// Data centers that are asked for; empty for any.
    pub(crate) data_centers: Vec<String>,
    /// Further candidates in their order, or why they are none.
    pub(crate) passed_over: Vec<PassedOver>,
}

/// A candidate that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PassedOver {
    /// Its type id.
    pub(crate) id: String,
    /// Why not.
    pub(crate) reason: String,
}
