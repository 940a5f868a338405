//! The structs: progenitor's fields and their order, with our types, attributes, docs and builders.

use super::SyntaxError;
use super::builders::{builder, settable};
use super::docs::doc_with_source;
use super::model::{Model, Object, TypeDef};
use super::presence::{field, property_key};
use super::secrets::masked_debug;
use super::types::{Cycles, rust_type};
use super::ways::Ways;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;
use syn::{Ident, ItemStruct};

/// A struct with all that belongs to it.
///
/// # Errors
///
/// When progenitor's struct lacks a property of the description.
pub(super) fn structure(
    model: &Model,
    def: &TypeDef,
    object: &Object,
    item: &ItemStruct,
    ways: Ways,
    cycles: &Cycles,
    document: &str,
) -> Result<TokenStream, SyntaxError> {
    let idents = field_idents(def, object, item)?;
    let name = format_ident!("{}", def.name);
    let docs = doc_with_source(&def.doc, document, &def.source);
    let fields = object.properties.iter().zip(&idents);
    let fields = fields.map(|(property, ident)| field(def, property, ident, ways, cycles));
    let extra = object.extra.as_ref().map(|ty| {
        let ty = rust_type(ty, &TokenStream::new());
        quote! {
            #[doc = " All other keys."]
            #[serde(flatten)]
            pub additional_properties: BTreeMap<String, #ty>,
        }
    });
    let masked = masked_debug(def, object, &idents);
    let debug = masked.is_none().then(|| quote!(Debug,));
    let serde = ways.derives();
    let builder = def.in_requests.then(|| {
        let fields = settable(def, object, &idents, cycles);
        builder(
            model,
            &name,
            &fields,
            object.extra.is_some(),
            &TokenStream::new(),
        )
    });
    Ok(quote! {
        #docs
        #[derive(Clone, #debug PartialEq, #serde)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #extra
        }
        #masked
        #builder
    })
}

/// progenitor's name of each property's field.
fn field_idents(
    def: &TypeDef,
    object: &Object,
    item: &ItemStruct,
) -> Result<Vec<Ident>, SyntaxError> {
    let by_key: BTreeMap<String, &Ident> = item
        .fields
        .iter()
        .filter_map(|field| Some((property_key(field)?, field.ident.as_ref()?)))
        .collect();
    let ident = |key: &String| {
        by_key
            .get(key)
            .map(|ident| (*ident).clone())
            .ok_or_else(|| {
                let pointer = format!("{}/properties/{key}", def.source);
                SyntaxError::new(
                    &pointer,
                    "progenitor made no field of this property".to_owned(),
                )
            })
    };
    object
        .properties
        .iter()
        .map(|property| ident(&property.key))
        .collect()
}
