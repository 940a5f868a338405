use serde_json::json;

use super::*;

#[test]
fn passes_are_listed_by_stage_with_a_name_of_their_own() {
    let first_lower = PASSES
        .iter()
        .position(|pass| pass.stage == Stage::Lower)
        .unwrap();
    assert!(
        PASSES[first_lower..]
            .iter()
            .all(|pass| pass.stage == Stage::Lower)
    );
    for (index, pass) in PASSES.iter().enumerate() {
        assert!(
            PASSES[..index].iter().all(|other| other.name != pass.name),
            "{}",
            pass.name
        );
        assert!(
            !pass.doc.is_empty() && !pass.doc.ends_with('.'),
            "{}",
            pass.name
        );
    }
}

#[test]
fn mending_twice_changes_nothing_more() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let mut once = crate::document::parse(&std::fs::read(&path).unwrap()).unwrap();
        mend(&mut once, &mut Context::new()).unwrap();
        let mut twice = once.clone();
        let mut context = Context::new();
        run(&[Stage::Mend], &mut twice, &mut context).unwrap();
        assert_eq!(once, twice, "{}", path.display());
        assert_eq!(context.warnings, [], "{}", path.display());
    }
}

#[test]
fn lowering_gives_the_same_bytes_each_time() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/every-construct.yaml"
    );
    let given = crate::document::parse(&std::fs::read(path).unwrap()).unwrap();
    let lowered = || {
        let mut document = given.clone();
        lower(&mut document, &mut Context::new()).unwrap();
        document.to_string()
    };
    assert_eq!(lowered(), lowered());
}

#[test]
fn what_is_no_object_is_an_error_about_the_document() {
    for given in [json!([]), json!("text"), json!(null)] {
        let error = lower(&mut given.clone(), &mut Context::new()).unwrap_err();
        assert_eq!(error.pointer, "", "{given}: {error}");
    }
}
