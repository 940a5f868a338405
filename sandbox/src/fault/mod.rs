//! Faults on order: answers that do not come, come late, or are not what was promised.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::problem::Problem;

mod distortion;
mod kind;
mod stream;

pub(crate) use distortion::Distortion;
use kind::Kind;
pub(crate) use stream::StreamFault;

/// The operation that starts a stopped pod, among other things.
const ACTION: &str = "pod_action";

/// A fault on order, written `OPERATION:KIND[:ARGUMENT][:COUNT]`.
///
/// The operation is an id such as `create_pod`, or `*` for all. Without a count the fault lasts.
///
/// | kind | what happens |
/// |---|---|
/// | `lost-answer` | the work is done, and the connection is closed without an answer |
/// | `truncate` | the work is done, and the answer breaks off in its middle |
/// | `html` | nothing is done; the answer is the page of a proxy, with status 502 |
/// | `no-capacity[:DATA-CENTER]` | a create is refused for want of capacity, there or everywhere; a start, because its host is full |
/// | `slow:DURATION` | the request waits first: `slow:5s`, `slow:200ms` |
/// | `slow-body:DURATION` | the work is done; half of the answer comes, and the rest after this time |
/// | `reset` | nothing is done, and the connection is closed |
/// | `429`, `500`, … | nothing is done; the answer has this status |
/// | `429-silent` | the same as `429` without `Retry-After` |
/// | `empty` | the work is done; the answer has no body |
/// | `plain-text` | the work is done; the answer says that it is text |
/// | `unknown-values` | the work is done; values of enumerations are such that nobody knows |
/// | `no-optional` | the work is done; all that may be missing in the answer is |
/// | `nulls` | the work is done; values that are never null are |
/// | `extra-fields` | the work is done; objects have fields that nobody knows |
/// | `same-names` | the work is done; each named item of a list is there twice, under two ids |
/// | `skew` | the work is done; the clock of the service is a day behind |
/// | `no-init` | a stream: its first message is never answered |
/// | `refuse` | a stream: its first message is answered with a refusal |
/// | `error` | a stream: an `error` comes after the first answer |
/// | `unknown-type` | a stream: a message of a type that nobody knows comes after the first answer |
/// | `close-1011` | a stream: it is closed with 1011 in its middle |
/// | `no-completion` | a command: the stream is closed in order, but without its result |
/// | `no-exit-code` | a command: the result has no exit code |
/// | `text-exit-code` | a command: the exit code of the result is a text |
/// | `split` | a command: output comes a few bytes at a time |
/// | `log-object` | a log: its lines are objects |
///
/// Streams are web sockets: `exec`, `tail_service_logs`, `tail_job_logs` and `tunnel`. An id that both APIs
/// have, such as `list_secrets`, stands for both.
///
/// ```
/// let fault: sandbox::Fault = "create_pod:lost-answer:1".parse()?;
/// assert_eq!(fault.to_string(), "create_pod:lost-answer:1");
/// # Ok::<(), sandbox::InvalidFault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// None for every operation.
    operation: Option<String>,
    kind: Kind,
    /// How often it happens; none without end.
    count: Option<u32>,
}

/// A text that is no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no fault: {reason}")]
pub struct InvalidFault {
    text: String,
    reason: String,
}

/// What is done to one request.
#[derive(Debug, Default)]
pub(crate) struct Effect {
    /// Before anything else.
    pub(crate) delay: Duration,
    /// Instead of the work.
    pub(crate) instead: Option<Instead>,
    /// To the answer.
    pub(crate) delivery: Delivery,
    /// To what the answer says.
    pub(crate) distortion: Option<Distortion>,
    /// On the stream that the answer opens.
    pub(crate) stream: Option<StreamFault>,
}

/// A request that a fault may strike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Struck<'a> {
    pub(crate) operation: &'a str,
    pub(crate) body: &'a [u8],
    /// Whether it asks for a WebSocket.
    pub(crate) upgrade: bool,
}

/// What comes instead of the work.
#[derive(Debug)]
pub(crate) enum Instead {
    Problem(Problem),
    /// The page of a proxy.
    Html,
    /// The end of the connection.
    Nothing,
}

/// How an answer arrives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Delivery {
    #[default]
    Whole,
    /// The connection is closed without one.
    Dropped,
    /// It breaks off in its middle.
    Cut,
    /// Its second half comes after this time.
    Slow(Duration),
    /// It has no body.
    Empty,
    /// It says that it is text.
    PlainText,
}

/// The faults of a sandbox, each with what is left of it.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    on_order: Mutex<Vec<Fault>>,
    /// How many answers were other than they would have been.
    struck: AtomicU64,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self {
            on_order: Mutex::new(faults),
            struck: AtomicU64::default(),
        }
    }

    /// One more answer is other than it would have been.
    pub(crate) fn count(&self) {
        self.struck.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn struck(&self) -> u64 {
        self.struck.load(Ordering::Relaxed)
    }

    /// Others from now on.
    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        let mut on_order = self.on_order.lock().unwrap_or_else(PoisonError::into_inner);
        *on_order = faults;
    }

    /// What happens to a request of an operation: every delay, and the first fault of another kind.
    pub(crate) fn strike(&self, request: &Struck<'_>) -> Effect {
        let mut effect = Effect::default();
        let mut struck = false;
        let mut faults = self.on_order.lock().unwrap_or_else(PoisonError::into_inner);
        for fault in faults.iter_mut() {
            let slow = matches!(fault.kind, Kind::Slow(_));
            if fault.count == Some(0) || !fault.concerns(request) || (struck && !slow) {
                continue;
            }
            struck |= !slow;
            if let Some(count) = &mut fault.count {
                *count -= 1;
            }
            fault.kind.apply(request.operation, &mut effect);
            // A distortion may find nothing to distort.
            if effect.distortion.is_none() {
                self.count();
            }
        }
        effect
    }
}

impl Fault {
    /// The operation it is for; none for all.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Whether it happens on a stream only.
    pub(crate) fn is_of_streams(&self) -> bool {
        matches!(self.kind, Kind::Stream(_))
    }

    fn concerns(&self, request: &Struck<'_>) -> bool {
        let other = |own| own != request.operation;
        if self.operation.as_deref().is_some_and(other) {
            return false;
        }
        if self.is_of_streams() {
            return request.upgrade;
        }
        let Kind::NoCapacity { data_center } = &self.kind else {
            return true;
        };
        let body: Value = serde_json::from_slice(request.body).unwrap_or_default();
        if request.operation == ACTION {
            return body["action"] == "start";
        }
        let Some(full) = data_center else {
            return true;
        };
        let places = body["dataCenterIds"].as_array();
        // A place is a wish: a request that names none, or another one too, can go elsewhere.
        places.is_some_and(|places| {
            !places.is_empty() && places.iter().all(|place| place == full.as_str())
        })
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let invalid = |reason: String| InvalidFault {
            text: text.to_owned(),
            reason,
        };
        let words: Vec<&str> = text.split(':').collect();
        let [operation, kind, rest @ ..] = words.as_slice() else {
            return Err(invalid(
                "write OPERATION:KIND[:ARGUMENT][:COUNT]".to_owned(),
            ));
        };
        let (kind, taken) = Kind::parse(kind, rest.first().copied()).map_err(invalid)?;
        let count = match rest.get(taken..).unwrap_or_default() {
            [] => None,
            [count] => Some(
                count
                    .parse()
                    .ok()
                    .ok_or_else(|| invalid(format!("`{count}` is no number of times")))?,
            ),
            [..] => return Err(invalid("there is too much after the kind".to_owned())),
        };
        let name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let operation = match *operation {
            "*" => None,
            id if !id.is_empty() && id.chars().all(name) => Some(id.to_owned()),
            other => return Err(invalid(format!("`{other}` is no operation id and not `*`"))),
        };
        Ok(Self {
            operation,
            kind,
            count,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.operation.as_deref().unwrap_or("*"))?;
        self.kind.fmt(f)?;
        match self.count {
            Some(count) => write!(f, ":{count}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_and_written() {
        for text in [
            "create_pod:lost-answer:1",
            "*:429:3",
            "get_pod:500:2",
            "list_pods:html",
            "*:slow:5000ms",
            "create_pod:no-capacity:US-TX-3",
            "create_pod:no-capacity:US-TX-3:2",
            "create_pod:no-capacity:4",
            "get_pod:truncate",
            "get_pod:slow-body:200ms:1",
            "get_pod:429-silent",
            "get_pod:reset",
            "get_pod:nulls:3",
            "exec:no-init",
            "exec:close-1011:2",
            "tail_service_logs:log-object",
        ] {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
        let slow: Fault = "*:slow:5s".parse().unwrap();
        assert_eq!(slow.kind, Kind::Slow(Duration::from_secs(5)));
    }

    #[test]
    fn what_is_no_fault_is_refused_with_the_reason() {
        let check = |text: &str, words: &str| {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(words) && error.contains(text), "{error}");
        };
        check("", "OPERATION:KIND");
        check("create_pod", "OPERATION:KIND");
        check("create_pod:boom", "`boom` is none of lost-answer");
        check("create_pod:200", "`200` is none of");
        check("*:slow", "needs a duration");
        check("*:slow:5m", "`5m` is no duration");
        check("*:html:x", "`x` is no number of times");
        check("*:html:1:2", "too much");
        check("createPod:html", "`createPod` is no operation id");
        check(":html", "`` is no operation id");
    }

    fn request<'a>(operation: &'a str, body: &'a str) -> Struck<'a> {
        Struck {
            operation,
            body: body.as_bytes(),
            upgrade: false,
        }
    }

    #[test]
    fn a_fault_of_streams_waits_for_a_stream() {
        let faults = Faults::new(vec!["*:no-init:1".parse().unwrap()]);
        let mut struck = request("a", "");
        assert!(faults.strike(&struck).stream.is_none());
        struck.upgrade = true;
        assert_eq!(faults.strike(&struck).stream, Some(StreamFault::NoInit));
        assert!(faults.strike(&struck).stream.is_none());
    }

    #[test]
    fn faults_run_out_and_delays_add_up() {
        let faults = ["a:500:1", "*:slow:1s", "*:slow:2s:1", "a:html"];
        let faults = Faults::new(faults.map(|text| text.parse().unwrap()).to_vec());
        let strike = |operation: &str| faults.strike(&request(operation, ""));
        let first = strike("a");
        assert!(matches!(first.instead, Some(Instead::Problem(_))));
        assert_eq!(first.delay, Duration::from_secs(3));
        let second = strike("a");
        assert!(matches!(second.instead, Some(Instead::Html)));
        assert_eq!(second.delay, Duration::from_secs(1));
        assert!(strike("b").instead.is_none());
    }

    #[test]
    fn a_full_data_center_refuses_those_who_want_no_other() {
        let faults = Faults::new(vec!["*:no-capacity:A".parse().unwrap()]);
        let check = |body: &str, refused: bool| {
            let effect = faults.strike(&request("create_pod", body));
            assert_eq!(effect.instead.is_some(), refused, "{body}");
        };
        check(r#"{"dataCenterIds":["A"]}"#, true);
        check(r#"{"dataCenterIds":["B"]}"#, false);
        check(r#"{"dataCenterIds":["A","B"]}"#, false);
        check(r#"{"dataCenterIds":[]}"#, false);
        check("{}", false);
        check("no json", false);
    }
}
