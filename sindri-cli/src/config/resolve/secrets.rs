//! The `secrets` list.

use std::collections::BTreeMap;

use crate::config::fields::{TOP, lookup};
use crate::config::findings::Findings;
use crate::config::model::{SecretSource, SecretSpec};
use crate::config::source::Span;
use crate::config::values::{At, Scope};

/// The variable that marks a deployment as ours, so that a lost one is found again.
const RESERVED: &str = "SINDRI_DEPLOYMENT_ID";

/// Keys by the source they belong to, and whether it needs them.
const KEYS: &[(&str, &str, Need)] = &[
    ("fromFile", "env", Need::Optional),
    ("path", "file", Need::Required),
    ("mountPath", "file", Need::Required),
    ("permissions", "file", Need::Optional),
    ("vaultPath", "vault", Need::Required),
    ("vaultKey", "vault", Need::Required),
    ("vaultMount", "vault", Need::Optional),
    ("s3Path", "s3", Need::Required),
    ("fallback", "s3", Need::Optional),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

pub(super) fn secrets(
    top: &Scope<'_>,
    provider: Option<&str>,
    findings: &mut Findings,
) -> Vec<SecretSpec> {
    let (mut seen, mut mounted) = (BTreeMap::new(), BTreeMap::new());
    let items = top.items("secrets").unwrap_or_default();
    items
        .iter()
        .filter_map(|item| {
            check_name(item, &mut seen, findings);
            check_place(item, &mut mounted, findings);
            secret(item, provider, findings)
        })
        .collect()
}

fn check_name<'v>(item: &Scope<'v>, seen: &mut BTreeMap<&'v str, Span>, findings: &mut Findings) {
    let Some(name) = item.text("name") else {
        return;
    };
    if name.value == RESERVED {
        findings.push(
            name.error(format!("`{RESERVED}` is set by this program"))
                .label("reserved")
                .help("choose another name"),
        );
    }
    if seen.insert(name.value, name.span).is_some() {
        findings.push(
            name.error(format!("the secret `{}` is listed twice", name.value))
                .label("listed above")
                .help("keep one entry for each name"),
        );
    }
}

/// Two files in one place would be one.
fn check_place<'v>(
    item: &Scope<'v>,
    mounted: &mut BTreeMap<&'v str, Span>,
    findings: &mut Findings,
) {
    let Some(path) = item.text("mountPath") else {
        return;
    };
    if mounted.insert(path.value, path.span).is_some() {
        findings.push(
            path.error(format!("two files are to be placed at `{}`", path.value))
                .label("taken above")
                .help("give each its own `mountPath`"),
        );
    }
}

fn secret(item: &Scope<'_>, provider: Option<&str>, findings: &mut Findings) -> Option<SecretSpec> {
    let source = item.text("source");
    if let Some(source) = &source {
        check_keys(item, source, findings);
    }
    let required = item.flag("required").is_some_and(|flag| flag.value);
    let text = |key| item.text(key).map(|text| text.value.to_owned());
    let name = text("name");
    let source = source?;
    let made = match source.value {
        "env" => SecretSource::Env {
            from_file: text("fromFile"),
        },
        "file" => {
            match provider {
                Some("northflank") => without_permissions(item, findings),
                Some("runpod") => cannot_mount(&source, name.as_deref(), required, findings),
                // What the full Sindri does with it on another provider is its own matter.
                Some(_) | None => {}
            }
            SecretSource::File {
                path: text("path")?,
                mount_path: text("mountPath")?,
                permissions: text("permissions").unwrap_or_else(|| "0644".to_owned()),
            }
        }
        "vault" => {
            let mount = text("vaultMount").unwrap_or_else(|| "secret".to_owned());
            let mount = mount.trim_matches('/').to_owned();
            SecretSource::Vault {
                path: below_mount(&text("vaultPath")?, &mount).to_owned(),
                key: text("vaultKey")?,
                mount,
            }
        }
        _ => {
            findings.push(
                source
                    .error("secrets from S3 are not supported yet")
                    .label("cannot be read")
                    .help("write `source: env` and set the variable, or use `source: vault`"),
            );
            SecretSource::S3 {
                path: text("s3Path")?,
            }
        }
    };
    Some(SecretSpec {
        name: name?,
        required,
        source: made,
    })
}

fn check_keys(item: &Scope<'_>, source: &At<&str>, findings: &mut Findings) {
    for (key, belongs_to, need) in KEYS {
        let fits = *belongs_to == source.value;
        if fits && *need == Need::Required && !item.has(key) {
            findings.push(
                item.error(key, format!("`source: {belongs_to}` needs `{key}`"))
                    .binding()
                    .label("expected in this entry")
                    .help(format!("write `{key}: {}`", example(key))),
            );
        }
        if !fits && item.has(key) {
            findings.push(
                item.error(key, format!("`{key}` is for `source: {belongs_to}`"))
                    .label(format!("the source here is `{}`", source.value))
                    .help(format!("remove it, or write `source: {belongs_to}`")),
            );
        }
    }
}

fn example(key: &str) -> String {
    lookup(TOP.fields, &format!("secrets[].{key}"))
        .map_or_else(String::new, |field| field.kind.example())
}

/// Northflank places a file, and takes no mode for it.
fn without_permissions(item: &Scope<'_>, findings: &mut Findings) {
    if let Some(permissions) = item.text("permissions") {
        findings.push(
            permissions
                .warning("Northflank takes no permissions for a file: it sets its own")
                .label("is not sent")
                .help("change them in the entry point of the image, if it matters"),
        );
    }
}

fn cannot_mount(source: &At<&str>, name: Option<&str>, required: bool, findings: &mut Findings) {
    let name = name.unwrap_or("this secret");
    let message = format!("RunPod places no files: `{name}` cannot be delivered");
    let finding = if required {
        source
            .error(message)
            .label("required, and cannot be delivered")
    } else {
        source.warning(message).label("will be skipped")
    };
    findings.push(
        finding.help("write `source: env` with `fromFile` to pass the content as a variable"),
    );
}

/// Guides write the path with the mount and `data/` in front; the API adds both itself.
fn below_mount<'p>(path: &'p str, mount: &str) -> &'p str {
    let path = path.trim_matches('/');
    let path = path
        .strip_prefix(mount)
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(path);
    path.strip_prefix("data/").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::below_mount;

    #[test]
    fn a_path_of_a_guide_becomes_the_path_below_the_mount() {
        let check = |path: &str, mount: &str, expected: &str| {
            assert_eq!(below_mount(path, mount), expected, "{path} {mount}");
        };
        check("apps/my-app", "secret", "apps/my-app");
        check("secret/data/apps/my-app", "secret", "apps/my-app");
        check("secret/apps/my-app", "secret", "apps/my-app");
        check("data/apps/my-app", "secret", "apps/my-app");
        check("/secret/data/apps/my-app/", "secret", "apps/my-app");
        check("kv/team/data/app", "kv/team", "app");
        // Once only: a folder may have the name of the mount.
        check("secret/secret/app", "secret", "secret/app");
        check("data/data/app", "secret", "data/app");
        // Only whole parts.
        check("secrets/app", "secret", "secrets/app");
        check("database/app", "secret", "database/app");
        check("secret", "secret", "secret");
    }
}
