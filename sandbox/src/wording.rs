//! What a validator found, in our words: `$.gpu.count: value must be at least 1`.
//!
//! The words name keys and limits, never the value that was sent: it may be a secret.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

/// What one error comes to. Where a value has none of several shapes, that is what it lacks for the one
/// it is closest to.
pub(crate) fn findings(root: &str, error: &ValidationError<'_>) -> Vec<String> {
    let branches = match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => context.as_slice(),
        _one_shape_only => &[],
    };
    let other_type = |inner: &ValidationError<'_>| {
        matches!(inner.kind(), Kind::Type { .. }) && inner.instance_path() == error.instance_path()
    };
    let near = branches
        .iter()
        .filter(|branch| !branch.iter().any(other_type));
    match near.min_by_key(|branch| branch.len()) {
        Some(branch) => branch
            .iter()
            .flat_map(|inner| findings(root, inner))
            .collect(),
        None => vec![describe(root, error)],
    }
}

/// One finding, with its place written as `$.key[0].key` under `root`.
fn describe(root: &str, error: &ValidationError<'_>) -> String {
    format!("{root}{}: {}", place(error), words(error.kind()))
}

fn place(error: &ValidationError<'_>) -> String {
    let mut place = String::new();
    for segment in error.instance_path().as_str().split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            place.extend(["[", &name, "]"]);
        } else {
            place.extend([".", &name]);
        }
    }
    place
}

fn words(kind: &Kind) -> String {
    match kind {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!(
                "unknown {} {}",
                plural("key", unexpected.len()),
                quoted(unexpected)
            )
        }
        Kind::Required { property } => match property.as_str() {
            Some(name) => format!("key `{name}` is required"),
            None => "a required key is missing".into(),
        },
        Kind::Type { kind } => format!("value must be of type {}", type_name(kind)),
        Kind::Enum { options } => format!("value must be one of {}", options_list(options)),
        Kind::Constant { expected_value } => format!("value must be {expected_value}"),
        Kind::Pattern { pattern } => format!("value must match the pattern {pattern}"),
        Kind::Format { format } => format!("value must be a {format}"),
        Kind::Minimum { limit } => format!("value must be at least {limit}"),
        Kind::Maximum { limit } => format!("value must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("value must be above {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("value must be below {limit}"),
        Kind::MinLength { limit } => counted("value must have at least", *limit, "character"),
        Kind::MaxLength { limit } => counted("value must have at most", *limit, "character"),
        Kind::MinItems { limit } => counted("list must have at least", *limit, "item"),
        Kind::MaxItems { limit } => counted("list must have at most", *limit, "item"),
        Kind::MinProperties { limit } => counted("object must have at least", *limit, "key"),
        Kind::MaxProperties { limit } => counted("object must have at most", *limit, "key"),
        Kind::UniqueItems => "list must not repeat an item".into(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            "value has none of the allowed shapes".into()
        }
        Kind::Not { .. } => "value is of a kind that is not allowed".into(),
        other => format!("value breaks the rule `{}`", other.keyword()),
    }
}

fn type_name(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => kind.as_str().to_owned(),
        TypeKind::Multiple(kinds) => kinds
            .iter()
            .map(jsonschema::JsonType::as_str)
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

fn options_list(options: &Value) -> String {
    let texts: Vec<String> = options
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| {
            option
                .as_str()
                .map_or_else(|| option.to_string(), str::to_owned)
        })
        .collect();
    texts.join(", ")
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn counted(start: &str, count: u64, noun: &str) -> String {
    let noun = plural(noun, usize::try_from(count).unwrap_or(usize::MAX));
    format!("{start} {count} {noun}")
}

fn plural(noun: &str, count: usize) -> String {
    if count == 1 {
        noun.to_owned()
    } else {
        format!("{noun}s")
    }
}
