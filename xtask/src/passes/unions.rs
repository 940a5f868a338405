//! `unions`: turns `oneOf` and `anyOf` into a choice that says how each variant is told from the
//! others: by a tag, by a field only it has, or by its JSON type. Alternatives that are the same in
//! Rust become one; a choice nobody can make becomes any JSON, with a warning.

use serde_json::{Value, json};

use super::alternatives::{self, Alternative, Kind};
use super::context::{Context, Outcome};
use super::enums;
use super::names::{self, Taken};
use super::schema::{self, Schemas, is_annotation, text};
use super::tell::{self, How};
use super::walk::{self, Object, SOURCE};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    walk::schemas(document, &mut |at, schema| choose(at, schema, &schemas, cx))
}

fn choose(at: &str, schema: &mut Value, schemas: &Schemas, cx: &mut Context) -> Outcome {
    let Some(object) = schema.as_object_mut() else {
        return Ok(());
    };
    if !object.contains_key("oneOf") && !object.contains_key("anyOf") {
        return Ok(());
    }
    let node = std::mem::take(object);
    *object = node
        .iter()
        .filter(|(key, _)| is_annotation(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    object.remove("x-sdk-distinguish");
    if node.contains_key("oneOf") && node.contains_key("anyOf") {
        cx.warn(at, "two choices hold at once: read as any JSON");
        return Ok(());
    }
    let listed = alternatives::expand(&Value::Object(node.clone()), schemas, at)?;
    if listed.nullable {
        object.insert(super::nullability::NULLABLE.to_owned(), Value::Bool(true));
    }
    let list = simplify(listed.list);
    match list.as_slice() {
        [] => {}
        [one] => collapse(object, one),
        _ if list.iter().any(|one| one.kind == Kind::Any) => {}
        _ => match tell::apart(&list, &node, schemas) {
            Ok(how) => build(object, list, how),
            Err(reason) => cx.warn(at, format!("{reason}: read as any JSON")),
        },
    }
    Ok(())
}

/// The only alternative left takes the place of the choice.
fn collapse(object: &mut Object, one: &Alternative) {
    let annotations = std::mem::take(object);
    *object = one.schema.as_object().cloned().unwrap_or_default();
    for (key, value) in annotations {
        if key == SOURCE && object.contains_key("$ref") {
            continue;
        }
        object.insert(key, value);
    }
}

/// Makes one alternative out of those that are the same in Rust.
fn simplify(list: Vec<Alternative>) -> Vec<Alternative> {
    let mut kept: Vec<Alternative> = Vec::new();
    for one in list {
        let known = kept.iter_mut().find(|known| known.joins(&one));
        match known {
            Some(known) => join(known, one),
            None => kept.push(one),
        }
    }
    kept
}

/// Widens `known` so that `other` fits it too. Both have one JSON type.
fn join(known: &mut Alternative, other: Alternative) {
    match (known.kind, other.kind) {
        (Kind::Enum, Kind::Enum) if !known.same_shape(&other) => {
            let values = [known.values(), other.values()].concat();
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let source = schema::source(&known.schema);
            known.schema = json!({
                "type": "string",
                "x-sdk-enum": enums::variants(&values, None),
                SOURCE: source,
            });
            known.resolved = known.schema.clone();
        }
        (Kind::String, Kind::Enum) | (Kind::Integer, Kind::Number) => *known = other,
        (Kind::Array, Kind::Array) if !known.same_shape(&other) => {
            known.schema = json!({"type": "array", "items": {}});
        }
        (Kind::Map, Kind::Map) if !known.same_shape(&other) => {
            known.schema = json!({"type": "object", "additionalProperties": {}});
        }
        // An open enum, for one, holds every other string too.
        _ => {}
    }
}

fn build(object: &mut Object, list: Vec<Alternative>, how: Vec<How>) {
    let names = variant_names(&list, &how);
    let mut variants: Vec<(u8, Value)> = list
        .into_iter()
        .zip(how)
        .zip(names)
        .map(|((one, how), name)| {
            let mut variant = how.describe();
            schema::mark(&mut variant, "name", name);
            schema::mark(&mut variant, "schema", one.schema);
            (how.rank(), variant)
        })
        .collect();
    // What is told by less is asked last.
    variants.sort_by_key(|(rank, _)| *rank);
    let variants: Vec<Value> = variants.into_iter().map(|(_, variant)| variant).collect();
    object.insert("type".to_owned(), Value::from("object"));
    object.insert("x-sdk-union".to_owned(), json!({"variants": variants}));
}

fn variant_names(list: &[Alternative], how: &[How]) -> Vec<String> {
    let referred: Vec<&str> = list.iter().filter_map(|one| one.name.as_deref()).collect();
    let (front, back) = common_words(&referred);
    let mut taken = Taken::default();
    list.iter()
        .zip(how)
        .enumerate()
        .map(|(index, (one, how))| {
            let wanted = match (&one.name, text(&one.schema, "title"), how) {
                (Some(name), _, _) => cut(name, front, back),
                (None, Some(title), _) if !title.trim().is_empty() => title.to_owned(),
                (None, _, How::Tag { values, .. }) => values.first().cloned().unwrap_or_default(),
                (None, _, How::Field(field)) => field.clone(),
                (None, _, How::Json(_)) => match one.kind.variant() {
                    Some(name) => name.to_owned(),
                    None => format!("Variant{}", index + 1),
                },
            };
            taken.claim(&names::variant_name(&wanted))
        })
        .collect()
}

/// How many words all names share at the front and at the back, when something is left of each.
fn common_words(list: &[&str]) -> (usize, usize) {
    let split: Vec<Vec<String>> = list.iter().map(|name| words(name)).collect();
    let Some(shortest) = split.iter().map(Vec::len).min() else {
        return (0, 0);
    };
    if split.len() < 2 {
        return (0, 0);
    }
    let same = |pick: &dyn Fn(&Vec<String>) -> Option<String>| {
        let first = split.first().and_then(pick);
        split.iter().all(|words| pick(words) == first)
    };
    let mut front = 0;
    while front + 1 < shortest && same(&|words| words.get(front).cloned()) {
        front += 1;
    }
    let mut back = 0;
    while front + back + 1 < shortest && same(&|words| words.get(words.len() - 1 - back).cloned()) {
        back += 1;
    }
    (front, back)
}

fn cut(name: &str, front: usize, back: usize) -> String {
    let words = words(name);
    let kept: Vec<String> = words
        .iter()
        .take(words.len().saturating_sub(back))
        .skip(front)
        .cloned()
        .collect();
    let short = kept.join("_");
    let starts_well = short.starts_with(|first: char| !first.is_ascii_digit());
    if short.is_empty() || !starts_well {
        name.to_owned()
    } else {
        short
    }
}

fn words(name: &str) -> Vec<String> {
    use heck::ToSnakeCase;
    name.to_snake_case().split('_').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
