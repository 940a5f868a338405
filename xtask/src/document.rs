//! Reading an OpenAPI document, JSON or YAML.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::passes::{Outcome, PassError};
use crate::yaml;

/// Reads an OpenAPI 3.0 or 3.1 document.
///
/// # Errors
///
/// A text that is neither JSON nor YAML, with the line; a document of another kind or version, with
/// what to do about it.
pub fn parse(bytes: &[u8]) -> Outcome<Value> {
    let document = value(bytes)?;
    version(&document)?;
    Ok(document)
}

/// Reads any JSON or YAML text.
///
/// # Errors
///
/// A text that is neither, with the line.
pub fn value(bytes: &[u8]) -> Outcome<Value> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + String::from_utf8_lossy(before).matches('\n').count();
        PassError::new("", format!("line {line}: this is not UTF-8 text"))
    })?;
    if text.trim().is_empty() {
        return Err(PassError::new("", "the document is empty"));
    }
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::read(text).map_err(|error| in_yaml(&error));
    }
    serde_json::from_str(text).or_else(|error| {
        // YAML may start with a brace too; when it is neither, JSON was meant.
        yaml::read(text).map_err(|_yaml_error| {
            PassError::new(
                "",
                format!("{}: {}", place(error.line(), error.column()), bare(&error)),
            )
        })
    })
}

/// The line of each key and each entry of a list of a YAML text, by JSON pointer. Of JSON, which is
/// written by programs and often in one line, none.
pub fn lines(bytes: &[u8]) -> BTreeMap<String, u64> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if text.trim_start().starts_with(['{', '[']) {
        return BTreeMap::new();
    }
    yaml::lines(text).unwrap_or_default()
}

/// The words of a JSON error without the place, which comes first here.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_owned()
}

fn in_yaml(error: &yaml::YamlError) -> PassError {
    // The parser repeats the place in its own words.
    let message = error.message.trim();
    match (error.line, error.column) {
        (0, _) => PassError::new("", message),
        (line, column) => PassError::new("", format!("{}: {message}", place(line, column))),
    }
}

/// Parsers give 0 for a column before the first, at the end of a line.
fn place<N: Copy + fmt::Display + Default + PartialEq>(line: N, column: N) -> String {
    if column == N::default() {
        format!("line {line}")
    } else {
        format!("line {line}, column {column}")
    }
}

fn version(document: &Value) -> Outcome {
    let Some(root) = document.as_object() else {
        return Err(PassError::new("", "an OpenAPI document must be an object"));
    };
    if let Some(version) = root.get("swagger") {
        return Err(PassError::new(
            "/swagger",
            format!("Swagger {} is not read", shown(version)),
        )
        .with_help("convert the document to OpenAPI 3 first, for example with swagger2openapi"));
    }
    let Some(version) = root.get("openapi") else {
        return Err(PassError::new("", "the document has no `openapi` version")
            .with_help("an OpenAPI document starts with `openapi: 3.0.3` or `openapi: 3.1.0`"));
    };
    let text = shown(version);
    let known = ["3.0", "3.1"]
        .iter()
        .any(|minor| text == *minor || text.starts_with(&format!("{minor}.")));
    if known {
        Ok(())
    } else {
        Err(
            PassError::new("/openapi", format!("OpenAPI {text} is not read"))
                .with_help("versions 3.0 and 3.1 are"),
        )
    }
}

fn shown(version: &Value) -> String {
    match version {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_and_yaml_are_told_apart_by_themselves() {
        let expected = json!({"openapi": "3.0.3", "paths": {}});
        for text in [
            r#"{"openapi": "3.0.3", "paths": {}}"#,
            "\u{feff}{\"openapi\": \"3.0.3\", \"paths\": {}}",
            "openapi: 3.0.3\npaths: {}\n",
            "# a comment\n---\nopenapi: \"3.0.3\"\npaths: {}\n",
            "{openapi: 3.0.3, paths: {}}",
        ] {
            assert_eq!(parse(text.as_bytes()), Ok(expected.clone()), "{text}");
        }
    }

    #[test]
    fn versions_3_0_and_3_1_are_read_and_no_others() {
        let check = |text: &str, known: bool| {
            assert_eq!(parse(text.as_bytes()).is_ok(), known, "{text}");
        };
        check("openapi: 3.0.0", true);
        check("openapi: 3.0.4", true);
        check("openapi: 3.1.1", true);
        check("openapi: 3.1", true);
        check("openapi: '3.0'", true);
        check("openapi: 3.2.0", false);
        check("openapi: 3.10.0", false);
        check("openapi: 4", false);
        check("openapi: null", false);
        check("swagger: '2.0'", false);
        check("info: {}", false);
        check("[1]", false);
        check("just text", false);
    }

    #[test]
    fn a_refused_version_says_what_to_do() {
        let error = parse(b"swagger: '2.0'").unwrap_err();
        assert_eq!(error.pointer, "/swagger");
        assert!(error.help.is_some_and(|help| help.contains("convert")));
    }

    #[test]
    fn syntax_errors_name_the_line() {
        let check = |text: &[u8], line: &str| {
            let error = parse(text).unwrap_err();
            assert!(error.message.starts_with(line), "{error}");
        };
        check(b"{\n  \"openapi\": \"3.0.3\",\n  oops\n", "line 3, ");
        check(b"openapi: 3.0.3\npaths: [\n", "line ");
        check(b"openapi: 3.0.3\na: \xff\n", "line 2: ");
        check(b"  \n", "the document is empty");
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = format!("{{\"openapi\": {}{}}}", "[".repeat(200), "]".repeat(200));
        assert!(parse(deep.as_bytes()).is_err());
    }
}
