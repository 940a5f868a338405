//! The messages of the exec and log streams: written strictly, read leniently. Pure.
//!
//! One WebSocket message is one JSON object, `{"type": …, "data": …}`.

use super::base64_pieces::Base64Pieces;
use super::exec::{Exit, TtySize};
use super::log_line::LogLine;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an exec stream is to run, and where. Keys that are not set are not sent.
#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExecContext {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) container_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) command: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shell: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    pub(crate) encoding: &'static str,
    pub(crate) tty: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tty_columns: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tty_rows: Option<u16>,
}

/// How many bytes of input go into one message: 16 KiB when encoded, and a multiple of three, so that
/// each message decodes by itself without padding.
pub(crate) const INPUT_PIECE: usize = 12 << 10;

/// The first message of a stream. It holds the token: it is for [`Socket::send_first`] alone.
///
/// [`Socket::send_first`]: super::socket::Socket::send_first
pub(crate) fn init(token: &str, context: Option<&ExecContext>) -> serde_json::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Init<'a> {
        r#type: &'static str,
        data: Data<'a>,
    }
    #[derive(Serialize)]
    struct Data<'a> {
        auth: Auth<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        context: Option<&'a ExecContext>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Auth<'a> {
        r#type: &'static str,
        api_token: &'a str,
    }
    serde_json::to_vec(&Init {
        r#type: "init",
        data: Data {
            auth: Auth {
                r#type: "apiToken",
                api_token: token,
            },
            context,
        },
    })
}

/// Input of the command.
pub(crate) fn payload(piece: &[u8]) -> String {
    // Base64 holds nothing that JSON would escape.
    format!(
        r#"{{"type":"payload","data":"{}"}}"#,
        STANDARD.encode(piece)
    )
}

/// A new size of the terminal.
pub(crate) fn resize(size: TtySize) -> String {
    let TtySize { rows, columns } = size;
    format!(r#"{{"type":"resize","data":{{"ttyRows":{rows},"ttyColumns":{columns}}}}}"#)
}

/// The end of the input.
pub(crate) const INPUT_END: &str = r#"{"type":"stdInEnd"}"#;

/// What a server sends.
#[derive(Debug, PartialEq)]
pub(crate) enum ServerFrame {
    /// The stream is accepted; this instance and container were picked, where that is said.
    Accepted {
        instance: Option<String>,
        container: Option<String>,
    },
    /// The token is refused, in the server's words.
    Denied(String),
    /// Standard output, still encoded.
    StdOut(String),
    /// Standard error, still encoded.
    StdErr(String),
    /// The command is over.
    Completion(Exit),
    /// The stream is over, in the server's words.
    Error(String),
    /// Lines of a log.
    LogLines(Vec<LogLine>),
    /// Of a type this client does not know.
    Unknown(String),
}

/// Reads a message of a server.
///
/// # Errors
///
/// In words, when it is no JSON object with a `type`, or the data of a known type cannot be used.
pub(crate) fn read(message: &[u8]) -> Result<ServerFrame, String> {
    #[derive(Deserialize)]
    struct Envelope {
        r#type: String,
        #[serde(default)]
        data: Value,
    }
    let Envelope { r#type, data } = serde_json::from_slice(message).map_err(|error| {
        format!(
            "a message that is no object with a type ({error}): {}",
            sdk_core::excerpt(message)
        )
    })?;
    Ok(match r#type.as_str() {
        "init" => accepted(&data),
        "stdOut" => ServerFrame::StdOut(text(data, &r#type)?),
        "stdErr" => ServerFrame::StdErr(text(data, &r#type)?),
        "completion" => ServerFrame::Completion(completion(&data)),
        "error" => ServerFrame::Error(message_of(&data)),
        "log-lines" => ServerFrame::LogLines(log_lines(data)?),
        _ => ServerFrame::Unknown(sdk_core::visible(&r#type)),
    })
}

fn accepted(data: &Value) -> ServerFrame {
    if data.get("auth").and_then(Value::as_str) != Some("successful") {
        return ServerFrame::Denied(message_of(data));
    }
    let name = |key| {
        let name = data.pointer(&format!("/context/{key}"))?.as_str()?;
        (!name.is_empty()).then(|| name.to_owned())
    };
    ServerFrame::Accepted {
        instance: name("instanceName"),
        container: name("containerName"),
    }
}

fn text(data: Value, of: &str) -> Result<String, String> {
    match data {
        Value::String(text) => Ok(text),
        Value::Null => Ok(String::new()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(format!("a message of type `{of}` whose data is no text"))
        }
    }
}

/// `exitCode` counts, as a number or as text; else `code`, else the status.
fn completion(data: &Value) -> Exit {
    let number = |key| {
        let value = data.get(key)?;
        let number = value
            .as_i64()
            .or_else(|| value.as_str()?.trim().parse().ok());
        number.and_then(|number| i32::try_from(number).ok())
    };
    let status = data.get("status").and_then(Value::as_str);
    let message = data.get("message").and_then(Value::as_str);
    let told = number("exitCode").or_else(|| number("code"));
    Exit {
        code: told.or_else(|| (status == Some("Success")).then_some(0)),
        status: status.unwrap_or("Unknown").to_owned(),
        message: message.map(sdk_core::visible),
    }
}

fn message_of(data: &Value) -> String {
    let message = data.get("message").and_then(Value::as_str);
    let message = message.or_else(|| data.as_str());
    message.map_or_else(|| "no reason was given".to_owned(), sdk_core::visible)
}

fn log_lines(data: Value) -> Result<Vec<LogLine>, String> {
    match data {
        Value::Array(lines) => Ok(lines.into_iter().map(LogLine::of).collect()),
        Value::Null => Ok(Vec::new()),
        Value::Object(_) => Ok(vec![LogLine::of(data)]),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err("a batch of log lines that is no list".to_owned())
        }
    }
}

/// Reads messages one after the other, and checks what must hold for any bytes.
pub(crate) fn checked<'m>(messages: impl Iterator<Item = &'m [u8]>) {
    let harmless = |words: &str| assert!(!words.contains(char::is_control), "{words:?}");
    let (mut out, mut most) = (Base64Pieces::default(), 0);
    for message in messages {
        most += message.len();
        match read(message) {
            Ok(ServerFrame::StdOut(piece) | ServerFrame::StdErr(piece)) => match out.decode(&piece)
            {
                Ok(bytes) => assert!(bytes.len() <= most, "{} bytes of {most}", bytes.len()),
                Err(words) => harmless(&words),
            },
            Ok(
                ServerFrame::Denied(words)
                | ServerFrame::Error(words)
                | ServerFrame::Unknown(words),
            )
            | Err(words) => harmless(&words),
            Ok(ServerFrame::Completion(exit)) => {
                exit.message.iter().for_each(|words| harmless(words));
            }
            Ok(ServerFrame::Accepted { .. } | ServerFrame::LogLines(_)) => {}
        }
    }
}

/// Cuts input into pieces of a message each.
pub(crate) fn pieces(mut input: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        (!input.is_empty()).then(|| input.split_to(input.len().min(INPUT_PIECE)))
    })
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
