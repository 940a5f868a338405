//! The options of a connection: once, for the program's arguments and for the file that editors read.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::address::Way;
use super::identity::Identity;

/// A connection that can be made.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) way: Way,
    pub(crate) identity: Identity,
    /// The file that holds the server's key once it was seen.
    pub(crate) known_hosts: PathBuf,
    /// The name that the key is kept under. None for a server that is not the pod's own.
    pub(crate) host_key_alias: Option<String>,
}

/// A name of an option and its value.
type Pair = (&'static str, String);

/// The name that a pod's host key is kept under: addresses and ports change at every start.
pub(crate) fn host_key_alias(pod_id: &str) -> String {
    format!("sindri-{pod_id}")
}

/// The name of a deployment in the file for editors.
pub(crate) fn host_alias(name: &str) -> String {
    format!("sindri-{name}")
}

/// A copy with `scp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Copy {
    /// From here to there.
    Up { local: PathBuf, remote: String },
    /// From there to here.
    Down { remote: String, local: PathBuf },
}

impl Connection {
    /// Arguments for `ssh`. None of them can be taken for something else, not even a command that begins
    /// with `-`.
    pub(crate) fn arguments(
        &self,
        connect_timeout: Duration,
        command: Option<&str>,
    ) -> Vec<String> {
        let mut arguments = self.options(connect_timeout);
        arguments.push("--".to_owned());
        arguments.push(self.way.address().host.clone());
        arguments.extend(command.map(str::to_owned));
        arguments
    }

    /// Arguments for `ssh` to run nothing and lead ports here to ports there.
    pub(crate) fn forwarding(
        &self,
        connect_timeout: Duration,
        ports: &[(u16, u16)],
    ) -> Vec<String> {
        let mut arguments = self.options(connect_timeout);
        let options = ports
            .iter()
            .map(|(local, remote)| format!("LocalForward=127.0.0.1:{local} 127.0.0.1:{remote}"))
            // The log is how it is known that the ports are open.
            .chain(["ExitOnForwardFailure=yes", "LogLevel=DEBUG1"].map(str::to_owned));
        arguments.extend(options.flat_map(|option| ["-o".to_owned(), option]));
        arguments.extend(["-N", "-T", "--"].map(str::to_owned));
        arguments.push(self.way.address().host.clone());
        arguments
    }

    /// Arguments for `scp` to copy a file or a folder.
    pub(crate) fn copying(&self, connect_timeout: Duration, copy: &Copy) -> Vec<String> {
        let mut arguments = self.options(connect_timeout);
        arguments.extend(["-r", "--"].map(str::to_owned));
        let host = &self.way.address().host;
        let there = |path: &str| {
            if host.contains(':') {
                format!("[{host}]:{path}")
            } else {
                format!("{host}:{path}")
            }
        };
        // An absolute path is never taken for one of another host.
        match copy {
            Copy::Up { local, remote } => {
                arguments.extend([local.display().to_string(), there(remote)]);
            }
            Copy::Down { remote, local } => {
                arguments.extend([there(remote), local.display().to_string()]);
            }
        }
        arguments
    }

    fn options(&self, connect_timeout: Duration) -> Vec<String> {
        let mut pairs = self.pairs();
        // A connection that another `ssh` holds open was not checked against our file.
        pairs.push(("ControlPath", "none".to_owned()));
        let seconds = connect_timeout.as_millis().div_ceil(1000);
        pairs.push(("ConnectTimeout", seconds.to_string()));
        let options = pairs
            .into_iter()
            .flat_map(|(name, value)| ["-o".to_owned(), format!("{name}={value}")]);
        options.collect()
    }

    /// The lines of a `Host` block.
    pub(super) fn block(&self) -> String {
        let host = ("HostName", self.way.address().host.clone());
        let pairs = std::iter::once(host).chain(self.pairs());
        let lines: Vec<String> = pairs
            .map(|(name, value)| format!("  {name} {value}"))
            .collect();
        lines.join("\n")
    }

    fn pairs(&self) -> Vec<Pair> {
        let address = self.way.address();
        let mut pairs = vec![
            ("Port", address.port.to_string()),
            ("User", address.user.clone()),
        ];
        if let Some(file) = self.identity.file() {
            pairs.push(("IdentityFile", quoted(file)));
        }
        if matches!(self.identity, Identity::Known(_)) {
            pairs.push(("IdentitiesOnly", "yes".to_owned()));
        }
        if let Some(alias) = &self.host_key_alias {
            pairs.push(("HostKeyAlias", alias.clone()));
        }
        pairs.push(("UserKnownHostsFile", quoted(&self.known_hosts)));
        let fixed = [
            // The first key is taken, a changed one never.
            ("StrictHostKeyChecking", "accept-new"),
            // Addresses are given to other pods later on: the name above is what counts.
            ("CheckHostIP", "no"),
            ("PreferredAuthentications", "publickey"),
            ("ForwardAgent", "no"),
            ("ForwardX11", "no"),
            // A pod that was stopped sends no goodbye.
            ("ServerAliveInterval", "30"),
        ];
        pairs.extend(fixed.map(|(name, value)| (name, value.to_owned())));
        pairs
    }
}

/// The line of the user's own file that makes `ssh` read another.
pub(crate) fn include_line(path: &Path) -> String {
    // What `%` means here differs between versions of `ssh`: it is left as it is.
    format!("Include {}", quoted(path).replace("%%", "%"))
}

/// A path as `ssh` reads it: in quotes, and with nothing in it that stands for something else.
pub(super) fn quoted(path: &Path) -> String {
    let mut text = String::from('"');
    for c in path.display().to_string().chars() {
        match c {
            '\\' | '"' => text.extend(['\\', c]),
            '%' => text.push_str("%%"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ssh::address::Address;

    fn connection(identity: Identity) -> Connection {
        Connection {
            way: Way::Direct(Address {
                host: "203.0.113.7".to_owned(),
                port: 10022,
                user: "root".to_owned(),
            }),
            identity,
            known_hosts: PathBuf::from("/my project/.sindri/known_hosts/abc"),
            host_key_alias: Some(host_key_alias("abc")),
        }
    }

    #[test]
    fn host_key_checks_are_on_in_arguments_and_in_the_file() {
        let connection = connection(Identity::Known("/home/u/.ssh/id_ed25519".into()));
        let arguments = connection.arguments(Duration::from_millis(1500), Some("-v x"));
        insta::assert_snapshot!(arguments.join("\n").replace("-o\n", "-o "), @r#"
        -o Port=10022
        -o User=root
        -o IdentityFile="/home/u/.ssh/id_ed25519"
        -o IdentitiesOnly=yes
        -o HostKeyAlias=sindri-abc
        -o UserKnownHostsFile="/my project/.sindri/known_hosts/abc"
        -o StrictHostKeyChecking=accept-new
        -o CheckHostIP=no
        -o PreferredAuthentications=publickey
        -o ForwardAgent=no
        -o ForwardX11=no
        -o ServerAliveInterval=30
        -o ControlPath=none
        -o ConnectTimeout=2
        --
        203.0.113.7
        -v x
        "#);
        insta::assert_snapshot!(connection.block().trim_start(), @r#"
        HostName 203.0.113.7
          Port 10022
          User root
          IdentityFile "/home/u/.ssh/id_ed25519"
          IdentitiesOnly yes
          HostKeyAlias sindri-abc
          UserKnownHostsFile "/my project/.sindri/known_hosts/abc"
          StrictHostKeyChecking accept-new
          CheckHostIP no
          PreferredAuthentications publickey
          ForwardAgent no
          ForwardX11 no
          ServerAliveInterval 30
        "#);
    }

    #[test]
    fn only_a_key_that_is_known_to_fit_keeps_others_from_being_offered() {
        let check = |identity, file: bool, only: bool| {
            let block = connection(identity).block();
            assert_eq!(block.contains("IdentityFile"), file, "{block}");
            assert_eq!(block.contains("IdentitiesOnly"), only, "{block}");
        };
        check(Identity::Known("/k".into()), true, true);
        check(Identity::Likely("/k".into()), true, false);
        check(Identity::Unknown, false, false);
    }

    #[test]
    fn nothing_in_a_path_stands_for_something_else() {
        let check = |path: &str, expected: &str| assert_eq!(quoted(Path::new(path)), expected);
        check("/a b/c", "\"/a b/c\"");
        check("/100%/d", "\"/100%%/d\"");
        check("/a\"b\\c", "\"/a\\\"b\\\\c\"");
    }
}
