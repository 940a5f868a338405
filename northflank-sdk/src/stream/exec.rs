//! Commands in containers.

use super::address::Subject;
use super::error::StreamError;
use super::frame::ExecContext;
use super::session::{Session, SessionEvent};
use super::settings::Streams;
use bytes::Bytes;
use futures::{StreamExt as _, future::join};
use sdk_core::ConfigError;
use std::fmt;

/// A command in a container: set options, then [`run`](Self::run) it for its output or
/// [`start`](Self::start) it as a session.
///
/// There is no limit on how long it runs: `tokio::time::timeout` around it is one. Dropping the future
/// closes the connection; whether the command ends with it is not published.
///
/// ```no_run
/// # async fn example(client: &northflank_sdk::Client) -> Result<(), northflank_sdk::stream::StreamError> {
/// let output = client.services().exec("project", "service", ["ls", "-l", "/data"]).run().await?;
/// println!("{}{}", output.stdout_text(), output.exit);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing runs until `run` or `start` is awaited"]
pub struct ExecRequest {
    pub(crate) streams: Streams,
    pub(crate) subject: Subject,
    pub(crate) context: ExecContext,
    stdin: Bytes,
    max_output: usize,
}

/// What a command wrote, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecOutput {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote to standard output. On a terminal, all it wrote.
    pub stdout: Bytes,
    /// What it wrote to standard error.
    pub stderr: Bytes,
    /// The instance it ran in, where the server says so.
    pub instance: Option<String>,
    /// The container it ran in, where the server says so.
    pub container: Option<String>,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    pub(crate) code: Option<i32>,
    pub(crate) status: String,
    pub(crate) message: Option<String>,
}

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TtySize {
    /// Lines.
    pub rows: u16,
    /// Characters of a line.
    pub columns: u16,
}

impl ExecRequest {
    pub(crate) fn new<W: Into<String>>(
        streams: &Streams,
        subject: Subject,
        command: impl IntoIterator<Item = W>,
    ) -> Self {
        let context = ExecContext {
            // Without `none` the server would hand the command to a shell of its own choice.
            shell: Some("none"),
            command: Some(command.into_iter().map(Into::into).collect()),
            encoding: "base64",
            ..ExecContext::default()
        };
        Self {
            streams: streams.clone(),
            subject,
            context,
            stdin: Bytes::new(),
            max_output: 64 << 20,
        }
    }

    /// A login shell on a terminal: bash where there is one, else `sh`.
    pub(crate) fn shell(streams: &Streams, subject: Subject, size: TtySize) -> Self {
        let find = "command -v bash >/dev/null && exec bash -l || exec sh";
        Self::new(streams, subject, ["/bin/sh", "-c", find]).tty(size)
    }

    /// In this instance. Default: any that is running.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.context.instance_name = Some(name.into());
        self
    }

    /// In this container of the instance. Default: any.
    pub fn container(mut self, name: impl Into<String>) -> Self {
        self.context.container_name = Some(name.into());
        self
    }

    /// As this user, by name or number. Default: the image's.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.context.user = Some(user.into());
        self
    }

    /// As this group, by name or number.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.context.group = Some(group.into());
        self
    }

    /// On a terminal of this size. All output then arrives as standard output, and what is written to
    /// the input is typed: 0x03 is Ctrl-C.
    pub fn tty(mut self, size: TtySize) -> Self {
        self.context.tty = true;
        self.context.tty_rows = Some(size.rows);
        self.context.tty_columns = Some(size.columns);
        self
    }

    /// Leaves the choice of a shell to the server instead of naming a command: for images without
    /// `/bin/sh`.
    pub fn server_chosen_shell(mut self) -> Self {
        self.context.command = None;
        self.context.shell = None;
        self
    }

    /// Gives this to [`run`](Self::run)'s command as its input. Default: none.
    pub fn stdin(mut self, input: impl Into<Bytes>) -> Self {
        self.stdin = input.into();
        self
    }

    /// The most output that [`run`](Self::run) collects, in bytes. Default: 64 MiB for each of the two.
    pub fn max_output(mut self, bytes: usize) -> Self {
        self.max_output = bytes;
        self
    }

    /// Runs the command to its end and collects its output. A command that fails is no error: see
    /// [`ExecOutput::exit`].
    ///
    /// Opening the stream is tried again as calls are; what may have run is not run again. Dropping the
    /// future closes the stream; whether that ends the command is the server's affair.
    ///
    /// # Errors
    ///
    /// [`StreamError::Refused`] for a token that may not and for what is not there,
    /// [`StreamError::ClosedEarly`] and [`StreamError::Broken`] when the result of the command is not
    /// known, [`StreamError::TooLarge`] for more output than was allowed.
    pub async fn run(self) -> Result<ExecOutput, StreamError> {
        let limit = self.max_output;
        let stdin = self.stdin.clone();
        let mut session = self.start().await?;
        let input = session.input();
        let feed = async move {
            // A command that is over takes no input: how it ended says more than that.
            if input.write(stdin).await.is_ok() {
                let _over = input.end().await;
            }
        };
        let read = async move {
            let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
            while let Some(event) = session.next().await {
                match event? {
                    SessionEvent::Stdout(bytes) => collect(&mut stdout, &bytes, limit)?,
                    SessionEvent::Stderr(bytes) => collect(&mut stderr, &bytes, limit)?,
                    SessionEvent::Exit(exit) => {
                        return Ok(ExecOutput {
                            exit,
                            stdout: stdout.into(),
                            stderr: stderr.into(),
                            instance: session.instance().map(str::to_owned),
                            container: session.container().map(str::to_owned),
                        });
                    }
                }
            }
            Err(StreamError::ClosedEarly)
        };
        // The session is dropped with `read`, which ends a feed that is under way.
        let (output, ()) = join(read, feed).await;
        output
    }

    /// Starts the command as a session: input, output as it comes, size of the terminal.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run), as far as the beginning goes.
    pub async fn start(self) -> Result<Session, StreamError> {
        let command = self.context.command.as_ref();
        if command.is_some_and(|words| words.first().is_none_or(String::is_empty)) {
            return Err(StreamError::Config(ConfigError::new(
                "the command is empty",
            )));
        }
        Session::open(&self.streams, &self.subject, &self.context).await
    }
}

fn collect(all: &mut Vec<u8>, bytes: &[u8], limit: usize) -> Result<(), StreamError> {
    if all.len() + bytes.len() > limit {
        return Err(StreamError::TooLarge {
            what: "the output of the command",
            limit,
        });
    }
    all.extend_from_slice(bytes);
    Ok(())
}

impl ExecOutput {
    /// Standard output as text; what is no UTF-8 is replaced.
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text; what is no UTF-8 is replaced.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

impl Exit {
    /// The exit code; `None` when the server told none and no success.
    pub fn code(&self) -> Option<i32> {
        self.code
    }

    /// Whether the command succeeded: exit code 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }

    /// The status as the server told it: `Success`, `Failure` or `Unknown`. The code is what counts.
    pub fn status(&self) -> &str {
        &self.status
    }

    /// What the server said about it.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl fmt::Debug for ExecRequest {
    /// Neither the input nor the arguments are shown: they may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self
            .context
            .command
            .as_ref()
            .and_then(|words| words.first());
        f.debug_struct("ExecRequest")
            .field("subject", &self.subject)
            .field("program", &program)
            .field("instance", &self.context.instance_name)
            .field("tty", &self.context.tty)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "exit code {code}"),
            None => write!(f, "no exit code, status {}", self.status),
        }
    }
}
