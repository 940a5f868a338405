//! Changes of services.

use serde_json::{Map, Value};

use crate::northflank::call::Call;
use crate::northflank::item::slug;
use crate::northflank::model::ServiceKind;
use crate::northflank::page::data;
use crate::northflank::services::create::{self, check, check_scale, wanted_instances};
use crate::northflank::services::view;
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// Keys whose change starts new containers. A change of ports, names or scaling does not.
const RESTARTS: [&str; 6] = [
    "billing",
    "deployment",
    "healthChecks",
    "infrastructure",
    "runtimeEnvironment",
    "runtimeFiles",
];

/// How a change is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// What is not named stays.
    Merge,
    /// What is not named goes.
    Replace,
}

/// `PATCH /v1/projects/{projectId}/services/deployment/{serviceId}`
pub(crate) fn patch_deployment(call: &mut Call<'_>) -> Result<Reply, Problem> {
    patch(call, ServiceKind::Deployment)
}

/// `PATCH /v1/projects/{projectId}/services/combined/{serviceId}`
pub(crate) fn patch_combined(call: &mut Call<'_>) -> Result<Reply, Problem> {
    patch(call, ServiceKind::Combined)
}

/// `PATCH /v1/projects/{projectId}/services/build/{serviceId}`
pub(crate) fn patch_build(call: &mut Call<'_>) -> Result<Reply, Problem> {
    patch(call, ServiceKind::Build)
}

/// `PUT /v1/projects/{projectId}/services/deployment`
pub(crate) fn put_deployment(call: &mut Call<'_>) -> Result<Reply, Problem> {
    put(call, ServiceKind::Deployment)
}

/// `PUT /v1/projects/{projectId}/services/combined`
pub(crate) fn put_combined(call: &mut Call<'_>) -> Result<Reply, Problem> {
    put(call, ServiceKind::Combined)
}

/// `PUT /v1/projects/{projectId}/services/build`
pub(crate) fn put_build(call: &mut Call<'_>) -> Result<Reply, Problem> {
    put(call, ServiceKind::Build)
}

fn patch(call: &mut Call<'_>, kind: ServiceKind) -> Result<Reply, Problem> {
    let id = call.id("serviceId");
    let service = call.project()?.service(id)?;
    if service.kind != kind {
        // Under the path of its kind, a service of another kind is not there.
        return Err(Problem::not_found(
            &format!("{} service", kind.as_str()),
            id,
        ));
    }
    let body = call.whole_body();
    change(call, id, body, Change::Merge)?;
    shown(call, id)
}

/// Creates the service, or changes the one whose name leads to the same id.
fn put(call: &mut Call<'_>, kind: ServiceKind) -> Result<Reply, Problem> {
    let id = slug(call.body().text("name").unwrap_or_default());
    let project = call.project()?;
    let Some(service) = project.services.iter().find(|s| s.item.id == id) else {
        return create::create(call, kind);
    };
    if service.kind != kind {
        return Err(Problem::conflict(format!(
            "`{id}` is a {} service",
            service.kind.as_str()
        )));
    }
    let body = call.whole_body();
    change(call, &id, body, Change::Replace)?;
    shown(call, &id)
}

fn shown(call: &Call<'_>, id: &str) -> Result<Reply, Problem> {
    let project = call.project()?;
    Ok(data(view::service(project, project.service(id)?, call.now)))
}

/// Changes what is asked for, and starts what that takes.
pub(super) fn change(
    call: &mut Call<'_>,
    id: &str,
    body: &Map<String, Value>,
    how: Change,
) -> Result<(), Problem> {
    let (now, pace) = (call.now, call.pace);
    let kind = call.project()?.service(id)?.kind;
    check(call.account, call.project()?, Fields::new(body), kind)?;
    let project = call.project_mut()?;
    let mounts = project.volumes_of("service", id).next().is_some();
    let service = project.service_mut(id)?;
    let before = service.item.spec.0.clone();
    match how {
        Change::Merge => service.item.merge(body, now),
        Change::Replace => service.item.replace(body, now),
    }
    service.disabled_ci = service
        .item
        .fields()
        .flag("disabledCI")
        .unwrap_or(service.disabled_ci);
    let (old, instances) = (service.instances, wanted_instances(&service.item));
    let restarts = runs(&before) != runs(&service.item.spec);
    if kind.runs() {
        if let Some(paused) = &mut service.paused {
            *paused = instances;
        } else if restarts {
            service.instances = instances;
            service.deploy(now, pace, mounts);
        } else if instances != old {
            service.scale_to(instances, now, pace);
        }
    }
    let project = call.project()?;
    check_scale(project, project.service(id)?)
}

/// What containers are started from: the number of them does not count.
fn runs(spec: &Map<String, Value>) -> Map<String, Value> {
    let mut map: Map<String, Value> = RESTARTS
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), spec.get(*key)?.clone())))
        .collect();
    if let Some(Value::Object(deployment)) = map.get_mut("deployment") {
        deployment.remove("instances");
    }
    map
}
