//! Changes to endpoints, and their end.

use super::read::find;
use super::{hardware, releases, settings, staff, view};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::billing;
use crate::runpod::call::Call;
use crate::runpod::create::check_size;

/// `PATCH /v2/serverless/{id}`: absent keys stay as they are. What changes what runs is a release, and
/// all workers are replaced; the same value as before changes nothing.
pub(crate) fn update_endpoint(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let (body, account) = (call.body(), &*call.account);
    let mut endpoint = account.endpoints[index].clone();
    let before = view::endpoint(&endpoint);
    match body.text("templateId") {
        // The settings stay, the link goes.
        Some("") => endpoint.template = None,
        Some(id) => {
            let template = settings::serverless_template(account, id)?;
            endpoint.container.apply_template(&template.container);
            endpoint.template = Some(id.to_owned());
        }
        None => {}
    }
    endpoint.container.apply(body, account)?;
    if endpoint.container.image.is_empty() {
        return Err(Problem::rule("`image` cannot be cleared"));
    }
    check_size(&endpoint.container)?;
    endpoint.hardware = hardware::read(body, Some(&endpoint.hardware))?;
    endpoint.scale = settings::read_scale(body, endpoint.scale)?;
    if let Some(scaling) = settings::read_scaling(body, endpoint.kind)? {
        endpoint.scaling = scaling;
    }
    settings::apply(&mut endpoint, body, account)?;
    let after = view::endpoint(&endpoint);
    let release = releases::next(&endpoint, &before, &after, call.now);
    let is_release = release.is_some();
    endpoint.releases.extend(release);
    call.account.endpoints[index] = endpoint;
    if is_release {
        staff::release(call, index)?;
    } else {
        staff::adjust(call, index)?;
    }
    Ok(Reply::ok(after))
}

/// `DELETE /v2/serverless/{id}`: its workers go with it, its network volumes stay.
pub(crate) fn delete_endpoint(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let endpoint = call.account.endpoints.remove(index);
    for worker in &endpoint.workers {
        billing::end(call.account, &worker.id, call.now);
    }
    Ok(Reply::no_content())
}
