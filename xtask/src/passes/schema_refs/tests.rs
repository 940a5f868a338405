use super::super::testing;
use super::*;

fn mend(schemas: &Value) -> Value {
    let mut document = json!({"paths": {}, "components": {"schemas": schemas}});
    run(&mut document, &mut Context::new()).unwrap();
    document["components"]["schemas"].take()
}

#[test]
fn references_are_written_one_way() {
    testing::schemas(
        run,
        &json!({"A/B ü": {}, "C": {"$ref": "#/components/schemas/A~1B%20%C3%BC"}}),
        &json!({"A/B ü": {}, "C": {"$ref": "#/components/schemas/A~1B ü"}}),
    );
}

#[test]
fn inner_schemas_that_are_referred_to_get_a_name() {
    testing::schemas(
        run,
        &json!({
            "A": {"properties": {"b": {"properties": {"c": {"type": "string"}}}}},
            "D": {"$ref": "#/components/schemas/A/properties/b"},
            "E": {"$ref": "#/components/schemas/A/properties/b/properties/c"},
        }),
        &json!({
            "A": {"properties": {"b": {
                "$ref": "#/components/schemas/Ab",
                "x-sdk-source": "/components/schemas/A/properties/b",
            }}},
            "Ab": {
                "properties": {"c": {
                    "$ref": "#/components/schemas/Abc",
                    "x-sdk-source": "/components/schemas/A/properties/b/properties/c",
                }},
                "x-sdk-source": "/components/schemas/A/properties/b",
            },
            "Abc": {
                "type": "string",
                "x-sdk-source": "/components/schemas/A/properties/b/properties/c",
            },
            "D": {"$ref": "#/components/schemas/Ab"},
            "E": {"$ref": "#/components/schemas/Abc"},
        }),
    );
}

#[test]
fn schemas_of_paths_definitions_and_anchors_get_a_name() {
    let mut document = json!({
        "paths": {"/pets": {"get": {"responses": {"200": {"content": {"application/json": {
            "schema": {"type": "array", "items": {"$ref": "#/definitions/Pet"}},
        }}}}}}},
        "definitions": {"Pet": {"properties": {"tag": {"$ref": "#/definitions/Tag"}}}, "Tag": {"type": "string"}},
        "components": {"schemas": {
            "A": {"$ref": "#/paths/~1pets/get/responses/200/content/application~1json/schema"},
            "B": {"$ref": "#here"},
            "C": {"properties": {"x": {"$anchor": "here"}}},
        }},
    });
    run(&mut document, &mut Context::new()).unwrap();
    let schemas = &document["components"]["schemas"];
    assert_eq!(
        schemas["A"]["$ref"],
        "#/components/schemas/PetsGetResponses200"
    );
    assert_eq!(
        schemas["PetsGetResponses200"]["items"]["$ref"],
        "#/components/schemas/Pet"
    );
    assert_eq!(
        schemas["Pet"]["properties"]["tag"]["$ref"],
        "#/components/schemas/Tag"
    );
    assert_eq!(schemas["Pet"]["x-sdk-source"], "/definitions/Pet");
    assert_eq!(schemas["Tag"]["type"], "string");
    assert_eq!(schemas["B"]["$ref"], "#/components/schemas/Cx");
    assert_eq!(
        schemas["C"]["properties"]["x"]["$ref"],
        "#/components/schemas/Cx"
    );
}

#[test]
fn a_schema_may_hold_itself_from_an_odd_place() {
    let schemas = mend(&json!({"A": {"properties": {
        "b": {"properties": {"again": {"$ref": "#/components/schemas/A/properties/b"}}},
    }}}));
    assert_eq!(
        schemas["Ab"]["properties"]["again"]["$ref"],
        "#/components/schemas/Ab"
    );
}

#[test]
fn a_reference_that_leads_nowhere_is_an_error_with_advice() {
    let check = |reference: &str, message: &str, help: Option<&str>| {
        let document = json!({"components": {
            "schemas": {"Pet": {}, "A": {"items": {"$ref": reference}}},
            "parameters": {"P": {"name": "p", "in": "query"}},
        }});
        let error = testing::error(run, &document);
        assert_eq!(error.pointer, "/components/schemas/A/items");
        assert!(error.message.contains(message), "{error}");
        let advice = error.help.unwrap_or_default();
        assert!(help.is_none_or(|help| advice.contains(help)), "{advice}");
    };
    check(
        "#/components/schemas/pet",
        "points at no schema",
        Some("`#/components/schemas/Pet`"),
    );
    check("#/components/schemas/Gone", "points at no schema", None);
    check("#/components/schemas", "points at no schema", None);
    check("#/components", "points at no schema", None);
    check("#", "points at no schema", None);
    check("#/components/parameters/P", "points at no schema", None);
    check("#nowhere", "anchor", None);
    check("other.json", "leaves the document", Some("bundle"));
    check("", "leaves the document", None);
    check("https://a.example/b#/c", "leaves the document", None);
}

#[test]
fn a_schema_that_is_only_itself_is_an_error() {
    let check = |schemas: Value| {
        let error = testing::error(run, &json!({"components": {"schemas": schemas}}));
        assert!(error.message.contains("back to itself"), "{error}");
    };
    check(json!({"A": {"$ref": "#/components/schemas/A"}}));
    check(
        json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}),
    );
}

#[test]
fn discriminator_mappings_are_followed_or_dropped() {
    let document = json!({"components": {"schemas": {
        "Cat": {},
        "A": {"discriminator": {"propertyName": "p", "mapping": {
            "c": "#/components/schemas/Cat", "d": "Cat", "e": "Dog", "f": "x.yaml#/Cat", "g": 7,
        }}},
    }}});
    assert_eq!(testing::warnings(run, &document).len(), 3);
    let schemas = mend(&document["components"]["schemas"]);
    let cat = "#/components/schemas/Cat";
    assert_eq!(
        schemas["A"]["discriminator"]["mapping"],
        json!({"c": cat, "d": cat})
    );
}
