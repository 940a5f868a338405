//! JSON pointers (RFC 6901) and the `$ref` fragments that hold them.

use serde_json::Value;

/// Escapes one token of a pointer: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The reverse of [`escape`].
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// `pointer` followed by one more token.
pub fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", escape(token))
}

/// The unescaped tokens of a pointer.
pub fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(unescape).collect()
}

/// The pointer inside a local `$ref` (`#/components/…`), percent-decoded. `None` when the
/// reference leaves the document or names an anchor.
pub fn local(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    (fragment.is_empty() || fragment.starts_with('/')).then(|| percent_decode(fragment))
}

/// The longest prefix of `pointer` that exists in `document`, so that a message always names a
/// place that can be looked up.
pub fn nearest<'a>(document: &Value, pointer: &'a str) -> &'a str {
    let mut end = pointer.len();
    loop {
        let Some(candidate) = pointer.get(..end) else {
            return "";
        };
        if document.pointer(candidate).is_some() {
            return candidate;
        }
        match candidate.rfind('/') {
            Some(slash) => end = slash,
            None => return "",
        }
    }
}

/// Decodes `%41` and the like. A `%` that starts no valid escape is kept, and bytes that are not
/// UTF-8 are replaced.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(decoded) = escaped {
            out.push(decoded);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_survive_escaping() {
        for token in ["plain", "a/b", "a~b", "~1", "/v2/{id}", "", "ä ö"] {
            let pointer = join("", token);
            assert_eq!(tokens(&pointer), [token], "{pointer}");
        }
    }

    #[test]
    fn local_references_are_percent_decoded() {
        let check = |reference: &str, expected: Option<&str>| {
            assert_eq!(local(reference).as_deref(), expected, "{reference}");
        };
        check("#/components/schemas/A", Some("/components/schemas/A"));
        check("#/a%7Eb/%C3%A4", Some("/a~b/ä"));
        check("#/50%", Some("/50%"));
        check("#/%zz%+1", Some("/%zz%+1"));
        check("#", Some(""));
        check("#anchor", None);
        check("other.yaml#/A", None);
        check("", None);
    }

    #[test]
    fn nearest_stops_at_what_exists() {
        let document = json!({"a": {"b/c": [1]}});
        let check = |pointer: &str, expected: &str| {
            assert_eq!(nearest(&document, pointer), expected, "{pointer}");
        };
        check("/a/b~1c/0", "/a/b~1c/0");
        check("/a/b~1c/7", "/a/b~1c");
        check("/a/x/y", "/a");
        check("/z", "");
        check("nonsense", "");
    }
}
