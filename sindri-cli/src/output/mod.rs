//! Everything a command says. Standard output is data, standard error is talk.

mod connection;
mod doctor;
mod failure;
mod harmless;
mod human;
mod lists;
mod logging;
mod orphans;
mod paint;
mod plan;
mod printer;
mod report;
mod secrets;
mod service_volumes;
mod table;
mod text;

pub(crate) use connection::{ConnectionReport, HostBlock, SshConfigReport};
pub(crate) use doctor::{AuthStatus, DoctorReport, Layout, Overall, Platform, Tool, ToolState};
pub(crate) use human::Human;
pub(crate) use logging::start as start_logging;
pub(crate) use orphans::{OrphanChangeReport, OrphanRow, OrphansReport};
pub(crate) use printer::Printer;
pub(crate) use report::{
    Address, ChangeReport, ConfigReport, CopyReport, CostSoFar, CoverageReport, CoverageRow,
    DeployReport, ForwardReport, ForwardRow, GpuListReport, GpuPlace, GpuRow, InitReport, Kept,
    LogReport, ProviderRow, ProvidersReport, SandboxReport, SchemaReport, ServiceGpuListReport,
    ServiceGpuRow, StatusReport, Timestamps, Usage, ValidateReport, VersionReport,
    VolumeChangeReport, VolumeListReport, VolumeRow,
};
pub(crate) use secrets::{
    EncodedReport, SecretListReport, SecretListRow, SecretRow, SecretsReport, VaultCheck,
    VaultReport,
};
pub(crate) use service_volumes::{
    ServiceVolumeChangeReport, ServiceVolumeListReport, ServiceVolumeRow,
};
pub(crate) use text::Text;
