//! `aliases`: a named schema that is no struct, enum or union in Rust (a plain string, a list, a
//! map, another name) is written out where it is used and goes away.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::all_of::FRAGMENT;
use super::context::{Context, Outcome, PassError};
use super::hoist::needs_name;
use super::merge::merge;
use super::nullability::NULLABLE;
use super::schema::{self, Schemas, flag};
use super::walk::{self, MAX_DEPTH, Object, SOURCE};

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    take_over(document)?;
    let schemas = schema::named(document);
    let (types, aliases): (Schemas, Schemas) = schemas
        .into_iter()
        .partition(|(_, schema)| needs_name(schema));
    let nullable: BTreeSet<String> = types
        .iter()
        .filter(|(_, schema)| flag(schema, NULLABLE))
        .map(|(name, _)| name.clone())
        .collect();
    let mut inliner = Inliner {
        aliases,
        nullable,
        done: BTreeMap::new(),
        active: Vec::new(),
    };
    schema::put_named(document, types);
    walk::roots(document, &mut |at, root| inliner.schema(at, root, 0))?;
    walk::roots(document, &mut |_, root| {
        if needs_name(root)
            && let Some(object) = root.as_object_mut()
        {
            object.remove(NULLABLE);
        }
        Ok(())
    })?;
    Ok(())
}

/// A name for a schema that only serves as a building block of others takes its place: the block
/// itself would never be used.
fn take_over(document: &mut Value) -> Outcome {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    walk::schemas(document, &mut |_, schema| {
        if let Some(name) = schema::target(schema) {
            *uses.entry(name).or_default() += 1;
        }
        Ok(())
    })?;
    let mut schemas = schema::named(document);
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names {
        let Some(target) = schemas.get(&name).and_then(schema::target) else {
            continue;
        };
        let block = schemas.get(&target).filter(|schema| flag(schema, FRAGMENT));
        if uses.get(&target) == Some(&1)
            && let Some(mut content) = block.and_then(Value::as_object).cloned()
        {
            let own = schemas
                .get(&name)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            content.remove(FRAGMENT);
            content.extend(own.into_iter().filter(|(key, _)| key != "$ref"));
            schemas.insert(name, Value::Object(content));
            schemas.remove(&target);
        }
    }
    schema::put_named(document, schemas);
    Ok(())
}

struct Inliner {
    aliases: Schemas,
    /// Named types that allow null: each use does, then.
    nullable: BTreeSet<String>,
    done: Schemas,
    active: Vec<String>,
}

impl Inliner {
    fn schema(&mut self, at: &str, schema: &mut Value, depth: usize) -> Outcome {
        if depth > MAX_DEPTH {
            return Err(PassError::new(at, "schemas are nested too deep here"));
        }
        walk::children(at, schema, &mut |at, child| {
            self.schema(at, child, depth + 1)
        })?;
        let Some(name) = schema::target(schema) else {
            return Ok(());
        };
        if self.nullable.contains(&name) {
            schema::mark(schema, NULLABLE, true);
        }
        if !self.aliases.contains_key(&name) {
            return Ok(());
        }
        let content = self.alias(at, &name)?;
        let mut whole = content.as_object().cloned().unwrap_or_default();
        let mut own: Object = schema.as_object().cloned().unwrap_or_default();
        own.remove("$ref");
        own.remove(SOURCE);
        merge(&mut whole, own).map_err(|conflict| PassError::new(at, conflict))?;
        *schema = Value::Object(whole);
        Ok(())
    }

    fn alias(&mut self, at: &str, name: &str) -> Outcome<Value> {
        if let Some(done) = self.done.get(name) {
            return Ok(done.clone());
        }
        if self.active.len() > MAX_DEPTH {
            return Err(PassError::new(at, "too many names lead to each other here"));
        }
        if self.active.iter().any(|active| active == name) {
            return Err(PassError::new(
                at,
                format!("`{name}` holds itself without a struct between"),
            )
            .with_help("give the inner schema an object with a field around it"));
        }
        let mut schema = self.aliases.get(name).cloned().unwrap_or_default();
        self.active.push(name.to_owned());
        let source = schema::source(&schema);
        self.schema(&source, &mut schema, 0)?;
        self.active.pop();
        self.done.insert(name.to_owned(), schema.clone());
        Ok(schema)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use serde_json::json;

    fn holder(schema: Value) -> Value {
        json!({"type": "object", "properties": {"a": schema}})
    }

    fn reference(name: &str) -> Value {
        json!({"$ref": schema::reference(name)})
    }

    #[test]
    fn plain_schemas_are_written_out_where_they_are_used() {
        testing::schemas(
            run,
            &json!({
                "H": holder({
                    let mut use_of = reference("Ids");
                    use_of["description"] = json!("here");
                    use_of["maxItems"] = json!(3);
                    use_of
                }),
                "Ids": {"type": "array", "items": reference("Id"), "maxItems": 5, "description": "there"},
                "Id": {"type": "string", "pattern": "a"},
                "Same": reference("H"),
                "Other": holder(reference("Same")),
            }),
            &json!({
                "H": holder(json!({
                    "type": "array",
                    "items": {"type": "string", "pattern": "a"},
                    "maxItems": 3,
                    "description": "here",
                })),
                "Other": holder(reference("H")),
            }),
        );
    }

    #[test]
    fn null_goes_along_from_aliases_and_types() {
        let nullable = |mut schema: Value| {
            schema[NULLABLE] = json!(true);
            schema
        };
        testing::schemas(
            run,
            &json!({
                "H": holder(reference("Text")),
                "I": holder(reference("Type")),
                "Text": nullable(json!({"type": "string"})),
                "Type": nullable(holder(json!({}))),
            }),
            &json!({
                "H": holder(nullable(json!({"type": "string"}))),
                "I": holder(nullable(reference("Type"))),
                "Type": holder(json!({})),
            }),
        );
    }

    #[test]
    fn the_only_name_of_a_building_block_takes_its_place() {
        let mut block = holder(json!({}));
        block["description"] = json!("the block");
        let mut marked = block.clone();
        marked[FRAGMENT] = json!(true);
        testing::schemas(
            run,
            &json!({"Base": marked, "Create": reference("Base"), "User": holder(reference("Create"))}),
            &json!({"Create": block, "User": holder(reference("Create"))}),
        );
        // Not when the block is used by itself too.
        testing::schemas(
            run,
            &json!({"Base": marked, "Create": reference("Base"), "User": holder(reference("Base"))}),
            &json!({"Base": marked, "User": holder(reference("Base"))}),
        );
    }

    #[test]
    fn parameters_and_bodies_are_written_out_too() {
        let mut document = json!({
            "paths": {"/a": {"get": {"parameters": [{"name": "q", "schema": reference("Id")}]}}},
            "components": {"schemas": {"Id": {"type": "string"}}},
        });
        run(&mut document, &mut Context::new()).unwrap();
        assert_eq!(
            document["paths"]["/a"]["get"]["parameters"][0]["schema"],
            json!({"type": "string"})
        );
    }

    #[test]
    fn an_alias_that_holds_itself_is_an_error() {
        let schemas = json!({
            "H": holder(reference("A")),
            "A": {"type": "array", "items": {"$ref": schema::reference("B"), "x-sdk-source": "/place"}},
            "B": {"type": "object", "additionalProperties": reference("A")},
        });
        let error = testing::error(run, &json!({"components": {"schemas": schemas}}));
        assert!(error.message.contains("holds itself"), "{error}");
        assert!(error.help.is_some());
    }
}
