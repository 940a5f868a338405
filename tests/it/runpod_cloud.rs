//! The typed client against the sandbox: what goes beyond pods. That its types read every answer is the
//! proof that both stand on the same description.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use crate::support::client_at;
use futures::StreamExt as _;
use runpod_sdk::Client;
use runpod_sdk::params::{ListBillingParams, ListPodBillingParams, ListPodsParams};
use runpod_sdk::types::{
    BillingBucketSize, ClusterCompute, ClusterType, CreateClusterRequest, CreateDelegationRequest,
    CreateEndpointGpuConfig, CreateEndpointRequest, CreateGpuConfig, CreateNetworkVolumeRequest,
    CreatePodRequest, EndpointRequestUrls, EndpointScaling, EndpointType, EndpointWorkers,
    PodClusterRole, QueueDelayScaling, RequestCountScaling, UpdateClusterRequest,
    UpdateEndpointRequest, WorkerStatus,
};
use sandbox::{ManualClock, Sandbox};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// A cloud whose time stands still, and a client of it.
async fn cloud() -> (Sandbox, ManualClock, Client) {
    let clock = ManualClock::at("2026-11-01T12:00:00Z".parse().unwrap());
    let builder = Sandbox::builder().clock(clock.clone()).check_answers();
    let sandbox = builder.start().await.unwrap();
    let client = client_at(sandbox.url());
    (sandbox, clock, client)
}

fn ray_cluster() -> CreateClusterRequest {
    let compute = ClusterCompute::new("NVIDIA L4", 2, 3);
    CreateClusterRequest::new("ray", compute, ClusterType::Ray).image("rayproject/ray:2")
}

fn endpoint() -> CreateEndpointRequest {
    let scaling = QueueDelayScaling::new(4.0);
    let workers = EndpointWorkers::new().min(1).max(2).idle_timeout(5);
    CreateEndpointRequest::new("api", scaling, EndpointType::Queue)
        .image("ghcr.io/org/api:1")
        .gpu(CreateEndpointGpuConfig::new().pools(vec!["ADA_24".to_owned()]))
        .workers(workers)
}

#[tokio::test]
async fn a_cluster_is_created_read_renamed_and_deleted_with_its_pods() {
    let (_sandbox, clock, client) = cloud().await;
    let created = client.clusters().create(&ray_cluster()).await.unwrap();
    let id = created.id.clone();
    assert_eq!(created.compute.pod_count, 3);
    clock.advance(Duration::from_secs(4));
    let cluster = client.clusters().get(&id).await.unwrap();
    assert_eq!(cluster.pods.by_status["RUNNING"], 3);
    let pods = client
        .clusters()
        .list_pods(&id)
        .await
        .unwrap()
        .into_inner()
        .pods;
    let places = pods.iter().map(|pod| pod.cluster.as_ref().unwrap());
    let roles: Vec<_> = places.map(|place| place.role.clone().unwrap()).collect();
    assert_eq!(
        roles,
        [
            PodClusterRole::RayHead,
            PodClusterRole::RayWorker,
            PodClusterRole::RayWorker
        ]
    );
    assert_eq!(cluster.primary.as_ref().unwrap().pod_id, pods[0].id);
    let refused = client.pods().delete(&pods[1].id).await.unwrap_err();
    assert_eq!(refused.status().unwrap(), 409);
    let renamed = UpdateClusterRequest::new().name("other");
    let renamed = client.clusters().update(&id, &renamed).await.unwrap();
    assert_eq!(renamed.name, "other");
    let with_members = ListPodsParams::new().include_cluster_pods(true);
    let listed = client.pods().list_with(with_members.clone()).await.unwrap();
    assert_eq!(listed.pods.len(), 3);
    assert!(client.pods().list().await.unwrap().pods.is_empty());
    client.clusters().delete(&id).await.unwrap();
    assert!(client.clusters().list().await.unwrap().clusters.is_empty());
    let listed = client.pods().list_with(with_members).await.unwrap();
    assert!(listed.pods.is_empty());
}

#[tokio::test]
async fn an_endpoint_is_created_released_anew_and_deleted() {
    let (_sandbox, clock, client) = cloud().await;
    let created = client.endpoints().create(&endpoint()).await.unwrap();
    let id = created.id.clone();
    let Some(EndpointRequestUrls::QueueBased(urls)) = &created.request_urls else {
        panic!("{:?}", created.request_urls)
    };
    assert!(urls.status.ends_with("/status/{job_id}"), "{}", urls.status);
    clock.advance(Duration::from_secs(10));
    let workers = client.endpoints().list_workers(&id).await.unwrap();
    let statuses: Vec<_> = workers.workers.iter().map(|one| &one.status).collect();
    assert_eq!(statuses, [&WorkerStatus::Running, &WorkerStatus::Idle]);
    assert_eq!((workers.summary.running, workers.summary.idle), (1, 1));
    let change = UpdateEndpointRequest::new().image("ghcr.io/org/api:2");
    client.endpoints().update(&id, &change).await.unwrap();
    let releases = client.endpoints().list_releases(&id).await.unwrap();
    assert_eq!(releases.endpoint_version, Some(2));
    assert!(releases.rollout.in_progress);
    let diff = &releases.releases[0].diff;
    assert_eq!(diff.len(), 1);
    assert_eq!(diff[0].field, "image");
    clock.advance(Duration::from_secs(4));
    let releases = client.endpoints().list_releases(&id).await.unwrap();
    assert_eq!(releases.rollout.percent_on_latest, 100);
    assert_eq!(client.endpoints().list().await.unwrap().endpoints.len(), 1);
    client.endpoints().delete(&id).await.unwrap();
    let gone = client.endpoints().get(&id).await.unwrap_err();
    assert_eq!(gone.status().unwrap(), 404);
}

#[tokio::test]
async fn a_balanced_endpoint_has_addresses_and_scaling_of_its_own() {
    let (_sandbox, _clock, client) = cloud().await;
    let scaling = RequestCountScaling::new(8);
    let wanted = CreateEndpointRequest::new("web", scaling, EndpointType::LoadBalancer)
        .image("ghcr.io/org/web:1")
        .gpu(CreateEndpointGpuConfig::new());
    let created = client.endpoints().create(&wanted).await.unwrap();
    let balanced = matches!(
        created.request_urls,
        Some(EndpointRequestUrls::LoadBalancing(_))
    );
    assert!(balanced, "{:?}", created.request_urls);
    assert!(
        matches!(&created.scaling, EndpointScaling::RequestCount(scaling) if scaling.request_count == 8)
    );
    let wrong = CreateEndpointRequest::new(
        "web",
        QueueDelayScaling::new(4.0),
        EndpointType::LoadBalancer,
    );
    let wrong = wrong
        .image("ghcr.io/org/web:1")
        .gpu(CreateEndpointGpuConfig::new());
    let refused = client.endpoints().create(&wrong).await.unwrap_err();
    assert_eq!(refused.status().unwrap(), 400);
}

#[tokio::test]
async fn the_log_of_a_worker_streams_to_the_client_until_the_worker_is_gone() {
    let (_sandbox, clock, client) = cloud().await;
    let created = client.endpoints().create(&endpoint()).await.unwrap();
    clock.advance(Duration::from_secs(20));
    let workers = client.endpoints().list_workers(&created.id).await.unwrap();
    let worker = workers.workers[0].id.clone();
    let stored = client.endpoints().worker_logs(&created.id, &worker);
    let stored = stored.until_idle(Duration::from_millis(300)).stream();
    let stored: Vec<_> = stored.map(|line| line.unwrap().line).collect().await;
    assert_eq!(stored[0], "pulling image ghcr.io/org/api:1");
    assert_eq!(stored.last().unwrap(), "sandbox: alive, beat 1");

    let live = client.endpoints().worker_logs(&created.id, &worker).tail(0);
    let mut live = live.stream();
    let first = tokio::time::timeout(Duration::from_secs(10), async {
        // The connection is made by the first poll: time moves on once it is there.
        let moving = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            clock.advance(Duration::from_secs(10));
            std::future::pending::<()>().await;
        };
        tokio::select! {
            first = live.next() => first,
            () = moving => None,
        }
    });
    let first = first.await.unwrap().unwrap().unwrap();
    assert_eq!(first.line, "sandbox: alive, beat 2");
    client.endpoints().delete(&created.id).await.unwrap();
    let rest = tokio::time::timeout(Duration::from_secs(10), live.next());
    let end = rest.await.unwrap().unwrap().unwrap_err();
    assert_eq!(end.status().unwrap(), 404);
}

#[tokio::test]
async fn a_delegation_is_made_listed_and_revoked() {
    let (_sandbox, _clock, client) = cloud().await;
    let arn = "arn:aws:ecr:us-east-1:123456789012:repository/team/app";
    let wanted = CreateDelegationRequest::new(arn);
    let made = client
        .registries()
        .create_delegation(&wanted)
        .await
        .unwrap();
    assert_eq!(
        (made.repository.as_str(), made.tag.as_str()),
        ("team/app", "latest")
    );
    let listed = client.registries().list_delegations().await.unwrap();
    assert_eq!(listed.delegations.len(), 1);
    client
        .registries()
        .revoke_delegation(&made.id)
        .await
        .unwrap();
    let again = client.registries().revoke_delegation(&made.id).await;
    assert_eq!(again.unwrap_err().status().unwrap(), 404);
    let wrong = CreateDelegationRequest::new("team/app");
    let refused = client
        .registries()
        .create_delegation(&wrong)
        .await
        .unwrap_err();
    assert_eq!(refused.status().unwrap(), 422);
}

#[tokio::test]
async fn all_that_existed_is_on_a_bill_even_when_it_is_gone() {
    let (_sandbox, clock, client) = cloud().await;
    let gpu = CreateGpuConfig::new("NVIDIA GeForce RTX 4090").count(1);
    let pod = CreatePodRequest::new("box").image("ubuntu:24.04").gpu(gpu);
    let pod = client.pods().create(&pod).await.unwrap();
    let cluster = client.clusters().create(&ray_cluster()).await.unwrap();
    let endpoint = client.endpoints().create(&endpoint()).await.unwrap();
    let volume = CreateNetworkVolumeRequest::new("data", "EU-RO-1", 73);
    let volume = client.network_volumes().create(&volume).await.unwrap();
    clock.advance(HOUR);
    client.pods().delete(&pod.id).await.unwrap();
    client.clusters().delete(&cluster.id).await.unwrap();
    client.endpoints().delete(&endpoint.id).await.unwrap();
    client.network_volumes().delete(&volume.id).await.unwrap();
    clock.advance(HOUR);

    let billing = client.billing();
    let pods = ListPodBillingParams::new()
        .pod_id(&pod.id)
        .bucket_size(BillingBucketSize::Hour);
    let pods = billing.list_pods_with(pods).await.unwrap();
    assert_eq!(pods.metadata.unique_pod_count, 1);
    assert_eq!(pods.records.len(), 1);
    assert_eq!(pods.records[0].gpu_amount.to_string(), "0.44");
    assert_eq!(pods.records[0].end_time.as_str(), "2026-11-01T13:00:00Z");
    let clusters = billing.list_clusters().await.unwrap();
    assert_eq!(clusters.records[0].cluster_id, cluster.id);
    assert_eq!(clusters.metadata.totals.gpu_amount.to_string(), "2.28");
    let serverless = billing.list_serverless().await.unwrap();
    assert_eq!(serverless.records[0].serverless_id, endpoint.id);
    let volumes = billing.list_network_volumes().await.unwrap();
    assert_eq!(volumes.records[0].network_volume_id, volume.id);
    assert!(billing.list_endpoints().await.unwrap().records.is_empty());
    let all = ListBillingParams::new()
        .last_n(1)
        .bucket_size(BillingBucketSize::Day);
    let all = billing.list_with(all).await.unwrap();
    let totals = &all.metadata.totals;
    let parts = [
        pods.metadata.totals.total_amount,
        clusters.metadata.totals.total_amount,
        serverless.metadata.totals.total_amount,
        volumes.metadata.totals.total_amount,
    ];
    assert!((totals.total_amount - parts.iter().sum::<f64>()).abs() < 1e-9);
    assert!(parts.iter().all(|part| *part > 0.0), "{parts:?}");
}
