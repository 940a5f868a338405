//! What an answer is read as: JSON, nothing, text, bytes, a stream.

use super::json::from_json;
use super::list::ListPage;
use super::operation::Operation;
use super::stream::ByteStream;
use serde::de::DeserializeOwned;
use std::{error::Error as StdError, marker::PhantomData};

/// What an answer to a call is read as.
pub trait Reply: Send + 'static {
    /// The type of the body.
    type Output: Send + 'static;
    /// The `Accept` header.
    const ACCEPT: &'static str;
    /// Reads a whole successful body of this operation.
    ///
    /// # Errors
    ///
    /// The place in the body and the reason, when it does not fit.
    fn read(body: Body, operation: &Operation) -> Result<Self::Output, Unreadable>;
    /// Whether the body is handed over as it arrives.
    const STREAMED: bool = false;
    /// The media type without which a body is not read, where an answer of another kind could pass for
    /// one of this.
    const MEDIA_TYPE: Option<&'static str> = None;
    /// The output for a resource that our own earlier, unanswered attempt has deleted.
    fn gone() -> Option<Self::Output> {
        None
    }
}

/// The body of a successful answer.
#[derive(Debug)]
pub enum Body {
    /// All of it.
    Whole(bytes::Bytes),
    /// A stream of it.
    Streamed(ByteStream),
}

/// Where and why a body does not fit.
#[derive(Debug)]
pub struct Unreadable {
    pub(crate) path: String,
    pub(crate) source: Box<dyn StdError + Send + Sync>,
}

/// Refuses a body of another media type than the one that is wanted. One that is not named passes.
pub(crate) fn check_media_type<R: Reply>(named: Option<&str>) -> Result<(), Unreadable> {
    let (Some(wanted), Some(named)) = (R::MEDIA_TYPE, named) else {
        return Ok(());
    };
    let essence = named.split(';').next().unwrap_or(named).trim();
    if essence.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let named = super::exchange::visible(named);
    Err(unreadable(
        ".",
        format!("the answer is {named}, not {wanted}"),
    ))
}

impl Body {
    /// The same bytes once more, for an error to keep; nothing of a stream.
    pub(crate) fn kept(&self) -> bytes::Bytes {
        match self {
            Self::Whole(bytes) => bytes.clone(),
            Self::Streamed(_) => bytes::Bytes::new(),
        }
    }

    fn whole(self) -> bytes::Bytes {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Streamed(_) => bytes::Bytes::new(),
        }
    }
}

/// A JSON body of type `T`.
#[derive(Debug)]
pub struct Json<T>(PhantomData<fn() -> T>);

impl<T: DeserializeOwned + Send + 'static> Reply for Json<T> {
    type Output = T;
    const ACCEPT: &'static str = "application/json";

    fn read(body: Body, _operation: &Operation) -> Result<T, Unreadable> {
        from_json(&body.whole())
    }
}

/// A JSON body of type `T`, or none at all.
#[derive(Debug)]
pub struct OptionalJson<T>(PhantomData<fn() -> T>);

impl<T: DeserializeOwned + Send + 'static> Reply for OptionalJson<T> {
    type Output = Option<T>;
    const ACCEPT: &'static str = "application/json";

    fn read(body: Body, _operation: &Operation) -> Result<Option<T>, Unreadable> {
        let body = body.whole();
        if body.is_empty() {
            Ok(None)
        } else {
            from_json(&body).map(Some)
        }
    }

    fn gone() -> Option<Option<T>> {
        Some(None)
    }
}

/// A JSON body that holds a `T` under the key `data`.
#[derive(Debug)]
pub struct Data<T>(PhantomData<fn() -> T>);

#[derive(serde::Deserialize)]
struct Envelope<T> {
    data: T,
}

impl<T: DeserializeOwned + Send + 'static> Reply for Data<T> {
    type Output = T;
    const ACCEPT: &'static str = "application/json";

    fn read(body: Body, _operation: &Operation) -> Result<T, Unreadable> {
        from_json(&body.whole()).map(|envelope: Envelope<T>| envelope.data)
    }
}

/// A JSON body that holds a list of `T` under the key `data`, or under keys inside of it, and perhaps
/// where the list goes on.
#[derive(Debug)]
pub struct List<T>(PhantomData<fn() -> T>);

impl<T: DeserializeOwned + Send + 'static> Reply for List<T> {
    type Output = ListPage<T>;
    const ACCEPT: &'static str = "application/json";

    fn read(body: Body, operation: &Operation) -> Result<ListPage<T>, Unreadable> {
        super::list::read(&body.whole(), operation.items_at)
    }
}

/// No body, or one that says nothing.
#[derive(Debug)]
pub struct Empty;

impl Reply for Empty {
    type Output = ();
    // An error answer still has a body.
    const ACCEPT: &'static str = "application/json";

    fn read(_body: Body, _operation: &Operation) -> Result<(), Unreadable> {
        Ok(())
    }

    fn gone() -> Option<()> {
        Some(())
    }
}

/// A body of plain text.
#[derive(Debug)]
pub struct Text;

impl Reply for Text {
    type Output = String;
    const ACCEPT: &'static str = "text/plain, */*";

    fn read(body: Body, _operation: &Operation) -> Result<String, Unreadable> {
        Ok(String::from_utf8_lossy(&body.whole()).into_owned())
    }
}

/// A body of any other kind, whole.
#[derive(Debug)]
pub struct Bytes;

impl Reply for Bytes {
    type Output = bytes::Bytes;
    const ACCEPT: &'static str = "*/*";

    fn read(body: Body, _operation: &Operation) -> Result<bytes::Bytes, Unreadable> {
        Ok(body.whole())
    }
}

/// What `R` would read, as it came.
#[derive(Debug)]
pub struct Raw<R>(PhantomData<fn() -> R>);

impl<R: Reply> Reply for Raw<R> {
    type Output = bytes::Bytes;
    const ACCEPT: &'static str = R::ACCEPT;

    fn read(body: Body, _operation: &Operation) -> Result<bytes::Bytes, Unreadable> {
        Ok(body.whole())
    }

    fn gone() -> Option<bytes::Bytes> {
        R::gone().map(|_| bytes::Bytes::new())
    }
}

/// Server-sent events, as raw bytes as they arrive.
#[derive(Debug)]
pub struct EventStream;

impl Reply for EventStream {
    type Output = ByteStream;
    const ACCEPT: &'static str = "text/event-stream";
    const STREAMED: bool = true;
    // Lines of a proxy's page would be read as events that say nothing.
    const MEDIA_TYPE: Option<&'static str> = Some("text/event-stream");

    fn read(body: Body, _operation: &Operation) -> Result<ByteStream, Unreadable> {
        match body {
            Body::Streamed(stream) => Ok(stream),
            Body::Whole(_) => Err(Unreadable {
                path: ".".to_owned(),
                source: "the body was read whole".into(),
            }),
        }
    }
}

pub(crate) fn unreadable(
    path: &str,
    source: impl Into<Box<dyn StdError + Send + Sync>>,
) -> Unreadable {
    Unreadable {
        path: path.to_owned(),
        source: source.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{EventStream, Reply, Text, check_media_type};

    #[test]
    fn only_events_are_read_as_events() {
        fn check<R: Reply>(named: Option<&str>, expected: bool) {
            assert_eq!(check_media_type::<R>(named).is_ok(), expected, "{named:?}");
        }
        check::<EventStream>(Some("text/event-stream"), true);
        check::<EventStream>(Some("Text/Event-Stream; charset=utf-8"), true);
        check::<EventStream>(None, true);
        check::<EventStream>(Some("text/html"), false);
        check::<EventStream>(Some(""), false);
        check::<Text>(Some("text/html"), true);
    }
}
