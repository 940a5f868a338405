//! Rules about calls.

use super::{check, document, object};
use serde_json::{Value, json};

fn base() -> Value {
    document(&json!({"Input": object(json!({}), json!([])), "Thing": object(json!({}), json!([]))}))
}

/// The base with changes to `things.get`, or with another path for it.
fn with(change: impl Fn(&mut Value)) -> Value {
    let mut document = base();
    change(&mut document);
    document
}

fn get(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/things/{id}"]["get"]
}

fn parameter(name: &str, required: bool, ty: &str) -> Value {
    json!({"name": name, "in": "query", "required": required, "schema": {"type": ty}})
}

fn with_parameter(parameter: &Value) -> Value {
    with(|document| {
        let list = get(document)["parameters"].as_array_mut().unwrap();
        list.push(parameter.clone());
    })
}

#[test]
fn a_call_comes_and_goes() {
    let more = with(|document| {
        document["paths"]["/things/{id}"]["delete"] = json!({
            "operationId": "delete_thing", "tags": ["things"],
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"204": {"description": "x"}},
        });
    });
    check(
        &base(),
        &more,
        &["additive things.delete: is new: `DELETE /things/{id}`"],
        &["breaking things.delete: is gone"],
    );
}

#[test]
fn a_call_gets_another_name_or_group() {
    check(
        &base(),
        &with(|document| get(document)["operationId"] = json!("read_thing")),
        &["breaking things.get: is called `things.read` now"],
        &["breaking things.read: is called `things.get` now"],
    );
}

#[test]
fn a_call_goes_elsewhere() {
    let moved = with(|document| {
        let item = document["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/things/{id}");
        document["paths"]["/v2/things/{id}"] = item.unwrap();
    });
    check(
        &base(),
        &moved,
        &["breaking things.get: is sent as `GET /v2/things/{id}`, was `GET /things/{id}`"],
        &["breaking things.get: is sent as `GET /things/{id}`, was `GET /v2/things/{id}`"],
    );
    let mut put = base();
    let post = put["paths"]["/things"]
        .as_object_mut()
        .unwrap()
        .remove("post");
    put["paths"]["/things"]["put"] = post.unwrap();
    check(
        &base(),
        &put,
        &[
            "breaking things.create: is repeated by itself",
            "breaking things.create: is sent as `PUT /things`, was `POST /things`",
        ],
        &[
            "breaking things.create: is no longer repeated by itself",
            "breaking things.create: is sent as `POST /things`, was `PUT /things`",
        ],
    );
}

#[test]
fn a_parameter_comes_and_goes() {
    check(
        &base(),
        &with_parameter(&parameter("limit", false, "integer")),
        &["additive things.get: takes an optional parameter more, `limit: i64`"],
        &["breaking things.get: the parameter `limit` is gone"],
    );
    check(
        &base(),
        &with_parameter(&parameter("limit", true, "integer")),
        &["breaking things.get: takes an argument more, `limit: i64`"],
        &["breaking things.get: the parameter `limit` is gone"],
    );
}

#[test]
fn a_parameter_changes() {
    let optional = with_parameter(&parameter("limit", false, "integer"));
    check(
        &optional,
        &with_parameter(&parameter("limit", true, "integer")),
        &["breaking things.get: the parameter `limit` is `i64`, was `Option<i64>`"],
        &["breaking things.get: the parameter `limit` is `Option<i64>`, was `i64`"],
    );
    check(
        &optional,
        &with_parameter(&parameter("limit", false, "string")),
        &["breaking things.get: the parameter `limit` is `Option<String>`, was `Option<i64>`"],
        &["breaking things.get: the parameter `limit` is `Option<i64>`, was `Option<String>`"],
    );
    let mut header = parameter("limit", false, "integer");
    header["in"] = json!("header");
    let told = super::told(&optional, &with_parameter(&header));
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("breaking things.get: the parameter `limit` is sent as"),
        "{told:?}"
    );
}

#[test]
fn arguments_in_another_order() {
    let order = |names: [&str; 2]| {
        with(|document| {
            let list = names.map(|name| parameter(name, true, "string"));
            let id = get(document)["parameters"][0].clone();
            get(document)["parameters"] = json!([id, list[0], list[1]]);
        })
    };
    check(
        &order(["a", "b"]),
        &order(["b", "a"]),
        &["breaking things.get: takes its arguments as id, b, a, was id, a, b"],
        &["breaking things.get: takes its arguments as id, a, b, was id, b, a"],
    );
}

#[test]
fn what_is_sent_and_what_comes_back() {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Input"}}});
    check(
        &with(|document| {
            document["paths"]["/things"]["post"]["requestBody"]["required"] = json!(false);
        }),
        &base(),
        &["breaking things.create: sends `Input`, was `Option<Input>`"],
        &["breaking things.create: sends `Option<Input>`, was `Input`"],
    );
    check(
        &base(),
        &with(|document| {
            document["paths"]["/things"]["post"]["responses"] =
                json!({"200": {"description": "x", "content": content}});
        }),
        &[
            "breaking things.create: gives `Input`, was `nothing`",
            "additive Input: can be read",
        ],
        &[
            "breaking things.create: gives `nothing`, was `Input`",
            "breaking Input: cannot be read any more",
        ],
    );
}

#[test]
fn a_list_in_pages() {
    let paged = |paging: &Value| {
        let mut document = with_parameter(&parameter("after", false, "string"));
        document["x-envelope"] =
            json!({"data": "data", "pagination": "pagination", "cursor": "cursor"});
        get(&mut document)["x-paging"] = paging.clone();
        document
    };
    let told = super::told(&paged(&json!({"cursor": "after"})), &base());
    assert!(
        told.iter()
            .any(|it| it.starts_with("breaking things.get: ")),
        "{told:?}"
    );
}

#[test]
fn a_call_is_on_its_way_out() {
    check(
        &base(),
        &with(|document| get(document)["deprecated"] = json!(true)),
        &["additive things.get: is deprecated"],
        &["additive things.get: is no longer deprecated"],
    );
}

#[test]
fn words_of_a_call_and_of_its_parameters_are_documentation() {
    check(
        &base(),
        &with(|document| get(document)["description"] = json!("Reads a thing.")),
        &["docs things.get: the words of the call"],
        &["docs things.get: the words of the call"],
    );
    let mut described = parameter("limit", false, "integer");
    described["description"] = json!("At most so many.");
    check(
        &with_parameter(&parameter("limit", false, "integer")),
        &with_parameter(&described),
        &["docs things.get: the words of the parameter `limit`"],
        &["docs things.get: the words of the parameter `limit`"],
    );
}
