//! One call: what is sent, what comes back, and the options of this call alone.

use super::error::{ConfigError, Error};
use super::operation::{Api, Operation};
use super::page::{Items, Page, Pages, Place};
use super::query::{ListStyle, Query, fill_path};
use super::reply::{Raw, Reply};
use super::response::Response;
use super::retry::RetryPolicy;
use super::transport::Transport;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use std::{
    error::Error as StdError, fmt, fmt::Display, future::IntoFuture, marker::PhantomData,
    time::Duration,
};

/// A call that is ready to be sent: `.await` it, or set options of this call first.
///
/// It borrows nothing. [`send`](Self::send) gives its future, for whatever takes a future and awaits nothing
/// itself: `tokio::spawn(call.send())`, or many at once in a `join_all`.
///
/// Dropping the future cancels the call: its connection is closed or reset, waits between attempts end,
/// nothing is sent any more, and other calls of the client go on. What had been sent may be carried out
/// all the same, so a create that was dropped has to be looked up.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<R, A: Api> {
    transport: Transport<A>,
    parts: Parts,
    reply: PhantomData<fn() -> R>,
}

/// What one attempt after the other is built from.
pub(crate) struct Parts {
    pub(crate) operation: &'static Operation,
    pub(crate) path: String,
    pub(crate) query: Query,
    /// The media type that is asked for, unless a header of the call says another.
    pub(crate) accept: &'static str,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<bytes::Bytes>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    /// The first mistake made while the call was put together.
    pub(crate) mistake: Option<ConfigError>,
}

impl Parts {
    /// The same call once more, and the mistake with the first that is taken.
    fn take(&mut self) -> Self {
        Self {
            operation: self.operation,
            path: self.path.clone(),
            query: self.query.clone(),
            accept: self.accept,
            headers: self.headers.clone(),
            body: self.body.clone(),
            timeout: self.timeout,
            retry: self.retry.clone(),
            mistake: self.mistake.take(),
        }
    }
}

impl<R: Reply, A: Api> Call<R, A> {
    /// A call of an operation, with the values of its path parameters in order.
    pub fn new(
        transport: &Transport<A>,
        operation: &'static Operation,
        path_values: &[&dyn Display],
    ) -> Self {
        let team = transport.team().zip(operation.team_path);
        let filled = match &team {
            None => fill_path(operation.path, path_values),
            Some((team, path)) => {
                let mut values: Vec<&dyn Display> = vec![team];
                values.extend_from_slice(path_values);
                fill_path(path, &values)
            }
        };
        let (path, mistake) = match filled {
            Ok(path) => (path, None),
            Err(bad) => (
                String::new(),
                Some(ConfigError::new(format!("`{}`: {bad}", operation.id))),
            ),
        };
        let parts = Parts {
            operation,
            path,
            query: Query::default(),
            accept: R::ACCEPT,
            headers: HeaderMap::new(),
            body: None,
            timeout: None,
            retry: None,
            mistake,
        };
        Self {
            transport: transport.clone(),
            parts,
            reply: PhantomData,
        }
    }

    /// Adds a query parameter if it is set.
    pub fn query<T: Display>(mut self, name: &str, value: Option<&T>) -> Self {
        if let Some(value) = value {
            self.parts.query.push(name, value);
        }
        self
    }

    /// Adds a list as a query parameter if it is set.
    pub fn query_list<T: Display>(
        mut self,
        name: &str,
        items: Option<&Vec<T>>,
        style: ListStyle,
    ) -> Self {
        if let Some(items) = items {
            self.parts.query.push_list(name, items, style);
        }
        self
    }

    /// Adds a query parameter that holds JSON if it is set.
    pub fn query_json<T: Serialize>(mut self, name: &str, value: Option<&T>) -> Self {
        match value.map(serde_json::to_string) {
            Some(Ok(text)) => self.parts.query.push(name, &text),
            Some(Err(error)) => self.fail(&format!("the parameter `{name}`"), error),
            None => {}
        }
        self
    }

    /// Adds an object as query parameters if it is set: `name[key]=value` when `nested`, else
    /// `key=value`.
    pub fn query_object<T: Serialize>(
        mut self,
        name: &str,
        value: Option<&T>,
        nested: bool,
    ) -> Self {
        match value.map(serde_json::to_value) {
            Some(Ok(value)) => self.parts.query.push_object(nested.then_some(name), &value),
            Some(Err(error)) => self.fail(&format!("the parameter `{name}`"), error),
            None => {}
        }
        self
    }

    /// Sends a header with this call. It replaces a header of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.parts.headers.insert(name, value);
            }
            (Err(error), _) => self.fail(&format!("the header name `{name}`"), error),
            (_, Err(error)) => self.fail(&format!("the value of the header `{name}`"), error),
        }
        self
    }

    /// Sends a header parameter if it is set.
    pub fn header_param<T: Display>(self, name: &str, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.header(name, &value.to_string()),
            None => self,
        }
    }

    /// Sends a list as a header parameter, joined by commas, if it is set.
    pub fn header_list<T: Display>(self, name: &str, items: Option<&Vec<T>>) -> Self {
        match items {
            Some(items) => {
                let items: Vec<_> = items.iter().map(ToString::to_string).collect();
                self.header(name, &items.join(","))
            }
            None => self,
        }
    }

    /// Sends a header parameter that holds JSON if it is set.
    pub fn header_json<T: Serialize>(mut self, name: &str, value: Option<&T>) -> Self {
        match value.map(serde_json::to_string) {
            Some(Ok(text)) => self.header(name, &text),
            Some(Err(error)) => {
                self.fail(&format!("the header `{name}`"), error);
                self
            }
            None => self,
        }
    }

    /// Sends this as the JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body("application/json", bytes),
            Err(error) => {
                self.fail("the request body", error);
                self
            }
        }
    }

    /// Sends this as the JSON body if it is set.
    pub fn json_param<T: Serialize + ?Sized>(self, body: Option<&T>) -> Self {
        match body {
            Some(body) => self.json(body),
            None => self,
        }
    }

    /// Sends the fields of this as a form.
    pub fn form<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        let mut form = Query::default();
        match serde_json::to_value(body) {
            Ok(value) => form.push_object(None, &value),
            Err(error) => self.fail("the request body", error),
        }
        self.body(
            "application/x-www-form-urlencoded",
            form.as_str().to_owned(),
        )
    }

    /// Sends these bytes as the body.
    pub fn body(mut self, content_type: &str, body: impl Into<bytes::Bytes>) -> Self {
        self.parts.body = Some(body.into());
        self.header("content-type", content_type)
    }

    /// Gives up after this long, over all attempts and waits of this call. Of a list over several pages each page
    /// is a call of its own.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.timeout = Some(timeout);
        self
    }

    /// Uses this retry policy for this call.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.parts.retry = Some(policy);
        self
    }

    /// Sends this call once at most, whatever comes of it. It still waits for its quota, and may not be sent at
    /// all for want of it: [`Quota::Ignore`](super::budget::Quota::Ignore) is for calls that must not wait.
    pub fn no_retry(self) -> Self {
        self.retry(RetryPolicy::never())
    }

    /// Gives the body of a success as it came instead of a type: to keep it, or to read what this version
    /// does not know. The same is sent, and an error is the same.
    ///
    /// Status and headers are those of the [`Response`]. A stream of events is read to its end, within the
    /// time of the call.
    pub fn raw(self) -> Call<Raw<R>, A> {
        Call {
            transport: self.transport,
            parts: self.parts,
            reply: PhantomData,
        }
    }

    /// Sends the call. The same as awaiting it, without the boxed future.
    ///
    /// # Errors
    ///
    /// Every [`Error`] variant; see there which of them may have taken effect.
    pub async fn send(self) -> Result<Response<R::Output>, Error<A::Problem>> {
        self.transport.send::<R>(self.parts).await
    }

    /// The pages of a list from this one on, a call for each, made as they are asked for.
    pub fn pages(self) -> Pages<R::Output, A::Problem>
    where
        R::Output: Page,
    {
        let Self {
            transport,
            mut parts,
            ..
        } = self;
        let operation = parts.operation;
        let paging = operation.paging;
        let first_page = paging
            .page
            .and_then(|name| parts.query.get(name)?.parse().ok());
        let first_page: u64 = first_page.unwrap_or(1);
        Pages::new(operation, move |place| {
            let place = match place {
                Place::First => None,
                Place::Cursor(cursor) => paging.cursor.zip(Some(cursor)),
                Place::Later(later) => {
                    let page = first_page.saturating_add(later);
                    paging.page.zip(Some(page.to_string()))
                }
            };
            if let Some((name, value)) = place {
                // A page is asked for by one of the two.
                for name in [paging.cursor, paging.page].into_iter().flatten() {
                    parts.query.remove(name);
                }
                parts.query.push(name, &value);
            }
            let call = parts.take();
            let transport = transport.clone();
            async move { transport.send::<R>(call).await.map(Response::into_inner) }
        })
    }

    /// The items of a list from this page on, over all that follow.
    pub fn items(self) -> Items<<R::Output as Page>::Item, A::Problem>
    where
        R::Output: Page,
    {
        self.pages().items()
    }

    fn fail(&mut self, what: &str, error: impl StdError + Send + Sync + 'static) {
        let message = format!("`{}`: {what} cannot be sent", self.parts.operation.id);
        self.parts
            .mistake
            .get_or_insert(ConfigError::caused_by(message, error));
    }
}

impl<R: Reply, A: Api> IntoFuture for Call<R, A> {
    type Output = Result<Response<R::Output>, Error<A::Problem>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<R, A: Api> fmt::Debug for Call<R, A> {
    /// Neither body nor headers are shown: they hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.parts.operation;
        f.debug_struct("Call")
            .field("operation", &operation.id)
            .field("method", &operation.method)
            .field("path", &self.parts.path)
            .finish_non_exhaustive()
    }
}
