//! A server on loopback that has its answers ready, and what they hold: for measuring clients.

use crate::by_hand::KEY;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use runpod_sdk::types::{CreateGpuConfig, CreatePodRequest, Mounts, PersistentMount};
use runpod_sdk::wait::PodCondition;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;
use tests::Cloud;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// Items of a long list.
pub const LONG: usize = 10_000;

/// A server with a thread of its own, until the process ends.
pub struct Loopback {
    url: String,
}

/// What it answers with.
#[derive(Clone)]
pub struct Bodies {
    /// One pod.
    pub pod: Bytes,
    /// A list of [`LONG`] pods, about 10 MB.
    pub pods: Bytes,
    /// A list of as many services.
    pub services: Bytes,
}

impl Bodies {
    /// A pod as the sandbox shows it, and a service as `ServiceSummary` of Northflank's description has it.
    ///
    /// # Panics
    ///
    /// When it cannot be asked.
    pub fn make() -> Self {
        let pod = ready_pod();
        let service = json!({
            "id": "trainer",
            "appId": "/example/team/trainer",
            "uid": "6149b4f6a5c2c1e0aa8b4567",
            "projectId": "team",
            "name": "trainer",
            "description": "Trains until it is good enough",
            "stageId": null,
            "tags": ["sindri"],
            "serviceType": "deployment",
            "disabledCI": false,
            "disabledCD": false,
            "status": {
                "deployment": {
                    "reason": "DEPLOYING",
                    "status": "COMPLETED",
                    "lastTransitionTime": "2026-11-22T10:01:00Z",
                },
            },
        });
        let pods: Vec<Value> = (0..LONG).map(|number| numbered(&pod, number)).collect();
        let services: Vec<Value> = (0..LONG).map(|number| numbered(&service, number)).collect();
        let text = |value: &Value| Bytes::from(value.to_string());
        Self {
            pod: text(&pod),
            pods: text(&json!({"pods": pods})),
            services: text(&json!({"data": {"services": services}})),
        }
    }
}

/// A GPU pod that runs, with a volume, ports and variables.
fn ready_pod() -> Value {
    let cloud = Cloud::start();
    let client = cloud.client();
    let env = [
        (
            "PUBLIC_KEY",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlbmNobWFyay1iZW5jaG1hcmstYmVuY2g= me@example",
        ),
        ("HF_TOKEN", "hf_0123456789abcdefghijklmnopqrstuvwx"),
        ("MODEL_ID", "example/model-7b-instruct"),
        ("SINDRI_DEPLOYMENT_ID", "b7f4b1d2c3e5f60718293a4b5c6d7e8f"),
    ];
    let request = CreatePodRequest::new("bench")
        .image("ghcr.io/example/trainer:1.4.2")
        .gpu(CreateGpuConfig::new("NVIDIA L4").count(1))
        .env(env)
        .ports(["22/tcp", "8888/http"])
        .mounts(Mounts::new().persistent(PersistentMount::new(20, "/workspace")));
    let pod = async {
        let pod = client.pods().create(&request).await.expect("a pod");
        let wait = client.pods().wait(&pod.id, PodCondition::Ready);
        let wait = wait.interval(Duration::from_millis(20));
        wait.await.expect("a pod that can be used");
        client.pods().get(&pod.id).raw().await.expect("its JSON")
    };
    let pod = cloud.runtime().block_on(pod);
    serde_json::from_slice(&pod).expect("JSON")
}

/// The same under another name.
fn numbered(one: &Value, number: usize) -> Value {
    let mut one = one.clone();
    one["id"] = json!(format!("bench{number:09}"));
    one["name"] = json!(format!("trainer-{number}"));
    one
}

impl Loopback {
    /// Starts to serve.
    ///
    /// # Panics
    ///
    /// When it cannot.
    pub fn start(bodies: Bodies) -> Self {
        let (send, receive) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                send.send(listener.local_addr().expect("an address"))
                    .expect("a listener");
                axum::serve(listener, router(bodies)).await
            })
        });
        let address: SocketAddr = receive.recv().expect("a server");
        Self::at(format!("http://{address}"))
    }

    /// Serves on a runtime that somebody else drives. A call then takes what client and server compute, and not
    /// what it takes to wake a thread, which changes from run to run.
    ///
    /// # Panics
    ///
    /// When it cannot.
    pub fn on(runtime: &Runtime, bodies: Bodies) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(axum::serve(listener, router(bodies)).into_future());
        Self::at(format!("http://{address}"))
    }

    /// One that serves already at this URL.
    pub fn at(url: String) -> Self {
        Self { url }
    }

    /// A client that calls it.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn client(&self) -> runpod_sdk::Client {
        let builder = runpod_sdk::Client::builder().api_key(KEY);
        let builder = builder.base_url(self.url(""));
        let builder = builder.configure_http(|http| http.no_proxy());
        builder.build().expect("a client")
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

fn router(bodies: Bodies) -> Router {
    let answer = |body: Bytes| {
        // What RunPod sends with every answer.
        let headers = [
            (CONTENT_TYPE.as_str(), "application/json"),
            ("x-request-id", "req_0123456789abcdef"),
            (
                "ratelimit-policy",
                "\"minute\";q=1000000;w=60, \"hour\";q=60000000;w=3600",
            ),
            (
                "ratelimit",
                "\"minute\";r=999999;t=60, \"hour\";r=59999999;t=3600",
            ),
        ];
        move || async move { (headers, body) }
    };
    Router::new()
        .route("/v2/pods/{id}", get(answer(bodies.pod)))
        .route("/v2/pods", get(answer(bodies.pods)))
}
