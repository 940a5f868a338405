//! The parts of the model that do not depend on the provider.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::{Northflank, Runpod, SecretSpec};
use crate::config::diagnostic::Finding;
use crate::config::image::ImageRef;
use crate::config::origin::Origins;

/// A checked configuration.
#[derive(Debug, Clone, Serialize)]
pub struct Config {
    /// The file read.
    pub path: PathBuf,
    /// The directory that relative paths in the file start from.
    pub base_dir: PathBuf,
    /// Version of the file format, such as `3.0`.
    pub version: String,
    /// Name of the deployment.
    pub name: String,
    /// Distribution that the image is expected to hold. Checked against the tag, sent nowhere.
    pub distro: Distro,
    /// The image to run. `None` only where a RunPod template brings its own.
    pub image: Option<ImageRef>,
    /// What the file asks to be verified about the image. Nothing is verified by this program.
    pub verification: Verification,
    /// Environment variables that carry no secret, by name. A secret of the same name wins.
    pub environment: BTreeMap<String, String>,
    /// Software set of the image.
    pub extensions: Extensions,
    /// Values to inject, in the order written, names unique.
    pub secrets: Vec<SecretSpec>,
    /// Where it runs.
    pub target: Target,
    /// What the file asks for and the provider cannot do. Warned about here; `deploy` refuses.
    pub blockers: Vec<Blocker>,
    /// Where each value was written.
    #[serde(skip)]
    pub origins: Origins,
}

/// The chosen provider with its settings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A RunPod pod.
    Runpod(Runpod),
    /// A Northflank service.
    Northflank(Northflank),
    /// A provider that the format knows and this program does not deploy to.
    Other(OtherProvider),
}

impl Target {
    /// The provider's name in the file.
    pub const fn provider(&self) -> &'static str {
        match self {
            Self::Runpod(_) => "runpod",
            Self::Northflank(_) => "northflank",
            Self::Other(other) => other.as_str(),
        }
    }
}

/// Providers of the format that other programs deploy to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are all there is to say")]
pub enum OtherProvider {
    Docker,
    DockerCompose,
    Fly,
    Devpod,
    E2b,
    Kubernetes,
    Packer,
}

impl OtherProvider {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Docker,
        Self::DockerCompose,
        Self::Fly,
        Self::Devpod,
        Self::E2b,
        Self::Kubernetes,
        Self::Packer,
    ];

    /// The name in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::DockerCompose => "docker-compose",
            Self::Fly => "fly",
            Self::Devpod => "devpod",
            Self::E2b => "e2b",
            Self::Kubernetes => "kubernetes",
            Self::Packer => "packer",
        }
    }
}

/// Linux distribution of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are all there is to say")]
pub enum Distro {
    Ubuntu,
    Fedora,
    Opensuse,
}

impl Distro {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ubuntu, Self::Fedora, Self::Opensuse];

    /// The name in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ubuntu => "ubuntu",
            Self::Fedora => "fedora",
            Self::Opensuse => "opensuse",
        }
    }
}

/// Size class of a graphics card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Tier {
    /// 24 GB.
    #[serde(rename = "gpu-small")]
    Small,
    /// 40 to 48 GB.
    #[serde(rename = "gpu-medium")]
    Medium,
    /// 80 GB.
    #[serde(rename = "gpu-large")]
    Large,
    /// 80 GB, fastest.
    #[serde(rename = "gpu-xlarge")]
    Xlarge,
}

/// Maker of a graphics card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are all there is to say")]
pub enum Manufacturer {
    Nvidia,
    Amd,
}

impl Manufacturer {
    /// The name in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nvidia => "nvidia",
            Self::Amd => "amd",
        }
    }
}

/// The software set that the image installs when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Extensions {
    /// Which set.
    pub choice: ExtensionChoice,
    /// Whether it is installed at start.
    pub auto_install: bool,
}

/// How the software set is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionChoice {
    /// A named set, and what is added to it.
    Profile {
        /// Name of the set.
        name: String,
        /// Extensions beside it.
        additional: Vec<String>,
    },
    /// An explicit list.
    Active(Vec<String>),
}

/// What the file asks to be verified about the image before it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// Nothing: switched off, or only `deployment.image` is given.
    NotAsked,
    /// A signature, a provenance statement, or both.
    Asked {
        /// Whether the signature counts.
        signature: bool,
        /// Whether the provenance counts.
        provenance: bool,
    },
}

/// A well-formed wish that the provider's interface cannot express.
#[derive(Debug, Clone, Serialize)]
pub struct Blocker {
    /// Which wish.
    pub kind: BlockerKind,
    /// The words for it, with the place in the file.
    pub finding: Finding,
}

/// Kinds of [`Blocker`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockerKind {
    /// `spot: true` or `spotBid` above 0. `--on-demand` lets a deployment go on without.
    Spot,
    /// A CPU pod on community hosts.
    CommunityCpu,
}
