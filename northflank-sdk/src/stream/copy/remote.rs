//! Commands that a copy runs in the container, all in the same one.

use crate::stream::error::StreamError;
use crate::stream::exec::{ExecOutput, ExecRequest, Exit};
use crate::stream::session::Session;

/// How much of what a command writes to standard error is kept for a message.
const STDERR: usize = 2 << 10;

/// Runs commands, and stays with the instance that the first of them was given.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    /// Of any command; it is replaced.
    template: ExecRequest,
}

impl Remote {
    pub(super) fn new(template: ExecRequest) -> Self {
        Self { template }
    }

    /// Runs a command to its end. A failing one is no error, a missing one is.
    pub(super) async fn run(
        &mut self,
        tool: &'static str,
        arguments: &[&str],
    ) -> Result<ExecOutput, StreamError> {
        let request = self.request(tool, arguments).max_output(1 << 20);
        let output = request.run().await.map_err(|error| missing(tool, error))?;
        self.stay(output.instance.as_deref(), output.container.as_deref());
        check_found(tool, &output.exit, &output.stderr)?;
        Ok(output)
    }

    pub(super) async fn start(
        &mut self,
        tool: &'static str,
        arguments: &[&str],
    ) -> Result<Session, StreamError> {
        let request = self.request(tool, arguments);
        let session = request
            .start()
            .await
            .map_err(|error| missing(tool, error))?;
        self.stay(session.instance(), session.container());
        Ok(session)
    }

    fn request(&self, tool: &str, arguments: &[&str]) -> ExecRequest {
        let words = std::iter::once(tool).chain(arguments.iter().copied());
        let mut request = self.template.clone();
        request.context.command = Some(words.map(str::to_owned).collect());
        request
    }

    fn stay(&mut self, instance: Option<&str>, container: Option<&str>) {
        let context = &mut self.template.context;
        if let Some(instance) = instance {
            context.instance_name = Some(instance.to_owned());
        }
        if let Some(container) = container {
            context.container_name = Some(container.to_owned());
        }
    }
}

/// Whether the program was there.
pub(super) fn check_found(
    tool: &'static str,
    exit: &Exit,
    stderr: &[u8],
) -> Result<(), StreamError> {
    // What shells and container runtimes say of a program that cannot be started.
    if !matches!(exit.code(), Some(126 | 127)) {
        return Ok(());
    }
    Err(StreamError::MissingTool {
        tool,
        message: message(exit, stderr),
    })
}

/// A server may end the stream instead of telling an exit code for a program that is not there.
pub(super) fn missing(tool: &'static str, error: StreamError) -> StreamError {
    match error {
        StreamError::Server { message } if tells_of_missing(&message) => {
            StreamError::MissingTool { tool, message }
        }
        other => other,
    }
}

fn tells_of_missing(message: &str) -> bool {
    let message = message.to_lowercase();
    let executable = message.contains("executable") || message.contains("exec");
    executable && (message.contains("not found") || message.contains("no such file"))
}

/// That a command succeeded.
pub(super) fn check(command: &str, exit: &Exit, stderr: &[u8]) -> Result<(), StreamError> {
    if exit.success() {
        return Ok(());
    }
    Err(StreamError::Remote {
        command: command.to_owned(),
        exit: exit.clone(),
        message: message(exit, stderr),
    })
}

fn message(exit: &Exit, stderr: &[u8]) -> String {
    let text = sdk_core::visible(&String::from_utf8_lossy(stderr));
    match (text.trim(), exit.message()) {
        ("", Some(message)) => message.to_owned(),
        ("", None) => "it said nothing".to_owned(),
        (text, _) => text.to_owned(),
    }
}

/// Keeps the end of what a command writes to standard error.
pub(super) fn keep_end(kept: &mut Vec<u8>, bytes: &[u8]) {
    kept.extend_from_slice(bytes);
    kept.drain(..kept.len().saturating_sub(STDERR));
}

/// A path that no program takes for an option.
pub(super) fn plain(path: &str) -> String {
    match path {
        "" => ".".to_owned(),
        path if path.starts_with('-') => format!("./{path}"),
        path => path.to_owned(),
    }
}

/// Folder and name of a path of the container; no name where it can only be a folder.
pub(super) fn split(path: &str) -> (String, Option<String>) {
    let (folder, name) = match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((folder, name)) => (folder, name),
        None => (".", path),
    };
    let name = (!matches!(name, "" | "." | "..")).then(|| name.to_owned());
    match name {
        Some(name) => (plain(folder), Some(name)),
        None => (plain(path), None),
    }
}

#[cfg(test)]
mod tests {
    use super::{keep_end, plain, split, tells_of_missing};

    #[test]
    fn a_path_is_split_as_the_container_would() {
        let check = |path: &str, folder: &str, name: Option<&str>| {
            let name = name.map(str::to_owned);
            assert_eq!(split(path), (folder.to_owned(), name), "{path}");
        };
        check("/a/b.txt", "/a", Some("b.txt"));
        check("/b.txt", "/", Some("b.txt"));
        check("b.txt", ".", Some("b.txt"));
        check("-a/b", "./-a", Some("b"));
        check("/a/", "/a/", None);
        check("/", "/", None);
        check("a/..", "a/..", None);
        assert_eq!(plain("-rf"), "./-rf");
        assert_eq!(plain(""), ".");
    }

    #[test]
    fn only_the_end_of_what_was_said_is_kept() {
        let mut kept = Vec::new();
        for n in 0..1000 {
            keep_end(&mut kept, format!("line {n}\n").as_bytes());
        }
        assert!(kept.ends_with(b"line 999\n") && kept.len() == super::STDERR);
    }

    #[test]
    fn a_missing_program_is_told_from_a_missing_instance() {
        let check = |message: &str, expected| assert_eq!(tells_of_missing(message), expected);
        check("exec: \"tar\": executable file not found in $PATH", true);
        check("OCI runtime exec failed: no such file or directory", true);
        check("instance not found", false);
        check("exec was refused", false);
    }
}
