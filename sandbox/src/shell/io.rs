//! The standard streams of a command, and where redirections lead them.

use bytes::{Bytes, BytesMut};

use crate::disk::{DiskError, MAX_BYTES};
use crate::shell::host::{Change, Gone, Host, Stream};
use crate::shell::parse::Redirect;
use crate::shell::run::Shell;

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
pub(crate) struct Saved {
    sinks: usize,
    out: usize,
    error: usize,
    /// Set where the command has an input of its own. Without one, what it read is read.
    input: Option<Instead>,
}

/// What is read in the place of the host's input: nothing of that kind, or text that is read once.
type Instead = Option<Option<Bytes>>;

/// Why a redirection cannot be done, and for which path.
pub(crate) struct Failed(String, DiskError);

impl<'h, H: Host> Io<'h, H> {
    pub(crate) fn new(host: &'h mut H) -> Self {
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

    /// Tells why a redirection could not be done.
    pub(crate) async fn tell(&mut self, failed: Failed) -> Result<(), Gone> {
        let Failed(path, error) = failed;
        self.complain(&format!("sh: {path}: {error}")).await
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

    pub(crate) fn save(&self, redirects: &[Redirect]) -> Saved {
        let reads = |redirect: &Redirect| matches!(redirect, Redirect::Input(_));
        Saved {
            sinks: self.sinks.len(),
            out: self.out,
            error: self.error,
            input: redirects.iter().any(reads).then(|| self.input.clone()),
        }
    }

    pub(crate) async fn redirect(
        &mut self,
        shell: &Shell,
        redirect: &Redirect,
    ) -> Result<(), Failed> {
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
    pub(crate) async fn restore(&mut self, saved: Saved) -> Result<(), Failed> {
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
