//! Why a stream failed.

use super::exec::Exit;
use super::settings::Streams;
use crate::Error;
use sdk_core::{ConfigError, StatusCode};
use std::{
    error::Error as StdError,
    fmt,
    fmt::Display,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// Why a stream failed, or what is done over streams.
///
/// `Display` is one line without the cause; walk [`source`](StdError::source) for the chain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The client or the stream was set up wrongly. Nothing was sent.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A call over REST that the stream needs failed.
    #[error(transparent)]
    Call(Box<Error>),
    /// No connection could be made, or it broke before the server agreed to a stream.
    #[error("no stream to {host} could be opened")]
    #[non_exhaustive]
    Connect {
        /// The host, with the port where it is not the usual one.
        host: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
    /// The server did not do what it must in time.
    #[error("{host} did not {waited_for} within {} s", after.as_secs_f32())]
    #[non_exhaustive]
    TimedOut {
        /// The host, with the port where it is not the usual one.
        host: String,
        /// What was waited for.
        waited_for: Step,
        /// For how long.
        after: Duration,
    },
    /// The server answered the request for a stream with an HTTP status: 401 and 403 for a token that
    /// may not, 404 for what is not there.
    #[error("{host} refused the stream with {status}: {message}")]
    #[non_exhaustive]
    Refused {
        /// The host, with the port where it is not the usual one.
        host: String,
        /// The status.
        status: StatusCode,
        /// Why, in the server's words where it gave any.
        message: String,
        /// How long the server asks to wait before the next try.
        retry_after: Option<Duration>,
    },
    /// The stream was opened, and the token in it was refused.
    #[error("the token was refused: {message}")]
    #[non_exhaustive]
    Denied {
        /// Why, in the server's words.
        message: String,
    },
    /// The server ended the stream with an error of its own.
    #[error("the server ended the stream: {message}")]
    #[non_exhaustive]
    Server {
        /// Why, in the server's words.
        message: String,
    },
    /// The stream was closed in order, and before the result of the command was told.
    #[error("the stream was closed before the command's result")]
    ClosedEarly,
    /// The link broke: it was cut, the other end went silent, or it was closed for a reason.
    #[error("the stream to {host} broke: {reason}")]
    #[non_exhaustive]
    Broken {
        /// The host, with the port where it is not the usual one.
        host: String,
        /// How, in words.
        reason: String,
        /// The cause, where there is one.
        #[source]
        source: Option<Source>,
    },
    /// The server sent what is not of the described form.
    #[error("the server sent what cannot be read: {what}")]
    #[non_exhaustive]
    Protocol {
        /// What, in words.
        what: String,
    },
    /// More came than this client accepts.
    #[error("{what} is larger than the {limit} bytes allowed")]
    #[non_exhaustive]
    TooLarge {
        /// What, in words.
        what: &'static str,
        /// The limit, in bytes.
        limit: usize,
    },
    /// A file, folder or port of this machine could not be used.
    #[error("could not {action} {subject}")]
    #[non_exhaustive]
    Local {
        /// What was to be done, in words.
        action: &'static str,
        /// With what, in words: a path or an address stands in backticks.
        subject: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A file copy needs a program that the container does not have.
    #[error("the container has no usable `{tool}`, which copying needs: {message}")]
    #[non_exhaustive]
    MissingTool {
        /// The program.
        tool: &'static str,
        /// What trying it said.
        message: String,
    },
    /// There is nothing at this path in the container.
    #[error("there is no `{path}` in the container")]
    #[non_exhaustive]
    NotThere {
        /// The path.
        path: String,
    },
    /// A command that a file copy ran in the container failed.
    #[error("`{command}` failed in the container ({exit}): {message}")]
    #[non_exhaustive]
    Remote {
        /// The program.
        command: String,
        /// How it ended.
        exit: Exit,
        /// The end of what it wrote to standard error.
        message: String,
    },
    /// What the container sent would be written outside of the folder it was meant for. Nothing of it was.
    #[error("the container sent an entry that must not be written: `{entry}` {reason}")]
    #[non_exhaustive]
    UnsafeEntry {
        /// The path of the entry, as sent.
        entry: PathBuf,
        /// Why not, in words.
        reason: &'static str,
    },
}

/// What a server must do in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Answer the request for a stream.
    Answer,
    /// Accept the first message, which holds the token and what is wanted.
    Accept,
}

impl Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer => "answer the request for a stream",
            Self::Accept => "accept the stream",
        })
    }
}

impl StreamError {
    /// The HTTP status, where the server gave one.
    pub fn status(&self) -> Option<StatusCode> {
        if let Self::Call(error) = self {
            return error.status();
        }
        self.refusal().map(|(status, _)| status)
    }

    /// Whether a command may have been started although its result is not known.
    ///
    /// `false` where the stream failed before the command was named to the server.
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::Config(_)
            | Self::Call(_)
            | Self::Connect { .. }
            | Self::Refused { .. }
            | Self::Denied { .. }
            | Self::MissingTool { .. }
            | Self::NotThere { .. } => false,
            Self::TimedOut { waited_for, .. } => *waited_for == Step::Accept,
            Self::Server { .. }
            | Self::ClosedEarly
            | Self::Broken { .. }
            | Self::Protocol { .. }
            | Self::TooLarge { .. }
            | Self::Local { .. }
            | Self::Remote { .. }
            | Self::UnsafeEntry { .. } => true,
        }
    }

    /// Whether the link failed, rather than what was asked for: the same stream, opened again, may do.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::TimedOut { .. } | Self::Broken { .. } => true,
            Self::Refused { status, .. } => matches!(status.as_u16(), 408 | 429 | 500..=599),
            Self::Call(error) => error.is_retryable(),
            Self::Config(_)
            | Self::Denied { .. }
            | Self::Server { .. }
            | Self::ClosedEarly
            | Self::Protocol { .. }
            | Self::TooLarge { .. }
            | Self::Local { .. }
            | Self::MissingTool { .. }
            | Self::NotThere { .. }
            | Self::Remote { .. }
            | Self::UnsafeEntry { .. } => false,
        }
    }

    /// How long the server asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Call(error) = self {
            return error.retry_after();
        }
        self.refusal().and_then(|(_, retry_after)| retry_after)
    }

    fn refusal(&self) -> Option<(StatusCode, Option<Duration>)> {
        let Self::Refused {
            status,
            retry_after,
            ..
        } = self
        else {
            return None;
        };
        Some((*status, *retry_after))
    }

    pub(crate) fn local(
        action: &'static str,
        subject: impl Into<String>,
        source: io::Error,
    ) -> Self {
        Self::Local {
            action,
            subject: subject.into(),
            source,
        }
    }

    pub(crate) fn path(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::local(action, format!("`{}`", path.display()), source)
    }

    pub(crate) fn broken(host: &str, reason: impl Into<String>) -> Self {
        Self::Broken {
            host: host.to_owned(),
            reason: reason.into(),
            source: None,
        }
    }

    /// The other end closed for a reason.
    pub(crate) fn closed_with(host: &str, code: u16, reason: &str) -> Self {
        let reason = match sdk_core::visible(reason).as_str() {
            "" => format!("it was closed with code {code}"),
            reason => format!("it was closed with code {code}: {reason}"),
        };
        Self::broken(host, reason)
    }

    /// The same without the token in it, should the server have echoed it.
    pub(crate) fn without_token(mut self, streams: &Streams) -> Self {
        if let Self::Server { message } | Self::Denied { message } = &mut self {
            *message = streams.without_token(message);
        }
        self
    }

    pub(crate) fn protocol(what: impl Into<String>) -> Self {
        Self::Protocol { what: what.into() }
    }
}

impl From<Error> for StreamError {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}
