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

/// Every sentence the limits of a document make.
fn sentences(document: &Value) -> Vec<String> {
    let mut document = document.clone();
    let mut all = Vec::new();
    walk::schemas(&mut document, &mut |_, schema| {
        let mut bare = schema.clone();
        if let Some(object) = bare.as_object_mut() {
            // Those of items are told by the list.
            object.retain(|key, _| schema::LIMITS.contains(&key.as_str()));
        }
        all.extend(docs::limits(&bare));
        Ok(())
    })
    .unwrap();
    all
}

#[test]
fn every_limit_of_our_own_description_is_told() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/runpod.json");
    let given = crate::document::parse(&std::fs::read(path).unwrap()).unwrap();
    let mut lowered = given.clone();
    mend(&mut lowered, &mut Context::new()).unwrap();
    lower(&mut lowered, &mut Context::new()).unwrap();
    let mut told = Vec::new();
    collect_descriptions(&lowered, &mut told);
    let told = told.join("\n");
    let sentences = sentences(&given);
    assert!(sentences.len() > 80, "{}", sentences.len());
    for sentence in sentences {
        assert!(told.contains(&sentence), "not told: {sentence}");
    }
    for expected in [
        "Range: 10 to 4096.",
        "At most 1 item.",
        "Default: `SECURE`.",
    ] {
        assert!(told.contains(expected), "not told: {expected}");
    }
}

fn collect_descriptions(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Array(list) => list
            .iter()
            .for_each(|inner| collect_descriptions(inner, all)),
        Value::Object(object) => {
            all.extend(
                object
                    .get("description")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            object
                .values()
                .for_each(|inner| collect_descriptions(inner, all));
        }
        _ => {}
    }
}
