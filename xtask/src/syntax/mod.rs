//! From progenitor's output and the normal form to the modules of an SDK crate.
//!
//! Every file of this folder is one syntax-tree pass; [`modules`] runs them and formats the result.
//! Text is never patched.

pub mod model;

mod builders;
mod docs;
mod gates;
mod open_enums;
mod operations;
mod partial;
mod presence;
mod read;
mod secrets;
mod split;
mod structs;
mod types;
mod unions;
mod ways;

#[cfg(test)]
mod tests;

pub use gates::reached;
pub use presence::Presence;
pub use read::take_groups;

use model::{Model, Shape, TypeDef};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use split::Parts;
use std::collections::{BTreeMap, BTreeSet};
use types::Cycles;
use ways::Ways;

/// What cannot be written as Rust, and where the document says it.
#[derive(Debug, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct SyntaxError {
    /// JSON pointer into the document.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl SyntaxError {
    fn new(pointer: &str, message: String) -> Self {
        Self {
            pointer: pointer.to_owned(),
            message,
        }
    }
}

/// How the modules are written.
#[derive(Debug)]
pub struct Style<'a> {
    /// The name of the document in `Source:` lines, e.g. `runpod.json`.
    pub document: &'a str,
    /// Whether `sdk_core` is a module of the crate instead of a crate of its own.
    pub runtime_is_module: bool,
    /// The crate as examples name it; without a name no examples are written.
    pub crate_name: Option<&'a str>,
    /// How much of the API a user takes.
    pub scale: Scale,
}

/// How much of the API a user takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// All of it.
    #[default]
    Whole,
    /// The groups of calls whose features are on. A type is written or read, as its place asks, and
    /// not both.
    Parts,
}

/// The modules of an SDK crate below `generated/`, by file name.
///
/// # Errors
///
/// [`SyntaxError`] for what progenitor left out or made unreadable.
pub fn modules(
    model: &Model,
    progenitor: TokenStream,
    style: &Style<'_>,
) -> Result<BTreeMap<String, String>, SyntaxError> {
    let parts = split::split(progenitor)?;
    check_methods(model, &parts)?;
    let groups: BTreeSet<&str> = model
        .operations
        .iter()
        .map(|op| op.group.as_str())
        .collect();
    let mut files = BTreeMap::new();
    let mut add = |name: &str, tokens: TokenStream| {
        files.insert(format!("{name}.rs"), write(tokens, style)?);
        Ok::<(), SyntaxError>(())
    };
    match style.scale {
        Scale::Whole => {
            add("types", type_module(model, &parts, style)?)?;
            add("params", params_module(model, style))?;
        }
        Scale::Parts => partial::modules(model, &parts, &groups, style, &mut add)?,
    }
    for group in &groups {
        let of_group: Vec<_> = model
            .operations
            .iter()
            .filter(|op| op.group == *group)
            .collect();
        add(group, operations::group(model, group, &of_group, style))?;
    }
    let names = groups.iter().map(|group| {
        let gate = match style.scale {
            Scale::Whole => None,
            Scale::Parts => gates::condition(&BTreeSet::from([*group])),
        };
        let name = format_ident!("{group}");
        quote!(#gate pub mod #name;)
    });
    add(
        "mod",
        quote! {
            //! Everything the description says, as Rust.
            #(#names)*
            pub mod params;
            pub mod types;
        },
    )?;
    Ok(files)
}

fn params_module(model: &Model, style: &Style<'_>) -> TokenStream {
    let params = model
        .operations
        .iter()
        .filter_map(|op| operations::params(model, op, style.document));
    quote! {
        //! Query and header parameters of the calls that take any.
        #![allow(unused_imports)]
        use super::types;
        use std::collections::BTreeMap;
        #(#params)*
    }
}

fn type_module(
    model: &Model,
    parts: &Parts,
    style: &Style<'_>,
) -> Result<TokenStream, SyntaxError> {
    let cycles = Cycles::find(model);
    let items = model
        .types
        .values()
        .map(|def| type_item(model, def, parts, &cycles, style));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(quote! {
        //! The types of requests and answers.
        #![allow(unused_imports)]
        use serde::{Deserialize, Serialize};
        use std::collections::BTreeMap;
        #(#items)*
    })
}

fn type_item(
    model: &Model,
    def: &TypeDef,
    parts: &Parts,
    cycles: &Cycles,
    style: &Style<'_>,
) -> Result<TokenStream, SyntaxError> {
    let document = style.document;
    let ways = Ways::of(def, style.scale);
    match &def.shape {
        Shape::Enum(values) => Ok(open_enums::open_enum(def, values, document)),
        Shape::Union(variants) => Ok(unions::open_union(model, def, variants, style, cycles)),
        Shape::Object(object) => {
            let item = parts.structs.get(&def.name).ok_or_else(|| {
                SyntaxError::new(
                    &def.source,
                    "progenitor made no struct of this schema".to_owned(),
                )
            })?;
            structs::structure(model, def, object, item, ways, cycles, document)
        }
    }
}

/// Every operation must have reached progenitor's client: what it left out would be missing silently.
fn check_methods(model: &Model, parts: &Parts) -> Result<(), SyntaxError> {
    let missing = model
        .operations
        .iter()
        .find(|op| !parts.methods.contains(&op.id));
    match missing {
        None => Ok(()),
        Some(op) => Err(SyntaxError::new(
            &op.source,
            format!("progenitor made no method of the operation `{}`", op.id),
        )),
    }
}

fn write(tokens: TokenStream, style: &Style<'_>) -> Result<String, SyntaxError> {
    let mut file: syn::File = syn::parse2(tokens)
        .map_err(|error| SyntaxError::new("", format!("our own output is no Rust: {error}")))?;
    if style.runtime_is_module {
        let import: syn::Item = syn::parse_quote!(
            #[allow(unused_imports)]
            use crate::sdk_core;
        );
        let place = file
            .items
            .iter()
            .take_while(|item| matches!(item, syn::Item::Mod(_)))
            .count();
        file.items.insert(place, import);
    }
    Ok(prettyplease::unparse(&file))
}
