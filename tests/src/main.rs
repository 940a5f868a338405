//! The command line, built for the tests of this package.

fn main() {}
