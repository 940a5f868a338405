//! A list in pages, as one stream.

use super::error::{Error, PageError};
use super::operation::Operation;
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
    /// Whether the API says that there is another page, cursor or not.
    fn goes_on(&self) -> bool {
        false
    }
    /// Whether this page holds nothing.
    fn is_empty(&self) -> bool;
    /// What this page holds.
    fn into_items(self) -> Vec<Self::Item>;
}

/// Which page of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The one the caller asked for.
    First,
    /// The one after the page this cursor came with.
    Cursor(String),
    /// So many pages after the first.
    Later(u64),
}

/// The pages of a list, one call for each, made as they are asked for.
///
/// It follows the cursor of each page for as long as there is one, past pages that hold nothing.
/// Where there is none and the API says that the list goes on, it asks for the next page by its
/// number. A list that would go on forever ends with [`Error::Page`]: a cursor that comes a second
/// time, two numbered pages without an item after each other, and a next page that the operation has
/// no parameter for. It ends after its first error.
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Pages<T, P: Problem>(BoxStream<'static, Result<T, Error<P>>>);

/// The items of a list, over all its pages.
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Items<I, P: Problem>(BoxStream<'static, Result<I, Error<P>>>);

/// What asks for the next page.
struct Walk<F> {
    fetch: F,
    operation: &'static Operation,
    place: Place,
    seen: HashSet<String>,
    /// How many pages were asked for by their number.
    numbered: u64,
    /// Whether the page before was asked for by its number and held nothing.
    last_was_empty: bool,
    done: bool,
}

impl<T: Page, P: Problem> Pages<T, P> {
    /// A list whose pages `fetch` asks for.
    pub(crate) fn new<F, Answer>(operation: &'static Operation, fetch: F) -> Self
    where
        F: FnMut(Place) -> Answer + Send + 'static,
        Answer: Future<Output = Result<T, Error<P>>> + Send + 'static,
    {
        let walk = Walk {
            fetch,
            operation,
            place: Place::First,
            seen: HashSet::new(),
            numbered: 0,
            last_was_empty: false,
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
        F: FnMut(Place) -> Answer,
        Answer: Future<Output = Result<T, Error<P>>>,
    {
        if self.done {
            return None;
        }
        let page = (self.fetch)(self.place.clone()).await;
        let result = page.and_then(|page| match self.next(&page) {
            Ok(Some(next)) => {
                self.place = next;
                Ok(page)
            }
            Ok(None) => {
                self.done = true;
                Ok(page)
            }
            Err(error) => Err(Error::Page(error)),
        });
        self.done |= result.is_err();
        Some((result, self))
    }

    /// Where the list goes on after `page`; `None` after the last.
    fn next<T: Page>(&mut self, page: &T) -> Result<Option<Place>, PageError> {
        let paging = self.operation.paging;
        let cursor = page.next_cursor().filter(|next| !next.is_empty());
        if let (Some(cursor), Some(_)) = (cursor, paging.cursor) {
            if !self.seen.insert(cursor.to_owned()) {
                let reason = format!("the cursor `{cursor}` came twice");
                return Err(PageError::new(self.operation.id, &reason));
            }
            return Ok(Some(Place::Cursor(cursor.to_owned())));
        }
        if cursor.is_none() && !page.goes_on() {
            return Ok(None);
        }
        if paging.page.is_none() {
            let reason = "there is a next page, and nothing to ask for it with";
            return Err(PageError::new(self.operation.id, reason));
        }
        let empty = page.is_empty() && matches!(self.place, Place::Later(_));
        if empty && self.last_was_empty {
            let reason = "two pages without an item, and a next one again";
            return Err(PageError::new(self.operation.id, reason));
        }
        self.last_was_empty = empty;
        self.numbered += 1;
        Ok(Some(Place::Later(self.numbered)))
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
    use super::super::operation::{Operation, Repeat};
    use super::super::problem::AnyProblem;
    use super::{Page, Pages, Place};
    use futures::{FutureExt as _, StreamExt as _, future::ready};
    use std::sync::{Arc, Mutex};

    static BY_CURSOR: Operation =
        Operation::new("list_numbers", http::Method::GET, "/", Repeat::Safe).cursor("cursor");
    static BY_NUMBER: Operation =
        Operation::new("list_numbers", http::Method::GET, "/", Repeat::Safe).page("page");

    struct Numbers(Vec<u32>, Next);

    /// What a page says of the next one.
    #[derive(Clone, Copy, PartialEq)]
    enum Next {
        None,
        Cursor(&'static str),
        Some,
    }

    impl Page for Numbers {
        type Item = u32;

        fn next_cursor(&self) -> Option<&str> {
            match self.1 {
                Next::Cursor(cursor) => Some(cursor),
                Next::None | Next::Some => None,
            }
        }

        fn goes_on(&self) -> bool {
            self.1 == Next::Some
        }

        fn is_empty(&self) -> bool {
            self.0.is_empty()
        }

        fn into_items(self) -> Vec<u32> {
            self.0
        }
    }

    type Script = Vec<(&'static [u32], Next)>;
    type Asked = Arc<Mutex<Vec<Place>>>;

    /// Pages by script, and the places they were asked for.
    fn pages(operation: &'static Operation, script: Script) -> (Pages<Numbers, AnyProblem>, Asked) {
        let asked = Asked::default();
        let log = Arc::clone(&asked);
        let mut script = script.into_iter();
        let pages = Pages::new(operation, move |place| {
            log.lock().unwrap().push(place);
            let (items, next) = script.next().unwrap();
            ready(Ok(Numbers(items.to_vec(), next)))
        });
        (pages, asked)
    }

    type Read = Result<Vec<u32>, Error<AnyProblem>>;

    fn all(operation: &'static Operation, script: Script) -> (Read, Vec<Place>) {
        let (pages, asked) = pages(operation, script);
        let result = pages.items().collect_all().now_or_never().unwrap();
        let asked = asked.lock().unwrap().clone();
        (result, asked)
    }

    #[test]
    fn it_goes_on_past_an_empty_page_for_as_long_as_there_is_a_cursor() {
        let script: Script = vec![
            (&[1, 2], Next::Cursor("a")),
            (&[], Next::Cursor("b")),
            (&[3], Next::Cursor("")),
        ];
        let (result, asked) = all(&BY_CURSOR, script);
        assert_eq!(result.unwrap(), [1, 2, 3]);
        let cursor = |text: &str| Place::Cursor(text.to_owned());
        assert_eq!(asked, [Place::First, cursor("a"), cursor("b")]);
    }

    #[test]
    fn a_list_without_cursors_goes_on_by_the_number_of_the_page() {
        let script: Script = vec![
            (&[1], Next::Some),
            // Not a parameter of this list.
            (&[], Next::Cursor("a")),
            (&[2], Next::None),
        ];
        let (result, asked) = all(&BY_NUMBER, script);
        assert_eq!(result.unwrap(), [1, 2]);
        assert_eq!(asked, [Place::First, Place::Later(1), Place::Later(2)]);
    }

    #[test]
    fn a_list_that_would_go_on_forever_is_an_error_and_no_further_call() {
        let check = |operation, script: Script, reason: &str| {
            let calls = script.len();
            let (result, asked) = all(operation, script);
            let error = result.unwrap_err().to_string();
            assert!(
                error.contains("`list_numbers`") && error.contains(reason),
                "{error}"
            );
            assert_eq!(asked.len(), calls);
        };
        let turn: Script = vec![
            (&[1], Next::Cursor("a")),
            (&[2], Next::Cursor("b")),
            (&[3], Next::Cursor("a")),
        ];
        check(&BY_CURSOR, turn, "`a` came twice");
        check(
            &BY_CURSOR,
            vec![(&[1], Next::Some)],
            "nothing to ask for it with",
        );
        let empty: Script = vec![(&[], Next::Some), (&[], Next::Some), (&[], Next::Some)];
        check(&BY_NUMBER, empty, "two pages without an item");
    }

    #[test]
    fn nothing_is_asked_for_before_it_is_wanted() {
        let script: Script = vec![(&[1], Next::Cursor("a")), (&[2], Next::None)];
        let (pages, asked) = pages(&BY_CURSOR, script);
        let mut items = pages.items();
        assert!(asked.lock().unwrap().is_empty());
        let first = items.next().now_or_never().unwrap();
        assert_eq!(first.unwrap().unwrap(), 1);
        assert_eq!(asked.lock().unwrap().len(), 1);
    }

    #[test]
    fn it_ends_after_its_first_error() {
        let mut items = Pages::<Numbers, AnyProblem>::new(&BY_CURSOR, |_| {
            ready(Err(Error::Config(super::super::ConfigError::new("no"))))
        })
        .items();
        assert!(items.next().now_or_never().unwrap().unwrap().is_err());
        assert!(items.next().now_or_never().unwrap().is_none());
    }
}
