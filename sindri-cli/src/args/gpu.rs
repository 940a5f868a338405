//! `gpu …`.

use clap::{Args, Subcommand, ValueEnum};

use super::deploy::price;

#[derive(Debug, Subcommand)]
pub(crate) enum GpuCommand {
    /// List the cards that can be had, cheapest first, with prices, stock and data centers
    List(GpuListArgs),
}

/// Which cards to list.
#[derive(Debug, Args)]
pub(crate) struct GpuListArgs {
    /// Only cards with at least so much memory, in GB
    #[arg(long, value_name = "GB")]
    pub(crate) min_vram: Option<u32>,
    /// Only what costs at most so much, in USD per hour for all cards asked for
    #[arg(long, value_name = "USD", value_parser = price)]
    pub(crate) max_price: Option<f64>,
    /// Only cards with stock in this data center, such as US-TX-3, or area, such as US or EU
    #[arg(long, value_name = "PLACE")]
    pub(crate) region: Option<String>,
    /// Stock and price for so many cards in one pod
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) count: u32,
    /// Whose stock and price to filter and sort by
    #[arg(long, value_enum, default_value_t = GpuCloud::Secure)]
    pub(crate) cloud: GpuCloud,
    /// Leave out what is sold out
    #[arg(long)]
    pub(crate) available: bool,
}

/// One of RunPod's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GpuCloud {
    /// Hosts in data centers
    Secure,
    /// Hosts of other people
    Community,
}
