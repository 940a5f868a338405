//! An operation as data: what generated code says of a call, and nothing more.

use super::problem::Problem;

/// Whether sending an operation twice has the same effect as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It may be repeated after any lost answer.
    Safe,
    /// It may be repeated only when the first request cannot have been accepted.
    Unsafe,
}

/// One operation of an API, as its description gives it.
#[derive(Debug)]
pub struct Operation {
    /// The operation id of the description in snake case, e.g. `create_pod` for `createPod`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path template, e.g. `/v2/pods/{id}`.
    pub path: &'static str,
    /// The path template that names the team first, where the operation has such a twin.
    pub team_path: Option<&'static str>,
    /// Whether the operation may be repeated.
    pub repeat: Repeat,
    /// Where the items stand in an answer that is a list: the keys that lead to them.
    pub items_at: &'static [&'static str],
    /// How the next page of a list is asked for.
    pub paging: Paging,
}

/// The query parameters by which a list is asked to go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// The one that takes the cursor of the page before.
    pub cursor: Option<&'static str>,
    /// The one that takes the number of the page, from 1.
    pub page: Option<&'static str>,
}

impl Operation {
    /// An operation that is no list and has one path.
    #[must_use]
    pub const fn new(
        id: &'static str,
        method: http::Method,
        path: &'static str,
        repeat: Repeat,
    ) -> Self {
        Self {
            id,
            method,
            path,
            team_path: None,
            repeat,
            items_at: &[],
            paging: Paging {
                cursor: None,
                page: None,
            },
        }
    }

    /// The same operation with a path that names the team first.
    #[must_use]
    pub const fn in_team(mut self, path: &'static str) -> Self {
        self.team_path = Some(path);
        self
    }

    /// The same operation with the keys that lead to the items of its answer.
    #[must_use]
    pub const fn items_at(mut self, keys: &'static [&'static str]) -> Self {
        self.items_at = keys;
        self
    }

    /// The same operation with a parameter for the cursor of the page before.
    #[must_use]
    pub const fn cursor(mut self, parameter: &'static str) -> Self {
        self.paging.cursor = Some(parameter);
        self
    }

    /// The same operation with a parameter for the number of the page.
    #[must_use]
    pub const fn page(mut self, parameter: &'static str) -> Self {
        self.paging.page = Some(parameter);
        self
    }

    /// Whether the operation only reads, so that no call of it can leave anything behind.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.method.is_safe()
    }
}

/// One API: its name in messages and how its errors look.
pub trait Api: Send + Sync + 'static {
    /// The name used in error messages, e.g. `RunPod`.
    const NAME: &'static str;
    /// The response header that names a request for the vendor's support desk.
    const REQUEST_ID_HEADER: &'static str = "x-request-id";
    /// The body of an error answer.
    type Problem: Problem;
    /// The keys of requests below which every text is a secret: an error answer that repeats one does not
    /// show it.
    const SECRETS: &'static [&'static str] = &[];
    /// Whether an answer with this status and body is a refusal for want of capacity: another type, place or
    /// time may do. It is asked before anything in the body is masked.
    fn is_no_capacity(_status: http::StatusCode, _problem: &Self::Problem) -> bool {
        false
    }
}
