#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
#[cfg(feature = "jobs")]
mod concurrency;
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
#[cfg(feature = "streams")]
#[doc(hidden)]
pub mod fuzzing;
mod lists;
#[cfg(feature = "streams")]
#[cfg_attr(
    not(all(feature = "services", feature = "jobs", feature = "addons")),
    allow(dead_code, reason = "each group of calls reaches some of the streams")
)]
pub mod stream;
#[cfg(all(feature = "services", feature = "volumes"))]
pub mod wait;

pub use client::{Client, ClientBuilder};
pub use error::{ApiProblem, Error};
#[doc(inline)]
pub use generated::*;
pub use lists::{Items, Pages};
pub use sdk_core::{
    ApiError, ConfigError, Data, DecodeError, Empty, Json, List, ListPage, Nullable, Observed,
    OptionalJson, Page, PageError, Pagination, Problem, Quota, RateLimitWindow, RateLimits, Raw,
    Reply, Response, RetryPolicy, StatusCode, Timestamp, TransportError, TransportErrorKind,
};

/// Northflank's REST API v1, for the types that are generic over an API.
#[derive(Clone, Copy, Debug)]
pub enum Northflank {}

impl sdk_core::Api for Northflank {
    const NAME: &'static str = "Northflank";
    type Problem = ApiProblem;
    const SECRETS: &'static [&'static str] = &[
        "accessKey",
        "accessToken",
        "apiKey",
        "api_key",
        "applicationKey",
        "argumentOverrides",
        "arguments",
        "buildArguments",
        "buildFiles",
        "clientSecret",
        "clientToken",
        "connectionString",
        "data",
        "default_api_key",
        "dockerCredentials",
        "dockerSecretMounts",
        "downloadLink",
        "envs",
        "files",
        "installationToken",
        "keyfileJson",
        "kubeconfig",
        "licenseKey",
        "passphrase",
        "password",
        "privateKey",
        "privateKeyPem",
        "runtimeEnvironment",
        "runtimeFiles",
        "s3AccessKey",
        "s3SecretKey",
        "secret",
        "secretAccessKey",
        "secretKey",
        "secrets",
        "serviceToken",
        "teardownArgumentOverrides",
        "templateValues",
        "token",
        "value",
        "values",
        "variables",
        "webhook",
    ];
}

/// A call that is ready to be sent: `.await` it, or set options of this call first. A list has
/// [`items`](sdk_core::Call::items) and [`pages`](sdk_core::Call::pages) over all its pages.
pub type Call<R> = sdk_core::Call<R, Northflank>;
