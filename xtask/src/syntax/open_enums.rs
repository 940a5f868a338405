//! Closed sets of texts become enums that keep a text they do not know.

use super::docs::{doc, doc_with_source};
use super::model::{EnumValue, TypeDef};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// An open enum.
pub(super) fn open_enum(def: &TypeDef, values: &[EnumValue], document: &str) -> TokenStream {
    let name = format_ident!("{}", def.name);
    let docs = doc_with_source(&def.doc, document, &def.source);
    let variants = values.iter().map(|value| {
        let variant = format_ident!("{}", value.name);
        let docs = if value.doc.is_empty() {
            doc(&format!("`{}`.", value.text))
        } else {
            doc(&value.doc)
        };
        quote!(#docs #variant)
    });
    let texts = values.iter().map(|value| {
        let variant = format_ident!("{}", value.name);
        let text = &value.text;
        quote!(#variant = #text)
    });
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A text that this version does not know, as it was sent."]
            Unknown(String),
        }
        sdk_core::macros::open_enum!(#name { #(#texts,)* });
    }
}
