//! Lists of charges.
//!
//! The service does not say what it takes for what is left out. Here a list ends now and tells of 30
//! days, or of the last `lastN` buckets; in a record, the time is that part of its bucket that was
//! asked for.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::buckets::{Bucket, written};
use super::charges::{Amounts, Family, Query, Rows, rows};
use super::ledger::Part;
use super::meter;
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;

/// How far back a list reaches where nothing is said.
const USUAL: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The most buckets that `lastN` reaches back: more than a year of hours.
const MOST_BUCKETS: u64 = 10_000;

/// One kind of list.
struct List {
    /// Whose charges; none for all of them together.
    family: Option<Family>,
    /// The key that names the owner, in queries and records.
    id_key: Option<&'static str>,
    /// The key that counts the owners.
    count_key: Option<&'static str>,
    columns: &'static [Column],
}

/// A kind of charge: the key of its amount, and what it holds. None is charged here where there is
/// nothing: the price of a cluster's network and of fees is not published.
type Column = (&'static str, Option<(Family, Part)>);

const ALL: List = List {
    family: None,
    id_key: None,
    count_key: None,
    columns: &[
        ("podGpuAmount", Some((Family::Pods, Part::Gpu))),
        ("podCpuAmount", Some((Family::Pods, Part::Cpu))),
        ("podDiskAmount", Some((Family::Pods, Part::Disk))),
        ("serverlessGpuAmount", Some((Family::Serverless, Part::Gpu))),
        ("serverlessCpuAmount", Some((Family::Serverless, Part::Cpu))),
        (
            "serverlessDiskAmount",
            Some((Family::Serverless, Part::Disk)),
        ),
        ("serverlessFeeAmount", None),
        (
            "storageStandardAmount",
            Some((Family::Volumes, Part::Standard)),
        ),
        (
            "storageHighPerformanceAmount",
            Some((Family::Volumes, Part::HighPerformance)),
        ),
        ("endpointAmount", None),
        ("clusterGpuAmount", Some((Family::Clusters, Part::Gpu))),
        ("clusterDiskAmount", Some((Family::Clusters, Part::Disk))),
        ("clusterNetworkingAmount", None),
    ],
};

const PODS: List = List {
    family: Some(Family::Pods),
    id_key: Some("podId"),
    count_key: Some("uniquePodCount"),
    columns: &[
        ("gpuAmount", Some((Family::Pods, Part::Gpu))),
        ("cpuAmount", Some((Family::Pods, Part::Cpu))),
        ("diskAmount", Some((Family::Pods, Part::Disk))),
    ],
};

const SERVERLESS: List = List {
    family: Some(Family::Serverless),
    id_key: Some("serverlessId"),
    count_key: Some("uniqueServerlessCount"),
    columns: &[
        ("gpuAmount", Some((Family::Serverless, Part::Gpu))),
        ("cpuAmount", Some((Family::Serverless, Part::Cpu))),
        ("diskAmount", Some((Family::Serverless, Part::Disk))),
        ("feeAmount", None),
    ],
};

const VOLUMES: List = List {
    family: Some(Family::Volumes),
    id_key: Some("networkVolumeId"),
    count_key: Some("uniqueNetworkVolumeCount"),
    columns: &[
        ("standardAmount", Some((Family::Volumes, Part::Standard))),
        (
            "highPerformanceAmount",
            Some((Family::Volumes, Part::HighPerformance)),
        ),
    ],
};

const CLUSTERS: List = List {
    family: Some(Family::Clusters),
    id_key: Some("clusterId"),
    count_key: Some("uniqueClusterCount"),
    columns: &[
        ("gpuAmount", Some((Family::Clusters, Part::Gpu))),
        ("diskAmount", Some((Family::Clusters, Part::Disk))),
        ("networkingAmount", None),
    ],
};

/// `GET /v2/billing`
pub(crate) fn list_all(call: &mut Call<'_>) -> Result<Reply, Problem> {
    ALL.answer(call)
}

/// `GET /v2/billing/pods`: members of clusters stand on the cluster's bill.
pub(crate) fn list_pod_charges(call: &mut Call<'_>) -> Result<Reply, Problem> {
    PODS.answer(call)
}

/// `GET /v2/billing/serverless`
pub(crate) fn list_serverless_charges(call: &mut Call<'_>) -> Result<Reply, Problem> {
    SERVERLESS.answer(call)
}

/// `GET /v2/billing/network-volumes`
pub(crate) fn list_volume_charges(call: &mut Call<'_>) -> Result<Reply, Problem> {
    VOLUMES.answer(call)
}

/// `GET /v2/billing/clusters`
pub(crate) fn list_cluster_charges(call: &mut Call<'_>) -> Result<Reply, Problem> {
    CLUSTERS.answer(call)
}

/// `GET /v2/billing/endpoints`: charges for the use of endpoints that are not the account's own. None
/// can be called here, so there are none.
pub(crate) fn list_endpoint_charges(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let query = read_query(call.parameters(), call.now)?;
    Ok(Reply::ok(json!({
        "records": [],
        "metadata": {
            "query": query_json(&query),
            "recordCount": 0,
            "totals": { "totalAmount": 0.0 },
        },
    })))
}

impl List {
    fn answer(&self, call: &mut Call<'_>) -> Result<Reply, Problem> {
        let (parameters, now) = (call.parameters(), call.now);
        let wanted = self.id_key.and_then(|key| parameters.text(key));
        let query = read_query(parameters, now)?;
        let ledger = meter::present(call.account, now);
        let rows = rows(
            ledger,
            &query,
            now.as_millisecond(),
            |family, id| match self.family {
                None => Some(""),
                Some(own) if own == family => {
                    wanted.is_none_or(|wanted| wanted == id).then_some(id)
                }
                Some(_) => None,
            },
        );
        Ok(Reply::ok(json!({
            "records": self.records(&rows, &query),
            "metadata": self.metadata(&rows, &query, wanted),
        })))
    }

    fn records(&self, rows: &Rows, query: &Query) -> Vec<Value> {
        let record = |((begin, id), amounts): (&(i64, String), &Amounts)| {
            let (_, end) = query.bucket.around(*begin);
            let mut record = self.amounts_json(amounts);
            record.insert("startTime".into(), json!(written(*begin.max(&query.start))));
            record.insert("endTime".into(), json!(written(end.min(query.end))));
            if let Some(key) = self.id_key {
                record.insert(key.into(), json!(id));
            }
            Value::Object(record)
        };
        rows.iter().map(record).collect()
    }

    fn metadata(&self, rows: &Rows, query: &Query, wanted: Option<&str>) -> Value {
        let mut totals = Amounts::new();
        for (key, amount) in rows.values().flatten() {
            *totals.entry(*key).or_default() += amount;
        }
        let mut query = query_json(query);
        if let Some(key) = self.id_key {
            query[key] = json!(wanted);
        }
        let mut metadata = json!({
            "query": query,
            "recordCount": rows.len(),
            "totals": self.amounts_json(&totals),
        });
        if let Some(key) = self.count_key {
            let ids: BTreeSet<&String> = rows.keys().map(|(_, id)| id).collect();
            metadata[key] = json!(ids.len());
        }
        metadata
    }

    /// Every column, and their sum.
    fn amounts_json(&self, amounts: &Amounts) -> Map<String, Value> {
        let mut total = 0;
        let mut row = Map::new();
        for (key, held) in self.columns {
            let amount = held.and_then(|held| amounts.get(&held)).copied();
            let amount = amount.unwrap_or(0);
            total += amount;
            row.insert((*key).into(), json!(usd(amount)));
        }
        row.insert("totalAmount".into(), json!(usd(total)));
        row
    }
}

/// Reads what is asked, and fills in what is left out.
fn read_query(parameters: Fields<'_>, now: Timestamp) -> Result<Query, Problem> {
    let bucket = Bucket::parse(parameters.text("bucketSize"));
    let time = |key| {
        let text = parameters.text(key);
        let at = text.map(|text| {
            text.parse::<Timestamp>()
                .ok()
                .ok_or_else(|| not_a_time(key))
        });
        at.transpose()
    };
    let end = time("endTime")?.unwrap_or(now);
    let last = parameters.integer("lastN");
    let start = time("startTime")?.map(Timestamp::as_millisecond);
    let usual = end.checked_sub(USUAL).unwrap_or(Timestamp::MIN);
    let end = end.as_millisecond();
    let start = match (start, last) {
        (start, Some(count)) => {
            let first = first_of_last(bucket, count, end);
            start.map_or(first, |start| start.max(first))
        }
        (Some(start), None) => start,
        (None, None) => usual.as_millisecond(),
    };
    if start >= end {
        return Err(Problem::rule("`startTime` must be before `endTime`"));
    }
    Ok(Query { start, end, bucket })
}

/// Begin of the first of the last `count` buckets before `end`.
fn first_of_last(bucket: Bucket, count: u64, end: i64) -> i64 {
    (0..count.min(MOST_BUCKETS)).fold(end, |begin, _| bucket.around(begin - 1).0)
}

fn not_a_time(key: &str) -> Problem {
    Problem::shape(vec![format!("query.{key}: value must be a date-time")])
}

fn query_json(query: &Query) -> Value {
    json!({
        "startTime": written(query.start),
        "endTime": written(query.end),
        "bucketSize": query.bucket.as_str(),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums are far below 2^52 billionths"
)]
fn usd(billionths: u64) -> f64 {
    billionths as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_a_query_is_filled_in() {
        let now: Timestamp = "2026-11-05T12:30:00Z".parse().unwrap();
        let check = |parameters: Value, expected: &str| {
            let fields = Fields::new(parameters.as_object().unwrap());
            let found = match read_query(fields, now) {
                Ok(query) => format!(
                    "{} {} {}",
                    query.bucket.as_str(),
                    written(query.start),
                    written(query.end)
                ),
                Err(problem) => problem.status.as_u16().to_string(),
            };
            assert_eq!(found, expected, "{parameters}");
        };
        check(json!({}), "day 2026-10-06T12:30:00Z 2026-11-05T12:30:00Z");
        check(
            json!({ "lastN": 1 }),
            "day 2026-11-05T00:00:00Z 2026-11-05T12:30:00Z",
        );
        check(
            json!({ "lastN": 2, "bucketSize": "week" }),
            "week 2026-10-26T00:00:00Z 2026-11-05T12:30:00Z",
        );
        check(
            json!({ "lastN": 3, "bucketSize": "month", "endTime": "2026-11-01T00:00:00Z" }),
            "month 2026-08-01T00:00:00Z 2026-11-01T00:00:00Z",
        );
        check(
            json!({ "lastN": 9_000_000_000_000_000_000_u64 }),
            "day 1999-06-21T00:00:00Z 2026-11-05T12:30:00Z",
        );
        check(
            json!({ "startTime": "2026-11-05T11:15:00Z", "lastN": 2, "bucketSize": "hour" }),
            "hour 2026-11-05T11:15:00Z 2026-11-05T12:30:00Z",
        );
        check(
            json!({ "startTime": "2026-11-04T00:00:00+01:00" }),
            "day 2026-11-03T23:00:00Z 2026-11-05T12:30:00Z",
        );
        check(json!({ "startTime": "2026-11-05T12:30:00Z" }), "400");
        check(json!({ "endTime": "2026-11-31T00:00:00Z" }), "422");
    }
}
