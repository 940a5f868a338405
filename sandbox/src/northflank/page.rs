//! Lists in pages.

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::item::Named;
use crate::problem::Problem;
use crate::reply::Reply;

/// Rows of a page unless `per_page` says otherwise, and at most.
const USUAL: u64 = 50;
const MOST: u64 = 100;

/// A part of a list.
pub(crate) struct Page<'a, T> {
    pub(crate) rows: Vec<&'a T>,
    pagination: Value,
}

impl<'a, T> Page<'a, T> {
    /// The part that a request asks for. `number` gives what rows are in order of, without gaps or with:
    /// a cursor holds the number of the last row, and so outlives it.
    ///
    /// # Errors
    /// 400 for a cursor that this list never gave.
    pub(crate) fn of(
        call: &Call<'_>,
        list: &'a [T],
        number: impl Fn(&T) -> u64,
    ) -> Result<Self, Problem> {
        let parameters = call.parameters();
        let size = parameters.integer("per_page").unwrap_or(USUAL);
        let size = usize::try_from(size.clamp(1, MOST)).unwrap_or(usize::MAX);
        let start = if let Some(cursor) = parameters.text("cursor") {
            let seen = cursor
                .strip_prefix('c')
                .and_then(|hex| u64::from_str_radix(hex, 16).ok())
                .ok_or_else(|| Problem::rule("`cursor` is none of this list"))?;
            list.partition_point(|row| number(row) <= seen)
        } else {
            let page = parameters.integer("page").unwrap_or(1).max(1) - 1;
            usize::try_from(page)
                .unwrap_or(usize::MAX)
                .saturating_mul(size)
        };
        let rows: Vec<&T> = list.iter().skip(start).take(size).collect();
        let more = start.saturating_add(rows.len()) < list.len();
        let mut pagination = json!({ "hasNextPage": more, "count": rows.len() });
        // Clients go on as long as there is a cursor, so the last page has none.
        if let Some(last) = rows.last().filter(|_| more) {
            pagination["cursor"] = json!(format!("c{:x}", number(last)));
        }
        Ok(Self { rows, pagination })
    }

    /// The part of a list of named things.
    ///
    /// # Errors
    /// As [`Page::of`].
    pub(crate) fn named(call: &Call<'_>, list: &'a [T]) -> Result<Self, Problem>
    where
        T: Named,
    {
        Self::of(call, list, |row| row.item().number)
    }

    /// The answer, with the rows under a key of `data`.
    pub(crate) fn reply(self, key: &str, view: impl Fn(&T) -> Value) -> Reply {
        let rows: Vec<Value> = self.rows.iter().map(|row| view(row)).collect();
        self.answer(json!({ key: rows }))
    }

    /// The answer with this `data`.
    pub(crate) fn answer(self, data: Value) -> Reply {
        let mut body = enveloped(data);
        body["pagination"] = self.pagination;
        Reply::ok(body)
    }
}

/// An answer that is no list.
pub(crate) fn data(data: Value) -> Reply {
    Reply::ok(enveloped(data))
}

fn enveloped(data: Value) -> Value {
    Value::Object(Map::from_iter([("data".to_owned(), data)]))
}

/// The answer of an action.
pub(crate) fn done() -> Reply {
    data(json!({}))
}
