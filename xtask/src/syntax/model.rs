//! The normal form of a document, typed: what the syntax passes know about each item they rewrite.

use super::SyntaxError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// An API in normal form.
#[derive(Debug)]
pub struct Model {
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// The first server's URL, if there is one that needs no variables.
    pub server: Option<String>,
    /// How calls prove who sends them.
    pub auth: Auth,
    /// The named types, by Rust name.
    pub types: BTreeMap<String, TypeDef>,
    /// The operations, sorted by group and method.
    pub operations: Vec<Operation>,
    /// Words about the groups of operations, by name; not every group has any.
    pub groups: BTreeMap<String, Group>,
}

/// Words about a group of operations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// What it is for.
    pub doc: String,
    /// Lines of Rust that use it through a variable `client`.
    pub example: String,
}

/// How calls prove who sends them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// They do not.
    None,
    /// A bearer token.
    Bearer,
    /// User and password.
    Basic,
    /// A header of the API's own.
    Header(String),
    /// A query parameter of the API's own.
    Query(String),
}

/// A named type.
#[derive(Debug)]
pub struct TypeDef {
    /// The Rust name.
    pub name: String,
    /// Rustdoc text, possibly empty.
    pub doc: String,
    /// JSON pointer into the original document.
    pub source: String,
    /// Whether a request body holds it.
    pub in_requests: bool,
    /// What it is.
    pub shape: Shape,
}

/// What a named type is.
#[derive(Debug)]
pub enum Shape {
    /// A struct.
    Object(Object),
    /// An open enum: pairs of variant and text.
    Enum(Vec<EnumValue>),
    /// An open union.
    Union(Vec<Variant>),
}

/// A struct.
#[derive(Debug)]
pub struct Object {
    /// Its fields, sorted by property key.
    pub properties: Vec<Property>,
    /// The type of the values of all other keys, when there may be any.
    pub extra: Option<Type>,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Property {
    /// The key in the normal form, which is what progenitor sees.
    pub key: String,
    /// The key on the wire.
    pub json_name: String,
    /// Rustdoc text, possibly empty.
    pub doc: String,
    /// The type of the value.
    pub ty: Type,
    /// Whether the key is always there.
    pub required: bool,
    /// Whether the value may be null.
    pub nullable: bool,
    /// Whether the value must not be shown.
    pub secret: bool,
}

/// A text an open enum knows.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The Rust variant.
    pub name: String,
    /// The text on the wire.
    pub text: String,
    /// Rustdoc text, possibly empty.
    pub doc: String,
}

/// A variant of a union.
#[derive(Debug)]
pub struct Variant {
    /// The Rust variant.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// What tells it from the others.
    pub told_by: ToldBy,
}

/// What tells a variant of a union from the others.
#[derive(Clone, Debug)]
pub enum ToldBy {
    /// A property with one of these texts.
    Tag {
        /// The property.
        property: String,
        /// The texts.
        values: Vec<String>,
    },
    /// A property that only this variant has.
    Field(String),
    /// Its JSON type.
    Json(String),
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// Text that is a date-time.
    Timestamp,
    /// A 64-bit integer.
    Integer,
    /// A 64-bit float.
    Number,
    /// True or false.
    Boolean,
    /// Any JSON.
    Any,
    /// A named type.
    Named(String),
    /// A list.
    List(Box<Type>),
    /// A map from text.
    Map(Box<Type>),
}

/// An operation.
#[derive(Debug)]
pub struct Operation {
    /// The Rust name, unique in the API.
    pub id: String,
    /// The group it is called through.
    pub group: String,
    /// Its name in the group.
    pub method: String,
    /// The HTTP method in capitals.
    pub http_method: String,
    /// The path template.
    pub path: String,
    /// Whether it may be repeated.
    pub repeatable: bool,
    /// Whether it is on its way out.
    pub deprecated: bool,
    /// Rustdoc text, possibly empty.
    pub doc: String,
    /// JSON pointer into the original document.
    pub source: String,
    /// Path, query and header parameters, in the document's order.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// What a successful answer is read as.
    pub reply: Reply,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// The Rust name, unique in the operation.
    pub ident: String,
    /// Where it goes.
    pub location: Location,
    /// How a list or an object is written.
    pub style: String,
    /// Whether it must be given.
    pub required: bool,
    /// Rustdoc text, possibly empty.
    pub doc: String,
    /// The type of its value.
    pub ty: Type,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Into the path.
    Path,
    /// Into the query string.
    Query,
    /// Into a header.
    Header,
}

/// A request body.
#[derive(Debug)]
pub struct Body {
    /// Whether it must be given.
    pub required: bool,
    /// How it is written.
    pub kind: BodyKind,
}

/// How a request body is written.
#[derive(Debug)]
pub enum BodyKind {
    /// As JSON.
    Json(Type),
    /// As a form.
    Form(Type),
    /// As it is, under this content type.
    Bytes(String),
}

/// What a successful answer is read as.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Type),
    /// JSON, or nothing.
    OptionalJson(Type),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Server-sent events.
    EventStream,
}

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
    let in_requests = schema["x-sdk-request"] == true;
    Ok(TypeDef {
        name: name.to_owned(),
        doc: text(schema, "description"),
        source,
        in_requests,
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
        let values = tag["values"].as_array().into_iter().flatten();
        let values = values
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        ToldBy::Tag {
            property: text(tag, "property"),
            values,
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

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
