//! `hoist`: gives every inline object, enum and union a name: that of the type it stands in and of
//! its field, `Item` for what an array holds, `Value` for what a map holds; `Body`, `Response` or
//! the parameter's name after the operation's.

use serde_json::{Value, json};

use super::context::{Context, Outcome, PassError};
use super::names::{self, Taken};
use super::objects::EXTRA;
use super::schema::{self, Schemas, is_annotation, text};
use super::walk::{self, MAX_DEPTH, Object};

/// Marks a named schema that was inline in the document, with what it was called there.
pub(super) const HOISTED: &str = "x-sdk-hoisted";

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    schema::put_named(document, Schemas::new());
    let mut hoister = Hoister {
        taken: schemas.keys().map(String::as_str).collect(),
        done: Schemas::new(),
    };
    for (name, mut schema) in schemas {
        hoister.below(&name, "", &mut schema, 0)?;
        hoister.done.insert(name, schema);
    }
    walk::operations(document, &mut |_, operation| hoister.operation(operation))?;
    schema::put_named(document, hoister.done);
    Ok(())
}

struct Hoister {
    taken: Taken,
    done: Schemas,
}

impl Hoister {
    fn operation(&mut self, operation: &mut Object) -> Outcome {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let parent = names::type_name(id);
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = text(parameter, "name").unwrap_or_default().to_owned();
            if let Some(schema) = parameter.get_mut("schema") {
                self.place(&parent, &name, schema, 0)?;
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            self.content(&parent, "Body", body)?;
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, response) in responses.into_iter().flatten() {
            self.content(&parent, "Response", response)?;
        }
        Ok(())
    }

    fn content(&mut self, parent: &str, label: &str, holder: &mut Value) -> Outcome {
        let content = holder.get_mut("content").and_then(Value::as_object_mut);
        for (_, media) in content.into_iter().flatten() {
            if let Some(schema) = media.get_mut("schema") {
                self.place(parent, label, schema, 0)?;
            }
        }
        Ok(())
    }

    /// Makes a schema a reference to a new named one, if it needs a name: that of the type around
    /// it, then what it is called there.
    fn place(&mut self, parent: &str, label: &str, schema: &mut Value, depth: usize) -> Outcome {
        if depth > MAX_DEPTH {
            return Err(PassError::new(
                schema::source(schema),
                "schemas are nested too deep here",
            ));
        }
        if !needs_name(schema) {
            return self.below(parent, label, schema, depth);
        }
        let given = self
            .taken
            .claim(&names::type_name(&format!("{parent}-{label}")));
        self.below(&given, "", schema, depth)?;
        let mut named = schema.take();
        // What is said about this use stays here; what is said about the values goes along.
        *schema = use_of(&given, &named);
        if let Some(object) = named.as_object_mut() {
            object.retain(|key, _| !is_annotation(key) || stays(key) || key == "description");
        }
        schema::mark(&mut named, HOISTED, label);
        self.done.insert(given, named);
        Ok(())
    }

    /// Places what is inside a schema that is called `prefix` in the type `parent`, or is that type.
    fn below(&mut self, parent: &str, prefix: &str, schema: &mut Value, depth: usize) -> Outcome {
        let Some(object) = schema.as_object_mut() else {
            return Ok(());
        };
        let label = |name: &str| match prefix {
            "" => name.to_owned(),
            prefix => format!("{prefix}-{name}"),
        };
        let properties = object.get_mut("properties").and_then(Value::as_object_mut);
        for (property, inner) in properties.into_iter().flatten() {
            self.place(parent, &label(property), inner, depth + 1)?;
        }
        for (key, name) in [
            ("items", "Item"),
            ("additionalProperties", "Value"),
            (EXTRA, "Extra"),
        ] {
            if let Some(inner) = object.get_mut(key).filter(|inner| inner.is_object()) {
                self.place(parent, &label(name), inner, depth + 1)?;
            }
        }
        let variants = object
            .get_mut("x-sdk-union")
            .and_then(|union| union.get_mut("variants"))
            .and_then(Value::as_array_mut);
        for variant in variants.into_iter().flatten() {
            let name = label(text(variant, "name").unwrap_or_default());
            if let Some(inner) = variant.get_mut("schema") {
                self.place(parent, &name, inner, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// Whether Rust needs a type of its own for this schema.
pub(super) fn needs_name(schema: &Value) -> bool {
    ["x-sdk-enum", "x-sdk-union", "properties"]
        .iter()
        .any(|key| schema.get(*key).is_some())
}

/// The annotations that belong to the type rather than to one use of it.
fn stays(key: &str) -> bool {
    matches!(
        key,
        "x-sdk-source" | "x-sdk-rules" | "minProperties" | "maxProperties" | "x-sdk-origin"
    )
}

fn use_of(name: &str, schema: &Value) -> Value {
    let mut reference: Object = schema
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| is_annotation(key) && (*key == "x-sdk-source" || !stays(key)))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    reference.insert("$ref".to_owned(), json!(schema::reference(name)));
    Value::Object(reference)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn names(document: Value) -> Vec<String> {
        let mut document = document;
        run(&mut document, &mut Context::new()).unwrap();
        schema::named(&document).into_keys().collect()
    }

    fn fields(properties: Value) -> Value {
        json!({"type": "object", "properties": properties})
    }

    #[test]
    fn a_field_is_named_after_its_type_and_itself() {
        testing::schemas(
            run,
            &json!({"Pod": fields(json!({"price-list": {
                "type": "object",
                "properties": {"unit": {"type": "string", "x-sdk-enum": [], "default": "x"}},
                "description": "what it costs",
                "x-sdk-nullable": true,
                "minProperties": 1,
                "x-sdk-source": "/p",
            }}))}),
            &json!({
                "Pod": fields(json!({"price-list": {
                    "$ref": "#/components/schemas/PodPriceList",
                    "description": "what it costs",
                    "x-sdk-nullable": true,
                    "x-sdk-source": "/p",
                }})),
                "PodPriceList": {
                    "type": "object",
                    "properties": {"unit": {"$ref": "#/components/schemas/PodPriceListUnit", "default": "x"}},
                    "description": "what it costs",
                    "minProperties": 1,
                    "x-sdk-source": "/p",
                    "x-sdk-hoisted": "price-list",
                },
                "PodPriceListUnit": {"type": "string", "x-sdk-enum": [], "x-sdk-hoisted": "unit"},
            }),
        );
    }

    #[test]
    fn lists_maps_variants_and_further_keys_say_what_they_are() {
        let inner = fields(json!({"x": {}}));
        let schemas = json!({
            "Alias": {"type": "array", "items": inner},
            "A": {
                "type": "object",
                "properties": {
                    "list": {"type": "array", "items": {"type": "array", "items": inner}},
                    "map": {"type": "object", "additionalProperties": inner},
                },
                "x-sdk-extra": inner,
            },
            "U": {"type": "object", "x-sdk-union": {"variants": [{"name": "One", "schema": inner}]}},
        });
        assert_eq!(
            names(json!({"components": {"schemas": schemas}})),
            [
                "A",
                "AExtra",
                "AListItemItem",
                "AMapValue",
                "Alias",
                "AliasItem",
                "U",
                "UOne"
            ]
        );
    }

    #[test]
    fn bodies_responses_and_parameters_are_named_after_the_operation() {
        let inner = fields(json!({"x": {}}));
        let content = json!({"content": {"application/json": {"schema": inner}}});
        let operation = json!({
            "operationId": "list_pods",
            "parameters": [{"name": "sort-by", "schema": {"type": "string", "x-sdk-enum": []}}],
            "requestBody": content,
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "array", "items": inner}}}}},
        });
        assert_eq!(
            names(json!({"paths": {"/a": {"get": operation}}})),
            ["ListPodsBody", "ListPodsResponseItem", "ListPodsSortBy"]
        );
    }

    #[test]
    fn named_schemas_keep_their_names_and_later_ones_get_a_number() {
        let inner = fields(json!({"x": {}}));
        let schemas = json!({
            "Pod": fields(json!({"price": inner, "Price": inner})),
            "PodPrice": inner,
        });
        assert_eq!(
            names(json!({"components": {"schemas": schemas}})),
            ["Pod", "PodPrice", "PodPrice2", "PodPrice3"]
        );
    }
}
