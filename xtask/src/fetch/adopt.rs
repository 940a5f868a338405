//! Names for the types of a document that has none.
//!
//! The document is read beside our description: what stands where ours has a named type is that type. Where
//! the vendor changed it in some places only, those places hold a type of their own. What stands where ours
//! has nothing gets a name that is made of its place, to be read by a person before it is committed.

use super::places;
use heck::{ToPascalCase, ToSnakeCase};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Types that hold types that differ may differ in turn, this often at most.
const ROUNDS: usize = 16;

const REFERENCE: &str = "#/components/schemas/";

/// The document with the names, and those that were made up, with their places.
pub(super) fn names(mut facts: Value, ours: &Value) -> (Value, Vec<(String, String)>) {
    places::keep(&mut facts, ours);
    let mut types = Types::new(ours);
    let mut named = types.round(&facts, ours);
    for _ in 0..ROUNDS {
        if !types.choose() {
            break;
        }
        named = types.round(&facts, ours);
    }
    let proposed = types.proposed.iter();
    let proposed = proposed
        .map(|(name, it)| (name.clone(), it.place.clone()))
        .collect();
    types.put(&mut named, ours);
    (named, proposed)
}

struct Types<'a> {
    ours: &'a Map<String, Value>,
    /// What each of our names stands for in the new document.
    chosen: BTreeMap<String, Value>,
    /// What was found where our description has a name, and how often.
    seen: BTreeMap<String, Vec<(Value, usize)>>,
    proposed: BTreeMap<String, Proposal>,
}

struct Proposal {
    shape: Value,
    place: String,
}

impl<'a> Types<'a> {
    fn new(ours: &'a Value) -> Self {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let schemas = ours
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        Self {
            ours: schemas.unwrap_or_else(|| &NONE),
            chosen: BTreeMap::new(),
            seen: BTreeMap::new(),
            proposed: BTreeMap::new(),
        }
    }

    /// Reads the whole document with the shapes that are chosen so far.
    fn round(&mut self, facts: &Value, ours: &Value) -> Value {
        self.seen.clear();
        self.proposed.clear();
        let mut named = facts.clone();
        places::each(&mut named, |path, method, operation| {
            let known = ours
                .get("paths")
                .and_then(|paths| paths.get(path)?.get(method));
            self.operation(operation, known, ours);
        });
        named
    }

    /// Takes for each name the shape it had, or else the most frequent. Whether any is another than before.
    fn choose(&mut self) -> bool {
        let mut chosen = BTreeMap::new();
        for (name, shapes) in &self.seen {
            let same = shapes
                .iter()
                .find(|(shape, _)| self.ours.get(name) == Some(shape));
            // The first of those that are equally frequent.
            let frequent = shapes.iter().rev().max_by_key(|(_, count)| *count);
            if let Some((shape, _)) = same.or(frequent) {
                chosen.insert(name.clone(), shape.clone());
            }
        }
        let differs = chosen != self.chosen;
        self.chosen = chosen;
        differs
    }

    fn operation(
        &mut self,
        operation: &mut Map<String, Value>,
        known: Option<&Value>,
        ours: &Value,
    ) {
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = id.unwrap_or_default().to_pascal_case();
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            self.parameter(parameter, &id, known, ours);
        }
        let media = "/requestBody/content/application~1json/schema";
        let before = known.and_then(|it| it.pointer(media));
        if let Some(Value::Object(body)) = operation.get_mut("requestBody")
            && let Some(schema) = body
                .get_mut("content")
                .and_then(|it| it.pointer_mut("/application~1json/schema"))
        {
            *schema = self.at(before, schema, &format!("{id}Body"));
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (code, response) in responses.into_iter().flatten() {
            let media = format!("/responses/{code}/content/application~1json/schema");
            let before = known.and_then(|it| it.pointer(&media));
            let Some(schema) = response.pointer_mut("/content/application~1json/schema") else {
                continue;
            };
            *schema = match before {
                Some(before) => self.pair(before, schema, &format!("{id}Result")),
                None => self.envelope(schema, &id, ours),
            };
        }
    }

    /// What is wrapped has a name, the wrapping has none.
    fn envelope(&mut self, schema: &Value, id: &str, ours: &Value) -> Value {
        let key = ours.pointer("/x-envelope/data").and_then(Value::as_str);
        let data = key.and_then(|key| schema.get("properties")?.get(key));
        let (Some(key), Some(data)) = (key, data) else {
            return self.fresh(schema, &format!("{id}Result"));
        };
        let is_list = |it: &Value| it.get("items").is_some();
        let lists = data.get("properties").and_then(Value::as_object);
        let holds_list = lists.is_some_and(|fields| fields.values().any(is_list));
        let inner = if holds_list {
            self.children(None, data, &format!("{id}Result"))
        } else {
            self.fresh(data, &format!("{id}Result"))
        };
        let mut schema = schema.clone();
        schema["properties"][key] = inner;
        let pages = ours
            .pointer("/x-envelope/pagination")
            .and_then(Value::as_str);
        if let Some(pages) = pages.and_then(|key| schema.pointer_mut(&format!("/properties/{key}")))
        {
            *pages = self.fresh(pages, "Pagination");
        }
        schema
    }

    /// A parameter, by reference where our description shares one that is the same.
    fn parameter(&mut self, parameter: &mut Value, id: &str, known: Option<&Value>, ours: &Value) {
        let name = parameter
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let listed = known.and_then(|it| it.get("parameters")?.as_array());
        let shared = ours
            .pointer("/components/parameters")
            .and_then(Value::as_object);
        let of = |it: &'_ Value| -> Option<Value> {
            let target = it.get("$ref")?.as_str()?.rsplit('/').next()?;
            shared?.get(target).cloned()
        };
        let written = |it: &Value| of(it).unwrap_or_else(|| it.clone());
        let before = listed.into_iter().flatten().map(written).find(|it| {
            it.get("name") == parameter.get("name") && it.get("in") == parameter.get("in")
        });
        if let Some(schema) = parameter.get("schema").cloned() {
            let before = before.as_ref().and_then(|it| it.get("schema"));
            let label = format!("{id}{}", name.to_pascal_case());
            parameter["schema"] = self.at(before, &schema, &label);
        }
        let same = shared.and_then(|shared| shared.iter().find(|(_, it)| *it == parameter));
        let reference =
            same.map(|(name, _)| json!({"$ref": format!("#/components/parameters/{name}")}));
        let inline = listed.into_iter().flatten().any(|it| it == parameter);
        if let (Some(reference), false) = (reference, inline) {
            *parameter = reference;
        }
    }

    fn at(&mut self, before: Option<&Value>, schema: &Value, label: &str) -> Value {
        match before {
            Some(before) => self.pair(before, schema, label),
            None => self.fresh(schema, label),
        }
    }

    /// A schema beside the one of ours that stands there.
    fn pair(&mut self, before: &Value, schema: &Value, label: &str) -> Value {
        if schema.get("$ref").is_some() {
            return schema.clone();
        }
        let Some(name) = target(before) else {
            return self.children(Some(before), schema, label);
        };
        let Some(shape) = self.ours.get(name) else {
            return self.fresh(schema, label);
        };
        let (schema, beside) = use_and_type(schema, shape);
        let found = self.pair(shape, &schema, name);
        let shapes = self.seen.entry(name.to_owned()).or_default();
        match shapes.iter_mut().find(|(shape, _)| *shape == found) {
            Some((_, count)) => *count += 1,
            None => shapes.push((found.clone(), 1)),
        }
        let mut all = match self.chosen.get(name) {
            Some(chosen) if *chosen != found => found,
            Some(_) | None => json!({"$ref": format!("{REFERENCE}{name}")}),
        };
        if let Some(all) = all.as_object_mut() {
            all.extend(beside);
        }
        all
    }

    /// A schema whose parts stand beside those of ours, where there are any.
    fn children(&mut self, before: Option<&Value>, schema: &Value, label: &str) -> Value {
        let Some(map) = schema.as_object() else {
            return schema.clone();
        };
        let mut map = map.clone();
        spell(before, &mut map);
        for (key, value) in &mut map {
            let before = before.and_then(|it| it.get(key));
            match (key.as_str(), value) {
                ("properties" | "patternProperties", Value::Object(fields)) => {
                    for (name, field) in fields {
                        let before = before.and_then(|it| it.get(name));
                        let label = format!("{label}{}", name.to_pascal_case());
                        *field = self.at(before, field, &label);
                    }
                }
                ("items" | "additionalProperties", item @ Value::Object(_)) => {
                    *item = self.at(before, item, &format!("{label}Item"));
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                    let length = list.len();
                    for (index, one) in list.iter_mut().enumerate() {
                        let partner = before.and_then(|it| self.partner(it, one, index, length));
                        let label = format!("{label}Variant{}", index + 1);
                        *one = self.at(partner, one, &label);
                    }
                }
                _ => {}
            }
        }
        Value::Object(map)
    }

    /// The alternative of ours that an alternative goes with: in lists of one length the one at its place,
    /// else the one with most fields in common.
    fn partner<'b>(
        &self,
        before: &'b Value,
        one: &Value,
        index: usize,
        length: usize,
    ) -> Option<&'b Value> {
        let list = before.as_array()?;
        if list.len() == length {
            return list.get(index);
        }
        let fields = |schema: &Value| -> BTreeSet<String> {
            let schema = target(schema)
                .and_then(|name| self.ours.get(name))
                .unwrap_or(schema);
            let fields = schema.get("properties").and_then(Value::as_object);
            fields
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect()
        };
        let own = fields(one);
        let common = |it: &&Value| fields(it).intersection(&own).count();
        list.iter().max_by_key(common).filter(|it| common(it) > 0)
    }

    /// A schema where ours has none. It is one of ours that looks the same, or a new one.
    fn fresh(&mut self, schema: &Value, label: &str) -> Value {
        if schema.get("$ref").is_some() {
            return schema.clone();
        }
        let shape = self.children(None, schema, label);
        if !needs_name(&shape) {
            return shape;
        }
        let same = |(name, it): (&String, &Value)| (*it == shape).then(|| name.clone());
        let known = self.chosen.iter().find_map(same);
        let proposed = self.proposed.iter().map(|(name, it)| (name, &it.shape));
        let known = known.or_else(|| proposed.clone().find_map(same));
        let name = known.unwrap_or_else(|| {
            let taken =
                |name: &str| self.ours.contains_key(name) || self.proposed.contains_key(name);
            let mut name = label.to_owned();
            let mut number = 2;
            while taken(&name) {
                name = format!("{label}{number}");
                number += 1;
            }
            let place = label.to_snake_case().replace('_', " ");
            self.proposed
                .insert(name.clone(), Proposal { shape, place });
            name
        });
        json!({"$ref": format!("{REFERENCE}{name}")})
    }

    /// Puts the types in their place, and what the document refers to besides.
    fn put(self, document: &mut Value, ours: &Value) {
        let mut schemas: BTreeMap<String, Value> = self.chosen;
        schemas.extend(self.proposed.into_iter().map(|(name, it)| (name, it.shape)));
        let own = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        schemas.extend(
            own.into_iter()
                .flatten()
                .map(|(name, it)| (name.clone(), it.clone())),
        );
        document["components"] = ours.get("components").cloned().unwrap_or_default();
        // Those of ours that only shared answers and parameters hold.
        let mut kept = BTreeSet::new();
        let mut open = Vec::new();
        for part in ["/paths", "/components/responses", "/components/parameters"] {
            references(document.pointer(part), &mut open);
        }
        while let Some(name) = open.pop() {
            if kept.insert(name.clone()) {
                let schema = schemas.get(&name).or_else(|| self.ours.get(&name));
                references(schema, &mut open);
            }
        }
        let shape = |name: &String| schemas.get(name).or_else(|| self.ours.get(name)).cloned();
        let all: Map<String, Value> = kept
            .iter()
            .filter_map(|it| Some((it.clone(), shape(it)?)))
            .collect();
        document["components"]["schemas"] = Value::Object(all);
    }
}

/// What is said about one use of a type, apart from what is said about the type.
fn use_and_type(schema: &Value, shape: &Value) -> (Value, Map<String, Value>) {
    let mut beside = Map::new();
    let mut schema = schema.clone();
    if let Some(map) = schema.as_object_mut() {
        for key in ["default", "deprecated", "readOnly", "writeOnly"] {
            if shape.get(key).is_none()
                && let Some(value) = map.remove(key)
            {
                beside.insert(key.to_owned(), value);
            }
        }
    }
    (schema, beside)
}

/// The only value there may be, as ours spells it: such documents know no `const`.
fn spell(before: Option<&Value>, map: &mut Map<String, Value>) {
    if before.is_some_and(|before| before.get("enum").is_some()) {
        return;
    }
    let only = match map.get("enum").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only.clone(),
        Some(_) | None => return,
    };
    map.remove("enum");
    map.insert("const".to_owned(), only);
}

fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(REFERENCE)
}

/// Whether a schema is a type of its own in Rust.
fn needs_name(schema: &Value) -> bool {
    let fields = schema.get("properties").and_then(Value::as_object);
    let values = schema.get("enum").and_then(Value::as_array);
    fields.is_some_and(|fields| !fields.is_empty())
        || values.is_some_and(|values| values.len() > 1 && values.iter().all(Value::is_string))
        || ["oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(key).is_some())
}

/// The named schemas that a value refers to.
fn references(value: Option<&Value>, found: &mut Vec<String>) {
    match value {
        Some(Value::Object(map)) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                found.extend(name.strip_prefix(REFERENCE).map(str::to_owned));
            }
            for inner in map.values() {
                references(Some(inner), found);
            }
        }
        Some(Value::Array(list)) => {
            for inner in list {
                references(Some(inner), found);
            }
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}
