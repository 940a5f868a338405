//! Prints the normal form of a document: `cargo run -p xtask --example lower -- openapi/runpod.json
//! [overlay.yaml]`.

use std::error::Error;
use std::io::Write as _;

use xtask::{document, overlay, passes, progenitor};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: lower DOCUMENT [OVERLAY]")?;
    let mut document = document::parse(&std::fs::read(path)?)?;
    let mut cx = passes::Context::new();
    passes::mend(&mut document, &mut cx)?;
    if let Some(path) = args.next() {
        let overlay = overlay::Overlay::parse(&std::fs::read(path)?)?;
        let applied = overlay.apply(&mut document, overlay::Mode::Strict)?;
        writeln!(std::io::stderr(), "{} actions", applied.applied)?;
    }
    passes::lower(&mut document, &mut cx)?;
    for warning in &cx.warnings {
        writeln!(std::io::stderr(), "warning: {warning}")?;
    }
    writeln!(
        std::io::stdout(),
        "{}",
        serde_json::to_string_pretty(&document)?
    )?;
    let tokens = progenitor::generate(&document)?;
    writeln!(
        std::io::stderr(),
        "{} bytes of Rust",
        tokens.to_string().len()
    )?;
    Ok(())
}
