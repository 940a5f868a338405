//! Commands in containers, live logs, forwarded ports and file copy, over WebSocket.
//!
//! | | | gives |
//! |---|---|---|
//! | `exec`, `shell` | of services, jobs, addons | [`ExecRequest`]: [`run`](ExecRequest::run) for the output, [`start`](ExecRequest::start) for a [`Session`] |
//! | `logs`, `build_logs`, … | of services, jobs, addons | [`LogRequest`]: a [`LogStream`] that goes on after a break |
//! | `forward` | of services, addons | [`ForwardRequest`]: a [`Forward`], a port of this machine |
//! | `copy` | of services, jobs | [`CopyRequest`]: [`upload`](CopyRequest::upload), [`download`](CopyRequest::download) |
//!
//! They are methods of the groups of calls, each with its feature:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = northflank_sdk::Client::from_env()?;
//! let output = client.services().exec("project", "service", ["uname", "-a"]).run().await?;
//! print!("{}", output.stdout_text());
//! # Ok(())
//! # }
//! ```
//!
//! All futures can be spawned, and dropping one ends what it began. Nothing is buffered without a bound:
//! whoever does not read holds the other side back. They need tokio.
//!
//! # Links
//!
//! A stream is an upgraded HTTP connection of the client: proxies (also those of the environment),
//! certificates and timeouts are those of its calls, see
//! [`ClientBuilder::configure_http`](crate::ClientBuilder::configure_http). The other end is pinged after 30 s of
//! silence, and a link on which no answer comes for as long is broken: [`StreamSettings`]. While the other
//! end takes no more of what is written nothing can be said of it, so a link that dies then is found out by
//! the operating system, later.
//!
//! # Secrets
//!
//! The token goes out in the first message of a stream, or in a header where a port is forwarded. Neither
//! is in any log, nor in `Debug` or an error. What follows is not ours to hide: at the level `trace` the
//! crate `tungstenite` logs every message through the crate `log`, input and output of commands included.
//! A program that lets its users choose what is logged should hold `tungstenite` to `info`.
//!
//! # Not there
//!
//! UDP ports cannot be forwarded, builds have no `exec`, and the exec endpoints by location are not used.

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
pub(crate) use frame::checked as checked_frames;
pub use log_line::{LogLine, LogOutput};
pub use log_request::{LogFilter, LogRequest};
pub use log_tail::LogStream;
pub use session::{Session, SessionEvent, SessionInput, SessionOver};
pub use settings::StreamSettings;
pub(crate) use settings::Streams;
