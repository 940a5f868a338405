//! One line of a log.

use sdk_core::Timestamp;
use serde_json::Value;

/// One line of a log.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogLine {
    /// When it was written.
    pub ts: Option<Timestamp>,
    /// The container that wrote it.
    pub container: Option<String>,
    /// To which of its outputs, where the line says so.
    pub output: Option<LogOutput>,
    /// The text, without what the container runtime puts in front of it; JSON where the log is
    /// structured. It comes from the container as it is: control characters in it reach a terminal
    /// unless they are taken out.
    pub line: String,
    /// The structured log, where it is one.
    pub structured: Option<Value>,
}

/// An output of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogOutput {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl LogLine {
    /// A line as sent. What lacks the described form is given as it came, rather than dropped.
    pub(crate) fn of(sent: Value) -> Self {
        let text = |key| sent.get(key).and_then(Value::as_str).map(str::to_owned);
        let ts = text("ts").map(Timestamp::from);
        let container = text("containerId");
        let log = match sent {
            Value::Object(mut fields) if fields.contains_key("log") => fields.remove("log"),
            other => Some(other),
        };
        let (output, line, structured) = match log {
            Some(Value::String(log)) => {
                let (output, line) = without_prefix(&log);
                (output, line.to_owned(), None)
            }
            None | Some(Value::Null) => (None, String::new(), None),
            Some(log) => (None, log.to_string(), Some(log)),
        };
        Self {
            ts,
            container,
            output,
            line,
            structured,
        }
    }
}

/// A line without what a container runtime puts in front of it, `<RFC 3339> stdout F ` or `stdout F `:
/// only where it is exactly that.
fn without_prefix(log: &str) -> (Option<LogOutput>, &str) {
    let begun = match log.split_once(' ') {
        Some((time, rest)) if Timestamp::from(time).to_system_time().is_ok() => rest,
        Some(_) | None => log,
    };
    let outputs = [("stdout", LogOutput::Stdout), ("stderr", LogOutput::Stderr)];
    for (name, output) in outputs {
        let rest = begun.strip_prefix(name);
        // `F` is a full line, `P` a part of one.
        let rest = rest.and_then(|rest| rest.strip_prefix(" F").or(rest.strip_prefix(" P")));
        match rest {
            Some("") => return (Some(output), ""),
            Some(rest) => {
                if let Some(line) = rest.strip_prefix(' ') {
                    return (Some(output), line);
                }
            }
            None => {}
        }
    }
    (None, log)
}

#[cfg(test)]
mod tests {
    use super::{LogLine, LogOutput, without_prefix};
    use serde_json::json;

    #[test]
    fn what_the_runtime_put_in_front_is_taken_off_only_when_it_is_exactly_that() {
        let check = |log: &str, output: Option<LogOutput>, line: &str| {
            assert_eq!(without_prefix(log), (output, line), "{log}");
        };
        let (out, err) = (Some(LogOutput::Stdout), Some(LogOutput::Stderr));
        check("stdout F hello", out, "hello");
        check(
            "2026-06-01T12:02:03.123456789Z stdout F hello",
            out,
            "hello",
        );
        check("2026-06-01T12:02:03+02:00 stderr P he", err, "he");
        check("stdout F  indented", out, " indented");
        check("stdout F ", out, "");
        check("stdout F", out, "");
        check("stdout Full", None, "stdout Full");
        check("stdout X hello", None, "stdout X hello");
        check("Stdout F hello", None, "Stdout F hello");
        check(" stdout F hello", None, " stdout F hello");
        check("yesterday stdout F hello", None, "yesterday stdout F hello");
        let timed = "2026-06-01T12:02:03Z hello";
        check(timed, None, timed);
        check("", None, "");
    }

    #[test]
    fn a_line_of_any_form_is_given() {
        let line = LogLine::of(json!({"containerId": "c", "ts": "t", "log": {"level": "info"}}));
        assert_eq!(line.line, r#"{"level":"info"}"#);
        assert_eq!(line.structured, Some(json!({"level": "info"})));
        assert_eq!(line.container.as_deref(), Some("c"));
        assert_eq!(line.ts.unwrap().as_str(), "t");
        assert_eq!(LogLine::of(json!({"log": 3})).line, "3");
        assert_eq!(LogLine::of(json!({"log": null, "ts": 5})).line, "");
        assert_eq!(LogLine::of(json!("bare")).line, "bare");
    }
}
