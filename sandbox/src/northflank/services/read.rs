//! Lists, reads and the end of services.

use serde_json::{Map, Value};

use crate::northflank::call::Call;
use crate::northflank::item::position;
use crate::northflank::page::{Page, data, done};
use crate::northflank::services::view;
use crate::problem::Problem;
use crate::reply::Reply;

/// `GET /v1/projects/{projectId}/services`
pub(crate) fn list_services(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let page = Page::named(call, &project.services)?;
    Ok(page.reply("services", |service| {
        const KEYS: [&str; 16] = [
            "id",
            "appId",
            "projectId",
            "name",
            "tags",
            "description",
            "serviceType",
            "disabledCI",
            "disabledCD",
            "servicePaused",
            "status",
            "stageId",
            "uid",
            "createdAt",
            "updatedAt",
            "expiryTime",
        ];
        let whole = view::service(project, service, call.now);
        let row = KEYS
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), whole.get(*key)?.clone())));
        Value::Object(row.collect::<Map<String, Value>>())
    }))
}

/// `GET /v1/projects/{projectId}/services/{serviceId}`
pub(crate) fn get_service(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let service = project.service(call.id("serviceId"))?;
    Ok(data(view::service(project, service, call.now)))
}

/// `DELETE /v1/projects/{projectId}/services/{serviceId}`. Volumes stay unless they are asked for too.
pub(crate) fn delete_service(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("serviceId");
    let children = call.parameters().flag("delete_child_objects") == Some(true);
    let project = call.project_mut()?;
    let index = position(&project.services, "service", id)?;
    project.services.remove(index);
    let mounted = |volume: &crate::northflank::model::Volume| {
        let mut at = volume.attached.iter();
        at.any(|at| at.kind == "service" && at.id == id)
    };
    if children {
        project.volumes.retain(|volume| !mounted(volume));
    }
    for volume in &mut project.volumes {
        volume
            .attached
            .retain(|at| !(at.kind == "service" && at.id == id));
    }
    Ok(done())
}
