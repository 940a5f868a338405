//! Takes apart what progenitor wrote: the types, and the names of the calls. The rest (its client,
//! its error module, conversions) is replaced by `sdk-core`.

use super::SyntaxError;
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, BTreeSet};
use syn::{ImplItem, Item, ItemStruct};

/// The parts of progenitor's output that are kept.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Structs with named fields, by name.
    pub(super) structs: BTreeMap<String, ItemStruct>,
    /// The names of the client's methods.
    pub(super) methods: BTreeSet<String>,
}

/// Reads progenitor's output.
///
/// # Errors
///
/// When it is no Rust, which would be a bug of progenitor.
pub(super) fn split(tokens: TokenStream) -> Result<Parts, SyntaxError> {
    let file: syn::File = syn::parse2(tokens).map_err(|error| {
        SyntaxError::new("", format!("progenitor's output is no Rust: {error}"))
    })?;
    let mut parts = Parts::default();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let items = module.content.map(|(_, items)| items).unwrap_or_default();
                let structs = items.into_iter().filter_map(|item| match item {
                    Item::Struct(item) => Some((item.ident.to_string(), item)),
                    _ => None,
                });
                parts.structs.extend(structs);
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let methods = block.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                    _ => None,
                });
                parts.methods.extend(methods);
            }
            _ => {}
        }
    }
    Ok(parts)
}
