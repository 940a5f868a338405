//! What measurements share: a server that has its answers ready, and calls by hand.

#![expect(
    clippy::expect_used,
    reason = "what cannot be measured is not measured"
)]
#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is one of another crate's type"
)]

pub mod by_hand;
pub mod loopback;
