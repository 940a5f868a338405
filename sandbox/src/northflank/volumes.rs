//! Volumes.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::disk::Tree;
use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free, find, position};
use crate::northflank::model::{Attached, Project, Volume};
use crate::northflank::page::{Page, data, done};
use crate::northflank::services::check_one_instance;
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// From a request to a volume that there is.
const BOUND: Duration = Duration::from_secs(1);

/// `GET /v1/projects/{projectId}/volumes`: the rows are the data.
pub(crate) fn list_volumes(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::named(call, &call.project()?.volumes)?;
    let rows = page
        .rows
        .iter()
        .map(|volume| view(volume, call.now))
        .collect();
    Ok(page.answer(rows))
}

/// `POST /v1/projects/{projectId}/volumes`
pub(crate) fn create_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body) = (call.now, call.body());
    let bound_at = call.pace.after(now, BOUND);
    let size = body
        .object("spec")
        .and_then(|spec| spec.integer("storageSize"));
    let size = size.unwrap_or_default();
    check_size(call.project()?, body, size)?;
    let number = call.account.next_number();
    let item = Item::new(call.whole_body(), number, now);
    let project = call.project_mut()?;
    check_free(&project.volumes, "volume", &item.id)?;
    let id = item.id.clone();
    project.volumes.push(Volume {
        item,
        size,
        attached: Vec::new(),
        bound_at,
        files: Tree::default(),
    });
    let objects = body.objects("attachedObjects").unwrap_or_default();
    for object in objects.into_iter().chain(body.object("owningObject")) {
        attach_and_restart(call, &id, object)?;
    }
    let volume = find(&call.project()?.volumes, "volume", &id)?;
    Ok(data(view(volume, now)))
}

fn check_size(project: &Project, body: Fields<'_>, size: u64) -> Result<(), Problem> {
    if size == 0 {
        return Err(Problem::rule("`spec.storageSize` must be above 0 MB"));
    }
    let mode = body.object("spec").and_then(|spec| spec.text("accessMode"));
    if !matches!(mode, Some("ReadWriteOnce" | "ReadWriteMany")) {
        return Err(Problem::rule(
            "`spec.accessMode` must be ReadWriteOnce or ReadWriteMany",
        ));
    }
    if body.objects("mounts").unwrap_or_default().is_empty() {
        return Err(Problem::rule("`mounts` must name at least one path"));
    }
    check_mounts(body)?;
    let Some(source) = body.object("source") else {
        return Ok(());
    };
    let id = source.text("sourceId").unwrap_or_default();
    if source.text("type") == Some("backup") {
        return Err(Problem::not_found("backup", id));
    }
    let source = find(&project.volumes, "volume", id)?;
    if size < source.size {
        return Err(Problem::rule(format!(
            "a copy of `{id}` needs {} MB at least",
            source.size
        )));
    }
    Ok(())
}

fn check_mounts(body: Fields<'_>) -> Result<(), Problem> {
    for mount in body.objects("mounts").unwrap_or_default() {
        let path = mount.text("containerMountPath").unwrap_or_default();
        if !path.starts_with('/') {
            return Err(Problem::rule("`containerMountPath` must begin with `/`"));
        }
    }
    Ok(())
}

/// `GET /v1/projects/{projectId}/volumes/{volumeId}`
pub(crate) fn get_volume(call: &Call<'_>) -> Result<Reply, Problem> {
    let volume = find(&call.project()?.volumes, "volume", call.id("volumeId"))?;
    Ok(data(view(volume, call.now)))
}

/// `POST /v1/projects/{projectId}/volumes/{volumeId}`
pub(crate) fn update_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body, id) = (call.now, call.body(), call.id("volumeId"));
    let change = call.whole_body();
    let project = call.project_mut()?;
    let index = position(&project.volumes, "volume", id)?;
    let volume = &mut project.volumes[index];
    let size = body
        .object("spec")
        .and_then(|spec| spec.integer("storageSize"));
    if let Some(size) = size {
        if size < volume.size {
            let old = volume.size;
            return Err(Problem::rule(format!(
                "a volume cannot shrink from {old} to {size} MB"
            )));
        }
        volume.size = size;
    }
    check_mounts(body)?;
    for key in ["mounts", "backupSchedules"] {
        if let Some(value) = change.get(key) {
            volume.item.spec.insert(key.to_owned(), value.clone());
        }
    }
    volume.item.updated_at = now;
    Ok(done())
}

/// `DELETE /v1/projects/{projectId}/volumes/{volumeId}`. The service does not say what it does while the
/// volume is mounted; what is in use is refused with 409 elsewhere, and so is this.
pub(crate) fn delete_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("volumeId");
    let project = call.project_mut()?;
    let index = position(&project.volumes, "volume", id)?;
    if let Some(at) = project.volumes[index].attached.first() {
        return Err(Problem::conflict(format!(
            "the volume is attached to {} `{}`; detach it first",
            at.kind, at.id
        )));
    }
    project.volumes.remove(index);
    Ok(done())
}

/// `POST /v1/projects/{projectId}/volumes/{volumeId}/attach`
pub(crate) fn attach_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.body();
    let object = body
        .object("nfObject")
        .or_else(|| body.object("owningObject"));
    let object = object.ok_or_else(|| Problem::rule("`nfObject` is missing"))?;
    attach_and_restart(call, call.id("volumeId"), object)?;
    Ok(done())
}

/// `POST /v1/projects/{projectId}/volumes/{volumeId}/detach`
pub(crate) fn detach_volume(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, pace, id) = (call.now, call.pace, call.id("volumeId"));
    let object = call.body().object("nfObject");
    let object = object.ok_or_else(|| Problem::rule("`nfObject` is missing"))?;
    let kind = object.text("type").unwrap_or_default();
    let from = object.text("id").unwrap_or_default();
    let project = call.project_mut()?;
    let index = position(&project.volumes, "volume", id)?;
    let attached = &mut project.volumes[index].attached;
    let before = attached.len();
    attached.retain(|at| !(at.kind == kind && at.id == from));
    if attached.len() == before {
        return Err(Problem::conflict(format!(
            "the volume is not attached to {kind} `{from}`"
        )));
    }
    if kind == "service"
        && let Ok(service) = project.service_mut(from)
        && service.instances > 0
    {
        service.deploy(now, pace, true);
    }
    Ok(done())
}

fn attach_and_restart(
    call: &mut Call<'_>,
    volume: &str,
    object: Fields<'_>,
) -> Result<(), Problem> {
    let (now, pace) = (call.now, call.pace);
    let kind = object.text("type").unwrap_or_default();
    let id = object.text("id").unwrap_or_default();
    let project = call.project_mut()?;
    attach(project, volume, kind, id)?;
    if kind == "service" {
        let service = project.service_mut(id)?;
        if service.instances > 0 {
            service.deploy(now, pace, true);
        }
    }
    Ok(())
}

/// Mounts a volume in a service or a job, without starting anything.
///
/// # Errors
/// 404 for what there is not, 409 for a volume of one pod that another one has, 400 for a service
/// that may have more than one container.
pub(crate) fn attach(
    project: &mut Project,
    volume: &str,
    kind: &str,
    id: &str,
) -> Result<(), Problem> {
    let index = position(&project.volumes, "volume", volume)?;
    let (instances, scales) = if kind == "job" {
        project.job(id)?;
        (1, false)
    } else {
        let service = project.service(id)?;
        if !service.kind.runs() {
            return Err(Problem::rule("a build service mounts no volumes"));
        }
        let instances = service.paused.unwrap_or(service.instances);
        (
            instances,
            crate::northflank::services::scales(&service.item),
        )
    };
    let found = &mut project.volumes[index];
    let at = Attached {
        id: id.to_owned(),
        kind: kind.to_owned(),
    };
    if found.attached.contains(&at) {
        return Err(Problem::conflict(format!(
            "the volume is attached to {kind} `{id}` already"
        )));
    }
    let spec = found.item.fields().object("spec");
    let alone = spec.and_then(|spec| spec.text("accessMode")) == Some("ReadWriteOnce");
    if let Some(other) = found.attached.first().filter(|_| alone) {
        return Err(Problem::conflict(format!(
            "the volume is ReadWriteOnce and attached to {} `{}`",
            other.kind, other.id
        )));
    }
    found.attached.push(at);
    if kind == "service" {
        check_one_instance(project, id, instances, scales)?;
    }
    Ok(())
}

fn view(volume: &Volume, now: Timestamp) -> Value {
    let item = &volume.item;
    let mut map = item.to_json();
    // Only what made it, and not what it is.
    for key in ["owningObject", "source"] {
        map.remove(key);
    }
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("uid", json!(item.uid));
    set("tags", json!(item.tags()));
    set("attachedObjects", json!(volume.attached));
    let bound = now >= volume.bound_at;
    set("status", json!(if bound { "BOUND" } else { "PENDING" }));
    let mut spec = item.spec.get("spec").cloned().unwrap_or_default();
    spec["storageSize"] = json!(volume.size);
    if spec.get("storageClassName").is_none() {
        spec["storageClassName"] = json!("ssd");
    }
    set("spec", spec);
    Value::Object(map)
}
