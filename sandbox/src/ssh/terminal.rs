//! A shell, or one command, at a terminal of the client's.

use std::time::Duration;

use bytes::Bytes;
use russh::server::Msg;
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::disk::{DiskError, Entry, Stat};
use crate::shell::{
    Change, Gone, Host, Key, Keyboard, LineEditor, Piece, Shell, Stream, TooMuch, command_at,
    for_terminal, prompts,
};
use crate::ssh::inside::Inside;
use crate::ssh::job::{Task, finish};

/// What is shown. It takes all that comes: what is typed is shown while a command works, and
/// neither may wait for the other.
#[derive(Clone)]
struct Screen(UnboundedSender<Bytes>);

/// The world of a command at a terminal.
struct TerminalHost<'a> {
    keyboard: &'a Keyboard,
    screen: &'a Screen,
    inside: &'a Inside,
}

/// Runs a shell, or only `text`.
pub(crate) async fn terminal(mut task: Task, text: Option<String>) {
    let (sender, shown) = unbounded_channel();
    let keyboard = Keyboard::default();
    let screen = Screen(sender);
    let mut shell = Shell::new(&task.inside.pod, task.environment);
    let write = &task.write;
    let showing = show(shown, write);
    tokio::pin!(showing);
    let code = {
        let mut host = TerminalHost {
            keyboard: &keyboard,
            screen: &screen,
            inside: &task.inside,
        };
        let working = async {
            match text {
                Some(text) => command_at(&keyboard, &mut shell, &mut host, &text).await,
                None => prompts(&keyboard, &mut shell, &mut host).await,
            }
        };
        tokio::select! {
            code = working => code.unwrap_or(0),
            TooMuch = type_in(&mut task.read, &keyboard, &screen) => 1,
            () = &mut showing => return,
        }
    };
    // Without a sender, showing ends when all is shown.
    drop(screen);
    showing.await;
    finish(write, code).await;
}

/// Takes what is typed, shows it, and only ends if that is too much.
async fn type_in(read: &mut ChannelReadHalf, keyboard: &Keyboard, screen: &Screen) -> TooMuch {
    let mut editor = LineEditor::default();
    while let Some(message) = read.wait().await {
        match message {
            ChannelMsg::Data { data } => {
                let (shown, keys) = editor.feed(&data);
                if screen.show(shown.into()).is_err() {
                    break;
                }
                for key in keys {
                    if let Err(too_much) = keyboard.press(key) {
                        return too_much;
                    }
                }
            }
            ChannelMsg::Eof | ChannelMsg::Close => break,
            // Requests are the handler's.
            _request => {}
        }
    }
    if let Some(line) = editor.rest()
        && let Err(too_much) = keyboard.press(Key::Line(line))
    {
        return too_much;
    }
    keyboard.input.end();
    std::future::pending().await
}

async fn show(mut shown: UnboundedReceiver<Bytes>, write: &ChannelWriteHalf<Msg>) {
    while let Some(bytes) = shown.recv().await {
        if write.data_bytes(bytes).await.is_err() {
            return;
        }
    }
}

impl Screen {
    fn show(&self, bytes: Bytes) -> Result<(), Gone> {
        self.0.send(bytes).map_err(|_closed| Gone)
    }
}

impl Host for TerminalHost<'_> {
    async fn input(&mut self) -> Option<Bytes> {
        match self.keyboard.input.next().await? {
            Piece::Bytes(bytes) => Some(bytes),
            Piece::Pause => None,
        }
    }

    /// Both streams are one at a terminal, and a line ends with two characters.
    async fn output(&mut self, _to: Stream, bytes: Bytes) -> Result<(), Gone> {
        self.screen.show(for_terminal(&bytes))
    }

    async fn sleep(&mut self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    async fn read(&mut self, path: String) -> Result<Bytes, DiskError> {
        self.inside.read_file(path).await
    }

    async fn stat(&mut self, path: String) -> Result<Stat, DiskError> {
        self.inside.files(move |disk| disk.stat(&path)).await
    }

    async fn list(&mut self, path: String) -> Result<Vec<Entry>, DiskError> {
        self.inside.files(move |disk| disk.list(&path)).await
    }

    async fn change(&mut self, path: String, change: Change) -> Result<(), DiskError> {
        self.inside.apply(path, change).await
    }
}
