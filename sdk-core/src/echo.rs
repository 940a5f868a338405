//! Error answers that repeat what was sent: no secret of a request is in an error.

use bytes::Bytes;
use serde_json::Value;

/// What stands for a secret.
const MASK: &str = "***";

/// A secret shorter than this is only masked where it stands by itself: `1` is a part of many words, and the
/// `test` of a test one of `my-test-pod`.
const SHORT: usize = 6;

/// How often a body may be JSON within JSON: services quote the requests of others.
const LEVELS: usize = 3;

/// Words that are values of every program and secrets of none.
const PLAIN: [&str; 3] = ["true", "false", "null"];

/// A line of a secret of several lines that is as long as this is masked by itself.
const LINE: usize = 8;

/// The secrets of a request: every text below one of these keys, but for what stands elsewhere in it, too, and
/// so is none.
pub(crate) fn secrets(request: &[u8], keys: &[&str]) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    if let Ok(request) = serde_json::from_slice::<Value>(request) {
        search(&request, keys, &mut found, &mut open);
    }
    found.retain(|text| !open.contains(text) && !PLAIN.contains(&text.as_str()));
    found
}

fn search(value: &Value, keys: &[&str], found: &mut Vec<String>, open: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if keys.contains(&key.as_str()) {
                    texts(value, found);
                } else {
                    search(value, keys, found, open);
                }
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| search(item, keys, found, open)),
        Value::String(text) => open.push(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A body in which none of these secrets stands, as it is or as JSON spells it, within JSON or not.
pub(crate) fn without(body: Bytes, secrets: &[impl AsRef<str>]) -> Bytes {
    let mut spellings: Vec<String> = Vec::new();
    for secret in secrets.iter().map(AsRef::as_ref) {
        let lines = secret.lines().filter(|line| line.len() >= LINE);
        for text in std::iter::once(secret).chain(lines) {
            let mut spelling = text.to_owned();
            for _ in 0..LEVELS {
                let json = Value::from(spelling.as_str()).to_string();
                let inner = json.get(1..json.len() - 1).unwrap_or_default().to_owned();
                spellings.push(std::mem::replace(&mut spelling, inner));
            }
            spellings.push(spelling);
        }
    }
    spellings.retain(|spelling| !spelling.is_empty());
    // The longest first: one secret may be a part of another.
    spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    spellings.dedup();
    let text = String::from_utf8_lossy(&body);
    if !spellings.iter().any(|spelling| text.contains(spelling)) {
        return body;
    }
    let masked = spellings.iter().fold(text.into_owned(), |text, spelling| {
        replaced(&text, spelling)
    });
    masked.into()
}

fn replaced(text: &str, secret: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(secret) {
        let part_of_word = out.ends_with(is_of_word) && before.is_empty()
            || before.ends_with(is_of_word)
            || after.starts_with(is_of_word);
        out.push_str(before);
        out.push_str(if secret.len() < SHORT && part_of_word {
            secret
        } else {
            MASK
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::{secrets, without};

    #[test]
    fn secrets_are_what_stands_below_the_keys_of_secrets() {
        let request = br#"{"name":"n","env":{"A":"one","B":["two",3]},"x":[{"password":"three"}]}"#;
        assert_eq!(
            secrets(request, &["env", "password"]),
            ["one", "two", "three"]
        );
        assert!(secrets(request, &[]).is_empty());
        assert!(secrets(b"no json", &["env"]).is_empty());
        // The name of the pod is no secret because a variable holds it, too.
        let request = br#"{"name":"demo","env":{"NAME":"demo","ON":"true","KEY":"secret"}}"#;
        assert_eq!(secrets(request, &["env"]), ["secret"]);
    }

    #[test]
    fn a_body_that_repeats_a_secret_is_masked() {
        let check = |secret: &str, body: &str, expected: &str| {
            let masked = without(body.to_owned().into(), &[secret.to_owned()]);
            assert_eq!(masked, expected, "{secret}");
        };
        check("hunter2", "bad value hunter2!", "bad value ***!");
        check("hunter2", "xhunter2x", "x***x");
        // A short one would eat parts of words.
        check(
            "1",
            r#"{"detail":"1 of 11 is 1"}"#,
            r#"{"detail":"*** of 11 is ***"}"#,
        );
        check("root", "not my-root_1, root", "not my-root_1, ***");
        // As JSON spells it, whole or a line of it.
        check(
            "a\"b\"cde",
            r#"{"detail":"a\"b\"cde"}"#,
            r#"{"detail":"***"}"#,
        );
        check(
            "begin\nlong-line-of-a-key\nend",
            "at long-line-of-a-key",
            "at ***",
        );
        check("", "nothing", "nothing");
        check("absent", "nothing", "nothing");
    }

    #[test]
    fn a_secret_within_another_leaves_no_rest_of_it() {
        let both = ["secret-1".to_owned(), "secret-1-and-more".to_owned()];
        assert_eq!(without("secret-1-and-more".into(), &both), "***");
    }
}
