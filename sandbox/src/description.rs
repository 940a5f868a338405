//! The description of an API, read once: its routes, and what each operation takes and answers.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use http::Method;
use jsonschema::Validator;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::flatten::{DEFINITIONS, Flattener, reachable};

const PARAMETERS: &str = "#/components/parameters/";

/// All operations of one API.
#[derive(Debug)]
pub(crate) struct Description {
    routes: Vec<Route>,
}

/// One path template with its operations.
#[derive(Debug)]
struct Route {
    segments: Vec<Segment>,
    operations: Vec<Operation>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// As the description spells it.
    pub(crate) id: String,
    /// The same in snake case, whichever way the description spells it: how faults, records and typed clients
    /// call it.
    pub(crate) name: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    answers: BTreeMap<u16, AnswerBody>,
}

/// One parameter of the path or the query. Headers are not checked.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

/// Where a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

/// The JSON body of a request.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

/// What an answer with one status holds.
#[derive(Debug)]
pub(crate) enum AnswerBody {
    Json(Schema),
    /// Nothing, or something else than JSON.
    Other,
}

/// A flattened schema. Its validator is built when it is first needed, so that starting a sandbox
/// stays cheap.
#[derive(Debug)]
pub(crate) struct Schema {
    json: Value,
    definitions: Arc<Map<String, Value>>,
    validator: OnceLock<Result<Validator, String>>,
}

/// What a method and a path lead to.
#[derive(Debug)]
pub(crate) enum Target<'a> {
    Operation {
        operation: &'a Operation,
        path_values: BTreeMap<String, String>,
    },
    WrongMethod {
        allowed: String,
    },
    Unknown,
}

impl Schema {
    fn new(schema: &Value, schemas: &Schemas<'_>) -> Self {
        Self {
            json: schemas.flattener.schema(schema),
            definitions: Arc::clone(&schemas.definitions),
            validator: OnceLock::new(),
        }
    }

    pub(crate) fn json(&self) -> &Value {
        &self.json
    }

    /// What its references point to, by name.
    pub(crate) fn definitions(&self) -> &Map<String, Value> {
        &self.definitions
    }

    /// The `type` keyword, followed through a reference.
    pub(crate) fn type_name(&self) -> Option<&str> {
        let target = match self.json.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.definitions.get(reference.strip_prefix(DEFINITIONS)?)?,
            None => &self.json,
        };
        target.get("type")?.as_str()
    }

    /// # Errors
    /// The schema itself is not valid: a fault of the description.
    pub(crate) fn validator(&self) -> Result<&Validator, &str> {
        let build = || {
            let mut complete = self.json.clone();
            if let Value::Object(object) = &mut complete {
                let definitions = reachable(&self.json, &self.definitions);
                object.insert("$defs".into(), Value::Object(definitions));
            }
            jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .build(&complete)
                .map_err(|error| error.to_string())
        };
        self.validator
            .get_or_init(build)
            .as_ref()
            .map_err(String::as_str)
    }
}

/// Schemas of the document while it is read.
struct Schemas<'a> {
    flattener: Flattener<'a>,
    definitions: Arc<Map<String, Value>>,
    /// Parameters that operations refer to.
    parameters: Option<&'a Map<String, Value>>,
}

impl Schemas<'_> {
    /// A parameter, where it stands or where it refers to.
    fn parameter<'p>(&'p self, parameter: &'p Value) -> Option<&'p Value> {
        match parameter.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.parameters?.get(reference.strip_prefix(PARAMETERS)?),
            None => Some(parameter),
        }
    }
}

impl Description {
    /// Reads an OpenAPI 3.1 document.
    ///
    /// # Errors
    /// The text is no JSON, or an operation lacks its id or has an unusable path.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let components = document
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        let components = components.ok_or("it has no component schemas")?;
        let flattener = Flattener::new(components);
        let schemas = Schemas {
            definitions: Arc::new(flattener.definitions()),
            flattener,
            parameters: document
                .pointer("/components/parameters")
                .and_then(Value::as_object),
        };
        let paths = document
            .get("paths")
            .and_then(Value::as_object)
            .ok_or("it has no paths")?;
        let routes = paths
            .iter()
            .map(|(path, item)| Route::parse(path, item, &schemas))
            .collect::<Result<_, _>>()?;
        Ok(Self { routes })
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.routes.iter().flat_map(|route| &route.operations)
    }

    /// Finds the operation. A path written out beats one with parameters, as OpenAPI asks.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Target<'_> {
        let Some(values) = decoded_segments(path) else {
            return Target::Unknown;
        };
        let best = self
            .routes
            .iter()
            .filter_map(|route| Some((route, route.bind(&values)?)))
            .min_by_key(|(_, path_values)| path_values.len());
        let Some((route, path_values)) = best else {
            return Target::Unknown;
        };
        match route
            .operations
            .iter()
            .find(|operation| operation.method == *method)
        {
            Some(operation) => Target::Operation {
                operation,
                path_values,
            },
            None => Target::WrongMethod {
                allowed: route
                    .operations
                    .iter()
                    .map(|operation| operation.method.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            },
        }
    }
}

impl Route {
    fn parse(path: &str, item: &Value, schemas: &Schemas<'_>) -> Result<Self, String> {
        let shared = item.get("parameters");
        let operations = item
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(key, operation)| {
                let method = Method::from_bytes(key.to_ascii_uppercase().as_bytes()).ok()?;
                operation.get("responses")?;
                Some(Operation::parse(method, path, operation, shared, schemas))
            });
        let segments = path.split('/').skip(1).map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Literal(part.to_owned()),
            }
        });
        Ok(Self {
            segments: segments.collect(),
            operations: operations.collect::<Result<_, _>>()?,
        })
    }

    /// Values of the path parameters, if the path is of this form. None of them may be empty.
    fn bind(&self, values: &[String]) -> Option<BTreeMap<String, String>> {
        if values.len() != self.segments.len() {
            return None;
        }
        let mut bound = BTreeMap::new();
        for (segment, value) in self.segments.iter().zip(values) {
            match segment {
                Segment::Literal(literal) if literal == value => {}
                Segment::Parameter(name) if !value.is_empty() => {
                    bound.insert(name.clone(), value.clone());
                }
                Segment::Literal(_) | Segment::Parameter(_) => return None,
            }
        }
        Some(bound)
    }
}

impl Operation {
    fn parse(
        method: Method,
        path: &str,
        operation: &Value,
        shared: Option<&Value>,
        schemas: &Schemas<'_>,
    ) -> Result<Self, String> {
        let id = operation.get("operationId").and_then(Value::as_str);
        let id = id.ok_or_else(|| format!("{method} {path} has no operationId"))?;
        let parameters = [shared, operation.get("parameters")]
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(|parameter| Parameter::parse(schemas.parameter(parameter)?, schemas))
            .collect();
        let body = operation.get("requestBody").and_then(|body| {
            Some(Body {
                required: body
                    .get("required")
                    .and_then(Value::as_bool)
                    .unwrap_or(false),
                schema: Schema::new(json_schema(body)?, schemas),
            })
        });
        let answers = operation
            .get("responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let answers = answers.filter_map(|(status, answer)| {
            let body = match json_schema(answer) {
                Some(schema) => AnswerBody::Json(Schema::new(schema, schemas)),
                None => AnswerBody::Other,
            };
            Some((status.parse().ok()?, body))
        });
        Ok(Self {
            id: id.to_owned(),
            name: snake_case(id),
            method,
            path: path.to_owned(),
            parameters,
            body,
            answers: answers.collect(),
        })
    }

    /// What the description says of answers with this status.
    pub(crate) fn answer(&self, status: u16) -> Option<&AnswerBody> {
        self.answers.get(&status)
    }
}

impl Parameter {
    fn parse(parameter: &Value, schemas: &Schemas<'_>) -> Option<Self> {
        let place = match parameter.get("in")?.as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            _headers_and_cookies => return None,
        };
        Some(Self {
            name: parameter.get("name")?.as_str()?.to_owned(),
            place,
            required: parameter
                .get("required")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            schema: Schema::new(parameter.get("schema")?, schemas),
        })
    }
}

fn json_schema(holder: &Value) -> Option<&Value> {
    holder
        .get("content")?
        .get("application/json")?
        .get("schema")
}

fn decoded_segments(path: &str) -> Option<Vec<String>> {
    path.strip_prefix('/')?
        .split('/')
        .map(|part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned()))
        .collect()
}

/// `createPod` as `create_pod`.
fn snake_case(id: &str) -> String {
    let mut snake = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description() -> Description {
        Description::parse(
            r#"{
              "components": {"schemas": {}},
              "paths": {
                "/v2/things": {"get": {"operationId": "list", "responses": {}},
                               "post": {"operationId": "create", "responses": {}}},
                "/v2/things/{id}": {"get": {"operationId": "get", "responses": {}},
                                    "delete": {"operationId": "delete", "responses": {}}},
                "/v2/things/special": {"get": {"operationId": "special", "responses": {}}}
              }
            }"#,
        )
        .unwrap()
    }

    #[test]
    fn a_path_leads_to_its_operation() {
        let description = description();
        let check = |method: Method, path: &str, expected: &str| {
            let found = match description.find(&method, path) {
                Target::Operation {
                    operation,
                    path_values,
                } => {
                    let values: Vec<_> = path_values.into_values().collect();
                    format!("{} {}", operation.id, values.join(","))
                }
                Target::WrongMethod { allowed } => format!("allowed: {allowed}"),
                Target::Unknown => "unknown".into(),
            };
            assert_eq!(found.trim(), expected, "{method} {path}");
        };
        check(Method::GET, "/v2/things", "list");
        check(Method::GET, "/v2/things/a", "get a");
        check(Method::GET, "/v2/things/NVIDIA%20L4", "get NVIDIA L4");
        check(Method::GET, "/v2/things/a%2Fb", "get a/b");
        check(Method::GET, "/v2/things/special", "special");
        check(Method::DELETE, "/v2/things/special", "allowed: GET");
        check(Method::PUT, "/v2/things", "allowed: GET, POST");
        check(Method::HEAD, "/v2/things", "allowed: GET, POST");
        check(Method::GET, "/v2/things/", "unknown");
        check(Method::GET, "/v2/things/%ff", "unknown");
        check(Method::GET, "/v1/things", "unknown");
        check(Method::GET, "/", "unknown");
    }
}
