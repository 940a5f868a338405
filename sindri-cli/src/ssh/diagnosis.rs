//! Why SSH does not work: which of port, key and server is missing, and what to do about each.

use super::address::{Address, Way};
use super::banner::NoBanner;
use super::identity::{Authorized, LocalKey};

/// What is known when a connection did not come about.
pub(crate) struct Facts<'a> {
    /// The ports that the pod was made with.
    pub(crate) ports: &'a [String],
    /// Whether the pod runs a command of its own instead of its image's.
    pub(crate) has_own_command: bool,
    /// Whom the server lets in.
    pub(crate) authorized: &'a Authorized,
    /// The user's keys.
    pub(crate) local: &'a [LocalKey],
}

/// What was found, and what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Story {
    pub(crate) details: Vec<String>,
    pub(crate) help: Vec<String>,
}

/// The port of SSH, as the provider writes it.
const SSH_PORT: &str = "22/tcp";

/// How another key comes into a pod that there is.
const SEND_KEY: &str = "name PUBLIC_KEY under `secrets`, `export PUBLIC_KEY=\"$(cat ~/.ssh/id_ed25519.pub)\"`, \
                        and `sindri deploy`: the pod restarts";

impl Story {
    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl Facts<'_> {
    /// There is no address of the pod's own.
    pub(crate) fn no_direct_address(&self) -> Story {
        if self.ports.iter().any(|port| port == SSH_PORT) {
            return Story::default()
                .detail("`22/tcp` is among the pod's ports, and RunPod gives no public address for it yet")
                .help("try again in a minute; `sindri status` shows the address once there is one");
        }
        let ports = match self.ports {
            [] => "it has none".to_owned(),
            ports => ports.join(", "),
        };
        Story::default()
            .detail(format!("`22/tcp` is not among the pod's ports ({ports})"))
            .help(
                "add `22/tcp` to `providers.runpod.ports`, leave `startSsh` true, and `sindri deploy`: the \
                 pod restarts",
            )
    }

    /// There is an address, and no SSH server answers there.
    pub(crate) fn no_server(&self, address: &Address, why: &NoBanner) -> Story {
        let place = format!("{} port {}: {why}", address.host, address.port);
        let story = Story::default().detail(place);
        let story = match why {
            NoBanner::Unreachable(_) => {
                return story.help("check the network between here and there: a firewall may be in between");
            }
            NoBanner::NotSsh => story
                .detail("the image has something else on port 22")
                .help("use an image that starts sshd on port 22"),
            NoBanner::Refused | NoBanner::Closed | NoBanner::Silent
                if matches!(self.authorized, Authorized::Nobody) =>
            {
                return no_key(story).detail("start scripts of images start sshd only for a pod that has one");
            }
            NoBanner::Refused | NoBanner::Closed | NoBanner::Silent => story.detail(
                "the container has not started sshd: its image may have none, or its start script is \
                 still at work",
            ),
        };
        self.with_own_command(story)
            .help("`sindri logs` shows what the container does")
            .help("an image without sshd takes no direct SSH: RunPod's own images start it, as do Sindri's")
    }

    /// A server answers and does not let the user in.
    pub(crate) fn denied(&self, way: &Way) -> Story {
        match way {
            Way::Proxy(_) => self.denied_by_proxy(),
            Way::Direct(_) => self.denied_by_pod(),
        }
    }

    fn denied_by_proxy(&self) -> Story {
        let story = Story::default().detail("RunPod's proxy goes by the keys of the account");
        let add = "add your public key at https://www.runpod.io/console/user/settings";
        match (self.authorized, self.authorized.fitting(self.local)) {
            (Authorized::Nobody, _) => story.detail("the account has no SSH key").help(add),
            (_, Some(pair)) => without_private(story, pair).detail(format!(
                "the account has the key of {}",
                pair.private.display()
            )),
            (Authorized::Account(_), None) => story
                .detail("none of the keys in ~/.ssh is on the account")
                .help(add),
            (Authorized::Pod(_) | Authorized::Unknown, None) => story.help(add),
        }
    }

    fn denied_by_pod(&self) -> Story {
        let story = Story::default();
        match (self.authorized, self.authorized.fitting(self.local)) {
            (Authorized::Nobody, _) => no_key(story),
            (Authorized::Pod(_), Some(pair)) if !pair.has_private => without_private(story, pair),
            (Authorized::Pod(_), Some(pair)) => self
                .with_own_command(story.detail(format!(
                    "the pod's PUBLIC_KEY has the key of {}, and its sshd did not take it: the image's \
                     start script puts PUBLIC_KEY where sshd looks",
                    pair.private.display()
                )))
                .help("a key with a passphrase needs a terminal, or an agent: `ssh-add`")
                .help("use an image whose start script puts it there, or write the key into the image"),
            (Authorized::Pod(keys), None) => story
                .detail(format!(
                    "the pod's PUBLIC_KEY has {}, and none of the keys in ~/.ssh is the other half",
                    count(keys.len())
                ))
                .help("put the key that the pod was made with into ~/.ssh or an agent")
                .help(SEND_KEY),
            (Authorized::Account(_), Some(pair)) => without_private(story, pair)
                .detail(format!(
                    "the account has the key of {}, and a pod gets the keys that are there when it is made",
                    pair.private.display()
                ))
                .help("a pod that is older than the key must be made again: `sindri destroy`, `sindri deploy`"),
            (Authorized::Account(keys), None) => story
                .detail(format!(
                    "the account has {}, and none of the keys in ~/.ssh is the other half",
                    count(keys.len())
                ))
                .help("put such a key into ~/.ssh or an agent"),
            (Authorized::Unknown, _) => story
                .detail(
                    "PUBLIC_KEY is not set on the pod, and this API key may not read the account's SSH keys",
                )
                .help("look at the SSH keys of the account at https://www.runpod.io/console/user/settings"),
        }
    }

    fn with_own_command(&self, story: Story) -> Story {
        if !self.has_own_command {
            return story;
        }
        story
            .detail("the pod runs a command of its own, which replaces the image's start script")
            .help("take the command out of the template, or start sshd in it")
    }
}

fn no_key(story: Story) -> Story {
    story
        .detail("the pod has no key: PUBLIC_KEY is not set, and the account has no SSH key")
        .help("make a key with `ssh-keygen -t ed25519` if there is none in ~/.ssh")
        .help(SEND_KEY)
        .help("or make the pod again with `sindri destroy` and `sindri deploy`, which sends it by itself")
}

fn without_private(story: Story, pair: &LocalKey) -> Story {
    if pair.has_private {
        return story;
    }
    let file = pair.private.display();
    story
        .detail(format!(
            "{file}.pub fits, and its private half {file} is not there"
        ))
        .help("put it back, or add it to an agent with `ssh-add`")
}

fn count(keys: usize) -> String {
    match keys {
        1 => "one key".to_owned(),
        keys => format!("{keys} keys"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ssh::identity::Key;
    use std::path::PathBuf;

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    fn pair(has_private: bool) -> LocalKey {
        LocalKey {
            private: PathBuf::from("/h/.ssh/id_ed25519"),
            key: key("ssh-ed25519 A"),
            has_private,
        }
    }

    fn address() -> Address {
        Address {
            host: "203.0.113.7".to_owned(),
            port: 10022,
            user: "root".to_owned(),
        }
    }

    fn said(story: &Story) -> String {
        let details = story.details.iter().map(|detail| format!("  {detail}"));
        let help = story.help.iter().map(|help| format!("help: {help}"));
        details.chain(help).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_missing_port_and_a_port_that_is_not_up_are_told_apart() {
        let check = |ports: &[&str], expected: &str| {
            let ports: Vec<String> = ports.iter().map(|port| (*port).to_owned()).collect();
            let facts = Facts {
                ports: &ports,
                has_own_command: false,
                authorized: &Authorized::Unknown,
                local: &[],
            };
            let said = said(&facts.no_direct_address());
            assert!(said.contains(expected), "{ports:?}: {said}");
        };
        check(&[], "not among the pod's ports (it has none)");
        check(&["8888/http", "5000/tcp"], "(8888/http, 5000/tcp)");
        check(&["8888/http"], "add `22/tcp` to `providers.runpod.ports`");
        check(&["22/tcp"], "no public address for it yet");
    }

    #[test]
    fn a_server_that_does_not_answer_is_told_with_its_likely_cause() {
        let check = |why: &NoBanner, has_own_command, expected: &str, absent: &str| {
            let facts = Facts {
                ports: &[],
                has_own_command,
                authorized: &Authorized::Unknown,
                local: &[],
            };
            let said = said(&facts.no_server(&address(), why));
            assert!(said.contains(expected), "{why:?}: {said}");
            assert!(!said.contains(absent), "{why:?}: {said}");
        };
        let own = "a command of its own";
        check(&NoBanner::Refused, false, "has not started sshd", own);
        check(&NoBanner::Closed, true, own, "firewall");
        check(&NoBanner::Silent, false, "203.0.113.7 port 10022", own);
        check(&NoBanner::NotSsh, false, "something else on port 22", own);
        let unreachable = NoBanner::Unreachable("no answer in time".to_owned());
        check(&unreachable, true, "firewall", own);
    }

    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    #[test]
    fn a_refused_key_is_told_with_what_is_missing() {
        let check = |way: &Way, authorized: &Authorized, local: &[LocalKey], expected: &str| {
            let facts = Facts {
                ports: &[],
                has_own_command: true,
                authorized,
                local,
            };
            let said = said(&facts.denied(way));
            assert!(said.contains(expected), "not {expected}: {said}");
            assert!(!said.contains("ssh-ed25519 A"), "{said}");
        };
        let (direct, proxy) = (Way::Direct(address()), Way::Proxy(address()));
        let fits = || vec![key("ssh-ed25519 A")];
        let other = || vec![key("ssh-ed25519 B"), key("ssh-rsa C")];
        let (whole, half) = ([pair(true)], [pair(false)]);
        check(&direct, &Authorized::Nobody, &whole, "the pod has no key");
        check(
            &direct,
            &Authorized::Pod(fits()),
            &half,
            "id_ed25519 is not there",
        );
        check(&direct, &Authorized::Pod(fits()), &whole, "did not take it");
        check(
            &direct,
            &Authorized::Pod(fits()),
            &whole,
            "a command of its own",
        );
        check(
            &direct,
            &Authorized::Pod(other()),
            &whole,
            "has 2 keys, and none",
        );
        check(
            &direct,
            &Authorized::Account(fits()),
            &whole,
            "when it is made",
        );
        check(
            &direct,
            &Authorized::Account(other()),
            &whole,
            "the account has 2 keys",
        );
        check(&direct, &Authorized::Unknown, &whole, "may not read");
        check(
            &proxy,
            &Authorized::Nobody,
            &whole,
            "the account has no SSH key",
        );
        check(
            &proxy,
            &Authorized::Account(fits()),
            &half,
            "id_ed25519 is not there",
        );
        check(
            &proxy,
            &Authorized::Account(other()),
            &whole,
            "is on the account",
        );
        check(&proxy, &Authorized::Unknown, &[], "add your public key");
    }
}
