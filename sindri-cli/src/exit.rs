//! Exit codes: one table, one exhaustive match from errors to codes.

use crate::error::{Error, Kind};

/// What the process tells its caller when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything asked for was done, or there was nothing to do.
    Done,
    /// Something this program did not foresee.
    Unexpected,
    /// The command line, the settings or `sindri.yaml` must change first.
    Usage,
    /// The provider refused the request, or the deployment failed there.
    Provider,
    /// The provider could not be reached.
    Network,
    /// The provider does not accept the credentials, or there are none.
    Credentials,
    /// `plan --detailed-exitcode` found something to do.
    Changes,
    /// Waiting ended before the deployment was ready.
    GaveUp,
    /// Interrupted by Ctrl-C or SIGTERM.
    Interrupted,
    /// What the shell or command at the other end of `connect` ended with.
    Remote(u8),
}

impl Exit {
    /// Every code of our own, in the order of the documentation.
    pub(crate) const ALL: [Self; 9] = [
        Self::Done,
        Self::Unexpected,
        Self::Usage,
        Self::Provider,
        Self::Network,
        Self::Credentials,
        Self::Changes,
        Self::GaveUp,
        Self::Interrupted,
    ];

    /// The number the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Provider => 3,
            Self::Network => 4,
            Self::Credentials => 5,
            Self::Changes => 6,
            Self::GaveUp => 7,
            Self::Interrupted => 130,
            Self::Remote(code) => code,
        }
    }

    /// One word for JSON output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unexpected => "unexpected",
            Self::Usage => "usage",
            Self::Provider => "provider",
            Self::Network => "network",
            Self::Credentials => "credentials",
            Self::Changes => "changes",
            Self::GaveUp => "gave_up",
            Self::Interrupted => "interrupted",
            Self::Remote(_) => "remote",
        }
    }

    /// What the code means, and what a script may conclude from it.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Done => {
                "Done. Also: nothing to do, not deployed (`status`), already gone (`destroy`), \
                 or the question was answered with no."
            }
            Self::Unexpected => "Unexpected: a bug in `sindri`, or a local file it cannot write.",
            Self::Usage => {
                "Usage or configuration: a wrong flag, findings in `sindri.yaml`, a missing \
                 required secret, something that needs `--force`, another `sindri` at work on the \
                 same deployment; `doctor`: something required is missing. Nothing was sent that changes anything."
            }
            Self::Provider => {
                "The provider refused (no stock, no credit, a rule broken), failed, or the \
                 deployment failed there."
            }
            Self::Network => {
                "Network: the provider could not be reached, or its answer was lost. A create whose \
                 answer was lost is looked up by the next run."
            }
            Self::Credentials => "Credentials: missing, not accepted, or without the right needed.",
            Self::Changes => "`plan --detailed-exitcode` only: the plan has changes.",
            Self::GaveUp => {
                "Gave up waiting. What may be billing is listed, with its price where known."
            }
            Self::Interrupted => {
                "Interrupted by Ctrl-C or SIGTERM, which is also how `forward`, `logs --follow` and \
                 `status --watch` end. What was begun, and what may be billing, is listed."
            }
            Self::Remote(_) => {
                "`connect` only: what the shell or command at the other end ended with."
            }
        }
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error {
            Error::Findings { .. } => Self::Usage,
            Error::Output(_) => Self::Unexpected,
            Error::Failed(kind, _) => match kind {
                Kind::Usage => Self::Usage,
                Kind::Provider => Self::Provider,
                Kind::Network => Self::Network,
                Kind::Credentials => Self::Credentials,
                Kind::GaveUp => Self::GaveUp,
                Kind::Interrupted => Self::Interrupted,
                Kind::Unexpected => Self::Unexpected,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Failure;

    #[test]
    fn every_kind_of_error_has_the_code_that_is_documented() {
        let check = |kind, code| {
            let error = Error::new(kind, Failure::new("it failed"));
            assert_eq!(Exit::from(&error).code(), code, "{kind:?}");
        };
        check(Kind::Unexpected, 1);
        check(Kind::Usage, 2);
        check(Kind::Provider, 3);
        check(Kind::Network, 4);
        check(Kind::Credentials, 5);
        check(Kind::GaveUp, 7);
        check(Kind::Interrupted, 130);
        let findings = Error::Findings {
            path: "sindri.yaml".to_owned(),
            count: 2,
            findings: Vec::new(),
        };
        assert_eq!(Exit::from(&findings).code(), 2);
    }
}
