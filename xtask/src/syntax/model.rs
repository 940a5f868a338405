//! The normal form of a document, typed: what the syntax passes know about each item they rewrite.

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

impl Model {
    /// The one value that a type can have, with the name of the type: nobody should have to write it.
    pub fn only_value<'a>(&'a self, ty: &'a Type) -> Option<(&'a str, &'a EnumValue)> {
        let Type::Named(name) = ty else { return None };
        let Shape::Enum(values) = &self.types.get(name)?.shape else {
            return None;
        };
        match values.as_slice() {
            [only] => Some((name, only)),
            _ => None,
        }
    }
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
    /// Whether an answer holds it.
    pub in_answers: bool,
    /// The group without which it is no variant of a union, in a crate that is taken in parts.
    pub group: Option<String>,
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the description by itself"
)]
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
    /// Whether the overlay says that it may be any JSON.
    pub any: bool,
    /// Where it stands among the arguments of `new`: in the order of `required`.
    pub argument: Option<usize>,
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
    /// The path template that names a team first.
    pub team_path: Option<String>,
    /// The keys that lead to the items of an answer that is a list.
    pub items_at: Vec<String>,
    /// The query parameter that takes the cursor of the page before.
    pub cursor: Option<String>,
    /// The query parameter that takes the number of the page.
    pub page: Option<String>,
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
    /// JSON in an envelope.
    Data(Type),
    /// A list of JSON in an envelope.
    List(Type),
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Server-sent events.
    EventStream,
}
