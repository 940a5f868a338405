//! Checks a request against the description before any operation sees it.
//!
//! What has not the described shape is 422. A condition across keys (`if`/`then`,
//! `dependentRequired`) is a rule, and breaking one is 400, as the service has it.

use std::collections::BTreeMap;

use http::StatusCode;
use jsonschema::ValidationError;
use serde_json::{Map, Number, Value};

use crate::description::{AnswerBody, Operation, Parameter, Place, Schema};
use crate::problem::Problem;
use crate::wording;

/// Input that has passed: parameters by name with their JSON types, and the body.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) parameters: Map<String, Value>,
    pub(crate) body: Map<String, Value>,
    /// The only header that an operation reads.
    pub(crate) last_event_id: Option<String>,
    /// Whether the request asks for a WebSocket.
    pub(crate) upgrade: bool,
}

/// Checks path, query and body. Query parameters that the description does not have are ignored.
pub(crate) fn request(
    operation: &Operation,
    path_values: &BTreeMap<String, String>,
    query: &[(String, String)],
    body: &[u8],
) -> Result<Checked, Problem> {
    let mut findings = Vec::new();
    let mut parameters = Map::new();
    for parameter in &operation.parameters {
        let text = match parameter.place {
            Place::Path => path_values.get(&parameter.name).cloned(),
            Place::Query => query_text(query, parameter),
        };
        match text {
            Some(text) => {
                let value = typed(&text, &parameter.schema);
                findings.extend(parameter_findings(parameter, &value)?);
                parameters.insert(parameter.name.clone(), value);
            }
            None if parameter.required => {
                findings.push(format!("{}: parameter is required", root(parameter)));
            }
            None => {}
        }
    }
    if !findings.is_empty() {
        return Err(Problem::shape(findings));
    }
    Ok(Checked {
        parameters,
        body: request_body(operation, body)?,
        last_event_id: None,
        upgrade: false,
    })
}

fn root(parameter: &Parameter) -> String {
    match parameter.place {
        Place::Path => format!("path.{}", parameter.name),
        Place::Query => format!("query.{}", parameter.name),
    }
}

/// The text of a query parameter. Lists may be written as `a,b` or by repeating the name; of other
/// parameters the first counts.
fn query_text(query: &[(String, String)], parameter: &Parameter) -> Option<String> {
    let mut texts = query
        .iter()
        .filter(|(name, _)| *name == parameter.name)
        .map(|(_, text)| text);
    if parameter.schema.type_name() == Some("array") {
        let texts: Vec<&str> = texts.map(String::as_str).collect();
        (!texts.is_empty()).then(|| texts.join(","))
    } else {
        texts.next().cloned()
    }
}

/// Reads text as the type that the schema asks for; text that is none stays a string, for the
/// validator to refuse.
fn typed(text: &str, schema: &Schema) -> Value {
    let string = || Value::String(text.to_owned());
    match schema.type_name() {
        Some("integer") => text.parse::<i64>().map_or_else(|_| string(), Value::from),
        Some("number") => {
            let number = text.parse().ok().and_then(Number::from_f64);
            number.map_or_else(string, Value::Number)
        }
        Some("boolean") => text.parse::<bool>().map_or_else(|_| string(), Value::Bool),
        Some("array") => {
            let items = text.split(',').filter(|item| !item.is_empty());
            Value::Array(items.map(Value::from).collect())
        }
        Some(_) | None => string(),
    }
}

fn parameter_findings(parameter: &Parameter, value: &Value) -> Result<Vec<String>, Problem> {
    let validator = parameter.schema.validator().map_err(broken_description)?;
    let root = root(parameter);
    Ok(validator
        .iter_errors(value)
        .flat_map(|error| wording::findings(&root, &error))
        .collect())
}

fn request_body(operation: &Operation, bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    let Some(body) = &operation.body else {
        return Ok(Map::new());
    };
    if bytes.is_empty() && !body.required {
        return Ok(Map::new());
    }
    // Of the statuses for a bad body, 422 is the one that every operation with a body has;
    // replacing the SSH keys, for one, never answers 400.
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::shape(vec![format!("$: body must be JSON ({place})")])
    })?;
    let validator = body.schema.validator().map_err(broken_description)?;
    let (rules, shapes): (Vec<_>, Vec<_>) = validator.iter_errors(&value).partition(breaks_a_rule);
    if !shapes.is_empty() {
        return Err(Problem::shape(describe_all(&shapes)));
    }
    if !rules.is_empty() {
        return Err(Problem::rule(describe_all(&rules).join("; ")));
    }
    match value {
        Value::Object(object) => Ok(object),
        _not_an_object => Err(Problem::shape(vec![
            "$: value must be of type object".into(),
        ])),
    }
}

fn describe_all(errors: &[ValidationError<'_>]) -> Vec<String> {
    errors
        .iter()
        .flat_map(|error| wording::findings("$", error))
        .collect()
}

/// Whether the demand that failed stands under a condition, seen from the way the validator took.
/// `then` right below `properties` is the name of a key and no condition.
fn breaks_a_rule(error: &ValidationError<'_>) -> bool {
    const CONDITIONS: [&str; 4] = ["then", "else", "dependentRequired", "dependentSchemas"];
    let mut before = "";
    error.evaluation_path().as_str().split('/').any(|segment| {
        let rule = CONDITIONS.contains(&segment) && before != "properties";
        before = segment;
        rule
    })
}

/// A fault of ours: the service has no such answer.
pub(crate) fn broken_description(reason: &str) -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("the sandbox cannot use its description: {reason}"),
    )
}

/// Checks an answer of ours against the description.
///
/// # Errors
/// What differs, one line each.
pub(crate) fn answer(
    operation: &Operation,
    status: u16,
    body: Option<&Value>,
) -> Result<(), String> {
    let described = operation
        .answer(status)
        .ok_or_else(|| format!("{} does not answer {status}", operation.id))?;
    match (described, body) {
        (AnswerBody::Other, None) => Ok(()),
        (AnswerBody::Other, Some(_)) => Err(format!("{status} comes without JSON")),
        (AnswerBody::Json(_), None) => Err(format!("{status} comes with JSON")),
        (AnswerBody::Json(schema), Some(body)) => {
            let findings: Vec<_> = schema
                .validator()?
                .iter_errors(body)
                .flat_map(|error| wording::findings("$", &error))
                .collect();
            if findings.is_empty() {
                Ok(())
            } else {
                Err(findings.join("; "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::{Description, Target};
    use http::Method;

    fn outcome(method: &Method, path: &str, query: &[(&str, &str)], body: &str) -> String {
        let description = Description::parse(crate::runpod::DESCRIPTION).unwrap();
        let Target::Operation {
            operation,
            path_values,
        } = description.find(method, path)
        else {
            panic!("{method} {path} is not described");
        };
        let query: Vec<_> = query
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect();
        match request(operation, &path_values, &query, body.as_bytes()) {
            Ok(checked) => Value::Object(checked.parameters).to_string(),
            Err(problem) if problem.errors.is_empty() => {
                format!("{} {}", problem.status.as_u16(), problem.detail)
            }
            Err(problem) => format!("{} {}", problem.status.as_u16(), problem.errors.join(" | ")),
        }
    }

    #[test]
    fn bodies_are_judged_key_by_key() {
        let check = |body: &str, expected: &str| {
            assert_eq!(
                outcome(&Method::POST, "/v2/pods", &[], body),
                expected,
                "{body}"
            );
        };
        check(r#"{"name":"a","image":"i"}"#, "{}");
        check(r#"{"name":"a","templateId":"t"}"#, "{}");
        check(r#"{"name":"a"}"#, "400 $: key `image` is required");
        check(r#"{"image":"i"}"#, "422 $: key `name` is required");
        check(
            r#"{"name":"a","image":"i","foo":1}"#,
            "422 $: unknown key `foo`",
        );
        check(
            r#"{"name":"","image":"i"}"#,
            "422 $.name: value must have at least 1 character",
        );
        check(
            r#"{"name":1,"image":"i"}"#,
            "422 $.name: value must be of type string",
        );
        check(
            r#"{"name":"a","image":"i","cloud":"ALL"}"#,
            "422 $.cloud: value must be one of SECURE, COMMUNITY",
        );
        check(
            r#"{"name":"a","image":"i","gpu":{"id":"x","count":0,"spot":true}}"#,
            "422 $.gpu.count: value must be at least 1 | $.gpu: unknown key `spot`",
        );
        check(
            r#"{"name":"a","image":"i","gpu":{"id":"x","minCudaVersion":"twelve"}}"#,
            r"422 $.gpu.minCudaVersion: value must match the pattern ^\d+\.\d+$",
        );
        check(
            r#"{"name":"a","image":"i","cpu":{"id":"cpu3c","vcpuCount":2,"count":1}}"#,
            "422 $.cpu: unknown key `count`",
        );
        check(
            r#"{"name":"a","image":"i","mounts":{"network":[{"path":"/w"}]}}"#,
            "422 $.mounts.network[0]: key `volumeId` is required",
        );
        check(
            r#"{"name":"a","image":"i","env":{"TOKEN":12345}}"#,
            "422 $.env.TOKEN: value must be of type string",
        );
        check("[]", "422 $: value must be of type object");
        check("{", "422 $: body must be JSON (line 1, column 1)");
        check("", "422 $: body must be JSON (line 1, column 0)");
        check("name=a", "422 $: body must be JSON (line 1, column 2)");
    }

    #[test]
    fn findings_never_repeat_a_value() {
        let body = r#"{"name":"a","image":"i","disk":"hunter2","env":{"A":["hunter2"]}}"#;
        let found = outcome(&Method::POST, "/v2/pods", &[], body);
        assert!(found.starts_with("422 "), "{found}");
        assert!(!found.contains("hunter2"), "{found}");
    }

    #[test]
    fn query_parameters_get_their_types() {
        let check = |query: &[(&str, &str)], expected: &str| {
            let found = outcome(&Method::GET, "/v2/catalog/gpus", query, "");
            assert_eq!(found, expected, "{query:?}");
        };
        check(&[("count", "2")], r#"{"count":2}"#);
        check(
            &[("product", "POD,CLUSTER")],
            r#"{"product":["POD","CLUSTER"]}"#,
        );
        check(
            &[("product", "POD"), ("product", "CLUSTER")],
            r#"{"product":["POD","CLUSTER"]}"#,
        );
        check(&[("nonsense", "1")], "{}");
        check(
            &[("count", "two")],
            "422 query.count: value must be of type integer",
        );
        check(
            &[("count", "0")],
            "422 query.count: value must be at least 1",
        );
        check(
            &[("cloud", "ALL")],
            "422 query.cloud: value must be one of SECURE, COMMUNITY",
        );
        check(
            &[("countryCodes", "FR,de")],
            "422 query.countryCodes[1]: value must match the pattern ^[A-Z]{2}$",
        );
    }

    #[test]
    fn dates_and_flags_in_the_query_are_read() {
        let check = |path: &str, query: &[(&str, &str)], expected: &str| {
            assert_eq!(
                outcome(&Method::GET, path, query, ""),
                expected,
                "{path} {query:?}"
            );
        };
        check(
            "/v2/pods",
            &[("includeClusterPods", "true")],
            r#"{"includeClusterPods":true}"#,
        );
        check(
            "/v2/pods",
            &[("includeClusterPods", "yes")],
            "422 query.includeClusterPods: value must be of type boolean",
        );
        check(
            "/v2/pods/p/logs",
            &[("since", "yesterday")],
            "422 query.since: value must be a date-time",
        );
    }

    #[test]
    fn an_update_of_nothing_is_refused_where_the_description_says_so() {
        let check = |path: &str, body: &str, expected: &str| {
            assert_eq!(
                outcome(&Method::PATCH, path, &[], body),
                expected,
                "{path} {body}"
            );
        };
        check(
            "/v2/network-volumes/v",
            "{}",
            "422 $: object must have at least 1 key",
        );
        check("/v2/pods/p", "{}", r#"{"id":"p"}"#);
        check("/v2/pods/p", r#"{"registry":null}"#, r#"{"id":"p"}"#);
    }
}
