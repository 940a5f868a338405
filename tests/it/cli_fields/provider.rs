//! `providers.runpod`.

#![expect(clippy::too_many_lines, reason = "tables")]

use super::{NotSent, Refused, Row, Said, Sent, TEMPLATE, VOLUME, VolumeMade, cpu, pod};
use serde_json::json;

/// `providers.runpod`.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = compute();
    rows.extend(storage());
    rows.extend(access());
    rows
}

fn compute() -> Vec<Row> {
    vec![
        (
            "providers.runpod.gpuType",
            pod(json!({"gpuType": "RTX 4090"})),
            Sent("/gpu/id", json!("NVIDIA GeForce RTX 4090")),
        ),
        (
            "providers.runpod.gpuType",
            pod(json!({"gpuType": "RTX 49"})),
            Refused(2, "RTX 49"),
        ),
        (
            "providers.runpod.gpuCount",
            pod(json!({"gpuCount": 2})),
            Sent("/gpu/count", json!(2)),
        ),
        (
            "providers.runpod.cpuOnly",
            cpu(json!({})),
            Sent("/cpu/id", json!("cpu3c")),
        ),
        (
            "providers.runpod.cpuOnly",
            pod(json!({"cpuOnly": true})),
            Refused(2, "asks for a card"),
        ),
        (
            "providers.runpod.vcpuCount",
            cpu(json!({"vcpuCount": 8})),
            Sent("/cpu/vcpuCount", json!(8)),
        ),
        (
            "providers.runpod.vcpuCount",
            pod(json!({"vcpuCount": 4, "gpuCount": 2})),
            Sent("/gpu/minVcpuCountPerGpu", json!(2)),
        ),
        (
            "providers.runpod.vcpuCount",
            cpu(json!({"vcpuCount": 3})),
            Refused(2, "write `vcpuCount: 4`"),
        ),
        (
            "providers.runpod.cpuInstanceId",
            cpu(json!({"cpuInstanceId": "cpu5g-4-16"})),
            Sent("/cpu", json!({"id": "cpu5g", "vcpuCount": 4})),
        ),
        (
            "providers.runpod.cpuInstanceId",
            pod(json!({"cpuInstanceId": "cpu5g-4-16"})),
            Refused(2, "is for CPU pods"),
        ),
        (
            "providers.runpod.cloudType",
            pod(json!({"cloudType": "COMMUNITY"})),
            Sent("/cloud", json!("COMMUNITY")),
        ),
        (
            "providers.runpod.cloudType",
            pod(json!({})),
            Sent("/cloud", json!("SECURE")),
        ),
        (
            "providers.runpod.region",
            pod(json!({"region": "US-TX-3"})),
            Sent("/dataCenterIds", json!(["US-TX-3"])),
        ),
        (
            "providers.runpod.spot",
            pod(json!({"spot": true})),
            Refused(2, "on demand it is $"),
        ),
        (
            "providers.runpod.spotBid",
            pod(json!({"spotBid": 0.2})),
            Refused(2, "on demand it is $"),
        ),
    ]
}

fn storage() -> Vec<Row> {
    vec![
        (
            "providers.runpod.containerDiskGb",
            pod(json!({"containerDiskGb": 33})),
            Sent("/disk", json!(33)),
        ),
        (
            "providers.runpod.containerDiskGb",
            pod(json!({})),
            Sent("/disk", json!(50)),
        ),
        (
            "providers.runpod.volumeSizeGb",
            pod(json!({"volumeSizeGb": 44})),
            Sent("/mounts/persistent/size", json!(44)),
        ),
        (
            "providers.runpod.volumeSizeGb",
            pod(json!({"volumeSizeGb": 0})),
            NotSent("/mounts"),
        ),
        (
            "providers.runpod.volumeSizeGb",
            pod(json!({"volumeSizeGb": 9})),
            Refused(2, "at least 10 GB"),
        ),
        (
            "providers.runpod.volumeSizeGb",
            cpu(json!({"volumeSizeGb": 12, "volumeMountPath": "/data"})),
            VolumeMade(json!({"size": 12, "path": "/data"})),
        ),
        (
            "providers.runpod.volumeSizeGb",
            cpu(json!({"volumeSizeGb": 9})),
            Refused(2, "at least 10 GB"),
        ),
        (
            "providers.runpod.volumeMountPath",
            pod(json!({"volumeMountPath": "/data"})),
            Sent("/mounts/persistent/path", json!("/data")),
        ),
        (
            "providers.runpod.volumeMountPath",
            pod(json!({"volumeSizeGb": 0, "volumeMountPath": "/data"})),
            Said("there is no volume to mount"),
        ),
        (
            "providers.runpod.networkVolumeId",
            pod(json!({"networkVolumeId": VOLUME, "volumeMountPath": "/data"})),
            Sent(
                "/mounts",
                json!({"network": [{"volumeId": VOLUME, "path": "/data"}]}),
            ),
        ),
        (
            "providers.runpod.networkVolumeId",
            pod(json!({"networkVolumeId": VOLUME})),
            Sent("/dataCenterIds", json!(["US-TX-3"])),
        ),
        (
            "providers.runpod.networkVolumeId",
            pod(json!({"networkVolumeId": VOLUME, "region": "EU-RO-1"})),
            Refused(2, "US-TX-3"),
        ),
        (
            "providers.runpod.networkVolumeId",
            pod(json!({"networkVolumeId": VOLUME, "cloudType": "COMMUNITY"})),
            Refused(2, "network volumes need SECURE hosts"),
        ),
        (
            "providers.runpod.networkVolumeId",
            pod(json!({"networkVolumeId": "nowhere"})),
            Refused(2, "RunPod has no network volume `nowhere`"),
        ),
    ]
}

fn access() -> Vec<Row> {
    vec![
        (
            "providers.runpod.ports",
            pod(json!({"ports": ["9000/http", "9001/tcp"]})),
            Sent("/ports", json!(["9000/http", "9001/tcp"])),
        ),
        (
            "providers.runpod.ports",
            pod(json!({"ports": ["9000/udp"]})),
            Refused(2, "9000/udp"),
        ),
        (
            "providers.runpod.exposePorts",
            pod(json!({"exposePorts": [9000]})),
            Sent("/ports", json!(["9000/http", "22/tcp"])),
        ),
        (
            "providers.runpod.publicIp",
            pod(json!({"publicIp": true, "ports": ["9000/http"]})),
            Sent("/ports", json!(["9000/http", "22/tcp"])),
        ),
        (
            "providers.runpod.publicIp",
            pod(json!({"publicIp": true, "cloudType": "COMMUNITY"})),
            Said("a COMMUNITY host may have no public address"),
        ),
        (
            "providers.runpod.startSsh",
            pod(json!({"startSsh": false})),
            Sent("/startSsh", json!(false)),
        ),
        (
            "providers.runpod.startSsh",
            pod(json!({"startSsh": true, "ports": ["9000/http"]})),
            Sent("/ports", json!(["9000/http", "22/tcp"])),
        ),
        (
            "providers.runpod.templateId",
            pod(json!({"templateId": TEMPLATE})),
            Sent("/templateId", json!(TEMPLATE)),
        ),
        (
            "providers.runpod.templateId",
            json!({
                "deployment": {"image": null},
                "providers": {"runpod": {"templateId": TEMPLATE}},
            }),
            NotSent("/image"),
        ),
    ]
}
