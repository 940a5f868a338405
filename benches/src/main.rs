//! The program that is measured.

fn main() -> std::process::ExitCode {
    sindri_cli::main()
}
