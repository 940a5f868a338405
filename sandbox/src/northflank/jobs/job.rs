//! Jobs.

use serde_json::{Map, Value, json};

use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free, position, slug};
use crate::northflank::model::{Account, Job, Project};
use crate::northflank::page::{Page, data, done};
use crate::northflank::projects::cluster;
use crate::northflank::services::{check_billing, check_gpu, check_image};
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

impl Job {
    /// `cron` with a schedule, else `manual`.
    pub(crate) fn kind(&self) -> &'static str {
        if self.schedule().is_some() {
            "cron"
        } else {
            "manual"
        }
    }

    fn schedule(&self) -> Option<&str> {
        let settings = self.item.fields().object("settings")?;
        settings.object("cron")?.text("schedule")
    }

    /// The image of a run; None where none is chosen yet.
    pub(crate) fn image(&self) -> Option<String> {
        let deployment = self.item.fields().object("deployment")?;
        if let Some(external) = deployment.object("external") {
            return external.text("imagePath").map(str::to_owned);
        }
        let source = deployment
            .object("internal")
            .or_else(|| deployment.object("vcs"))?;
        let id = source.text("id").unwrap_or(&self.item.id);
        Some(format!("registry.code.run/{id}:latest"))
    }
}

/// `GET /v1/projects/{projectId}/jobs`
pub(crate) fn list_jobs(call: &Call<'_>) -> Result<Reply, Problem> {
    let project = call.project()?;
    let page = Page::named(call, &project.jobs)?;
    Ok(page.reply("jobs", |job| {
        let mut row = job.item.row(&["description", "stageId"]);
        describe(project, job, &mut row);
        Value::Object(row)
    }))
}

/// `POST /v1/projects/{projectId}/jobs`
pub(crate) fn create_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    create(call, call.whole_body())
}

/// `POST /v1/projects/{projectId}/jobs/manual`, which is deprecated and names its settings outside.
pub(crate) fn create_manual_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    create_older(call)
}

/// `POST /v1/projects/{projectId}/jobs/cron`, which is deprecated and names its settings outside.
pub(crate) fn create_cron_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    create_older(call)
}

/// The answer has the settings where the request has them, too.
fn create_older(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let asked = call.whole_body();
    let mut reply = create(call, &with_settings(asked))?;
    let shown = reply.body.as_mut().and_then(|body| body.get_mut("data"));
    if let Some(Value::Object(shown)) = shown {
        for (key, value) in asked {
            shown.entry(key).or_insert_with(|| value.clone());
        }
    }
    Ok(reply)
}

/// `PUT /v1/projects/{projectId}/jobs`
pub(crate) fn put_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = slug(call.body().text("name").unwrap_or_default());
    let (now, body) = (call.now, call.whole_body());
    let project = call.project()?;
    if !project.jobs.iter().any(|job| job.item.id == id) {
        return create_job(call);
    }
    check(call.account, project, call.body())?;
    call.project_mut()?.job_mut(&id)?.item.replace(body, now);
    shown(call, &id)
}

/// `GET /v1/projects/{projectId}/jobs/{jobId}`
pub(crate) fn get_job(call: &Call<'_>) -> Result<Reply, Problem> {
    let mut reply = shown(call, call.id("jobId"))?;
    let cron = reply
        .body
        .as_mut()
        .and_then(|body| body.pointer_mut("/data/settings/cron/concurrencyPolicy"));
    if let Some(Value::String(policy)) = cron {
        // It is written in small letters and read back with a large one.
        let first = policy.get(..1).unwrap_or_default().to_ascii_uppercase();
        *policy = format!("{first}{}", policy.get(1..).unwrap_or_default());
    }
    Ok(reply)
}

/// `PATCH /v1/projects/{projectId}/jobs/{jobId}`
pub(crate) fn patch_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, body, id) = (call.now, call.whole_body(), call.id("jobId"));
    check(call.account, call.project()?, call.body())?;
    call.project_mut()?.job_mut(id)?.item.merge(body, now);
    shown(call, id)
}

/// `POST /v1/projects/{projectId}/jobs/{jobId}/pause`: no run can be started.
pub(crate) fn pause_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    set_suspended(call, true)
}

/// `POST /v1/projects/{projectId}/jobs/{jobId}/resume`
pub(crate) fn resume_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    if !call.project()?.job(call.id("jobId"))?.suspended {
        return Err(Problem::conflict("the job is not paused"));
    }
    let suspended = call.body().flag("suspended").unwrap_or(false);
    set_suspended(call, suspended)
}

/// `POST /v1/projects/{projectId}/jobs/{jobId}/suspend`, which is deprecated: pausing does the same.
pub(crate) fn suspend_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let suspended = call.body().flag("suspended").unwrap_or(true);
    set_suspended(call, suspended)
}

fn set_suspended(call: &mut Call<'_>, suspended: bool) -> Result<Reply, Problem> {
    let id = call.id("jobId");
    call.project_mut()?.job_mut(id)?.suspended = suspended;
    Ok(done())
}

/// `DELETE /v1/projects/{projectId}/jobs/{jobId}`
pub(crate) fn delete_job(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let id = call.id("jobId");
    let project = call.project_mut()?;
    let index = position(&project.jobs, "job", id)?;
    project.jobs.remove(index);
    for volume in &mut project.volumes {
        volume
            .attached
            .retain(|at| !(at.kind == "job" && at.id == id));
    }
    Ok(done())
}

fn create(call: &mut Call<'_>, spec: &Map<String, Value>) -> Result<Reply, Problem> {
    let now = call.now;
    check(call.account, call.project()?, Fields::new(spec))?;
    let number = call.account.next_number();
    let item = Item::new(spec, number, now);
    let project = call.project_mut()?;
    check_free(&project.jobs, "job", &item.id)?;
    let id = item.id.clone();
    project.jobs.push(Job {
        item,
        suspended: false,
        runs: Vec::new(),
    });
    shown(call, &id)
}

/// The settings of the older forms, where the newer form has them.
fn with_settings(body: &Map<String, Value>) -> Map<String, Value> {
    let mut spec = body.clone();
    let mut settings = Map::new();
    for key in ["backoffLimit", "activeDeadlineSeconds", "runOnSourceChange"] {
        if let Some(value) = spec.remove(key) {
            settings.insert(key.to_owned(), value);
        }
    }
    let mut cron = Map::new();
    for key in ["schedule", "concurrencyPolicy"] {
        if let Some(value) = spec.remove(key) {
            cron.insert(key.to_owned(), value);
        }
    }
    if !cron.is_empty() {
        settings.insert("cron".to_owned(), Value::Object(cron));
    }
    settings.entry("backoffLimit").or_insert_with(|| json!(0));
    spec.insert("settings".to_owned(), Value::Object(settings));
    spec
}

fn check(account: &Account, project: &Project, body: Fields<'_>) -> Result<(), Problem> {
    check_billing(body, true)?;
    check_gpu(project, body)?;
    match body.object("deployment") {
        Some(deployment) => check_image(account, project, deployment),
        None => Ok(()),
    }
}

fn shown(call: &Call<'_>, id: &str) -> Result<Reply, Problem> {
    let project = call.project()?;
    let job = project.job(id)?;
    let mut map = job.item.to_json();
    describe(project, job, &mut map);
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("cluster", cluster(project));
    set("status", json!({}));
    let settings = job.item.spec.get("settings").and_then(Value::as_object);
    let mut settings = settings.cloned().unwrap_or_default();
    for (key, usual) in [("backoffLimit", 0), ("activeDeadlineSeconds", 600)] {
        settings.entry(key).or_insert(json!(usual));
    }
    settings
        .entry("runOnSourceChange")
        .or_insert_with(|| json!("never"));
    set("settings", Value::Object(settings));
    Ok(data(Value::Object(map)))
}

fn describe(project: &Project, job: &Job, map: &mut Map<String, Value>) {
    let mut set = |key: &str, value: Value| drop(map.insert(key.to_owned(), value));
    set("appId", json!(project.app_id(&job.item.id)));
    set("projectId", json!(project.item.id));
    set("uid", json!(job.item.uid));
    set("tags", json!(job.item.tags()));
    set("jobType", json!(job.kind()));
    let disabled = job.item.fields().flag("disabledCI").unwrap_or(false);
    set("disabledCI", json!(disabled));
    set("disabledCD", json!(false));
    set("suspended", json!(job.suspended));
}
