//! Network volumes.

use serde_json::{Value, json};

use crate::disk::Tree;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::billing;
use crate::runpod::call::Call;
use crate::runpod::catalog::{DATA_CENTERS, find_data_center};
use crate::runpod::model::{Account, Mount, Volume, new_id};

/// `GET /v2/network-volumes`
pub(crate) fn list_volumes(call: &Call<'_>) -> Reply {
    let rows: Vec<Value> = call.account.volumes.iter().map(view).collect();
    Reply::ok(json!({ "networkVolumes": rows }))
}

/// `POST /v2/network-volumes`
pub(crate) fn create_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.body();
    let id = body.text("dataCenter").unwrap_or_default();
    let types = find_data_center(id).map_or(&[][..], |place| place.volume_types);
    let kind = match (body.text("type"), types.first()) {
        (_, None) => return Err(without_volumes(id)),
        (None, Some(default)) => *default,
        (Some(kind), Some(_)) if types.contains(&kind) => kind,
        (Some(kind), Some(_)) => {
            let types = types.join(", ");
            return Err(Problem::rule(format!(
                "{id} has no {kind} volumes, but {types}"
            )));
        }
    };
    let volume = Volume {
        id: new_id(10),
        name: body.text("name").unwrap_or_default().to_owned(),
        size: body.integer("size").unwrap_or_default(),
        data_center: id.to_owned(),
        kind: kind.to_owned(),
        files: Tree::default(),
    };
    let reply = Reply::created(view(&volume));
    let id = volume.id.clone();
    call.account.volumes.push(volume);
    billing::meter_volume(call.account, &id, call.now);
    Ok(reply)
}

fn without_volumes(id: &str) -> Problem {
    let places = DATA_CENTERS
        .iter()
        .filter(|place| !place.volume_types.is_empty());
    let names: Vec<&str> = places.map(|place| place.id).collect();
    Problem::rule(format!(
        "`{id}` has no network volumes; these have: {}",
        names.join(", ")
    ))
}

/// `GET /v2/network-volumes/{id}`
pub(crate) fn get_volume(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    Ok(Reply::ok(view(&call.account.volumes[index])))
}

/// `PATCH /v2/network-volumes/{id}`
pub(crate) fn update_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let body = call.body();
    let volume = &mut call.account.volumes[index];
    if let Some(size) = body.integer("size") {
        if size < volume.size {
            let old = volume.size;
            return Err(Problem::rule(format!(
                "a volume cannot shrink from {old} to {size} GB"
            )));
        }
        volume.size = size;
    }
    if let Some(name) = body.text("name") {
        name.clone_into(&mut volume.name);
    }
    let reply = Reply::ok(view(volume));
    billing::meter_volume(call.account, call.id(), call.now);
    Ok(reply)
}

/// `DELETE /v2/network-volumes/{id}`. The service does not say what it does while a pod or an endpoint
/// has the volume; templates and credentials in use are refused with 400, and so is this.
pub(crate) fn delete_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let id = call.id();
    let attached = call
        .account
        .pods
        .iter()
        .find(|pod| matches!(&pod.mount, Some(Mount::Network { volume, .. }) if volume == id));
    if let Some(pod) = attached {
        let pod = &pod.id;
        return Err(Problem::rule(format!(
            "the volume is attached to pod `{pod}`; terminate it first"
        )));
    }
    let mut endpoints = call.account.endpoints.iter();
    if let Some(endpoint) = endpoints.find(|endpoint| endpoint.volumes.iter().any(|one| one == id))
    {
        let endpoint = &endpoint.id;
        return Err(Problem::rule(format!(
            "the volume belongs to endpoint `{endpoint}`; take it out there first"
        )));
    }
    billing::end(call.account, id, call.now);
    call.account.volumes.remove(index);
    Ok(Reply::no_content())
}

fn view(volume: &Volume) -> Value {
    json!({
        "id": volume.id,
        "name": volume.name,
        "size": volume.size,
        "dataCenter": volume.data_center,
        "type": volume.kind,
    })
}

fn find(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account.volumes.iter().position(|volume| volume.id == id);
    index.ok_or_else(|| Problem::not_found("network volume", id))
}
