//! `deployment`.

#![expect(clippy::too_many_lines, reason = "tables")]

use super::{Refused, Row, Said, Sent, VOLUME, below, gpu, parts};
use serde_json::json;

/// `deployment`.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![
        (
            "deployment.provider",
            below(json!({})),
            Sent("/env/SINDRI_PROVIDER", json!("runpod")),
        ),
        (
            "deployment.provider",
            below(json!({"provider": "docker"})),
            Refused(2, "not to docker"),
        ),
        (
            "deployment.image",
            below(json!({"image": "debian:13"})),
            Sent("/image", json!("debian:13")),
        ),
        (
            "deployment.image",
            below(json!({"image": null})),
            Refused(2, "no image is given"),
        ),
        (
            "deployment.distro",
            below(json!({"distro": "fedora", "image": "ghcr.io/org/app:1-ubuntu"})),
            Said("the tag speaks of ubuntu"),
        ),
        (
            "deployment.buildFromSource.enabled",
            below(json!({"buildFromSource": {"enabled": true}})),
            Refused(2, "building from source is not supported"),
        ),
        (
            "deployment.buildFromSource.gitRef",
            below(json!({"buildFromSource": {"enabled": true, "gitRef": "main"}})),
            Refused(2, "building from source is not supported"),
        ),
        (
            "deployment.buildFromSource.gitRef",
            below(json!({"buildFromSource": {"gitRef": "main"}})),
            Said("`gitRef` has no effect"),
        ),
        (
            "deployment.volumes.workspace.size",
            below(json!({"volumes": {"workspace": {"size": "10241MB"}}})),
            Sent("/mounts/persistent/size", json!(11)),
        ),
        (
            "deployment.volumes.workspace.size",
            json!({
                "deployment": {"volumes": {"workspace": {"size": "20GB"}}},
                "providers": {"runpod": {"networkVolumeId": VOLUME}},
            }),
            Said("takes the place of a pod volume"),
        ),
        (
            "deployment.volumes.workspace.path",
            json!({
                "deployment": {"volumes": {"workspace": {"path": "/data"}}},
                "providers": {"runpod": {"volumeSizeGb": 0}},
            }),
            Said("there is no volume to mount"),
        ),
        (
            "deployment.volumes.workspace.path",
            below(json!({"volumes": {"workspace": {"path": "/data"}}})),
            Sent("/mounts/persistent/path", json!("/data")),
        ),
    ];
    rows.extend(images());
    rows.extend(resources());
    rows
}

fn images() -> Vec<Row> {
    let digest = format!("sha256:{}", "a".repeat(64));
    let image = format!("ghcr.io/org/other@{digest}");
    vec![
        (
            "deployment.image_config.registry",
            parts(json!({"tag_override": "2"})),
            Sent("/image", json!("ghcr.io/org/other:2")),
        ),
        (
            "deployment.image_config.tag_override",
            parts(json!({"tag_override": "3"})),
            Sent("/image", json!("ghcr.io/org/other:3")),
        ),
        (
            "deployment.image_config.digest",
            parts(json!({"digest": digest, "tag_override": "3"})),
            Sent("/image", json!(image)),
        ),
        (
            "deployment.image_config.version",
            parts(json!({"version": "^3.0"})),
            Refused(2, "needs a look-up in the registry"),
        ),
        (
            "deployment.image_config.resolution_strategy",
            parts(json!({"resolution_strategy": "latest-stable"})),
            Refused(2, "needs a look-up in the registry"),
        ),
        (
            "deployment.image_config.allow_prerelease",
            parts(json!({"allow_prerelease": true, "tag_override": "3"})),
            Said("deployment.image_config.allow_prerelease"),
        ),
        (
            "deployment.image_config.verify_signature",
            parts(
                json!({"verify_signature": true, "verify_provenance": false, "tag_override": "3"}),
            ),
            Said("the image is not verified"),
        ),
        (
            "deployment.image_config.verify_provenance",
            parts(
                json!({"verify_signature": false, "verify_provenance": true, "tag_override": "3"}),
            ),
            Said("the image is not verified"),
        ),
        (
            "deployment.image_config.pull_policy",
            parts(json!({"pull_policy": "Always", "tag_override": "3"})),
            Said("RunPod decides itself when an image is pulled"),
        ),
        (
            "deployment.image_config.certificate_identity",
            parts(json!({"certificate_identity": "https://github.com/org", "tag_override": "3"})),
            Said("the image is not verified"),
        ),
        (
            "deployment.image_config.certificate_oidc_issuer",
            parts(json!({"certificate_oidc_issuer": "https://issuer", "tag_override": "3"})),
            Said("the image is not verified"),
        ),
    ]
}

fn resources() -> Vec<Row> {
    vec![
        (
            "deployment.resources.memory",
            below(json!({"resources": {"memory": "33GB"}})),
            Sent("/gpu/minRamPerGpu", json!(33)),
        ),
        (
            "deployment.resources.memory",
            json!({
                "deployment": {"resources": {"memory": "16GB"}},
                "providers": {"runpod": {"gpuType": null, "cpuOnly": true}},
            }),
            Sent("/cpu/id", json!("cpu3g")),
        ),
        (
            "deployment.resources.cpus",
            below(json!({"resources": {"cpus": 6}})),
            Sent("/gpu/minVcpuCountPerGpu", json!(6)),
        ),
        (
            "deployment.resources.cpus",
            json!({
                "deployment": {"resources": {"cpus": 8}},
                "providers": {"runpod": {"gpuType": null, "cpuOnly": true}},
            }),
            Sent("/cpu/vcpuCount", json!(8)),
        ),
        (
            "deployment.resources.cpus",
            json!({
                "deployment": {"resources": {"cpus": 8}},
                "providers": {"runpod": {
                    "gpuType": null, "cpuOnly": true, "cpuInstanceId": "cpu3c-2-4",
                }},
            }),
            Said("`cpu3c-2-4` has 2 vCPUs"),
        ),
        (
            "deployment.resources.gpu.enabled",
            gpu(json!({})),
            Sent("/gpu/id", json!("NVIDIA GeForce RTX 4090")),
        ),
        (
            "deployment.resources.gpu.enabled",
            json!({
                "deployment": {"resources": {"gpu": {"enabled": false}}},
                "providers": {"runpod": {"gpuType": null}},
            }),
            Sent("/cpu/vcpuCount", json!(4)),
        ),
        (
            "deployment.resources.gpu.type",
            gpu(json!({"type": "amd"})),
            Refused(2, "is not made by amd"),
        ),
        (
            "deployment.resources.gpu.count",
            gpu(json!({"count": 3})),
            Sent("/gpu/count", json!(3)),
        ),
        (
            "deployment.resources.gpu.tier",
            gpu(json!({"tier": "gpu-medium"})),
            Sent("/gpu/id", json!("NVIDIA RTX A6000")),
        ),
        (
            "deployment.resources.gpu.tier",
            gpu(json!({"tier": "a100"})),
            Refused(2, "gpu-small"),
        ),
        (
            "deployment.resources.gpu.memory",
            gpu(json!({"memory": "25GB"})),
            Refused(2, "has 24 GB, less than asked for"),
        ),
    ]
}
