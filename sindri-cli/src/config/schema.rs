//! The JSON Schema of the file, made from the table of fields, for editors.
//!
//! It knows keys, types, ranges and forms. Rules across fields stay with the program.

use serde_json::{Map, Value, json};

use super::fields::{Block, Field, Kind, TOP, Unknown, snake_case};

/// A JSON Schema (draft 2020-12) for `sindri.yaml`.
pub fn json_schema() -> Value {
    let mut schema = block(&TOP);
    let mut definitions = Map::new();
    let mut conditions = Vec::new();
    for field in TOP.fields {
        if let Kind::Providers(blocks) = field.kind {
            for provider in blocks {
                definitions.insert(provider.name.to_owned(), described(provider));
                conditions.push(condition(provider));
            }
        }
    }
    if let Value::Object(schema) = &mut schema {
        schema.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        schema.insert("title".to_owned(), json!("sindri.yaml"));
        schema.insert("$defs".to_owned(), Value::Object(definitions));
        schema.insert("allOf".to_owned(), Value::Array(conditions));
    }
    schema
}

/// Only the block of the chosen provider counts: a file may hold any number of others.
fn condition(provider: &Field) -> Value {
    let name = provider.name;
    let reference = json!({ "$ref": format!("#/$defs/{name}") });
    let needs_block = provider
        .kind
        .block()
        .is_some_and(|block| block.fields.iter().any(|field| field.required));
    let mut then = json!({ "properties": { "providers": { "properties": { name: reference } } } });
    if needs_block {
        then["properties"]["providers"]["type"] = json!("object");
        then["properties"]["providers"]["required"] = json!([name]);
        then["required"] = json!(["providers"]);
    }
    json!({
        "if": {
            "properties": { "deployment": {
                "properties": { "provider": { "const": name } },
                "required": ["provider"],
                "type": "object",
            } },
            "required": ["deployment"],
        },
        "then": then,
    })
}

fn block(block: &Block) -> Value {
    let mut properties = Map::new();
    let mut spellings = Map::new();
    for field in block.fields {
        let schema = described(field);
        // As patterns, other spellings are accepted but not offered for completion.
        for pattern in other_spellings(field) {
            let mut old = schema.clone();
            old["deprecated"] = json!(true);
            spellings.insert(pattern, old);
        }
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<_> = block
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name)
        .collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !spellings.is_empty() {
        schema["patternProperties"] = Value::Object(spellings);
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if block.unknown == Unknown::Error {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

fn other_spellings(field: &Field) -> impl Iterator<Item = String> {
    let aliases = field.aliases.iter().map(|alias| (*alias).to_owned());
    let snake = std::iter::once(field.name)
        .chain(field.aliases.iter().copied())
        .map(snake_case);
    let mut all: Vec<String> = aliases.chain(snake).collect();
    all.retain(|spelling| spelling != field.name);
    all.sort();
    all.dedup();
    all.into_iter().map(|spelling| format!("^{spelling}$"))
}

fn described(field: &Field) -> Value {
    let mut schema = kind(&field.kind);
    let mut description = vec![format!("{}.", field.meaning)];
    if !field.default.is_empty() {
        description.push(format!("Default: {}.", field.default));
    }
    if let Some(other) = field.superseded_by {
        schema["deprecated"] = json!(true);
        description.push(format!("Write `{other}` instead."));
    }
    schema["description"] = json!(description.join(" "));
    if let Some(default) = literal(field) {
        schema["default"] = default;
    }
    schema
}

/// The default as a value, where it is one and not a rule.
fn literal(field: &Field) -> Option<Value> {
    let text = field.default.strip_prefix('`')?.strip_suffix('`')?;
    if text.contains('`') {
        return None;
    }
    match field.kind {
        Kind::Text(_) | Kind::NumberLikeText(_) | Kind::Choice(_) | Kind::Size => {
            Some(json!(text.trim_matches('"')))
        }
        _ => serde_json::from_str(text).ok(),
    }
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Number { min } => json!({ "type": "number", "minimum": min }),
        Kind::Text(shape) | Kind::NumberLikeText(shape) => {
            json!({ "type": "string", "pattern": pattern(shape.pattern) })
        }
        Kind::Size => json!({ "type": "string", "pattern": "^[0-9]+(MB|GB)$" }),
        Kind::Choice(allowed) => json!({ "enum": allowed }),
        Kind::List(item) => json!({ "type": ["array", "null"], "items": self::kind(item) }),
        Kind::Blocks(inner) => json!({ "type": ["array", "null"], "items": block(inner) }),
        Kind::Block(inner) => {
            let mut schema = block(inner);
            // An empty block is as good as none, unless something in it is needed.
            if schema.get("required").is_none() {
                schema["type"] = json!(["object", "null"]);
            }
            schema
        }
        Kind::Providers(_) => json!({ "type": ["object", "null"] }),
    }
}

/// Text of no special form must hold something that is not a blank.
fn pattern(pattern: &str) -> &str {
    if pattern.is_empty() { r"\S" } else { pattern }
}
