//! Faults of streams on web sockets: frames that do not come, come too early, or are not what was
//! promised.

/// What goes wrong on one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamFault {
    /// The first message is never answered.
    NoInit,
    /// The first message is answered with a refusal.
    Refuse,
    /// `error` comes after `init`.
    Error,
    /// A message of a type that nobody knows comes after `init`.
    UnknownType,
    /// The stream is closed with 1011 as soon as something was sent on it.
    Close1011,
    /// The stream is closed in order, but without `completion`.
    NoCompletion,
    /// `completion` has no exit code.
    NoExitCode,
    /// `completion` has its exit code as text.
    TextExitCode,
    /// Output comes in messages of a few bytes.
    Split,
    /// Lines of a log are objects.
    LogObject,
}

impl StreamFault {
    /// All of them.
    pub(crate) const ALL: [Self; 10] = [
        Self::NoInit,
        Self::Refuse,
        Self::Error,
        Self::UnknownType,
        Self::Close1011,
        Self::NoCompletion,
        Self::NoExitCode,
        Self::TextExitCode,
        Self::Split,
        Self::LogObject,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NoInit => "no-init",
            Self::Refuse => "refuse",
            Self::Error => "error",
            Self::UnknownType => "unknown-type",
            Self::Close1011 => "close-1011",
            Self::NoCompletion => "no-completion",
            Self::NoExitCode => "no-exit-code",
            Self::TextExitCode => "text-exit-code",
            Self::Split => "split",
            Self::LogObject => "log-object",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == text)
    }
}
