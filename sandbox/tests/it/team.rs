//! What tests of Northflank ask of a [`Cloud`].

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud, with};

/// The project of most tests.
pub(crate) const PROJECT: &str = "/v1/projects/lab";

impl Cloud {
    /// A sandbox with the project `lab`, which may be used.
    pub(crate) async fn with_project() -> Self {
        let cloud = Self::start().await;
        cloud.lab().await;
        cloud
    }

    /// Creates the project `lab` and lets it become ready.
    pub(crate) async fn lab(&self) {
        let body = json!({ "name": "Lab", "region": "us-central" });
        self.post("/v1/projects", body).await.expect(200);
        self.pass(1.0);
    }

    /// Asks for a deployment service: the smallest request, with `more` put over it.
    pub(crate) async fn ask_service(&self, more: Value) -> Answer {
        let path = format!("{PROJECT}/services/deployment");
        self.post(&path, with(small_service(), &more)).await
    }

    /// Creates a deployment service and gives its path.
    pub(crate) async fn service(&self, more: Value) -> String {
        let id = self.ask_service(more).await.expect(200).data()["id"].clone();
        format!("{PROJECT}/services/{}", id.as_str().expect("an id"))
    }

    /// Creates a deployment service, lets its rollout end and gives its path.
    pub(crate) async fn ready_service(&self, more: Value) -> String {
        let path = self.service(more).await;
        self.pass(4.0);
        path
    }

    /// Creates a volume of one pod and gives its path.
    pub(crate) async fn one_pod_volume(&self, name: &str) -> String {
        let path = format!("{PROJECT}/volumes");
        let created = self.post(&path, small_volume(name)).await.expect(200);
        format!("{path}/{}", created.data()["id"].as_str().expect("an id"))
    }

    /// `data` of what is read.
    pub(crate) async fn data(&self, path: &str) -> Value {
        self.get(path).await.expect(200).data().clone()
    }

    /// Status of the rollout of a service.
    pub(crate) async fn rollout(&self, path: &str) -> String {
        let service = self.data(path).await;
        let status = service["status"]["deployment"]["status"].as_str();
        status.expect("a rollout").to_owned()
    }

    /// States of the containers of a service.
    pub(crate) async fn containers(&self, path: &str) -> Vec<String> {
        let data = self.data(&format!("{path}/containers")).await;
        let rows = data["containers"].as_array().expect("containers").iter();
        let state = |row: &Value| row["status"].as_str().expect("a state").to_owned();
        rows.map(state).collect()
    }

    /// Does something that takes no body.
    pub(crate) async fn act_on(&self, path: &str, action: &str) -> Answer {
        self.post(&format!("{path}/{action}"), json!({})).await
    }
}

impl Answer {
    /// What is in the envelope.
    #[track_caller]
    pub(crate) fn data(&self) -> &Value {
        self.json
            .get("data")
            .unwrap_or_else(|| panic!("no data in {}", self.json))
    }

    /// Checks that this is a refusal as Northflank writes it, and that its words hold `expected`.
    #[track_caller]
    pub(crate) fn denied(&self, status: u16, expected: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(self.header("content-type"), Some("application/json"));
        let error = &self.json["error"];
        assert_eq!(error["status"], status);
        assert!(error["id"].is_string());
        let words = format!("{} {}", error["message"], error["details"]);
        assert!(words.contains(expected), "`{expected}` is not in {words}");
    }
}

pub(crate) fn small_service() -> Value {
    json!({
        "name": "Web",
        "billing": { "deploymentPlan": "nf-compute-20" },
        "deployment": { "instances": 1, "external": { "imagePath": "nginx:1.27" } },
    })
}

pub(crate) fn small_volume(name: &str) -> Value {
    json!({
        "name": name,
        "mounts": [{ "containerMountPath": "/data" }],
        "spec": { "accessMode": "ReadWriteOnce", "storageSize": 4096 },
    })
}
