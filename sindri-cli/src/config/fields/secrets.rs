//! One entry of `secrets`.

use super::shape::{ABSOLUTE_PATH, ANY, ENV_NAME, PERMISSIONS, SOURCE_PATH, Shape};
use super::table::{Block, Field, Kind, Unknown};

const NO_VALUES: &str = "a value has no place in this file: remove it and set the variable in the \
                         environment or in `.env`";

/// An empty part or a dot would address something else.
const VAULT_PATH: Shape = Shape {
    pattern: r"^/?(?!\.{1,2}(/|$))[^/]+(/(?!\.{1,2}(/|$))[^/]+)*/?$",
    words: "a path without empty parts, `.` and `..`",
    example: "apps/my-app",
    test: is_vault_path,
    ..ANY
};

const VAULT_MOUNT: Shape = Shape {
    example: "secret",
    ..VAULT_PATH
};

const VAULT_KEY: Shape = Shape {
    example: "token",
    ..ANY
};

const S3_PATH: Shape = Shape {
    example: "s3://my-bucket/my-key",
    ..ANY
};

pub(super) static SECRET: Block = Block {
    unknown: Unknown::Warning,
    renamed: &[],
    hints: &[
        ("value", NO_VALUES),
        ("secret", NO_VALUES),
        ("data", NO_VALUES),
    ],
    fields: &[
        Field::new("name", Kind::Text(ENV_NAME), "Name of the environment variable").required(),
        Field::new(
            "source",
            Kind::Choice(&["env", "file", "vault", "s3"]),
            "Where the value comes from. `file` is placed on Northflank, and nowhere on RunPod; `s3` is refused for now",
        )
        .required(),
        Field::new("required", Kind::Bool, "Whether a missing value stops a deployment").default("`false`"),
        Field::new(
            "fromFile",
            Kind::Text(ANY),
            "`env`: file whose trimmed content is the value when no environment has it",
        ),
        Field::new("path", Kind::Text(SOURCE_PATH), "`file`: the file; required there"),
        Field::new(
            "mountPath",
            Kind::Text(ABSOLUTE_PATH),
            "`file`: where it is placed in the container; required there",
        ),
        Field::new("permissions", Kind::NumberLikeText(PERMISSIONS), "`file`: octal permissions; Northflank takes none")
            .default("`\"0644\"`"),
        Field::new(
            "vaultPath",
            Kind::Text(VAULT_PATH),
            "`vault`: path below the mount; a leading `<mount>/` and `data/` are dropped; required there",
        ),
        Field::new("vaultKey", Kind::Text(VAULT_KEY), "`vault`: key in the secret; required there"),
        Field::new("vaultMount", Kind::Text(VAULT_MOUNT), "`vault`: mount of a KV version 2 engine")
            .default("`secret`"),
        Field::new("s3Path", Kind::Text(S3_PATH), "`s3`: object path or `s3://bucket/key`; required there"),
        Field::new(
            "fallback",
            Kind::Choice(&["env", "vault"]),
            "`s3`: source to use when the object is missing",
        ),
    ],
};

fn is_vault_path(text: &str) -> bool {
    let path = text.strip_prefix('/').unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
