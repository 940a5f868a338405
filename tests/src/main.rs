//! The command line, built for the tests of this package.

fn main() -> std::process::ExitCode {
    sindri_cli::main()
}
