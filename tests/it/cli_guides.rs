//! What the guides tell to type works.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is a failed test")]

use crate::cli_context::PROGRAM;
use std::fs;
use std::path::Path;
use tests::Context;

const GUIDES: [&str; 2] = ["providers/RUNPOD.md", "migrating-from-runpod-v1.md"];

/// Commands that need another server, or a person; each has tests of its own.
const TRIED_ELSEWHERE: [&str; 3] = ["connect", "ssh-config", "secrets"];

fn text(guide: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::read_to_string(docs.join(guide)).unwrap()
}

/// The arguments of a line such as `sindri plan --json`, unless it is tried elsewhere or leaves something open.
fn arguments(line: &str) -> Option<&str> {
    let arguments = line.trim().strip_prefix("sindri ")?;
    let command = arguments.split(' ').next()?;
    let is_open = arguments.contains(['<', '…', '[', '|']);
    (!is_open && !TRIED_ELSEWHERE.contains(&command)).then_some(arguments)
}

/// The lines of all blocks to be typed, in the order of the page.
fn blocks(text: &str) -> Vec<&str> {
    let shell = text.split("```sh\n").skip(1);
    shell
        .flat_map(|rest| rest.split("```").next().unwrap_or_default().lines())
        .filter_map(arguments)
        .collect()
}

/// Commands in the middle of a sentence.
fn mentioned(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .filter_map(arguments)
        .collect()
}

#[test]
fn the_blocks_of_each_guide_work_one_after_the_other_in_the_sandbox() {
    for guide in GUIDES {
        let text = text(guide);
        let commands = blocks(&text);
        assert!(commands.len() > 3, "{guide}: {commands:?}");
        let mut context = Context::new(PROGRAM);
        context
            .set("SINDRI_SANDBOX", "true")
            .set("SINDRI_SANDBOX_TIME_SCALE", "50");
        for command in commands {
            context.run(command).expect(0);
        }
    }
}

#[test]
fn every_command_that_a_guide_mentions_exists_with_its_flags() {
    let context = Context::new(PROGRAM);
    for guide in GUIDES {
        let text = text(guide);
        let commands = mentioned(&text);
        assert!(commands.len() > 5, "{guide}: {commands:?}");
        for command in commands {
            context.run(&format!("{command} --help")).expect(0);
        }
    }
}
