//! The alternatives of a choice, with choices inside it laid flat.

use std::collections::BTreeSet;

use serde_json::Value;

use super::all_of::ORIGIN;
use super::context::{Outcome, PassError};
use super::nullability::NULLABLE;
use super::schema::{self, Schemas, flag, is_annotation, text};
use super::walk::Object;

/// More alternatives than this are refused.
const MAX_ALTERNATIVES: usize = 512;

/// What a value of an alternative is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Array,
    Boolean,
    Enum,
    Integer,
    Map,
    Number,
    Object,
    String,
}

impl Kind {
    /// The name of its JSON type; numbers are one type.
    pub(super) fn json(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Array => "array",
            Self::Boolean => "boolean",
            Self::Enum | Self::String => "string",
            Self::Integer | Self::Number => "number",
            Self::Map | Self::Object => "object",
        }
    }

    /// The name of the variant that holds it, for alternatives without a name.
    pub(super) fn variant(self) -> Option<&'static str> {
        match self {
            Self::Array => Some("List"),
            Self::Boolean => Some("Boolean"),
            Self::Enum | Self::String => Some("String"),
            Self::Integer => Some("Integer"),
            Self::Number => Some("Number"),
            Self::Map => Some("Map"),
            Self::Object => Some("Object"),
            Self::Any => None,
        }
    }
}

/// One alternative.
#[derive(Debug, Clone)]
pub(super) struct Alternative {
    /// The schema as it stands in the choice.
    pub(super) schema: Value,
    /// The schema behind its `$ref`, or the same.
    pub(super) resolved: Value,
    pub(super) kind: Kind,
    /// The named schema it refers to or was made from.
    pub(super) name: Option<String>,
    /// Property and values an inner discriminator gave it.
    pub(super) tag: Option<(String, Vec<String>)>,
}

impl Alternative {
    /// Whether both can be one alternative without a loss.
    pub(super) fn joins(&self, other: &Self) -> bool {
        match (self.kind, other.kind) {
            (Kind::Object, Kind::Object) => self.same_shape(other),
            (Kind::Object, Kind::Map) | (Kind::Map, Kind::Object) => false,
            _ => self.kind.json() == other.kind.json(),
        }
    }

    /// Whether both are the same type.
    pub(super) fn same_shape(&self, other: &Self) -> bool {
        let shape = |schema: &Value| -> Object {
            schema
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(key, _)| !is_annotation(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        };
        shape(&self.schema) == shape(&other.schema)
    }

    /// The values of an enum.
    pub(super) fn values(&self) -> Vec<String> {
        enum_values(&self.resolved)
    }
}

/// The values of an open enum.
pub(super) fn enum_values(schema: &Value) -> Vec<String> {
    schema
        .get("x-sdk-enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|variant| text(variant, "value").map(str::to_owned))
        .collect()
}

/// All alternatives of a choice.
#[derive(Debug, Default)]
pub(super) struct Alternatives {
    pub(super) list: Vec<Alternative>,
    /// Whether one of them allows null.
    pub(super) nullable: bool,
}

/// Lists the alternatives of `choice`, those of inner choices included.
pub(super) fn expand(choice: &Value, schemas: &Schemas, at: &str) -> Outcome<Alternatives> {
    let mut all = Alternatives::default();
    let mut seen = BTreeSet::new();
    collect(choice, schemas, at, &mut seen, &mut all)?;
    Ok(all)
}

fn collect(
    choice: &Value,
    schemas: &Schemas,
    at: &str,
    seen: &mut BTreeSet<String>,
    all: &mut Alternatives,
) -> Outcome {
    let branches = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| choice.get(*key)?.as_array());
    for branch in branches.into_iter().flatten() {
        if flag(branch, "x-sdk-never") {
            continue;
        }
        all.nullable |= flag(branch, NULLABLE);
        let mut name = schema::target(branch);
        let mut resolved = branch;
        let mut hops = BTreeSet::new();
        while let Some(next) = schema::target(resolved) {
            let Some(target) = schemas.get(&next) else {
                return Err(PassError::new(
                    at,
                    format!("`$ref` points at no schema: `{next}`"),
                ));
            };
            if !hops.insert(next.clone()) {
                return Err(PassError::new(at, "this `$ref` leads back to itself"));
            }
            name = Some(next);
            resolved = target;
            all.nullable |= flag(resolved, NULLABLE);
        }
        if resolved.get("oneOf").is_some() || resolved.get("anyOf").is_some() {
            if name.as_ref().is_none_or(|name| seen.insert(name.clone())) {
                collect(resolved, schemas, at, seen, all)?;
            }
            continue;
        }
        if all.list.len() >= MAX_ALTERNATIVES {
            return Err(PassError::new(at, "this choice has too many alternatives"));
        }
        let name = name.or_else(|| text(branch, ORIGIN).map(str::to_owned));
        all.list.push(Alternative {
            tag: tag(choice, name.as_deref()),
            schema: bare(branch),
            resolved: resolved.clone(),
            kind: kind(resolved),
            name,
        });
    }
    Ok(())
}

/// A branch without the null that now belongs to the whole choice.
fn bare(branch: &Value) -> Value {
    let mut branch = branch.clone();
    if let Some(object) = branch.as_object_mut() {
        object.remove(NULLABLE);
    }
    branch
}

/// What the discriminator of `choice` says about the alternative called `name`.
fn tag(choice: &Value, name: Option<&str>) -> Option<(String, Vec<String>)> {
    let discriminator = choice.get("discriminator")?;
    let reference = schema::reference(name?);
    let values: Vec<String> = discriminator
        .get("mapping")?
        .as_object()?
        .iter()
        .filter(|(_, target)| target.as_str() == Some(&reference))
        .map(|(value, _)| value.clone())
        .collect();
    let property = text(discriminator, "propertyName")?.to_owned();
    (!values.is_empty()).then_some((property, values))
}

/// What a schema without a choice is.
pub(super) fn kind(schema: &Value) -> Kind {
    if schema.get("x-sdk-enum").is_some() {
        return Kind::Enum;
    }
    match text(schema, "type") {
        Some("array") => Kind::Array,
        Some("boolean") => Kind::Boolean,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("string") => Kind::String,
        Some("object") if schema.get("properties").is_some() => Kind::Object,
        Some("object") if schema.get("x-sdk-union").is_some() => Kind::Any,
        Some("object") => Kind::Map,
        _ => Kind::Any,
    }
}
