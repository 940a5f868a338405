//! What the tests of the compiled command line share: a directory with a `sindri.yaml`, a clean
//! environment, a cloud to talk to, and a way to lose answers on the way back.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::redundant_closure_for_method_calls,
    reason = "what goes wrong here is a failed test"
)]

mod cloud;
mod context;
pub mod kill;
mod proxy;
pub mod rounds;
mod vault;
pub mod world;

pub use cloud::Cloud;
pub use context::{Context, Run, Running};
pub use proxy::{Fault, Proxy};
pub use vault::{VAULT_TOKEN, Vault, refusal, secret};

/// The code in pages that belong to no crate, or to one that has other pages of its own.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/semver.md")]
    pub struct Semver;
    #[doc = include_str!("../../docs/testing.md")]
    pub struct Testing;
    #[doc = include_str!("../../sdk-core/README.md")]
    pub struct SdkCore;
}
