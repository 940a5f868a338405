//! Looks every secret up before anything is sent, so that all that is missing is said at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::dotenv::parse;
use crate::config::{SecretSource, SecretSpec};
use crate::masked::{Masked, Variables};
use crate::settings::Environment;

/// Where values come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources<'a> {
    /// The shell's variables.
    pub(crate) environment: &'a Environment,
    /// The folder of the configuration file.
    pub(crate) base_dir: &'a Path,
    /// A file to read instead of `.env.local` and `.env`.
    pub(crate) env_file: Option<&'a Path>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Values by name.
    pub(crate) values: Variables,
    /// Required secrets that cannot be had. A deployment must not go on with any.
    pub(crate) problems: Vec<Problem>,
    /// Optional secrets that are left out, and files that are not there.
    pub(crate) warnings: Vec<String>,
    /// The `.env` files that were read, in the order in which they win.
    pub(crate) files: Vec<String>,
}

/// Why a required secret cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Its name.
    pub(crate) name: String,
    /// Why.
    pub(crate) reason: String,
}

/// A file of variables that was read.
struct EnvFile {
    name: String,
    variables: Variables,
}

/// Looks up every secret of the list.
pub(crate) fn resolve(secrets: &[SecretSpec], sources: &Sources<'_>) -> Resolved {
    let mut resolved = Resolved::default();
    if secrets.is_empty() {
        return resolved;
    }
    let files = env_files(sources, &mut resolved.warnings);
    resolved.files = files.iter().map(|file| file.name.clone()).collect();
    for secret in secrets {
        match look_up(secret, sources, &files) {
            Ok(value) => {
                resolved.values.insert(secret.name.clone(), value);
            }
            Err(reason) if secret.required => {
                resolved.problems.push(Problem {
                    name: secret.name.clone(),
                    reason,
                });
            }
            Err(reason) => {
                resolved
                    .warnings
                    .push(format!("secret {} is left out: {reason}", secret.name));
            }
        }
    }
    resolved
}

fn look_up(
    secret: &SecretSpec,
    sources: &Sources<'_>,
    files: &[EnvFile],
) -> Result<Masked, String> {
    match &secret.source {
        SecretSource::Env { from_file } => {
            from_env(&secret.name, from_file.as_deref(), sources, files)
        }
        SecretSource::File { path, .. } => {
            Err(format!("`{path}` cannot be placed: pods take no files, only variables (source: env)"))
        }
        SecretSource::Vault { .. } => Err(
            "this build reads no secrets from Vault yet; take it from the environment (source: env)"
                .to_owned(),
        ),
        SecretSource::S3 { .. } => Err(
            "secrets in S3 are not supported; take it from the environment (source: env)".to_owned(),
        ),
    }
}

/// Shell, then `.env` files, then the file named in the list. An empty value counts as none.
fn from_env(
    name: &str,
    from_file: Option<&str>,
    sources: &Sources<'_>,
    files: &[EnvFile],
) -> Result<Masked, String> {
    if let Some(value) = sources.environment.get(name) {
        return Ok(Masked::from(value));
    }
    if sources.environment.is_unreadable(name) {
        return Err("set in the environment to bytes that are no UTF-8".to_owned());
    }
    let mut in_files = files.iter().filter_map(|file| file.variables.get(name));
    if let Some(value) = in_files.find(|value| !value.expose().is_empty()) {
        return Ok(value.clone());
    }
    let Some(from_file) = from_file else {
        let mut places = vec!["the environment"];
        places.extend(files.iter().map(|file| file.name.as_str()));
        return Err(format!("not set in {}", places.join(", nor in ")));
    };
    let path = expand(from_file, sources);
    match fs::read_to_string(&path) {
        Ok(text) if text.trim().is_empty() => Err(format!("{} is empty", path.display())),
        Ok(text) => Ok(Masked::from(text.trim())),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

/// A path of the file: `~` and `$NAME` or `${NAME}` are expanded, the rest is relative to the file.
fn expand(path: &str, sources: &Sources<'_>) -> PathBuf {
    let home = sources.environment.home();
    let path = match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest).to_string_lossy().into_owned(),
        (Some(_) | None, _) => path.to_owned(),
    };
    sources
        .base_dir
        .join(expand_variables(&path, sources.environment))
}

fn expand_variables(path: &str, environment: &Environment) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let braced = after
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'));
        let (name, tail) = braced.unwrap_or_else(|| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            after.split_at(after.find(|c| !is_part(c)).unwrap_or(after.len()))
        });
        if let Some(value) = environment.get(name) {
            out.push_str(value);
        } else {
            // Left as written, so that the message names what could not be expanded.
            out.push('$');
            out.push_str(after.strip_suffix(tail).unwrap_or(after));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn env_files(sources: &Sources<'_>, warnings: &mut Vec<String>) -> Vec<EnvFile> {
    let named: Vec<PathBuf> = match sources.env_file {
        Some(path) => vec![path.to_owned()],
        None => vec![PathBuf::from(".env.local"), PathBuf::from(".env")],
    };
    let mut files = Vec::new();
    for name in named {
        match fs::read_to_string(sources.base_dir.join(&name)) {
            Ok(text) => files.push(EnvFile {
                name: name.display().to_string(),
                variables: parse(&text),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound && sources.env_file.is_none() => {
            }
            Err(error) => warnings.push(format!("{} cannot be read: {error}", name.display())),
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

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
                fs::write(dir.path().join(name), text).unwrap();
            }
            Self {
                dir,
                environment: Environment::of_test(variables),
                env_file: None,
            }
        }

        fn resolve(&self, secrets: &[SecretSpec]) -> Resolved {
            resolve(
                secrets,
                &Sources {
                    environment: &self.environment,
                    base_dir: self.dir.path(),
                    env_file: self.env_file.as_deref(),
                },
            )
        }

        fn value(&self, secret: SecretSpec) -> Option<String> {
            let name = secret.name.clone();
            Some(
                self.resolve(&[secret])
                    .values
                    .get(&name)?
                    .expose()
                    .to_owned(),
            )
        }
    }

    #[test]
    fn the_shell_wins_over_env_local_over_env_over_the_named_file() {
        let all = [
            (".env.local", "A=local"),
            (".env", "A=env"),
            ("a.txt", " file \n"),
        ];
        let check = |variables: &[(&str, &str)], files: &[(&str, &str)], expected: Option<&str>| {
            let value = Case::new(variables, files).value(env_secret("A", false, Some("a.txt")));
            assert_eq!(value.as_deref(), expected);
        };
        check(&[("A", "shell")], &all, Some("shell"));
        check(&[("A", "")], &all, Some("local"));
        check(&[], &all[1..], Some("env"));
        check(
            &[],
            &[(".env", "A=\n"), ("a.txt", " file \n")],
            Some("file"),
        );
        check(&[], &[], None);
    }

    #[test]
    fn a_named_env_file_replaces_both_and_its_absence_is_a_warning() {
        let files = [(".env", "A=env"), ("prod.env", "A=prod")];
        let mut case = Case::new(&[], &files);
        case.env_file = Some("prod.env".into());
        assert_eq!(
            case.value(env_secret("A", true, None)).as_deref(),
            Some("prod")
        );
        case.env_file = Some("gone.env".into());
        let resolved = case.resolve(&[env_secret("A", true, None)]);
        assert!(resolved.warnings[0].starts_with("gone.env cannot be read"));
        assert_eq!(resolved.problems.len(), 1);
    }

    #[test]
    fn a_path_may_hold_the_home_directory_and_variables() {
        let case = Case::new(&[("HOME", "/home/me"), ("DIR", "d")], &[]);
        let sources = Sources {
            environment: &case.environment,
            base_dir: Path::new("/base"),
            env_file: None,
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

    #[test]
    fn every_required_secret_that_is_missing_is_listed_and_optional_ones_are_warned_about() {
        let source = |source| {
            move |required| SecretSpec {
                name: "S".to_owned(),
                required,
                source,
            }
        };
        let file = source(SecretSource::File {
            path: "key".to_owned(),
            mount_path: "/key".to_owned(),
            permissions: "0600".to_owned(),
        });
        let vault = source(SecretSource::Vault {
            path: "app".to_owned(),
            key: "k".to_owned(),
            mount: "secret".to_owned(),
        });
        let secrets = [
            env_secret("A", true, None),
            env_secret("B", true, Some("gone.txt")),
            env_secret("C", false, None),
            file(true),
            vault(false),
        ];
        let resolved = Case::new(&[], &[(".env", "Z=1")]).resolve(&secrets);
        let problems: Vec<&str> = resolved
            .problems
            .iter()
            .map(|problem| problem.name.as_str())
            .collect();
        assert_eq!(problems, ["A", "B", "S"]);
        assert_eq!(
            resolved.problems[0].reason,
            "not set in the environment, nor in .env"
        );
        assert_eq!(resolved.warnings.len(), 2);
        assert!(resolved.warnings[1].contains("Vault"));
        assert!(resolved.values.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_text_is_named_and_not_replaced_by_a_file() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt as _;
        let mut case = Case::new(&[], &[(".env", "TOKEN=other")]);
        let broken = OsString::from_vec(b"\xff".to_vec());
        case.environment = Environment::of_raw_test([("TOKEN".into(), broken)]);
        let resolved = case.resolve(&[env_secret("TOKEN", true, None)]);
        assert!(resolved.values.is_empty());
        assert_eq!(
            resolved.problems[0].reason,
            "set in the environment to bytes that are no UTF-8"
        );
    }
}
