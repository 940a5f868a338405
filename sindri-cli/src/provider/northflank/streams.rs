//! What goes over streams: commands, shells, logs, ports, files.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use northflank_sdk::stream::{
    CopyReport, Forward, ForwardEvent, Session, Step, StreamError, TtySize,
};

use super::Northflank;
use super::failure::{explain, explain_refusal};
use crate::error::{Error, Failure, Kind, Result};
use crate::provider::{LogLineSeen, LogWish};

/// The name of a service, and the project that holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServiceAt<'a> {
    pub(crate) project: &'a str,
    pub(crate) service: &'a str,
}

impl Northflank {
    /// A login shell on a terminal of this size.
    pub(crate) async fn shell(
        &self,
        at: ServiceAt<'_>,
        (columns, rows): (u16, u16),
    ) -> Result<Session> {
        let size = TtySize { rows, columns };
        let shell = self.client.services().shell(at.project, at.service, size);
        let started = shell.start().await;
        started.map_err(|error| explain_stream(&error, "open a shell"))
    }

    /// A command line, as `sh` reads it.
    pub(crate) async fn command(&self, at: ServiceAt<'_>, line: &str) -> Result<Session> {
        let words = ["sh", "-c", line];
        let command = self.client.services().exec(at.project, at.service, words);
        let started = command.start().await;
        started.map_err(|error| explain_stream(&error, "run the command"))
    }

    /// The log of all containers of a service as it is written.
    pub(crate) fn service_logs(
        &self,
        at: ServiceAt<'_>,
        wish: &LogWish,
    ) -> impl Stream<Item = Result<LogLineSeen>> + Unpin + use<> {
        let mut request = self
            .client
            .services()
            .logs(at.project, at.service)
            .tail(wish.tail);
        if let Some(since) = &wish.since {
            request = request.since(since.as_str());
        }
        if let Some(idle) = wish.until_idle {
            request = request.until_idle(idle);
        }
        request.stream().map(|line| match line {
            Ok(line) => Ok(LogLineSeen {
                ts: line.ts.map(|ts| ts.as_str().to_owned()),
                source: Some("container".to_owned()),
                line: line.line,
            }),
            Err(error) => Err(explain_stream(&error, "show the log")),
        })
    }

    /// Leads a port of this machine to one of a service, until it is dropped.
    pub(crate) async fn forward(
        &self,
        at: ServiceAt<'_>,
        local: u16,
        remote: u16,
        tell: impl Fn(String) + Send + Sync + 'static,
    ) -> Result<Forward> {
        let forward = self
            .client
            .services()
            .forward(at.project, at.service, remote)
            .local_port(local)
            .on_event(move |event| {
                if let ForwardEvent::Failed { error, .. } = event {
                    tell(format!("a connection to port {remote} failed: {error}"));
                }
            });
        let started = forward.start().await;
        started.map_err(|error| explain_stream(&error, "forward the port"))
    }

    /// Copies a file or folder of this machine into a container of a service.
    pub(crate) async fn upload(
        &self,
        at: ServiceAt<'_>,
        local: &Path,
        remote: &str,
    ) -> Result<CopyReport> {
        let copy = self.client.services().copy(at.project, at.service);
        let copied = copy.upload(local, remote).await;
        copied.map_err(|error| explain_stream(&error, "copy into the container"))
    }

    /// Copies a file or folder of a container of a service onto this machine.
    pub(crate) async fn download(
        &self,
        at: ServiceAt<'_>,
        remote: &str,
        local: &Path,
    ) -> Result<CopyReport> {
        let copy = self.client.services().copy(at.project, at.service);
        let copied = copy.download(remote, local).await;
        copied.map_err(|error| explain_stream(&error, "copy out of the container"))
    }
}

/// Makes a failed stream a failure of the command. `doing` completes "Northflank did not …".
pub(crate) fn explain_stream(error: &StreamError, doing: &str) -> Error {
    if let StreamError::Call(call) = error {
        return explain(call, doing);
    }
    if let StreamError::Refused { status, .. } = error {
        return explain_refusal(status.as_u16(), error, doing);
    }
    let (kind, help) = advice(error);
    let mut failure = match error {
        // Northflank has no part in it.
        StreamError::Local { .. } | StreamError::NotThere { .. } | StreamError::Config(_) => {
            Failure::new(error.to_string()).causes(error.source())
        }
        _ => Failure::new(format!("Northflank did not {doing}")).causes(Some(error)),
    };
    failure.status = error.status().map(|status| status.as_u16());
    failure.help.extend(help.map(str::to_owned));
    if let Some(wait) = error.retry_after().filter(|wait| *wait > Duration::ZERO) {
        failure = failure.help(format!("try again in {} s", wait.as_secs()));
    }
    Error::new(kind, failure)
}

fn advice(error: &StreamError) -> (Kind, Option<&'static str>) {
    match error {
        StreamError::Denied { .. } => (
            Kind::Credentials,
            Some("the token may lack the permission for this: look at its role"),
        ),
        StreamError::Connect { .. } | StreamError::Broken { .. } => (
            Kind::Network,
            Some("check the connection, then run the same command again"),
        ),
        StreamError::TimedOut { waited_for, .. } => match waited_for {
            Step::Accept => (
                Kind::Network,
                Some("a service that is still starting accepts nothing: `sindri status`"),
            ),
            _ => (
                Kind::Network,
                Some("check the connection, then run the same command again"),
            ),
        },
        StreamError::Config(_) => (
            Kind::Usage,
            Some("`sindri status` shows ports and instances"),
        ),
        StreamError::Local { .. } | StreamError::NotThere { .. } => (Kind::Usage, None),
        StreamError::MissingTool { .. } => (
            Kind::Provider,
            Some("use an image with `tar`, or pipe the file through `sindri connect --command`"),
        ),
        StreamError::UnsafeEntry { .. } => (
            Kind::Provider,
            Some("do not trust what this container sends"),
        ),
        StreamError::ClosedEarly => (
            Kind::Provider,
            Some("the container may have stopped: `sindri status` and `sindri logs` tell"),
        ),
        // Server, Protocol, TooLarge, Remote, and what a newer SDK may know.
        _ => (
            Kind::Provider,
            Some("run the same command again; with `-vv` it shows what was asked"),
        ),
    }
}
