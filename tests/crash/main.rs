//! Every command that changes something, cut off at every moment: killed before and after each call and each
//! write of a file, with the answer to each call lost, and with a 500 in its place though the work was done. Done once more, it must reach its goal, with one of
//! everything, and `destroy` must leave nothing.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what goes wrong here is a failed test"
)]

mod scenario;

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use tests::kill::KILL_AT;
use tests::world::{Goal, ORPHANS, World};
use tests::{Fault, Proxy};

use scenario::Scenario;

/// The compiled program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_sindri-under-test");

/// A run has fewer moments than this.
const MOST: u32 = 500;

/// How many moments were tried, by what happened at them and in which scenario.
type Counts = Arc<Mutex<Vec<(&'static str, String, u32)>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let counts = Counts::default();
    let mut trials = Vec::new();
    for scenario in Scenario::all() {
        let mut cut_offs: Vec<(_, CutOff, _)> = vec![
            ("killed", killed, Then::Again),
            ("lost answer", with_a_lost_answer, Then::Again),
            ("done and 500", with_a_failed_answer, Then::Again),
        ];
        if scenario.command.starts_with("deploy") {
            // Whoever was cut off may do something else next.
            cut_offs.push(("killed, then status", killed, Then::LookThenAgain));
            cut_offs.push(("killed, then destroy", killed, Then::Destroy));
        }
        for (what, cut_off, then) in cut_offs {
            let name = format!("{}: {}", scenario.provider.name(), scenario.name);
            let counts = Arc::clone(&counts);
            trials.push(Trial::test(format!("{name}, {what}"), move || {
                let tried = cut_off_everywhere(&scenario, cut_off, then)?;
                let mut counts = counts.lock().expect("no panic while it is held");
                counts.push((what, name, tried));
                Ok(())
            }));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    print(&counts.lock().expect("no panic while it is held"));
    conclusion.exit_code()
}

/// Cuts the command off at a moment. False when it has no such moment and ended well.
type CutOff = fn(&Scenario, &mut World, u32) -> Result<bool, Failed>;

/// What is done after it was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The same command.
    Again,
    /// `status`, and then the same command.
    LookThenAgain,
    /// `destroy`.
    Destroy,
}

/// Cuts the command off at its first moment, at its second, and so on until it ends undisturbed.
fn cut_off_everywhere(scenario: &Scenario, cut_off: CutOff, then: Then) -> Result<u32, Failed> {
    for moment in 1..MOST {
        let mut world = World::new(PROGRAM, scenario.provider);
        scenario.prepare(&world);
        let was_cut_off = cut_off(scenario, &mut world, moment)?;
        let fail = |problem: String| Err(format!("moment {moment}: {problem}").into());
        let next: &[&str] = match then {
            Then::Again => &[scenario.command],
            Then::LookThenAgain => &["status", scenario.command],
            Then::Destroy => &[],
        };
        for command in next.iter().filter(|_| was_cut_off) {
            let run = world.context.run(command);
            if run.code != 0 {
                return fail(format!("{command} after it fails: {run:?}"));
            }
        }
        let wrongs = match then {
            Then::Destroy => Vec::new(),
            Then::Again | Then::LookThenAgain => world.wrongs(scenario.goal),
        };
        if !wrongs.is_empty() {
            return fail(format!("the goal is not reached: {}", wrongs.join(", ")));
        }
        let end = world.context.run(scenario.provider.end());
        if end.code != 0 {
            return fail(format!("it cannot be destroyed: {end:?}"));
        }
        let wrongs = world.wrongs(Goal::Gone);
        if !wrongs.is_empty() {
            return fail(format!("destroy leaves something: {}", wrongs.join(", ")));
        }
        if !was_cut_off {
            return match moment {
                1 => fail("it has no moment at all".to_owned()),
                _ => Ok(moment - 1),
            };
        }
    }
    Err("it has too many moments".into())
}

fn killed(scenario: &Scenario, world: &mut World, moment: u32) -> Result<bool, Failed> {
    world.context.set(KILL_AT, &moment.to_string());
    let run = world.context.run(scenario.command);
    world.context.unset(KILL_AT);
    let was_killed = run.stderr.contains(&format!("killed at moment {moment},"));
    match (run.code, was_killed) {
        (0, false) => Ok(false),
        // A signal gives no code.
        (-1, true) => Ok(true),
        _ => Err(format!("moment {moment}: neither killed nor well: {run:?}").into()),
    }
}

fn with_a_lost_answer(scenario: &Scenario, world: &mut World, moment: u32) -> Result<bool, Failed> {
    with_a_fault(Fault::Lost, scenario, world, moment)
}

/// The work is done, and the answer says that it failed.
fn with_a_failed_answer(
    scenario: &Scenario,
    world: &mut World,
    moment: u32,
) -> Result<bool, Failed> {
    with_a_fault(Fault::Failed500, scenario, world, moment)
}

fn with_a_fault(
    fault: Fault,
    scenario: &Scenario,
    world: &mut World,
    moment: u32,
) -> Result<bool, Failed> {
    let proxy = Proxy::start_after(&world.cloud, fault, "", 1, moment - 1);
    world.at(&proxy.url());
    let run = world.context.run(scenario.command);
    let direct = world.cloud.url().to_owned();
    world.at(&direct);
    match run.code {
        0 => Ok(proxy.is_spent()),
        // The provider failed, or the network: said so, and done once more.
        3 | 4 if proxy.is_spent() => Ok(true),
        _ => Err(format!("moment {moment}: {run:?}").into()),
    }
}

fn print(counts: &[(&str, String, u32)]) {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort();
    let all: u32 = counts.iter().map(|(_, _, tried)| tried).sum();
    let orphans = ORPHANS.load(Ordering::Relaxed);
    println!("moments tried: {all}, orphans left: {orphans}");
    for (what, name, tried) in counts {
        println!("{tried:>5}  {name}, {what}");
    }
}
