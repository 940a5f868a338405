//! How streams are reached from the groups of calls.

use super::address::{Kind, Subject};
use super::copy::CopyRequest;
use super::exec::{ExecRequest, TtySize};
use super::forward::ForwardRequest;
use super::log_request::LogRequest;
#[cfg(feature = "addons")]
use crate::addons::Addons;
#[cfg(feature = "jobs")]
use crate::jobs::Jobs;
#[cfg(feature = "services")]
use crate::services::Services;

fn words<W: Into<String>>(command: impl IntoIterator<Item = W>) -> Vec<String> {
    command.into_iter().map(Into::into).collect()
}

#[cfg(feature = "services")]
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
        ExecRequest::new(self.client.streams(), subject, words(command))
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

#[cfg(feature = "jobs")]
impl Jobs<'_> {
    /// A command in a container of a job's run, as [`Services::exec`].
    pub fn exec<W: Into<String>>(
        &self,
        project: &str,
        job: &str,
        command: impl IntoIterator<Item = W>,
    ) -> ExecRequest {
        let subject = Subject::new(project, Kind::Job, job);
        ExecRequest::new(self.client.streams(), subject, words(command))
    }

    /// A login shell in a container of a job's run, as [`Services::shell`].
    pub fn shell(&self, project: &str, job: &str, size: TtySize) -> ExecRequest {
        let subject = Subject::new(project, Kind::Job, job);
        ExecRequest::shell(self.client.streams(), subject, size)
    }

    /// Files and folders to and from a container of a job's run, as [`Services::copy`].
    pub fn copy(&self, project: &str, job: &str) -> CopyRequest {
        let subject = Subject::new(project, Kind::Job, job);
        CopyRequest::new(self.client.streams(), subject)
    }

    /// The log of a job, as [`Services::logs`]; see [`LogRequest::run`].
    pub fn logs(&self, project: &str, job: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Job, job);
        LogRequest::new(self.client.streams(), subject, "/logs", &[])
    }

    /// The log of a job's builds, as [`Services::logs`].
    pub fn build_logs(&self, project: &str, job: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Job, job);
        LogRequest::new(self.client.streams(), subject, "/build-logs", &[])
    }
}

#[cfg(feature = "addons")]
impl Addons<'_> {
    /// A command in an instance of an addon, which must be named; else as [`Services::exec`].
    pub fn exec<W: Into<String>>(
        &self,
        project: &str,
        addon: &str,
        instance: &str,
        command: impl IntoIterator<Item = W>,
    ) -> ExecRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        ExecRequest::new(self.client.streams(), subject, words(command)).instance(instance)
    }

    /// A login shell in an instance of an addon, as [`Services::shell`].
    pub fn shell(&self, project: &str, addon: &str, instance: &str, size: TtySize) -> ExecRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        ExecRequest::shell(self.client.streams(), subject, size).instance(instance)
    }
    /// The log of an addon, as [`Services::logs`].
    pub fn logs(&self, project: &str, addon: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        LogRequest::new(self.client.streams(), subject, "/logs", &[])
    }

    /// The log of a backup of an addon, as [`Services::logs`].
    pub fn backup_logs(&self, project: &str, addon: &str, backup: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        let suffix = "/backups/{backupId}/logs";
        LogRequest::new(self.client.streams(), subject, suffix, &[backup])
    }

    /// The log of a restore from a backup of an addon, as [`Services::logs`].
    pub fn restore_logs(
        &self,
        project: &str,
        addon: &str,
        backup: &str,
        restore: &str,
    ) -> LogRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        let suffix = "/backups/{backupId}/restores/{restoreId}/logs";
        LogRequest::new(self.client.streams(), subject, suffix, &[backup, restore])
    }

    /// A local port that leads to this port of an addon, as [`Services::forward`].
    pub fn forward(&self, project: &str, addon: &str, port: u16) -> ForwardRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        ForwardRequest::new(self.client, subject, port)
    }
}
