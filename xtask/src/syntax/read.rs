//! Reading a document in normal form into the model.

use super::SyntaxError;
use super::model::{
    Auth, Body, BodyKind, EnumValue, Group, Location, Model, Object, Operation, Parameter,
    Property, Reply, Shape, ToldBy, Type, TypeDef, Variant,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl Model {
    /// Reads a document in normal form.
    ///
    /// # Errors
    ///
    /// A part that is not in normal form, with its JSON pointer.
    pub fn read(doc: &Value) -> Result<Self, SyntaxError> {
        let info = &doc["info"];
        let mut operations = Vec::new();
        for (path, item) in entries(&doc["paths"]) {
            for (http_method, operation) in entries(item) {
                if operation.get("operationId").is_some() {
                    operations.push(read_operation(path, http_method, operation)?);
                }
            }
        }
        operations.sort_by(|a, b| (&a.group, &a.method).cmp(&(&b.group, &b.method)));
        let types = entries(&doc["components"]["schemas"])
            .map(|(name, schema)| Ok((name.clone(), read_type(name, schema)?)))
            .collect::<Result<_, SyntaxError>>()?;
        let server = text(&doc["servers"][0], "url");
        let usable = server.starts_with("http") && !server.contains('{');
        Ok(Self {
            title: text(info, "title"),
            version: text(info, "version"),
            server: usable.then(|| server.trim_end_matches('/').to_owned()),
            auth: read_auth(&doc["x-sdk-auth"]),
            types,
            operations,
            groups: BTreeMap::new(),
        })
    }
}

/// Takes the words about groups out of a document that has not been lowered yet: no pass knows them.
pub fn take_groups(doc: &mut Value) -> BTreeMap<String, Group> {
    let groups = doc
        .as_object_mut()
        .and_then(|doc| doc.remove("x-sdk-groups"));
    let groups = groups.as_ref().map(entries).into_iter().flatten();
    let words = groups.map(|(name, words)| {
        let group = Group {
            doc: text(words, "description"),
            example: text(words, "example"),
        };
        (name.clone(), group)
    });
    words.collect()
}

fn read_auth(auth: &Value) -> Auth {
    match text(auth, "kind").as_str() {
        "bearer" => Auth::Bearer,
        "basic" => Auth::Basic,
        "header" => Auth::Header(text(auth, "name")),
        "query" => Auth::Query(text(auth, "name")),
        _ => Auth::None,
    }
}

fn read_type(name: &str, schema: &Value) -> Result<TypeDef, SyntaxError> {
    let source = text(schema, "x-sdk-source");
    let shape = if let Some(values) = schema.get("x-sdk-enum").and_then(Value::as_array) {
        Shape::Enum(values.iter().map(read_enum_value).collect())
    } else if let Some(union) = schema.get("x-sdk-union") {
        let variants = union["variants"].as_array().into_iter().flatten();
        let variants = variants.map(|variant| read_variant(variant, &source));
        Shape::Union(variants.collect::<Result<_, _>>()?)
    } else {
        Shape::Object(read_object(schema, &source)?)
    };
    Ok(TypeDef {
        name: name.to_owned(),
        doc: text(schema, "description"),
        source,
        in_requests: schema["x-sdk-request"] == true,
        in_answers: schema["x-sdk-response"] == true,
        group: schema["x-sdk-group"].as_str().map(str::to_owned),
        shape,
    })
}

fn read_enum_value(value: &Value) -> EnumValue {
    EnumValue {
        name: text(value, "name"),
        text: text(value, "value"),
        doc: text(value, "doc"),
    }
}

fn read_variant(variant: &Value, source: &str) -> Result<Variant, SyntaxError> {
    let told_by = if let Some(tag) = variant.get("tag") {
        ToldBy::Tag {
            property: text(tag, "property"),
            values: texts(&tag["values"]),
        }
    } else if let Some(field) = variant["field"].as_str() {
        ToldBy::Field(field.to_owned())
    } else {
        ToldBy::Json(text(variant, "json"))
    };
    let ty = read_schema(&variant["schema"], source)?;
    Ok(Variant {
        name: text(variant, "name"),
        ty,
        told_by,
    })
}

fn read_object(schema: &Value, source: &str) -> Result<Object, SyntaxError> {
    let required = texts(&schema["required"]);
    let properties = entries(&schema["properties"])
        .map(|(key, property)| {
            let json_name = property["x-sdk-json-name"]
                .as_str()
                .unwrap_or(key)
                .to_owned();
            let pointer = format!("{source}/properties/{key}");
            Ok(Property {
                key: key.clone(),
                json_name,
                doc: text(property, "description"),
                ty: read_schema(property, &pointer)?,
                required: property["x-sdk-required"] == true,
                nullable: property["x-sdk-nullable"] == true,
                secret: property["x-sdk-secret"] == true,
                any: property["x-sdk-any"] == true,
                argument: required.iter().position(|name| name == key),
            })
        })
        .collect::<Result<_, SyntaxError>>()?;
    let extra = schema
        .get("x-sdk-extra")
        .map(|extra| read_schema(extra, source))
        .transpose()?;
    Ok(Object { properties, extra })
}

fn read_schema(schema: &Value, pointer: &str) -> Result<Type, SyntaxError> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        return Ok(Type::Named(name.to_owned()));
    }
    let nested = |key: &str| read_schema(&schema[key], pointer).map(Box::new);
    Ok(match schema["type"].as_str() {
        None => Type::Any,
        Some("string") if schema["x-sdk-type"] == "timestamp" => Type::Timestamp,
        Some("string") => Type::String,
        Some("integer") => Type::Integer,
        Some("number") => Type::Number,
        Some("boolean") => Type::Boolean,
        Some("array") => Type::List(nested("items")?),
        Some("object") if schema.get("properties").is_none() => {
            let open = schema["additionalProperties"].is_object();
            Type::Map(if open {
                nested("additionalProperties")?
            } else {
                Box::new(Type::Any)
            })
        }
        Some(kind) => {
            let message = format!("a schema of type `{kind}` is left in a place for simple ones");
            return Err(SyntaxError::new(pointer, message));
        }
    })
}

fn read_operation(path: &str, http_method: &str, op: &Value) -> Result<Operation, SyntaxError> {
    let source = text(op, "x-sdk-source");
    let parameters = op["parameters"].as_array().into_iter().flatten();
    Ok(Operation {
        id: text(op, "operationId"),
        group: text(op, "x-sdk-group"),
        method: text(op, "x-sdk-method"),
        http_method: http_method.to_uppercase(),
        path: path.to_owned(),
        team_path: op["x-sdk-team-path"].as_str().map(str::to_owned),
        items_at: texts(&op["x-sdk-success"]["items_at"]),
        cursor: op["x-sdk-paging"]["cursor"].as_str().map(str::to_owned),
        page: op["x-sdk-paging"]["page"].as_str().map(str::to_owned),
        repeatable: op["x-sdk-repeatable"] == true,
        deprecated: op["deprecated"] == true,
        doc: text(op, "description"),
        parameters: parameters
            .map(|parameter| read_parameter(parameter, &source))
            .collect::<Result<_, _>>()?,
        body: read_body(op, &source)?,
        reply: read_reply(op, &source)?,
        source,
    })
}

fn read_parameter(parameter: &Value, source: &str) -> Result<Parameter, SyntaxError> {
    let location = match parameter["in"].as_str() {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("header") => Location::Header,
        _ => {
            return Err(SyntaxError::new(
                source,
                "a parameter is in no place we know".to_owned(),
            ));
        }
    };
    let mut schema = parameter["schema"].clone();
    if let (Some(schema), Some(kind)) = (schema.as_object_mut(), parameter.get("x-sdk-type")) {
        schema.insert("x-sdk-type".to_owned(), kind.clone());
    }
    Ok(Parameter {
        name: text(parameter, "name"),
        ident: text(parameter, "x-sdk-ident"),
        location,
        style: text(parameter, "x-sdk-style"),
        required: parameter["required"] == true,
        doc: text(parameter, "description"),
        ty: read_schema(&schema, source)?,
    })
}

fn read_body(op: &Value, source: &str) -> Result<Option<Body>, SyntaxError> {
    let Some(body) = op.get("x-sdk-body") else {
        return Ok(None);
    };
    let content = entries(&op["requestBody"]["content"]).next();
    let schema = content.map_or(&Value::Null, |(_, media)| &media["schema"]);
    let kind = match text(body, "kind").as_str() {
        "json" => BodyKind::Json(read_schema(schema, source)?),
        "form" => BodyKind::Form(read_schema(schema, source)?),
        _ => BodyKind::Bytes(text(body, "content_type")),
    };
    Ok(Some(Body {
        required: body["required"] == true,
        kind,
    }))
}

fn read_reply(op: &Value, source: &str) -> Result<Reply, SyntaxError> {
    let response = entries(&op["responses"]).next();
    let content = response.and_then(|(_, response)| entries(&response["content"]).next());
    let schema = content.map_or(&Value::Null, |(_, media)| &media["schema"]);
    Ok(match text(&op["x-sdk-success"], "kind").as_str() {
        "json" => Reply::Json(read_schema(schema, source)?),
        "data" => Reply::Data(read_schema(schema, source)?),
        "list" => Reply::List(read_schema(schema, source)?),
        "optional-json" => Reply::OptionalJson(read_schema(schema, source)?),
        "text" => Reply::Text,
        "bytes" => Reply::Bytes,
        "event-stream" => Reply::EventStream,
        _ => Reply::Empty,
    })
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn texts(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    values
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
