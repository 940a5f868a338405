//! The reference page and the JSON Schema, held against the checker.

use super::*;

fn schema_accepts(text: &str) -> bool {
    // Only flow and block YAML without aliases is used here: a JSON value can be had from the library itself.
    let value: serde_json::Value = serde_saphyr::from_str(text).unwrap();
    let validator = jsonschema::draft202012::new(&json_schema()).unwrap();
    validator.is_valid(&value)
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::meta::is_valid(&json_schema()));
}

#[test]
fn the_schema_and_the_checker_agree_on_keys_types_and_forms() {
    let check = |text: &str, accepted: bool| {
        assert_eq!(schema_accepts(text), accepted, "schema: {text}");
        let (source, examined) = run(text);
        let said = lines(&source, &examined.findings);
        assert_eq!(
            examined.config.is_some(),
            accepted,
            "checker: {text}\n{said}"
        );
    };
    check(
        &file(
            "runpod",
            "",
            "gpuType: NVIDIA L4\ngpu_count: 2\nports: [80/http]",
        ),
        true,
    );
    check(
        &file("runpod", "", "gpuTypeId: NVIDIA L4\nspotBid: 0.5"),
        true,
    );
    check(&file("runpod", "", "gpuTyp: NVIDIA L4"), false);
    check(&file("runpod", "", "gpuCount: 17"), false);
    check(&file("runpod", "", "gpuCount: '2'"), false);
    check(&file("runpod", "", "ports: [80/udp]"), false);
    check(&file("runpod", "", "cloudType: ALL"), false);
    check(
        &file("runpod", "resources: {memory: 16Gi}", "gpuCount: 1"),
        false,
    );
    check(
        &(file("runpod", "", "gpuCount: 1\n") + "  northflank: {nonsense: 1}\n"),
        true,
    );
    check(&file("northflank", "", "instances: 1"), true);
    check(
        "version: '3.0'\nname: app\ndeployment: {provider: northflank, image: 'a/b:1'}",
        false,
    );
    check(
        &file(
            "northflank",
            "",
            "ports: [{name: web, internalPort: 80}]\nhealthCheck: {port: 80}",
        ),
        true,
    );
    check(&file("northflank", "", "ports: [{name: web}]"), false);
    check(&file("northflank", "", "projectName: No Good"), false);
    check("version: '3.0'\nname: app", false);
    check(
        "version: 3\nname: app\ndeployment: {provider: runpod, image: 'a/b:1'}",
        false,
    );
}

/// Texts that try the corners of every form.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "7",
    "3.0",
    "3.",
    ".0",
    "3.0.0",
    "a-b",
    "a--b",
    "a-",
    "-a",
    "ab",
    "abc",
    "my app",
    "US",
    "us",
    "US-TX-3",
    "US-TX-",
    "EUR-IS-1",
    "U-TX-3",
    "8888/http",
    "0/http",
    "080/http",
    "22/tcp",
    "53/udp",
    "cpu3c-4-8",
    "cpu3c",
    "cpuc-4-8",
    "cpu3-4-8",
    "cpu3cc-4-8",
    "nf-compute-200",
    "nf-compute-200-16",
    "nf-compute-",
    "nf-compute-1-2-3",
    "/",
    "/a",
    "/a:b",
    "a/b",
    "./a",
    "../a",
    "a/../b",
    "a/..",
    "a..b",
    "a//b",
    "a/",
    ".",
    "API_KEY",
    "_A",
    "A1",
    "A-B",
    "0644",
    "644",
    "0888",
    "00644",
    "v1",
    ":v1",
    "-v1",
    "_v",
    "sha256:12",
    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "us-east",
    "us-east-1",
    "1east",
    "abcdefgh",
    "abcdefghi",
];

#[test]
fn every_form_says_the_same_in_code_and_in_its_pattern() {
    let mut forms = 0;
    fields::walk("", fields::TOP.fields, &mut |path, field| {
        let mut kind = field.kind;
        if let fields::Kind::List(item) = kind {
            kind = *item;
        }
        let (fields::Kind::Text(shape) | fields::Kind::NumberLikeText(shape)) = kind else {
            return;
        };
        forms += 1;
        let pattern = if shape.pattern.is_empty() {
            r"\S"
        } else {
            shape.pattern
        };
        let schema = serde_json::json!({ "type": "string", "pattern": pattern });
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for text in TEXTS.iter().copied().chain([shape.example]) {
            let by_pattern = validator.is_valid(&serde_json::Value::from(text));
            assert_eq!(
                (shape.test)(text),
                by_pattern,
                "{path}: {text:?} against {pattern}"
            );
        }
        assert!(
            (shape.test)(shape.example),
            "{path}: the example is of the form"
        );
        let long = "a".repeat(200);
        assert_eq!(
            (shape.test)(&long),
            validator.is_valid(&serde_json::Value::from(long.as_str())),
            "{path}: long"
        );
    });
    assert!(forms > 20, "{forms}");
}

#[test]
fn the_reference_holds_every_key() {
    let page = reference_markdown();
    let mut keys = 0;
    fields::walk("", fields::TOP.fields, &mut |path, field| {
        keys += 1;
        let section = path
            .rsplit_once('.')
            .map_or("Top level", |(block, _)| block);
        let section = section.replace("[]", "");
        let heading = if section == "Top level" {
            "## Top level\n".to_owned()
        } else {
            format!("## `{section}`\n")
        };
        let is_provider = section == "providers";
        assert!(is_provider || page.contains(&heading), "{heading}");
        let row = [
            format!("| `{}` |", field.name),
            format!("| [`{}`](", field.name),
        ];
        assert!(
            is_provider || row.iter().any(|row| page.contains(row)),
            "{path}"
        );
    });
    assert!(keys > 80);
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells = line.matches('|').count();
        assert!(cells == 5 || cells == 4, "{line}");
    }
}
