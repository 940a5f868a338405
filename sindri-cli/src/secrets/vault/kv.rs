//! The answer to reading a secret.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::masked::Masked;

/// The keys of one secret.
pub(super) type Secret = BTreeMap<String, Held>;

/// What one key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held {
    /// Text; of a number or a truth value, as it is written.
    Text(Masked),
    /// Something that no variable can carry.
    Unusable(&'static str),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
}

/// Takes a successful answer apart.
///
/// # Errors
///
/// In words that hold nothing of the answer.
pub(super) fn secret(body: &[u8]) -> Result<Secret, &'static str> {
    let unreadable = "the answer is not of Vault's form";
    let outer: Envelope<'_> = serde_json::from_slice(body).map_err(|_holds_values| unreadable)?;
    // Version 1 has one envelope less.
    let version_2 = "the answer is not that of a KV engine version 2: check `vaultMount`";
    let inner: Envelope<'_> =
        serde_json::from_str(outer.data.get()).map_err(|_holds_values| version_2)?;
    let keys: BTreeMap<String, &RawValue> =
        serde_json::from_str(inner.data.get()).map_err(|_holds_values| version_2)?;
    Ok(keys
        .into_iter()
        .map(|(key, value)| (key, held(value.get())))
        .collect())
}

fn held(raw: &str) -> Held {
    match raw.as_bytes().first() {
        Some(b'{') => Held::Unusable("an object"),
        Some(b'[') => Held::Unusable("a list"),
        Some(b'n') | None => Held::Unusable("null"),
        Some(b'"') => match serde_json::from_str::<String>(raw) {
            Ok(text) => Held::Text(Masked::from(text)),
            Err(_holds_the_value) => Held::Unusable("no text"),
        },
        // Through a number type, `1.10` would become 1.1.
        Some(_) => Held::Text(Masked::from(raw)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(data: &str) -> Result<Secret, &'static str> {
        secret(format!(r#"{{"data":{{"data":{data},"metadata":{{"version":3}}}}}}"#).as_bytes())
    }

    #[test]
    fn text_numbers_and_truth_values_arrive_as_they_are_written() {
        let check = |value: &str, expected: &str| {
            let secret = of(&format!(r#"{{"k": {value} }}"#)).expect("a secret");
            assert_eq!(secret["k"], Held::Text(Masked::from(expected)), "{value}");
        };
        check(r#""hunter2""#, "hunter2");
        check(r#""a\nb \"ü\" \u00e9""#, "a\nb \"ü\" é");
        check("5432", "5432");
        check("1.10", "1.10");
        check(
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        );
        check("true", "true");
        check(r#""""#, "");
    }

    #[test]
    fn what_no_variable_can_carry_is_named() {
        let check = |value: &str, expected: &'static str| {
            let secret = of(&format!(r#"{{"k":{value}}}"#)).expect("a secret");
            assert_eq!(secret["k"], Held::Unusable(expected), "{value}");
        };
        check(r#"{"user":"hunter2"}"#, "an object");
        check(r#"["hunter2"]"#, "a list");
        check("null", "null");
    }

    #[test]
    fn an_answer_of_another_form_is_refused_in_words_without_its_content() {
        let check = |body: &str, part: &str| {
            let reason = secret(body.as_bytes()).unwrap_err();
            assert!(reason.contains(part), "{body}: {reason}");
        };
        check("<html>hunter2</html>", "not of Vault's form");
        check(r#"{"data":{"data":{"k":"hunter2""#, "not of Vault's form");
        check("[]", "not of Vault's form");
        check(r#"{"data":{"k":"hunter2"}}"#, "KV engine version 2");
        check(r#"{"data":{"data":"hunter2"}}"#, "KV engine version 2");
        check(r#"{"data":null}"#, "KV engine version 2");
    }
}
