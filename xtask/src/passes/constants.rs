//! `constants`: `const` becomes an `enum` of one value.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::walk;

/// Runs the pass.
pub(super) fn run(document: &mut Value, _cx: &mut Context) -> Outcome {
    walk::schemas(document, &mut |_, schema| {
        if let Some(object) = schema.as_object_mut()
            && let Some(value) = object.remove("const")
        {
            object.insert("enum".to_owned(), json!([value]));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn a_constant_is_an_enum_of_one() {
        testing::schema(run, &json!({"const": "a"}), &json!({"enum": ["a"]}));
        testing::schema(
            run,
            &json!({"properties": {"const": {"const": 7}}}),
            &json!({"properties": {"const": {"enum": [7]}}}),
        );
    }
}
