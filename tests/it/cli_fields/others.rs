//! The top level, `extensions` and `secrets`.

#![expect(clippy::too_many_lines, reason = "tables")]

use super::{Refused, Row, Said, Sent, Shown, secret};
use serde_json::{Value, json};

/// The top level, `extensions` and `secrets`.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = vec![
        (
            "version",
            json!({"version": "2.1"}),
            Sent("/env/SINDRI_VERSION", json!("2.1")),
        ),
        ("version", json!({"version": "3"}), Refused(2, "version")),
        (
            "name",
            json!({"name": "other"}),
            Sent("/name", json!("other")),
        ),
        ("name", json!({"name": "Other"}), Refused(2, "Other")),
        (
            "extensions.profile",
            json!({"extensions": {"profile": "fullstack"}}),
            Sent("/env/INSTALL_PROFILE", json!("fullstack")),
        ),
        (
            "extensions.active",
            json!({"extensions": {"profile": null, "active": ["a", "b"]}}),
            Sent("/env/CUSTOM_EXTENSIONS", json!("a,b")),
        ),
        (
            "extensions.active",
            json!({"extensions": {"active": ["a"]}}),
            Refused(2, "exclude each other"),
        ),
        (
            "extensions.additional",
            json!({"extensions": {"additional": ["a", "b"]}}),
            Sent("/env/ADDITIONAL_EXTENSIONS", json!("a,b")),
        ),
        (
            "extensions.auto_install",
            json!({"extensions": {"auto_install": false}}),
            Sent("/env/SKIP_AUTO_INSTALL", json!("true")),
        ),
    ];
    rows.extend(secrets());
    rows
}

fn secrets() -> Vec<Row> {
    let file = json!({"source": "file", "path": "token.txt", "mountPath": "/token"});
    let with = |base: &Value, keys: Value| {
        let mut entry = base.clone();
        super::merge(&mut entry, &keys);
        secret(entry)
    };
    let vault = json!({"source": "vault", "vaultPath": "app", "vaultKey": "key", "required": true});
    vec![
        (
            "secrets[].name",
            secret(json!({"name": "OTHER", "fromFile": "token.txt"})),
            Sent("/env/OTHER", json!("from a file")),
        ),
        (
            "secrets[].name",
            secret(json!({"name": "SINDRI_DEPLOYMENT_ID"})),
            Refused(2, "is set by this program"),
        ),
        (
            "secrets[].source",
            secret(json!({"source": "paper"})),
            Refused(2, "paper"),
        ),
        (
            "secrets[].required",
            secret(json!({"required": true})),
            Refused(2, "TOKEN2"),
        ),
        (
            "secrets[].required",
            secret(json!({"required": false})),
            Said("secret TOKEN2 is left out"),
        ),
        (
            "secrets[].fromFile",
            secret(json!({"fromFile": "./token.txt"})),
            Sent("/env/TOKEN2", json!("from a file")),
        ),
        ("secrets[].path", with(&file, json!({})), Said("TOKEN2")),
        (
            "secrets[].path",
            with(&file, json!({"path": null})),
            Refused(2, "needs `path`"),
        ),
        (
            "secrets[].path",
            with(&file, json!({"required": true})),
            Refused(2, "RunPod places no files"),
        ),
        (
            "secrets[].mountPath",
            with(&file, json!({"mountPath": null})),
            Refused(2, "needs `mountPath`"),
        ),
        (
            "secrets[].permissions",
            with(&file, json!({"permissions": "0999"})),
            Refused(2, "permissions"),
        ),
        (
            "secrets[].permissions",
            secret(json!({"permissions": "0600"})),
            Refused(2, "`permissions` is for `source: file`"),
        ),
        (
            "secrets[].vaultPath",
            with(&vault, json!({})),
            Refused(2, "Vault"),
        ),
        (
            "secrets[].vaultPath",
            with(&vault, json!({"vaultPath": null})),
            Refused(2, "needs `vaultPath`"),
        ),
        (
            "secrets[].vaultKey",
            with(&vault, json!({"vaultKey": null})),
            Refused(2, "needs `vaultKey`"),
        ),
        (
            "secrets[].vaultMount",
            with(
                &vault,
                json!({"vaultMount": "kv", "vaultPath": "kv/data/app"}),
            ),
            Shown("/secrets/0/vaultPath", json!("app")),
        ),
        (
            "secrets[].s3Path",
            secret(json!({"source": "s3", "s3Path": "s3://bucket/key"})),
            Refused(2, "S3"),
        ),
        (
            "secrets[].fallback",
            secret(json!({"source": "s3", "s3Path": "s3://bucket/key", "fallback": "env"})),
            Refused(2, "S3"),
        ),
        (
            "secrets[].fallback",
            secret(json!({"fallback": "env"})),
            Refused(2, "`fallback` is for `source: s3`"),
        ),
    ]
}
