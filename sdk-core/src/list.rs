//! A list under the key `data`, and where it goes on.

use super::page::Page;
use super::reply::{Unreadable, unreadable};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{ops::Deref, vec};

/// One page of a list. Dereferences to its items.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListPage<T> {
    /// What the page holds.
    pub items: Vec<T>,
    /// Where the list goes on, for lists that come in pages.
    pub pagination: Option<Pagination>,
}

/// Where a list goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pagination {
    /// Whether the API says that there is a next page.
    pub has_next_page: bool,
    /// What to ask for the next page with.
    pub cursor: Option<String>,
    /// How many items there are, or this page holds; APIs differ.
    pub count: Option<u64>,
}

impl<T> Deref for ListPage<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> IntoIterator for ListPage<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> vec::IntoIter<T> {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a ListPage<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> std::slice::Iter<'a, T> {
        self.items.iter()
    }
}

impl<T: Send + 'static> Page for ListPage<T> {
    type Item = T;

    fn next_cursor(&self) -> Option<&str> {
        self.pagination.as_ref()?.cursor.as_deref()
    }

    fn goes_on(&self) -> bool {
        self.pagination
            .as_ref()
            .is_some_and(|pagination| pagination.has_next_page)
    }

    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn into_items(self) -> Vec<T> {
        self.items
    }
}

/// Reads a list whose items stand below `data`, where these keys lead.
///
/// A key before the last that is not there is passed over: some answers are nested once more than
/// others. What is no array is a single item.
pub(crate) fn read<T: DeserializeOwned>(
    mut answer: Value,
    keys: &[&str],
) -> Result<ListPage<T>, Unreadable> {
    let mut pagination = answer.get("pagination").map(pagination);
    let mut path = "data".to_owned();
    let mut here = answer.get_mut("data").map(Value::take);
    for (index, key) in keys.iter().enumerate() {
        let inner = here.as_mut().and_then(|level| level.get_mut(*key));
        match inner.map(Value::take) {
            Some(inner) => {
                let told = inner.get("pagination").map(self::pagination);
                pagination = pagination.or(told);
                path = format!("{path}.{key}");
                here = Some(inner);
            }
            None if index + 1 < keys.len() => {}
            None => return Err(unreadable(&format!("{path}.{key}"), "the list is missing")),
        }
    }
    let list = match here {
        Some(Value::Array(list)) => Value::Array(list),
        Some(one) => Value::Array(vec![one]),
        None => return Err(unreadable(&path, "the list is missing")),
    };
    match serde_path_to_error::deserialize(list) {
        Ok(items) => Ok(ListPage { items, pagination }),
        Err(error) => {
            let path = format!("{path}{}", error.path());
            Err(unreadable(&path, error.into_inner()))
        }
    }
}

/// Two spellings are known: whether there is a next page, and how many of how many items were given.
fn pagination(value: &Value) -> Pagination {
    let number = |key: &str| value.get(key).and_then(Value::as_u64);
    let given = number("page").zip(number("perPage"));
    let left = given
        .zip(number("total"))
        .is_some_and(|((page, size), total)| page.saturating_mul(size) < total);
    let flag = value.get("hasNextPage").and_then(Value::as_bool);
    let cursor = value.get("cursor").and_then(Value::as_str);
    Pagination {
        has_next_page: flag.unwrap_or(left),
        cursor: cursor
            .filter(|cursor| !cursor.is_empty())
            .map(str::to_owned),
        count: number("count").or(number("total")),
    }
}

#[cfg(test)]
mod tests {
    use super::{ListPage, read};
    use serde_json::{Value, json};

    fn numbers(answer: Value, keys: &[&str]) -> ListPage<u32> {
        read(answer, keys).unwrap_or_else(|error| panic!("{}: {}", error.path, error.source))
    }

    #[test]
    fn a_list_is_found_bare_under_a_key_and_nested_once_more() {
        for (answer, keys) in [
            (json!({"data": [1, 2]}), [].as_slice()),
            (json!({"data": {"numbers": [1, 2]}}), &["numbers"]),
            (
                json!({"data": {"data": {"numbers": [1, 2]}}}),
                &["data", "numbers"],
            ),
            (json!({"data": {"numbers": [1, 2]}}), &["data", "numbers"]),
        ] {
            assert_eq!(numbers(answer, keys).items, [1, 2], "{keys:?}");
        }
        assert_eq!(numbers(json!({"data": 7}), &[]).items, [7]);
    }

    #[test]
    fn both_spellings_of_where_a_list_goes_on_are_read() {
        let check = |pagination: Value, goes_on: bool, cursor: Option<&str>, count: Option<u64>| {
            for answer in [
                json!({"data": {"n": []}, "pagination": pagination}),
                json!({"data": {"data": {"n": [], "pagination": pagination}}}),
            ] {
                let found = numbers(answer, &["data", "n"]).pagination.unwrap();
                assert_eq!(found.has_next_page, goes_on, "{pagination}");
                assert_eq!(found.cursor.as_deref(), cursor);
                assert_eq!(found.count, count);
            }
        };
        check(
            json!({"hasNextPage": true, "cursor": "c", "count": 3}),
            true,
            Some("c"),
            Some(3),
        );
        check(
            json!({"hasNextPage": false, "cursor": ""}),
            false,
            None,
            None,
        );
        check(
            json!({"page": 1, "perPage": 50, "total": 51}),
            true,
            None,
            Some(51),
        );
        check(
            json!({"page": 2, "perPage": 50, "total": 100}),
            false,
            None,
            Some(100),
        );
        assert_eq!(numbers(json!({"data": []}), &[]).pagination, None);
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let check = |answer: Value, keys: &[&str], path: &str| {
            let error = read::<u32>(answer, keys).unwrap_err();
            assert_eq!(error.path, path);
        };
        check(json!({}), &[], "data");
        check(json!({"data": {}}), &["numbers"], "data.numbers");
        check(
            json!({"data": {"numbers": [1, "x"]}}),
            &["numbers"],
            "data.numbers[1]",
        );
    }
}
