//! Lists and reads of endpoints.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::model::Worker;
use super::{releases, staff, view};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::model::Account;

/// `GET /v2/serverless`
pub(crate) fn list_endpoints(call: &Call<'_>) -> Reply {
    let rows: Vec<Value> = call.account.endpoints.iter().map(view::endpoint).collect();
    Reply::ok(json!({ "endpoints": rows }))
}

/// `GET /v2/serverless/{id}`
pub(crate) fn get_endpoint(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    Ok(Reply::ok(view::endpoint(&call.account.endpoints[index])))
}

/// `GET /v2/serverless/{id}/workers`. Whoever looks also makes workers that wait for a machine look for
/// one again: nothing else happens here by itself.
pub(crate) fn list_workers(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    staff::settle(call, index)?;
    Ok(Reply::ok(view::workers(
        &call.account.endpoints[index],
        call.now,
    )))
}

/// `GET /v2/serverless/{id}/releases`
pub(crate) fn list_releases(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let endpoint = &call.account.endpoints[index];
    Ok(Reply::ok(releases::to_json(endpoint, call.now)))
}

/// Place of an endpoint in the account.
pub(super) fn find(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account.endpoints.iter().position(|one| one.id == id);
    index.ok_or_else(|| Problem::not_found("endpoint", id))
}

/// A worker that is there.
pub(crate) fn worker<'a>(
    account: &'a Account,
    endpoint: &str,
    worker: &str,
    now: Timestamp,
) -> Result<&'a Worker, Problem> {
    let endpoint = &account.endpoints[find(account, endpoint)?];
    let found = endpoint.present(now).find(|one| one.id == worker);
    found.ok_or_else(|| Problem::not_found("worker", worker))
}
