//! Versions of what an endpoint runs.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::model::{Endpoint, Release};
use crate::masked::Masked;
use crate::runpod::delegations::USER;
use crate::runpod::model::new_id;

/// Settings whose change is a release. The others say how many workers there are and how requests
/// reach them, and not what runs in them.
const RELEASED: [&str; 11] = [
    "image",
    "args",
    "disk",
    "ports",
    "env",
    "registry",
    "gpu",
    "cpu",
    "dataCenterIds",
    "networkVolumes",
    "flashboot",
];

/// The first version.
pub(super) fn first(now: Timestamp) -> Release {
    Release {
        id: new_id(14),
        version: 1,
        created_at: now,
        diff: Vec::new(),
    }
}

/// The next version, if what runs has changed between two views of an endpoint.
pub(super) fn next(
    endpoint: &Endpoint,
    before: &Value,
    after: &Value,
    now: Timestamp,
) -> Option<Release> {
    let changed = RELEASED.iter().filter(|key| before[**key] != after[**key]);
    let entry = |key: &&str| {
        let (old, new) = (before[*key].clone(), after[*key].clone());
        ((*key).to_owned(), Masked(old), Masked(new))
    };
    let diff: Vec<_> = changed.map(entry).collect();
    (!diff.is_empty()).then(|| Release {
        id: new_id(14),
        version: endpoint.version() + 1,
        created_at: now,
        diff,
    })
}

/// All releases, newest first, and how far the newest is rolled out.
pub(super) fn to_json(endpoint: &Endpoint, now: Timestamp) -> Value {
    let workers_of = |version: u64| {
        let workers = endpoint.present(now);
        workers.filter(|worker| worker.version == version).count()
    };
    let row = |release: &Release| {
        let entry = |(field, old, new): &(String, Masked<Value>, Masked<Value>)| json!({ "field": field, "old": old.0, "new": new.0 });
        json!({
            "id": release.id,
            "version": release.version,
            "source": "MANUAL",
            "buildId": null,
            "createdByUserId": USER,
            "workerCount": workers_of(release.version),
            "createdAt": release.created_at,
            "diff": release.diff.iter().map(entry).collect::<Vec<Value>>(),
        })
    };
    let (latest, all) = (
        workers_of(endpoint.version()),
        endpoint.present(now).count(),
    );
    // Without workers, there is none that is behind.
    let percent = (latest * 100).checked_div(all).unwrap_or(100);
    json!({
        "endpointVersion": endpoint.version(),
        "rollout": {
            "inProgress": latest < all,
            "workersOnLatest": latest,
            "workersTotal": all,
            "percentOnLatest": percent,
        },
        "releases": endpoint.releases.iter().rev().map(row).collect::<Vec<Value>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_release_changed_is_stored_but_never_printed() {
        let env = |value: &str| Masked(json!({ "TOKEN": value }));
        let release = Release {
            diff: vec![("env".into(), env("hunter1"), env("hunter2"))],
            ..first(Timestamp::UNIX_EPOCH)
        };
        assert!(!format!("{release:?}").contains("hunter"));
        let stored = serde_json::to_value(&release).unwrap();
        assert_eq!(stored["diff"][0][2]["TOKEN"], "hunter2");
    }
}
