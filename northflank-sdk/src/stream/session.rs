//! A running command: its input, and its output as it comes.

use super::address::Subject;
use super::base64_pieces::Base64Pieces;
use super::connect::{Proof, open};
use super::error::{Step, StreamError};
use super::exec::{Exit, TtySize};
use super::frame::{self, ExecContext, ServerFrame};
use super::settings::Streams;
use super::socket::{Incoming, MessageKind, Socket};
use bytes::Bytes;
use futures::{Sink, SinkExt as _, Stream, StreamExt as _};
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{sync::mpsc, time::sleep, time::timeout};
use tokio_tungstenite::tungstenite::Message;

/// How many messages wait in each direction before whoever sends must wait.
const WAITING: usize = 8;

/// How long the reason may take to arrive after the link no longer takes what is written.
const REASON: Duration = Duration::from_secs(2);

/// A running command: a stream of [`SessionEvent`]s, the last of which is its exit or an error.
///
/// Where nobody reads, the command's output is held back; dropping it ends the session.
///
/// ```no_run
/// # async fn example(client: &northflank_sdk::Client) -> Result<(), northflank_sdk::stream::StreamError> {
/// use futures::StreamExt;
/// use northflank_sdk::stream::{SessionEvent, TtySize};
///
/// let size = TtySize { rows: 24, columns: 80 };
/// let mut session = client.services().shell("project", "service", size).start().await?;
/// let input = session.input();
/// input.write("ls\nexit 3\n").await?;
/// while let Some(event) = session.next().await {
///     match event? {
///         SessionEvent::Stdout(bytes) | SessionEvent::Stderr(bytes) => {
///             print!("{}", String::from_utf8_lossy(&bytes));
///         }
///         SessionEvent::Exit(exit) => println!("{exit}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a session ends it"]
pub struct Session {
    events: mpsc::Receiver<Result<SessionEvent, StreamError>>,
    input: SessionInput,
    instance: Option<String>,
    container: Option<String>,
}

/// What comes out of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// Standard output; on a terminal, all output.
    Stdout(Bytes),
    /// Standard error.
    Stderr(Bytes),
    /// The command is over. Nothing comes after it.
    Exit(Exit),
}

/// The input of a session. Clones write to the same one.
#[derive(Clone, Debug)]
pub struct SessionInput(mpsc::Sender<Input>);

/// The session is over, so it takes no input. How it ended is the session's last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session is over")]
pub struct SessionOver;

#[derive(Debug)]
enum Input {
    Piece(Bytes),
    Resize(TtySize),
    End,
}

impl SessionInput {
    /// Writes to the command's input, and waits while the server takes no more.
    ///
    /// # Errors
    ///
    /// [`SessionOver`].
    pub async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), SessionOver> {
        for piece in frame::pieces(bytes.into()) {
            self.send(Input::Piece(piece)).await?;
        }
        Ok(())
    }

    /// Tells the size of the terminal.
    ///
    /// # Errors
    ///
    /// [`SessionOver`].
    pub async fn resize(&self, size: TtySize) -> Result<(), SessionOver> {
        self.send(Input::Resize(size)).await
    }

    /// Ends the command's input. What is written afterwards is dropped.
    ///
    /// # Errors
    ///
    /// [`SessionOver`].
    pub async fn end(&self) -> Result<(), SessionOver> {
        self.send(Input::End).await
    }

    async fn send(&self, input: Input) -> Result<(), SessionOver> {
        self.0.send(input).await.map_err(|_input| SessionOver)
    }
}

impl From<SessionOver> for StreamError {
    fn from(_: SessionOver) -> Self {
        Self::ClosedEarly
    }
}

impl Session {
    pub(crate) async fn open(
        streams: &Streams,
        subject: &Subject,
        context: &ExecContext,
    ) -> Result<Self, StreamError> {
        let base = streams.upgrades().base_url();
        let url = subject.url(streams, base, "/v1/command-exec/", "", &[], &[])?;
        let mut socket = open(streams, &url, Proof::FirstMessage).await?;
        let first = frame::init(streams.token(), Some(context))
            .map_err(|error| StreamError::protocol(error.to_string()))?;
        let (instance, container) = begin(streams, &mut socket, MessageKind::Binary, first).await?;
        let (input, inputs) = mpsc::channel(WAITING);
        let (sender, events) = mpsc::channel(WAITING);
        tokio::spawn(drive(streams.clone(), socket, inputs, sender));
        Ok(Self {
            events,
            input: SessionInput(input),
            instance,
            container,
        })
    }

    /// The command's input.
    pub fn input(&self) -> SessionInput {
        self.input.clone()
    }

    /// The instance that was picked, where the server says so.
    pub fn instance(&self) -> Option<&str> {
        self.instance.as_deref()
    }

    /// The container that was picked, where the server says so.
    pub fn container(&self) -> Option<&str> {
        self.container.as_deref()
    }
}

impl Stream for Session {
    type Item = Result<SessionEvent, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.poll_recv(cx)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("instance", &self.instance)
            .field("container", &self.container)
            .finish_non_exhaustive()
    }
}

/// Sends the first message and waits until it is accepted. Gives the instance and the container.
pub(crate) async fn begin(
    streams: &Streams,
    socket: &mut Socket,
    kind: MessageKind,
    first: Vec<u8>,
) -> Result<(Option<String>, Option<String>), StreamError> {
    let limit = streams.settings().accept_timeout;
    let host = socket.host().to_owned();
    let accepted = async {
        socket.send_first(kind, first).await?;
        loop {
            match next_frame(socket).await? {
                Some(ServerFrame::Accepted {
                    instance,
                    container,
                }) => {
                    return Ok((instance, container));
                }
                Some(ServerFrame::Denied(message)) => return Err(StreamError::Denied { message }),
                Some(ServerFrame::Error(message)) => return Err(StreamError::Server { message }),
                Some(ServerFrame::Unknown(name)) => skipped(&name),
                Some(
                    ServerFrame::StdOut(_)
                    | ServerFrame::StdErr(_)
                    | ServerFrame::Completion(_)
                    | ServerFrame::LogLines(_),
                ) => {
                    return Err(StreamError::protocol("data before the stream was accepted"));
                }
                None => {
                    return Err(StreamError::broken(
                        &host,
                        "it was closed before it was accepted",
                    ));
                }
            }
        }
    };
    let late = |_elapsed| {
        Err(StreamError::TimedOut {
            host: host.clone(),
            waited_for: Step::Accept,
            after: limit,
        })
    };
    let begun = timeout(limit, accepted).await.unwrap_or_else(late);
    begun.map_err(|error| error.without_token(streams))
}

/// The next frame; `None` when the other end closed in order.
pub(crate) async fn next_frame<S>(socket: &mut S) -> Result<Option<ServerFrame>, StreamError>
where
    S: Stream<Item = Result<Incoming, StreamError>> + Unpin,
{
    match socket.next().await {
        Some(Ok(Incoming::Data(message))) => frame::read(&message)
            .map(Some)
            .map_err(StreamError::protocol),
        Some(Ok(Incoming::Closed {
            code: 1000 | 1001 | 1005,
            ..
        }))
        | None => Ok(None),
        Some(Ok(Incoming::Closed { code, reason, host })) => {
            Err(StreamError::closed_with(&host, code, &reason))
        }
        Some(Err(error)) => Err(error),
    }
}

pub(crate) fn skipped(name: &str) {
    tracing::debug!(r#type = name, "skipped a message of an unknown type");
}

/// How a session ended.
enum End {
    Exit(Exit),
    Failed(StreamError),
    /// Nobody reads any more.
    Dropped,
}

/// Runs a session to its end: both directions, in one task.
async fn drive(
    streams: Streams,
    mut socket: Socket,
    inputs: mpsc::Receiver<Input>,
    events: mpsc::Sender<Result<SessionEvent, StreamError>>,
) {
    let end = {
        let (sink, stream) = (&mut socket).split();
        tokio::select! {
            end = read(stream, &events) => end,
            error = write(sink, inputs) => End::Failed(error),
            () = events.closed() => End::Dropped,
        }
    };
    let last = match end {
        End::Exit(exit) => Ok(SessionEvent::Exit(exit)),
        // The other end learns of it by the cut.
        End::Failed(error) => {
            drop(socket);
            let error = error.without_token(&streams);
            drop(events.send(Err(error)).await);
            return;
        }
        End::Dropped => return socket.close().await,
    };
    // Said before the result is given: a program may end as soon as it has it.
    socket.say_goodbye().await;
    drop(events.send(last).await);
    drop(events);
    socket.close().await;
}

async fn read<S>(mut socket: S, events: &mpsc::Sender<Result<SessionEvent, StreamError>>) -> End
where
    S: Stream<Item = Result<Incoming, StreamError>> + Unpin,
{
    let (mut stdout, mut stderr) = (Base64Pieces::default(), Base64Pieces::default());
    loop {
        let decoded = match next_frame(&mut socket).await {
            Ok(Some(ServerFrame::StdOut(text))) => stdout.decode(&text).map(SessionEvent::Stdout),
            Ok(Some(ServerFrame::StdErr(text))) => stderr.decode(&text).map(SessionEvent::Stderr),
            Ok(Some(ServerFrame::Completion(exit))) => {
                let rests = [
                    stdout.finish().map(SessionEvent::Stdout),
                    stderr.finish().map(SessionEvent::Stderr),
                ];
                for rest in rests {
                    if let Some(end) = give(rest, events).await {
                        return end;
                    }
                }
                return End::Exit(exit);
            }
            Ok(Some(ServerFrame::Error(message))) => {
                return End::Failed(StreamError::Server { message });
            }
            Ok(Some(ServerFrame::Unknown(name))) => {
                skipped(&name);
                continue;
            }
            // Told once already, or of another kind of stream.
            Ok(Some(
                ServerFrame::Accepted { .. } | ServerFrame::Denied(_) | ServerFrame::LogLines(_),
            )) => continue,
            Ok(None) => return End::Failed(StreamError::ClosedEarly),
            Err(error) => return End::Failed(error),
        };
        if let Some(end) = give(decoded, events).await {
            return end;
        }
    }
}

/// Hands output on, and waits while nobody takes it.
async fn give(
    decoded: Result<SessionEvent, String>,
    events: &mpsc::Sender<Result<SessionEvent, StreamError>>,
) -> Option<End> {
    let event = match decoded {
        Ok(SessionEvent::Stdout(bytes) | SessionEvent::Stderr(bytes)) if bytes.is_empty() => {
            return None;
        }
        Ok(event) => event,
        Err(what) => return Some(End::Failed(StreamError::protocol(what))),
    };
    events
        .send(Ok(event))
        .await
        .err()
        .map(|_closed| End::Dropped)
}

/// Sends input on. Returns only with a failure.
async fn write<S>(mut socket: S, mut inputs: mpsc::Receiver<Input>) -> StreamError
where
    S: Sink<Message, Error = StreamError> + Unpin,
{
    let mut ended = false;
    while let Some(input) = inputs.recv().await {
        let message = match input {
            Input::Piece(_) | Input::End if ended => continue,
            Input::Piece(piece) => frame::payload(&piece),
            Input::Resize(size) => frame::resize(size),
            Input::End => {
                ended = true;
                frame::INPUT_END.to_owned()
            }
        };
        if let Err(error) = socket.send(Message::Binary(message.into())).await {
            // What the other end said before it stopped taking input tells more.
            sleep(REASON).await;
            return error;
        }
    }
    std::future::pending().await
}
