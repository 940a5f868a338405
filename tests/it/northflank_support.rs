//! What the wire tests of the Northflank client share.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use northflank_sdk::{Client, RetryPolicy};
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::MockServer;

/// A client of the server that does not wait between attempts, of this team if there is one.
pub(crate) fn client(server: &MockServer, team: Option<&str>) -> Client {
    let policy = RetryPolicy {
        base_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(2),
        ..RetryPolicy::default()
    };
    let builder = Client::builder()
        .token("test-token")
        .base_url(server.uri())
        .read_timeout(Duration::from_millis(400))
        .retry(policy);
    let builder = match team {
        Some(team) => builder.team(team),
        None => builder,
    };
    builder.build().unwrap()
}

/// A deployment service with what every answer holds. Composed from the facts of
/// `northflank.json#/components/schemas/DeploymentService`.
pub(crate) fn deployment_service(id: &str) -> Value {
    json!({
        "id": id, "appId": format!("team/project/{id}"), "name": id, "serviceType": "deployment",
        "billing": {"deploymentPlan": "nf-compute-20"},
        "deployment": {"instances": 1, "external": {"imagePath": "nginx:1.29"}},
        "cluster": {"id": "europe-west", "name": "Europe West"},
        "status": {"deployment": {"status": "IN_PROGRESS", "reason": "DEPLOYING"}},
        "createdAt": "2026-11-22T10:00:00.000Z"
    })
}

/// A service as lists give it. Composed from the facts of
/// `northflank.json#/components/schemas/ServiceSummary`.
pub(crate) fn service(id: &str) -> Value {
    json!({
        "id": id, "appId": format!("team/project/{id}"), "projectId": "project", "name": id, "tags": [],
        "serviceType": "deployment", "disabledCI": true, "disabledCD": false, "uid": "0", "status": {}
    })
}

/// A volume. Composed from the facts of `northflank.json#/components/schemas/Volume`.
pub(crate) fn volume(id: &str) -> Value {
    json!({
        "id": id, "name": id, "tags": [], "spec": {"accessMode": "ReadWriteOnce", "storageSize": 4096},
        "attachedObjects": [{"id": "web", "type": "service"}], "status": "BOUND",
        "createdAt": "2026-11-22T10:00:00.000Z", "updatedAt": "2026-11-22T10:00:00.000Z"
    })
}
