//! Programs of this machine.

use std::path::PathBuf;

use tokio::time::Instant;

use super::timed;
use crate::output::{Tool, ToolState};
use crate::settings::Environment;
use crate::ssh::{find_program, version};

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
    find_program(name, environment.get("PATH"), environment.current_dir())
}
