//! What the sandbox models, and that faults reach all of it.

use sandbox::{Api, Coverage, coverage};
use serde_json::json;

use crate::cloud::Cloud;

#[test]
fn every_operation_of_runpod_is_modelled() {
    let all = coverage().unwrap();
    let rows: Vec<&Coverage> = all.iter().filter(|row| row.api == Api::RunPod).collect();
    assert_eq!(rows.len(), 58);
    let missing: Vec<_> = rows.iter().filter(|row| !row.modelled).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[tokio::test]
async fn faults_are_ordered_by_the_ids_of_the_new_operations_too() {
    let cloud = Cloud::start_with(|builder| {
        let orders = [
            "create_cluster:500:1",
            "list_endpoint_workers:429:1",
            "list_pod_billing:503:1",
        ];
        orders.iter().fold(builder, |builder, order| {
            builder.fault(order.parse().unwrap())
        })
    })
    .await;
    let body = json!({
        "name": "c", "type": "RAY", "image": "ray:1",
        "compute": { "gpuTypeId": "NVIDIA L4", "gpuCountPerPod": 1, "podCount": 2 },
    });
    let failed = cloud.post("/v2/clusters", body.clone()).await;
    assert_eq!(failed.status, 500);
    let none = cloud.get("/v2/clusters").await.expect(200).json;
    assert_eq!(none["clusters"], json!([]));
    cloud.post("/v2/clusters", body).await.expect(201);
    let path = cloud.endpoint(json!({})).await;
    for (path, status) in [
        (format!("{path}/workers"), 429),
        ("/v2/billing/pods".to_owned(), 503),
    ] {
        assert_eq!(cloud.get(&path).await.status, status, "{path}");
        cloud.get(&path).await.expect(200);
    }
}
