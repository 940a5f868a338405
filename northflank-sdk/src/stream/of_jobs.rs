//! How the streams of jobs are reached.

use super::address::{Kind, Subject};
use super::copy::CopyRequest;
use super::exec::{ExecRequest, TtySize};
use super::log_request::LogRequest;
use crate::jobs::Jobs;

impl Jobs<'_> {
    /// A command in a container of a job's run, as `Services::exec`.
    pub fn exec<W: Into<String>>(
        &self,
        project: &str,
        job: &str,
        command: impl IntoIterator<Item = W>,
    ) -> ExecRequest {
        let subject = Subject::new(project, Kind::Job, job);
        ExecRequest::new(self.client.streams(), subject, command)
    }

    /// A login shell in a container of a job's run, as `Services::shell`.
    pub fn shell(&self, project: &str, job: &str, size: TtySize) -> ExecRequest {
        let subject = Subject::new(project, Kind::Job, job);
        ExecRequest::shell(self.client.streams(), subject, size)
    }

    /// Files and folders to and from a container of a job's run, as `Services::copy`.
    pub fn copy(&self, project: &str, job: &str) -> CopyRequest {
        let subject = Subject::new(project, Kind::Job, job);
        CopyRequest::new(self.client.streams(), subject)
    }

    /// The log of a job, as `Services::logs`; see [`LogRequest::run`].
    pub fn logs(&self, project: &str, job: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Job, job);
        LogRequest::new(self.client.streams(), subject, "/logs", &[])
    }

    /// The log of a job's builds, as `Services::logs`.
    pub fn build_logs(&self, project: &str, job: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Job, job);
        LogRequest::new(self.client.streams(), subject, "/build-logs", &[])
    }
}
