//! What measurements share: a server that has its answers ready, and calls by hand.

#![expect(
    clippy::expect_used,
    clippy::redundant_closure_for_method_calls,
    reason = "what cannot be measured is not measured"
)]

pub mod by_hand;
pub mod loopback;
