use super::*;

fn schemas() -> Value {
    let union = |schemas: &[Value]| {
        let variants: Vec<Value> = schemas
            .iter()
            .map(|schema| json!({"schema": schema}))
            .collect();
        json!({"type": "object", "x-sdk-union": {"variants": variants}})
    };
    let text = json!({"type": "string"});
    let list = json!({"type": "array", "items": text});
    json!({
        "Level": {"type": "string", "x-sdk-enum": []},
        "Thing": {"type": "object", "properties": {}},
        "Words": union(&[text.clone(), json!({"type": "integer"})]),
        "OneOrMany": union(&[text, list]),
        "Mixed": union(&[json!({"type": "string"}), json!({"$ref": "#/components/schemas/Thing"})]),
    })
}

fn lower(parameter: &Value) -> Result<Value, PassError> {
    let mut document = json!({
        "paths": {"/a": {"get": {"parameters": [parameter]}}},
        "components": {"schemas": schemas()},
    });
    run(&mut document, &mut Context::new())?;
    Ok(document["paths"]["/a"]["get"]["parameters"][0].take())
}

fn check(mut parameter: Value, schema: Value, expected: &str) {
    parameter["schema"] = schema;
    let found = lower(&parameter).unwrap();
    assert_eq!(found["x-sdk-style"], expected, "{parameter}");
}

#[test]
fn lists_are_written_as_the_document_says() {
    let list = || json!({"type": "array", "items": {"type": "string"}});
    let query = |style: Option<&str>, explode: Option<bool>| {
        let mut parameter = json!({"name": "q", "in": "query"});
        if let Some(style) = style {
            parameter["style"] = json!(style);
        }
        if let Some(explode) = explode {
            parameter["explode"] = json!(explode);
        }
        parameter
    };
    check(query(None, None), list(), "form-explode");
    check(query(Some("form"), Some(false)), list(), "comma");
    check(query(None, Some(false)), list(), "comma");
    check(query(Some("spaceDelimited"), None), list(), "space");
    check(query(Some("pipeDelimited"), None), list(), "pipe");
    check(json!({"name": "X", "in": "header"}), list(), "comma");
    check(json!({"name": "x", "in": "path"}), list(), "comma");
}

#[test]
fn objects_are_written_as_the_document_says() {
    let query = |more: &Value| {
        let mut parameter = json!({"name": "q", "in": "query"});
        for (key, value) in more.as_object().unwrap() {
            parameter[key] = value.clone();
        }
        parameter
    };
    let thing = || json!({"$ref": "#/components/schemas/Thing"});
    let map = || json!({"type": "object", "additionalProperties": {}});
    check(
        query(&json!({"style": "deepObject"})),
        thing(),
        "deep-object",
    );
    check(query(&json!({})), map(), "form-explode");
    check(query(&json!({"explode": false})), thing(), "json");
    check(query(&json!({"style": "json"})), map(), "json");
    check(
        query(&json!({})),
        json!({"$ref": "#/components/schemas/Mixed"}),
        "form-explode",
    );
}

#[test]
fn single_values_are_written_as_they_are() {
    for place in ["path", "query", "header"] {
        for schema in [
            json!({"type": "string"}),
            json!({}),
            json!({"$ref": "#/components/schemas/Level"}),
        ] {
            check(json!({"name": "x", "in": place}), schema, "form-explode");
        }
    }
}

#[test]
fn a_choice_of_single_values_is_text() {
    let simple = |name: &str| {
        let schema = json!({"$ref": schema::reference(name), "description": "kept"});
        lower(&json!({"name": "q", "in": "query", "schema": schema})).unwrap()["schema"].take()
    };
    assert_eq!(
        simple("Words"),
        json!({"type": "string", "description": "kept"})
    );
    assert_eq!(
        simple("OneOrMany"),
        json!({"type": "array", "items": {"type": "string"}, "description": "kept"})
    );
    assert_eq!(simple("Mixed")["$ref"], "#/components/schemas/Mixed");
}

#[test]
fn what_cannot_be_sent_is_an_error() {
    let check = |mut parameter: Value, schema: Value| {
        parameter["schema"] = schema;
        parameter["x-sdk-source"] = json!("/place");
        assert_eq!(
            lower(&parameter).unwrap_err().pointer,
            "/place",
            "{parameter}"
        );
    };
    check(
        json!({"name": "x", "in": "path", "style": "matrix"}),
        json!({"type": "string"}),
    );
    check(
        json!({"name": "x", "in": "path", "style": "label"}),
        json!({"type": "string"}),
    );
    check(
        json!({"name": "x", "in": "path"}),
        json!({"$ref": "#/components/schemas/Thing"}),
    );
    check(
        json!({"name": "X", "in": "header"}),
        json!({"type": "object", "additionalProperties": {}}),
    );
}

#[test]
fn every_parameter_has_a_rust_name_of_its_own() {
    let one =
        |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string"}});
    let mut document = json!({"paths": {"/a": {"put": {
        "requestBody": {},
        "parameters": [one("id", "path"), one("id", "query"), one("i-d", "header"), one("i_d", "query"), one("body", "query"), one("type", "query")],
    }}}});
    run(&mut document, &mut Context::new()).unwrap();
    let list = document["paths"]["/a"]["put"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<(&str, &str)> = list
        .iter()
        .map(|parameter| {
            (
                parameter["name"].as_str().unwrap(),
                parameter["x-sdk-ident"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("id", "id"),
            ("id", "id2"),
            ("i-d", "i_d"),
            ("i_d", "i_d2"),
            ("body", "body2"),
            ("type", "type_")
        ]
    );
}
