//! A list in pages, as one stream.

use super::error::{Error, PageError};
use super::problem::Problem;
use futures::{Stream, StreamExt, TryStreamExt, stream, stream::BoxStream};
use std::{
    collections::HashSet,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// One page of a list.
pub trait Page: Send + 'static {
    /// What the list is of.
    type Item: Send + 'static;
    /// Where the list goes on. None, or an empty text, on the last page.
    fn next_cursor(&self) -> Option<&str>;
    /// What this page holds.
    fn into_items(self) -> Vec<Self::Item>;
}

/// The pages of a list, one call for each, made as they are asked for.
///
/// It follows the cursor of each page for as long as there is one, past pages that hold nothing. A
/// cursor that comes a second time ends it with [`Error::Page`]: such a list would go on forever.
/// It ends after its first error.
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Pages<T, P: Problem>(BoxStream<'static, Result<T, Error<P>>>);

/// The items of a list, over all its pages.
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Items<I, P: Problem>(BoxStream<'static, Result<I, Error<P>>>);

/// What asks for the next page.
struct Walk<F> {
    fetch: F,
    operation: &'static str,
    cursor: Option<String>,
    seen: HashSet<String>,
    done: bool,
}

impl<T: Page, P: Problem> Pages<T, P> {
    /// A list whose pages `fetch` asks for: with no cursor first, then with that of the page before.
    pub fn new<F, Answer>(operation: &'static str, fetch: F) -> Self
    where
        F: FnMut(Option<String>) -> Answer + Send + 'static,
        Answer: Future<Output = Result<T, Error<P>>> + Send + 'static,
    {
        let walk = Walk {
            fetch,
            operation,
            cursor: None,
            seen: HashSet::new(),
            done: false,
        };
        Self(stream::unfold(walk, Walk::step).boxed())
    }

    /// The same list, item by item.
    pub fn items(self) -> Items<T::Item, P> {
        let items = self
            .0
            .map_ok(|page| stream::iter(page.into_items().into_iter().map(Ok)));
        Items(items.try_flatten().boxed())
    }
}

impl<F> Walk<F> {
    async fn step<T, P, Answer>(mut self) -> Option<(Result<T, Error<P>>, Self)>
    where
        T: Page,
        P: Problem,
        F: FnMut(Option<String>) -> Answer,
        Answer: Future<Output = Result<T, Error<P>>>,
    {
        if self.done {
            return None;
        }
        let page = (self.fetch)(self.cursor.clone()).await;
        let result = page.and_then(|page| {
            let next = page.next_cursor().filter(|next| !next.is_empty());
            let Some(next) = next.map(str::to_owned) else {
                self.done = true;
                return Ok(page);
            };
            if !self.seen.insert(next.clone()) {
                return Err(Error::Page(PageError::new(self.operation, &next)));
            }
            self.cursor = Some(next);
            Ok(page)
        });
        self.done |= result.is_err();
        Some((result, self))
    }
}

impl<I: Send + 'static, P: Problem> Items<I, P> {
    /// All that is left of the list.
    ///
    /// # Errors
    ///
    /// The first error of any page; what came before it is dropped.
    pub async fn collect_all(self) -> Result<Vec<I>, Error<P>> {
        self.0.try_collect().await
    }
}

impl<T, P: Problem> Stream for Pages<T, P> {
    type Item = Result<T, Error<P>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<I, P: Problem> Stream for Items<I, P> {
    type Item = Result<I, Error<P>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<T, P: Problem> fmt::Debug for Pages<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

impl<I, P: Problem> fmt::Debug for Items<I, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::Error;
    use super::super::problem::AnyProblem;
    use super::{Page, Pages};
    use futures::{FutureExt as _, StreamExt as _, future::ready};
    use std::sync::{Arc, Mutex};

    struct Numbers(Vec<u32>, Option<&'static str>);

    impl Page for Numbers {
        type Item = u32;

        fn next_cursor(&self) -> Option<&str> {
            self.1
        }

        fn into_items(self) -> Vec<u32> {
            self.0
        }
    }

    type Script = Vec<(&'static [u32], Option<&'static str>)>;
    type Asked = Arc<Mutex<Vec<Option<String>>>>;

    /// Pages by script, and the cursors they were asked for with.
    fn pages(script: Script) -> (Pages<Numbers, AnyProblem>, Asked) {
        let asked = Asked::default();
        let log = Arc::clone(&asked);
        let mut script = script.into_iter();
        let pages = Pages::new("list_numbers", move |cursor| {
            log.lock().unwrap().push(cursor);
            let (items, next) = script.next().unwrap();
            ready(Ok(Numbers(items.to_vec(), next)))
        });
        (pages, asked)
    }

    type Read = Result<Vec<u32>, Error<AnyProblem>>;

    fn all(script: Script) -> (Read, Vec<Option<String>>) {
        let (pages, asked) = pages(script);
        let result = pages.items().collect_all().now_or_never().unwrap();
        let asked = asked.lock().unwrap().clone();
        (result, asked)
    }

    #[test]
    fn it_goes_on_past_an_empty_page_for_as_long_as_there_is_a_cursor() {
        let (result, asked) = all(vec![
            (&[1, 2], Some("a")),
            (&[], Some("b")),
            (&[3], Some("")),
        ]);
        assert_eq!(result.unwrap(), [1, 2, 3]);
        assert_eq!(asked, [None, Some("a".to_owned()), Some("b".to_owned())]);
    }

    #[test]
    fn a_cursor_that_comes_again_is_an_error_and_no_further_call() {
        let (result, asked) = all(vec![
            (&[1], Some("a")),
            (&[2], Some("b")),
            (&[3], Some("a")),
        ]);
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains("`list_numbers`") && error.contains("`a`"),
            "{error}"
        );
        assert_eq!(asked.len(), 3);
    }

    #[test]
    fn nothing_is_asked_for_before_it_is_wanted() {
        let (pages, asked) = pages(vec![(&[1], Some("a")), (&[2], None)]);
        let mut items = pages.items();
        assert!(asked.lock().unwrap().is_empty());
        let first = items.next().now_or_never().unwrap();
        assert_eq!(first.unwrap().unwrap(), 1);
        assert_eq!(asked.lock().unwrap().len(), 1);
    }

    #[test]
    fn it_ends_after_its_first_error() {
        let mut items = Pages::<Numbers, AnyProblem>::new("list_numbers", |_| {
            ready(Err(Error::Config(super::super::ConfigError::new("no"))))
        })
        .items();
        assert!(items.next().now_or_never().unwrap().unwrap().is_err());
        assert!(items.next().now_or_never().unwrap().is_none());
    }
}
