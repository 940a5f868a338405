//! Checks a tree against the table of fields: keys, spellings, types, ranges and forms.

mod block;
mod list;
mod provider;
mod unknown;
mod value;

pub(super) use block::check;
