//! Reports on volumes of Northflank.

use serde::Serialize;

use super::human::Human;
use super::paint::Palette;
use super::table::table;
use super::text::Text;

/// The volumes of the projects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ServiceVolumeListReport {
    pub(crate) provider: &'static str,
    pub(crate) volumes: Vec<ServiceVolumeRow>,
}

/// One volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ServiceVolumeRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) project: String,
    pub(crate) size_gb: Option<u32>,
    pub(crate) storage_class: Option<String>,
    /// `ReadWriteOnce` or `ReadWriteMany`.
    pub(crate) access_mode: Option<String>,
    /// The provider's own word.
    pub(crate) status: String,
    /// Services and jobs; null where the answer does not tell.
    pub(crate) attached_to: Option<Vec<String>>,
    /// Always null: the interface does not tell it.
    pub(crate) usd_per_month: Option<f64>,
    /// The service that `deploy` made it for, by its name.
    pub(crate) deployment: Option<String>,
}

/// What was done to a volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ServiceVolumeChangeReport {
    pub(crate) provider: &'static str,
    pub(crate) changed: bool,
    /// What happened, in one line.
    pub(crate) message: String,
    pub(crate) volume: ServiceVolumeRow,
}

impl Human for ServiceVolumeListReport {
    fn human(&self, _palette: Palette) -> Text {
        if self.volumes.is_empty() {
            return Text::new("there are no volumes");
        }
        let unknown = || "?".to_owned();
        let rows = self.volumes.iter().map(|volume| {
            let users = volume.attached_to.as_ref().map(|users| users.join(", "));
            let users = match users.as_deref() {
                None => unknown(),
                Some("") => "-".to_owned(),
                Some(users) => users.to_owned(),
            };
            vec![
                volume.id.clone(),
                volume.project.clone(),
                volume.size_gb.map_or_else(unknown, |gb| gb.to_string()),
                volume.storage_class.clone().unwrap_or_else(unknown),
                volume.access_mode.clone().unwrap_or_else(unknown),
                users,
                volume.deployment.clone().unwrap_or_else(|| "-".to_owned()),
            ]
        });
        let heading = [
            "ID",
            "PROJECT",
            "GB",
            "CLASS",
            "ACCESS",
            "ATTACHED TO",
            "DEPLOYMENT",
        ];
        let mut text = table(&heading, rows);
        text.line(
            "a volume bills until it is deleted, attached or not; the API does not tell its price",
        );
        text
    }
}

impl Human for ServiceVolumeChangeReport {
    fn human(&self, _palette: Palette) -> Text {
        Text::new(&self.message)
    }
}
