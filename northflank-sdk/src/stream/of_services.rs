//! How the streams of services are reached.

use super::address::{Kind, Subject};
use super::copy::CopyRequest;
use super::exec::{ExecRequest, TtySize};
use super::forward::ForwardRequest;
use super::log_request::LogRequest;
use crate::services::Services;

impl Services<'_> {
    /// A command in a container of a service, word by word and without a shell.
    ///
    /// There is no working directory and no environment to set: `["sh", "-c", "cd /data && ls"]`.
    pub fn exec<W: Into<String>>(
        &self,
        project: &str,
        service: &str,
        command: impl IntoIterator<Item = W>,
    ) -> ExecRequest {
        let subject = Subject::new(project, Kind::Service, service);
        ExecRequest::new(self.client.streams(), subject, command)
    }

    /// A login shell in a container of a service, on a terminal of this size: bash where there is one,
    /// else `sh`.
    pub fn shell(&self, project: &str, service: &str, size: TtySize) -> ExecRequest {
        let subject = Subject::new(project, Kind::Service, service);
        ExecRequest::shell(self.client.streams(), subject, size)
    }

    /// The log of a service, as a stream of lines: the last ones, then new ones for as long as it is
    /// polled.
    ///
    /// ```no_run
    /// # async fn example(client: &northflank_sdk::Client) -> Result<(), northflank_sdk::stream::StreamError> {
    /// use futures::StreamExt;
    ///
    /// let mut lines = client.services().logs("project", "service").tail(20).stream();
    /// while let Some(line) = lines.next().await {
    ///     println!("{}", line?.line);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn logs(&self, project: &str, service: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Service, service);
        LogRequest::new(self.client.streams(), subject, "/logs", &[])
    }

    /// The log of a service's builds, as [`logs`](Self::logs).
    pub fn build_logs(&self, project: &str, service: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Service, service);
        LogRequest::new(self.client.streams(), subject, "/build-logs", &[])
    }

    /// Files and folders to and from a container of a service.
    pub fn copy(&self, project: &str, service: &str) -> CopyRequest {
        let subject = Subject::new(project, Kind::Service, service);
        CopyRequest::new(self.client.streams(), subject)
    }

    /// A local port that leads to this port of a service. The port must be declared; it may be private.
    ///
    /// ```no_run
    /// # async fn example(client: &northflank_sdk::Client) -> Result<(), northflank_sdk::stream::StreamError> {
    /// let forward = client.services().forward("project", "service", 8080).start().await?;
    /// println!("http://{}", forward.local_addr());
    /// # forward.stop().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn forward(&self, project: &str, service: &str, port: u16) -> ForwardRequest {
        let subject = Subject::new(project, Kind::Service, service);
        ForwardRequest::new(self.client, subject, port)
    }
}
