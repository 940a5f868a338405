//! How the variants of a union are told apart.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::alternatives::{Alternative, Kind, enum_values};
use super::schema::{self, Schemas, text};
use super::walk::Object;

/// What tells one variant from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    /// A field holds one of these values.
    Tag {
        property: String,
        values: Vec<String>,
    },
    /// A field is there that no other variant has.
    Field(String),
    /// The JSON type; for objects, after all other variants were asked.
    Json(&'static str),
}

impl How {
    /// The order in which variants are asked.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Tag { .. } => 0,
            Self::Field(_) => 1,
            Self::Json("object") => 3,
            Self::Json(_) => 2,
        }
    }

    /// As it stands in the normal form.
    pub(super) fn describe(&self) -> Value {
        match self {
            Self::Tag { property, values } => {
                json!({"tag": {"property": property, "values": values}})
            }
            Self::Field(name) => json!({"field": name}),
            Self::Json(name) => json!({"json": name}),
        }
    }
}

/// Finds what tells the alternatives of `node` apart, one answer for each. All JSON types but
/// objects occur once.
pub(super) fn apart(
    list: &[Alternative],
    node: &Object,
    schemas: &Schemas,
) -> Result<Vec<How>, String> {
    let objects: Vec<&Alternative> = list
        .iter()
        .filter(|one| matches!(one.kind, Kind::Object | Kind::Map))
        .collect();
    let mut found: Vec<Option<How>> = if objects.len() < 2 {
        vec![Some(How::Json("object")); objects.len()]
    } else {
        by_discriminator(&objects, node)
            .or_else(|| by_constant(&objects, schemas))
            .unwrap_or_else(|| by_field(&objects, node))
    };
    let unknown: Vec<usize> = (0..found.len())
        .filter(|index| found[*index].is_none())
        .collect();
    match unknown.as_slice() {
        [] => {}
        // The one left over is asked last: it is every object the others are not.
        [one] => found[*one] = Some(How::Json("object")),
        _ => {
            let names: Vec<String> = unknown
                .iter()
                .map(|index| match &objects[*index].name {
                    Some(name) => format!("`{name}`"),
                    None => format!("alternative {}", index + 1),
                })
                .collect();
            return Err(format!(
                "no tag and no required field of its own tells {} from the other alternatives",
                names.join(" and ")
            ));
        }
    }
    let mut found = found.into_iter().flatten();
    Ok(list
        .iter()
        .map(|one| match one.kind {
            Kind::Object | Kind::Map => found.next().unwrap_or(How::Json("object")),
            kind => How::Json(kind.json()),
        })
        .collect())
}

/// The tags of the discriminator, when every alternative has its own.
fn by_discriminator(objects: &[&Alternative], node: &Object) -> Option<Vec<Option<How>>> {
    let outer = node
        .get("discriminator")
        .and_then(|found| text(found, "propertyName"));
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for one in objects {
        let (property, values) = one.tag.as_ref()?;
        if outer.is_some_and(|outer| outer != property) {
            return None;
        }
        if !values
            .iter()
            .all(|value| seen.insert((property.clone(), value.clone())))
        {
            return None;
        }
        found.push(Some(How::Tag {
            property: property.clone(),
            values: values.clone(),
        }));
    }
    Some(found)
}

/// A field all alternatives have whose allowed values differ.
fn by_constant(objects: &[&Alternative], schemas: &Schemas) -> Option<Vec<Option<How>>> {
    let tags: Vec<BTreeMap<String, Vec<String>>> = objects
        .iter()
        .map(|one| constants(&one.resolved, schemas))
        .collect();
    let mut candidates: Vec<&String> = tags.first()?.keys().collect();
    // `type` and `kind` are what tags are called; after them by name.
    candidates.sort_by_key(|name| match name.as_str() {
        "type" => (0, *name),
        "kind" => (1, *name),
        _ => (2, *name),
    });
    candidates.into_iter().find_map(|property| {
        let mut seen = BTreeSet::new();
        tags.iter()
            .map(|known| {
                let values = known.get(property)?;
                values.iter().all(|value| seen.insert(value)).then(|| {
                    Some(How::Tag {
                        property: property.clone(),
                        values: values.clone(),
                    })
                })
            })
            .collect()
    })
}

/// The fields of an object that list their values.
fn constants(object: &Value, schemas: &Schemas) -> BTreeMap<String, Vec<String>> {
    properties(object)
        .filter_map(|(name, property)| {
            let resolved = match schema::target(property) {
                Some(target) => schemas.get(&target)?,
                None => property,
            };
            let values = enum_values(resolved);
            (!values.is_empty()).then(|| (name.clone(), values))
        })
        .collect()
}

fn properties(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// The field the overlay names, else a required field no other alternative has.
fn by_field(objects: &[&Alternative], node: &Object) -> Vec<Option<How>> {
    let given = node.get("x-sdk-distinguish");
    objects
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let named = one
                .name
                .as_ref()
                .and_then(|name| given?.get(name)?.as_str())
                .map(str::to_owned);
            let own = || {
                let others: BTreeSet<&String> = objects
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != index)
                    .flat_map(|(_, other)| properties(&other.resolved).map(|(name, _)| name))
                    .collect();
                let required = one.resolved.get("required").and_then(Value::as_array)?;
                required
                    .iter()
                    .filter_map(Value::as_str)
                    .find(|name| !others.iter().any(|other| other == name))
                    .map(str::to_owned)
            };
            named.or_else(own).map(How::Field)
        })
        .collect()
}
