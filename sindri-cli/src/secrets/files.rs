//! Files that hold values: `.env` files, and those that the list names.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::dotenv::{self, Parsed};
use super::resolve::Sources;
use crate::masked::{Masked, Variables};
use crate::settings::Environment;

/// The most that a file with values may hold: more fits no request.
const MOST: u64 = 1 << 20;

/// Files of variables, best first.
#[derive(Default)]
pub(super) struct EnvFiles {
    read: Vec<(String, Variables)>,
    /// Names of those that are there and could not be read: whatever they hold.
    pub(super) unreadable: Vec<String>,
}

impl EnvFiles {
    /// Reads `.env.local` and `.env`, or the file that replaces both.
    pub(super) fn read(sources: &Sources<'_>, warnings: &mut Vec<String>) -> Self {
        let named = match sources.env_file {
            Some(path) => vec![path.to_owned()],
            None => vec![PathBuf::from(".env.local"), PathBuf::from(".env")],
        };
        let mut files = Self::default();
        for path in named {
            let name = path.display().to_string();
            match read_text(&sources.base_dir.join(&path)) {
                Ok((text, readers)) => {
                    warnings.extend(readers.map(|mode| too_open(&name, mode)));
                    let Parsed { variables, skipped } = dotenv::parse(&text);
                    if !skipped.is_empty() {
                        warnings.push(skipped_lines(&name, &skipped));
                    }
                    files.read.push((name, variables));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if sources.env_file.is_some() {
                        warnings.push(format!("{name} cannot be read: {error}"));
                    }
                }
                Err(error) => {
                    warnings.push(format!("{name} cannot be read: {error}"));
                    files.unreadable.push(name);
                }
            }
        }
        files
    }

    /// Names of those that were read.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(|(name, _)| name.as_str())
    }

    /// The first value that is not empty, with its file.
    pub(super) fn get(&self, variable: &str) -> Option<(&Masked, &str)> {
        self.read.iter().find_map(|(name, variables)| {
            let value = variables.get(variable)?;
            (!value.expose().is_empty()).then_some((value, name.as_str()))
        })
    }
}

fn too_open(name: &str, mode: u32) -> String {
    format!(
        "{name} can be read by other users of this machine (mode {mode:04o}): `chmod 600 {name}`"
    )
}

/// The lines are not shown: they may be values.
fn skipped_lines(name: &str, lines: &[usize]) -> String {
    match lines {
        [line] => format!("{name}: line {line} is skipped: it is not `NAME=value`"),
        lines => {
            let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
            let numbers = numbers.join(", ");
            format!("{name}: lines {numbers} are skipped: they are not `NAME=value`")
        }
    }
}

/// Text of bounded size, and the file's mode if others than its owner may read it.
fn read_text(path: &Path) -> io::Result<(String, Option<u32>)> {
    let file = File::open(path)?;
    let mode = open_mode(&file)?;
    let bytes = bounded(file, MOST)?;
    let text = String::from_utf8(bytes)
        .map_err(|_bytes| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text"))?;
    Ok((text, mode))
}

/// The whole text of a file that is placed as it is.
pub(super) fn read_whole(path: &Path) -> io::Result<Masked> {
    // A pipe that nobody writes to would be waited for without end.
    if !std::fs::metadata(path)?.is_file() {
        let message = "it is no regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let (text, _) = read_text(path)?;
    Ok(Masked::from(text))
}

/// The trimmed content of a file that holds one value.
pub(super) fn read_value(path: &Path) -> io::Result<Masked> {
    let (text, _) = read_text(path)?;
    Ok(Masked::from(text.trim()))
}

/// A file, unless it is larger than this.
pub(crate) fn read_bounded(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(File::open(path)?, most)
}

/// The size a file claims to have says nothing about a pipe or a device.
fn bounded(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let message = format!("it is larger than {} KiB", most >> 10);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn open_mode(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    Ok((mode & 0o044 != 0).then_some(mode))
}

/// Elsewhere rights are not told by a mode.
#[cfg(not(unix))]
fn open_mode(_file: &File) -> io::Result<Option<u32>> {
    Ok(None)
}

/// A path of the file: `~` and `$NAME` or `${NAME}` are expanded, the rest is relative to the file.
pub(super) fn expand(path: &str, sources: &Sources<'_>) -> PathBuf {
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
