//! The configuration from the outside: text in, findings and model out.

use std::path::PathBuf;

use super::*;

mod rendering;

/// Examines `text` as `sindri.yaml`.
fn run(text: &str) -> (Source, Examined) {
    run_as(text, None, Validation::Strict)
}

fn run_as(text: &str, provider: Option<&str>, validation: Validation) -> (Source, Examined) {
    let source = Source::new("sindri.yaml", text);
    let how = Examination {
        path: PathBuf::from("/work/sindri.yaml"),
        base_dir: PathBuf::from("/work"),
        provider: provider.map(str::to_owned),
        validation,
    };
    let examined = examine(&source, how);
    (source, examined)
}
