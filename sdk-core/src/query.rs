//! Writing paths and query strings.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::fmt::{self, Display};

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How a list is written into a query string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStyle {
    /// One pair per item: `a=1&a=2`.
    Repeated,
    /// `a=1,2`.
    Comma,
    /// `a=1%202`.
    Space,
    /// `a=1|2`.
    Pipe,
}

/// A query string under construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(String);

impl Query {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn push(&mut self, name: &str, value: &dyn Display) {
        self.key(name);
        self.value(value);
    }

    /// The value of a parameter as it stands in the query string.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .next_back()
    }

    /// Takes a parameter out. Its name must be one that needs no escapes.
    pub(crate) fn remove(&mut self, name: &str) {
        let kept = self.0.split('&').filter(|pair| {
            let key = pair.split_once('=').map_or(*pair, |(key, _)| key);
            key != name
        });
        self.0 = kept.collect::<Vec<_>>().join("&");
    }

    pub(crate) fn push_list<T: Display>(&mut self, name: &str, items: &[T], style: ListStyle) {
        let separator = match style {
            ListStyle::Repeated => {
                for item in items {
                    self.push(name, item);
                }
                return;
            }
            ListStyle::Comma => ",",
            ListStyle::Space => "%20",
            ListStyle::Pipe => "|",
        };
        if items.is_empty() {
            return;
        }
        self.key(name);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.0.push_str(separator);
            }
            self.value(item);
        }
    }

    /// Adds the fields of an object, as `parent[key]` under a parent. Nulls are left out.
    pub(crate) fn push_object(&mut self, parent: Option<&str>, value: &Value) {
        let under = |key: &str| parent.map_or_else(|| key.to_owned(), |p| format!("{p}[{key}]"));
        for (key, value) in value.as_object().into_iter().flatten() {
            self.push_json(&under(key), value);
        }
    }

    fn push_json(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.push(name, text),
            Value::Array(items) => items.iter().for_each(|item| self.push_json(name, item)),
            Value::Object(_) => self.push_object(Some(name), value),
            Value::Bool(_) | Value::Number(_) => self.push(name, value),
        }
    }

    fn key(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.extend(utf8_percent_encode(name, RESERVED));
        self.0.push('=');
    }

    fn value(&mut self, value: &dyn Display) {
        self.0
            .extend(utf8_percent_encode(&value.to_string(), RESERVED));
    }
}

/// Why a path cannot be built.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadPathValue {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Display for BadPathValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no value for the path parameter `{}`",
            self.value, self.name
        )
    }
}

/// Fills a path template. An empty value or a dot segment would address another resource (deleting
/// "the pod with no id" is a request to the whole collection), so those are refused.
///
/// `{name}` takes one segment; `{+name}` takes a path, whose slashes stay (the form of RFC 6570).
pub(crate) fn fill_path(template: &str, values: &[&dyn Display]) -> Result<String, BadPathValue> {
    let mut values = values.iter();
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.next().map(ToString::to_string).unwrap_or_default();
        path.push_str(before);
        let (name, segments) = match name.strip_prefix('+') {
            Some(name) => (name, value.split('/').collect()),
            None => (name, vec![value.as_str()]),
        };
        for (index, segment) in segments.into_iter().enumerate() {
            if matches!(segment, "" | "." | "..") {
                return Err(BadPathValue {
                    name: name.to_owned(),
                    value: value.clone(),
                });
            }
            if index > 0 {
                path.push('/');
            }
            path.extend(utf8_percent_encode(segment, RESERVED));
        }
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::{ListStyle, Query, fill_path};

    #[test]
    fn values_are_encoded_and_separators_are_not() {
        let mut query = Query::default();
        query.push("name", &"a b&c");
        query.push("limit", &50);
        query.push_list("include", &["A", "B,C"], ListStyle::Comma);
        query.push_list("id", &[1, 2], ListStyle::Repeated);
        query.push_list::<i64>("none", &[], ListStyle::Comma);
        query.push_list("p", &["x", "y"], ListStyle::Pipe);
        assert_eq!(
            query.as_str(),
            "name=a%20b%26c&limit=50&include=A,B%2CC&id=1&id=2&p=x|y"
        );
    }

    #[test]
    fn a_parameter_is_found_and_taken_out_by_its_whole_name() {
        let mut query = Query::default();
        assert_eq!(query.get("page"), None);
        query.push("page", &7);
        query.push("per_page", &50);
        assert_eq!(query.get("page"), Some("7"));
        query.remove("page");
        assert_eq!(query.as_str(), "per_page=50");
        query.push("page", &8);
        assert_eq!(query.as_str(), "per_page=50&page=8");
        query.remove("per_page");
        query.remove("page");
        assert_eq!(query.as_str(), "");
    }

    #[test]
    fn objects_are_written_flat_or_nested() {
        let value = serde_json::json!({"a": 1, "b": [true, "x y"], "c": {"d": null, "e": "f"}});
        let mut query = Query::default();
        query.push_object(None, &value);
        query.push_object(Some("p"), &value);
        let flat = "a=1&b=true&b=x%20y&c%5Be%5D=f";
        let nested = "p%5Ba%5D=1&p%5Bb%5D=true&p%5Bb%5D=x%20y&p%5Bc%5D%5Be%5D=f";
        assert_eq!(query.as_str(), format!("{flat}&{nested}"));
    }

    #[test]
    fn ids_with_spaces_and_slashes_stay_one_segment() {
        let path = fill_path("/v2/catalog/gpus/{id}", &[&"NVIDIA L4/x"]);
        assert_eq!(path.as_deref(), Ok("/v2/catalog/gpus/NVIDIA%20L4%2Fx"));
        let path = fill_path("/a/{x}/b/{y}", &[&1, &"ü"]);
        assert_eq!(path.as_deref(), Ok("/a/1/b/%C3%BC"));
    }

    #[test]
    fn a_path_as_a_value_keeps_its_slashes_and_nothing_climbs_out_of_it() {
        let fill = |value: &str| fill_path("/v1/{+mount}/data/{+path}", &[&"kv", &value]);
        let check = |value: &str, expected: &str| {
            assert_eq!(fill(value).as_deref(), Ok(expected), "{value}");
        };
        check("app", "/v1/kv/data/app");
        check("team a/app?x", "/v1/kv/data/team%20a/app%3Fx");
        for value in ["", "a//b", "/a", "a/", "a/../b", "./a"] {
            assert_eq!(fill(value).unwrap_err().name, "path", "{value}");
        }
    }

    #[test]
    fn an_empty_id_never_addresses_the_collection() {
        for value in ["", ".", ".."] {
            let error = fill_path("/v2/pods/{id}", &[&value]).unwrap_err();
            assert_eq!(error.name, "id");
        }
    }
}
