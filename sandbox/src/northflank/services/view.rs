//! How a service reads at one moment. Clients of two generations read it, each of which demands fields
//! that the other does not know: it shows them all.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::northflank::builds;
use crate::northflank::model::{Project, Service, ServiceKind};
use crate::northflank::projects::cluster;
use crate::northflank::services::ports;
use crate::params::Fields;

/// Hosts of images, and how the service calls them.
const REGISTRIES: [(&str, &str); 5] = [
    ("ghcr.io/", "github"),
    ("registry.gitlab.com/", "gitlab"),
    ("azurecr.io/", "acr"),
    ("amazonaws.com/", "ecr"),
    ("pkg.dev/", "gar"),
];

/// The service as the API shows it.
pub(crate) fn service(project: &Project, service: &Service, now: Timestamp) -> Value {
    let mut map = service.item.to_json();
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("appId", json!(project.app_id(&service.item.id)));
    set("projectId", json!(project.item.id));
    set("uid", json!(service.item.uid));
    set("serviceType", json!(service.kind.as_str()));
    set("tags", json!(service.item.tags()));
    set("disabledCI", json!(service.disabled_ci));
    set("disabledCD", json!(service.disabled_cd));
    set("servicePaused", json!(service.paused.is_some()));
    set("status", status(service, now));
    set("cluster", cluster(project));
    if service.kind.runs() {
        set("deployment", deployment(project, service));
        set("ports", json!(ports::view(project, service)));
        for key in ["runtimeEnvironment", "runtimeFiles"] {
            let value = service.item.spec.get(key).cloned();
            set(key, value.unwrap_or_else(|| json!({})));
        }
        let checks = service.item.spec.get("healthChecks").cloned();
        set("healthChecks", checks.unwrap_or_else(|| json!([])));
    }
    if service.kind.builds() {
        builds::describe(service, &mut set);
    }
    for (key, at) in [
        ("expiryTime", service.expires),
        ("expiredAt", service.expired),
    ] {
        if let Some(at) = at {
            set(key, json!(at));
        }
    }
    Value::Object(map)
}

/// Both parts are there only once there is something to tell.
fn status(service: &Service, now: Timestamp) -> Value {
    let mut status = Map::new();
    if let Some(build) = service.builds.last() {
        let (state, since) = build.state(now);
        status.insert(
            "build".to_owned(),
            json!({ "status": state, "lastTransitionTime": since }),
        );
    }
    if let Some(rollout) = service.rollout {
        let (state, since) = rollout.state(now);
        status.insert(
            "deployment".to_owned(),
            json!({
                "status": state.as_str(),
                "reason": rollout.reason.as_str(),
                "lastTransitionTime": since,
            }),
        );
    }
    Value::Object(status)
}

/// What runs, with what holds where nothing was asked for.
pub(crate) fn deployment(project: &Project, service: &Service) -> Value {
    let asked = service
        .item
        .spec
        .get("deployment")
        .and_then(Value::as_object);
    let mut deployment = asked.cloned().unwrap_or_default();
    let mut usual = |key: &str, value: Value| {
        deployment.entry(key).or_insert(value);
    };
    usual("docker", json!({ "configType": "default" }));
    usual("gracePeriodSeconds", json!(30));
    usual("type", json!("deployment"));
    deployment.insert("instances".to_owned(), json!(service.instances));
    if let Some(region) = &project.region {
        deployment.insert("region".to_owned(), json!(region));
    }
    if let Some(Value::Object(external)) = deployment.get_mut("external") {
        describe_image(external);
    }
    if service.kind == ServiceKind::Deployment
        && let Some(Value::Object(internal)) = deployment.get_mut("internal")
    {
        let id = Fields::new(internal)
            .text("id")
            .unwrap_or_default()
            .to_owned();
        internal.insert("nfObjectId".to_owned(), json!(id));
        internal.insert("nfObjectType".to_owned(), json!("service"));
    }
    Value::Object(deployment)
}

/// Adds where an image comes from.
pub(crate) fn describe_image(external: &mut Map<String, Value>) {
    let fields = Fields::new(external);
    let path = fields.text("imagePath").unwrap_or_default();
    let private = fields.text("credentials").is_some();
    let provider = REGISTRIES
        .iter()
        .find(|(host, _)| path.contains(host))
        .map_or("dockerhub", |(_, provider)| provider);
    external.insert("registryProvider".to_owned(), json!(provider));
    external.insert("privateImage".to_owned(), json!(private));
}
