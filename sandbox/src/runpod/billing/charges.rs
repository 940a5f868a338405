//! What was charged in a time: a pure function of the ledger and of what is asked.

use std::collections::BTreeMap;

use super::buckets::Bucket;
use super::ledger::{Ledger, Meter, Owner, Part};

/// What is asked, with nothing left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Query {
    /// Milliseconds since 1970.
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) bucket: Bucket,
}

/// Whose bill a charge stands on, without its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Pods,
    Clusters,
    Serverless,
    Volumes,
}

/// Billionths of a dollar by whose bill they stand on and what they are for.
pub(crate) type Amounts = BTreeMap<(Family, Part), u64>;

/// Amounts by the begin of their bucket and by the id they belong to.
pub(crate) type Rows = BTreeMap<(i64, String), Amounts>;

impl Meter {
    /// Whose bill the charges stand on, and the id there.
    pub(crate) fn bill<'a>(&'a self, id: &'a str) -> (Family, &'a str) {
        match &self.of {
            Owner::Pod => (Family::Pods, id),
            Owner::Cluster(cluster) => (Family::Clusters, cluster),
            Owner::Endpoint(endpoint) => (Family::Serverless, endpoint),
            Owner::Volume => (Family::Volumes, id),
        }
    }
}

/// Adds up the charges until `now`. `select` gives the id that a charge is listed under, or none for
/// charges that are not wanted. Buckets in which nothing was charged are left out.
pub(crate) fn rows<'a>(
    ledger: &'a Ledger,
    query: &Query,
    now: i64,
    select: impl Fn(Family, &'a str) -> Option<&'a str>,
) -> Rows {
    let mut rows = Rows::new();
    for (id, meter) in ledger.meters() {
        let (family, owner) = meter.bill(id);
        let Some(listed) = select(family, owner) else {
            continue;
        };
        for span in &meter.spans {
            let to = span.to.unwrap_or(now).min(now).min(query.end);
            let mut at = span.from.max(query.start);
            while at < to {
                let (begin, end) = query.bucket.around(at);
                let until = end.min(to);
                let charged = span.charged(at, until);
                at = until;
                if charged.main == 0 && charged.disk == 0 {
                    continue;
                }
                let row = rows.entry((begin, listed.to_owned())).or_default();
                *row.entry((family, meter.part)).or_default() += charged.main;
                *row.entry((family, Part::Disk)).or_default() += charged.disk;
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runpod::billing::ledger::Rates;
    use jiff::Timestamp;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}Z").parse().unwrap()
    }

    /// A pod that is stopped for some hours, two members of a cluster, and a volume that grows, at prices
    /// that are easy to follow.
    fn history() -> Ledger {
        let mut ledger = Ledger::default();
        let mut say = |id: &str, of: &Owner, part, when: &str, main, disk| {
            ledger.set(id, of, part, at(when), Rates { main, disk });
        };
        say("pod", &Owner::Pod, Part::Gpu, "01T22:00:00", 10, 2);
        say("pod", &Owner::Pod, Part::Gpu, "02T02:00:00", 0, 4);
        say("pod", &Owner::Pod, Part::Gpu, "02T06:00:00", 10, 2);
        say("pod", &Owner::Pod, Part::Gpu, "02T07:00:00", 0, 0);
        let cluster = Owner::Cluster("c".into());
        say("one", &cluster, Part::Gpu, "02T00:00:00", 20, 0);
        say("two", &cluster, Part::Gpu, "02T00:00:00", 20, 0);
        say("vol", &Owner::Volume, Part::Standard, "01T00:00:00", 1, 0);
        say("vol", &Owner::Volume, Part::Standard, "02T00:00:00", 2, 0);
        ledger
    }

    fn found(start: &str, end: &str, bucket: Bucket, family: Option<Family>) -> String {
        let query = Query {
            start: at(start).as_millisecond(),
            end: at(end).as_millisecond(),
            bucket,
        };
        let ledger = history();
        let now = at("03T12:00:00").as_millisecond();
        let rows = rows(&ledger, &query, now, |of, id| match family {
            None => Some(""),
            Some(family) => (family == of).then_some(id),
        });
        let text = |((begin, id), amounts): ((i64, String), Amounts)| {
            let begin = Timestamp::from_millisecond(begin).unwrap();
            let begin = begin.strftime("%dT%H").to_string();
            let amounts: Vec<String> = amounts
                .into_iter()
                .filter(|(_, amount)| *amount > 0)
                .map(|((_, part), amount)| format!("{part:?} {amount}"))
                .collect();
            format!("{begin} {id}: {}", amounts.join(", "))
        };
        rows.into_iter().map(text).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn charges_fall_into_the_buckets_in_which_they_arose() {
        let check = |start: &str, end: &str, bucket, family, expected: &str| {
            let found = found(start, end, bucket, family);
            assert_eq!(found, expected, "{start} {end} {bucket:?} {family:?}");
        };
        let (all, pods) = (("01T00:00:00", "30T00:00:00"), Some(Family::Pods));
        check(
            all.0,
            all.1,
            Bucket::Day,
            pods,
            "01T00 pod: Gpu 20, Disk 4; 02T00 pod: Gpu 30, Disk 22",
        );
        check(
            all.0,
            all.1,
            Bucket::Month,
            pods,
            "01T00 pod: Gpu 50, Disk 26",
        );
        // Stopped, it is charged for its disk only.
        check(
            "02T01:00:00",
            "02T04:00:00",
            Bucket::Hour,
            pods,
            "02T01 pod: Gpu 10, Disk 2; 02T02 pod: Disk 4; 02T03 pod: Disk 4",
        );
        // Half an hour at the begin, none at the end.
        check(
            "02T06:30:00",
            "02T07:30:00",
            Bucket::Hour,
            pods,
            "02T06 pod: Gpu 5, Disk 1",
        );
        check("01T00:00:00", "01T22:00:00", Bucket::Hour, pods, "");
        // Two members, until now and no further.
        check(
            "03T00:00:00",
            all.1,
            Bucket::Day,
            Some(Family::Clusters),
            "03T00 c: Gpu 480",
        );
        check(
            "01T12:00:00",
            "02T12:00:00",
            Bucket::Year,
            Some(Family::Volumes),
            "01T00 vol: Standard 36",
        );
        check(
            "02T06:00:00",
            "02T08:00:00",
            Bucket::Day,
            None,
            "02T00 : Gpu 10, Disk 2, Gpu 80, Standard 4",
        );
    }
}
