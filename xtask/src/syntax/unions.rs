//! Unions read what tells their variants apart, not the first that fits: two variants can both fit.

use super::docs::doc_with_source;
use super::model::{Model, ToldBy, Type, TypeDef, Variant};
use super::types::Cycles;
use super::ways::Ways;
use super::{Scale, Style, gates};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// An open union.
pub(super) fn open_union(
    model: &Model,
    def: &TypeDef,
    variants: &[Variant],
    style: &Style<'_>,
    cycles: &Cycles,
) -> TokenStream {
    let name = format_ident!("{}", def.name);
    let docs = doc_with_source(&def.doc, style.document, &def.source);
    let parts: Vec<_> = variants
        .iter()
        .map(|variant| {
            let ty = cycles.boxed(&def.name, &variant.ty);
            let gate = match style.scale {
                Scale::Whole => None,
                Scale::Parts => gates::of_variant(model, &variant.ty),
            };
            (
                format_ident!("{}", variant.name),
                ty,
                told_by(&variant.told_by),
                gate,
            )
        })
        .collect();
    let macro_name = Ways::of(def, style.scale).union_macro();
    let declared = parts
        .iter()
        .map(|(variant, ty, (docs, _), gate)| quote!(#docs #gate #variant(#ty)));
    let rules = parts
        .iter()
        .map(|(variant, ty, (_, rule), gate)| quote!(#gate #variant(#ty) = #rule));
    let conversions = variants
        .iter()
        .zip(&parts)
        .filter_map(|(variant, (ident, ty, _, gate))| {
            let unique = variants
                .iter()
                .filter(|other| other.ty == variant.ty)
                .count()
                == 1;
            let needless = variant.ty == Type::Any || cycles.needs_box(&def.name, &variant.ty);
            (unique && !needless).then(|| {
                quote! {
                    #gate
                    impl From<#ty> for #name {
                        fn from(value: #ty) -> Self {
                            Self::#ident(value)
                        }
                    }
                }
            })
        });
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared,)*
            #[doc = " A form that this version does not know, as it was sent."]
            Unknown(serde_json::Value),
        }
        sdk_core::macros::#macro_name!(#name { #(#rules,)* });
        #(#conversions)*
    }
}

fn told_by(told_by: &ToldBy) -> (TokenStream, TokenStream) {
    let (text, rule) = match told_by {
        ToldBy::Tag { property, values } => {
            let shown = values
                .iter()
                .map(|value| format!("`{value}`"))
                .collect::<Vec<_>>();
            let text = format!(" Told by `{property}`: {}.", shown.join(" or "));
            (text, quote!(tag(#property, &[#(#values),*])))
        }
        ToldBy::Field(field) => (format!(" Told by its `{field}`."), quote!(field(#field))),
        ToldBy::Json(kind) => (
            format!(" Told by being of type {kind}."),
            quote!(json(#kind)),
        ),
    };
    (quote!(#[doc = #text]), rule)
}
