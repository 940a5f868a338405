//! Absent is not a value: which keys are sent, and which may be missing or null.
//!
//! progenitor writes defaults into requests, leaves out empty lists and knows one `Option` for
//! absent and null. This pass gives every field the type and the serde attributes that say exactly
//! what the description says.

use super::docs::doc;
use super::model::{Property, TypeDef};
use super::types::Cycles;
use super::ways::Ways;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Field, Ident, Lit, Meta, Token, punctuated::Punctuated};

/// How a field is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The key is always there, with a value.
    Required,
    /// The key is always there, with a value or null.
    RequiredNullable,
    /// The key may be missing; null is read as missing.
    Optional,
    /// Missing, null and a value are three things.
    ThreeState,
}

impl Presence {
    /// How a property of a type is present. Three states only matter to who writes requests.
    pub fn of(def: &TypeDef, property: &Property) -> Self {
        match (property.required, property.nullable) {
            (true, false) => Self::Required,
            (true, true) => Self::RequiredNullable,
            (false, true) if def.in_requests => Self::ThreeState,
            (false, _) => Self::Optional,
        }
    }
}

/// The name of the property a field of progenitor's stands for.
pub(super) fn property_key(field: &Field) -> Option<String> {
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("serde")) {
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        for meta in attribute.parse_args_with(parser).unwrap_or_default() {
            if let Meta::NameValue(pair) = meta
                && pair.path.is_ident("rename")
                && let syn::Expr::Lit(literal) = pair.value
                && let Lit::Str(text) = literal.lit
            {
                return Some(text.value());
            }
        }
    }
    let ident = field.ident.as_ref()?.to_string();
    Some(ident.strip_prefix("r#").unwrap_or(&ident).to_owned())
}

/// The type of a field.
pub(super) fn field_type(def: &TypeDef, property: &Property, cycles: &Cycles) -> TokenStream {
    let ty = cycles.boxed(&def.name, &property.ty);
    match Presence::of(def, property) {
        Presence::Required => ty,
        Presence::RequiredNullable | Presence::Optional => quote!(Option<#ty>),
        Presence::ThreeState => quote!(sdk_core::Nullable<#ty>),
    }
}

/// A field as it goes into the struct.
pub(super) fn field(
    def: &TypeDef,
    property: &Property,
    ident: &Ident,
    ways: Ways,
    cycles: &Cycles,
) -> TokenStream {
    let docs = doc(&property.doc);
    let ty = field_type(def, property, cycles);
    let mut serde = Vec::new();
    let json_name = &property.json_name;
    if ident.to_string().trim_start_matches("r#") != json_name {
        serde.push(quote!(rename = #json_name));
    }
    match Presence::of(def, property) {
        Presence::Required | Presence::RequiredNullable => {}
        // What is never sent need not be left out of anything.
        Presence::Optional if ways == Ways::In => {}
        Presence::Optional => serde.push(quote!(skip_serializing_if = "Option::is_none")),
        Presence::ThreeState => {
            serde.push(quote!(default));
            serde.push(quote!(
                skip_serializing_if = "sdk_core::Nullable::is_absent"
            ));
        }
    }
    let serde = (!serde.is_empty()).then(|| quote!(#[serde(#(#serde),*)]));
    quote!(#docs #serde pub #ident: #ty)
}
