//! Types and parameters of a crate that is taken in parts: a file for each set of features.

use super::gates::{self, Part};
use super::model::Model;
use super::split::Parts;
use super::types::Cycles;
use super::{Style, SyntaxError, operations, type_item};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Adds the modules `types` and `params` with all their parts.
pub(super) fn modules(
    model: &Model,
    parts: &Parts,
    groups: &BTreeSet<&str>,
    style: &Style<'_>,
    add: &mut impl FnMut(&str, TokenStream) -> Result<(), SyntaxError>,
) -> Result<(), SyntaxError> {
    let cycles = Cycles::find(model);
    let mut declared = Vec::new();
    for part in gates::parts(model) {
        let types = part.types.iter().filter_map(|name| model.types.get(*name));
        let items = types.map(|def| type_item(model, def, parts, &cycles, style));
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let doc = format!(" Types of {}.", listed(&part));
        add(
            &format!("types/{}", part.file),
            quote! {
                #![doc = #doc]
                #![allow(unused_imports)]
                use super::*;
                use serde::{Deserialize, Serialize};
                use std::collections::BTreeMap;
                #(#items)*
            },
        )?;
        declared.push(declaration(
            &part.file,
            gates::condition(&part.groups).as_ref(),
        ));
    }
    add(
        "types/mod",
        quote! {
            //! The types of requests and answers.
            #![allow(unused_imports)]
            #(#declared)*
        },
    )?;
    params(model, groups, style, add)
}

fn params(
    model: &Model,
    groups: &BTreeSet<&str>,
    style: &Style<'_>,
    add: &mut impl FnMut(&str, TokenStream) -> Result<(), SyntaxError>,
) -> Result<(), SyntaxError> {
    let mut declared = Vec::new();
    for group in groups {
        let of_group = model.operations.iter().filter(|op| op.group == *group);
        let items: Vec<_> = of_group
            .filter_map(|op| operations::params(model, op, style.document))
            .collect();
        if items.is_empty() {
            continue;
        }
        let doc = format!(" Query and header parameters of `{group}`.");
        add(
            &format!("params/{group}"),
            quote! {
                #![doc = #doc]
                #![allow(unused_imports)]
                use super::super::types;
                use std::collections::BTreeMap;
                #(#items)*
            },
        )?;
        let gate = gates::condition(&BTreeSet::from([*group]));
        declared.push(declaration(group, gate.as_ref()));
    }
    add(
        "params/mod",
        quote! {
            //! Query and header parameters of the calls that take any.
            #![allow(unused_imports)]
            #(#declared)*
        },
    )
}

fn declaration(file: &str, gate: Option<&TokenStream>) -> TokenStream {
    let name = format_ident!("{file}");
    quote! {
        #gate
        mod #name;
        #gate
        pub use #name::*;
    }
}

fn listed(part: &Part<'_>) -> String {
    if part.groups.is_empty() {
        return "no group alone".to_owned();
    }
    let names: Vec<_> = part.groups.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
