//! Northflank: services, their rollouts and containers.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::team::PROJECT;

#[tokio::test]
async fn a_rollout_advances_with_the_clock() {
    let cloud = Cloud::with_project().await;
    let path = cloud.service(json!({})).await;
    assert_eq!(path, format!("{PROJECT}/services/web"));
    let mut at = 0.0;
    for (second, rollout, container) in [
        (0.0, "PENDING", "TASK_STAGING"),
        (1.0, "IN_PROGRESS", "TASK_STAGING"),
        (2.0, "IN_PROGRESS", "TASK_STARTING"),
        (3.0, "IN_PROGRESS", "TASK_RUNNING"),
        (4.0, "COMPLETED", "TASK_RUNNING"),
    ] {
        cloud.pass(second - at);
        at = second;
        assert_eq!(cloud.rollout(&path).await, rollout, "after {second} s");
        assert_eq!(
            cloud.containers(&path).await,
            [container],
            "after {second} s"
        );
    }
    let service = cloud.data(&path).await;
    assert_eq!(service["status"]["deployment"]["reason"], "DEPLOYING");
}

#[tokio::test]
async fn a_service_shows_what_both_generations_of_clients_demand() {
    let cloud = Cloud::with_project().await;
    let path = cloud
        .service(json!({ "ports": [
            { "name": "p01", "internalPort": 8080, "public": true, "protocol": "HTTP" },
            { "name": "ssh", "internalPort": 22, "protocol": "TCP" },
        ] }))
        .await;
    let service = cloud.data(&path).await;
    for key in [
        "id",
        "appId",
        "uid",
        "name",
        "projectId",
        "serviceType",
        "createdAt",
        "tags",
        "billing",
        "status",
        "cluster",
        "deployment",
        "disabledCI",
        "disabledCD",
        "servicePaused",
        "runtimeEnvironment",
        "healthChecks",
        "ports",
    ] {
        assert!(service.get(key).is_some(), "no `{key}`");
    }
    assert_eq!(service["appId"], "/sandbox/lab/web");
    assert_eq!(
        service["deployment"]["external"]["registryProvider"],
        "dockerhub"
    );
    assert_eq!(service["deployment"]["region"], "us-central");
    let dns = service["ports"][0]["dns"].as_str().unwrap();
    assert!(
        dns.starts_with("p01--web--") && dns.ends_with(".code.run"),
        "{dns}"
    );
    assert_eq!(
        service["ports"][1].get("dns"),
        None,
        "a private port has none"
    );
    let list = cloud.data(&format!("{PROJECT}/services")).await;
    assert_eq!(list["services"][0]["status"], service["status"]);
    assert_eq!(list["services"][0].get("deployment"), None);
}

#[tokio::test]
async fn names_are_taken_once_and_bodies_are_checked() {
    let cloud = Cloud::with_project().await;
    cloud.service(json!({})).await;
    let check = async |more: Value, status: u16, words: &str| {
        cloud.ask_service(more).await.denied(status, words);
    };
    check(json!({ "name": "web" }), 409, "identifier `web`").await;
    check(json!({ "name": "we" }), 400, "$.name").await;
    check(json!({ "billing": null }), 400, "key `billing` is required").await;
    let plan = json!({ "name": "api", "billing": { "deploymentPlan": "nf-compute-100" } });
    check(plan, 400, "there is no plan `nf-compute-100`").await;
    let port = |more: Value| json!({ "name": "api", "ports": [{ "name": "p1", "internalPort": 80, "protocol": "HTTP" }, more] });
    let same = json!({ "name": "p1", "internalPort": 81, "protocol": "HTTP" });
    check(port(same), 400, "two ports are called `p1`").await;
    let same = json!({ "name": "p2", "internalPort": 80, "protocol": "HTTP" });
    check(port(same), 400, "two ports have the number 80").await;
    let public = json!({ "name": "p2", "internalPort": 81, "protocol": "TCP", "public": true });
    check(port(public), 400, "only HTTP and HTTP/2 can").await;
    let private = json!({ "name": "api", "deployment": { "instances": 1, "external": { "imagePath": "a/b:1", "credentials": "nope" } } });
    check(
        private,
        400,
        "cannot be verified: there are no registry credentials `nope`",
    )
    .await;
    assert_eq!(
        cloud.data(PROJECT).await["services"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn an_image_that_does_not_exist_fails_and_leaves_what_ran() {
    let cloud = Cloud::with_project().await;
    let broken = json!({ "instances": 1, "external": { "imagePath": "nginx:does-not-exist" } });
    let fresh = json!({ "name": "fresh", "deployment": broken });
    let path = cloud.ready_service(fresh).await;
    assert_eq!(cloud.rollout(&path).await, "FAILED");
    assert_eq!(cloud.containers(&path).await, ["TASK_FAILED"]);
    let path = cloud.ready_service(json!({})).await;
    let kind = path.replace("/services/", "/services/deployment/");
    let change = json!({ "deployment": broken });
    cloud.patch(&kind, change).await.expect(200);
    cloud.pass(4.0);
    assert_eq!(cloud.rollout(&path).await, "FAILED");
    assert_eq!(
        cloud.containers(&path).await,
        ["TASK_RUNNING", "TASK_FAILED"]
    );
    let mended =
        json!({ "deployment": { "instances": 1, "external": { "imagePath": "nginx:1.28" } } });
    cloud.patch(&kind, mended).await.expect(200);
    cloud.pass(4.0);
    assert_eq!(cloud.rollout(&path).await, "COMPLETED");
    assert_eq!(cloud.containers(&path).await, ["TASK_RUNNING"]);
}

#[tokio::test]
async fn a_pause_shows_at_once_and_a_resume_brings_back_what_was() {
    let cloud = Cloud::with_project().await;
    let two =
        json!({ "deployment": { "instances": 2, "external": { "imagePath": "nginx:1.27" } } });
    let path = cloud.ready_service(two).await;
    cloud
        .act_on(&path, "resume")
        .await
        .denied(409, "not paused");
    cloud.act_on(&path, "pause").await.expect(200);
    let paused = cloud.data(&path).await;
    assert_eq!(paused["servicePaused"], true);
    assert_eq!(paused["deployment"]["instances"], 0);
    cloud.act_on(&path, "restart").await.denied(409, "paused");
    cloud.pass(1.0);
    assert_eq!(cloud.containers(&path).await, [""; 0]);
    cloud.act_on(&path, "pause").await.expect(200);
    cloud.act_on(&path, "resume").await.expect(200);
    let resumed = cloud.data(&path).await;
    assert_eq!(resumed["servicePaused"], false);
    assert_eq!(resumed["deployment"]["instances"], 2);
    assert_eq!(resumed["status"]["deployment"]["reason"], "SCALING");
    assert_eq!(cloud.rollout(&path).await, "PENDING");
    cloud.pass(4.0);
    assert_eq!(cloud.rollout(&path).await, "COMPLETED");
    assert_eq!(cloud.containers(&path).await, ["TASK_RUNNING"; 2]);
    cloud.act_on(&path, "pause").await.expect(200);
    let one = json!({ "instances": 1 });
    cloud.post(&format!("{path}/resume"), one).await.expect(200);
    assert_eq!(cloud.data(&path).await["deployment"]["instances"], 1);
}

#[tokio::test]
async fn scaling_adds_and_ends_containers_and_a_restart_replaces_them() {
    let cloud = Cloud::with_project().await;
    let path = cloud.ready_service(json!({})).await;
    let names = async || {
        let data = cloud.data(&format!("{path}/containers")).await;
        let rows = data["containers"].as_array().unwrap().clone();
        rows.into_iter()
            .map(|row| row["name"].clone())
            .collect::<Vec<Value>>()
    };
    let first = names().await;
    let scale = format!("{path}/scale");
    cloud
        .post(&scale, json!({ "instances": 3 }))
        .await
        .expect(200);
    cloud.pass(4.0);
    let three = names().await;
    assert_eq!(three.len(), 3);
    assert_eq!(three[..1], first, "the first goes on");
    cloud
        .post(&scale, json!({ "instances": 0 }))
        .await
        .expect(200);
    assert_eq!(cloud.rollout(&path).await, "COMPLETED");
    assert_eq!(cloud.data(&path).await["servicePaused"], false);
    assert_eq!(cloud.containers(&path).await, ["TASK_KILLING"; 3]);
    cloud.pass(1.0);
    assert!(names().await.is_empty());
    cloud
        .post(&scale, json!({ "instances": 1 }))
        .await
        .expect(200);
    cloud.pass(4.0);
    let before = names().await;
    cloud.act_on(&path, "restart").await.expect(200);
    assert_eq!(
        cloud.containers(&path).await,
        ["TASK_RUNNING", "TASK_STAGING"]
    );
    cloud.pass(4.0);
    let after = names().await;
    assert_eq!(after.len(), 1);
    assert_ne!(before, after);
}

#[tokio::test]
async fn only_what_containers_are_made_from_restarts_them() {
    let cloud = Cloud::with_project().await;
    let path = cloud
        .ready_service(json!({ "runtimeEnvironment": { "A": "1", "B": "2" } }))
        .await;
    let kind = path.replace("/services/", "/services/deployment/");
    let check = async |patch: Value, rollout: &str, reason: &str| {
        cloud.patch(&kind, patch.clone()).await.expect(200);
        let service = cloud.data(&path).await;
        assert_eq!(
            service["status"]["deployment"]["status"], rollout,
            "{patch}"
        );
        assert_eq!(service["status"]["deployment"]["reason"], reason, "{patch}");
        cloud.pass(4.0);
    };
    check(json!({ "description": "web" }), "COMPLETED", "DEPLOYING").await;
    check(
        json!({ "deployment": { "instances": 1 } }),
        "COMPLETED",
        "DEPLOYING",
    )
    .await;
    check(
        json!({ "runtimeEnvironment": { "A": "1", "B": "2" } }),
        "COMPLETED",
        "DEPLOYING",
    )
    .await;
    check(
        json!({ "deployment": { "instances": 2 } }),
        "PENDING",
        "SCALING",
    )
    .await;
    check(
        json!({ "runtimeEnvironment": { "B": "3" } }),
        "PENDING",
        "DEPLOYING",
    )
    .await;
    let service = cloud.data(&path).await;
    assert_eq!(
        service["runtimeEnvironment"],
        json!({ "B": "3" }),
        "a map is replaced"
    );
    let check_probe = json!({ "healthChecks": [{
        "protocol": "HTTP", "type": "readinessProbe", "path": "/health", "port": 80,
        "initialDelaySeconds": 5, "periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3,
    }] });
    check(check_probe, "PENDING", "DEPLOYING").await;
    cloud
        .patch(
            &path.replace("/services/", "/services/combined/"),
            json!({}),
        )
        .await
        .denied(404, "combined service `web`");
}

#[tokio::test]
async fn what_scales_by_itself_has_its_least_number() {
    let cloud = Cloud::with_project().await;
    let scaling = json!({ "autoscaling": { "horizontal": {
        "enabled": true, "minReplicas": 2, "maxReplicas": 4,
        "cpu": { "enabled": true, "thresholdPercentage": 70 },
    } } });
    let path = cloud.ready_service(scaling).await;
    let service = cloud.data(&path).await;
    assert_eq!(service["deployment"]["instances"], 2);
    assert_eq!(service["autoscaling"]["horizontal"]["maxReplicas"], 4);
    assert_eq!(cloud.containers(&path).await.len(), 2);
}

#[tokio::test]
async fn a_service_without_an_image_waits_for_one() {
    let cloud = Cloud::with_project().await;
    let path = cloud
        .service(json!({ "deployment": { "instances": 1 } }))
        .await;
    assert_eq!(cloud.data(&path).await["status"], json!({}));
    let image = json!({ "external": { "imagePath": "nginx:1.27" } });
    cloud
        .post(&format!("{path}/deployment"), image)
        .await
        .expect(200);
    assert_eq!(cloud.rollout(&path).await, "PENDING");
}

#[tokio::test]
async fn a_put_creates_and_then_changes() {
    let cloud = Cloud::with_project().await;
    let path = format!("{PROJECT}/services/deployment");
    let body = crate::team::small_service();
    cloud.put(&path, body.clone()).await.expect(200);
    cloud.pass(4.0);
    let mut other = body;
    other["description"] = json!("changed");
    let changed = cloud.put(&path, other).await.expect(200);
    assert_eq!(changed.data()["description"], "changed");
    assert_eq!(
        changed.data()["status"]["deployment"]["status"],
        "COMPLETED"
    );
    assert_eq!(
        cloud.data(PROJECT).await["services"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_service_that_expires_is_paused() {
    let cloud = Cloud::with_project().await;
    let path = cloud
        .ready_service(json!({ "createOptions": { "expiryTime": 300 } }))
        .await;
    assert_eq!(cloud.data(&path).await["servicePaused"], false);
    cloud.pass(296.0);
    let expired = cloud.data(&path).await;
    assert_eq!(expired["servicePaused"], true);
    assert_eq!(expired["expiredAt"], expired["expiryTime"]);
    cloud.act_on(&path, "resume").await.expect(200);
    assert_eq!(cloud.data(&path).await.get("expiryTime"), None);
}

#[tokio::test]
async fn a_combined_service_builds_before_it_runs() {
    let cloud = Cloud::with_project().await;
    let source = json!({
        "projectUrl": "https://github.com/example/app", "projectType": "github", "projectBranch": "main",
    });
    let body = json!({
        "name": "app",
        "billing": { "deploymentPlan": "nf-compute-20" },
        "deployment": { "instances": 1 },
        "vcsData": source,
        "buildSettings": { "dockerfile": { "dockerFilePath": "/Dockerfile", "dockerWorkDir": "/" } },
    });
    cloud
        .post(&format!("{PROJECT}/services/combined"), body.clone())
        .await
        .expect(200);
    let path = format!("{PROJECT}/services/app");
    let status = async || cloud.data(&path).await["status"].clone();
    assert_eq!(status().await["build"]["status"], "QUEUED");
    cloud.pass(1.0);
    assert_eq!(status().await["build"]["status"], "BUILDING");
    assert_eq!(status().await["deployment"]["status"], "PENDING");
    cloud.pass(2.0);
    assert_eq!(status().await["build"]["status"], "SUCCESS");
    cloud.pass(4.0);
    assert_eq!(status().await["deployment"]["status"], "COMPLETED");
    let mut build = body;
    build["name"] = json!("builder");
    build["billing"] = json!({});
    build.as_object_mut().unwrap().remove("deployment");
    let builds = format!("{PROJECT}/services/build");
    let made = cloud.post(&builds, build).await.expect(200);
    assert_eq!(made.data()["billing"]["buildPlan"], "nf-compute-400-16");
    assert_eq!(
        made.data()["status"],
        json!({}),
        "no build starts by itself"
    );
    let path = format!("{PROJECT}/services/builder");
    let started = cloud
        .post(&format!("{path}/build"), json!({}))
        .await
        .expect(200);
    let one = format!("{path}/build/{}", started.data()["id"].as_str().unwrap());
    cloud.pass(3.0);
    assert_eq!(cloud.data(&one).await["success"], true);
    cloud
        .act_on(&path, "pause")
        .await
        .denied(400, "nothing that runs");
    cloud
        .act_on(&format!("{PROJECT}/services/web"), "pause")
        .await
        .denied(404, "service `web`");
}
