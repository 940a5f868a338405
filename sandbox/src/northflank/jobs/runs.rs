//! Runs of jobs. A run takes a few seconds and succeeds, unless its image cannot be had.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::catalog::check_plan;
use crate::northflank::item::new_uid;
use crate::northflank::model::{Job, Run};
use crate::northflank::page::{Page, data, done};
use crate::northflank::services::{ContainerState, container_view, start_container};
use crate::problem::Problem;
use crate::reply::Reply;

/// From the start of the container to the end of its work.
const WORK: Duration = Duration::from_secs(3);

impl Run {
    /// `RUNNING`, `SUCCESS` or `FAILED`.
    fn status(&self, now: Timestamp) -> &'static str {
        if !self.concluded(now) {
            "RUNNING"
        } else if self.aborted || self.container.fails {
            "FAILED"
        } else {
            "SUCCESS"
        }
    }

    fn concluded(&self, now: Timestamp) -> bool {
        self.container.ended.is_some_and(|ended| ended <= now)
    }
}

/// `GET /v1/projects/{projectId}/jobs/{jobId}/runs`
pub(crate) fn list_runs(call: &Call<'_>) -> Result<Reply, Problem> {
    let job = call.project()?.job(call.id("jobId"))?;
    let page = Page::of(call, &job.runs, |run| run.container.number)?;
    Ok(page.reply("runs", |run| view(job, run, call.now)))
}

/// `POST /v1/projects/{projectId}/jobs/{jobId}/runs`
pub(crate) fn start_run(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, pace, id, body) = (call.now, call.pace, call.id("jobId"), call.body());
    if let Some(plan) = body
        .object("billing")
        .and_then(|b| b.text("deploymentPlan"))
    {
        check_plan(plan)?;
    }
    let job = call.project_mut()?.job_mut(id)?;
    if job.suspended {
        return Err(Problem::conflict("the job is suspended"));
    }
    let instead = body.object("deployment").and_then(|d| d.object("external"));
    let instead = instead.and_then(|external| external.text("imagePath"));
    let image = instead
        .map(str::to_owned)
        .or_else(|| job.image())
        .ok_or_else(|| Problem::rule("the job has no image yet"))?;
    let number = job.runs.last().map_or(1, |run| run.container.number + 1);
    let mut container = start_container(&job.item.id, number, &image, now, pace);
    container.ended = Some(pace.after(container.running, WORK));
    let run = Run {
        id: new_uid(),
        container,
        aborted: false,
    };
    let reply = data(json!({ "id": run.id, "runName": run.container.name }));
    job.runs.push(run);
    Ok(reply)
}

/// `GET /v1/projects/{projectId}/jobs/{jobId}/runs/{runId}`
pub(crate) fn get_run(call: &Call<'_>) -> Result<Reply, Problem> {
    let job = call.project()?.job(call.id("jobId"))?;
    let run = find(job, call.id("runId"))?;
    Ok(data(view(job, run, call.now)))
}

/// `DELETE /v1/projects/{projectId}/jobs/{jobId}/runs/{runId}`
pub(crate) fn abort_run(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, id, run_id) = (call.now, call.id("jobId"), call.id("runId"));
    let job = call.project_mut()?.job_mut(id)?;
    let run = job.runs.iter_mut().find(|run| run.id == run_id);
    let run = run.ok_or_else(|| Problem::not_found("run", run_id))?;
    if run.concluded(now) {
        return Err(Problem::conflict("the run is over"));
    }
    run.aborted = true;
    run.container.ended = Some(now);
    Ok(done())
}

/// `GET /v1/projects/{projectId}/jobs/{jobId}/containers`: those of one run, the newest unless another
/// is asked for.
pub(crate) fn list_containers(call: &Call<'_>) -> Result<Reply, Problem> {
    let job = call.project()?.job(call.id("jobId"))?;
    let run = match call.parameters().text("runId") {
        Some(id) => Some(find(job, id)?),
        None => job.runs.last(),
    };
    let containers: Vec<_> = run.iter().map(|run| &run.container).collect();
    let page = Page::of(call, &containers, |container| container.number)?;
    let rows: Vec<Value> = page
        .rows
        .iter()
        .map(|container| {
            let state = container.state(call.now);
            container_view(container, state.unwrap_or(ContainerState::Finished))
        })
        .collect();
    let id = run.map(|run| run.id.as_str()).unwrap_or_default();
    Ok(page.answer(json!({ "runId": id, "containers": rows })))
}

fn find<'a>(job: &'a Job, id: &str) -> Result<&'a Run, Problem> {
    let run = job.runs.iter().find(|run| run.id == id);
    run.ok_or_else(|| Problem::not_found("run", id))
}

fn view(job: &Job, run: &Run, now: Timestamp) -> Value {
    let status = run.status(now);
    let count = |wanted: &str| u8::from(status == wanted);
    let settings = job.item.fields().object("settings");
    let backoff = settings.and_then(|settings| settings.integer("backoffLimit"));
    let concluded = run.container.ended.filter(|_| run.concluded(now));
    let mut view = json!({
        "id": run.id,
        "runName": run.container.name,
        "status": status,
        "active": count("RUNNING"),
        "succeeded": count("SUCCESS"),
        "failed": count("FAILED"),
        "completions": 1,
        "concluded": run.concluded(now),
        "backoffLimit": backoff.unwrap_or_default(),
        "startedAt": run.container.created,
    });
    // While a run goes on there is no such key.
    if let Some(at) = concluded {
        view["concludedAt"] = json!(at);
    }
    view
}
