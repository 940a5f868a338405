//! `cargo xtask diff`: what a change of a description means for whoever uses the SDK made of it.
//!
//! Two descriptions are compared as the generator understands them, after overlay and passes: by the names,
//! types and signatures of the Rust that would come out, and by what that Rust sends.

mod commands;
mod operations;
mod render;
mod types;
mod words;

#[cfg(test)]
mod tests;

pub use commands::known as known_commands;
pub use render::{Format, render};

use crate::syntax::{Scale, model::Model, reached};
use std::collections::{BTreeMap, BTreeSet};

/// What a change asks of whoever uses the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Their code may stop to compile, or sends something else.
    Breaking,
    /// There is more than before.
    Additive,
    /// Only words.
    Documentation,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What it asks of users.
    pub class: Class,
    /// The call or the type it is about.
    pub about: About,
    /// What is different.
    pub what: String,
    /// Whether it is a text of the documentation, of which there may be many.
    pub words: bool,
    /// The calls that send or receive what changed, as `group.method`.
    pub calls: BTreeSet<String>,
    /// The commands of `sindri` that make one of these calls.
    pub commands: BTreeSet<String>,
}

/// What a difference is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A call, as `group.method`.
    Call(String),
    /// A type.
    Type(String),
}

impl About {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Call(name) | Self::Type(name) => name,
        }
    }
}

/// The step of the version that a list of changes calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bump {
    /// Something breaks.
    Major,
    /// Something is new.
    Minor,
    /// Only words.
    Patch,
    /// Nothing changed.
    None,
}

impl Bump {
    /// For these changes.
    pub fn of(changes: &[Change]) -> Self {
        match changes.iter().map(|change| change.class).min() {
            Some(Class::Breaking) => Self::Major,
            Some(Class::Additive) => Self::Minor,
            Some(Class::Documentation) => Self::Patch,
            None => Self::None,
        }
    }
}

/// Compares two descriptions of an API. `api` is its name, for the commands that call it.
pub fn between(api: &str, old: &Model, new: &Model, scale: Scale) -> Vec<Change> {
    let mut found = Found::default();
    operations::compare(old, new, &mut found);
    types::compare(old, new, scale, &mut found);
    let users = users(old, new);
    let known = commands::of(api);
    for change in &mut found.0 {
        change.calls = match &change.about {
            About::Call(name) => BTreeSet::from([name.clone()]),
            About::Type(name) => users.get(name).cloned().unwrap_or_default(),
        };
        let commands = change.calls.iter().filter_map(|call| known.get(call));
        change.commands = commands.flatten().cloned().collect();
    }
    found.0.sort();
    found.0
}

/// Which calls send or receive a type, before or after.
fn users(old: &Model, new: &Model) -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for model in [old, new] {
        for operation in &model.operations {
            for name in reached(model, operation) {
                let calls = users.entry(name.to_owned()).or_default();
                calls.insert(words::call(operation));
            }
        }
    }
    users
}

/// The differences found so far.
#[derive(Debug, Default)]
struct Found(Vec<Change>);

impl Found {
    fn add(&mut self, class: Class, about: &About, what: impl Into<String>) {
        self.0.push(Change {
            class,
            about: about.clone(),
            what: what.into(),
            words: false,
            calls: BTreeSet::new(),
            commands: BTreeSet::new(),
        });
    }

    /// Words that differ.
    fn words(&mut self, about: &About, of: &str, old: &str, new: &str) {
        if old != new {
            self.add(Class::Documentation, about, format!("the words of {of}"));
            self.0.last_mut().into_iter().for_each(|it| it.words = true);
        }
    }
}
