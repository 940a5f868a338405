//! What is done when it is cut off, and what must hold after it was done once more.

use tests::world::{Goal, Provider, World};

/// A command in a situation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) provider: Provider,
    pub(crate) name: &'static str,
    /// What leads to the situation.
    before: &'static [Step],
    /// The command that is cut off.
    pub(crate) command: &'static str,
    pub(crate) goal: Goal,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// A command that ends well.
    Run(&'static str),
    /// A change of `sindri.yaml`.
    Edit(&'static str, &'static str),
}

impl Scenario {
    /// Leads a new world to where the command is cut off.
    pub(crate) fn prepare(&self, world: &World) {
        for step in self.before {
            match step {
                Step::Run(command) => drop(world.context.run(command).expect(0)),
                Step::Edit(from, to) => drop(world.context.edit(from, to)),
            }
        }
    }

    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for provider in [Provider::RunPod, Provider::Northflank] {
            let (changes, replaced): (&[Step], &[Step]) = match provider {
                Provider::RunPod => (&IN_PLACE, &RUNPOD_REPLACED),
                Provider::Northflank => (&IN_PLACE, &NORTHFLANK_REPLACED),
            };
            let table: [(_, &[Step], _, _); 6] = [
                ("deploy", &[], "deploy", Goal::Running),
                ("deploy, changed", changes, "deploy", Goal::Running),
                ("deploy, forced", replaced, "deploy --force", Goal::Running),
                ("stop", &[DEPLOYED], "stop", Goal::Stopped),
                (
                    "start",
                    &[DEPLOYED, Step::Run("stop")],
                    "start",
                    Goal::Running,
                ),
                ("destroy", &[DEPLOYED], provider.end(), Goal::Gone),
            ];
            all.extend(table.map(|(name, before, command, goal)| Self {
                provider,
                name,
                before,
                command,
                goal,
            }));
        }
        all
    }
}

const DEPLOYED: Step = Step::Run("deploy");

const NEW_IMAGE: Step = Step::Edit("ghcr.io/org/app:1", "ghcr.io/org/app:2");

const LARGER_VOLUME: Step = Step::Edit("volumeSizeGb: 10", "volumeSizeGb: 20");

/// In place, with a restart.
const IN_PLACE: [Step; 3] = [DEPLOYED, NEW_IMAGE, LARGER_VOLUME];

/// Another pod.
const RUNPOD_REPLACED: [Step; 2] = [
    DEPLOYED,
    Step::Edit("cpuInstanceId: cpu3c-2-4", "cpuInstanceId: cpu3c-4-8"),
];

/// A service is never replaced; this is the largest change in place.
const NORTHFLANK_REPLACED: [Step; 4] = [
    DEPLOYED,
    NEW_IMAGE,
    Step::Edit(
        "computePlan: nf-compute-200",
        "computePlan: nf-compute-100-2",
    ),
    Step::Edit("volumeMountPath: /data", "volumeMountPath: /work"),
];
