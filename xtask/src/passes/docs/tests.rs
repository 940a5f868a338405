use super::super::testing;
use super::*;
use serde_json::json;

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn limits_are_told_in_words() {
    let check =
        |schema: Value, expected: &[&str]| assert_eq!(limits(&schema), expected, "{schema}");
    check(json!({}), &[]);
    check(
        json!({"minimum": 10, "maximum": 4096}),
        &["Range: 10 to 4096."],
    );
    check(json!({"minimum": 1}), &["At least 1."]);
    check(json!({"maximum": 1.5}), &["At most 1.5."]);
    check(json!({"exclusiveMinimum": 0}), &["More than 0."]);
    check(json!({"exclusiveMaximum": 9}), &["Less than 9."]);
    check(
        json!({"minimum": 0, "exclusiveMinimum": true}),
        &["More than 0."],
    );
    check(
        json!({"minimum": 0, "exclusiveMinimum": false}),
        &["At least 0."],
    );
    check(
        json!({"exclusiveMinimum": 0, "maximum": 9}),
        &["Range: more than 0, at most 9."],
    );
    check(
        json!({"minimum": 1, "exclusiveMaximum": 9}),
        &["Range: at least 1, less than 9."],
    );
    check(json!({"multipleOf": 5}), &["A multiple of 5."]);
    check(json!({"minLength": 1}), &["At least 1 character."]);
    check(json!({"maxLength": 80}), &["At most 80 characters."]);
    check(
        json!({"minLength": 2, "maxLength": 9}),
        &["2 to 9 characters."],
    );
    check(json!({"minItems": 3, "maxItems": 3}), &["Exactly 3 items."]);
    check(
        json!({"maxItems": 1, "uniqueItems": true}),
        &["At most 1 item.", "No item twice."],
    );
    check(json!({"minProperties": 1}), &["At least 1 field."]);
    check(json!({"pattern": "^a`b$"}), &["Pattern: ``^a`b$``."]);
    check(json!({"pattern": "`"}), &["Pattern: `` ` ``."]);
    check(json!({"default": "SECURE"}), &["Default: `SECURE`."]);
    check(json!({"default": ""}), &["Default: empty."]);
    check(json!({"default": "a\nb"}), &["Default: `a b`."]);
    check(json!({"default": [1, "a"]}), &["Default: `[1,\"a\"]`."]);
    check(
        json!({"x-sdk-rules": ["One.", "Two."], "default": 1}),
        &["One.", "Two.", "Default: `1`."],
    );
    check(
        json!({"items": {"minLength": 1, "pattern": "x"}}),
        &["Each item: At least 1 character. Pattern: `x`."],
    );
    check(
        json!({"additionalProperties": {"maximum": 1}}),
        &["Each value: At most 1."],
    );
    check(
        json!({"items": {"$ref": "#/components/schemas/A", "minimum": 1}}),
        &[],
    );
}

#[test]
fn descriptions_come_first_then_limits() {
    testing::schemas(
        run,
        &json!({
            "A": {
                "description": "A [thing].",
                "minProperties": 1,
                "properties": {
                    "a": {"type": "integer", "minimum": 1, "description": "How many."},
                    "b": {"type": "string", "readOnly": true},
                    "c": {"type": "string", "writeOnly": true, "title": "A title"},
                    "d": {"type": "string"},
                },
            },
            "E": {"x-sdk-enum": [{"value": "a", "doc": "The <first>."}, {"value": "b"}]},
            "U": {"x-sdk-union": {"variants": [{"schema": {"type": "string", "maxLength": 2}}]}},
        }),
        &json!({
            "A": {
                "description": "A \\[thing\\].\n\nAt least 1 field.",
                "minProperties": 1,
                "properties": {
                    "a": {"type": "integer", "minimum": 1, "description": "How many.\n\nAt least 1."},
                    "b": {"type": "string", "readOnly": true, "description": "Read only."},
                    "c": {
                        "type": "string", "writeOnly": true, "title": "A title",
                        "description": "A title\n\nWrite only.",
                    },
                    "d": {"type": "string"},
                },
            },
            "E": {"x-sdk-enum": [{"value": "a", "doc": "The \\<first\\>."}, {"value": "b"}]},
            "U": {"x-sdk-union": {"variants": [
                {"schema": {"type": "string", "maxLength": 2}, "doc": "At most 2 characters."},
            ]}},
        }),
    );
}

#[test]
fn operations_have_summary_and_description_and_their_parameters_limits() {
    testing::operation(
        run,
        &json!({
            "summary": "Lists.",
            "description": "All of <them>.",
            "parameters": [
                {"name": "a", "description": "How many.", "schema": {"maximum": 9}},
                {"name": "b", "schema": {"description": "from the schema", "default": 1}},
            ],
        }),
        &json!({
            "description": "Lists.\n\nAll of \\<them\\>.",
            "parameters": [
                {"name": "a", "description": "How many.\n\nAt most 9.", "schema": {"maximum": 9}},
                {
                    "name": "b",
                    "description": "from the schema\n\nDefault: `1`.",
                    "schema": {"description": "from the schema", "default": 1},
                },
            ],
        }),
    );
    testing::operation(
        run,
        &json!({"summary": "Lists", "description": "Lists all of them."}),
        &json!({"description": "Lists all of them."}),
    );
    testing::operation(run, &json!({"summary": " "}), &json!({}));
}
