//! What no API description says: how a call is sent, repeated, bounded, decoded and reported.
//!
//! Generated clients hold data and wiring only; everything that needs thought lives here, once:
//!
//! - [`Transport`] sends a [`Call`]: one attempt loop, one deadline, one place where a body is read;
//! - [`retry`] decides, as a pure function, whether a failed attempt may be repeated;
//! - [`Error`] says in which phase a call failed and whether it may have taken effect;
//! - [`Nullable`], [`Timestamp`], open enums and unions are the types that generated code is made of.
//!
//! It knows no provider and no generated type. Modules refer to each other through `super`, so the
//! same files also work as a module of a generated crate.

pub use bytes::Bytes as RawBody;
pub use http::{HeaderMap, HeaderName, Method, StatusCode};

mod answer_error;
mod budget;
mod call;
mod config;
mod echo;
mod error;
mod event_bounds;
mod events;
mod exchange;
mod follow;
#[doc(hidden)]
pub mod fuzzing;
mod given;
mod json;
mod list;
pub mod macros;
mod nullable;
mod observe;
mod operation;
mod page;
mod pieces;
mod problem;
mod query;
mod rate_limit;
mod reply;
mod response;
pub mod retry;
mod secret;
mod stream;
mod timestamp;
mod transport;
mod transport_error;
mod upgrade;
pub mod wait;
mod waiter;

pub use answer_error::{ApiError, DecodeError};
pub use budget::Quota;
pub use call::Call;
pub use config::{Auth, TransportBuilder};
pub use error::{BrokenStream, ConfigError, Error, PageError};
pub use events::Event;
pub use exchange::{excerpt, visible};
pub use follow::{Events, Follow};
pub use list::{ListPage, Pagination};
pub use nullable::Nullable;
pub use observe::Observed;
pub use operation::{Api, Operation, Paging, Repeat};
pub use page::{Items, Page, Pages};
pub use problem::{AnyProblem, Problem};
pub use query::ListStyle;
pub use rate_limit::{RateLimitWindow, RateLimits};
pub use reply::{
    Body, Bytes, Data, Empty, EventStream, Json, List, OptionalJson, Raw, Reply, Text, Unreadable,
};
pub use response::Response;
pub use retry::RetryPolicy;
pub use secret::{ApiToken, Masked};
pub use stream::ByteStream;
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use transport::Transport;
pub use transport_error::{TransportError, TransportErrorKind};
pub use upgrade::{Upgrades, url};
pub use waiter::Wait;
