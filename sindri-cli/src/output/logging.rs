//! Logs on standard error, off unless asked for.
//!
//! Dependencies are capped: below `info` they print frames and headers, and with them secrets.

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{Colour, OutputSettings, Verbosity};

/// Crates whose own logs are known to hold no secrets.
const OURS: [&str; 4] = ["sindri_cli", "runpod_sdk", "sdk_core", "sandbox"];

/// Starts to log, if anything is to be logged. A filter that cannot be read is an error for the user.
pub(crate) fn start(settings: &OutputSettings) -> Result<(), String> {
    let filter = match &settings.log_filter {
        Some(text) => {
            EnvFilter::try_new(text).map_err(|error| format!("RUST_LOG is `{text}`: {error}"))?
        }
        None => match default_level(settings.verbosity) {
            LevelFilter::OFF => return Ok(()),
            level => OURS.iter().fold(EnvFilter::new("off"), |filter, name| {
                match format!("{name}={level}").parse() {
                    Ok(directive) => filter.add_directive(directive),
                    Err(_) => filter,
                }
            }),
        },
    };
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(settings.terminal.stderr && settings.colour == Colour::Auto)
        .with_filter(filter_fn(|metadata| {
            may_log(metadata.target(), *metadata.level())
        }))
        .with_filter(filter);
    // A second start, as in a test, keeps the first.
    drop(tracing_subscriber::registry().with(layer).try_init());
    Ok(())
}

fn default_level(verbosity: Verbosity) -> LevelFilter {
    match verbosity {
        Verbosity::Quiet | Verbosity::Normal => LevelFilter::OFF,
        Verbosity::Info => LevelFilter::INFO,
        Verbosity::Debug => LevelFilter::DEBUG,
        Verbosity::Trace => LevelFilter::TRACE,
    }
}

/// Whether a crate may log this much.
fn may_log(target: &str, level: Level) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    OURS.contains(&name) || level <= Level::INFO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_never_log_below_info() {
        let check = |target, level, expected| {
            assert_eq!(may_log(target, level), expected, "{target} {level}");
        };
        check("runpod_sdk::client", Level::TRACE, true);
        check("hyper_util::client", Level::DEBUG, false);
        check("h2::codec", Level::TRACE, false);
        check("rustls", Level::INFO, true);
        check("sdk_core_evil", Level::DEBUG, false);
    }
}
