//! Answers that are there and say something else than the description promises.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::description::Schema;

/// What is done to the JSON of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distortion {
    /// Values of enumerations are such that nobody knows.
    UnknownValues,
    /// All that may be missing is.
    NoOptional,
    /// Values that are never null are.
    Nulls,
    /// Objects have fields that nobody knows.
    ExtraFields,
    /// Each named item of a list is there twice, under two ids.
    SameNames,
    /// The clock of the service is a day behind.
    Skew,
}

/// How far the clock of the service is behind.
const BEHIND: SignedDuration = SignedDuration::from_hours(24);

impl Distortion {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::UnknownValues,
        Self::NoOptional,
        Self::Nulls,
        Self::ExtraFields,
        Self::SameNames,
        Self::Skew,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::UnknownValues => "unknown-values",
            Self::NoOptional => "no-optional",
            Self::Nulls => "nulls",
            Self::ExtraFields => "extra-fields",
            Self::SameNames => "same-names",
            Self::Skew => "skew",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// Distorts a value of this schema.
    pub(crate) fn apply(self, value: &mut Value, schema: &Schema) {
        self.walk(value, schema.json(), schema.definitions());
    }

    fn walk(self, value: &mut Value, schema: &Value, definitions: &Map<String, Value>) {
        let schema = resolved(schema, definitions);
        let schema = branch(value, schema, definitions).unwrap_or(schema);
        match value {
            Value::Object(object) => self.object(object, schema, definitions),
            Value::Array(items) => {
                for item in items.iter_mut() {
                    if let Some(schema) = schema.get("items") {
                        self.walk(item, schema, definitions);
                    }
                }
                if self == Self::SameNames {
                    let twins: Vec<Value> = items.iter().filter_map(twin).collect();
                    items.extend(twins);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                self.scalar(value, schema);
            }
        }
    }

    fn object(
        self,
        object: &mut Map<String, Value>,
        schema: &Value,
        definitions: &Map<String, Value>,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let required: Vec<&str> = schema["required"]
            .as_array()
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        if self == Self::NoOptional && properties.is_some() {
            object.retain(|name, _| required.contains(&name.as_str()));
        }
        for (name, value) in object.iter_mut() {
            let own = properties.and_then(|properties| properties.get(name));
            if let Some(schema) = own.or_else(|| schema.get("additionalProperties")) {
                self.walk(value, schema, definitions);
            }
        }
        // A map has no fields, but entries.
        if self == Self::ExtraFields && properties.is_some() {
            object.insert(
                "somethingNew".to_owned(),
                json!({"of": ["no", "release", 1]}),
            );
        }
    }

    fn scalar(self, value: &mut Value, schema: &Value) {
        match self {
            Self::UnknownValues if value.is_string() && schema.get("enum").is_some() => {
                *value = json!("SOMETHING_NEW");
            }
            Self::Nulls if !may_be_null(schema) => *value = Value::Null,
            Self::Skew if schema["format"] == "date-time" => {
                let earlier = value
                    .as_str()
                    .and_then(|text| text.parse::<Timestamp>().ok())
                    .and_then(|instant| instant.checked_sub(BEHIND).ok());
                if let Some(earlier) = earlier {
                    *value = json!(earlier.to_string());
                }
            }
            Self::UnknownValues
            | Self::NoOptional
            | Self::Nulls
            | Self::ExtraFields
            | Self::SameNames
            | Self::Skew => {}
        }
    }

    /// What the `Date` header says then.
    pub(crate) fn date(self, now: Timestamp) -> Option<String> {
        let then = now.checked_sub(BEHIND).ok()?;
        (self == Self::Skew).then(|| then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    }
}

/// The same item under another id.
fn twin(item: &Value) -> Option<Value> {
    let mut twin = item.clone();
    item.get("name")?;
    let id = item.get("id")?.as_str()?;
    twin["id"] = json!(format!("{id}2"));
    Some(twin)
}

fn resolved<'a>(schema: &'a Value, definitions: &'a Map<String, Value>) -> &'a Value {
    let mut schema = schema;
    while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        match definitions.get(name) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// The form of a union that a value has: the first whose required keys and constants it has.
fn branch<'a>(
    value: &Value,
    schema: &'a Value,
    definitions: &'a Map<String, Value>,
) -> Option<&'a Value> {
    let forms = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
    let forms = forms.as_array()?.iter();
    let mut forms = forms.map(|form| resolved(form, definitions));
    forms.find(|form| fits(value, form, definitions))
}

fn fits(value: &Value, form: &Value, definitions: &Map<String, Value>) -> bool {
    if let Some(inner) = branch(value, form, definitions) {
        return fits(value, inner, definitions);
    }
    let Some(object) = value.as_object() else {
        return kind(value) == form["type"] || form["type"] == "number" && value.is_number();
    };
    if form["type"] != "object" {
        return false;
    }
    let required = form["required"].as_array().into_iter().flatten();
    let mut required = required.filter_map(Value::as_str);
    let constant = |name: &str| {
        let schema = resolved(&form["properties"][name], definitions);
        match (
            schema.get("const"),
            schema.get("enum").and_then(Value::as_array),
        ) {
            (Some(constant), _) => object[name] == *constant,
            (None, Some(values)) => values.contains(&object[name]),
            (None, None) => true,
        }
    };
    required.all(|name| object.contains_key(name) && constant(name))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn may_be_null(schema: &Value) -> bool {
    match &schema["type"] {
        Value::String(kind) => kind == "null",
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "null"),
        // Nothing is promised.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}
