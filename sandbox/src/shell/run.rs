//! Runs commands.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use crate::disk::absolute;
use crate::shell::builtins;
use crate::shell::host::{Gone, Host};
use crate::shell::io::Io;
use crate::shell::parse::{Command, When, parse};
use crate::shell::scan::{Part, Word};

/// Status of what was stopped by Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

const USAGE: u8 = 2;
/// Status of a command that is not there.
pub(crate) const NOT_FOUND: u8 = 127;

/// How deep `sh -c` may be in itself.
const MAX_DEPTH: u8 = 16;

/// What a shell remembers from one command to the next.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    /// What commands see in their environment.
    pub(crate) exported: BTreeMap<String, String>,
    /// Variables that were set and not exported.
    pub(crate) local: BTreeMap<String, String>,
    /// Where relative paths begin.
    pub(crate) directory: String,
    /// Status of the last command.
    pub(crate) status: u8,
    pub(crate) hostname: String,
    /// `$0` and what follows it.
    pub(crate) arguments: Vec<String>,
    pub(crate) depth: u8,
}

/// Whether a script goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    Exit(u8),
    /// `exec sh`: from here on a shell reads the input. Nothing of the script follows.
    Shell,
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<Flow, Gone>> + Send + 'a>>;

impl Shell {
    /// A shell as a login gives it to root, in the home directory.
    pub(crate) fn new(hostname: &str, environment: BTreeMap<String, String>) -> Self {
        let usual = [
            ("HOME", "/root"),
            ("LOGNAME", "root"),
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("SHELL", "/bin/sh"),
            ("USER", "root"),
        ];
        let mut exported: BTreeMap<String, String> = usual
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        exported.extend(environment);
        Self {
            exported,
            local: BTreeMap::new(),
            directory: "/root".to_owned(),
            status: 0,
            hostname: hostname.to_owned(),
            arguments: vec!["sh".to_owned()],
            depth: 0,
        }
    }

    /// The value of a variable; nothing where there is none.
    fn value(&self, name: &str) -> String {
        match name {
            "?" => self.status.to_string(),
            "#" => self.arguments.len().saturating_sub(1).to_string(),
            "PWD" => self.directory.clone(),
            name => {
                if let Ok(place) = name.parse::<usize>() {
                    return self.arguments.get(place).cloned().unwrap_or_default();
                }
                let value = self.local.get(name).or_else(|| self.exported.get(name));
                value.cloned().unwrap_or_default()
            }
        }
    }

    /// Gives a variable a value; one that is exported stays exported.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        match self.exported.get_mut(name) {
            Some(old) => *old = value,
            None => drop(self.local.insert(name.to_owned(), value)),
        }
    }

    pub(crate) fn path(&self, path: &str) -> String {
        absolute(&self.directory, path)
    }

    /// The fields that a word becomes: spaces in values outside of quotes split it.
    fn fields(&self, word: &Word) -> Vec<String> {
        let mut fields: Vec<String> = Vec::new();
        let mut field: Option<String> = None;
        for part in word {
            match part {
                Part::Text { text, .. } => field.get_or_insert_default().push_str(text),
                Part::Home => field.get_or_insert_default().push_str(&self.value("HOME")),
                Part::Variable { name, quoted: true } => {
                    field.get_or_insert_default().push_str(&self.value(name));
                }
                Part::Variable {
                    name,
                    quoted: false,
                } => {
                    let value = self.value(name);
                    if value.starts_with(char::is_whitespace) {
                        fields.extend(field.take());
                    }
                    for (place, piece) in value.split_whitespace().enumerate() {
                        if place > 0 {
                            fields.extend(field.take());
                        }
                        field.get_or_insert_default().push_str(piece);
                    }
                    if value.ends_with(char::is_whitespace) {
                        fields.extend(field.take());
                    }
                }
            }
        }
        fields.extend(field);
        fields
    }

    /// The text of a word that is not split.
    pub(crate) fn text(&self, word: &Word) -> String {
        let parts = word.iter().map(|part| match part {
            Part::Text { text, .. } => text.clone(),
            Part::Home => self.value("HOME"),
            Part::Variable { name, .. } => self.value(name),
        });
        parts.collect()
    }
}

/// Runs a script on a host. Errors of the script are part of its output and its status, which the
/// shell remembers.
pub(crate) async fn run<H: Host>(
    shell: &mut Shell,
    host: &mut H,
    text: &str,
) -> Result<Flow, Gone> {
    script(shell, &mut Io::new(host), text).await
}

/// Boxed, as `sh -c` runs a script in a script.
pub(crate) fn script<'a, H: Host>(
    shell: &'a mut Shell,
    io: &'a mut Io<'_, H>,
    text: &'a str,
) -> Running<'a> {
    Box::pin(async move {
        let name = shell
            .arguments
            .first()
            .map_or("sh", String::as_str)
            .to_owned();
        let steps = match parse(text) {
            Ok(steps) => steps,
            Err(error) => {
                shell.status = USAGE;
                io.complain(&format!("{name}: {error}")).await?;
                return Ok(Flow::Next);
            }
        };
        if shell.depth > MAX_DEPTH {
            shell.status = USAGE;
            io.complain(&format!("{name}: nested too deeply")).await?;
            return Ok(Flow::Next);
        }
        for step in steps {
            let due = match step.when {
                When::Always => true,
                When::Success => shell.status == 0,
                When::Failure => shell.status != 0,
            };
            if !due {
                continue;
            }
            match command(shell, io, &step.command).await? {
                Flow::Next => {}
                end @ (Flow::Exit(_) | Flow::Shell) => return Ok(end),
            }
        }
        Ok(Flow::Next)
    })
}

async fn command<H: Host>(
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    command: &Command,
) -> Result<Flow, Gone> {
    let words: Vec<String> = command
        .words
        .iter()
        .flat_map(|word| shell.fields(word))
        .collect();
    let saved = io.save(&command.redirects);
    for redirect in &command.redirects {
        if let Err(failed) = io.redirect(shell, redirect).await {
            io.tell(failed).await?;
            shell.status = 1;
            return match io.restore(saved).await {
                Ok(()) => Ok(Flow::Next),
                Err(failed) => io.tell(failed).await.map(|()| Flow::Next),
            };
        }
    }
    let flow = with_assignments(shell, io, command, &words).await;
    if let Err(failed) = io.restore(saved).await {
        io.tell(failed).await?;
        shell.status = 1;
    }
    if command.inverted {
        shell.status = u8::from(shell.status == 0);
    }
    flow
}

/// Assignments alone last; before a command they hold for it only.
async fn with_assignments<H: Host>(
    shell: &mut Shell,
    io: &mut Io<'_, H>,
    command: &Command,
    words: &[String],
) -> Result<Flow, Gone> {
    let Some((name, arguments)) = words.split_first() else {
        shell.status = 0;
        for (name, word) in &command.assignments {
            let value = shell.text(word);
            shell.set(name, value);
        }
        return Ok(Flow::Next);
    };
    let before = shell.exported.clone();
    for (name, word) in &command.assignments {
        let value = shell.text(word);
        shell.exported.insert(name.clone(), value);
    }
    let done = if let Some(builtin) = builtins::find(name) {
        builtins::call(builtin, shell, io, arguments).await
    } else {
        io.complain(&format!("sh: {name}: not found")).await?;
        shell.status = NOT_FOUND;
        Ok(Flow::Next)
    };
    if !command.assignments.is_empty() {
        shell.exported = before;
    }
    done
}
