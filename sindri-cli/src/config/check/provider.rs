//! `providers`: only the block of the chosen provider is looked at.

use super::block::{Checker, join};
use crate::config::diagnostic::Finding;
use crate::config::fields::{Field, PROVIDERS};
use crate::config::node::Entry;
use crate::config::suggest;

/// Names of blocks that are not names of providers.
const OTHER_NAMES: &[&str] = &["k8s"];

impl Checker<'_> {
    pub(super) fn providers(&mut self, path: &str, blocks: &'static [Field], entries: &[Entry]) {
        let chosen = match self.provider {
            Some(provider) => Some(provider.to_owned()),
            None => self
                .values
                .top()
                .text("deployment.provider")
                .map(|provider| provider.value.to_owned()),
        };
        for entry in entries {
            let name = entry.key.as_str();
            if let Some(field) = blocks.iter().find(|field| field.name == name) {
                if chosen.as_deref() == Some(name) {
                    self.field(&join(path, name), field, entry);
                }
            } else if !PROVIDERS.contains(&name) && !OTHER_NAMES.contains(&name) {
                self.unknown_provider(path, entry);
            }
        }
    }

    fn unknown_provider(&mut self, path: &str, entry: &Entry) {
        let all = suggest::list(PROVIDERS.iter().copied(), "or");
        let help = match suggest::nearest(&entry.key, PROVIDERS.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the providers are {all}"),
        };
        self.findings.push(
            Finding::warning(
                join(path, &entry.key),
                entry.key_span,
                format!("there is no provider `{}`", entry.key),
            )
            .label("nothing reads this block")
            .help(help),
        );
    }
}
