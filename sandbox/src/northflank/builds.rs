//! Builds of combined and build services. Every build succeeds.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::Pace;
use crate::northflank::call::Call;
use crate::northflank::item::{derived, new_uid};
use crate::northflank::model::{Build, Service, ServiceKind};
use crate::northflank::page::{Page, data};
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// Usual times from a request to the end of each step.
const BEGUN: Duration = Duration::from_secs(1);
const DONE: Duration = Duration::from_secs(3);

/// `GET /v1/projects/{projectId}/services/{serviceId}/build`
pub(crate) fn list_builds(call: &Call<'_>) -> Result<Reply, Problem> {
    let service = call.project()?.service(call.id("serviceId"))?;
    let page = Page::of(call, &service.builds, |build| build.number)?;
    Ok(page.reply("builds", |build| view(service, build, call.now)))
}

/// `GET /v1/projects/{projectId}/services/{serviceId}/build/{buildId}`
pub(crate) fn get_build(call: &Call<'_>) -> Result<Reply, Problem> {
    let service = call.project()?.service(call.id("serviceId"))?;
    let id = call.id("buildId");
    let build = service.builds.iter().find(|build| build.id == id);
    let build = build.ok_or_else(|| Problem::not_found("build", id))?;
    Ok(data(view(service, build, call.now)))
}

/// `POST /v1/projects/{projectId}/services/{serviceId}/build`
pub(crate) fn create_build(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (now, pace, body, id) = (call.now, call.pace, call.body(), call.id("serviceId"));
    let project = call.project_mut()?;
    let mounts = project.volumes_of("service", id).next().is_some();
    let service = project.service_mut(id)?;
    if !service.kind.builds() {
        return Err(Problem::rule("a deployment service builds nothing"));
    }
    start_build(service, body, now, pace, mounts);
    let build = service.builds.last().map(|build| view(service, build, now));
    Ok(data(build.unwrap_or_default()))
}

/// Starts a build, and in a combined service what runs its result once it is there.
pub(crate) fn start_build(
    service: &mut Service,
    wish: Fields<'_>,
    now: Timestamp,
    pace: Pace,
    one_at_a_time: bool,
) {
    let source = service.item.fields().object("vcsData");
    let branch = wish
        .text("branch")
        .or_else(|| source.and_then(|source| source.text("projectBranch")));
    let branch = branch.unwrap_or("main").to_owned();
    let number = service.builds.last().map_or(1, |build| build.number + 1);
    let sha = wish.text("sha").map_or_else(
        || sha(&format!("{}/{branch}/{number}", service.item.uid)),
        str::to_owned,
    );
    let done = pace.after(now, DONE);
    service.builds.push(Build {
        id: format!("{}-{}", service.item.id, derived(&new_uid(), 6)),
        number,
        branch,
        sha,
        created: now,
        begun: pace.after(now, BEGUN),
        done,
    });
    if service.kind == ServiceKind::Combined && !service.disabled_cd && service.paused.is_none() {
        service.deploy(done, pace, one_at_a_time);
    }
}

/// 40 hexadecimal digits.
fn sha(text: &str) -> String {
    let letters = derived(text, 40);
    letters
        .bytes()
        .map(|byte| char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'))
        .collect()
}

impl Build {
    /// Its state in the words of the API, and since when.
    pub(crate) fn state(&self, now: Timestamp) -> (&'static str, Timestamp) {
        if now < self.begun {
            ("QUEUED", self.created)
        } else if now < self.done {
            ("BUILDING", self.begun)
        } else {
            ("SUCCESS", self.done)
        }
    }
}

fn view(service: &Service, build: &Build, now: Timestamp) -> Value {
    let (state, _) = build.state(now);
    let concluded = now >= build.done;
    let mut row = json!({
        "id": build.id,
        "branch": build.branch,
        "status": state,
        "sha": build.sha,
        "registry": { "uri": format!("registry.code.run/{}:{}", service.item.id, build.sha) },
        "concluded": concluded,
        "createdAt": build.created,
    });
    if concluded {
        row["success"] = json!(true);
        row["buildConcludedAt"] = json!(build.done.as_second());
    }
    row
}

/// Adds to the view of a service what clients demand of one that builds.
pub(crate) fn describe(service: &Service, set: &mut impl FnMut(&str, Value)) {
    let spec = &service.item.spec;
    let settings = spec.get("buildSettings").cloned();
    let settings = settings.unwrap_or_else(
        || json!({ "dockerfile": { "dockerFilePath": "/Dockerfile", "dockerWorkDir": "/" } }),
    );
    let dockerfile = settings.get("dockerfile").cloned().unwrap_or_default();
    if let Some(Value::Object(source)) = spec.get("vcsData") {
        let mut source = source.clone();
        for (key, usual) in [("dockerFilePath", "/Dockerfile"), ("dockerWorkDir", "/")] {
            let value = dockerfile.get(key).cloned();
            source
                .entry(key)
                .or_insert_with(|| value.unwrap_or_else(|| json!(usual)));
        }
        set("vcsData", Value::Object(source));
    }
    set("buildSettings", settings);
    for key in ["buildArguments", "buildFiles"] {
        set(key, spec.get(key).cloned().unwrap_or_else(|| json!({})));
    }
}
