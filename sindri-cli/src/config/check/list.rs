//! Lists, and values that should have been a list or a block.

use super::block::Checker;
use super::value::{Misfit, wrong_type};
use crate::config::fields::{Block, Field, Kind};
use crate::config::node::{Entry, Node, NodeKind};
use crate::config::values::Datum;

impl Checker<'_> {
    /// A list of single values.
    pub(super) fn list(&mut self, path: &str, kind: &'static Kind, entry: &Entry, items: &[Node]) {
        self.values
            .insert(path, Datum::List(items.len()), entry.key_span);
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            match &item.kind {
                NodeKind::Broken => self.values.mark_unusable(&path, item.span),
                NodeKind::Null => {
                    let misfit = Misfit {
                        message: "the item is empty".to_owned(),
                        label: "holds an empty item".to_owned(),
                        help: format!("write for example `{}`, or remove the `-`", kind.example()),
                        usable: None,
                    };
                    self.misfit(&path, first_line(entry, item), misfit);
                }
                _ => self.single(&path, kind, item, first_line(entry, item)),
            }
        }
    }

    /// A list of blocks.
    pub(super) fn blocks(
        &mut self,
        path: &str,
        block: &'static Block,
        entry: &Entry,
        items: &[Node],
    ) {
        self.values
            .insert(path, Datum::List(items.len()), entry.key_span);
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let span = first_line(entry, item);
            match &item.kind {
                NodeKind::Map(entries) => {
                    self.values.insert(&path, Datum::Block, span);
                    self.block(&path, block, entries, span);
                }
                NodeKind::Broken => self.values.mark_unusable(&path, span),
                NodeKind::Null | NodeKind::Scalar(_) | NodeKind::List(_) => {
                    let kind = Kind::Block(block);
                    self.misfit(&path, span, wrong_type(&kind, item.describe()));
                }
            }
        }
    }

    /// Something else where a list or a block belongs.
    pub(super) fn not_a_container(&mut self, path: &str, field: &Field, entry: &Entry) {
        let node = &entry.value;
        let misfit = match (&field.kind, &node.kind) {
            (Kind::List(item), NodeKind::Scalar(scalar)) => Misfit {
                help: match item {
                    Kind::Integer { .. } => format!("write `[{}]`", scalar.text),
                    _ => format!("write `[{}]`", words(&scalar.text)),
                },
                ..wrong_type(&field.kind, node.describe())
            },
            (Kind::Blocks(_), NodeKind::Map(inner))
                if inner.iter().any(|entry| entry.key == field.name) =>
            {
                Misfit {
                    message: "must be a list: the form with a block around it is not supported"
                        .to_owned(),
                    label: "this is a block".to_owned(),
                    help: format!(
                        "put the list right below `{0}:` and drop `backend` and the inner `{0}:`",
                        field.name
                    ),
                    usable: None,
                }
            }
            _ => wrong_type(&field.kind, node.describe()),
        };
        let span = match &node.kind {
            NodeKind::Scalar(_) => node.span,
            _ => entry.key_span,
        };
        self.misfit(path, span, misfit);
    }
}

/// Text that was meant as a list, as one: `a, b` becomes `"a", "b"`.
fn words(text: &str) -> String {
    let words = text.split(|character: char| character == ',' || character.is_whitespace());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    words.join(", ")
}

/// What to point at for an item: its first key, itself, or the list's key.
fn first_line(entry: &Entry, item: &Node) -> crate::config::source::Span {
    match &item.kind {
        NodeKind::Map(entries) => entries.first().map_or(item.span, |first| first.key_span),
        NodeKind::List(_) => entry.key_span,
        NodeKind::Null if item.span.start == item.span.end => entry.key_span,
        NodeKind::Null | NodeKind::Scalar(_) | NodeKind::Broken => item.span,
    }
}
