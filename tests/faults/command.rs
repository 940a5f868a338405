//! The commands that meet faults, each in a situation.

use std::collections::BTreeSet;

use tests::world::{Goal, Provider, World};

use crate::PROGRAM;
use crate::table::Fault;

/// A command in a situation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command {
    pub(crate) provider: Provider,
    pub(crate) arguments: &'static str,
    before: &'static [&'static str],
    edits: &'static [(&'static str, &'static str)],
    /// What there is once it was done, and was done once more if it failed.
    pub(crate) goal: Goal,
}

/// In this order: an operation is tried with the first command that uses it.
pub(crate) fn all() -> Vec<Command> {
    let mut all = Vec::new();
    for provider in [Provider::RunPod, Provider::Northflank] {
        let command = |arguments, before, goal| Command {
            provider,
            arguments,
            before,
            edits: &[],
            goal,
        };
        all.extend([
            command("deploy", &[], Goal::Running),
            Command {
                edits: &[
                    ("ghcr.io/org/app:1", "ghcr.io/org/app:2"),
                    ("volumeSizeGb: 10", "volumeSizeGb: 20"),
                ],
                ..command("deploy", &["deploy"], Goal::Running)
            },
            command("stop", &["deploy"], Goal::Stopped),
            command("start", &["deploy", "stop"], Goal::Running),
            command(provider.end(), &["deploy"], Goal::Gone),
            command("status", &["deploy"], Goal::Running),
            command("plan", &["deploy"], Goal::Running),
            command("logs", &["deploy"], Goal::Running),
            command("orphans", &["deploy"], Goal::Running),
            command("gpu list", &["deploy"], Goal::Running),
            command("volume list", &["deploy"], Goal::Running),
            command("doctor --check-auth", &["deploy"], Goal::Running),
        ]);
    }
    all
}

impl Command {
    /// A world in the situation.
    pub(crate) fn world(&self) -> World {
        let mut world = World::new(PROGRAM, self.provider);
        world
            .context
            .set("SINDRI_RETRY_DELAY_MS", "5")
            .set("SINDRI_READ_TIMEOUT_MS", "300")
            .set("SINDRI_DEPLOY_TIMEOUT_SECS", "2");
        for command in self.before {
            world.context.run(command).expect(0);
        }
        for (from, to) in self.edits {
            world.context.edit(from, to);
        }
        world
    }

    /// Whether it changes anything at the provider.
    pub(crate) fn changes(&self) -> bool {
        ["deploy", "stop", "start", "destroy"]
            .iter()
            .any(|verb| self.arguments.starts_with(verb))
    }

    /// Whether it reports on what it finds.
    pub(crate) fn is_doctor(&self) -> bool {
        self.arguments.starts_with("doctor")
    }

    /// How it may end with a fault.
    pub(crate) fn codes(&self, fault: &Fault) -> &'static [i32] {
        if self.is_doctor() {
            &[0, 2, 5]
        } else {
            fault.codes
        }
    }

    /// How it ends when nobody answers.
    pub(crate) fn code_without_provider(&self) -> i32 {
        if self.is_doctor() { 2 } else { 4 }
    }

    /// Whether there is nothing before it.
    pub(crate) fn before_is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// The operations that it calls, undisturbed, as faults name them.
    pub(crate) fn operations(&self) -> BTreeSet<String> {
        let world = self.world();
        let before = world.cloud.sandbox().requests().len();
        world.context.run(self.arguments).expect(0);
        let requests = world.cloud.sandbox().requests().into_iter().skip(before);
        requests.filter_map(|request| request.operation).collect()
    }

    /// The command line with its provider.
    pub(crate) fn name(&self) -> String {
        let situation = if self.edits.is_empty() {
            ""
        } else {
            " (changed)"
        };
        format!("{} {}{situation}", self.provider.name(), self.arguments)
    }
}
