//! How Rust's side of a description is written in a message.

use crate::passes::names;
use crate::syntax::Presence;
use crate::syntax::model::{Body, BodyKind, Operation, Parameter, Property, Reply, Type, TypeDef};

/// A call as a user writes it, without the client.
pub(super) fn call(operation: &Operation) -> String {
    format!("{}.{}", operation.group, operation.method)
}

/// A field, an argument or a parameter as Rust has it.
pub(super) fn rust_name(key: &str) -> String {
    names::field_name(key)
}

/// A type.
pub(super) fn ty(ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Timestamp => "Timestamp".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Number => "f64".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Any => "Value".to_owned(),
        Type::Named(name) => name.clone(),
        Type::List(item) => format!("Vec<{}>", self::ty(item)),
        Type::Map(value) => format!("BTreeMap<String, {}>", self::ty(value)),
    }
}

/// The type of a field.
pub(super) fn field(def: &TypeDef, property: &Property) -> String {
    let inner = ty(&property.ty);
    match Presence::of(def, property) {
        Presence::Required => inner,
        Presence::RequiredNullable | Presence::Optional => format!("Option<{inner}>"),
        Presence::ThreeState => format!("Nullable<{inner}>"),
    }
}

/// The type of a parameter.
pub(super) fn parameter(parameter: &Parameter) -> String {
    let inner = ty(&parameter.ty);
    if parameter.required {
        inner
    } else {
        format!("Option<{inner}>")
    }
}

/// What is sent.
pub(super) fn body(body: Option<&Body>) -> String {
    let Some(body) = body else {
        return "nothing".to_owned();
    };
    let inner = match &body.kind {
        BodyKind::Json(ty) => self::ty(ty),
        BodyKind::Form(ty) => format!("{} as a form", self::ty(ty)),
        BodyKind::Bytes(media) => format!("bytes of {media}"),
    };
    if body.required {
        inner
    } else {
        format!("Option<{inner}>")
    }
}

/// What comes back.
pub(super) fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Empty => "nothing".to_owned(),
        Reply::Json(ty) => self::ty(ty),
        Reply::OptionalJson(ty) => format!("Option<{}>", self::ty(ty)),
        Reply::Data(ty) => format!("Data<{}>", self::ty(ty)),
        Reply::List(ty) => format!("List<{}>", self::ty(ty)),
        Reply::Text => "text".to_owned(),
        Reply::Bytes => "bytes".to_owned(),
        Reply::EventStream => "events".to_owned(),
    }
}
