//! What of a document is fact: names, types, limits, rules. A table says what each part may have; all other
//! keys go, and with them every sentence and every example of the vendor.

use crate::passes::METHODS;
use serde_json::{Map, Value, json};

/// A part of a document.
#[derive(Clone, Copy)]
enum Part {
    /// Kept as it is.
    Raw,
    Root,
    Info,
    Servers,
    Tag,
    PathItem,
    Operation,
    Parameter,
    Body,
    Media,
    Response,
    Components,
    SecurityScheme,
    Schema,
    /// A list of parts.
    List(&'static Part),
    /// Parts by name.
    Map(&'static Part),
}

const OPERATION: &[(&str, Part)] = &[
    ("operationId", Part::Raw),
    ("tags", Part::Raw),
    ("deprecated", Part::Raw),
    ("security", Part::Raw),
    ("parameters", Part::List(&Part::Parameter)),
    ("requestBody", Part::Body),
    ("responses", Part::Map(&Part::Response)),
    // Ours.
    ("x-permission", Part::Raw),
    ("x-paging", Part::Raw),
    ("x-team-path", Part::Raw),
];

const SCHEMA: &[(&str, Part)] = &[
    ("properties", Part::Map(&Part::Schema)),
    ("patternProperties", Part::Map(&Part::Schema)),
    ("$defs", Part::Map(&Part::Schema)),
    ("dependentSchemas", Part::Map(&Part::Schema)),
    ("items", Part::Schema),
    ("additionalProperties", Part::Schema),
    ("unevaluatedProperties", Part::Schema),
    ("propertyNames", Part::Schema),
    ("contains", Part::Schema),
    ("not", Part::Schema),
    ("if", Part::Schema),
    ("then", Part::Schema),
    ("else", Part::Schema),
    ("allOf", Part::List(&Part::Schema)),
    ("anyOf", Part::List(&Part::Schema)),
    ("oneOf", Part::List(&Part::Schema)),
    ("prefixItems", Part::List(&Part::Schema)),
];

/// Keywords of a schema whose values are no schemas.
const RULES: &[&str] = &[
    "$ref",
    "type",
    "format",
    "enum",
    "const",
    "default",
    "nullable",
    "required",
    "deprecated",
    "readOnly",
    "writeOnly",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "discriminator",
    "contentEncoding",
    "contentMediaType",
];

impl Part {
    /// What a key of this part holds; `None` when it has no place in a description.
    fn key(self, key: &str) -> Option<Self> {
        let table: &[(&str, Self)] = match self {
            Self::Raw | Self::Servers | Self::List(_) | Self::Map(_) => return None,
            Self::Root => &[
                ("openapi", Self::Raw),
                ("info", Self::Info),
                ("servers", Self::Servers),
                ("x-envelope", Self::Raw),
                ("security", Self::Raw),
                ("tags", Self::List(&Self::Tag)),
                ("paths", Self::Map(&Self::PathItem)),
                ("components", Self::Components),
            ],
            Self::Info => &[("title", Self::Raw), ("version", Self::Raw)],
            Self::Tag => &[("name", Self::Raw)],
            Self::PathItem if METHODS.contains(&key) => return Some(Self::Operation),
            Self::PathItem => &[("parameters", Self::List(&Self::Parameter))],
            Self::Operation => OPERATION,
            Self::Parameter => &[
                ("$ref", Self::Raw),
                ("name", Self::Raw),
                ("in", Self::Raw),
                ("required", Self::Raw),
                ("deprecated", Self::Raw),
                ("style", Self::Raw),
                ("explode", Self::Raw),
                ("allowReserved", Self::Raw),
                ("schema", Self::Schema),
                ("content", Self::Map(&Self::Media)),
            ],
            Self::Body => &[
                ("$ref", Self::Raw),
                ("required", Self::Raw),
                ("content", Self::Map(&Self::Media)),
            ],
            Self::Media => &[("schema", Self::Schema), ("encoding", Self::Raw)],
            Self::Response => &[
                ("$ref", Self::Raw),
                ("headers", Self::Map(&Self::Parameter)),
                ("content", Self::Map(&Self::Media)),
            ],
            Self::Components => &[
                ("schemas", Self::Map(&Self::Schema)),
                ("responses", Self::Map(&Self::Response)),
                ("parameters", Self::Map(&Self::Parameter)),
                ("headers", Self::Map(&Self::Parameter)),
                ("requestBodies", Self::Map(&Self::Body)),
                ("securitySchemes", Self::Map(&Self::SecurityScheme)),
            ],
            Self::SecurityScheme => &[
                ("type", Self::Raw),
                ("scheme", Self::Raw),
                ("bearerFormat", Self::Raw),
                ("in", Self::Raw),
                ("name", Self::Raw),
            ],
            Self::Schema if RULES.contains(&key) => return Some(Self::Raw),
            Self::Schema => SCHEMA,
        };
        let found = table.iter().find(|(name, _)| *name == key);
        found.map(|(_, part)| *part)
    }
}

/// The facts of a document. What only our description knows (how answers are wrapped, how calls prove who
/// makes them) comes from there.
pub(super) fn of(document: &Value, ours: &Value) -> Value {
    let mut facts = keep(document, Part::Root, "");
    if let (Some(facts), Some(ours)) = (facts.as_object_mut(), ours.as_object()) {
        for key in ["x-envelope", "security", "servers", "tags"] {
            if let (false, Some(value)) = (facts.contains_key(key), ours.get(key)) {
                facts.insert(key.to_owned(), value.clone());
            }
        }
    }
    facts
}

/// What is to be kept of a part. `name` is the key it stands under.
fn keep(value: &Value, part: Part, name: &str) -> Value {
    match (part, value) {
        (Part::List(of), Value::Array(list)) => list.iter().map(|it| keep(it, *of, "")).collect(),
        (Part::Map(of), Value::Object(map)) => {
            let kept = map.iter().filter(|(key, _)| !key.starts_with("x-"));
            let kept = kept.map(|(key, it)| (key.clone(), keep(it, *of, key)));
            Value::Object(kept.collect())
        }
        (Part::Servers, Value::Array(list)) => list
            .iter()
            .map(|server| json!({"url": server.get("url")}))
            .collect(),
        (Part::Raw | Part::List(_) | Part::Map(_) | Part::Servers, other) => other.clone(),
        (_, Value::Object(object)) => {
            let kept = object
                .iter()
                .filter_map(|(key, it)| Some((key.clone(), keep(it, part.key(key)?, key))));
            let mut kept: Map<String, Value> = kept.collect();
            if let Part::Response = part
                && !kept.contains_key("$ref")
            {
                kept.insert("description".to_owned(), meaning(name).into());
            }
            Value::Object(kept)
        }
        // `additionalProperties: false` and the like.
        (_, other) => other.clone(),
    }
}

/// What a response is for: OpenAPI demands a description.
fn meaning(code: &str) -> String {
    let status = code
        .parse()
        .ok()
        .and_then(|code: u16| ureq::http::StatusCode::from_u16(code).ok());
    match (status.and_then(|status| status.canonical_reason()), code) {
        (Some(reason), _) => reason.to_owned(),
        (None, "default" | "4XX" | "5XX") => "Error".to_owned(),
        // The name of a shared one.
        (None, name) => name.to_owned(),
    }
}
