//! `logs`: what the container and the provider write.

use futures::{Stream, StreamExt as _};
use jiff::{SignedDuration, Timestamp};

use super::context::Context;
use super::deployed::Deployed;
use super::northflank;
use super::session::Access;
use crate::args::{LogSource, LogsArgs};
use crate::config::Target;
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::LogReport;
use crate::provider::{IDLE, LogLineSeen, LogWish};

/// Shows the log, and goes on with it until Ctrl-C if that was asked for.
pub(super) async fn logs(args: &LogsArgs, context: &Context<'_>) -> Result<Exit> {
    let config = context.load_quietly()?;
    if let Target::Northflank(wanted) = &config.target {
        return northflank::logs(args, &config, wanted, context).await;
    }
    let wish = LogWish {
        source: match args.source {
            LogSource::All => None,
            LogSource::Container => Some("container"),
            LogSource::System => Some("system"),
        },
        tail: args.tail,
        since: since(args)?,
        until_idle: (!args.follow).then_some(IDLE),
    };
    let found = Deployed::look(config, context, Access::Look).await?;
    let pod = found.pod()?;
    let lines = found.cloud.runpod.logs(&pod.id, &wish);
    stream(lines, args, &format!("pod {}", pod.id), context).await
}

/// Shows lines as they come.
pub(super) async fn stream(
    mut lines: impl Stream<Item = Result<LogLineSeen>> + Unpin,
    args: &LogsArgs,
    whose: &str,
    context: &Context<'_>,
) -> Result<Exit> {
    let mut shown = false;
    while let Some(line) = lines.next().await {
        let line = line?;
        shown = true;
        context.printer.report(
            "logs",
            &LogReport {
                ts: line.ts,
                source: line.source,
                line: line.line,
                timestamps: args.timestamps,
            },
        );
        if context.printer.nobody_reads() {
            return Ok(Exit::Done);
        }
    }
    if args.follow {
        context
            .printer
            .say(&format!("the log of {whose} has ended"));
    } else if !shown {
        context.printer.say(&match (&args.since, args.tail) {
            (Some(since), _) => format!("{whose} has written nothing since {since}"),
            (None, 0) => "no stored line was asked for; `--follow` shows what comes".to_owned(),
            (None, _) => format!("{whose} has written nothing yet"),
        });
    }
    Ok(Exit::Done)
}

/// The time to begin at, if one is asked for.
pub(super) fn since(args: &LogsArgs) -> Result<Option<String>> {
    let since = args.since.as_deref();
    since
        .map(|text| instant(text, Timestamp::now()))
        .transpose()
}

/// A time as written, or so long before now.
fn instant(text: &str, now: Timestamp) -> Result<String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.to_string());
    }
    let ago = text.parse::<SignedDuration>().ok();
    let time = ago
        .filter(|ago| !ago.is_negative())
        .and_then(|ago| now.checked_sub(ago).ok());
    match time {
        Some(time) => Ok(time.to_string()),
        None => Err(Error::usage(
            Failure::new(format!("`--since {text}` is neither a time nor a duration"))
                .help("write `--since 2026-11-23T10:00:00Z`, `--since 10m` or `--since 2h`"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::instant;
    use jiff::Timestamp;

    #[test]
    fn since_is_a_time_or_so_long_ago() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(instant(text, now).ok().as_deref(), expected, "{text}");
        };
        check("2026-11-23T09:00:00Z", Some("2026-11-23T09:00:00Z"));
        check("2026-11-23T10:00:00+01:00", Some("2026-11-23T09:00:00Z"));
        check("10m", Some("2026-11-23T09:50:00Z"));
        check("1h30m", Some("2026-11-23T08:30:00Z"));
        check("-5m", None);
        check("yesterday", None);
        check("", None);
    }
}
