//! What can go wrong in a command, in the words of the person who typed it.
//!
//! Modules below the commands have errors of their own, with types; here they become one of the kinds
//! that `exit.rs` maps to codes.

use serde::Serialize;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command failed in a way that its user can read about.
    #[error("{}", .1.message)]
    Failed(Kind, Box<Failure>),
    /// `sindri.yaml` has findings that stop the command. They have been shown.
    #[error("{path} has {count} error(s)")]
    Findings {
        /// The file.
        path: String,
        /// How many findings are errors.
        count: usize,
        /// All of them, for programs.
        findings: Vec<serde_json::Value>,
    },
    /// Standard output took no more, for another reason than a closed pipe.
    #[error("standard output cannot be written")]
    Output(#[source] std::io::Error),
}

/// Kinds of failure; each has an exit code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The command line or the configuration must change first.
    Usage,
    /// The provider refused or failed.
    Provider,
    /// The provider could not be reached, or its answer was lost.
    Network,
    /// The credentials are missing or not accepted.
    Credentials,
    /// Waiting ended first.
    GaveUp,
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// Not foreseen.
    Unexpected,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// The story of one failure: what happened, what is left, what to do.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub(crate) struct Failure {
    /// One line, lower case, no full stop.
    pub(crate) message: String,
    /// Further facts, such as the findings of the provider.
    pub(crate) details: Vec<String>,
    /// HTTP status, if the provider answered.
    pub(crate) status: Option<u16>,
    /// The provider's id of the request, for its support desk.
    pub(crate) request_id: Option<String>,
    /// What to do now.
    pub(crate) help: Vec<String>,
    /// What exists at the provider, and may be billing.
    pub(crate) left: Vec<Exposure>,
    /// Whether an earlier call, after which this one failed, may have been carried out.
    #[serde(skip)]
    pub(crate) follows_a_lost_answer: bool,
}

/// Something at the provider that may cost money.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Exposure {
    /// What it is, with its id: `pod abc123`.
    pub(crate) resource: String,
    /// Whether it is known to exist.
    pub(crate) certainty: Certainty,
    /// USD per hour as of the last answer; none when unknown.
    pub(crate) usd_per_hour: Option<f64>,
    /// How to remove it.
    pub(crate) remove: String,
}

/// How sure it is that something exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Certainty {
    /// The provider said so.
    Exists,
    /// A request was sent and its answer is not known.
    MayExist,
}

impl Failure {
    /// A failure that says this and nothing else.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// Adds one fact.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// Adds an error and all its causes, each as a fact of its own.
    pub(crate) fn causes(mut self, cause: Option<&dyn std::error::Error>) -> Self {
        let mut next = cause;
        while let Some(error) = next {
            let text = error.to_string();
            if self.details.last() != Some(&text) {
                self.details.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Adds one thing to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl Error {
    /// A failure of this kind.
    pub(crate) fn new(kind: Kind, failure: Failure) -> Self {
        Self::Failed(kind, Box::new(failure))
    }

    /// A mistake in the command line or the configuration.
    pub(crate) fn usage(failure: Failure) -> Self {
        Self::new(Kind::Usage, failure)
    }

    /// Something unforeseen, with its causes.
    pub(crate) fn unexpected(doing: impl Into<String>, cause: &dyn std::error::Error) -> Self {
        Self::new(Kind::Unexpected, Failure::new(doing).causes(Some(cause)))
    }

    /// Whether what was asked for is known not to have been done.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Failed(_, failure) if failure.follows_a_lost_answer => false,
            Self::Failed(Kind::Usage | Kind::Credentials, _) => true,
            Self::Failed(_, failure) => failure
                .status
                .is_some_and(|status| (400..500).contains(&status)),
            Self::Findings { .. } | Self::Output(_) => false,
        }
    }

    /// The run was ended from outside.
    pub(crate) fn interrupted() -> Self {
        Self::new(Kind::Interrupted, Failure::new("interrupted"))
    }

    /// The same error, knowing what is left at the provider.
    pub(crate) fn leaving(mut self, left: Vec<Exposure>) -> Self {
        if let Self::Failed(_, failure) = &mut self {
            for exposure in left {
                if !failure.left.contains(&exposure) {
                    failure.left.push(exposure);
                }
            }
        }
        self
    }

    /// The same error with one more fact.
    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        if let Self::Failed(_, failure) = &mut self {
            failure.details.push(detail.into());
        }
        self
    }

    /// The same error, met while looking what became of a call whose answer was lost.
    pub(crate) fn after_a_lost_answer(mut self) -> Self {
        if let Self::Failed(_, failure) = &mut self {
            failure.follows_a_lost_answer = true;
        }
        self
    }

    /// The same error with these things to do instead.
    pub(crate) fn advised<const N: usize>(mut self, help: [&str; N]) -> Self {
        if let Self::Failed(_, failure) = &mut self {
            failure.help = help.map(str::to_owned).to_vec();
        }
        self
    }

    /// The same error with one more thing to do.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        if let Self::Failed(_, failure) = &mut self {
            failure.help.push(help.into());
        }
        self
    }
}
