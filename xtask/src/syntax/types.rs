//! The Rust type of a value, and where a type must be boxed because it holds itself.

use super::model::{Model, Shape, Type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};

/// The Rust type of a value. `types` is the path of the module that holds the named types; empty
/// inside of it.
pub(super) fn rust_type(ty: &Type, types: &TokenStream) -> TokenStream {
    match ty {
        Type::String => quote!(String),
        Type::Timestamp => quote!(sdk_core::Timestamp),
        Type::Integer => quote!(i64),
        Type::Number => quote!(f64),
        Type::Boolean => quote!(bool),
        Type::Any => quote!(serde_json::Value),
        Type::Named(name) => {
            let name = format_ident!("{name}");
            quote!(#types #name)
        }
        Type::List(item) => {
            let item = rust_type(item, types);
            quote!(Vec<#item>)
        }
        Type::Map(value) => {
            let value = rust_type(value, types);
            quote!(BTreeMap<String, #value>)
        }
    }
}

/// Pairs of types of which the first holds the second by value and the second, in the end, the
/// first: those places need a `Box`. Lists and maps are indirect enough by themselves.
#[derive(Debug, Default)]
pub(super) struct Cycles(BTreeSet<(String, String)>);

impl Cycles {
    /// Finds the cycles among the types of an API.
    pub(super) fn find(model: &Model) -> Self {
        let edges: BTreeMap<&str, Vec<&str>> = model
            .types
            .values()
            .map(|def| (def.name.as_str(), held(&def.shape)))
            .collect();
        let mut cycles = BTreeSet::new();
        for (&from, targets) in &edges {
            for &to in targets {
                if reaches(&edges, to, from) {
                    cycles.insert((from.to_owned(), to.to_owned()));
                }
            }
        }
        Self(cycles)
    }

    /// The type as a part of `owner`, boxed if need be.
    pub(super) fn boxed(&self, owner: &str, ty: &Type) -> TokenStream {
        let plain = rust_type(ty, &TokenStream::new());
        if self.needs_box(owner, ty) {
            quote!(Box<#plain>)
        } else {
            plain
        }
    }

    /// Whether the type must be boxed as a part of `owner`.
    pub(super) fn needs_box(&self, owner: &str, ty: &Type) -> bool {
        matches!(ty, Type::Named(name) if self.0.contains(&(owner.to_owned(), name.clone())))
    }
}

fn held(shape: &Shape) -> Vec<&str> {
    let types: Vec<&Type> = match shape {
        Shape::Object(object) => object.properties.iter().map(|p| &p.ty).collect(),
        Shape::Union(variants) => variants.iter().map(|v| &v.ty).collect(),
        Shape::Enum(_) => Vec::new(),
    };
    let named = types.into_iter().filter_map(|ty| match ty {
        Type::Named(name) => Some(name.as_str()),
        _ => None,
    });
    named.collect()
}

fn reaches(edges: &BTreeMap<&str, Vec<&str>>, from: &str, goal: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == goal {
            return true;
        }
        if seen.insert(name) {
            open.extend(edges.get(name).into_iter().flatten());
        }
    }
    false
}
