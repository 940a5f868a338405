#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
mod error;

#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    missing_docs,
    unreachable_pub,
    reason = "generated: its lints are the generator's affair"
)]
mod generated;
mod lists;
mod logs;
pub mod wait;

pub use client::{Client, ClientBuilder};
pub use error::Error;
#[doc(inline)]
pub use generated::*;
pub use lists::{Items, Pages};
pub use logs::{LogLine, LogRequest, LogStream};
pub use sdk_core::{
    ApiError, BrokenStream, ByteStream, ConfigError, DecodeError, Empty, EventStream, Follow,
    HeaderMap, Json, Nullable, Observed, OptionalJson, Page, PageError, Problem, Quota,
    RateLimitWindow, RateLimits, Raw, Reply, Response, RetryPolicy, StatusCode, Timestamp,
    TransportError, TransportErrorKind,
};

/// RunPod's REST API v2, for the types that are generic over an API.
#[derive(Clone, Copy, Debug)]
pub enum RunPod {}

impl sdk_core::Api for RunPod {
    const NAME: &'static str = "RunPod";
    type Problem = types::ErrorResponse;
    const SECRETS: &'static [&'static str] = &["env", "new", "old", "password", "value"];

    fn is_no_capacity(status: StatusCode, problem: &types::ErrorResponse) -> bool {
        error::is_no_capacity(status, problem)
    }
}

/// A call that is ready to be sent: `.await` it, or set options of this call first.
pub type Call<R> = sdk_core::Call<R, RunPod>;
