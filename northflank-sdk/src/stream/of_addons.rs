//! How the streams of addons are reached.

use super::address::{Kind, Subject};
use super::exec::{ExecRequest, TtySize};
use super::forward::ForwardRequest;
use super::log_request::LogRequest;
use crate::addons::Addons;

impl Addons<'_> {
    /// A command in an instance of an addon, which must be named; else as `Services::exec`.
    pub fn exec<W: Into<String>>(
        &self,
        project: &str,
        addon: &str,
        instance: &str,
        command: impl IntoIterator<Item = W>,
    ) -> ExecRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        ExecRequest::new(self.client.streams(), subject, command).instance(instance)
    }

    /// A login shell in an instance of an addon, as `Services::shell`.
    pub fn shell(&self, project: &str, addon: &str, instance: &str, size: TtySize) -> ExecRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        ExecRequest::shell(self.client.streams(), subject, size).instance(instance)
    }
    /// The log of an addon, as `Services::logs`.
    pub fn logs(&self, project: &str, addon: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        LogRequest::new(self.client.streams(), subject, "/logs", &[])
    }

    /// The log of a backup of an addon, as `Services::logs`.
    pub fn backup_logs(&self, project: &str, addon: &str, backup: &str) -> LogRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        let suffix = "/backups/{backupId}/logs";
        LogRequest::new(self.client.streams(), subject, suffix, &[backup])
    }

    /// The log of a restore from a backup of an addon, as `Services::logs`.
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

    /// A local port that leads to this port of an addon, as `Services::forward`.
    pub fn forward(&self, project: &str, addon: &str, port: u16) -> ForwardRequest {
        let subject = Subject::new(project, Kind::Addon, addon);
        ForwardRequest::new(self.client, subject, port)
    }
}
