//! What a person or a program does with a shell: one command, line after line, or a terminal.

use bytes::{Bytes, BytesMut};
use tokio::sync::Notify;

use crate::shell::host::{Gone, Host, Stream};
use crate::shell::input::{Input, Piece, TooMuch};
use crate::shell::line::Key;
use crate::shell::run::{Flow, INTERRUPTED, Shell, run};

/// What is typed at a terminal, and what was pressed in between.
#[derive(Debug, Default)]
pub(crate) struct Keyboard {
    pub(crate) input: Input,
    interrupted: Notify,
}

impl Keyboard {
    pub(crate) fn press(&self, key: Key) -> Result<(), TooMuch> {
        match key {
            Key::Line(line) => self.input.push(Piece::Bytes(line)),
            Key::End => self.input.push(Piece::Pause),
            Key::Interrupt => {
                // What was typed ahead is gone, as at a real terminal.
                self.input.clear();
                self.interrupted.notify_one();
                Ok(())
            }
        }
    }
}

/// Runs one command and gives its status.
pub(crate) async fn command<H: Host>(
    shell: &mut Shell,
    host: &mut H,
    text: &str,
) -> Result<u8, Gone> {
    Ok(match run(shell, host, text).await? {
        Flow::Next => shell.status,
        Flow::Exit(code) => code,
        Flow::Shell => Box::pin(command(shell, host, "sh")).await?,
    })
}

/// Runs the lines of an input as they come. It must be the input of the host too.
pub(crate) async fn lines<H: Host>(
    shell: &mut Shell,
    host: &mut H,
    input: &Input,
) -> Result<u8, Gone> {
    while let Some(line) = next_line(input).await {
        let line = String::from_utf8_lossy(&line);
        if let Flow::Exit(code) = run(shell, host, &line).await? {
            return Ok(code);
        }
    }
    Ok(shell.status)
}

/// One line with its end, or what is left.
async fn next_line(input: &Input) -> Option<Bytes> {
    let mut line = BytesMut::new();
    while let Some(piece) = input.next().await {
        let Piece::Bytes(mut bytes) = piece else {
            continue;
        };
        if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            line.extend_from_slice(&bytes.split_to(end + 1));
            input.put_back(bytes);
            return Some(line.freeze());
        }
        line.extend_from_slice(&bytes);
    }
    (!line.is_empty()).then(|| line.freeze())
}

/// Runs one command at a terminal, until it ends or Ctrl-C is pressed.
pub(crate) async fn command_at<H: Host>(
    keyboard: &Keyboard,
    shell: &mut Shell,
    host: &mut H,
    text: &str,
) -> Result<u8, Gone> {
    let flow = tokio::select! {
        biased;
        () = keyboard.interrupted.notified() => return Ok(INTERRUPTED),
        flow = run(shell, host, text) => flow?,
    };
    match flow {
        Flow::Next => Ok(shell.status),
        Flow::Exit(code) => Ok(code),
        Flow::Shell => prompts(keyboard, shell, host).await,
    }
}

/// Asks for lines at a terminal and runs them.
pub(crate) async fn prompts<H: Host>(
    keyboard: &Keyboard,
    shell: &mut Shell,
    host: &mut H,
) -> Result<u8, Gone> {
    loop {
        host.output(Stream::Out, prompt(shell).into()).await?;
        let piece = tokio::select! {
            biased;
            () = keyboard.interrupted.notified() => {
                shell.status = INTERRUPTED;
                continue;
            }
            piece = keyboard.input.next() => piece,
        };
        let Some(Piece::Bytes(line)) = piece else {
            host.output(Stream::Out, "exit\n".into()).await?;
            return Ok(shell.status);
        };
        let line = String::from_utf8_lossy(&line);
        let flow = tokio::select! {
            biased;
            () = keyboard.interrupted.notified() => None,
            flow = run(shell, host, &line) => Some(flow?),
        };
        match flow {
            Some(Flow::Next | Flow::Shell) => {}
            Some(Flow::Exit(code)) => return Ok(code),
            None => shell.status = INTERRUPTED,
        }
    }
}

fn prompt(shell: &Shell) -> String {
    let directory = match shell.directory.strip_prefix("/root") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
        Some(_) | None => shell.directory.clone(),
    };
    format!("root@{}:{directory}# ", shell.hostname)
}

/// What is written to a terminal, where a line ends with two characters.
pub(crate) fn for_terminal(bytes: &Bytes) -> Bytes {
    let mut shown = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if *byte == b'\n' {
            shown.push(b'\r');
        }
        shown.push(*byte);
    }
    shown.into()
}
