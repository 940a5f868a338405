//! The `sindri` command.

fn main() {}
