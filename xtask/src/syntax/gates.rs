//! Which features bring a type: in a large crate every group of calls is a feature, and a type is
//! there when a group is whose calls send or receive it.
//!
//! Types with the same features share a file: what is left out is not even read.

use super::model::{BodyKind, Model, Operation, Reply, Shape, Type};
use heck::ToKebabCase;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// More groups than these are counted, not listed, in the name of a file.
const NAMED: usize = 3;

/// Groups of calls.
type Groups<'a> = BTreeSet<&'a str>;

/// A file of types.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Its name, without ending.
    pub(super) file: String,
    /// The groups whose calls need it; empty when it is always there.
    pub(super) groups: Groups<'a>,
    /// The types, by name.
    pub(super) types: Vec<&'a str>,
}

/// The types of an API, sorted into files by the groups that need them.
pub(super) fn parts(model: &Model) -> Vec<Part<'_>> {
    let mut needed: BTreeMap<&str, Groups<'_>> = BTreeMap::new();
    for operation in &model.operations {
        let group = operation.group.as_str();
        let types = named_types(operation).into_iter();
        let mut open: Vec<_> = types.map(|name| (name, group)).collect();
        while let Some((name, group)) = open.pop() {
            let Some((name, def)) = model.types.get_key_value(name) else {
                continue;
            };
            if needed.entry(name).or_default().insert(group) {
                let held = held(&def.shape).into_iter();
                open.extend(held.map(|name| match &def.shape {
                    Shape::Union(_) => (name, group_of(model, name).unwrap_or(group)),
                    Shape::Enum(_) | Shape::Object(_) => (name, group),
                }));
            }
        }
    }
    let mut sorted: BTreeMap<Groups<'_>, Vec<&str>> = BTreeMap::new();
    for name in model.types.keys() {
        let groups = needed.remove(name.as_str()).unwrap_or_default();
        sorted.entry(groups).or_default().push(name);
    }
    let mut taken = BTreeSet::new();
    let part = |(groups, types)| Part {
        file: file_name(&groups, &mut taken),
        groups,
        types,
    };
    sorted.into_iter().map(part).collect()
}

/// The group without which a type is no variant of a union: what holds it is then kept as `Unknown`.
fn group_of<'a>(model: &'a Model, name: &str) -> Option<&'a str> {
    model.types.get(name)?.group.as_deref()
}

/// The condition under which a union has a variant of this type.
pub(super) fn of_variant(model: &Model, ty: &Type) -> Option<TokenStream> {
    let group = group_of(model, name_in(ty)?)?;
    condition(&Groups::from([group]))
}

/// The types that a call sends or receives, with all they hold.
pub fn reached<'a>(model: &'a Model, operation: &'a Operation) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = named_types(operation);
    while let Some(name) = open.pop() {
        if let Some(def) = model.types.get(name)
            && found.insert(name)
        {
            open.extend(held(&def.shape));
        }
    }
    found
}

/// The condition under which what belongs to these groups is there.
pub(super) fn condition(groups: &Groups<'_>) -> Option<TokenStream> {
    let features: Vec<String> = groups.iter().map(|group| feature(group)).collect();
    match features.as_slice() {
        [] => None,
        [one] => Some(quote!(#[cfg(feature = #one)])),
        all => Some(quote!(#[cfg(any(#(feature = #all),*))])),
    }
}

/// The feature of a group.
pub(super) fn feature(group: &str) -> String {
    group.to_kebab_case()
}

fn file_name(groups: &Groups<'_>, taken: &mut BTreeSet<String>) -> String {
    let listed: Vec<&str> = groups.iter().copied().collect();
    let wanted = match listed.as_slice() {
        [] => "always".to_owned(),
        [first, .., _] if listed.len() > NAMED => format!("{first}_and_{}_more", listed.len() - 1),
        all => all.join("_and_"),
    };
    let mut name = wanted.clone();
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{wanted}_{number}");
    }
    name
}

fn named_types(operation: &Operation) -> Vec<&str> {
    let body = operation.body.as_ref().and_then(|body| match &body.kind {
        BodyKind::Json(ty) | BodyKind::Form(ty) => Some(ty),
        BodyKind::Bytes(_) => None,
    });
    let reply = match &operation.reply {
        Reply::Json(ty) | Reply::OptionalJson(ty) | Reply::Data(ty) | Reply::List(ty) => Some(ty),
        Reply::Empty | Reply::Text | Reply::Bytes | Reply::EventStream => None,
    };
    let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
    parameters
        .chain(body)
        .chain(reply)
        .filter_map(name_in)
        .collect()
}

/// The types a type holds, in lists and maps too.
fn held(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Enum(_) => Vec::new(),
        Shape::Union(variants) => variants.iter().filter_map(|v| name_in(&v.ty)).collect(),
        Shape::Object(object) => {
            let fields = object.properties.iter().map(|property| &property.ty);
            fields.chain(&object.extra).filter_map(name_in).collect()
        }
    }
}

fn name_in(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::List(inner) | Type::Map(inner) => name_in(inner),
        Type::String
        | Type::Timestamp
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Any => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Groups, condition, file_name};
    use std::collections::BTreeSet;

    #[test]
    fn files_are_named_by_the_groups_that_need_them() {
        let mut taken = BTreeSet::new();
        for (groups, expected) in [
            ([].as_slice(), "always"),
            (&["jobs"], "jobs"),
            (&["jobs", "services", "vcs"], "jobs_and_services_and_vcs"),
            (&["a", "b", "c", "d"], "a_and_3_more"),
            (&["a", "b", "c", "e"], "a_and_3_more_2"),
        ] {
            let groups: Groups<'_> = groups.iter().copied().collect();
            assert_eq!(file_name(&groups, &mut taken), expected);
        }
    }

    #[test]
    fn what_several_groups_need_is_there_with_any_of_them() {
        let check = |groups: &[&'static str], expected: &str| {
            let groups: Groups<'_> = groups.iter().copied().collect();
            let found = condition(&groups).unwrap_or_default().to_string();
            assert_eq!(found.replace(' ', ""), expected);
        };
        check(&[], "");
        check(&["egress_ips"], r#"#[cfg(feature="egress-ips")]"#);
        check(&["a", "b"], r#"#[cfg(any(feature="a",feature="b"))]"#);
    }
}
