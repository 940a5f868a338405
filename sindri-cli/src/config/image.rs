//! References to container images.

use std::fmt;

use serde::{Serialize, Serializer};

use super::fields::shape::{is_digest, is_tag};

/// A reference to a container image, kept as written: `[host[:port]/]path[:tag][@digest]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRef {
    text: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// Why a text is not an image reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageError {
    pub(super) message: &'static str,
    /// What was probably meant, if that is clear.
    pub(super) repaired: Option<String>,
}

impl ImageRef {
    /// Takes a reference apart.
    pub(super) fn parse(text: &str) -> Result<Self, ImageError> {
        let fail = |message| ImageError {
            message,
            repaired: None,
        };
        if let Some((_, rest)) = text.split_once("://") {
            return Err(ImageError {
                message: "an image reference has no `://`",
                repaired: Self::parse(rest).is_ok().then(|| rest.to_owned()),
            });
        }
        if text.contains(char::is_whitespace) {
            let joined = text.replace(char::is_whitespace, "");
            return Err(ImageError {
                message: "an image reference has no blanks",
                repaired: Self::parse(&joined).is_ok().then_some(joined),
            });
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(fail(
                "the digest must be `sha256:` and 64 hexadecimal digits",
            ));
        }
        // A colon after the last slash starts a tag; one before it, a port.
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(fail(
                "the tag may hold letters, digits, `_`, `.` and `-`, at most 128",
            ));
        }
        check_name(name).map_err(|message| ImageError {
            message,
            repaired: lower_case_name(text, name),
        })?;
        Ok(Self {
            text: text.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// The reference without tag and digest.
    pub fn name(&self) -> &str {
        let name = self.text.split('@').next().unwrap_or_default();
        let tag = self.tag.as_deref().unwrap_or_default();
        name.strip_suffix(tag)
            .and_then(|name| name.strip_suffix(':'))
            .unwrap_or(name)
    }

    /// The tag, if one is written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest with its `sha256:`, if one is written.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// The whole reference as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a tag or a digest says which version is meant.
    pub const fn is_pinned(&self) -> bool {
        self.tag.is_some() || self.digest.is_some()
    }
}

/// As written.
impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for ImageRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("the name of the image is missing");
    }
    let (host, path) = match name.split_once('/') {
        // As everywhere: the first part is a host if it looks like one.
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
            (Some(first), rest)
        }
        _ => (None, name),
    };
    if host.is_some_and(|host| !is_host(host)) {
        return Err("the registry is not a host name");
    }
    if path.split('/').all(is_component) {
        Ok(())
    } else if path.contains(|character: char| character.is_ascii_uppercase()) {
        Err("the name of an image is in lower case")
    } else {
        Err(
            "the name may hold lower-case letters and digits, with `.`, `_`, `-` and `/` between them",
        )
    }
}

/// `text` with its name in lower case, if that makes it valid.
fn lower_case_name(text: &str, name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    (lower != name && check_name(&lower).is_ok()).then(|| text.replacen(name, &lower, 1))
}

fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.split('.').all(is_label) && port.parse::<u16>().is_ok()
}

/// Lower-case letters and digits, joined by `.`, `_`, `__` or any number of `-`.
fn is_component(part: &str) -> bool {
    let is_word = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    if !part.starts_with(is_word) || !part.ends_with(is_word) {
        return false;
    }
    part.split(is_word)
        .filter(|joint| !joint.is_empty())
        .all(|joint| matches!(joint, "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_taken_apart_as_registries_do() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let check = |text: &str, tag: Option<&str>, digest: Option<&str>| {
            let image = ImageRef::parse(text).unwrap();
            let mut whole = image.name().to_owned();
            whole.extend(tag.map(|tag| format!(":{tag}")));
            whole.extend(digest.map(|digest| format!("@{digest}")));
            assert_eq!(whole, text);
            assert_eq!((image.tag(), image.digest()), (tag, digest), "{text}");
            assert_eq!(image.to_string(), text);
        };
        check("ubuntu", None, None);
        check("ubuntu:24.04", Some("24.04"), None);
        check("ghcr.io/org/app:v1", Some("v1"), None);
        check("localhost:5000/app", None, None);
        check("localhost:5000/app:v1", Some("v1"), None);
        check("org/my__app-x.y", None, None);
        check(&format!("a/b@{digest}"), None, Some(&digest));
        check(&format!("a/b:v1@{digest}"), Some("v1"), Some(&digest));
    }

    #[test]
    fn a_mistake_is_named_and_mended_where_the_meaning_is_clear() {
        let check = |text: &str, message: &str, repaired: Option<&str>| {
            let error = ImageRef::parse(text).unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert_eq!(error.repaired.as_deref(), repaired, "{text}");
        };
        check("https://ghcr.io/a/b:1", "`://`", Some("ghcr.io/a/b:1"));
        check(
            "ghcr.io/Org/App:V1",
            "lower case",
            Some("ghcr.io/org/app:V1"),
        );
        check("ghcr.io/a/b: 1", "blanks", Some("ghcr.io/a/b:1"));
        check("a/b@sha256:12", "digest", None);
        check("a/b:", "tag", None);
        check("a//b", "name may hold", None);
        check(":v1", "missing", None);
        check("-host.io/a", "not a host", None);
        check("ghcr.io:x/a", "not a host", None);
        check("a/b!", "name may hold", None);
    }
}
