use super::super::testing;
use super::*;

fn json_of(schema: &str) -> Value {
    json!({"content": {"application/json": {"schema": {"$ref": schema}}}})
}

/// The kind of success, its status and the reference of its schema.
fn success(responses: Value) -> (String, String, Option<String>) {
    let mut document = json!({"paths": {"/a": {"get": {"responses": responses}}}});
    run(&mut document, &mut Context::new()).unwrap();
    let operation = &document["paths"]["/a"]["get"];
    let kept = operation["responses"].as_object().unwrap();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let (status, response) = kept.iter().next().unwrap();
    let schema = response["content"]["application/json"]["schema"]["$ref"].as_str();
    let kind = operation["x-sdk-success"]["kind"].as_str().unwrap();
    (kind.to_owned(), status.clone(), schema.map(str::to_owned))
}

fn check(responses: Value, kind: &str, status: &str, schema: Option<&str>) {
    let (found, code, reference) = success(responses.clone());
    assert_eq!(
        (found.as_str(), code.as_str(), reference.as_deref()),
        (kind, status, schema),
        "{responses}"
    );
}

#[test]
fn errors_and_defaults_beside_a_success_are_no_success() {
    check(
        json!({"201": json_of("A"), "404": json_of("E"), "5XX": json_of("E"), "default": json_of("E")}),
        "json",
        "201",
        Some("A"),
    );
    check(
        json!({"204": {}, "default": json_of("E")}),
        "empty",
        "204",
        None,
    );
}

#[test]
fn a_body_beside_none_is_optional() {
    check(
        json!({"200": json_of("A"), "204": {}}),
        "optional-json",
        "200",
        Some("A"),
    );
    check(
        json!({"200": json_of("A"), "202": json_of("A")}),
        "json",
        "200",
        Some("A"),
    );
}

#[test]
fn a_default_alone_is_the_success_unless_it_looks_like_an_error() {
    check(json!({"default": json_of("A")}), "json", "2XX", Some("A"));
    check(
        json!({"default": json_of("#/components/schemas/ApiError")}),
        "bytes",
        "2XX",
        None,
    );
    check(
        json!({"default": {"content": {"application/problem+json": {}}}}),
        "bytes",
        "2XX",
        None,
    );
    let mut response = json_of("A");
    response["description"] = json!("An unexpected error.");
    check(json!({"default": response}), "bytes", "2XX", None);
}

#[test]
fn media_types_decide_how_an_answer_is_read() {
    let with = |name: &str| json!({"200": {"content": {name: {"schema": {"type": "string"}}}}});
    check(with("text/event-stream"), "event-stream", "200", None);
    check(with("text/plain"), "text", "200", None);
    check(with("image/png"), "bytes", "200", None);
    check(json!({"200": {"content": {}}}), "empty", "200", None);
    check(
        json!({"204": {"content": {"application/json": {}}}}),
        "empty",
        "204",
        None,
    );
    check(json!({"2xx": json_of("A")}), "json", "2XX", Some("A"));
    check(json!({}), "bytes", "2XX", None);
    check(json!({"404": json_of("E")}), "bytes", "2XX", None);
    check(
        json!({"302": {}, "200": json_of("A")}),
        "json",
        "200",
        Some("A"),
    );
}

#[test]
fn successes_that_differ_are_any_json_or_the_lowest_with_a_warning() {
    let warned = |responses: Value| {
        testing::warnings(
            run,
            &json!({"paths": {"/a": {"get": {"responses": responses}}}}),
        )
    };
    let differ = json!({"200": json_of("A"), "202": json_of("B")});
    check(differ.clone(), "json", "200", None);
    assert_eq!(warned(differ).len(), 1);
    let kinds = json!({"200": json_of("A"), "202": {"content": {"text/plain": {}}}});
    check(kinds.clone(), "json", "200", Some("A"));
    assert_eq!(warned(kinds).len(), 1);
    let odd = json!({"200": json_of("A"), "2ab": json_of("B"), "20": {}, "x": {}});
    check(odd.clone(), "json", "200", Some("A"));
    assert_eq!(warned(odd).len(), 3);
}

#[test]
fn the_schemas_of_errors_are_kept_once() {
    let mut document = json!({"paths": {"/a": {
        "get": {"responses": {"404": json_of("E"), "default": json_of("E")}},
        "put": {"responses": {"400": json_of("F")}},
    }}});
    run(&mut document, &mut Context::new()).unwrap();
    assert_eq!(
        document["x-sdk-errors"],
        json!([{"$ref": "E"}, {"$ref": "F"}])
    );
}
