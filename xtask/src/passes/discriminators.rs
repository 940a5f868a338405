//! `discriminators`: completes the mapping of every discriminator, so that later passes need not
//! know which names the document used: an alternative without an entry is told by the values its
//! tag allows, else by its own name.

use serde_json::{Value, json};

use super::all_of::ORIGIN;
use super::context::{Context, Outcome};
use super::schema::{self, Schemas, text};
use super::walk::{self, Object};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    let schemas = schema::named(document);
    walk::schemas(document, &mut |_, schema| {
        let Some(object) = schema.as_object_mut() else {
            return Ok(());
        };
        match ["oneOf", "anyOf"]
            .into_iter()
            .find(|key| object.contains_key(*key))
        {
            Some(key) => complete(object, key, &schemas),
            None => {
                object.remove("discriminator");
            }
        }
        Ok(())
    })
}

fn complete(schema: &mut Object, key: &str, schemas: &Schemas) {
    let Some(discriminator) = schema.get("discriminator").cloned() else {
        return;
    };
    let property = text(&discriminator, "propertyName")
        .unwrap_or_default()
        .to_owned();
    let mut mapping = discriminator
        .get("mapping")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let Some(alternatives) = schema.get_mut(key).and_then(Value::as_array_mut) else {
        return;
    };
    let listed: Vec<Vec<String>> = alternatives
        .iter()
        .map(|alternative| tag_values(alternative, &property, schemas).unwrap_or_default())
        .collect();
    for (index, alternative) in alternatives.iter().enumerate() {
        let Some(name) =
            schema::target(alternative).or_else(|| text(alternative, ORIGIN).map(str::to_owned))
        else {
            continue;
        };
        let reference = Value::from(schema::reference(&name));
        if mapping.values().any(|target| *target == reference) {
            continue;
        }
        // Values that another alternative allows too, as when a shared base lists them, tell nothing.
        let own: Vec<String> = listed
            .get(index)
            .into_iter()
            .flatten()
            .filter(|value| {
                let others = listed
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != index);
                !others.into_iter().any(|(_, values)| values.contains(value))
            })
            .cloned()
            .collect();
        for value in if own.is_empty() { vec![name] } else { own } {
            mapping.entry(value).or_insert_with(|| reference.clone());
        }
    }
    // A mapping may name alternatives the list forgot.
    for target in mapping.values() {
        let listed = alternatives.iter().any(|alternative| {
            alternative.get("$ref") == Some(target)
                || text(alternative, ORIGIN).map(schema::reference).as_deref() == target.as_str()
        });
        if !listed {
            alternatives.push(json!({"$ref": target}));
        }
    }
    schema.insert(
        "discriminator".to_owned(),
        json!({"propertyName": property, "mapping": mapping}),
    );
}

/// The values the tag of an alternative allows, if it lists them.
fn tag_values(alternative: &Value, property: &str, schemas: &Schemas) -> Option<Vec<String>> {
    let schema = match schema::target(alternative) {
        Some(name) => schemas.get(&name)?,
        None => alternative,
    };
    let tag = schema.get("properties")?.get(property)?;
    let tag = match schema::target(tag) {
        Some(name) => schemas.get(&name)?,
        None => tag,
    };
    let values: Vec<String> = tag
        .get("enum")?
        .as_array()?
        .iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect();
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(choice: &Value) -> Value {
        let tagged = |values: Value| json!({"type": "object", "properties": {"t": {"type": "string", "enum": values}}});
        let mut document = json!({"components": {"schemas": {
            "A": choice,
            "Cat": tagged(json!(["cat", "kitten"])),
            "Dog": tagged(json!(["dog"])),
            "Free": {"type": "object", "properties": {"t": {"type": "string"}}},
            "Any": tagged(json!(["cat", "dog"])),
        }}});
        run(&mut document, &mut Context::new()).unwrap();
        document["components"]["schemas"]["A"].take()
    }

    fn choice(names: &[&str], given: Value) -> Value {
        let list: Vec<Value> = names
            .iter()
            .map(|name| json!({"$ref": schema::reference(name)}))
            .collect();
        json!({"oneOf": list, "discriminator": {"propertyName": "t", "mapping": given}})
    }

    #[test]
    fn missing_entries_come_from_the_tag_or_the_name() {
        let check = |names: &[&str], given: Value, expected: &[(&str, &str)]| {
            let found = mapping(&choice(names, given));
            let expected: Object = expected
                .iter()
                .map(|(value, name)| ((*value).to_owned(), json!(schema::reference(name))))
                .collect();
            assert_eq!(found["discriminator"]["mapping"], Value::Object(expected));
        };
        check(
            &["Cat", "Dog"],
            json!({}),
            &[("cat", "Cat"), ("kitten", "Cat"), ("dog", "Dog")],
        );
        check(
            &["Cat", "Free"],
            json!({}),
            &[("cat", "Cat"), ("kitten", "Cat"), ("Free", "Free")],
        );
        check(
            &["Cat", "Dog"],
            json!({"c": schema::reference("Cat")}),
            &[("c", "Cat"), ("dog", "Dog")],
        );
        // Values two alternatives allow tell nothing.
        check(
            &["Dog", "Any"],
            json!({}),
            &[("Dog", "Dog"), ("cat", "Any")],
        );
    }

    #[test]
    fn alternatives_only_the_mapping_names_are_added() {
        let found = mapping(&choice(&["Cat"], json!({"d": schema::reference("Dog")})));
        assert_eq!(found["oneOf"][1]["$ref"], schema::reference("Dog"));
    }

    #[test]
    fn a_discriminator_without_a_choice_says_nothing() {
        let found = mapping(&json!({"type": "object", "discriminator": {"propertyName": "t"}}));
        assert_eq!(found, json!({"type": "object"}));
    }
}
