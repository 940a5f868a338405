//! Projects.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::catalog::find_region;
use crate::northflank::item::{Item, check_free, position, slug};
use crate::northflank::model::Project;
use crate::northflank::page::{Page, data, done};
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// Region of a project that names none.
const USUAL_REGION: &str = "us-east";

/// From a request to a project that may be used.
const READY: Duration = Duration::from_secs(1);

/// `GET /v1/projects`
pub(crate) fn list_projects(call: &Call<'_>) -> Result<Reply, Problem> {
    let page = Page::named(call, &call.account.projects)?;
    Ok(page.reply("projects", |project| {
        let mut row = project.item.row(&["description"]);
        row.insert("uid".to_owned(), json!(project.item.uid));
        row.insert("lifecycleStatus".to_owned(), json!(status(project, call)));
        Value::Object(row)
    }))
}

/// `POST /v1/projects`
pub(crate) fn create_project(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let body = call.body();
    let region = region(body)?;
    let number = call.account.next_number();
    let item = Item::new(call.whole_body(), number, call.now);
    check_free(&call.account.projects, "project", &item.id)?;
    let project = Project {
        item,
        region,
        ready_at: call.pace.after(call.now, READY),
        services: Vec::new(),
        jobs: Vec::new(),
        volumes: Vec::new(),
        secrets: Vec::new(),
    };
    let reply = data(created(&project, call));
    call.account.projects.push(project);
    Ok(reply)
}

/// `PUT /v1/projects`: creates a project, or changes the one whose name leads to the same id. Its place
/// stays.
pub(crate) fn put_project(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = slug(call.body().text("name").unwrap_or_default());
    if !call
        .account
        .projects
        .iter()
        .any(|project| project.item.id == id)
    {
        return create_project(call);
    }
    region(call.body())?;
    let (now, body) = (call.now, call.whole_body());
    let project = call.account.project_mut(&id)?;
    project.item.replace(body, now);
    let project = call.account.project(&id)?;
    Ok(data(created(project, call)))
}

/// `GET /v1/projects/{projectId}`
pub(crate) fn get_project(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let mut map = project.item.row(&["description", "color", "networking"]);
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("uid", json!(project.item.uid));
    set("createdAt", json!(project.item.created_at));
    set("lifecycleStatus", json!(status(project, call)));
    set("cluster", cluster(project));
    if let Some(region) = &project.region {
        set("deployment", json!({ "region": region }));
    }
    let services = project
        .services
        .iter()
        .map(|service| child(project, &service.item, "serviceType", service.kind.as_str()));
    set("services", services.collect());
    let jobs = project
        .jobs
        .iter()
        .map(|job| child(project, &job.item, "jobType", job.kind()));
    set("jobs", jobs.collect());
    set("addons", json!([]));
    Ok(data(Value::Object(map)))
}

fn child(project: &Project, item: &Item, key: &str, kind: &str) -> Value {
    let mut row = item.row(&["description", "stageId"]);
    row.insert("appId".to_owned(), json!(project.app_id(&item.id)));
    row.insert("uid".to_owned(), json!(item.uid));
    row.insert(key.to_owned(), json!(kind));
    Value::Object(row)
}

/// `PATCH /v1/projects/{projectId}`
pub(crate) fn patch_project(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body) = (call.now, call.whole_body());
    call.project_mut()?.item.merge(body, now);
    let project = call.project()?;
    Ok(data(created(project, call)))
}

/// `DELETE /v1/projects/{projectId}`
pub(crate) fn delete_project(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let children = call.parameters().flag("delete_child_objects") == Some(true);
    let id = call.id("projectId");
    let index = position(&call.account.projects, "project", id)?;
    let project = &call.account.projects[index];
    let inside: [(usize, &str); 4] = [
        (project.services.len(), "services"),
        (project.jobs.len(), "jobs"),
        (project.volumes.len(), "volumes"),
        (project.secrets.len(), "secret groups"),
    ];
    let inside: Vec<&str> = inside
        .into_iter()
        .filter_map(|(count, noun)| (count > 0).then_some(noun))
        .collect();
    if !inside.is_empty() && !children {
        return Err(Problem::conflict(format!(
            "the project still has {}; `delete_child_objects=true` deletes them with it",
            inside.join(" and ")
        )));
    }
    call.account.projects.remove(index);
    Ok(done())
}

/// Where a project that is asked for runs: in a region, or on an own cluster.
fn region(body: Fields<'_>) -> Result<Option<String>, Problem> {
    if body.text("clusterId").is_some() {
        return Ok(None);
    }
    let region = body.text("region").unwrap_or(USUAL_REGION);
    find_region(region).ok_or_else(|| {
        Problem::rule(format!(
            "there is no region `{region}`; `GET /v1/regions` lists them"
        ))
    })?;
    Ok(Some(region.to_owned()))
}

fn status(project: &Project, call: &Call<'_>) -> &'static str {
    if call.now < project.ready_at {
        "creating"
    } else {
        "created"
    }
}

/// The project as the answer of a change shows it.
fn created(project: &Project, call: &Call<'_>) -> Value {
    let mut map: Map<String, Value> = project.item.to_json();
    if let Some(region) = &project.region {
        map.insert("region".to_owned(), json!(region));
    }
    let status = status(project, call);
    map.insert("lifecycleStatus".to_owned(), json!(status));
    Value::Object(map)
}

/// The cluster that a project runs on.
pub(crate) fn cluster(project: &Project) -> Value {
    let own = project.item.fields().text("clusterId");
    let region = project.region.as_deref().unwrap_or_default();
    let id = own.map_or_else(|| format!("nf-{region}"), str::to_owned);
    json!({
        "id": id,
        "name": id,
        "namespace": namespace(project),
        "loadBalancers": [format!("lb.{id}.northflank.com")],
    })
}

/// The name of a project inside its cluster.
pub(crate) fn namespace(project: &Project) -> String {
    format!("ns-{}", project.item.uid.get(..12).unwrap_or_default())
}
