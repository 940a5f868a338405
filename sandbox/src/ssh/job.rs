//! What is at work in a channel: a command, or a shell without a terminal.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use russh::server::Msg;
use russh::{ChannelId, ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use tokio::task::AbortHandle;

use crate::disk::{DiskError, Entry, Stat};
use crate::shell::{
    self, Change, Gone, Host, Input, MAX_UNREAD_BYTES, Piece, Shell, Stream, TooMuch,
};
use crate::ssh::inside::Inside;

/// Number of standard error among a channel's kinds of data.
const STDERR: u32 = 1;

/// All that is at work in a connection, so that it can be stopped.
#[derive(Clone, Default)]
pub(crate) struct Jobs(Arc<Mutex<HashMap<ChannelId, AbortHandle>>>);

impl Jobs {
    pub(crate) fn add(&self, channel: ChannelId, job: AbortHandle) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.insert(channel, job);
    }

    /// Stops what is at work in a channel. Says whether there was anything.
    pub(crate) fn stop(&self, channel: ChannelId) -> bool {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let job = jobs.remove(&channel);
        job.inspect(AbortHandle::abort).is_some()
    }

    /// Stops everything.
    pub(crate) fn end(&self) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, job) in jobs.drain() {
            job.abort();
        }
    }
}

/// What a command or a shell works with.
pub(crate) struct Task {
    pub(crate) inside: Inside,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) read: ChannelReadHalf,
    pub(crate) write: ChannelWriteHalf<Msg>,
}

/// How a task ends for the client.
pub(crate) async fn finish(write: &ChannelWriteHalf<Msg>, code: u8) {
    let told = async {
        write.exit_status(u32::from(code)).await?;
        write.eof().await?;
        write.close().await
    };
    if let Err(error) = told.await {
        tracing::debug!(%error, "the client did not wait for the exit status");
    }
}

/// Runs one command, or the lines of standard input as they come.
pub(crate) async fn run(mut task: Task, text: Option<String>) {
    let input = Input::default();
    let mut shell = Shell::new(&task.inside.pod, task.environment);
    let mut host = ChannelHost {
        input: &input,
        write: &task.write,
        inside: &task.inside,
    };
    let work = async {
        match &text {
            Some(text) => shell::command(&mut shell, &mut host, text).await,
            None => shell::lines(&mut shell, &mut host, &input).await,
        }
    };
    let done = tokio::select! {
        code = work => Ok(code),
        too_much = receive(&mut task.read, &input) => Err(too_much),
    };
    match done {
        Ok(Ok(code)) => finish(&task.write, code).await,
        Ok(Err(Gone)) => {}
        Err(TooMuch) => refuse_input(&task.write).await,
    }
}

async fn refuse_input(write: &ChannelWriteHalf<Msg>) {
    let limit = MAX_UNREAD_BYTES / (1024 * 1024);
    let text = format!("sh: more than {limit} MiB of input were not read: the command was ended\n");
    if write.extended_data_bytes(STDERR, text).await.is_ok() {
        finish(write, 1).await;
    }
}

/// Takes what the client sends, and only ends if that is too much.
pub(crate) async fn receive(read: &mut ChannelReadHalf, input: &Input) -> TooMuch {
    while let Some(message) = read.wait().await {
        match message {
            ChannelMsg::Data { data } => {
                if let Err(too_much) = input.push(Piece::Bytes(data)) {
                    return too_much;
                }
            }
            ChannelMsg::Eof | ChannelMsg::Close => break,
            // Requests are the handler's.
            _request => {}
        }
    }
    input.end();
    std::future::pending().await
}

/// A channel as the world of a command.
struct ChannelHost<'a> {
    input: &'a Input,
    write: &'a ChannelWriteHalf<Msg>,
    inside: &'a Inside,
}

impl Host for ChannelHost<'_> {
    async fn input(&mut self) -> Option<Bytes> {
        self.input.bytes().await
    }

    async fn output(&mut self, to: Stream, bytes: Bytes) -> Result<(), Gone> {
        let sent = match to {
            Stream::Out => self.write.data_bytes(bytes).await,
            Stream::Error => self.write.extended_data_bytes(STDERR, bytes).await,
        };
        sent.map_err(|_closed| Gone)
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
