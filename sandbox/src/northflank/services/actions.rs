//! Pausing, resuming, restarting and scaling.

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::model::Service;
use crate::northflank::page::done;
use crate::northflank::services::create::{check_scale, wanted_instances};
use crate::northflank::services::update::{Change, change};
use crate::problem::Problem;
use crate::reply::Reply;

/// `POST /v1/projects/{projectId}/services/{serviceId}/pause`
pub(crate) fn pause(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, pace) = (call.now, call.pace);
    let service = runnable(call)?;
    service.pause(now, pace);
    Ok(done())
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/resume`
pub(crate) fn resume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, pace, body) = (call.now, call.pace, call.body());
    let service = runnable(call)?;
    let before = service
        .paused
        .take()
        .ok_or_else(|| Problem::conflict("the service is not paused"))?;
    // A service that had none is resumed to have one.
    let instances = body.integer("instances").unwrap_or(before.max(1));
    service.disabled_ci = body.flag("disabledCI").unwrap_or(service.disabled_ci);
    service.disabled_cd = body.flag("disabledCD").unwrap_or(service.disabled_cd);
    if let Some(enabled) = body.flag("enableAutoscaling")
        && let Some(horizontal) = service.item.spec.get_mut("autoscaling")
        && let Some(horizontal) = horizontal.get_mut("horizontal")
    {
        horizontal["enabled"] = json!(enabled);
    }
    service.expires = None;
    service.expired = None;
    set_instances(service, instances);
    let instances = wanted_instances(&service.item);
    service.scale_to(instances, now, pace);
    let id = call.id("serviceId");
    let project = call.project()?;
    check_scale(project, project.service(id)?)?;
    Ok(done())
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/restart`
pub(crate) fn restart(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, pace, id) = (call.now, call.pace, call.id("serviceId"));
    let project = call.project()?;
    let mounts = project.volumes_of("service", id).next().is_some();
    let service = runnable(call)?;
    if service.paused.is_some() {
        return Err(Problem::conflict(
            "the service is paused; resume it instead",
        ));
    }
    service.deploy(now, pace, mounts);
    Ok(done())
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/scale`, which is deprecated: a change of the
/// service does the same.
pub(crate) fn scale(call: &mut Call<'_>) -> Result<Reply, Problem> {
    runnable(call)?;
    let body = call.body();
    let mut patch = Map::new();
    if let Some(plan) = body.text("deploymentPlan") {
        patch.insert("billing".to_owned(), json!({ "deploymentPlan": plan }));
    }
    let deployment: Map<String, Value> = ["instances", "storage", "gracePeriodSeconds"]
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), body.value(key)?.clone())))
        .collect();
    patch.insert("deployment".to_owned(), Value::Object(deployment));
    change(call, call.id("serviceId"), &patch, Change::Merge)?;
    Ok(done())
}

/// The service of the path, if it is one that runs.
fn runnable<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Service, Problem> {
    let id = call.id("serviceId");
    let service = call.project_mut()?.service_mut(id)?;
    if !service.kind.runs() {
        return Err(Problem::rule("a build service has nothing that runs"));
    }
    Ok(service)
}

fn set_instances(service: &mut Service, instances: u64) {
    let deployment = service
        .item
        .spec
        .entry("deployment")
        .or_insert_with(|| json!({}));
    deployment["instances"] = json!(instances);
}
