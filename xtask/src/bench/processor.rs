//! Processor time of a command and of all it starts: what a shared machine changes least.

use super::Result;
use std::{process::Command, time::Duration};

/// Runs a command to its end. Gives the processor time of it and of its children, in user and system mode.
///
/// The shell that runs it tells the time, as only `wait` would: the standard library drops it.
pub(super) fn time(command: &Command) -> Result<Duration> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", r#""$@" && times"#, "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .envs(
            command
                .get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        );
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    let output = shell.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed: {error}").into());
    }
    // The first line is the shell's own.
    let children = text.lines().next_back().unwrap_or_default();
    children
        .split_whitespace()
        .map(minutes_and_seconds)
        .sum::<Option<Duration>>()
        .ok_or_else(|| format!("`times` said: {children}").into())
}

/// `1m2.34s`
fn minutes_and_seconds(text: &str) -> Option<Duration> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    let minutes: f64 = minutes.parse().ok()?;
    let seconds: f64 = seconds.parse().ok()?;
    Duration::try_from_secs_f64(minutes * 60.0 + seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_count_and_what_is_no_time_is_refused() {
        let check =
            |text: &str, expected| assert_eq!(minutes_and_seconds(text), expected, "{text}");
        check("0m0.25s", Some(Duration::from_millis(250)));
        check("2m1.500000s", Some(Duration::from_millis(121_500)));
        check("1.5", None);
        check("0m-1s", None);
    }

    #[test]
    fn work_of_a_child_counts_and_waiting_does_not() {
        let spent = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            time(&command).unwrap()
        };
        let work = "i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done";
        assert!(spent(work) > spent("sleep 0.5"));
    }

    #[test]
    fn a_command_that_fails_is_an_error_with_its_words() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken >&2; exit 3"]);
        let error = time(&command).unwrap_err().to_string();
        assert!(error.contains("broken"), "{error}");
    }
}
