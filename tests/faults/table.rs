//! Which faults there are, and how a command may end that meets one.

/// A fault on every call of one operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// As the sandbox knows it.
    pub(crate) kind: &'static str,
    /// How a command may end. Where 0 is among them, it found a way: by looking, or without that answer.
    pub(crate) codes: &'static [i32],
}

const fn fault(kind: &'static str, codes: &'static [i32]) -> Fault {
    Fault { kind, codes }
}

/// All of them. 7 is a wait that was given up.
pub(crate) const FAULTS: &[Fault] = &[
    fault("401", &[5]),
    fault("402", &[3]),
    fault("403", &[0, 3, 5]),
    // What is not there may be what was asked for, and what was there may be gone.
    fault("404", &[0, 2, 3]),
    // A conflict may be with what was wanted.
    fault("409", &[0, 2, 3]),
    fault("422", &[3]),
    fault("429", &[3, 7]),
    fault("429-silent", &[3, 7]),
    fault("500", &[3, 7]),
    fault("html", &[3, 7]),
    fault("503", &[3, 7]),
    fault("reset", &[4, 7]),
    fault("lost-answer", &[0, 4, 7]),
    fault("truncate", &[0, 4, 7]),
    fault("plain-text", &[0, 3]),
    fault("empty", &[0, 3]),
    fault("slow:600ms", &[0, 4, 7]),
    fault("slow-body:600ms", &[0, 4, 7]),
    fault("unknown-values", &[0, 3, 7]),
    fault("no-optional", &[0, 2, 3, 7]),
    fault("nulls", &[0, 3, 7]),
    fault("extra-fields", &[0]),
    // Two of a name may be one too many.
    fault("same-names", &[0, 2, 3]),
    fault("skew", &[0]),
];

/// Answers of these operations are streams.
const STREAMS: &[&str] = &["get_pod_logs", "tail_service_logs"];

impl Fault {
    /// Whether it can happen to an operation.
    pub(crate) fn can_happen_to(&self, operation: &str) -> bool {
        let is_of_bodies = [
            "truncate",
            "plain-text",
            "empty",
            "slow-body:600ms",
            "unknown-values",
            "no-optional",
            "nulls",
            "extra-fields",
            "same-names",
            "skew",
        ];
        !(STREAMS.contains(&operation) && is_of_bodies.contains(&self.kind))
    }

    /// Whether it changes what an answer says: an answer may have nothing to change.
    pub(crate) fn is_distortion(&self) -> bool {
        [
            "unknown-values",
            "no-optional",
            "nulls",
            "extra-fields",
            "same-names",
            "skew",
        ]
        .contains(&self.kind)
    }

    /// Whether the provider says something untrue that nobody can know of: that what is there is not, or that
    /// a token may not do what it may.
    pub(crate) fn deceives(&self, operation: &str) -> bool {
        let is_deletion = operation.starts_with("delete");
        (self.kind == "404" && is_deletion) || (self.kind == "403" && operation == "add_tag")
    }
}
