//! `field_names`: keeps the fields of a struct apart in Rust. Of two keys with one Rust name the
//! one that is spelled like it keeps it, else the first; the other gets a number, and
//! `x-sdk-json-name` says what it is called on the wire.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Outcome};
use super::names::{self, Taken};
use super::objects::EXTRA;
use super::schema;
use super::walk::{self, Object};

/// The field a struct gets for keys beside its fields.
const EXTRA_FIELD: &str = "additional_properties";

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut() {
            separate(object);
        }
        Ok(())
    })
}

fn separate(schema: &mut Object) {
    let reserved = schema.contains_key(EXTRA).then_some(EXTRA_FIELD);
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let mut order: Vec<String> = properties.keys().cloned().collect();
    order.sort_by_key(|key| *key != names::field_name(key));
    let mut taken: Taken = reserved.into_iter().collect();
    let mut renamed = BTreeMap::new();
    for key in order {
        let wanted = names::field_name(&key);
        let given = taken.claim(&wanted);
        if given != wanted {
            renamed.insert(key, given);
        }
    }
    for (key, name) in &renamed {
        if let Some(mut property) = properties.remove(key) {
            schema::mark(&mut property, "x-sdk-json-name", key.as_str());
            properties.insert(name.clone(), property);
        }
    }
    let required = schema.get_mut("required").and_then(Value::as_array_mut);
    for name in required.into_iter().flatten() {
        if let Some(new) = name.as_str().and_then(|name| renamed.get(name)) {
            *name = Value::from(new.as_str());
        }
    }
}
