//! The calls of one group: each a line of data and the wiring of its arguments.

use super::Style;
use super::builders::{Settable, builder};
use super::docs::{doc, doc_with_source};
use super::model::{
    Body, BodyKind, Group, Location, Model, Operation, Parameter, Reply, Shape, Type,
};
use super::presence::Presence;
use super::types::rust_type;
use heck::{ToPascalCase, ToShoutySnakeCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

/// The module of one group.
pub(super) fn group(
    model: &Model,
    name: &str,
    operations: &[&Operation],
    style: &Style<'_>,
) -> TokenStream {
    let group = format_ident!("{}", name.to_pascal_case());
    let accessor = format_ident!("{name}");
    let statics = operations.iter().map(|operation| operation_data(operation));
    let methods = operations
        .iter()
        .map(|operation| methods(model, operation, style.document));
    let module_doc = format!(" Calls of the group `{name}`.");
    let words = model.groups.get(name).cloned().unwrap_or_default();
    let about = if words.doc.is_empty() {
        format!("Calls of the group `{name}`.")
    } else {
        words.doc.clone()
    };
    let example = example(&words, style);
    let struct_doc = doc(&format!(
        "{about}\n\n[`Client::{name}`] gives one.{example}"
    ));
    let accessor_doc = doc(&about);
    quote! {
        #![doc = #module_doc]
        use super::super::{Call, Client};
        #[allow(unused_imports)]
        use super::{params, types};
        use sdk_core::{Method, Operation, Repeat};
        #[allow(unused_imports)]
        use std::collections::BTreeMap;

        #(#statics)*

        #struct_doc
        #[derive(Clone, Copy, Debug)]
        pub struct #group<'a> {
            pub(crate) client: &'a Client,
        }

        impl Client {
            #accessor_doc
            #[must_use]
            pub fn #accessor(&self) -> #group<'_> {
                #group { client: self }
            }
        }

        impl #group<'_> {
            #(#methods)*
        }
    }
}

/// The example of a group as rustdoc, wrapped so that it compiles as a test.
fn example(words: &Group, style: &Style<'_>) -> String {
    let Some(crate_name) = style.crate_name.filter(|_| !words.example.is_empty()) else {
        return String::new();
    };
    let lines = words.example.trim_end();
    format!(
        "\n\n```no_run\n\
         # async fn example(client: &{crate_name}::Client) -> Result<(), {crate_name}::Error> {{\n\
         {lines}\n# Ok(())\n# }}\n```"
    )
}

/// The name of the struct with an operation's query and header parameters.
fn params_name(operation: &Operation) -> Ident {
    format_ident!("{}Params", operation.id.to_pascal_case())
}

fn loose(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location != Location::Path)
}

/// The struct with an operation's query and header parameters, if it has any.
pub(super) fn params(model: &Model, operation: &Operation, document: &str) -> Option<TokenStream> {
    loose(operation).next()?;
    let name = params_name(operation);
    let text = format!(
        "Query and header parameters of `{}.{}`.",
        operation.group, operation.method
    );
    let docs = doc_with_source(&text, document, &operation.source);
    let types = quote!(types::);
    let idents: Vec<Ident> = loose(operation)
        .map(|p| format_ident!("{}", p.ident))
        .collect();
    let fields = loose(operation).zip(&idents).map(|(parameter, ident)| {
        let text = if parameter.doc.is_empty() {
            format!("`{}`.", parameter.name)
        } else {
            parameter.doc.clone()
        };
        let docs = doc(&text);
        let ty = rust_type(&parameter.ty, &types);
        let ty = if parameter.required {
            ty
        } else {
            quote!(Option<#ty>)
        };
        quote!(#docs pub #ident: #ty)
    });
    let presence = |parameter: &Parameter| {
        if parameter.required {
            Presence::Required
        } else {
            Presence::Optional
        }
    };
    let settable: Vec<Settable<'_>> = loose(operation)
        .zip(&idents)
        .map(|(p, ident)| Settable {
            ident,
            ty: &p.ty,
            boxed: false,
            presence: presence(p),
            // In the order in which the document has them.
            argument: None,
        })
        .collect();
    let builder = builder(model, &name, &settable, false, &types);
    Some(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
        }
        #builder
    })
}

fn data_name(operation: &Operation) -> Ident {
    format_ident!("{}", operation.id.to_shouty_snake_case())
}

fn operation_data(operation: &Operation) -> TokenStream {
    let Operation {
        id, path, items_at, ..
    } = operation;
    let name = data_name(operation);
    let method = format_ident!("{}", operation.http_method);
    let repeat = if operation.repeatable {
        quote!(Safe)
    } else {
        quote!(Unsafe)
    };
    let team = operation
        .team_path
        .iter()
        .map(|path| quote!(.in_team(#path)));
    let items = (!items_at.is_empty()).then(|| quote!(.items_at(&[#(#items_at),*])));
    let cursor = operation.cursor.iter().map(|name| quote!(.cursor(#name)));
    let page = operation.page.iter().map(|name| quote!(.page(#name)));
    quote! {
        static #name: Operation =
            Operation::new(#id, Method::#method, #path, Repeat::#repeat)
            #(#team)* #items #(#cursor)* #(#page)*;
    }
}

/// One method, or two where all loose parameters may be left out.
fn methods(model: &Model, operation: &Operation, document: &str) -> TokenStream {
    let wire = format!(
        "`{} {}`",
        operation.http_method,
        operation.path.replace('<', "\\<")
    );
    let docs = doc_with_source(
        format!("{}\n\n{wire}", operation.doc.trim_end()).trim_start(),
        document,
        &operation.source,
    );
    let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
    let name = format_ident!("{}", operation.method);
    let (arguments, values) = path_arguments(operation);
    let (body_arguments, body_values, body) = body(operation);
    let reply = reply(&operation.reply);
    let data = data_name(operation);
    let call = quote!(Call::new(self.client.transport(), &#data, &[#(&#values),*]));
    let arguments = quote!(#(#arguments,)* #body_arguments);
    if loose(operation).next().is_none() {
        return quote! {
            #docs
            #deprecated
            pub fn #name(&self, #arguments) -> Call<#reply> {
                #call #body
            }
        };
    }
    let params_type = params_name(operation);
    let loose_parameters = loose(operation).map(|parameter| loose_parameter(model, parameter));
    let all_optional = loose(operation).all(|parameter| !parameter.required);
    let full = if all_optional {
        format_ident!("{}_with", operation.method.trim_end_matches('_'))
    } else {
        name.clone()
    };
    let short = all_optional.then(|| {
        quote! {
            #docs
            #deprecated
            pub fn #name(&self, #arguments) -> Call<#reply> {
                self.#full(#(#values,)* #body_values params::#params_type::new())
            }
        }
    });
    let full_docs = if all_optional {
        let text = format!(" [`{name}`](Self::{name}) with query and header parameters.");
        quote!(#[doc = #text])
    } else {
        docs.clone()
    };
    let allow = (all_optional && operation.deprecated).then(|| quote!(#[allow(deprecated)]));
    quote! {
        #allow
        #short
        #full_docs
        #deprecated
        pub fn #full(&self, #arguments params: params::#params_type) -> Call<#reply> {
            #call #(#loose_parameters)* #body
        }
    }
}

fn path_arguments(operation: &Operation) -> (Vec<TokenStream>, Vec<Ident>) {
    // In the order of the template, which is the order the values are filled in.
    let mut found = Vec::new();
    for name in operation
        .path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
    {
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == Location::Path && parameter.name == name);
        found.extend(parameter);
    }
    found
        .iter()
        .map(|parameter| {
            let ident = format_ident!("{}", parameter.ident);
            let ty = match &parameter.ty {
                Type::Integer => quote!(i64),
                Type::Number => quote!(f64),
                Type::Boolean => quote!(bool),
                Type::Named(name) => {
                    let name = format_ident!("{name}");
                    quote!(&types::#name)
                }
                _ => quote!(&str),
            };
            (quote!(#ident: #ty), ident)
        })
        .unzip()
}

fn loose_parameter(model: &Model, parameter: &Parameter) -> TokenStream {
    let ident = format_ident!("{}", parameter.ident);
    let name = &parameter.name;
    let value = if parameter.required {
        quote!(Some(&params.#ident))
    } else {
        quote!(params.#ident.as_ref())
    };
    if parameter.location == Location::Header {
        return match &parameter.ty {
            Type::List(item) if is_scalar(model, item) => quote!(.header_list(#name, #value)),
            ty if !is_scalar(model, ty) => quote!(.header_json(#name, #value)),
            _ if parameter.style == "json" => quote!(.header_json(#name, #value)),
            _ => quote!(.header_param(#name, #value)),
        };
    }
    match (&parameter.ty, parameter.style.as_str()) {
        (Type::List(item), style) if is_scalar(model, item) => {
            let style = match style {
                "comma" => quote!(Comma),
                "space" => quote!(Space),
                "pipe" => quote!(Pipe),
                _ => quote!(Repeated),
            };
            quote!(.query_list(#name, #value, sdk_core::ListStyle::#style))
        }
        (Type::List(_), _) | (_, "json") => quote!(.query_json(#name, #value)),
        (Type::Map(_) | Type::Named(_), "deep-object") => {
            quote!(.query_object(#name, #value, true))
        }
        (Type::Map(_), _) => quote!(.query_object(#name, #value, false)),
        (Type::Named(ty), _) if !is_enum(model, ty) => quote!(.query_object(#name, #value, false)),
        _ => quote!(.query(#name, #value)),
    }
}

/// Whether a named type is written as text.
fn is_enum(model: &Model, name: &str) -> bool {
    model
        .types
        .get(name)
        .is_some_and(|def| matches!(def.shape, Shape::Enum(_)))
}

/// Whether a value is written as one text.
fn is_scalar(model: &Model, ty: &Type) -> bool {
    match ty {
        Type::List(_) | Type::Map(_) => false,
        Type::Named(name) => is_enum(model, name),
        _ => true,
    }
}

fn body(operation: &Operation) -> (TokenStream, TokenStream, TokenStream) {
    let types = quote!(types::);
    match &operation.body {
        None => (quote!(), quote!(), quote!()),
        // The boundary is part of the content type and the caller's choice.
        Some(Body {
            kind: BodyKind::Bytes(content_type),
            ..
        }) if content_type.starts_with("multipart/") => (
            quote!(content_type: &str, body: impl Into<sdk_core::RawBody>,),
            quote!(content_type, body,),
            quote!(.body(content_type, body)),
        ),
        Some(Body {
            kind: BodyKind::Bytes(content_type),
            ..
        }) => (
            quote!(body: impl Into<sdk_core::RawBody>,),
            quote!(body,),
            quote!(.body(#content_type, body)),
        ),
        Some(Body {
            kind: BodyKind::Form(ty),
            ..
        }) => {
            let ty = rust_type(ty, &types);
            (quote!(body: &#ty,), quote!(body,), quote!(.form(body)))
        }
        Some(Body {
            required: true,
            kind: BodyKind::Json(ty),
        }) => {
            let ty = rust_type(ty, &types);
            (quote!(body: &#ty,), quote!(body,), quote!(.json(body)))
        }
        Some(Body {
            required: false,
            kind: BodyKind::Json(ty),
        }) => {
            let ty = rust_type(ty, &types);
            (
                quote!(body: Option<&#ty>,),
                quote!(body,),
                quote!(.json_param(body)),
            )
        }
    }
}

fn reply(reply: &Reply) -> TokenStream {
    let types = quote!(types::);
    match reply {
        Reply::Empty => quote!(sdk_core::Empty),
        Reply::Text => quote!(sdk_core::Text),
        Reply::Bytes => quote!(sdk_core::Bytes),
        Reply::EventStream => quote!(sdk_core::EventStream),
        Reply::Json(ty) => {
            let ty = rust_type(ty, &types);
            quote!(sdk_core::Json<#ty>)
        }
        Reply::Data(ty) => {
            let ty = rust_type(ty, &types);
            quote!(sdk_core::Data<#ty>)
        }
        Reply::List(ty) => {
            let ty = rust_type(ty, &types);
            quote!(sdk_core::List<#ty>)
        }
        Reply::OptionalJson(ty) => {
            let ty = rust_type(ty, &types);
            quote!(sdk_core::OptionalJson<#ty>)
        }
    }
}
