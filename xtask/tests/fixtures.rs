//! Every fixture through the whole pipeline: what comes out is the normal form, progenitor takes it,
//! and what cannot be represented is refused at the right place.
#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use xtask::passes::{self, Context, PassError};
use xtask::{document, overlay, progenitor};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The normal form of a document, what the passes had to say, and the Rust progenitor makes of it.
fn pipeline(bytes: &[u8]) -> Result<(Value, Vec<String>), PassError> {
    let mut document = document::parse(bytes)?;
    let mut context = Context::new();
    passes::mend(&mut document, &mut context)?;
    passes::lower(&mut document, &mut context)?;
    let tokens = progenitor::generate(&document)?;
    syn::parse2::<syn::File>(tokens)
        .map_err(|error| PassError::new("", format!("no Rust: {error}")))?;
    let warnings = context.warnings.iter().map(ToString::to_string).collect();
    Ok((document, warnings))
}

/// Compares the normal form of a fixture with the one it had.
fn check(name: &str) {
    let bytes = fs::read(folder().join(name)).unwrap();
    let (document, warnings) = pipeline(&bytes).unwrap();
    let stem = name.split('.').next().unwrap();
    insta::assert_json_snapshot!(stem, json!({"warnings": warnings, "document": document}));
}

#[test]
fn a_document_with_twins_and_broken_defaults() {
    check("twins-and-broken-defaults.yaml");
}

#[test]
fn a_document_with_every_construct() {
    check("every-construct.yaml");
}

#[test]
fn a_base_with_a_discriminator() {
    check("inheritance.yaml");
}

#[test]
fn a_document_half_converted_from_swagger() {
    check("hybrid.yaml");
}

#[test]
fn a_document_only_yaml_can_write() {
    check("yaml-isms.yaml");
}

#[test]
fn parameters_that_meet() {
    check("styles.json");
}

#[test]
fn maps_and_objects() {
    check("maps-and-objects.yaml");
}

#[test]
fn what_cannot_be_represented_is_refused_with_its_place() {
    let mut seen = 0;
    for entry in fs::read_dir(folder().join("refused")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let given = document::value(&bytes).unwrap();
        let expected = |key: &str| given["x-expect"][key].as_str().unwrap();
        let error = pipeline(&bytes).expect_err(&path.display().to_string());
        assert_eq!(
            error.pointer,
            expected("pointer"),
            "{}: {error}",
            path.display()
        );
        assert!(
            error.message.contains(expected("message")),
            "{}: {error}",
            path.display()
        );
        assert!(
            given.pointer(&error.pointer).is_some(),
            "{}: no such place",
            path.display()
        );
        seen += 1;
    }
    assert!(seen > 30, "{seen} fixtures");
}

#[test]
fn our_own_description_needs_no_warning() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let mut document = document::parse(&fs::read(root.join("runpod.json")).unwrap()).unwrap();
    let words = fs::read(root.join("runpod.overlay.yaml")).unwrap();
    let mut context = Context::new();
    passes::mend(&mut document, &mut context).unwrap();
    let overlay = overlay::Overlay::parse(&words).unwrap();
    overlay.apply(&mut document, overlay::Mode::Strict).unwrap();
    passes::lower(&mut document, &mut context).unwrap();
    assert_eq!(context.warnings, []);
    let tokens = progenitor::generate(&document).unwrap();
    assert!(syn::parse2::<syn::File>(tokens).is_ok());
}
