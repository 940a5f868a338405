//! Keys that are not in the table.

use super::block::{Checker, join};
use crate::config::diagnostic::{Finding, Severity};
use crate::config::fields::{Block, TOP, Unknown, walk};
use crate::config::node::{Entry, NodeKind};
use crate::config::suggest;

impl Checker<'_> {
    pub(super) fn unknown_key(&mut self, path: &str, block: &'static Block, entry: &Entry) {
        if path.is_empty() && entry.key == "provider" {
            self.moved_provider(entry);
            return;
        }
        let severity = match block.unknown {
            Unknown::Error => Severity::Error,
            Unknown::Warning => Severity::Warning,
        };
        let home = if path.is_empty() {
            "the top level".to_owned()
        } else {
            format!("`{path}`")
        };
        let finding = Finding::new(
            severity,
            join(path, &entry.key),
            entry.key_span,
            format!("unknown key `{}`", suggest::brief(&entry.key)),
        )
        .label(format!("{home} has no such key"));
        // Looking for a near miss takes time, and nobody would read it.
        let hint = if self.findings.is_full() {
            String::new()
        } else {
            help(path, block, &entry.key)
        };
        self.findings.push(finding.help(hint));
    }

    /// The oldest form of the file had one top-level `provider:` with all options in it.
    fn moved_provider(&mut self, entry: &Entry) {
        let (name, options) = match &entry.value.kind {
            NodeKind::Scalar(scalar) => (scalar.text.as_str(), &[][..]),
            NodeKind::Map(entries) => {
                let name = entries.iter().find_map(|entry| match &entry.value.kind {
                    NodeKind::Scalar(scalar) if matches!(entry.key.as_str(), "name" | "type") => {
                        Some(scalar.text.as_str())
                    }
                    _ => None,
                });
                (name.unwrap_or("runpod"), entries.as_slice())
            }
            NodeKind::Null | NodeKind::Broken | NodeKind::List(_) => ("runpod", &[][..]),
        };
        let mut help = format!(
            "write `provider: {name}` below `deployment:`, the options below `providers.{name}:` \
             and the image as `deployment.image`"
        );
        let renames = renames(name, options);
        if !renames.is_empty() {
            help.push_str("; ");
            help.push_str(&renames.join(", "));
        }
        self.findings.push(
            Finding::error(
                "provider",
                entry.key_span,
                "`provider` has moved: `deployment.provider` holds the name, `providers.<name>` the options",
            )
            .label("no longer at the top level")
            .help(help),
        );
    }
}

/// `gpu_type` is now `gpuType`, for the keys that are there.
fn renames(provider: &str, entries: &[Entry]) -> Vec<String> {
    let mut fields = Vec::new();
    walk("", TOP.fields, &mut |path, field| {
        if path.strip_prefix("providers.") == Some(&format!("{provider}.{}", field.name)) {
            fields.push(field);
        }
    });
    let old = entries.iter().filter_map(|entry| {
        let field = fields.iter().find(|field| field.answers_to(&entry.key))?;
        (field.name != entry.key).then(|| format!("`{}` is now `{}`", entry.key, field.name))
    });
    old.collect()
}

fn help(path: &str, block: &'static Block, key: &str) -> String {
    if let Some((_, new)) = block.renamed.iter().find(|(old, _)| *old == key) {
        return format!("write `{new}`");
    }
    if let Some((_, hint)) = block.hints.iter().find(|(tried, _)| *tried == key) {
        return (*hint).to_owned();
    }
    let names = block.fields.iter().map(|field| field.name);
    if let Some(near) = suggest::nearest(key, names.clone()) {
        return format!("did you mean `{near}`?");
    }
    let homes = homes(path, key);
    if !homes.is_empty() {
        let homes = suggest::list(homes.iter().map(String::as_str), "or");
        return format!("`{key}` belongs to {homes}");
    }
    format!("it can hold {}", suggest::list(names, "and"))
}

/// Other blocks that have a key of this name.
fn homes(path: &str, key: &str) -> Vec<String> {
    let mut homes = Vec::new();
    walk("", TOP.fields, &mut |at, field| {
        let (block, _) = at.rsplit_once('.').unwrap_or(("the top level", at));
        if field.answers_to(key) && block != path && homes.len() < 3 {
            homes.push(block.to_owned());
        }
    });
    homes
}
