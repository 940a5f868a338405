//! Creates endpoints.

use super::model::{Endpoint, Kind, Scale, Scaling};
use super::{hardware, releases, settings, staff, view};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::create;
use crate::runpod::model::new_id;

/// What an endpoint has where nothing is said.
const USUAL: Scale = Scale {
    min: 0,
    max: 3,
    idle_timeout: 10,
};
const USUAL_TIMEOUT: u64 = 300_000;

/// `POST /v2/serverless`
pub(crate) fn create_endpoint(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (body, account) = (call.body(), &*call.account);
    let template = body
        .text("templateId")
        .map(|id| settings::serverless_template(account, id))
        .transpose()?;
    let kind = match body.text("type") {
        Some("LOAD_BALANCER") => Kind::LoadBalancer,
        Some(_) | None => Kind::Queue,
    };
    let scaling = settings::read_scaling(body, kind)?;
    let mut endpoint = Endpoint {
        id: new_id(14),
        name: String::new(),
        kind,
        container: create::container(account, body, template.as_ref())?,
        template: body.text("templateId").map(str::to_owned),
        hardware: hardware::read(body, None)?,
        scale: settings::read_scale(body, USUAL)?,
        scaling: scaling.unwrap_or(Scaling::RequestCount(1)),
        data_centers: Vec::new(),
        volumes: Vec::new(),
        timeout: USUAL_TIMEOUT,
        flashboot: "OFF".into(),
        created_at: call.now,
        releases: vec![releases::first(call.now)],
        workers: Vec::new(),
    };
    if let Some(template) = template {
        hardware::inherit(&mut endpoint.hardware, body, &template);
    }
    settings::apply(&mut endpoint, body, account)?;
    let reply = Reply::created(view::endpoint(&endpoint));
    call.account.endpoints.push(endpoint);
    let index = call.account.endpoints.len() - 1;
    staff::release(call, index)?;
    Ok(reply)
}
