//! `new` with what is required, and a setter for each of the rest: types that a request is written
//! with. They cannot fail, so they carry no `Result`.

use super::model::{Model, Object, Property, Shape, Type, TypeDef};
use super::presence::Presence;
use super::types::{Cycles, rust_type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

/// One field to be set: its name, type and presence.
pub(super) struct Settable<'a> {
    /// The field.
    pub(super) ident: &'a Ident,
    /// The type of its value, without `Option`.
    pub(super) ty: &'a Type,
    /// Whether the value sits in a `Box`.
    pub(super) boxed: bool,
    /// How it is present.
    pub(super) presence: Presence,
    /// Where it stands among the arguments of `new`, if it is one.
    pub(super) argument: Option<usize>,
}

/// Constructor and setters of a struct that requests are made of. `types` is the path of the module
/// with the named types.
pub(super) fn builder(
    model: &Model,
    name: &Ident,
    fields: &[Settable<'_>],
    extra: bool,
    types: &TokenStream,
) -> TokenStream {
    let parts: Vec<Part> = fields
        .iter()
        .map(|field| part(model, field, types))
        .collect();
    let mut arguments: Vec<_> = fields
        .iter()
        .zip(&parts)
        .filter_map(|(field, part)| Some((field.argument, part.argument.as_ref()?)))
        .collect();
    arguments.sort_by_key(|(place, _)| *place);
    let arguments: Vec<_> = arguments
        .into_iter()
        .map(|(_, argument)| argument)
        .collect();
    let values = parts.iter().map(|part| &part.value);
    let setters = parts.iter().filter_map(|part| part.setter.as_ref());
    let extra = extra.then(|| quote!(additional_properties: BTreeMap::new()));
    let (text, default) = if arguments.is_empty() {
        let default = quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        };
        (" Nothing set.", Some(default))
    } else {
        (" What is required; all else is absent.", None)
    };
    quote! {
        impl #name {
            #[doc = #text]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values,)* #extra }
            }
            #(#setters)*
        }
        #default
    }
}

/// What one field adds to constructor and setters.
struct Part {
    argument: Option<TokenStream>,
    value: TokenStream,
    setter: Option<TokenStream>,
}

fn part(model: &Model, field: &Settable<'_>, types: &TokenStream) -> Part {
    let ident = field.ident;
    let Argument { ty, value } = argument(model, field.ty, ident, types);
    let value = if field.boxed {
        quote!(Box::new(#value))
    } else {
        value
    };
    match field.presence {
        Presence::Required => match only_value(model, field.ty, types) {
            Some(only) => Part {
                argument: None,
                value: quote!(#ident: #only),
                setter: None,
            },
            None => Part {
                argument: Some(quote!(#ident: #ty)),
                value: quote!(#ident: #value),
                setter: None,
            },
        },
        Presence::RequiredNullable | Presence::Optional => Part {
            argument: None,
            value: quote!(#ident: None),
            setter: Some(setter(ident, &ty, &quote!(Some(#value)))),
        },
        Presence::ThreeState => {
            let inner = rust_type(field.ty, types);
            let inner = if field.boxed {
                quote!(Box<#inner>)
            } else {
                inner
            };
            let ty = quote!(impl Into<sdk_core::Nullable<#inner>>);
            Part {
                argument: None,
                value: quote!(#ident: sdk_core::Nullable::Absent),
                setter: Some(setter(ident, &ty, &quote!(#ident.into()))),
            }
        }
    }
}

/// The fields of an object as [`builder`] wants them.
pub(super) fn settable<'a>(
    def: &'a TypeDef,
    object: &'a Object,
    idents: &'a [Ident],
    cycles: &Cycles,
) -> Vec<Settable<'a>> {
    let field = |(property, ident): (&'a Property, &'a Ident)| Settable {
        ident,
        ty: &property.ty,
        boxed: cycles.needs_box(&def.name, &property.ty),
        presence: Presence::of(def, property),
        argument: property.argument,
    };
    object.properties.iter().zip(idents).map(field).collect()
}

fn setter(ident: &Ident, ty: &TokenStream, value: &TokenStream) -> TokenStream {
    // A field called `new` leaves its name to the constructor.
    let name = if ident == "new" {
        format_ident!("with_new")
    } else {
        ident.clone()
    };
    let text = format!(" Sets `{}`.", ident.to_string().trim_start_matches("r#"));
    quote! {
        #[doc = #text]
        #[must_use]
        pub fn #name(mut self, #ident: #ty) -> Self {
            self.#ident = #value;
            self
        }
    }
}

struct Argument {
    ty: TokenStream,
    value: TokenStream,
}

/// How a value is taken: as whatever is pleasant to write at the call.
fn argument(model: &Model, ty: &Type, ident: &Ident, types: &TokenStream) -> Argument {
    let plain = rust_type(ty, types);
    match ty {
        Type::Integer | Type::Number | Type::Boolean => Argument {
            ty: plain,
            value: quote!(#ident),
        },
        Type::Named(name) if is_plain(model, name) => Argument {
            ty: plain,
            value: quote!(#ident),
        },
        Type::String | Type::Timestamp | Type::Any | Type::Named(_) => Argument {
            ty: quote!(impl Into<#plain>),
            value: quote!(#ident.into()),
        },
        Type::List(item) => {
            let item = rust_type(item, types);
            Argument {
                ty: quote!(impl IntoIterator<Item = impl Into<#item>>),
                value: quote!(#ident.into_iter().map(Into::into).collect()),
            }
        }
        Type::Map(value) => {
            let value = rust_type(value, types);
            Argument {
                ty: quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#value>)>),
                value: quote!(#ident.into_iter().map(|(k, v)| (k.into(), v.into())).collect()),
            }
        }
    }
}

/// Structs are taken as they are; enums by text, unions by variant too.
fn is_plain(model: &Model, name: &str) -> bool {
    model
        .types
        .get(name)
        .is_some_and(|def| matches!(def.shape, Shape::Object(_)))
}

/// The one value a required field can have, e.g. the tag of a union's variant.
fn only_value(model: &Model, ty: &Type, types: &TokenStream) -> Option<TokenStream> {
    let (name, only) = model.only_value(ty)?;
    let (name, variant) = (format_ident!("{name}"), format_ident!("{}", only.name));
    Some(quote!(#types #name::#variant))
}
