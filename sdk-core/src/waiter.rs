//! A wait that is set up first and awaited then.

use super::wait::{FirstLook, Pace, Progress, Trouble, Verdict, WaitError, until};
use futures::future::BoxFuture;
use std::{fmt, future::Future, future::IntoFuture, time::Duration};

type Look<T, E> = Box<dyn FnMut() -> BoxFuture<'static, Result<T, E>> + Send>;

/// A wait: `.await` it, or set options first. Dropping it ends the wait and changes nothing.
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<'a, T, E> {
    /// What is waited for, for `Debug`.
    subject: String,
    pace: Pace,
    look: Look<T, E>,
    judge: Box<dyn FnMut(&T) -> Verdict + Send>,
    trouble: fn(&E) -> Trouble,
    progress: Box<dyn FnMut(&Progress) + Send + 'a>,
}

impl<T, E> Wait<'_, T, E> {
    /// Waits until `judge` is satisfied with what `look` gives.
    pub fn new<F>(
        subject: impl Into<String>,
        pace: Pace,
        mut look: impl FnMut() -> F + Send + 'static,
        judge: impl FnMut(&T) -> Verdict + Send + 'static,
        trouble: fn(&E) -> Trouble,
    ) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        Self {
            subject: subject.into(),
            pace,
            look: Box::new(move || Box::pin(look())),
            judge: Box::new(judge),
            trouble,
            progress: Box::new(|_| {}),
        }
    }

    /// The time between two looks. Each look is a call and counts against the rate limit.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.pace.interval = interval;
        self
    }

    /// How long to wait until [`WaitError::GaveUp`].
    pub fn max_wait(mut self, max_wait: Duration) -> Self {
        self.pace.max_wait = max_wait;
        self
    }

    /// When to look for the first time. After an accepted change the first answers may be from before it.
    pub fn first_look(mut self, first_look: FirstLook) -> Self {
        self.pace.first_look = first_look;
        self
    }

    /// Is told of every look that was not the last.
    pub fn on_progress<'b>(self, progress: impl FnMut(&Progress) + Send + 'b) -> Wait<'b, T, E> {
        Wait {
            subject: self.subject,
            pace: self.pace,
            look: self.look,
            judge: self.judge,
            trouble: self.trouble,
            progress: Box::new(progress),
        }
    }

    /// Waits. The same as awaiting it, without the boxed future.
    ///
    /// # Errors
    ///
    /// Every [`WaitError`] variant.
    pub async fn send(self) -> Result<T, WaitError<E>>
    where
        E: fmt::Display,
    {
        until(
            self.pace,
            self.look,
            self.judge,
            self.trouble,
            self.progress,
        )
        .await
    }
}

impl<'a, T: Send + 'a, E: fmt::Display + Send + 'a> IntoFuture for Wait<'a, T, E> {
    type Output = Result<T, WaitError<E>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, E> fmt::Debug for Wait<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("subject", &self.subject)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}
