//! Programs of this machine.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::timed;
use crate::output::{Tool, ToolState};
use crate::settings::Environment;

/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(5);

/// Package managers by the program to look for.
const PACKAGE_MANAGERS: [&str; 9] = [
    "apt-get", "dnf", "yum", "zypper", "pacman", "apk", "brew", "winget", "choco",
];

/// The client of SSH, with its version.
pub(super) async fn ssh(environment: &Environment) -> Tool {
    let begun = Instant::now();
    let tool = Tool::optional("ssh", "ssh");
    let Some(path) = find("ssh", environment) else {
        return timed(begun, missing(tool));
    };
    let mut tool = tool.detail(path.display().to_string());
    tool.version = version(&path).await;
    if tool.version.is_none() {
        tool = tool.detail("it tells no version");
    }
    timed(begun, tool)
}

/// The program that copies files.
pub(super) fn scp(environment: &Environment) -> Tool {
    let begun = Instant::now();
    let tool = Tool::optional("scp", "scp");
    let tool = match find("scp", environment) {
        // It has no option that tells its version; it comes with ssh.
        Some(path) => tool.detail(path.display().to_string()),
        None => missing(tool),
    };
    timed(begun, tool)
}

/// Those that are installed.
pub(super) fn package_managers(environment: &Environment) -> Vec<&'static str> {
    let mut found = PACKAGE_MANAGERS.to_vec();
    found.retain(|name| find(name, environment).is_some());
    found
}

fn missing(tool: Tool) -> Tool {
    tool.state(ToolState::Missing)
        .detail("not in PATH")
        .help("install OpenSSH's client (`openssh-client` or `openssh-clients`)")
}

fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(environment.get("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The first line of what `-V` says. A program that does not end, or cannot be run, tells none.
async fn version(program: &Path) -> Option<String> {
    let mut child = Command::new(program)
        .arg("-V")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(_)) => return first_line(child),
            Ok(None) => sleep(Duration::from_millis(5)).await,
            Err(_) => break,
        }
    }
    // It may have ended a moment ago; then there is nothing to end.
    drop(child.kill());
    drop(child.wait());
    None
}

fn first_line(child: Child) -> Option<String> {
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next()?.trim();
    // Whatever a stranger in PATH writes, no escape codes reach the terminal.
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    (!line.is_empty()).then_some(line)
}
