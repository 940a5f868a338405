//! A stream of events that goes on after a break.

use super::error::{BrokenStream, Error};
use super::events::{Event, EventError, EventLimits, events};
use super::given::Given;
use super::problem::Problem;
use super::retry::RetryPolicy;
use super::stream::ByteStream;
use super::wait::{Trouble, trouble_of};
use futures::{Stream, StreamExt, future::BoxFuture, stream::BoxStream};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout_at};

/// How a stream of events is followed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Follow {
    /// How often in a row a stream that brought nothing new is opened again, and how soon. The number
    /// of attempts begins anew with every new event. A server that asks for time is given it, up to
    /// `max_server_delay`; beyond that the stream ends with its refusal.
    pub reconnect: RetryPolicy,
    /// The longest silence before the connection counts as dead. Comments that keep it alive count as
    /// life.
    pub silence: Duration,
    /// Ends the stream, without an error, once this long has passed without a new event. The time runs
    /// on when the server ends a connection, and begins anew with the next one when a connection breaks.
    pub until_idle: Option<Duration>,
    /// The largest event, in bytes.
    pub max_event: usize,
}

impl Default for Follow {
    /// Six connections in a row that bring nothing, from 0.5 s up to 8 s apart; 90 s of silence; no end
    /// of its own; 1 MiB for an event.
    fn default() -> Self {
        Self {
            reconnect: RetryPolicy {
                max_attempts: 6,
                ..RetryPolicy::default()
            },
            silence: Duration::from_secs(90),
            until_idle: None,
            max_event: 1 << 20,
        }
    }
}

/// Events over any number of connections, in order, each once.
///
/// After a break it connects anew with the id of the last event, and drops what it has given before.
/// It ends with an error when the API refuses, or when connections break time after time; without one
/// when the server ends them time after time, or when nothing new comes for `until_idle`. Dropping it
/// ends the connection.
#[must_use = "nothing is asked for until the stream is polled"]
pub struct Events<P: Problem>(BoxStream<'static, Result<Event, Error<P>>>);

/// How a connection is made: with the id of the last event, if there was one.
type Connect<P> =
    Box<dyn FnMut(Option<String>) -> BoxFuture<'static, Result<ByteStream, Error<P>>> + Send>;

struct State<P: Problem> {
    connect: Connect<P>,
    follow: Follow,
    operation: &'static str,
    live: Option<BoxStream<'static, Result<Event, EventError>>>,
    last_id: Option<String>,
    given: Given,
    /// Connections in a row that brought nothing new.
    fruitless: u32,
    connected_before: bool,
    idle_at: Option<Instant>,
    done: bool,
}

/// What happened in one turn.
enum Turn<P: Problem> {
    New(Event),
    /// Nothing to give: the next turn.
    Again,
    /// The connection is over, for this reason if it broke.
    Ended(Option<EventError>),
    Refused(Error<P>),
    Idle,
}

impl<P: Problem> Events<P> {
    /// Follows what `connect` opens. It is given the id of the last event.
    pub fn new<F>(
        operation: &'static str,
        follow: Follow,
        last_id: Option<String>,
        connect: F,
    ) -> Self
    where
        F: FnMut(Option<String>) -> BoxFuture<'static, Result<ByteStream, Error<P>>>
            + Send
            + 'static,
    {
        let state = State {
            connect: Box::new(connect),
            follow,
            operation,
            live: None,
            last_id,
            given: Given::default(),
            fruitless: 0,
            connected_before: false,
            idle_at: None,
            done: false,
        };
        Self(futures::stream::unfold(state, State::next).boxed())
    }
}

impl<P: Problem> State<P> {
    async fn next(mut self) -> Option<(Result<Event, Error<P>>, Self)> {
        loop {
            if self.done {
                return None;
            }
            let error = match self.turn().await {
                Turn::New(event) => return Some((Ok(event), self)),
                Turn::Again => continue,
                Turn::Idle => return None,
                Turn::Refused(error) if self.connected_before && may_pass(&error) => Some(error),
                Turn::Refused(error) => {
                    self.done = true;
                    return Some((Err(error), self));
                }
                Turn::Ended(reason) => reason.map(|reason| self.broken(reason)),
            };
            self.live = None;
            self.fruitless += 1;
            if error.is_some() {
                // What is stored may not have been read to its end.
                self.idle_at = None;
            }
            let asked = error.as_ref().and_then(Error::retry_after);
            let Some(pause) = pause(&self.follow.reconnect, self.fruitless, asked) else {
                self.done = true;
                return error.map(|error| (Err(error), self));
            };
            if self.idle_at.is_some_and(|at| Instant::now() + pause >= at) {
                return None;
            }
            tracing::debug!(
                operation_id = self.operation,
                delay_ms = pause.as_millis(),
                "the stream of events ended, connecting anew"
            );
            sleep(pause).await;
        }
    }

    async fn turn(&mut self) -> Turn<P> {
        let Some(live) = &mut self.live else {
            return self.open().await;
        };
        match before(self.idle_at, live.next()).await {
            None => Turn::Idle,
            Some(Some(Ok(event))) => self.take(event),
            Some(Some(Err(reason))) => Turn::Ended(Some(reason)),
            Some(None) => Turn::Ended(None),
        }
    }

    async fn open(&mut self) -> Turn<P> {
        let connecting = (self.connect)(self.last_id.clone());
        match before(self.idle_at, connecting).await {
            None => Turn::Idle,
            Some(Ok(body)) => {
                let limits = EventLimits {
                    silence: self.follow.silence,
                    event: self.follow.max_event,
                };
                self.live = Some(events(body, limits).boxed());
                self.connected_before = true;
                self.given.next_connection();
                if self.idle_at.is_none() {
                    self.restart_idle();
                }
                Turn::Again
            }
            Some(Err(error)) => Turn::Refused(error),
        }
    }

    fn take(&mut self, event: Event) -> Turn<P> {
        if let Some(id) = &event.id {
            self.last_id = Some(id.clone());
        }
        if event.data.is_empty() || !self.given.is_new(&event) {
            return Turn::Again;
        }
        self.fruitless = 0;
        self.restart_idle();
        Turn::New(event)
    }

    fn restart_idle(&mut self) {
        self.idle_at = self.follow.until_idle.map(|idle| Instant::now() + idle);
    }

    fn broken(&self, reason: EventError) -> Error<P> {
        Error::Stream(Box::new(BrokenStream::new(self.operation, reason)))
    }
}

/// What comes of `work`; `None` when there is an end and it comes first.
async fn before<T>(end: Option<Instant>, work: impl Future<Output = T>) -> Option<T> {
    match end {
        Some(end) => timeout_at(end, work).await.ok(),
        None => Some(work.await),
    }
}

fn may_pass<P: Problem>(error: &Error<P>) -> bool {
    trouble_of(error) == Trouble::Passing
}

/// How long to wait before connecting anew: at least for as long as the server asked. None when it was
/// tried often enough, or when the server asks for more time than it is given.
fn pause(policy: &RetryPolicy, fruitless: u32, asked: Option<Duration>) -> Option<Duration> {
    let asked = asked.unwrap_or_default();
    let goes_on = fruitless < policy.max_attempts && asked <= policy.max_server_delay;
    goes_on.then(|| asked.max(policy.delay(fruitless, fastrand::f64())))
}

impl<P: Problem> Stream for Events<P> {
    type Item = Result<Event, Error<P>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<P: Problem> fmt::Debug for Events<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer_error::{ApiError, RawAnswer};
    use super::super::error::{ConfigError, Error};
    use super::super::problem::AnyProblem;
    use super::super::rate_limit::RateLimits;
    use super::super::retry::RetryPolicy;
    use super::super::stream::ByteStream;
    use super::{Events, Follow};
    use futures::{FutureExt as _, StreamExt as _, future::ready, stream};
    use std::sync::{Arc, Mutex};
    use std::{io, time::Duration};

    /// One connection: what it brings, and how it ends.
    #[derive(Clone, Copy)]
    enum Connection {
        Ends(&'static str),
        Breaks(&'static str),
        Stays(&'static str),
        Refused,
        /// 429, with this `Retry-After` in seconds.
        TooMany(u64),
    }
    use Connection::{Breaks, Ends, Refused, Stays, TooMany};

    fn too_many(seconds: u64) -> Error<AnyProblem> {
        Error::Api(Box::new(ApiError {
            api: "test",
            operation: "log",
            status: http::StatusCode::TOO_MANY_REQUESTS,
            problem: None,
            no_capacity: false,
            excerpt: String::new(),
            raw: RawAnswer::default(),
            request_id: None,
            retry_after: Some(Duration::from_secs(seconds)),
            rate_limits: RateLimits::default(),
            may_have_taken_effect: false,
            retryable: true,
        }))
    }

    /// Data of the events, whether it ended with an error, and the ids it connected with.
    async fn run(
        follow: Follow,
        script: &'static [Connection],
    ) -> (Vec<String>, bool, Vec<Option<String>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let mut script = script.iter();
        let events = Events::<AnyProblem>::new("log", follow, None, move |id| {
            log.lock().unwrap().push(id);
            let text = |text: &'static str| stream::once(ready(Ok(text.into())));
            let body = match *script.next().unwrap_or(&Ends("")) {
                Ends(sent) => ByteStream::of(text(sent)),
                Breaks(sent) => ByteStream::of(
                    text(sent).chain(stream::once(ready(Err(io::Error::other("reset"))))),
                ),
                Stays(sent) => ByteStream::of(text(sent).chain(stream::pending())),
                Refused => return ready(Err(Error::Config(ConfigError::new("no")))).boxed(),
                TooMany(seconds) => return ready(Err(too_many(seconds))).boxed(),
            };
            ready(Ok(body)).boxed()
        });
        let all: Vec<_> = events.collect().await;
        let failed = all.iter().any(Result::is_err);
        let data = all
            .into_iter()
            .filter_map(Result::ok)
            .map(|event| event.data);
        let asked = asked.lock().unwrap().clone();
        (data.collect(), failed, asked)
    }

    fn follow(attempts: u32) -> Follow {
        Follow {
            reconnect: RetryPolicy {
                max_attempts: attempts,
                ..RetryPolicy::default()
            },
            ..Follow::default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_break_it_goes_on_from_the_last_id_and_repeats_nothing() {
        let (data, _, asked) = run(
            follow(2),
            &[
                Breaks("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\n\n"),
                Ends("id: 2\ndata: b\n\nid: 4\ndata: c\n\n"),
            ],
        )
        .await;
        assert_eq!(data, ["a", "b", "c"]);
        assert_eq!(asked[..2], [None, Some("3".to_owned())]);
        assert_eq!(asked[2], Some("4".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn equal_ids_of_one_connection_and_no_ids_are_no_repetition() {
        let (data, ..) = run(
            follow(1),
            &[Ends(
                "id: t\ndata: a\n\nid: t\ndata: b\n\nid: t\ndata: b\n\ndata: x\n\ndata: x\n\n",
            )],
        )
        .await;
        assert_eq!(data, ["a", "b", "b", "x", "x"]);
    }

    #[tokio::test(start_paused = true)]
    async fn connections_that_bring_nothing_end_it_and_new_events_forgive() {
        let (data, failed, asked) = run(follow(3), &[Breaks(""), Breaks(""), Breaks("")]).await;
        assert_eq!((data.len(), failed, asked.len()), (0, true, 3));
        let (_, failed, asked) = run(follow(3), &[Ends(""), Ends(""), Ends("")]).await;
        assert_eq!((failed, asked.len()), (false, 3));
        let (data, _, asked) = run(
            follow(2),
            &[Breaks("id: 1\ndata: a\n\n"), Breaks("id: 2\ndata: b\n\n")],
        )
        .await;
        assert_eq!((data.len(), asked.len()), (2, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_it_at_once() {
        let (_, failed, asked) = run(follow(5), &[Refused]).await;
        assert_eq!((failed, asked.len()), (true, 1));
        let (data, failed, asked) = run(follow(5), &[Ends("data: a\n\n"), Refused]).await;
        assert_eq!((data.len(), failed, asked.len()), (1, true, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nothing_new_comes_if_that_was_asked_for() {
        let idle = Follow {
            until_idle: Some(Duration::from_secs(2)),
            ..Follow::default()
        };
        let begun = tokio::time::Instant::now();
        let (data, failed, asked) = run(idle, &[Stays("data: a\n\n")]).await;
        assert_eq!((data.len(), failed, asked.len()), (1, false, 1));
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_asks_for_time_gets_it_and_one_that_asks_for_too_much_ends_it() {
        let begun = tokio::time::Instant::now();
        let (data, failed, _) = run(
            follow(3),
            &[
                Breaks("id: 1\ndata: a\n\n"),
                TooMany(40),
                Ends("id: 2\ndata: b\n\n"),
                Refused,
            ],
        )
        .await;
        assert_eq!((data.len(), failed), (2, true));
        assert!(begun.elapsed() >= Duration::from_secs(40));
        let begun = tokio::time::Instant::now();
        let (data, failed, asked) = run(follow(9), &[Ends("data: a\n\n"), TooMany(3600)]).await;
        assert_eq!((data.len(), failed, asked.len()), (1, true, 2));
        assert!(begun.elapsed() < Duration::from_secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_closes_after_what_is_stored_does_not_prolong_the_wait_for_more() {
        let idle = Follow {
            until_idle: Some(Duration::from_secs(2)),
            ..follow(99)
        };
        let begun = tokio::time::Instant::now();
        let (data, failed, _) = run(idle, &[Ends("id: 1\ndata: a\n\n")]).await;
        assert_eq!((data.len(), failed), (1, false));
        assert!(begun.elapsed() <= Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_break_is_no_sign_that_nothing_more_is_stored() {
        let idle = Follow {
            until_idle: Some(Duration::from_millis(1)),
            ..follow(9)
        };
        let (data, failed, _) = run(
            idle,
            &[Breaks("id: 1\ndata: a\n\n"), Stays("id: 2\ndata: b\n\n")],
        )
        .await;
        assert_eq!(
            (data, failed),
            (vec!["a".to_owned(), "b".to_owned()], false)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_was_cut_off_is_asked_for_again() {
        let (data, _, asked) = run(
            follow(2),
            &[
                Ends("id: 1\ndata: a\n\nid: 2\ndata: hal"),
                Ends("id: 2\ndata: half no more\n\n"),
            ],
        )
        .await;
        assert_eq!(data, ["a", "half no more"]);
        assert_eq!(asked[1], Some("1".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_replaced() {
        let (data, _, asked) = run(
            follow(2),
            &[Stays("id: 1\ndata: a\n\n"), Ends("id: 2\ndata: b\n\n")],
        )
        .await;
        assert_eq!(data, ["a", "b"]);
        assert_eq!(asked[1], Some("1".to_owned()));
    }
}
