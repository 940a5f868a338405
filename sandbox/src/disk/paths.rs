//! Paths as text, always absolute, with no part that leads elsewhere.

use crate::disk::DiskError;

const MAX_NAME: usize = 255;
const MAX_PATH: usize = 1024;

/// `path` as seen from `directory`: absolute, without `.`, `..` and doubled slashes. Nothing is
/// above the root.
pub(crate) fn absolute(directory: &str, path: &str) -> String {
    let whole = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{directory}/{path}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The directory that an absolute path is in; none for the root.
pub(crate) fn parent(path: &str) -> Option<&str> {
    let (parent, name) = path.rsplit_once('/')?;
    match (parent, name) {
        (_, "") => None,
        ("", _) => Some("/"),
        (parent, _) => Some(parent),
    }
}

/// The last part of an absolute path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What of `path` is below `directory`, which may be the path itself: then it is the root.
pub(crate) fn below<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    if directory == "/" {
        return Some(path);
    }
    match path.strip_prefix(directory)? {
        "" => Some("/"),
        rest if rest.starts_with('/') => Some(rest),
        _other_name => None,
    }
}

pub(crate) fn check_length(path: &str) -> Result<(), DiskError> {
    if path.len() > MAX_PATH || path.split('/').any(|part| part.len() > MAX_NAME) {
        return Err(DiskError::NameTooLong);
    }
    Ok(())
}
