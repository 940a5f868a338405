//! What `ssh` itself had to say when it ended with 255, which is also what a remote command may end with.

/// What went wrong in the connection itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server showed another key than before.
    HostKey,
    /// The server took none of the user's keys.
    Denied,
    /// There was no connection.
    NoConnection,
    /// The connection broke.
    Lost,
    /// Something else.
    Other,
}

/// Lines that tell of nothing that went wrong.
const HARMLESS: [&str; 7] = [
    "Warning:",
    "** ",
    "no such identity:",
    "Pseudo-terminal will not be allocated",
    "Killed by signal",
    "Authenticated to ",
    "Transferred: ",
];

const HOST_KEY: [&str; 3] = [
    "Host key verification failed",
    "HOST IDENTIFICATION HAS CHANGED",
    "strict checking",
];

const DENIED: [&str; 3] = [
    "Permission denied",
    "Too many authentication failures",
    "No supported authentication methods",
];

const NO_CONNECTION: [&str; 6] = [
    "Connection refused",
    "Could not resolve hostname",
    "No route to host",
    "Network is unreachable",
    "Connection timed out",
    "Operation timed out",
];

const LOST: [&str; 8] = [
    "Connection closed",
    "Connection reset",
    "closed by remote host",
    "Broken pipe",
    "not responding",
    "Disconnected from",
    "Disconnecting",
    "Received disconnect",
];

/// What the log of `ssh` says went wrong. None when it was nothing: then the remote side ended like that.
pub(crate) fn trouble(log: &str) -> Option<Trouble> {
    let lines: Vec<&str> = log.lines().filter(|line| !is_harmless(line)).collect();
    if lines.is_empty() {
        return None;
    }
    let says = |words: &[&str]| {
        lines
            .iter()
            .any(|line| words.iter().any(|word| line.contains(word)))
    };
    let kinds = [
        (Trouble::HostKey, &HOST_KEY[..]),
        (Trouble::Denied, &DENIED),
        (Trouble::NoConnection, &NO_CONNECTION),
        (Trouble::Lost, &LOST),
    ];
    let found = kinds.iter().find(|(_, words)| says(words));
    Some(found.map_or(Trouble::Other, |(trouble, _)| *trouble))
}

fn is_harmless(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || HARMLESS.iter().any(|start| line.starts_with(start))
        || (line.starts_with("Connection to ") && line.ends_with(" closed."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ssh_says_is_told_from_what_the_remote_command_ended_with() {
        let check = |log: &str, expected| assert_eq!(trouble(log), expected, "{log}");
        check("", None);
        check("Connection to 203.0.113.7 closed.\r\n", None);
        check(
            "Warning: Permanently added 'sindri-abc' (ED25519) to the list of known hosts.\r\n\
             ** WARNING: connection is not using a post-quantum key exchange algorithm.\r\n",
            None,
        );
        check(
            "root@203.0.113.7: Permission denied (publickey).\r\n",
            Some(Trouble::Denied),
        );
        check(
            "Received disconnect from 203.0.113.7 port 22:2: Too many authentication failures\r\n",
            Some(Trouble::Denied),
        );
        check(
            "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.\r\n",
            Some(Trouble::HostKey),
        );
        check(
            "ssh: connect to host 203.0.113.7 port 22: Connection refused\r\n",
            Some(Trouble::NoConnection),
        );
        check(
            "ssh: Could not resolve hostname nowhere: Name or service not known\r\n",
            Some(Trouble::NoConnection),
        );
        check(
            "Connection to 203.0.113.7 closed by remote host.\r\nConnection to 203.0.113.7 closed.\r\n",
            Some(Trouble::Lost),
        );
        check(
            "client_loop: send disconnect: Broken pipe\r\n",
            Some(Trouble::Lost),
        );
        check(
            "Timeout, server 203.0.113.7 not responding.\r\n",
            Some(Trouble::Lost),
        );
        check(
            "command-line: line 0: Bad configuration option: x\r\n",
            Some(Trouble::Other),
        );
    }
}
