//! Rustdoc text as attributes.

use proc_macro2::TokenStream;
use quote::quote;

/// `#[doc]` attributes for a text; the formatter writes them as `///` lines.
pub(super) fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// The same with a paragraph that says where the fact comes from.
pub(super) fn doc_with_source(text: &str, document: &str, pointer: &str) -> TokenStream {
    let source = format!("Source: `{document}#{pointer}`.");
    let text = text.trim_end();
    doc(&if text.is_empty() {
        source
    } else {
        format!("{text}\n\n{source}")
    })
}
