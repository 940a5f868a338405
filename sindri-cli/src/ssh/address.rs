//! Which of the ways to a pod is taken.

use std::fmt;

use crate::plan::{SshAddress, SshSeen};

/// The server of one way, checked: nothing in it can be taken for an option or a second line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
}

/// A way to a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the SSH server in the pod: everything that SSH can do.
    Direct(Address),
    /// Through the provider's own server: an interactive shell and nothing else.
    Proxy(Address),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A shell for a person at a terminal.
    Shell,
    /// Everything else: one command, a program at the other end of standard input, files, forwarding.
    Full,
}

/// Why no way can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoWay {
    /// The provider gave no address.
    None,
    /// There is the proxy only, which is a shell.
    ShellOnly(Address),
    /// What the provider gave is no address.
    Unusable(String),
}

impl Way {
    /// Where it leads first.
    pub(crate) fn address(&self) -> &Address {
        match self {
            Self::Direct(address) | Self::Proxy(address) => address,
        }
    }

    /// One word for JSON.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Direct(_) => "direct",
            Self::Proxy(_) => "proxy",
        }
    }
}

/// Direct where there is such an address; else the proxy, where a shell is enough.
pub(crate) fn choose(ssh: &SshSeen, need: Need) -> Result<Way, NoWay> {
    match (&ssh.direct, &ssh.proxy) {
        (Some(direct), _) => Ok(Way::Direct(checked(direct)?)),
        (None, Some(proxy)) => {
            let proxy = checked(proxy)?;
            match need {
                Need::Shell => Ok(Way::Proxy(proxy)),
                Need::Full => Err(NoWay::ShellOnly(proxy)),
            }
        }
        (None, None) => Err(NoWay::None),
    }
}

/// Host and user become arguments of a program and lines of a file.
fn checked(seen: &SshAddress) -> Result<Address, NoWay> {
    let is_word = |text: &str, more: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    if is_word(&seen.host, ".-_:") && is_word(&seen.user, ".-_") {
        return Ok(Address {
            host: seen.host.clone(),
            port: seen.port,
            user: seen.user.clone(),
        });
    }
    Err(NoWay::Unusable(format!(
        "{:?} at {:?}",
        seen.user, seen.host
    )))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{} port {}", self.user, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(user: &str, host: &str) -> SshAddress {
        SshAddress {
            host: host.to_owned(),
            port: 22,
            user: user.to_owned(),
            command: String::new(),
        }
    }

    fn address(user: &str, host: &str) -> Address {
        Address {
            host: host.to_owned(),
            port: 22,
            user: user.to_owned(),
        }
    }

    #[test]
    fn direct_is_preferred_and_the_proxy_is_for_shells() {
        let (direct, proxy) = (
            seen("root", "203.0.113.7"),
            seen("abc-0123", "ssh.runpod.io"),
        );
        let check = |direct: Option<&SshAddress>, proxy: Option<&SshAddress>, need, expected| {
            let ssh = SshSeen {
                direct: direct.cloned(),
                proxy: proxy.cloned(),
            };
            assert_eq!(choose(&ssh, need), expected);
        };
        let to_pod = address("root", "203.0.113.7");
        let to_proxy = address("abc-0123", "ssh.runpod.io");
        for need in [Need::Shell, Need::Full] {
            let both = (Some(&direct), Some(&proxy));
            check(both.0, both.1, need, Ok(Way::Direct(to_pod.clone())));
            check(Some(&direct), None, need, Ok(Way::Direct(to_pod.clone())));
            check(None, None, need, Err(NoWay::None));
        }
        let shell = Ok(Way::Proxy(to_proxy.clone()));
        check(None, Some(&proxy), Need::Shell, shell);
        let full = Err(NoWay::ShellOnly(to_proxy));
        check(None, Some(&proxy), Need::Full, full);
    }

    #[test]
    fn what_could_pass_for_an_option_or_a_line_is_no_address() {
        let check = |user: &str, host: &str, good: bool| {
            let ssh = SshSeen {
                direct: Some(seen(user, host)),
                proxy: None,
            };
            let chosen = choose(&ssh, Need::Shell);
            match chosen {
                Ok(_) => assert!(good, "{user}@{host}"),
                Err(NoWay::Unusable(_)) => assert!(!good, "{user}@{host}"),
                Err(other) => panic!("{other:?}"),
            }
        };
        check("root", "2001:db8::7", true);
        check("root", "host_1.example.org", true);
        check("root", "-oProxyCommand=touch x", false);
        check("-l", "203.0.113.7", false);
        check("root", "a\nProxyCommand touch x", false);
        check("root", "", false);
        check("", "203.0.113.7", false);
        check("a b", "203.0.113.7", false);
        check("root;x", "203.0.113.7", false);
    }
}
