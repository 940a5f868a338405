//! Creates services.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::northflank::builds::start_build;
use crate::northflank::call::Call;
use crate::northflank::item::{Item, check_free};
use crate::northflank::model::{Account, Project, Service, ServiceKind};
use crate::northflank::page::data;
use crate::northflank::services::rules::{
    check_billing, check_gpu, check_image, check_one_instance, check_ports,
};
use crate::northflank::services::view;
use crate::northflank::volumes;
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;

/// `POST /v1/projects/{projectId}/services/deployment`
pub(crate) fn create_deployment(call: &mut Call<'_>) -> Result<Reply, Problem> {
    create(call, ServiceKind::Deployment)
}

/// `POST /v1/projects/{projectId}/services/combined`: a first build starts at once.
pub(crate) fn create_combined(call: &mut Call<'_>) -> Result<Reply, Problem> {
    create(call, ServiceKind::Combined)
}

/// `POST /v1/projects/{projectId}/services/build`: no build starts by itself.
pub(crate) fn create_build(call: &mut Call<'_>) -> Result<Reply, Problem> {
    create(call, ServiceKind::Build)
}

/// Creates a service of one kind.
pub(crate) fn create(call: &mut Call<'_>, kind: ServiceKind) -> Result<Reply, Problem> {
    let (now, pace) = (call.now, call.pace);
    let body = call.body();
    check(call.account, call.project()?, body, kind)?;
    let number = call.account.next_number();
    let item = Item::new(call.whole_body(), number, now);
    let project = call.project_mut()?;
    check_free(&project.services, "service", &item.id)?;
    let id = item.id.clone();
    project.services.push(new_service(item, kind, now));
    let options = body.object("createOptions");
    for volume in options
        .and_then(|o| o.texts("volumesToAttach"))
        .unwrap_or_default()
    {
        volumes::attach(project, volume, "service", &id)?;
    }
    let mounts = project.volumes_of("service", &id).next().is_some();
    let service = project.service_mut(&id)?;
    match kind {
        ServiceKind::Deployment => service.deploy(now, pace, mounts),
        ServiceKind::Combined => start_build(service, Fields::new(&Map::new()), now, pace, mounts),
        ServiceKind::Build => {}
    }
    let project = call.project()?;
    Ok(data(view::service(project, project.service(&id)?, now)))
}

/// Checks what a wish for a service says by itself.
///
/// # Errors
/// 400 for a rule that is broken.
pub(crate) fn check(
    account: &Account,
    project: &Project,
    body: Fields<'_>,
    kind: ServiceKind,
) -> Result<(), Problem> {
    check_billing(body, kind.builds())?;
    check_gpu(project, body)?;
    check_ports(body)?;
    match body.object("deployment") {
        Some(deployment) => check_image(account, project, deployment),
        None => Ok(()),
    }
}

/// Checks a service against the volumes that it mounts.
///
/// # Errors
/// As [`check_one_instance`].
pub(crate) fn check_scale(project: &Project, service: &Service) -> Result<(), Problem> {
    let instances = service.paused.unwrap_or(service.instances);
    check_one_instance(project, &service.item.id, instances, scales(&service.item))
}

/// Whether it scales by itself.
pub(crate) fn scales(item: &Item) -> bool {
    horizontal(item).and_then(|scaling| scaling.flag("enabled")) == Some(true)
}

fn horizontal(item: &Item) -> Option<Fields<'_>> {
    item.fields().object("autoscaling")?.object("horizontal")
}

/// How many containers are asked for. What scales by itself has the least that it may have, as nobody
/// uses it; none at all stays none.
pub(crate) fn wanted_instances(item: &Item) -> u64 {
    let deployment = item.fields().object("deployment");
    let wanted = deployment.and_then(|d| d.integer("instances")).unwrap_or(1);
    let least = horizontal(item)
        .filter(|_| scales(item))
        .and_then(|scaling| scaling.integer("minReplicas"));
    match least {
        Some(least) if wanted > 0 => wanted.max(least),
        Some(_) | None => wanted,
    }
}

fn new_service(mut item: Item, kind: ServiceKind, now: Timestamp) -> Service {
    let instances = if kind.runs() {
        wanted_instances(&item)
    } else {
        0
    };
    if kind == ServiceKind::Build {
        let billing = item.spec.entry("billing").or_insert_with(|| json!({}));
        if let Value::Object(billing) = billing {
            let usual = || json!("nf-compute-400-16");
            billing.entry("buildPlan").or_insert_with(usual);
        }
    }
    let options = item.fields().object("createOptions");
    let seconds = options.and_then(|options| options.integer("expiryTime"));
    let expires = seconds
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| now.checked_add(SignedDuration::from_secs(seconds)).ok());
    Service {
        disabled_ci: item.fields().flag("disabledCI").unwrap_or(false),
        item,
        kind,
        instances,
        paused: None,
        disabled_cd: false,
        rollout: None,
        containers: Vec::new(),
        containers_started: 0,
        builds: Vec::new(),
        expires,
        expired: None,
    }
}
