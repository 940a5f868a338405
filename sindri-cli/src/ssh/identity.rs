//! Which key of the user's opens a pod.

use std::path::{Path, PathBuf};

/// The public half of a key. It has no `Debug`: the pod's come from its environment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    kind: String,
    blob: String,
}

/// A key pair in the user's `.ssh`, told by its public half.
#[derive(Clone)]
pub(crate) struct LocalKey {
    /// Where the private half is, or would be: an agent or a token may hold it instead.
    pub(crate) private: PathBuf,
    pub(crate) key: Key,
    /// Whether there is a private half beside the public one.
    pub(crate) has_private: bool,
}

/// Whom a server lets in, as far as is known.
pub(crate) enum Authorized {
    /// Holders of the keys in the pod's `PUBLIC_KEY`.
    Pod(Vec<Key>),
    /// Holders of the account's keys: a pod gets those that are there when it is made.
    Account(Vec<Key>),
    /// The pod has no key, and the account has none.
    Nobody,
    /// The provider does not say.
    Unknown,
}

/// Which key is offered to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// This one, which the server is known to let in, and no other: servers count the keys they are offered.
    Known(PathBuf),
    /// This one first, then what `ssh` would take by itself.
    Likely(PathBuf),
    /// What `ssh` takes by itself: its own configuration, an agent, the usual files.
    Unknown,
}

impl Key {
    /// Reads a line of a public key file or of `authorized_keys`, which may begin with options.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let is_kind = |word: &&str| {
            ["ssh-", "ecdsa-", "sk-"]
                .iter()
                .any(|start| word.starts_with(start))
        };
        let kind = words.find(is_kind)?;
        let blob = words.next()?;
        Some(Self {
            kind: kind.to_owned(),
            blob: blob.to_owned(),
        })
    }

    /// Every key of a text, one a line.
    pub(crate) fn all(text: &str) -> Vec<Self> {
        let keys = text.lines().map(str::trim);
        keys.filter(|line| !line.starts_with('#'))
            .filter_map(Self::parse)
            .collect()
    }
}

impl Authorized {
    /// What opens the pod itself.
    pub(crate) fn of_pod(public_key: Option<&str>, account: Option<&[String]>) -> Self {
        let own = public_key.map(Key::all).unwrap_or_default();
        if own.is_empty() {
            Self::of_account(account)
        } else {
            Self::Pod(own)
        }
    }

    /// What opens the provider's proxy: it goes by the account and nothing else.
    pub(crate) fn of_account(account: Option<&[String]>) -> Self {
        match account {
            None => Self::Unknown,
            Some([]) => Self::Nobody,
            Some(lines) => {
                Self::Account(lines.iter().filter_map(|line| Key::parse(line)).collect())
            }
        }
    }

    fn keys(&self) -> &[Key] {
        match self {
            Self::Pod(keys) | Self::Account(keys) => keys,
            Self::Nobody | Self::Unknown => &[],
        }
    }

    /// The pair in `local` that fits, best first.
    pub(crate) fn fitting<'a>(&self, local: &'a [LocalKey]) -> Option<&'a LocalKey> {
        let mut fitting = local.iter().filter(|pair| self.keys().contains(&pair.key));
        let first = fitting.next()?;
        if first.has_private {
            return Some(first);
        }
        Some(fitting.find(|pair| pair.has_private).unwrap_or(first))
    }
}

impl Identity {
    /// Chooses among the user's keys.
    pub(crate) fn choose(authorized: &Authorized, local: &[LocalKey]) -> Self {
        let fitting = authorized.fitting(local).map(|pair| pair.private.clone());
        match (authorized, fitting) {
            (Authorized::Pod(_), Some(file)) => Self::Known(file),
            (Authorized::Account(_), Some(file)) => Self::Likely(file),
            (Authorized::Nobody | Authorized::Unknown, _) | (_, None) => Self::Unknown,
        }
    }

    /// The file of the private half, where one was chosen.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Known(file) | Self::Likely(file) => Some(file),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, line: &str, has_private: bool) -> LocalKey {
        LocalKey {
            private: PathBuf::from(format!("/home/u/.ssh/{name}")),
            key: Key::parse(line).unwrap(),
            has_private,
        }
    }

    #[test]
    fn a_key_is_its_kind_and_its_blob_whatever_stands_around_them() {
        let key = Key::parse("ssh-ed25519 AAAA user@host").unwrap();
        let check = |line: &str, same: bool| {
            assert_eq!(Key::parse(line).as_ref() == Some(&key), same, "{line}");
        };
        check("ssh-ed25519 AAAA", true);
        check("  ssh-ed25519   AAAA\tother comment ", true);
        check("no-pty,command=\"x y\" ssh-ed25519 AAAA c", true);
        check("ssh-ed25519 BBBB user@host", false);
        check("ssh-rsa AAAA user@host", false);
        check("ssh-ed25519", false);
        check("", false);
        assert_eq!(
            Key::all("# one\nssh-rsa A\n\necdsa-x B c\nnonsense\n").len(),
            2
        );
    }

    #[test]
    fn the_key_that_the_pod_has_is_the_only_one_offered() {
        let local = [
            pair("id_ed25519", "ssh-ed25519 A", true),
            pair("id_rsa", "ssh-rsa B", true),
            pair("in_agent", "ssh-ed25519 C", false),
        ];
        let file = |name: &str| PathBuf::from(format!("/home/u/.ssh/{name}"));
        let check = |public_key: Option<&str>, account: Option<&[&str]>, expected: Identity| {
            let account: Option<Vec<String>> =
                account.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
            let authorized = Authorized::of_pod(public_key, account.as_deref());
            assert_eq!(Identity::choose(&authorized, &local), expected);
        };
        check(Some("ssh-rsa B x"), None, Identity::Known(file("id_rsa")));
        check(
            Some("ssh-ed25519 Z\nssh-rsa B"),
            Some(&["ssh-ed25519 A"]),
            Identity::Known(file("id_rsa")),
        );
        check(
            Some("ssh-ed25519 Z"),
            Some(&["ssh-ed25519 A"]),
            Identity::Unknown,
        );
        check(
            None,
            Some(&["ssh-ed25519 A c"]),
            Identity::Likely(file("id_ed25519")),
        );
        check(Some("\n"), Some(&[]), Identity::Unknown);
        check(None, None, Identity::Unknown);
        // An agent may hold the other half.
        check(
            Some("ssh-ed25519 C"),
            None,
            Identity::Known(file("in_agent")),
        );
        check(
            Some("ssh-ed25519 C\nssh-rsa B"),
            None,
            Identity::Known(file("id_rsa")),
        );
    }
}
