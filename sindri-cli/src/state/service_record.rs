//! What is written down about one deployment on Northflank.

use serde::{Deserialize, Serialize};

use super::remembered::{Creates, Intent, Remembered, SCHEMA_VERSION, begun};

/// One deployment, as last known here. The provider's interface is the truth; this says where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ServiceRecord {
    /// Version of the layout.
    pub(crate) schema_version: u32,
    /// Provider.
    pub(crate) provider: String,
    /// Name of the deployment.
    pub(crate) app_name: String,
    /// Names the tag that every resource of this deployment carries.
    pub(crate) deployment_id: String,
    /// Origin of the interface, and the team if one is named, that the ids below belong to.
    pub(crate) api: String,
    /// The project that holds it.
    pub(crate) project_name: String,
    /// Whether `deploy` made the project.
    #[serde(default)]
    pub(crate) project_made: bool,
    /// The service's name, from which its id follows.
    pub(crate) service_name: String,
    /// The service, once it is there.
    #[serde(default)]
    pub(crate) service_id: Option<String>,
    /// Plan sent.
    #[serde(default)]
    pub(crate) compute_plan: Option<String>,
    /// Image sent.
    #[serde(default)]
    pub(crate) image: Option<String>,
    /// When the service was made, RFC 3339.
    #[serde(default)]
    pub(crate) created_at: Option<String>,
    /// Names of the environment variables sent, so that one that leaves the file can leave the service.
    #[serde(default)]
    pub(crate) env_names: Vec<String>,
    /// Paths of the files sent, for the same reason.
    #[serde(default)]
    pub(crate) file_paths: Vec<String>,
    /// The volume that was made for this deployment, by its id.
    #[serde(default)]
    pub(crate) volume_id: Option<String>,
    /// Where it is mounted, which the interface does not tell.
    #[serde(default)]
    pub(crate) volume_path: Option<String>,
    /// The tag, once it is there.
    #[serde(default)]
    pub(crate) tag: Option<String>,
    /// A create that was begun and whose outcome is not written down yet.
    #[serde(default)]
    pub(crate) intent: Option<Intent>,
}

/// Tags of deployments begin so.
pub(crate) const TAG: &str = "sindri-";

impl ServiceRecord {
    /// The record of a deployment of which nothing exists yet.
    pub(crate) fn new(
        app_name: &str,
        api: &str,
        project_name: &str,
        service_name: &str,
        deployment_id: String,
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            provider: "northflank".to_owned(),
            app_name: app_name.to_owned(),
            deployment_id,
            api: api.to_owned(),
            project_name: project_name.to_owned(),
            project_made: false,
            service_name: service_name.to_owned(),
            service_id: None,
            compute_plan: None,
            image: None,
            created_at: None,
            env_names: Vec::new(),
            file_paths: Vec::new(),
            volume_id: None,
            volume_path: None,
            tag: None,
            intent: None,
        }
    }

    /// Whether there is something that is looked for under these names.
    pub(crate) fn holds_something(&self) -> bool {
        self.project_made
            || self.service_id.is_some()
            || self.volume_id.is_some()
            || self.intent.is_some()
    }

    /// The tag of everything that belongs to this deployment.
    pub(crate) fn tag_name(&self) -> String {
        format!("{TAG}{}", self.deployment_id)
    }

    /// Forgets the service. What is left is what outlives it.
    pub(crate) fn forget_service(&mut self) {
        self.service_id = None;
        self.compute_plan = None;
        self.image = None;
        self.created_at = None;
        self.env_names.clear();
        self.file_paths.clear();
    }
}

/// The deployment that one of these tags names.
pub(crate) fn deployment_of(tags: &[String]) -> Option<&str> {
    let ids = tags.iter().filter_map(|tag| tag.strip_prefix(TAG));
    ids.into_iter()
        .find(|id| id.len() == 16 && id.chars().all(|c| c.is_ascii_hexdigit()))
}

impl Remembered for ServiceRecord {
    fn layout(&self) -> u32 {
        self.schema_version
    }

    fn api(&self) -> &str {
        &self.api
    }

    fn app_name(&self) -> &str {
        &self.app_name
    }

    fn main_resource(&self) -> Option<String> {
        self.service_id
            .as_ref()
            .map(|id| format!("service {id} in project {}", self.project_name))
    }

    fn may_bill(&self) -> Vec<(String, &'static str)> {
        let service = self.service_id.iter();
        let service = service.map(|id| (format!("service {id}"), "sindri destroy"));
        let volume = self.volume_id.iter();
        let volume = volume.map(|id| (format!("volume {id}"), "sindri destroy --volumes"));
        service.chain(volume).chain(begun(self)).collect()
    }

    fn is_empty(&self) -> bool {
        self.service_id.is_none()
            && self.volume_id.is_none()
            && self.tag.is_none()
            && !self.project_made
            && self.intent.is_none()
    }

    fn deployment_id(&self) -> &str {
        &self.deployment_id
    }

    fn intent(&self) -> Option<&Intent> {
        self.intent.as_ref()
    }

    fn intent_mut(&mut self) -> &mut Option<Intent> {
        &mut self.intent
    }

    fn noun(creates: Creates) -> &'static str {
        match creates {
            Creates::Pod => "pod",
            Creates::Volume => "volume",
            Creates::Project => "project",
            Creates::Service => "service",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_the_deployment_it_was_made_for() {
        let record = ServiceRecord::new("demo", "api", "p", "s", "0123456789abcdef".to_owned());
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            deployment_of(&tags(&["other", &record.tag_name()])),
            Some("0123456789abcdef")
        );
        for other in [
            "sindri",
            "sindri-demo",
            "sindri-0123456789abcdeg",
            "my-sindri-0123456789abcdef",
        ] {
            assert_eq!(deployment_of(&tags(&[other])), None, "{other}");
        }
    }
}
