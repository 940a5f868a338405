//! How the hardware of a deployment was chosen, so that nothing is chosen silently.

use std::fmt;

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
    /// What is tried, in this order, for as long as there is no capacity: one create for each. The fields
    /// above are those of the first.
    pub(crate) offers: Vec<Offer>,
    /// What is not tried, and why.
    pub(crate) passed_over: Vec<PassedOver>,
}

/// One kind of hardware in one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Offer {
    /// The type id that is sent.
    pub(crate) id: String,
    /// Where; none leaves it to the provider.
    pub(crate) data_center: Option<String>,
    /// USD per hour for the whole pod's compute.
    pub(crate) usd_per_hour: f64,
    /// As in [`Choice`].
    pub(crate) stock: &'static str,
}

/// The most creates that one deploy sends.
pub(crate) const MAX_OFFERS: usize = 20;

impl Choice {
    /// Where the first offer is.
    pub(crate) fn data_center(&self) -> Option<&str> {
        self.offers.first()?.data_center.as_deref()
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data_center {
            Some(place) => write!(f, "{} in {place}", self.id),
            None => write!(f, "{} anywhere", self.id),
        }
    }
}

/// An offer that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Tried {
    #[serde(flatten)]
    pub(crate) offer: Offer,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// The provider's words, if it refused.
    pub(crate) reason: Option<String>,
}

/// What came of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Created,
    NoCapacity,
}

/// A candidate that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PassedOver {
    /// Its type id.
    pub(crate) id: String,
    /// Why not.
    pub(crate) reason: String,
}
