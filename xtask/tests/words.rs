//! Whoever uses the default features of `northflank-sdk` finds each field explained.
#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use quote::ToTokens as _;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta};

const SDK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../northflank-sdk");

#[test]
fn every_field_of_the_default_features_has_words() {
    let default = default_features();
    let mut fields = 0;
    let mut silent = Vec::new();
    for folder in ["types", "params"] {
        let folder = Path::new(SDK).join("src/generated").join(folder);
        for item in parsed(&folder.join("mod.rs")) {
            let Item::Mod(module) = item else { continue };
            if !default.is_disjoint(&features(&module.attrs)) {
                let file = folder.join(format!("{}.rs", module.ident));
                fields += look(&file, &mut silent);
            }
        }
    }
    assert!(fields > 500, "only {fields} fields were found");
    assert_eq!(silent, [""; 0], "{} of {fields}", silent.len());
}

fn default_features() -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(Path::new(SDK).join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let default = manifest["features"]["default"].as_array().unwrap();
    let names = default.iter().map(|name| name.as_str().unwrap().to_owned());
    names.collect()
}

fn parsed(path: &Path) -> Vec<Item> {
    let text = fs::read_to_string(path).unwrap();
    syn::parse_file(&text).unwrap().items
}

/// The features that a `cfg` names.
fn features(attributes: &[Attribute]) -> BTreeSet<String> {
    let text: String = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .map(|attribute| attribute.to_token_stream().to_string())
        .collect();
    text.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Counts the public fields of a file and notes those without words. Rules alone, such as a pattern, are none.
fn look(path: &Path, silent: &mut Vec<String>) -> usize {
    let mut count = 0;
    for item in parsed(path) {
        let Item::Struct(item) = item else { continue };
        let Fields::Named(fields) = item.fields else {
            continue;
        };
        for field in fields.named {
            count += 1;
            let words = field.attrs.iter().find_map(doc).unwrap_or_default();
            let name = field.ident.unwrap();
            let rules = ["Pattern:", "Each item:", "At ", "Range:", "Default:"];
            let first = words.trim();
            if first.is_empty()
                || first.starts_with(|c: char| c.is_ascii_digit())
                || rules.iter().any(|rule| first.starts_with(rule))
            {
                silent.push(format!("{}::{name}", item.ident));
            }
        }
    }
    count
}

/// One line of documentation.
fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    match &meta.value {
        Expr::Lit(literal) if meta.path.is_ident("doc") => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
