//! Tests through the public face: the client on the wire, the compiled command line.

mod runpod_failures;
mod runpod_fixtures;
mod runpod_wire;
mod support;
