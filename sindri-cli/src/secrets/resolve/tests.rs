use std::path::PathBuf;

use super::*;
use crate::settings::Given;

fn env_secret(name: &str, required: bool, from_file: Option<&str>) -> SecretSpec {
    SecretSpec {
        name: name.to_owned(),
        required,
        source: SecretSource::Env {
            from_file: from_file.map(str::to_owned),
        },
    }
}

struct Case {
    dir: tempfile::TempDir,
    environment: Environment,
    env_file: Option<PathBuf>,
}

impl Case {
    fn new(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        Self {
            dir,
            environment: Environment::of_test(variables),
            env_file: None,
        }
    }

    async fn resolve(&self, secrets: &[SecretSpec]) -> Resolved {
        let vault = VaultSettings::resolve(&self.environment, Given::default());
        let sources = Sources {
            environment: &self.environment,
            base_dir: self.dir.path(),
            env_file: self.env_file.as_deref(),
            places_files: false,
            vault: &vault,
        };
        resolve(secrets, &sources).await
    }

    /// The only value, and where it was found.
    async fn value(&self, secret: SecretSpec) -> Option<(String, String)> {
        match self.resolve(&[secret]).await.entries.remove(0).outcome {
            Outcome::Found { value, place } => Some((value.expose().to_owned(), place)),
            Outcome::Missing(_) | Outcome::Unread(_) => None,
        }
    }
}

fn reasons(resolved: &Resolved) -> Vec<(&str, &str)> {
    let reasons = resolved.lacking().chain(resolved.left_out());
    reasons
        .map(|(entry, reason)| (entry.name.as_str(), reason))
        .collect()
}

#[tokio::test]
async fn the_shell_wins_over_env_local_over_env_over_the_named_file() {
    let all = [
        (".env.local", "A=local"),
        (".env", "A=env"),
        ("a.txt", " file \n"),
    ];
    let empty = [(".env", "A=\n"), ("a.txt", " file \n")];
    let cases: [(&[_], &[_], _); 5] = [
        (&[("A", "shell")], &all, Some(("shell", "the environment"))),
        (&[("A", "")], &all, Some(("local", ".env.local"))),
        (&[], &all[1..], Some(("env", ".env"))),
        (&[], &empty, Some(("file", "a.txt"))),
        (&[], &[], None),
    ];
    for (variables, files, expected) in cases {
        let case = Case::new(variables, files);
        let found = case.value(env_secret("A", false, Some("a.txt"))).await;
        let found = found
            .as_ref()
            .map(|(value, place)| (value.as_str(), place.as_str()));
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_named_env_file_replaces_both_and_its_absence_is_a_warning() {
    let files = [(".env", "A=env"), ("prod.env", "A=prod")];
    let mut case = Case::new(&[], &files);
    case.env_file = Some("prod.env".into());
    let found = case.value(env_secret("A", true, None)).await;
    assert_eq!(found, Some(("prod".to_owned(), "prod.env".to_owned())));
    case.env_file = Some("gone.env".into());
    let resolved = case.resolve(&[env_secret("A", true, None)]).await;
    assert!(resolved.warnings[0].starts_with("gone.env cannot be read"));
    assert_eq!(reasons(&resolved), [("A", "not set in the environment")]);
}

#[test]
fn a_path_may_hold_the_home_directory_and_variables() {
    let case = Case::new(&[("HOME", "/home/me"), ("DIR", "d")], &[]);
    let vault = Err("not set up".to_owned());
    let sources = Sources {
        environment: &case.environment,
        base_dir: Path::new("/base"),
        env_file: None,
        vault: &vault,
        places_files: false,
    };
    let check = |path: &str, expected: &str| {
        assert_eq!(expand(path, &sources), PathBuf::from(expected), "{path}");
    };
    check("a/b", "/base/a/b");
    check("/abs", "/abs");
    check("~/key", "/home/me/key");
    check("$DIR/key", "/base/d/key");
    check("x/${DIR}y/$DIR", "/base/x/dy/d");
    check("$NOPE/key", "/base/$NOPE/key");
    check("${NOPE}/key", "/base/${NOPE}/key");
}

fn file_secret(path: &str, required: bool) -> SecretSpec {
    SecretSpec {
        name: "F".to_owned(),
        required,
        source: SecretSource::File {
            path: path.to_owned(),
            mount_path: "/key".to_owned(),
            permissions: "0600".to_owned(),
        },
    }
}

fn vault_secret(required: bool) -> SecretSpec {
    SecretSpec {
        name: "V".to_owned(),
        required,
        source: SecretSource::Vault {
            path: "app".to_owned(),
            key: "k".to_owned(),
            mount: "secret".to_owned(),
        },
    }
}

#[tokio::test]
async fn every_required_secret_that_is_missing_is_listed_and_optional_ones_are_left_out() {
    let secrets = [
        env_secret("A", true, None),
        env_secret("B", true, Some("gone.txt")),
        env_secret("C", false, None),
        file_secret("key", true),
        vault_secret(false),
    ];
    let resolved = Case::new(&[], &[(".env", "Z=1")]).resolve(&secrets).await;
    let lacking: Vec<&str> = resolved
        .lacking()
        .map(|(entry, _)| entry.name.as_str())
        .collect();
    assert_eq!(lacking, ["A", "B", "F"]);
    let left_out: Vec<_> = resolved
        .left_out()
        .map(|(entry, reason)| (entry.name.as_str(), reason))
        .collect();
    assert_eq!(
        left_out,
        [
            ("C", "not set in the environment, nor in .env"),
            ("V", "Vault is not set up: VAULT_ADDR is not set")
        ]
    );
    let values = resolved.values();
    assert!(values.variables.is_empty());
    assert_eq!(values.unread, ["V".to_owned()].into());
}

#[tokio::test]
async fn a_file_that_cannot_be_placed_says_whether_it_is_there() {
    let case = Case::new(&[], &[("key.pem", "x")]);
    for (path, is_there) in [("key.pem", true), ("gone.pem", false)] {
        let resolved = case.resolve(&[file_secret(path, true)]).await;
        let [(_, reason)] = reasons(&resolved)[..] else {
            panic!("one reason")
        };
        assert!(
            reason.contains(path) && reason.contains("fromFile"),
            "{reason}"
        );
        assert_eq!(!reason.contains("no such file"), is_there, "{reason}");
    }
}

#[tokio::test]
async fn lines_that_cannot_be_read_are_told_by_number_and_not_shown() {
    let case = Case::new(&[], &[(".env", "A=1\nhunter2\nB: hunter2\n")]);
    let resolved = case.resolve(&[env_secret("A", true, None)]).await;
    let told = ".env: lines 2, 3 are skipped: they are not `NAME=value`";
    assert!(resolved.warnings.iter().any(|warning| warning == told));
    assert!(!format!("{resolved:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_not_taken_for_one_without_the_value() {
    let case = Case::new(&[], &[(".env", "B=1")]);
    std::fs::write(case.dir.path().join(".env.local"), b"A=\xff\n").unwrap();
    std::fs::create_dir(case.dir.path().join("folder")).unwrap();
    let secrets = [
        env_secret("A", false, None),
        env_secret("B", false, None),
        env_secret("C", false, Some("folder")),
    ];
    let resolved = case.resolve(&secrets).await;
    assert!(
        resolved
            .warnings
            .iter()
            .any(|warning| warning == ".env.local cannot be read: it is not UTF-8 text")
    );
    let values = resolved.values();
    assert_eq!(values.unread, ["A".to_owned(), "C".to_owned()].into());
    assert_eq!(values.variables["B"].expose(), "1");
}

#[cfg(unix)]
#[tokio::test]
async fn an_env_file_that_others_may_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;
    let case = Case::new(&[], &[(".env", "A=1")]);
    for (mode, warned) in [(0o600, false), (0o640, true), (0o604, true), (0o400, false)] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(case.dir.path().join(".env"), permissions).unwrap();
        let warnings = case.resolve(&[env_secret("A", true, None)]).await.warnings;
        let expected = format!(
            ".env can be read by other users of this machine (mode {mode:04o}): `chmod 600 .env`"
        );
        assert_eq!(warnings == [expected], warned, "{mode:o} {warnings:?}");
        assert_eq!(warnings.is_empty(), !warned, "{mode:o} {warnings:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_variable_that_is_not_text_is_named_and_not_replaced_by_a_file() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let mut case = Case::new(&[], &[(".env", "TOKEN=other")]);
    let broken = OsString::from_vec(b"\xff".to_vec());
    case.environment = Environment::of_raw_test([("TOKEN".into(), broken)]);
    let resolved = case.resolve(&[env_secret("TOKEN", true, None)]).await;
    let reason = "set in the environment to bytes that are no UTF-8";
    assert_eq!(reasons(&resolved), [("TOKEN", reason)]);
}
