//! Addons: the types that there are, and the lists of projects, which have none.

use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::page::{Page, data};
use crate::problem::Problem;
use crate::reply::Reply;

/// Type, name and newest major version.
const TYPES: [(&str, &str, &str); 6] = [
    ("postgresql", "PostgreSQL", "17"),
    ("mysql", "MySQL", "8"),
    ("mongodb", "MongoDB", "8"),
    ("redis", "Redis", "8"),
    ("rabbitmq", "RabbitMQ", "4"),
    ("minio", "MinIO", "2025"),
];

/// `GET /v1/addon-types`
pub(crate) fn list_types(_call: &Call<'_>) -> Reply {
    let rows = TYPES.map(|(id, name, version)| {
        json!({
            "type": id,
            "name": name,
            "description": format!("{name}, run by the service"),
            "features": {
                "backupsDump": true,
                "customDBName": false,
                "forkAddon": true,
                "importDump": true,
                "importLive": false,
                "scaleReplicas": true,
                "tls": true,
                "externalAccess": true,
            },
            "versions": [format!("{version}.0.0")],
            "major": [version],
            "resources": {
                "storage": { "options": [4096, 8192, 16384, 32768], "default": 4096 },
                "replicas": { "options": [1, 3, 5], "default": 1 },
            },
        })
    });
    data(json!({ "addonTypes": rows }))
}

/// `GET /v1/projects/{projectId}/addons`: creating one is not modelled.
pub(crate) fn list(call: &Call<'_>) -> Result<Reply, Problem> {
    call.project()?;
    let page = Page::of(call, &[], |_: &Value| 0)?;
    Ok(page.reply("addons", Value::clone))
}

/// `GET /v1/projects/{projectId}/addons/{addonId}`
pub(crate) fn get(call: &Call<'_>) -> Result<Reply, Problem> {
    call.project()?;
    Err(Problem::not_found("addon", call.id("addonId")))
}
