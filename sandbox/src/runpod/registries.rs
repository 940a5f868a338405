//! Pull credentials for container registries.

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::model::{Account, Registry, new_id};
use crate::runpod::serverless::Endpoint;

/// `GET /v2/registries`
pub(crate) fn list_registries(call: &Call<'_>) -> Reply {
    let rows: Vec<Value> = call.account.registries.iter().map(view).collect();
    Reply::ok(json!({ "registries": rows }))
}

/// `POST /v2/registries`
pub(crate) fn create_registry(call: &mut Call<'_>) -> Reply {
    let name = call.body().text("name").unwrap_or_default().to_owned();
    let registry = Registry {
        id: new_id(25),
        name,
    };
    let reply = Reply::created(view(&registry));
    call.account.registries.push(registry);
    reply
}

/// `GET /v2/registries/{id}`
pub(crate) fn get_registry(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    Ok(Reply::ok(view(&call.account.registries[index])))
}

/// `DELETE /v2/registries/{id}`: refused while a pod or an endpoint uses it.
pub(crate) fn delete_registry(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let mut pods = call.account.pods.iter();
    if let Some(pod) = pods.find(|pod| pod.container.registry.as_deref() == Some(call.id())) {
        return Err(Problem::rule(format!(
            "pod `{}` uses the credential",
            pod.id
        )));
    }
    let mut endpoints = call.account.endpoints.iter();
    let uses = |endpoint: &&Endpoint| endpoint.container.registry.as_deref() == Some(call.id());
    if let Some(endpoint) = endpoints.find(uses) {
        return Err(Problem::rule(format!(
            "endpoint `{}` uses the credential",
            endpoint.id
        )));
    }
    call.account.registries.remove(index);
    Ok(Reply::no_content())
}

fn view(registry: &Registry) -> Value {
    json!({ "id": registry.id, "name": registry.name })
}

fn find(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account
        .registries
        .iter()
        .position(|registry| registry.id == id);
    index.ok_or_else(|| Problem::not_found("registry credential", id))
}
