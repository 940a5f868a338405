//! Containers of a service.

use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::model::Container;
use crate::northflank::page::Page;
use crate::northflank::services::rollout::ContainerState;
use crate::problem::Problem;
use crate::reply::Reply;

/// `GET /v1/projects/{projectId}/services/{serviceId}/containers`
pub(crate) fn list_containers(call: &Call<'_>) -> Result<Reply, Problem> {
    let service = call.project()?.service(call.id("serviceId"))?;
    let there: Vec<(&Container, ContainerState)> = service
        .containers
        .iter()
        .filter_map(|container| Some((container, container.state(call.now)?)))
        .collect();
    let page = Page::of(call, &there, |(container, _)| container.number)?;
    Ok(page.reply("containers", |(container, state)| view(container, *state)))
}

/// How a container reads. Times of containers are numbers, those of all else are texts.
pub(crate) fn view(container: &Container, state: ContainerState) -> Value {
    let updated = match state {
        ContainerState::Staging => container.created,
        ContainerState::Starting => container.starting,
        ContainerState::Running | ContainerState::Failed => container.running,
        ContainerState::Killing => container.killed.unwrap_or(container.running),
        ContainerState::Finished => container.ended.unwrap_or(container.running),
    };
    json!({
        "name": container.name,
        "createdAt": container.created.as_second(),
        "status": state.as_str(),
        "updatedAt": updated.as_second(),
    })
}
