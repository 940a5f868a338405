//! The `sindri` command.

fn main() -> std::process::ExitCode {
    sindri_cli::main()
}
