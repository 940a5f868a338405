//! `deployment` and `extensions`.

use serde::Serialize;

use crate::config::image::ImageRef;
use crate::config::model::{
    Compute, ComputePlan, Config, Distro, ExtensionChoice, Extensions as Chosen, GpuSelector,
    Manufacturer, NorthflankGpuSelector, Target, Tier, Verification,
};

#[derive(Debug, Serialize)]
pub(super) struct Deployment<'c> {
    provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_config: Option<ImageConfig<'c>>,
    distro: Distro,
    #[serde(skip_serializing_if = "Resources::is_empty")]
    resources: Resources,
}

/// The image in parts, where that is how the file asks for verification.
#[derive(Debug, Serialize)]
struct ImageConfig<'c> {
    registry: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag_override: Option<&'c str>,
    verify_signature: bool,
    verify_provenance: bool,
}

#[derive(Debug, Default, Serialize)]
struct Resources {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpus: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu: Option<Gpu>,
}

#[derive(Debug, Default, Serialize)]
struct Gpu {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<Tier>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    manufacturer: Option<Manufacturer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Extensions<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional: Option<&'c [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<&'c [String]>,
    auto_install: bool,
}

impl<'c> Deployment<'c> {
    pub(super) fn of(config: &'c Config) -> Self {
        let image = config.image.as_ref();
        let image_config = image.and_then(|image| ImageConfig::of(image, &config.verification));
        // The parts name the image already, unless they hold no version.
        let is_named = image_config.as_ref().is_some_and(ImageConfig::is_pinned);
        Self {
            provider: config.target.provider(),
            image: image.filter(|_| !is_named).map(ImageRef::as_str),
            image_config,
            distro: config.distro,
            resources: Resources::of(&config.target),
        }
    }
}

impl<'c> ImageConfig<'c> {
    fn of(image: &'c ImageRef, verification: &Verification) -> Option<Self> {
        let Verification::Asked {
            signature,
            provenance,
        } = *verification
        else {
            return None;
        };
        // With both, `image` keeps them: the parts hold only one.
        Some(Self {
            registry: image.name(),
            digest: image.digest().filter(|_| image.tag().is_none()),
            tag_override: image.tag().filter(|_| image.digest().is_none()),
            verify_signature: signature,
            verify_provenance: provenance,
        })
    }

    fn is_pinned(&self) -> bool {
        self.digest.is_some() || self.tag_override.is_some()
    }
}

impl Resources {
    fn of(target: &Target) -> Self {
        match target {
            Target::Runpod(pod) => match &pod.compute {
                Compute::Gpu(gpu) => {
                    let memory = gpu.host.min_memory_gb_per_gpu;
                    Self {
                        // The floor of the vCPUs stands in the provider's block.
                        cpus: None,
                        memory: memory.map(|each| gb(each.saturating_mul(gpu.count))),
                        gpu: Some(Gpu {
                            enabled: true,
                            tier: match gpu.selector {
                                GpuSelector::Tier(tier) => Some(tier),
                                GpuSelector::Named(_) | GpuSelector::Default => None,
                            },
                            manufacturer: gpu.manufacturer,
                            memory: gpu.min_memory_gb.map(gb),
                        }),
                    }
                }
                Compute::Cpu(_) => Self {
                    gpu: Some(Gpu::default()),
                    ..Self::default()
                },
            },
            Target::Northflank(service) => {
                let (cpus, memory) = match service.compute_plan {
                    ComputePlan::Named(_) => (None, None),
                    ComputePlan::AtLeast { cpus, memory_gb } => (cpus, memory_gb.map(gb)),
                };
                let gpu = service.gpu.as_ref().map(|gpu| Gpu {
                    enabled: true,
                    tier: match gpu.selector {
                        NorthflankGpuSelector::Tier(tier) => Some(tier),
                        NorthflankGpuSelector::Named(_) => None,
                    },
                    manufacturer: gpu.manufacturer,
                    memory: gpu.min_memory_gb.map(gb),
                });
                Self {
                    cpus,
                    memory,
                    gpu: Some(gpu.unwrap_or_default()),
                }
            }
            Target::Other(_) => Self::default(),
        }
    }

    fn is_empty(&self) -> bool {
        self.cpus.is_none() && self.memory.is_none() && self.gpu.is_none()
    }
}

fn gb(size: u32) -> String {
    format!("{size}GB")
}

impl<'c> Extensions<'c> {
    pub(super) fn of(extensions: &'c Chosen) -> Self {
        let (profile, additional, active) = match &extensions.choice {
            ExtensionChoice::Profile { name, additional } => {
                let additional = (!additional.is_empty()).then_some(additional.as_slice());
                (Some(name.as_str()), additional, None)
            }
            ExtensionChoice::Active(active) => (None, None, Some(active.as_slice())),
        };
        Self {
            profile,
            additional,
            active,
            auto_install: extensions.auto_install,
        }
    }
}
