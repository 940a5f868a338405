//! A list under the key `data`, and where it goes on.

use super::json::from_json_with;
use super::page::Page;
use super::reply::Unreadable;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde_json::Value;
use std::{fmt, marker::PhantomData, ops::Deref, vec};

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

impl<T> ListPage<T> {
    /// All there is.
    fn of(items: Vec<T>) -> Self {
        Self {
            items,
            pagination: None,
        }
    }
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
/// others. A single object is a list of one.
pub(crate) fn read<T: DeserializeOwned>(
    body: &[u8],
    keys: &[&str],
) -> Result<ListPage<T>, Unreadable> {
    from_json_with(body, Level::at(Way::Whole(keys)))
}

/// Where a list is looked for.
#[derive(Clone, Copy)]
enum Way<'k> {
    /// In the whole answer: below `data`, then on by these keys.
    Whole(&'k [&'k str]),
    /// Below `data`, on by these keys; without any the list is here.
    Data(&'k [&'k str]),
}

impl<'k> Way<'k> {
    /// How far a key of this level leads, and how it goes on from there.
    fn step(self, key: &str) -> Option<(usize, Self)> {
        match self {
            Self::Whole(keys) => (key == "data").then_some((0, Self::Data(keys))),
            Self::Data(keys) => {
                let index = keys.iter().position(|wanted| *wanted == key)?;
                let rest = keys.get(index + 1..)?;
                Some((index, Self::Data(rest)))
            }
        }
    }

    /// The key that must be somewhere from here on.
    fn last(self) -> &'k str {
        match self {
            Self::Whole(_) => "data",
            Self::Data(keys) => keys.last().copied().unwrap_or("data"),
        }
    }
}

/// One level of an answer. The items are read right into their type, as they may be many.
struct Level<'k, T> {
    way: Way<'k>,
    items: PhantomData<fn() -> T>,
}

impl<'k, T> Level<'k, T> {
    fn at(way: Way<'k>) -> Self {
        Self {
            way,
            items: PhantomData,
        }
    }
}

impl<T> Clone for Level<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Level<'_, T> {}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Level<'_, T> {
    type Value = ListPage<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ListPage<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Level<'_, T> {
    type Value = ListPage<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.way {
            Way::Data([]) => f.write_str("a list or an object"),
            Way::Whole(_) | Way::Data(_) => f.write_str("an object"),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<ListPage<T>, A::Error> {
        let Way::Data([]) = self.way else {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        };
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(ListPage::of)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut level: A) -> Result<ListPage<T>, A::Error> {
        if let Way::Data([]) = self.way {
            let one = T::deserialize(MapAccessDeserializer::new(level))?;
            return Ok(ListPage::of(vec![one]));
        }
        let mut nearest: Option<(usize, ListPage<T>)> = None;
        let mut told = None;
        while let Some(key) = level.next_key::<String>()? {
            match self.way.step(&key) {
                Some((index, way)) => {
                    let found = level.next_value_seed(Level::at(way))?;
                    if nearest.as_ref().is_none_or(|(known, _)| index <= *known) {
                        nearest = Some((index, found));
                    }
                }
                None if key == "pagination" => {
                    told = Some(pagination(&level.next_value()?));
                }
                None => {
                    level.next_value::<IgnoredAny>()?;
                }
            }
        }
        let missing = || A::Error::custom(format_args!("missing field `{}`", self.way.last()));
        let (_, mut found) = nearest.ok_or_else(missing)?;
        found.pagination = told.or(found.pagination);
        Ok(found)
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

    fn numbers(answer: &Value, keys: &[&str]) -> ListPage<u32> {
        let body = answer.to_string();
        read(body.as_bytes(), keys)
            .unwrap_or_else(|error| panic!("{}: {}", error.path, error.source))
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
            (
                json!({"data": {"data": {"numbers": [1, 2]}, "numbers": [3]}}),
                &["data", "numbers"],
            ),
        ] {
            assert_eq!(numbers(&answer, keys).items, [1, 2], "{keys:?}");
        }
    }

    #[test]
    fn a_single_object_is_a_list_of_one() {
        type Object = std::collections::BTreeMap<String, u32>;
        let found = read::<Object>(br#"{"data": {"a": 1}}"#, &[]).unwrap_or_else(|error| {
            panic!("{}: {}", error.path, error.source);
        });
        assert_eq!(found.items, [Object::from([("a".to_owned(), 1)])]);
    }

    #[test]
    fn both_spellings_of_where_a_list_goes_on_are_read() {
        let check = |pagination: Value, goes_on: bool, cursor: Option<&str>, count: Option<u64>| {
            for answer in [
                json!({"data": {"n": []}, "pagination": pagination}),
                json!({"data": {"data": {"n": [], "pagination": pagination}}}),
                json!({"data": {"n": [], "pagination": pagination}}),
            ] {
                let found = numbers(&answer, &["data", "n"]).pagination.unwrap();
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
        assert_eq!(numbers(&json!({"data": []}), &[]).pagination, None);
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_place() {
        let check = |answer: Value, keys: &[&str], path: &str, why: &str| {
            let error = read::<u32>(answer.to_string().as_bytes(), keys).unwrap_err();
            assert_eq!(error.path, path);
            assert!(
                error.source.to_string().starts_with(why),
                "{}",
                error.source
            );
        };
        check(json!({}), &[], ".", "missing field `data`");
        check(
            json!([]),
            &[],
            ".",
            "invalid type: sequence, expected an object",
        );
        check(
            json!({"data": null}),
            &[],
            "data",
            "invalid type: null, expected a list",
        );
        check(
            json!({"data": {}}),
            &["numbers"],
            "data",
            "missing field `numbers`",
        );
        check(
            json!({"data": {"numbers": [1, "x"]}}),
            &["numbers"],
            "data.numbers[1]",
            "invalid type: string, expected u32",
        );
    }
}
