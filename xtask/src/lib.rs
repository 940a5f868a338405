//! What `cargo xtask generate` is made of: reading a document, mending and lowering it, laying an
//! overlay over it, and turning it into Rust.
//!
//! The order is `document` → `passes::mend` → `overlay` → `passes::lower` → `progenitor`.

pub mod document;
pub mod overlay;
pub mod passes;
pub mod pointer;
pub mod progenitor;
