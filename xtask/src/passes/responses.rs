//! `responses`: leaves one success for each operation and says what its body is. Errors are told
//! by their status alone; the schemas they name are kept under `x-sdk-errors`.

use serde_json::{Value, json};

use super::context::{Context, Outcome};
use super::media::{self, Media};
use super::schema;
use super::walk::{self, Object, SOURCE, Visit};

/// Runs the pass.
pub(super) fn run(document: &mut Value, cx: &mut Context) -> Outcome {
    let mut errors: Vec<Value> = Vec::new();
    walk::operations(document, &mut |visit, operation| {
        let responses = match operation.remove("responses") {
            Some(Value::Object(responses)) => responses,
            _ => Object::new(),
        };
        let (successes, failures) = sort(visit, responses, cx);
        for failure in failures {
            for reference in schemas_of(&failure).filter(|schema| schema.get("$ref").is_some()) {
                let reference = json!({"$ref": reference["$ref"]});
                if !errors.contains(&reference) {
                    errors.push(reference);
                }
            }
        }
        let success = choose(visit, successes, cx);
        operation.insert("responses".to_owned(), success.responses());
        operation.insert("x-sdk-success".to_owned(), success.mark());
        Ok(())
    })?;
    if let Some(document) = document.as_object_mut() {
        document.insert("x-sdk-errors".to_owned(), Value::Array(errors));
    }
    Ok(())
}

/// Splits responses into successes, by status, and errors.
fn sort(
    visit: &Visit<'_>,
    responses: Object,
    cx: &mut Context,
) -> (Vec<(String, Value)>, Vec<Value>) {
    let mut successes = Vec::new();
    let mut failures = Vec::new();
    let mut fallback = None;
    for (code, response) in responses {
        let code = code.to_ascii_uppercase();
        match code.as_bytes() {
            b"DEFAULT" => fallback = Some(response),
            [b'2', ten, one] if is_status(*ten, *one) => successes.push((code, response)),
            [b'4' | b'5', ten, one] if is_status(*ten, *one) => failures.push(response),
            // Redirects are followed; what comes before an answer is no answer.
            [b'1' | b'3', ten, one] if is_status(*ten, *one) => {}
            _ => cx.warn(
                visit.at,
                format!("`{code}` is no status: its response is left out"),
            ),
        }
    }
    // `2XX` sorts behind every single status.
    successes.sort_by(|a, b| a.0.cmp(&b.0));
    if let Some(response) = fallback {
        if successes.is_empty() && !looks_like_error(&response) {
            successes.push(("2XX".to_owned(), response));
        } else {
            failures.push(response);
        }
    }
    (successes, failures)
}

/// The last two places of a status: digits, or `XX`.
fn is_status(ten: u8, one: u8) -> bool {
    (ten.is_ascii_digit() && one.is_ascii_digit()) || (ten, one) == (b'X', b'X')
}

fn looks_like_error(response: &Value) -> bool {
    let telling = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["error", "problem", "fail", "unexpected"]
            .iter()
            .any(|word| text.contains(word))
    };
    let media_types = response
        .get("content")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    media_types.into_iter().any(|(name, _)| telling(name))
        || schema::text(response, "description").is_some_and(telling)
        || schemas_of(response)
            .filter_map(schema::target)
            .any(|name| telling(&name))
}

fn schemas_of(response: &Value) -> impl Iterator<Item = &Value> {
    response
        .get("content")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(_, media)| media.get("schema"))
}

struct Success {
    status: String,
    kind: &'static str,
    schema: Option<Value>,
    content_type: Option<String>,
    description: String,
}

impl Success {
    fn responses(&self) -> Value {
        let mut response = json!({"description": self.description});
        let content = match (self.kind, &self.schema) {
            ("json" | "optional-json", Some(schema)) => {
                json!({"application/json": {"schema": schema}})
            }
            ("empty", _) => return json!({self.status.as_str(): response}),
            _ => json!({"application/octet-stream": {}}),
        };
        schema::mark(&mut response, "content", content);
        json!({self.status.as_str(): response})
    }

    fn mark(&self) -> Value {
        let mut mark = json!({"kind": self.kind});
        if let Some(content_type) = &self.content_type {
            schema::mark(&mut mark, "content_type", content_type.as_str());
        }
        mark
    }
}

fn choose(visit: &Visit<'_>, successes: Vec<(String, Value)>, cx: &mut Context) -> Success {
    let mut empty = None;
    let mut bodies: Vec<Success> = Vec::new();
    for (status, response) in successes {
        match body(visit, &status, &response, cx) {
            Some(success) => bodies.push(success),
            None => empty = empty.or(Some((status, description(&response)))),
        }
    }
    let Some(first) = bodies.first() else {
        // Without a word about success, whatever comes is handed on.
        let (kind, status, description) = match empty {
            Some((status, description)) => ("empty", status, description),
            None => ("bytes", "2XX".to_owned(), String::new()),
        };
        return Success {
            status,
            kind,
            schema: None,
            content_type: None,
            description,
        };
    };
    let same_kind = bodies.iter().all(|body| body.kind == first.kind);
    let same_type = bodies
        .iter()
        .all(|body| bare(body.schema.as_ref()) == bare(first.schema.as_ref()));
    if !same_kind {
        cx.warn(
            visit.at,
            "successes differ in how their body is read: the lowest status decides",
        );
    } else if !same_type {
        cx.warn(visit.at, "successes differ in their type: read as any JSON");
    }
    let mut chosen = bodies.swap_remove(0);
    if same_kind && !same_type {
        chosen.schema = Some(json!({}));
    }
    if empty.is_some() && chosen.kind == "json" {
        chosen.kind = "optional-json";
    }
    chosen
}

fn bare(schema: Option<&Value>) -> Option<Value> {
    let mut schema = schema?.clone();
    if let Some(object) = schema.as_object_mut() {
        object.remove(SOURCE);
    }
    Some(schema)
}

fn description(response: &Value) -> String {
    schema::text(response, "description")
        .unwrap_or_default()
        .to_owned()
}

/// The body of one response; `None` when it has none.
fn body(visit: &Visit<'_>, status: &str, response: &Value, cx: &mut Context) -> Option<Success> {
    let content = response.get("content").and_then(Value::as_object)?;
    let (media, name, schema) = media::preferred(content)?;
    if status == "204" || status == "205" {
        cx.warn(
            visit.at,
            format!("a {status} has no body: its content is left out"),
        );
        return None;
    }
    let kind = match media {
        Media::Json => "json",
        Media::Text => "text",
        Media::EventStream => "event-stream",
        Media::Form | Media::Multipart | Media::Bytes => "bytes",
    };
    let others = content
        .keys()
        .any(|other| other != name && media::kind(other) != media);
    if others {
        cx.warn(
            visit.at,
            format!("the answer comes in several media types; `{name}` is asked for"),
        );
    }
    Some(Success {
        status: status.to_owned(),
        kind,
        schema: (media == Media::Json).then(|| schema.cloned().unwrap_or_else(|| json!({}))),
        content_type: Some(if media::is_wildcard(name) {
            "*/*".to_owned()
        } else {
            name.to_owned()
        }),
        description: description(response),
    })
}

#[cfg(test)]
mod tests;
