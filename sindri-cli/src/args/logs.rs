//! `logs`.

use clap::{Args, ValueEnum};

/// Which lines to show.
#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// Go on with new lines until Ctrl-C
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// Begin with the last N stored lines; 0 for none
    #[arg(long, short = 'n', value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=5000))]
    pub(crate) tail: u32,
    /// Begin with the lines from a time on, such as 2026-11-23T10:00:00Z, or of the last 10m or 2h; beats --tail
    #[arg(long, value_name = "TIME|DURATION")]
    pub(crate) since: Option<String>,
    /// Whose lines
    #[arg(long, value_enum, default_value_t = LogSource::All)]
    pub(crate) source: LogSource,
    /// Show when each line was written
    #[arg(long)]
    pub(crate) timestamps: bool,
}

/// Whose lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogSource {
    /// Both
    All,
    /// What the container writes
    Container,
    /// What the provider does: pulling the image, starting, stopping
    System,
}
