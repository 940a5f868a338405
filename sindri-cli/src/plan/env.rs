//! What differs between variables as they are and as they should be.

use std::collections::BTreeSet;

use super::action::{Change, Effect};
use super::difference::UNSET;
use crate::masked::Variables;

/// Variables that are sent and not compared: they change without a reason to restart anything.
const NOT_COMPARED: [&str; 1] = ["SINDRI_VERSION"];
/// Stands for a value that is there.
const MASK: &str = "***";

/// The differences, and what ends them.
#[derive(Debug, Default)]
pub(super) struct EnvDifference {
    pub(super) changes: Vec<Change>,
    pub(super) set: Variables,
    pub(super) remove: BTreeSet<String>,
}

/// Compares what is wanted with what is there. Of what is not wanted, only what was `sent` earlier goes, and
/// nothing of what is `kept`.
pub(super) fn env_difference(
    wanted: &Variables,
    now: &Variables,
    sent: &[String],
    kept: &[&str],
) -> EnvDifference {
    difference("env", wanted, now, sent, kept)
}

/// The same for files by their paths.
pub(super) fn file_difference(
    wanted: &Variables,
    now: &Variables,
    sent: &[String],
) -> EnvDifference {
    difference("file", wanted, now, sent, &[])
}

fn difference(
    kind: &str,
    wanted: &Variables,
    now: &Variables,
    sent: &[String],
    kept: &[&str],
) -> EnvDifference {
    let mut found = EnvDifference::default();
    let change = |name: &str, from: &str, to: &str| Change {
        field: format!("{kind} {name}"),
        from: from.to_owned(),
        to: to.to_owned(),
        effect: Effect::Restart,
    };
    for (name, value) in wanted {
        if NOT_COMPARED.contains(&name.as_str()) || now.get(name) == Some(value) {
            continue;
        }
        let from = if now.contains_key(name) { MASK } else { UNSET };
        found.changes.push(change(name, from, MASK));
        found.set.insert(name.clone(), value.clone());
    }
    let dropped = sent.iter().filter(|name| {
        !wanted.contains_key(*name) && now.contains_key(*name) && !kept.contains(&name.as_str())
    });
    for name in dropped {
        found.changes.push(change(name, MASK, UNSET));
        found.remove.insert(name.clone());
    }
    if found.changes.is_empty() {
        return found;
    }
    for name in NOT_COMPARED {
        if let Some(value) = wanted.get(name) {
            found.set.insert(name.to_owned(), value.clone());
        }
    }
    found
}
