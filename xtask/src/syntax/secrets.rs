//! Structs that hold secrets get a `Debug` that shows that they are there, and no value.

use super::model::{Object, Type, TypeDef};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

/// `impl Debug` for a struct with secret fields; `None` when a derived one shows nothing it must not.
pub(super) fn masked_debug(
    def: &TypeDef,
    object: &Object,
    idents: &[Ident],
) -> Option<TokenStream> {
    object.properties.iter().find(|property| property.secret)?;
    let name = format_ident!("{}", def.name);
    let label = &def.name;
    let fields = object
        .properties
        .iter()
        .zip(idents)
        .map(|(property, ident)| {
            let label = ident.to_string();
            if property.secret && matches!(property.ty, Type::Named(_)) {
                // What it is made of does not matter: nothing of it shows.
                quote!(.field(#label, &format_args!("***")))
            } else if property.secret {
                quote!(.field(#label, &sdk_core::Masked(&self.#ident)))
            } else {
                quote!(.field(#label, &self.#ident))
            }
        });
    let extra = object
        .extra
        .as_ref()
        .map(|_| quote!(.field("additional_properties", &self.additional_properties)));
    Some(quote! {
        impl std::fmt::Debug for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#label) #(#fields)* #extra .finish()
            }
        }
    })
}
