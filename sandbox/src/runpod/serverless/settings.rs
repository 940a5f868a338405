//! Settings of an endpoint as requests write them.

use super::model::{Endpoint, Kind, Scale, Scaling};
use crate::params::Fields;
use crate::problem::Problem;
use crate::runpod::catalog::find_data_center;
use crate::runpod::model::{Account, Template};
use crate::runpod::templates;

/// Most workers that one endpoint has here. The service has a quota for the account, whose size is
/// not published.
const MOST_WORKERS: u64 = 200;

/// A template that endpoints can be made from: the account's own, or a public one.
pub(super) fn serverless_template(account: &Account, id: &str) -> Result<Template, Problem> {
    let template = templates::find(account, id);
    let template = template.ok_or_else(|| Problem::not_found("template", id))?;
    if !template.serverless {
        return Err(Problem::shape(vec![
            "$.templateId: template is for pods".into(),
        ]));
    }
    Ok(template)
}

/// What a request says of the number of workers; keys that are absent stay.
pub(super) fn read_scale(body: Fields<'_>, before: Scale) -> Result<Scale, Problem> {
    let workers = body.object("workers");
    let number = |key, before| {
        let given = workers.and_then(|workers| workers.integer(key));
        given.unwrap_or(before)
    };
    let scale = Scale {
        min: number("min", before.min),
        max: number("max", before.max),
        idle_timeout: number("idleTimeout", before.idle_timeout),
    };
    if scale.min > scale.max {
        return Err(Problem::rule("`workers.min` is larger than `workers.max`"));
    }
    if scale.max > MOST_WORKERS {
        return Err(Problem::rule(format!(
            "an endpoint has at most {MOST_WORKERS} workers"
        )));
    }
    Ok(scale)
}

/// What a request says of scaling, if anything.
pub(super) fn read_scaling(body: Fields<'_>, kind: Kind) -> Result<Option<Scaling>, Problem> {
    let Some(fields) = body.object("scaling") else {
        return Ok(None);
    };
    match (fields.text("type"), kind) {
        (Some("REQUEST_COUNT"), _) => {
            let count = fields.integer("requestCount").unwrap_or(1);
            Ok(Some(Scaling::RequestCount(count)))
        }
        (Some(_) | None, Kind::Queue) => {
            let delay = fields.number("queueDelay").unwrap_or_default();
            Ok(Some(Scaling::QueueDelay(delay)))
        }
        (Some(_) | None, Kind::LoadBalancer) => Err(Problem::rule(
            "an endpoint with a load balancer scales by REQUEST_COUNT only",
        )),
    }
}

/// Takes over what says where workers run, how long requests take and how workers start.
pub(super) fn apply(
    endpoint: &mut Endpoint,
    body: Fields<'_>,
    account: &Account,
) -> Result<(), Problem> {
    if let Some(name) = body.text("name") {
        name.clone_into(&mut endpoint.name);
    }
    if let Some(flashboot) = body.text("flashboot") {
        flashboot.clone_into(&mut endpoint.flashboot);
    }
    if let Some(timeout) = body.number("timeout") {
        if timeout < 0.0 {
            return Err(Problem::rule("`timeout` is below 0"));
        }
        endpoint.timeout = body.integer("timeout").unwrap_or_default();
    }
    if let Some(places) = body.texts("dataCenterIds") {
        if let Some(unknown) = places.iter().find(|id| find_data_center(id).is_none()) {
            return Err(Problem::rule(format!("`{unknown}` is no data center")));
        }
        endpoint.data_centers = places.into_iter().map(str::to_owned).collect();
    }
    if let Some(volumes) = body.texts("networkVolumes") {
        endpoint.volumes = volumes.into_iter().map(str::to_owned).collect();
    }
    places(account, endpoint).map(drop)
}

/// The data centers in which workers may run: those of the volumes, if there are any, else those
/// that the endpoint names. Empty for anywhere.
///
/// # Errors
/// 404 for a volume that is not there; 400 for two in one place, or in one that is left out.
pub(super) fn places(account: &Account, endpoint: &Endpoint) -> Result<Vec<String>, Problem> {
    let mut found: Vec<String> = Vec::new();
    for id in &endpoint.volumes {
        let volume = account.volumes.iter().find(|volume| volume.id == *id);
        let volume = volume.ok_or_else(|| Problem::not_found("network volume", id))?;
        let place = &volume.data_center;
        if found.contains(place) {
            return Err(Problem::rule(format!(
                "two of the network volumes are in {place}; a worker takes one"
            )));
        }
        if !endpoint.data_centers.is_empty() && !endpoint.data_centers.contains(place) {
            return Err(Problem::rule(format!(
                "network volume `{id}` is in {place}, which `dataCenterIds` leaves out"
            )));
        }
        found.push(place.clone());
    }
    if found.is_empty() {
        found.clone_from(&endpoint.data_centers);
    }
    Ok(found)
}
