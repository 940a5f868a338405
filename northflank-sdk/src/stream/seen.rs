//! Which lines of a log were given before.

use super::log_line::LogLine;
use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
};

/// Which lines were given, so that what a new connection repeats is dropped.
///
/// A line is known by its container, time and text. Two equal lines of one connection are two lines, so
/// they are counted: a new connection repeats as many as were given, and more are new.
#[derive(Default)]
pub(crate) struct Seen {
    lines: HashMap<u64, Count>,
    order: VecDeque<u64>,
    connection: u32,
    hasher: RandomState,
}

struct Count {
    given: u32,
    /// How many came over the connection below.
    came: u32,
    connection: u32,
}

impl Seen {
    /// More than are written in the moment that a new connection begins with.
    const REMEMBERED: usize = 20_000;

    pub(crate) fn next_connection(&mut self) {
        self.connection += 1;
    }

    pub(crate) fn is_new(&mut self, line: &LogLine) -> bool {
        let Some(ts) = &line.ts else {
            return true;
        };
        let hash = self
            .hasher
            .hash_one((ts, &line.container, line.output, &line.line));
        let connection = self.connection;
        let known = self.lines.len();
        let count = self.lines.entry(hash).or_insert(Count {
            given: 0,
            came: 0,
            connection,
        });
        if count.connection != connection {
            count.connection = connection;
            count.came = 0;
        }
        count.came += 1;
        if count.came <= count.given {
            return false;
        }
        count.given = count.came;
        if self.lines.len() > known {
            self.order.push_back(hash);
            if self.order.len() > Self::REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.lines.remove(&oldest);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{LogLine, Seen};
    use serde_json::json;

    #[test]
    fn repeated_lines_are_dropped_and_equal_ones_are_counted() {
        let line = |container: &str, ts: &str, log: &str| {
            LogLine::of(json!({"containerId": container, "ts": ts, "log": log}))
        };
        let mut seen = Seen::default();
        let mut check = |connection: u32, line: LogLine, expected: bool| {
            while seen.connection < connection {
                seen.next_connection();
            }
            assert_eq!(seen.is_new(&line), expected, "{connection} {line:?}");
        };
        check(1, line("a", "t1", "x"), true);
        check(1, line("a", "t2", "x"), true);
        check(1, line("a", "t2", "x"), true);
        check(1, line("b", "t2", "x"), true);
        check(2, line("a", "t2", "x"), false);
        check(2, line("a", "t2", "y"), true);
        // The connection broke before it repeated the second.
        check(3, line("a", "t2", "x"), false);
        check(3, line("a", "t2", "x"), false);
        check(3, line("a", "t2", "x"), true);
        check(4, line("b", "t2", "x"), false);
        check(4, LogLine::of(json!("no time")), true);
        check(4, LogLine::of(json!("no time")), true);
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = Seen::default();
        for n in 0..Seen::REMEMBERED + 10 {
            assert!(seen.is_new(&LogLine::of(json!({"ts": n.to_string(), "log": "x"}))));
        }
        assert_eq!(seen.lines.len(), Seen::REMEMBERED);
        assert_eq!(seen.order.len(), Seen::REMEMBERED);
    }
}
