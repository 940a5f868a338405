//! Runs commands.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};

use crate::disk::{DiskError, MAX_BYTES, absolute};
use crate::shell::builtins;
use crate::shell::host::{Change, Gone, Host, Stream};
use crate::shell::parse::{Command, Redirect, When, parse};
use crate::shell::scan::{Part, Word};

/// Status of what was stopped by Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

const USAGE: u8 = 2;
const NOT_FOUND: u8 = 127;

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
}

/// Where the output of a command goes.
#[derive(Debug)]
enum Sink {
    Host(Stream),
    Nowhere,
    File { path: String, bytes: BytesMut },
}

/// The standard streams of a command.
pub(crate) struct Io<'h, H> {
    pub(crate) host: &'h mut H,
    sinks: Vec<Sink>,
    out: usize,
    error: usize,
    input: Instead,
}

/// Where streams led to before a command.
struct Saved {
    sinks: usize,
    out: usize,
    error: usize,
    /// Set where the command has an input of its own. Without one, what it read is read.
    input: Option<Instead>,
}

/// What is read in the place of the host's input: nothing of that kind, or text that is read once.
type Instead = Option<Option<Bytes>>;

/// Why a redirection cannot be done, and for which path.
struct Failed(String, DiskError);

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
    fn text(&self, word: &Word) -> String {
        let parts = word.iter().map(|part| match part {
            Part::Text { text, .. } => text.clone(),
            Part::Home => self.value("HOME"),
            Part::Variable { name, .. } => self.value(name),
        });
        parts.collect()
    }
}

impl<'h, H: Host> Io<'h, H> {
    fn new(host: &'h mut H) -> Self {
        Self {
            host,
            sinks: vec![Sink::Host(Stream::Out), Sink::Host(Stream::Error)],
            out: 0,
            error: 1,
            input: None,
        }
    }

    /// The next piece of standard input; `None` at its end.
    pub(crate) async fn input(&mut self) -> Option<Bytes> {
        match &mut self.input {
            Some(instead) => instead.take(),
            None => self.host.input().await,
        }
    }

    pub(crate) async fn out(&mut self, bytes: impl Into<Bytes>) -> Result<(), Gone> {
        self.write(self.out, bytes.into()).await
    }

    /// A line on standard error.
    pub(crate) async fn complain(&mut self, text: &str) -> Result<(), Gone> {
        self.write(self.error, format!("{text}\n").into()).await
    }

    async fn write(&mut self, sink: usize, bytes: Bytes) -> Result<(), Gone> {
        match &mut self.sinks[sink] {
            Sink::Nowhere => Ok(()),
            Sink::Host(stream) => self.host.output(*stream, bytes).await,
            Sink::File { bytes: kept, .. } => {
                // Above the limit the file will be refused whole, so the rest need not be kept.
                if u64::try_from(kept.len()).unwrap_or(u64::MAX) <= MAX_BYTES {
                    kept.extend_from_slice(&bytes);
                }
                Ok(())
            }
        }
    }

    fn save(&self, redirects: &[Redirect]) -> Saved {
        let reads = |redirect: &Redirect| matches!(redirect, Redirect::Input(_));
        Saved {
            sinks: self.sinks.len(),
            out: self.out,
            error: self.error,
            input: redirects.iter().any(reads).then(|| self.input.clone()),
        }
    }

    async fn redirect(&mut self, shell: &Shell, redirect: &Redirect) -> Result<(), Failed> {
        let (descriptor, sink) = match redirect {
            Redirect::Input(file) => {
                let path = shell.path(&shell.text(file));
                let read = match path.as_str() {
                    "/dev/null" => Ok(Bytes::new()),
                    _other => self.host.read(path.clone()).await,
                };
                let bytes = read.map_err(|error| Failed(path, error))?;
                self.input = Some(Some(bytes));
                return Ok(());
            }
            Redirect::Duplicate { descriptor, of } => {
                let sink = if *of == 1 { self.out } else { self.error };
                (*descriptor, sink)
            }
            Redirect::Output {
                descriptor,
                file,
                append,
            } => {
                let path = shell.path(&shell.text(file));
                let sink = self.open(path, *append).await?;
                self.sinks.push(sink);
                (*descriptor, self.sinks.len() - 1)
            }
        };
        if descriptor == 1 {
            self.out = sink;
        } else {
            self.error = sink;
        }
        Ok(())
    }

    async fn open(&mut self, path: String, append: bool) -> Result<Sink, Failed> {
        if path == "/dev/null" {
            return Ok(Sink::Nowhere);
        }
        let before = match self.host.read(path.clone()).await {
            Ok(bytes) if append => bytes,
            Ok(_) | Err(DiskError::NotFound) => Bytes::new(),
            Err(error) => return Err(Failed(path, error)),
        };
        // A file that cannot be made is told before the command runs, as a shell does it.
        let made = self
            .host
            .change(path.clone(), Change::Write(before.clone()));
        match made.await {
            Ok(()) => Ok(Sink::File {
                path,
                bytes: BytesMut::from(before.as_ref()),
            }),
            Err(error) => Err(Failed(path, error)),
        }
    }

    /// Leads the streams back to where they were, and keeps what was written to files.
    async fn restore(&mut self, saved: Saved) -> Result<(), Failed> {
        let files = self.sinks.split_off(saved.sinks);
        (self.out, self.error) = (saved.out, saved.error);
        if let Some(input) = saved.input {
            self.input = input;
        }
        for sink in files {
            if let Sink::File { path, bytes } = sink {
                let written = self
                    .host
                    .change(path.clone(), Change::Write(bytes.freeze()));
                written.await.map_err(|error| Failed(path, error))?;
            }
        }
        Ok(())
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
            if due && let Flow::Exit(code) = command(shell, io, &step.command).await? {
                return Ok(Flow::Exit(code));
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
            tell(io, failed).await?;
            shell.status = 1;
            return match io.restore(saved).await {
                Ok(()) => Ok(Flow::Next),
                Err(failed) => tell(io, failed).await.map(|()| Flow::Next),
            };
        }
    }
    let flow = with_assignments(shell, io, command, &words).await;
    if let Err(failed) = io.restore(saved).await {
        tell(io, failed).await?;
        shell.status = 1;
    }
    if command.inverted {
        shell.status = u8::from(shell.status == 0);
    }
    flow
}

async fn tell<H: Host>(io: &mut Io<'_, H>, failed: Failed) -> Result<(), Gone> {
    let Failed(path, error) = failed;
    io.complain(&format!("sh: {path}: {error}")).await
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
    let done = match builtins::find(name) {
        Some(builtin) => builtins::call(builtin, shell, io, arguments).await,
        None => {
            io.complain(&format!("sh: {name}: not found")).await?;
            shell.status = NOT_FOUND;
            Ok(Flow::Next)
        }
    };
    if !command.assignments.is_empty() {
        shell.exported = before;
    }
    done
}
