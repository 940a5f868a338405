//! `sandbox`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 4100)]
    pub(crate) port: u16,
    /// Keep the state in this file; else it is forgotten at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// How many times faster than real time the sandbox lives
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    pub(crate) time_scale: f64,
    /// Put a fault on order; may be repeated: `OPERATION:KIND[:ARGUMENT][:COUNT]`, such as
    /// `create_pod:lost-answer:1`, `*:429:3`, `get_pod:500:2`, `list_pods:html`, `*:slow:5s`,
    /// `create_pod:no-capacity:US-TX-3`, `get_pod:truncate`, and on streams `exec:no-init`,
    /// `exec:close-1011`, `exec:no-completion`
    #[arg(long = "fault", value_name = "SPEC")]
    pub(crate) faults: Vec<String>,
    /// Let every request wait so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// Set the quota of a window, such as minute=6000; may be repeated. Else minute=600, hour=30000 and day=500000
    /// for RunPod and hour=1000 for Northflank
    #[arg(long = "limit", value_name = "WINDOW=N", value_parser = limit)]
    pub(crate) limits: Vec<(String, u64)>,
    /// Refuse with 429 what exceeds a quota; else quotas are told in headers only
    #[arg(long)]
    pub(crate) enforce_limits: bool,
    /// Print which operations are modelled, and end
    #[arg(long)]
    pub(crate) coverage: bool,
}

fn limit(text: &str) -> Result<(String, u64), String> {
    let pair = text.split_once('=').and_then(|(window, number)| {
        let number = number.parse().ok()?;
        Some((window.to_owned(), number))
    });
    pair.ok_or_else(|| "write a window and a number of requests, such as minute=6000".to_owned())
}
