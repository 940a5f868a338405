//! Parts of a service that were read and changed by themselves before a change of the service could do
//! it. The service still answers for them.

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::model::{Project, Service};
use crate::northflank::page::{data, done};
use crate::northflank::services::environment::{Part, Sources, details, effective};
use crate::northflank::services::update::{Change, change};
use crate::northflank::services::{ports, view};
use crate::problem::Problem;
use crate::reply::Reply;

fn service<'c>(call: &'c Call<'_>) -> Result<(&'c Project, &'c Service), Problem> {
    let project = call.project()?;
    Ok((project, project.service(call.id("serviceId"))?))
}

fn patch(call: &mut Call<'_>, patch: Value) -> Result<(), Problem> {
    let patch = match patch {
        Value::Object(patch) => patch,
        _nothing_to_change => Map::new(),
    };
    change(call, call.id("serviceId"), &patch, Change::Merge)
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/ports`
pub(crate) fn list_ports(call: &Call<'_>) -> Result<Reply, Problem> {
    let (project, service) = service(call)?;
    Ok(data(json!({ "ports": ports::view(project, service) })))
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/ports`: the list replaces the old one. A port that
/// is named by its id keeps the security settings that are not named.
pub(crate) fn set_ports(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (project, service) = service(call)?;
    let old = ports::view(project, service);
    let body = call.whole_body().get("ports").and_then(Value::as_array);
    let mut new = Vec::new();
    for port in body.into_iter().flatten().filter_map(Value::as_object) {
        let mut port = port.clone();
        if let Some(id) = port.remove("id") {
            let named = old.iter().find(|old| old.get("id") == Some(&id));
            let named =
                named.ok_or_else(|| Problem::not_found("port", id.as_str().unwrap_or_default()))?;
            if let Some(security) = named.get("security") {
                port.entry("security").or_insert_with(|| security.clone());
            }
        }
        new.push(Value::Object(port));
    }
    patch(call, json!({ "ports": new }))?;
    Ok(done())
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/health-checks`. The ports of probes have other
/// names here, and start-up probes are not shown.
pub(crate) fn health_checks(call: &Call<'_>) -> Result<Reply, Problem> {
    let (_, service) = service(call)?;
    let checks = service
        .item
        .spec
        .get("healthChecks")
        .and_then(Value::as_array);
    let checks = checks.into_iter().flatten().filter_map(Value::as_object);
    let shown = checks.filter(|check| check.get("type") != Some(&json!("startupProbe")));
    let rows = shown.map(|check| {
        let mut row = check.clone();
        if let Some(port) = row.remove("port") {
            let http = row.get("protocol") == Some(&json!("HTTP"));
            let key = if http { "httpPort" } else { "tcpSocketPort" };
            row.insert(key.to_owned(), port);
        }
        Value::Object(row)
    });
    Ok(data(
        json!({ "healthChecks": rows.collect::<Vec<Value>>() }),
    ))
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/health-checks`
pub(crate) fn set_health_checks(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let checks = call.whole_body().get("healthChecks").cloned();
    patch(call, json!({ "healthChecks": checks }))?;
    Ok(done())
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/deployment`
pub(crate) fn deployment(call: &Call<'_>) -> Result<Reply, Problem> {
    let (project, service) = service(call)?;
    let mut deployment = view::deployment(project, service);
    if let Some(Value::Object(internal)) = deployment.get_mut("internal") {
        let id = internal
            .get("nfObjectId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let app_id = project.app_id(id);
        internal.insert("appId".to_owned(), json!(app_id));
        for (key, usual) in [
            ("branch", "main"),
            ("buildId", "latest"),
            ("buildSHA", "latest"),
        ] {
            internal.entry(key).or_insert_with(|| json!(usual));
        }
    }
    Ok(data(deployment))
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/deployment`
pub(crate) fn set_deployment(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.whole_body().clone();
    patch(call, json!({ "deployment": body }))?;
    Ok(done())
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/runtime-environment`
pub(crate) fn runtime_environment(call: &Call<'_>) -> Result<Reply, Problem> {
    let (project, service) = service(call)?;
    let sources = Sources::parse(call.parameters().text("show"));
    let read = |part| effective(project, "service", &service.item, part, sources);
    Ok(data(json!({
        "runtimeEnvironment": read(Part::Variables),
        "runtimeFiles": read(Part::Files),
    })))
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/runtime-environment`: the maps replace the old ones.
pub(crate) fn set_runtime_environment(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = Value::Object(call.whole_body().clone());
    patch(call, body)?;
    Ok(data(json!({ "success": true, "restartSuccessful": true })))
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/runtime-environment/details`
pub(crate) fn runtime_environment_details(call: &Call<'_>) -> Result<Reply, Problem> {
    let (project, service) = service(call)?;
    let read = |part| details(project, "service", &service.item, part);
    Ok(data(json!({
        "runtimeEnvironment": read(Part::Variables),
        "runtimeFiles": read(Part::Files),
    })))
}
