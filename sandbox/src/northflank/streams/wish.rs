//! What the first message of a command asks for.

use serde_json::Value;

/// A command or a shell, and how to speak with it. `user`, `group` and `containerName` make no difference:
/// everybody is root, and each instance has one container.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The container; none for any.
    pub(crate) instance: Option<String>,
    /// The script to run; none for a shell.
    pub(crate) script: Option<String>,
    pub(crate) tty: bool,
    /// Whether input and output are base64, each message by itself.
    pub(crate) base64: bool,
}

impl Wish {
    /// Reads the `context` of a first message.
    ///
    /// # Errors
    /// What cannot be understood.
    pub(crate) fn read(context: &Value) -> Result<Self, String> {
        let text = |key: &str| context[key].as_str().filter(|text| !text.is_empty());
        let base64 = match text("encoding") {
            None => false,
            Some(name)
                if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8") =>
            {
                false
            }
            Some("base64") => true,
            Some(other) => return Err(format!("`encoding` cannot be `{other}`")),
        };
        // Older clients told the size of their terminal only.
        let sized = context["ttyRows"].is_u64() || context["ttyColumns"].is_u64();
        Ok(Self {
            instance: text("instanceName").map(str::to_owned),
            script: script(&context["command"], text("shell"))?,
            tty: context["tty"].as_bool().unwrap_or(sized),
            base64,
        })
    }
}

/// The command as a script. Without a shell around it, a list is its words, and a text is split
/// into words.
fn script(command: &Value, shell: Option<&str>) -> Result<Option<String>, String> {
    let shell = shell.filter(|shell| *shell != "none");
    let around = match shell {
        Some(shell) => words(shell)?,
        None => Vec::new(),
    };
    let asked = match command {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) if around.is_empty() => words(text)?,
        Value::String(text) => vec![text.clone()],
        Value::Array(list) if list.is_empty() => return Ok(None),
        Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            let texts = texts.ok_or("`command` must be texts")?;
            if around.is_empty() {
                texts.into_iter().map(str::to_owned).collect()
            } else {
                vec![texts.join(" ")]
            }
        }
        _no_command => return Err("`command` must be a text or a list of texts".to_owned()),
    };
    let all = around.iter().chain(&asked).map(String::as_str);
    let quoted = shlex::try_join(all).ok();
    quoted
        .map(Some)
        .ok_or_else(|| "`command` must not hold NUL".to_owned())
}

fn words(text: &str) -> Result<Vec<String>, String> {
    shlex::split(text).ok_or_else(|| "`command` has a quote without its end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_command_becomes_a_script() {
        let check = |context: Value, expected: Option<&str>| {
            let wish = Wish::read(&context).unwrap();
            assert_eq!(wish.script.as_deref(), expected, "{context}");
        };
        check(json!({}), None);
        check(json!({ "command": [], "shell": "none" }), None);
        check(
            json!({ "command": ["sh", "-c", "echo a; exit 3"], "shell": "none" }),
            Some("sh -c 'echo a; exit 3'"),
        );
        check(
            json!({ "command": "echo 'a  b' c;d", "shell": "none" }),
            Some("echo 'a  b' 'c;d'"),
        );
        check(
            json!({ "command": "echo a && echo b", "shell": "bash -c" }),
            Some("bash -c 'echo a && echo b'"),
        );
        check(
            json!({ "command": ["echo", "a"], "shell": "sh -c" }),
            Some("sh -c 'echo a'"),
        );
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        let check = |context: Value, expected: &str| {
            assert_eq!(Wish::read(&context).unwrap_err(), expected, "{context}");
        };
        check(
            json!({ "encoding": "rot13" }),
            "`encoding` cannot be `rot13`",
        );
        check(
            json!({ "command": 1 }),
            "`command` must be a text or a list of texts",
        );
        check(json!({ "command": ["a", 1] }), "`command` must be texts");
        check(
            json!({ "command": "echo 'a" }),
            "`command` has a quote without its end",
        );
    }

    #[test]
    fn a_terminal_is_told_or_guessed_from_its_size() {
        let tty = |context: Value| Wish::read(&context).unwrap().tty;
        assert!(tty(json!({ "tty": true })));
        assert!(tty(json!({ "ttyRows": 24, "ttyColumns": 80 })));
        assert!(!tty(json!({ "tty": false, "ttyRows": 24 })));
        assert!(!tty(json!({})));
    }
}
