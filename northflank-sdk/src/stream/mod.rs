//! Streams: commands in containers, live logs, forwarded ports, file copy.

mod address;
mod base64_pieces;
mod connect;
mod copy;
mod error;
mod exec;
mod forward;
mod frame;
mod log_line;
mod log_request;
mod log_tail;
#[cfg(feature = "addons")]
mod of_addons;
#[cfg(feature = "jobs")]
mod of_jobs;
#[cfg(feature = "services")]
mod of_services;
mod ports;
mod seen;
mod session;
mod settings;
mod socket;
mod tunnel;

pub use copy::{CopyProgress, CopyReport, CopyRequest};
pub use error::{Step, StreamError};
pub use exec::{ExecOutput, ExecRequest, Exit, TtySize};
pub use forward::{Forward, ForwardEvent, ForwardRequest};
pub use log_line::{LogLine, LogOutput};
pub use log_request::{LogFilter, LogRequest};
pub use log_tail::LogStream;
pub use session::{Session, SessionEvent, SessionInput, SessionOver};
pub use settings::StreamSettings;
pub(crate) use settings::Streams;
