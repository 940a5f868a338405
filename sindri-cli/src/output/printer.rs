//! The one place that writes to the standard streams.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::harmless::{escaped, harmless};
use super::human::Human;
use super::paint::{Ink, Palette};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::settings::{Colour, Format, OutputSettings, Verbosity};

/// Version of the JSON documents. It grows when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// Writes to the standard streams.
pub(crate) struct Printer {
    settings: OutputSettings,
    /// The spinner on the terminal, if any: other lines go above it.
    spinner: Mutex<Option<ProgressBar>>,
    /// The first reason why standard output took no more.
    broken: Mutex<Option<io::Error>>,
    /// Whether standard output carries documents on a line each.
    by_line: bool,
}

/// A JSON document with what every one of them has.
#[derive(Serialize)]
struct Document<'a, T> {
    schema_version: u32,
    command: &'a str,
    #[serde(flatten)]
    report: &'a T,
}

impl Printer {
    pub(crate) fn new(settings: OutputSettings) -> Self {
        Self {
            settings,
            spinner: Mutex::new(None),
            broken: Mutex::new(None),
            by_line: false,
        }
    }

    /// The same, for a command with many results: in JSON each is on a line of its own, as is a failure after
    /// them.
    pub(crate) fn by_line(mut self) -> Self {
        self.by_line = true;
        self
    }

    /// What standard output carries.
    pub(crate) fn format(&self) -> Format {
        self.settings.format
    }

    /// Whether a question can be asked and read.
    pub(crate) fn can_ask(&self) -> bool {
        self.settings.terminal.stdin && self.settings.terminal.stderr
    }

    /// Whether anything but failures is said.
    pub(crate) fn talks(&self) -> bool {
        self.settings.verbosity >= Verbosity::Normal
    }

    /// Whether text on standard error may be coloured.
    pub(crate) fn colours_talk(&self) -> bool {
        self.talk() == Palette::Ansi
    }

    /// The result of a command, or one of many, in the form asked for.
    pub(crate) fn report<T: Serialize + Human>(&self, command: &str, report: &T) {
        match self.settings.format {
            Format::Human => {
                let text = report.human(self.palette(self.settings.terminal.stdout));
                self.data(&String::from(text));
            }
            Format::Json => self.document(command, report),
        }
    }

    /// The document of a command as YAML.
    pub(crate) fn yaml<T: Serialize>(&self, command: &str, report: &T) {
        let document = Document {
            schema_version: SCHEMA_VERSION,
            command,
            report,
        };
        match serde_saphyr::to_string(&document) {
            Ok(text) => self.data(&text),
            Err(error) => {
                lock(&self.broken).get_or_insert(io::Error::other(error));
            }
        }
    }

    /// A question, without a line break after it.
    pub(crate) fn ask(&self, question: &str) {
        let question = harmless(question, self.talk());
        let mut err = io::stderr().lock();
        // Nobody is left to ask when standard error is gone; the answer then is none.
        drop(
            err.write_all(question.as_bytes())
                .and_then(|()| err.flush()),
        );
    }

    /// A text that is the result, whatever the form. What reads it through a pipe gets it as it is; a terminal
    /// gets nothing to obey but colours of ours.
    pub(crate) fn data(&self, text: &str) {
        let terminal = self.settings.terminal.stdout;
        if terminal {
            self.raw(&harmless(text, self.palette(terminal)));
        } else {
            self.raw(text);
        }
    }

    fn raw(&self, text: &str) {
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            lock(&self.broken).get_or_insert(error);
        }
    }

    /// Clears the terminal, for a report that is shown again and again.
    pub(crate) fn clear_screen(&self) {
        if self.settings.format == Format::Human && self.settings.terminal.stdout {
            self.raw("\u{1b}[2J\u{1b}[H");
        }
    }

    /// One line for a person who waits.
    pub(crate) fn say(&self, line: &str) {
        if self.settings.verbosity >= Verbosity::Normal {
            self.talk_line(line);
        }
    }

    /// Something that may not be what the user wants.
    pub(crate) fn warn(&self, line: &str) {
        if self.settings.verbosity >= Verbosity::Normal {
            self.alert(line);
        }
    }

    /// Something about the bill: shown whatever the verbosity.
    pub(crate) fn alert(&self, line: &str) {
        self.talk_line(&format!(
            "{} {line}",
            self.talk().paint(Ink::Warning, "warning:")
        ));
    }

    /// Text that is shown whatever the verbosity.
    pub(crate) fn insist(&self, text: &str) {
        self.talk_line(text.trim_end_matches('\n'));
    }

    /// Findings as they were drawn: their colours are not those of the palette, and what they show of the file
    /// is harmless already.
    pub(crate) fn drawn(&self, findings: &str) {
        self.raw_line(findings.trim_end_matches('\n'));
    }

    /// Why the command failed: for a person, and in JSON mode as the document.
    pub(crate) fn failure(&self, command: &str, error: &Error) {
        if self.settings.format == Format::Json {
            self.document(command, &super::failure::document(error, Exit::from(error)));
        }
        let text = String::from(super::failure::human(error, self.talk()));
        if !text.is_empty() {
            self.insist(&text);
        }
    }

    /// Starts to show what is waited for. Dropping the result ends it.
    pub(crate) fn progress(&self) -> Progress<'_> {
        let drawn = self.settings.terminal.stderr && self.settings.verbosity == Verbosity::Normal;
        if drawn {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            *lock(&self.spinner) = Some(bar);
        }
        Progress {
            printer: self,
            last: Mutex::new(String::new()),
        }
    }

    /// Tells whether everything could be written. A reader that went away is no failure.
    pub(crate) fn finish(&self) -> Result<()> {
        match lock(&self.broken).take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Output(error)),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the reader of standard output went away: nothing more need be made for it.
    pub(crate) fn nobody_reads(&self) -> bool {
        lock(&self.broken).is_some()
    }

    fn document<T: Serialize>(&self, command: &str, report: &T) {
        let document = Document {
            schema_version: SCHEMA_VERSION,
            command,
            report,
        };
        self.json(if self.by_line {
            serde_json::to_string(&document)
        } else {
            serde_json::to_string_pretty(&document)
        });
    }

    fn json(&self, text: serde_json::Result<String>) {
        match text {
            Ok(text) => self.raw(&format!("{}\n", escaped(text))),
            Err(error) => {
                lock(&self.broken).get_or_insert(error.into());
            }
        }
    }

    fn talk_line(&self, line: &str) {
        if self.settings.terminal.stderr {
            self.raw_line(&harmless(line, self.talk()));
        } else {
            self.raw_line(line);
        }
    }

    fn raw_line(&self, line: &str) {
        let write = || {
            let mut err = io::stderr().lock();
            // Nobody is left to tell when standard error is gone.
            err.write_all(format!("{line}\n").as_bytes()).is_ok()
        };
        match lock(&self.spinner).as_ref() {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
    }

    /// How talk on standard error is coloured.
    pub(crate) fn talk(&self) -> Palette {
        self.palette(self.settings.terminal.stderr)
    }

    fn palette(&self, terminal: bool) -> Palette {
        match self.settings.colour {
            Colour::Auto if terminal => Palette::Ansi,
            Colour::Auto | Colour::Never => Palette::Plain,
        }
    }
}

/// Shows phases of something that takes its time: a spinner on a terminal, else a line per phase.
pub(crate) struct Progress<'a> {
    printer: &'a Printer,
    last: Mutex<String>,
}

impl Progress<'_> {
    /// Enters a phase. The same phase again says nothing new.
    pub(crate) fn phase(&self, text: &str) {
        let mut last = lock(&self.last);
        if *last == text {
            return;
        }
        text.clone_into(&mut last);
        if let Some(bar) = lock(&self.printer.spinner).as_ref() {
            bar.set_message(harmless(text, Palette::Plain).into_owned());
            return;
        }
        self.printer.say(text);
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = lock(&self.printer.spinner).take() {
            bar.finish_and_clear();
        }
    }
}

/// A panic elsewhere must not keep a message from being written.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
