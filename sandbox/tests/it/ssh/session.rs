//! `ssh` while it runs: what it says can be waited for before it is told more.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::client::{Address, Client, Run, start};

const PATIENCE: Duration = Duration::from_secs(30);

/// A program that runs.
pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    pieces: Receiver<Vec<u8>>,
    /// What it has said so far.
    said: String,
    /// How much of it was waited for.
    heard: usize,
}

impl Session {
    pub(crate) fn start(client: &Client, to: &Address, before: &[&str], after: &[&str]) -> Self {
        let mut child = start(&mut client.ssh_command(to, before, after));
        let input = child.stdin.take();
        let mut out = child.stdout.take().expect("standard output");
        let (sender, pieces) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = out.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            input,
            pieces,
            said: String::new(),
            heard: 0,
        }
    }

    pub(crate) fn send(&mut self, text: &str) {
        let input = self.input.as_mut().expect("standard input");
        input.write_all(text.as_bytes()).expect("it reads");
        input.flush().expect("it reads");
    }

    /// Waits until it says this, after what was waited for before.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let news = self.said.get(self.heard..).unwrap_or_default();
            if let Some(place) = news.find(words) {
                self.heard += place + words.len();
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.pieces.recv_timeout(left) {
                Ok(piece) => self.said.push_str(&String::from_utf8_lossy(&piece)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("no `{words}` in {news:?}")
                }
            }
        }
    }

    /// Ends it at once, as the end of its machine would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Says no more, and waits for its end.
    pub(crate) fn finish(mut self) -> Run {
        drop(self.input.take());
        let mut err = String::new();
        let mut pipe = self.child.stderr.take().expect("standard error");
        let reading = std::thread::spawn(move || {
            pipe.read_to_string(&mut err).expect("text");
            err
        });
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                break status;
            }
            if Instant::now() > until {
                drop(self.child.kill());
                panic!("it does not end; it said {:?}", self.said);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        for piece in &self.pieces {
            self.said.push_str(&String::from_utf8_lossy(&piece));
        }
        Run {
            code: status.code().unwrap_or(-1),
            out: self.said.into_bytes(),
            err: reading.join().expect("a reader"),
        }
    }
}
