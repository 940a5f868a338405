//! A cloud, a directory with a `sindri.yaml`, and what there is in both.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Cloud, Context};
use northflank_sdk::types::Service;
use runpod_sdk::types::PodStatus;

/// How many orphans were left wherever somebody looked for what is wrong.
pub static ORPHANS: AtomicUsize = AtomicUsize::new(0);

/// A cloud, and a directory whose file can be deployed to it.
pub struct World {
    /// Where it is deployed to.
    pub cloud: Cloud,
    /// Where it is deployed from.
    pub context: Context,
    provider: Provider,
}

/// Whose cloud it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// A pod with a network volume.
    RunPod,
    /// A service with a volume, in a project of its own.
    Northflank,
}

/// What there is once a command was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Exactly one of each, and it runs or is on its way.
    Running,
    /// Exactly one of each, and it is stopped.
    Stopped,
    /// Nothing.
    Gone,
}

impl Provider {
    /// A deployment with a volume and a secret.
    pub fn file(self) -> &'static str {
        match self {
            Self::RunPod => RUNPOD,
            Self::Northflank => NORTHFLANK,
        }
    }

    /// The command that leaves nothing.
    pub fn end(self) -> &'static str {
        match self {
            Self::RunPod => "destroy --force --volumes",
            Self::Northflank => "destroy --force --volumes --project",
        }
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::RunPod => "runpod",
            Self::Northflank => "northflank",
        }
    }
}

impl World {
    /// A world in which nothing happened yet, for this program.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn new(program: &str, provider: Provider) -> Self {
        let cloud = Cloud::start();
        let context = Context::new(program);
        context.file("sindri.yaml", provider.file());
        let mut world = Self {
            cloud,
            context,
            provider,
        };
        let url = world.cloud.url().to_owned();
        world.at(&url);
        world
    }

    /// Talks to this address from now on.
    pub fn at(&mut self, url: &str) {
        self.context
            .set("RUNPOD_API_BASE_URL", url)
            .set("RUNPOD_API_KEY", "marker-of-the-key")
            .set("NORTHFLANK_API_BASE_URL", url)
            .set("NORTHFLANK_API_TOKEN", "marker-of-the-key");
    }

    /// How many pods or services were ever created.
    pub fn creates(&self) -> usize {
        let creates = self.cloud.requests(match self.provider {
            Provider::RunPod => "create_pod",
            Provider::Northflank => "create_deployment_service",
        });
        creates
            .iter()
            .filter(|request| request.status < 300)
            .count()
    }

    /// What is wrong with what there is.
    ///
    /// # Panics
    ///
    /// When the cloud does not answer.
    pub fn wrongs(&self, goal: Goal) -> Vec<String> {
        let mut wrongs = match self.provider {
            Provider::RunPod => self.wrongs_of_runpod(goal),
            Provider::Northflank => self.wrongs_of_northflank(goal),
        };
        wrongs.extend(self.wrongs_on_disk(goal));
        let (code, document) = self.context.json("orphans");
        let left = document["orphans"].as_array().map_or(0, Vec::len);
        ORPHANS.fetch_add(left, Ordering::Relaxed);
        if code != 0 || left > 0 {
            wrongs.push(format!("orphans: {document}"));
        }
        wrongs
    }

    fn wrongs_of_runpod(&self, goal: Goal) -> Vec<String> {
        let pods = self.cloud.pods();
        let client = self.cloud.client();
        let volumes = self
            .cloud
            .runtime()
            .block_on(async { client.network_volumes().list().await })
            .expect("a list")
            .into_inner()
            .network_volumes;
        let one = usize::from(goal != Goal::Gone);
        let mut wrongs = counted(&[("pods", pods.len(), one), ("volumes", volumes.len(), one)]);
        for pod in pods {
            let runs = pod.status != PodStatus::Exited;
            if runs != (goal == Goal::Running) {
                wrongs.push(format!("pod {} is {}", pod.id, pod.status));
            }
        }
        wrongs
    }

    fn wrongs_of_northflank(&self, goal: Goal) -> Vec<String> {
        let client = northflank_sdk::Client::builder()
            .token("test")
            .base_url(self.cloud.url())
            .configure_http(|http| http.no_proxy())
            .build()
            .expect("a client");
        let seen = self.cloud.runtime().block_on(async {
            let projects = client.projects().list().await?.into_inner().items.len();
            let tags = client.tags().list().await?.into_inner().items.len();
            let (mut services, mut volumes) = (Vec::new(), 0);
            if projects > 0 {
                for service in client.services().list("lab").await?.into_inner().items {
                    services.push(
                        client
                            .services()
                            .get("lab", &service.id)
                            .await?
                            .into_inner(),
                    );
                }
                volumes = client.volumes().list("lab").await?.into_inner().items.len();
            }
            Ok::<_, northflank_sdk::Error>((projects, tags, services, volumes))
        });
        let (projects, tags, services, volumes) = seen.expect("lists");
        let one = usize::from(goal != Goal::Gone);
        let mut wrongs = counted(&[
            ("projects", projects, one),
            ("tags", tags, one),
            ("services", services.len(), one),
            ("volumes", volumes, one),
        ]);
        let paused = |service: &Service| match service {
            Service::Deployment(detail) => detail.service_paused == Some(true),
            _ => false,
        };
        if goal != Goal::Gone && services.iter().any(paused) != (goal == Goal::Stopped) {
            wrongs.push("the service is paused, or is not".to_owned());
        }
        wrongs
    }

    /// Files that nobody needs any more, or that are missing.
    fn wrongs_on_disk(&self, goal: Goal) -> Vec<String> {
        let folder = self.context.path(".sindri/state");
        let names = fs::read_dir(folder).into_iter().flatten().flatten();
        let lock = format!("{}-demo.lock", self.provider.name());
        let names: Vec<_> = names
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| *name != lock)
            .collect();
        let stem = format!("{}-demo", self.provider.name());
        let state = format!("{stem}.json");
        let expected = |name: &String| *name == state || *name == format!("{stem}.journal");
        let mut wrongs: Vec<_> = names
            .iter()
            .filter(|name| goal == Goal::Gone || !expected(name))
            .map(|name| format!("{name} is on disk"))
            .collect();
        if goal != Goal::Gone && !names.contains(&state) {
            wrongs.push("there is no state file".to_owned());
        }
        wrongs
    }
}

fn counted(counts: &[(&str, usize, usize)]) -> Vec<String> {
    let wrong = counts.iter().filter(|(_, found, wanted)| found != wanted);
    wrong
        .map(|(what, found, wanted)| format!("{found} {what} instead of {wanted}"))
        .collect()
}

const RUNPOD: &str = "version: \"3.0\"
name: demo
deployment:
  provider: runpod
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
secrets:
  - name: TOKEN
    source: env
    required: true
providers:
  runpod:
    cpuOnly: true
    cpuInstanceId: cpu3c-2-4
    containerDiskGb: 20
    volumeSizeGb: 10
";

const NORTHFLANK: &str = "version: \"3.0\"
name: demo
deployment:
  provider: northflank
  image: ghcr.io/org/app:1
extensions:
  profile: minimal
secrets:
  - name: TOKEN
    source: env
    required: true
providers:
  northflank:
    projectName: lab
    computePlan: nf-compute-200
    volumeSizeGb: 10
    volumeMountPath: /data
";
