//! What the records of all providers have in common.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Version of the layout of a state file.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What is written down about one deployment of one provider.
pub(crate) trait Remembered: Serialize + DeserializeOwned + Clone + PartialEq {
    /// Version of the layout.
    fn layout(&self) -> u32;
    /// Origin of the interface that the ids belong to.
    fn api(&self) -> &str;
    /// Name of the deployment.
    fn app_name(&self) -> &str;
    /// The marker of what the deployment makes.
    fn deployment_id(&self) -> &str;
    /// What bills, if it is there: `pod abc`.
    fn main_resource(&self) -> Option<String>;
    /// All that may bill, each with the command that ends that.
    fn may_bill(&self) -> Vec<(String, &'static str)>;
    /// Whether nothing is left to remember.
    fn is_empty(&self) -> bool;
    /// A create that was begun and whose outcome is not written down yet.
    fn intent(&self) -> Option<&Intent>;
    /// The same, to change it.
    fn intent_mut(&mut self) -> &mut Option<Intent>;
    /// The provider's word for what a create makes.
    fn noun(creates: Creates) -> &'static str;

    /// What a create makes for which the provider has this word.
    fn creates(noun: &str) -> Option<Creates> {
        let all = [
            Creates::Pod,
            Creates::Volume,
            Creates::Project,
            Creates::Service,
        ];
        all.into_iter().find(|creates| Self::noun(*creates) == noun)
    }
}

/// What a create may have made whose end is not written down. A project bills nothing by itself.
pub(super) fn begun<R: Remembered>(record: &R) -> Option<(String, &'static str)> {
    let Intent { creates, name, .. } = record.intent()?;
    let remove = match creates {
        Creates::Project => return None,
        Creates::Pod | Creates::Service => "sindri destroy",
        Creates::Volume => "sindri destroy --volumes",
    };
    Some((format!("{} {name}", R::noun(*creates)), remove))
}

/// What is told of something that nothing but its name speaks for.
pub(super) fn taken_by_name(found: &str) -> String {
    format!(
        "{found} was found by its name only: a command that only looks, such as `sindri status`, takes it as this \
         deployment"
    )
}

/// A create, written down before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// What is made.
    pub(crate) creates: Creates,
    /// The name it gets.
    pub(crate) name: String,
    /// When it was begun, RFC 3339.
    pub(crate) started_at: String,
    /// Resources of this kind that existed before under the same name or marker.
    #[serde(default)]
    pub(crate) known_ids: Vec<String>,
}

/// What a create makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Creates {
    /// A pod of RunPod.
    Pod,
    /// A network volume of RunPod, or a volume of Northflank.
    Volume,
    /// A project of Northflank.
    Project,
    /// A service of Northflank.
    Service,
}
