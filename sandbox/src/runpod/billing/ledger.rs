//! How long each thing has been charged, and at which price. Entries stay when the thing is gone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// All that was ever charged, by the id of what is metered: a pod, a worker or a network volume.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Ledger {
    meters: BTreeMap<String, Meter>,
}

/// The spans of one thing, oldest first, none of which overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meter {
    pub(crate) of: Owner,
    pub(crate) part: Part,
    pub(crate) spans: Vec<Span>,
}

/// On whose bill a charge stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Owner {
    /// The metered pod itself.
    Pod,
    /// The cluster of this id, of which the metered pod is a member.
    Cluster(String),
    /// The serverless endpoint of this id, of which the metered thing is a worker.
    Endpoint(String),
    /// The metered network volume itself.
    Volume,
}

/// What a charge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    Gpu,
    Cpu,
    Disk,
    Standard,
    HighPerformance,
}

/// Prices in billionths of a dollar per hour: whole numbers add up to the same sum in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rates {
    /// Of the meter's own part.
    pub(crate) main: u64,
    /// Of the disks beside it.
    pub(crate) disk: u64,
}

/// A time without a change of price. Stored as a list of four numbers, since there are thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(crate) struct Span {
    /// Milliseconds since 1970.
    pub(crate) from: i64,
    /// The same; none while it goes on.
    pub(crate) to: Option<i64>,
    pub(crate) rates: Rates,
}

type Stored = (i64, Option<i64>, u64, u64);

impl From<Stored> for Span {
    fn from((from, to, main, disk): Stored) -> Self {
        let rates = Rates { main, disk };
        Self { from, to, rates }
    }
}

impl From<Span> for Stored {
    fn from(span: Span) -> Self {
        (span.from, span.to, span.rates.main, span.rates.disk)
    }
}

impl Ledger {
    /// From this instant on, a thing is charged at these prices, until something else is said of the
    /// same or a later instant. What was said of later instants before is void.
    pub(crate) fn set(&mut self, id: &str, of: &Owner, part: Part, at: Timestamp, rates: Rates) {
        let empty = || Meter {
            of: of.clone(),
            part,
            spans: Vec::new(),
        };
        let meter = self.meters.entry(id.to_owned()).or_insert_with(empty);
        meter.set(at.as_millisecond(), rates);
        if meter.spans.is_empty() {
            self.meters.remove(id);
        }
    }

    /// From this instant on, a thing is charged nothing.
    pub(crate) fn end(&mut self, id: &str, at: Timestamp) {
        if let Some(meter) = self.meters.get_mut(id) {
            meter.set(at.as_millisecond(), Rates::default());
            if meter.spans.is_empty() {
                self.meters.remove(id);
            }
        }
    }

    pub(crate) fn meters(&self) -> impl Iterator<Item = (&str, &Meter)> {
        self.meters.iter().map(|(id, meter)| (id.as_str(), meter))
    }
}

impl Meter {
    fn set(&mut self, at: i64, rates: Rates) {
        self.spans.retain(|span| span.from < at);
        let last = self.spans.last_mut();
        match last {
            Some(last) if last.to.is_none_or(|to| to >= at) => {
                if last.rates == rates {
                    last.to = None;
                    return;
                }
                last.to = Some(at);
            }
            Some(_) | None => {}
        }
        if rates != Rates::default() {
            self.spans.push(Span {
                from: at,
                to: None,
                rates,
            });
        }
    }
}

impl Span {
    /// What was charged between two instants, in billionths of a dollar: main part and disks.
    ///
    /// Counted from the begin of the span, so that pieces add up to the whole to the last digit.
    pub(crate) fn charged(&self, from: i64, to: i64) -> Rates {
        let until = |at: i64, rate: u64| {
            let millis = u128::try_from(at - self.from).unwrap_or(0);
            u64::try_from(u128::from(rate) * millis / 3_600_000).unwrap_or(u64::MAX)
        };
        let between = |rate: u64| until(to, rate).saturating_sub(until(from, rate));
        Rates {
            main: between(self.rates.main),
            disk: between(self.rates.disk),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Rates = Rates { main: 7, disk: 1 };
    const DEAR: Rates = Rates { main: 9, disk: 1 };
    const NONE: Rates = Rates { main: 0, disk: 0 };

    #[test]
    fn spans_follow_from_what_was_said_and_when() {
        let check = |said: &[(i64, Rates)], expected: &str| {
            let mut ledger = Ledger::default();
            for (at, rates) in said {
                let at = Timestamp::from_millisecond(*at).unwrap();
                ledger.set("a", &Owner::Pod, Part::Gpu, at, *rates);
            }
            let spans = ledger.meters().next().map(|(_, meter)| &meter.spans);
            let found = serde_json::to_string(&spans.cloned().unwrap_or_default()).unwrap();
            assert_eq!(found, expected, "{said:?}");
        };
        check(&[(5, CHEAP)], "[[5,null,7,1]]");
        check(&[(5, CHEAP), (8, NONE)], "[[5,8,7,1]]");
        check(&[(5, CHEAP), (8, CHEAP)], "[[5,null,7,1]]");
        check(&[(5, CHEAP), (8, DEAR)], "[[5,8,7,1],[8,null,9,1]]");
        check(&[(5, CHEAP), (8, NONE), (8, CHEAP)], "[[5,null,7,1]]");
        check(
            &[(5, CHEAP), (8, NONE), (9, CHEAP)],
            "[[5,8,7,1],[9,null,7,1]]",
        );
        // What was foreseen for 20 is void since 8.
        check(
            &[(5, CHEAP), (20, NONE), (8, DEAR)],
            "[[5,8,7,1],[8,null,9,1]]",
        );
        check(&[(5, CHEAP), (20, DEAR), (8, NONE)], "[[5,8,7,1]]");
        check(&[(5, CHEAP), (5, NONE)], "[]");
        check(&[(5, NONE)], "[]");
    }

    #[test]
    fn pieces_of_a_span_add_up_to_the_whole() {
        let span = Span {
            from: 0,
            to: None,
            rates: Rates {
                main: 440_000_001,
                disk: 333,
            },
        };
        let mut sum = 0;
        for piece in 0..1000 {
            sum += span.charged(piece * 7777, (piece + 1) * 7777).main;
        }
        assert_eq!(sum, span.charged(0, 7_777_000).main);
        assert_eq!(span.charged(0, 3_600_000).main, 440_000_001);
    }

    #[test]
    fn thousands_of_pods_that_are_gone_take_a_hundred_bytes_each() {
        let mut ledger = Ledger::default();
        let at = |second: i64| Timestamp::from_second(1_790_000_000 + second).unwrap();
        let rates = Rates {
            main: 440_000_000,
            disk: 2_739_726,
        };
        for pod in 0..5000 {
            let id = format!("pod{pod:011}");
            ledger.set(&id, &Owner::Pod, Part::Gpu, at(pod), rates);
            // Restarts change no price.
            for restart in 1..50 {
                ledger.set(&id, &Owner::Pod, Part::Gpu, at(pod + restart), rates);
            }
            ledger.end(&id, at(pod + 3600));
        }
        let size = serde_json::to_string(&ledger).unwrap().len();
        assert!(size < 5000 * 110, "{size} bytes");
    }
}
