//! The command line, built for the tests of this package: it can be told to end at any moment.

fn main() -> std::process::ExitCode {
    sindri_cli::main_watched(tests::kill::reached)
}
