//! The examples of the libraries, each run against the sandbox as a reader would run it.
#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use northflank_sdk::types::{
    DeploymentBilling, DeploymentServiceInput, ExternalDeploymentInput, ExternalImage,
    ProjectInput, RegionProjectInput,
};
use northflank_sdk::wait::ServiceCondition;
use runpod_sdk::types::{CreateGpuConfig, CreatePodRequest};
use sandbox::Tier;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tests::Cloud;

/// The program of an example, and its name.
macro_rules! example {
    ($name:literal) => {
        Example {
            name: $name,
            program: env!(concat!("CARGO_BIN_EXE_example_", $name)),
        }
    };
}

struct Example {
    name: &'static str,
    program: &'static str,
}

const CHEAPEST_GPU: Example = example!("runpod_cheapest_gpu");
const CUSTOM_RETRY: Example = example!("runpod_custom_retry");
const EVERY_PAGE: Example = example!("runpod_every_page");
const FOLLOW_LOGS: Example = example!("runpod_follow_logs");
const LAUNCH_AND_WAIT: Example = example!("runpod_launch_and_wait");
const RUN_COMMAND: Example = example!("northflank_run_command");
const SERVICE_LOGS: Example = example!("northflank_service_logs");
const MOCK_IN_TESTS: Example = example!("sandbox_mock_in_tests");

/// A test for each of them.
const ALL: [Example; 8] = [
    CHEAPEST_GPU,
    CUSTOM_RETRY,
    EVERY_PAGE,
    FOLLOW_LOGS,
    LAUNCH_AND_WAIT,
    RUN_COMMAND,
    SERVICE_LOGS,
    MOCK_IN_TESTS,
];

impl Example {
    /// What a reader types, with an environment that leads to the sandbox and nowhere else.
    fn command(&self, cloud: &Cloud, words: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(words)
            .env_clear()
            .env("RUNPOD_API_KEY", "test")
            .env("RUNPOD_API_BASE_URL", cloud.url())
            .env("NORTHFLANK_API_TOKEN", "test")
            .env("NORTHFLANK_API_BASE_URL", cloud.url());
        command
    }

    fn run(&self, cloud: &Cloud, words: &[&str]) -> Output {
        self.command(cloud, words).output().unwrap()
    }

    /// What it prints, when it ends well.
    fn printed(&self, cloud: &Cloud, words: &[&str]) -> String {
        let output = self.run(cloud, words);
        assert!(output.status.success(), "{}: {output:?}", self.name);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Whether it prints a line with this text; it is ended then.
    fn comes_to_print(&self, cloud: &Cloud, words: &[&str], text: &str) -> bool {
        let mut command = self.command(cloud, words);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let came = lines.map_while(Result::ok).any(|line| line.contains(text));
        child.kill().ok();
        child.wait().unwrap();
        came
    }
}

fn launch(cloud: &Cloud, name: &str) -> String {
    let gpu = CreateGpuConfig::new("NVIDIA L4").count(1);
    let request = CreatePodRequest::new(name).image("python:3.13").gpu(gpu);
    let created = cloud
        .runtime()
        .block_on(async { cloud.client().pods().create(&request).await });
    created.unwrap().into_inner().id
}

/// A service `web` in a project `shop`, running.
fn serve(cloud: &Cloud) {
    let client = northflank_sdk::Client::builder()
        .token("test")
        .base_url(cloud.url())
        .configure_http(reqwest::ClientBuilder::no_proxy)
        .build()
        .unwrap();
    let project = RegionProjectInput::new("shop").region("europe-west");
    let image = ExternalImage::new("nginx:1.29");
    let service = DeploymentServiceInput::new(
        "web",
        DeploymentBilling::new("nf-compute-20"),
        ExternalDeploymentInput::new(image, 1),
    );
    cloud.runtime().block_on(async {
        let project = ProjectInput::Region(project);
        client.projects().create(&project).await.unwrap();
        let services = client.services();
        services.create_deployment("shop", &service).await.unwrap();
        let running = services.wait("shop", "web", ServiceCondition::Running);
        running.interval(Duration::from_millis(20)).await.unwrap();
    });
}

#[test]
fn every_example_is_run_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    for (folder, api) in [
        ("runpod-sdk", "runpod"),
        ("northflank-sdk", "northflank"),
        ("sandbox", "sandbox"),
    ] {
        for file in root.join(folder).join("examples").read_dir().unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            found.insert(format!("{api}_{name}"));
        }
    }
    let run = ALL.map(|example| example.name.to_owned());
    assert_eq!(found, BTreeSet::from(run));
}

#[test]
fn the_cheapest_gpu_is_one_that_is_in_stock() {
    let cloud = Cloud::start();
    let cheapest = || {
        let printed = CHEAPEST_GPU.printed(&cloud, &["40"]);
        let mut lines = printed.lines();
        let first = lines.next().unwrap();
        let last = lines
            .next_back()
            .unwrap()
            .strip_prefix("cheapest: ")
            .unwrap();
        let (id, places) = last.split_once(", in ").unwrap();
        assert!(first.ends_with(id), "{printed}");
        let price = first.split('/').next().unwrap().trim_start_matches('$');
        (
            id.to_owned(),
            places.to_owned(),
            price.parse::<f64>().unwrap(),
        )
    };
    let (id, places, price) = cheapest();
    for place in places.split(", ") {
        let tier = Tier::Secure;
        cloud.sandbox().set_gpu_stock(&id, tier, place, 0).unwrap();
    }
    let (next, _, dearer) = cheapest();
    assert_ne!(id, next);
    assert!(price <= dearer, "{price} {dearer}");
    let output = CHEAPEST_GPU.run(&cloud, &["100000"]);
    assert!(!output.status.success());
}

#[test]
fn a_launched_pod_is_ready_and_then_deleted() {
    let cloud = Cloud::start();
    let printed = LAUNCH_AND_WAIT.printed(&cloud, &["NVIDIA L4"]);
    for words in ["/h from now on", "ready: ssh ", "is deleted"] {
        assert!(printed.contains(words), "{printed}");
    }
    assert_eq!(cloud.request("create_pod")["gpu"]["id"], "NVIDIA L4");
    assert_eq!(cloud.pods(), []);
}

#[test]
fn a_log_is_followed_beyond_what_was_stored() {
    let cloud = Cloud::start();
    let id = launch(&cloud, "followed");
    assert!(FOLLOW_LOGS.comes_to_print(&cloud, &[&id], "alive"));
    let output = FOLLOW_LOGS.run(&cloud, &["no-such-pod"]);
    assert!(!output.status.success());
}

#[test]
fn every_page_is_read() {
    let cloud = Cloud::start();
    for name in ["one", "two", "three", "four", "five"] {
        launch(&cloud, name);
    }
    let printed = EVERY_PAGE.printed(&cloud, &[]);
    for name in [" one ", " two ", " three ", " four ", " five "] {
        assert_eq!(printed.matches(name).count(), 1, "{printed}");
    }
    assert!(printed.ends_with("/h, 3 pages\n"), "{printed}");
}

#[test]
fn calls_are_sent_as_often_as_the_example_says() {
    let cloud = Cloud::with_faults(&["list_pods:503:4", "create_pod:lost-answer:1"]);
    let printed = CUSTOM_RETRY.printed(&cloud, &[]);
    assert!(printed.contains("list_pods, attempt 5: 200"), "{printed}");
    assert!(printed.contains("the API is there"), "{printed}");
    assert!(printed.contains("looking it up: "), "{printed}");
    assert_eq!(cloud.requests("create_pod").len(), 1);
    assert_eq!(cloud.pods(), []);
}

#[test]
fn a_command_runs_in_a_service_and_its_exit_code_is_passed_on() {
    let cloud = Cloud::start();
    serve(&cloud);
    let words = ["shop", "web", "sh", "-c", "echo out; echo err >&2; exit 3"];
    let output = RUN_COMMAND.run(&cloud, &words);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(output.stdout, b"out\n");
    assert_eq!(output.stderr, b"err\n");
}

#[test]
fn the_log_of_a_service_is_followed_beyond_what_was_stored() {
    let cloud = Cloud::start();
    serve(&cloud);
    assert!(SERVICE_LOGS.comes_to_print(&cloud, &["shop", "web"], "alive"));
}

#[test]
fn the_sandbox_mocks_a_cloud_in_a_test_of_ones_own() {
    let cloud = Cloud::start();
    let printed = MOCK_IN_TESTS.printed(&cloud, &[]);
    assert!(
        printed.contains("received 2 creates: [429, 201]"),
        "{printed}"
    );
    assert!(
        cloud.sandbox().requests().is_empty(),
        "it has one of its own"
    );
}
