//! Reading JSON, and saying where it does not fit.

use super::exchange::excerpt;
use super::reply::{Unreadable, unreadable};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Deserializer;
use std::marker::PhantomData;

/// Reads a whole body as a `T`.
pub(crate) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    from_json_with(body, PhantomData)
}

/// Reads a whole body as a seed does.
///
/// The quick way first: tracking the path costs time that only a failure needs.
pub(crate) fn from_json_with<'body, S>(body: &'body [u8], seed: S) -> Result<S::Value, Unreadable>
where
    S: DeserializeSeed<'body> + Copy,
{
    let mut quick = Deserializer::from_slice(body);
    let read = seed.deserialize(&mut quick);
    let error = match read.and_then(|value| quick.end().map(|()| value)) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if !error.is_data() {
        // A body that is no JSON at all is a page of somebody else's. One that begins as JSON may hold secrets.
        let begin = body.trim_ascii_start().first();
        let shown = match begin {
            None => "; the body is empty".to_owned(),
            Some(b'{' | b'[' | b'"') => String::new(),
            Some(_) => format!("; the body begins: {}", excerpt(body)),
        };
        return Err(unreadable(".", format!("{error}{shown}")));
    }
    let mut track = serde_path_to_error::Track::new();
    let mut again = Deserializer::from_slice(body);
    let tracked = serde_path_to_error::Deserializer::new(&mut again, &mut track);
    seed.deserialize(tracked).map_err(|error| {
        let path = track.path().to_string();
        unreadable(&path, without_value(&error.to_string()))
    })
}

/// The words of serde without the text that does not fit: it may be a secret.
fn without_value(words: &str) -> String {
    let value = words
        .split_once(" string \"")
        .and_then(|(before, rest)| Some((before, rest.rsplit_once("\", expected ")?.1)));
    match value {
        Some((before, expected)) => format!("{before} string, expected {expected}"),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::from_json;

    #[test]
    fn the_text_that_does_not_fit_is_not_repeated() {
        let check = |json: &str, expected: &str| {
            let Err(unreadable) = from_json::<Vec<u8>>(json.as_bytes()) else {
                panic!("{json} was read")
            };
            assert_eq!(unreadable.source.to_string(), expected, "{json}");
        };
        check(
            r#"["hunter2\", expected \"x"]"#,
            "invalid type: string, expected u8 at line 1 column 26",
        );
        check("[{}]", "invalid type: map, expected u8 at line 1 column 1");
        check(
            r#"["hunter2"#,
            "EOF while parsing a string at line 1 column 9",
        );
        check("[1] 2", "trailing characters at line 1 column 5");
        check(
            "<html>",
            "expected value at line 1 column 1; the body begins: <html>",
        );
        check(
            " ",
            "EOF while parsing a value at line 1 column 1; the body is empty",
        );
    }
}
