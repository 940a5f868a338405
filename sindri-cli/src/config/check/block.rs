//! Blocks of keys: which keys are there, under which spelling, and which are missing.

use std::collections::BTreeMap;

use crate::config::diagnostic::Finding;
use crate::config::fields::{Block, Field, TOP};
use crate::config::findings::Findings;
use crate::config::node::{Entry, Node, NodeKind};
use crate::config::source::{Source, Span};
use crate::config::values::{Datum, Values};

/// Checks `tree` and returns its values by canonical path; `None` if it is no block of keys. `provider`
/// overrides the file's.
pub(in crate::config) fn check(
    source: &Source,
    tree: &Node,
    provider: Option<&str>,
    findings: &mut Findings,
) -> Option<Values> {
    let mut checker = Checker {
        source,
        findings,
        values: Values::default(),
        provider,
    };
    match &tree.kind {
        NodeKind::Map(entries) => {
            checker.block("", &TOP, entries, Span::new(0, 0));
            Some(checker.values)
        }
        NodeKind::Broken => None,
        NodeKind::Null | NodeKind::Scalar(_) | NodeKind::List(_) => {
            checker.findings.push(
                Finding::error("", tree.span, format!("the file holds {}", tree.describe()))
                    .binding()
                    .label("expected `version:`, `name:`, `deployment:`")
                    .help("write at least `version`, `name` and `deployment.provider`"),
            );
            None
        }
    }
}

pub(super) struct Checker<'c> {
    pub(super) source: &'c Source,
    pub(super) findings: &'c mut Findings,
    pub(super) values: Values,
    /// The provider chosen on the command line.
    pub(super) provider: Option<&'c str>,
}

impl Checker<'_> {
    /// Checks the keys of one block in the order of the table, so that what comes later can rest on what
    /// came before. `around` is what to point at when a key is missing.
    pub(super) fn block(
        &mut self,
        path: &str,
        block: &'static Block,
        entries: &[Entry],
        around: Span,
    ) {
        let mut written = self.assign(path, block, entries);
        for field in block.fields {
            let path = join(path, field.name);
            match written.remove(field.name) {
                Some(entry) => self.field(&path, field, entry),
                None => self.missing(&path, field, around),
            }
        }
    }

    /// Finds the field that each key means. Reports unknown keys, old spellings and double settings.
    fn assign<'e>(
        &mut self,
        path: &str,
        block: &'static Block,
        entries: &'e [Entry],
    ) -> BTreeMap<&'static str, &'e Entry> {
        let mut written: BTreeMap<&'static str, &'e Entry> = BTreeMap::new();
        for entry in entries {
            let exact = block.field(&entry.key);
            let other = || {
                block
                    .fields
                    .iter()
                    .find(|field| field.answers_to(&entry.key))
            };
            let Some(field) = exact.or_else(other) else {
                self.unknown_key(path, block, entry);
                continue;
            };
            if let Some(first) = written.get(field.name) {
                self.set_twice(&join(path, field.name), first, entry);
                continue;
            }
            if field.name != entry.key {
                self.old_spelling(&join(path, field.name), field, entry);
            }
            written.insert(field.name, entry);
        }
        written
    }

    fn set_twice(&mut self, path: &str, first: &Entry, second: &Entry) {
        let line = self.source.place(first.key_span).line;
        self.findings.push(
            Finding::error(
                path,
                second.key_span,
                format!("`{}` and `{}` are the same setting", first.key, second.key),
            )
            .label(format!("already set on line {line}"))
            .help(format!("set only one of `{}`, `{}`", first.key, second.key)),
        );
    }

    fn old_spelling(&mut self, path: &str, field: &Field, entry: &Entry) {
        self.findings.push(
            Finding::warning(
                path,
                entry.key_span,
                format!("`{}` is an old spelling", entry.key),
            )
            .label("still understood")
            .help(format!("write `{}`", field.name)),
        );
    }

    fn missing(&mut self, path: &str, field: &Field, around: Span) {
        let overridden = path == "deployment.provider" && self.provider.is_some();
        if !field.required || overridden {
            return;
        }
        // A file without a version is read as the current one; nothing else can be made up.
        let is_top = !path.contains('.');
        let finding = Finding::error(path, around, format!("`{path}` is missing"))
            .label(if is_top {
                "nowhere in the file"
            } else {
                "expected in here"
            })
            .help(missing_help(path, field));
        self.findings.push(if path == "version" {
            finding
        } else {
            finding.binding()
        });
        self.values.mark_unusable(path, around);
        // One level down: a missing `deployment` also lacks its provider, which needs no second message.
        if let Some(block) = field.kind.block() {
            for inner in block.fields.iter().filter(|inner| inner.required) {
                self.values.mark_unusable(&join(path, inner.name), around);
            }
        }
    }

    /// A value whose block or list is there but empty.
    pub(super) fn empty(&mut self, path: &str, field: &Field, entry: &Entry) {
        if field.required {
            self.missing(path, field, entry.key_span);
            return;
        }
        if field.kind.is_container() {
            return;
        }
        let default = if field.default.is_empty() {
            "it counts as not set".to_owned()
        } else {
            format!("the default counts: {}", field.default)
        };
        self.findings.push(
            Finding::warning(
                path,
                entry.key_span,
                format!("`{}` has no value", entry.key),
            )
            .label(default)
            .help("write a value or remove the key"),
        );
    }

    pub(super) fn record_block(&mut self, path: &str, entry: &Entry) {
        self.values.insert(path, Datum::Block, entry.key_span);
    }
}

fn missing_help(path: &str, field: &Field) -> String {
    let example = match path {
        "version" => "version: \"3.0\"".to_owned(),
        "name" => "name: my-app".to_owned(),
        "deployment" => {
            return "write `deployment:` with `provider: runpod` (or `northflank`) below it"
                .to_owned();
        }
        "deployment.provider" => {
            return "write `provider: runpod` (or `northflank`) below `deployment:`".to_owned();
        }
        _ => format!("{}: {}", field.name, field.kind.example()),
    };
    format!("write `{example}`")
}

/// The path of a key in a block.
pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
