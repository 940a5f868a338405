//! Lists, reads, actions and the end of pods.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::billing;
use crate::runpod::call::Call;
use crate::runpod::catalog::Inventory;
use crate::runpod::lifecycle::{Action, Status};
use crate::runpod::model::{Account, Pod, Power};
use crate::runpod::{place, view};

/// Pods in one answer unless `limit` says otherwise. The service does not tell its number.
const PAGE: u64 = 100;

/// `GET /v2/pods`
pub(crate) fn list_pods(call: &Call<'_>) -> Result<Reply, Problem> {
    let parameters = call.parameters();
    let with_members = parameters.flag("includeClusterPods").unwrap_or(false);
    let after = parameters.text("cursor").map(read_cursor).transpose()?;
    let mut rest = call.account.pods.iter().filter(|pod| {
        (with_members || pod.cluster.is_none()) && after.is_none_or(|after| pod.number > after)
    });
    let limit = parameters.integer("limit").unwrap_or(PAGE);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let page: Vec<&Pod> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let next = page.last().filter(|_| more).map(|pod| cursor(pod));
    Ok(Reply::ok(json!({
        "pods": page.into_iter().map(|pod| view::pod(pod, call.now)).collect::<Vec<Value>>(),
        "pagination": { "hasNextPage": more, "nextCursor": next },
    })))
}

/// A cursor holds the number of the last pod of a page, and so outlives that pod.
fn cursor(pod: &Pod) -> String {
    format!("p{:x}", pod.number)
}

fn read_cursor(cursor: &str) -> Result<u64, Problem> {
    let number = cursor
        .strip_prefix('p')
        .and_then(|hex| u64::from_str_radix(hex, 16).ok());
    number.ok_or_else(|| Problem::rule("`cursor` is none of this list"))
}

/// `GET /v2/pods/{id}`
pub(crate) fn get_pod(call: &Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    Ok(Reply::ok(view::pod(&call.account.pods[index], call.now)))
}

/// `DELETE /v2/pods/{id}`
pub(crate) fn delete_pod(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    check_alone(&call.account.pods[index])?;
    // With the pod go its disk and its persistent mount. A network volume knows nothing of pods.
    billing::end(call.account, call.id(), call.now);
    call.account.pods.remove(index);
    Ok(Reply::no_content())
}

/// `POST /v2/pods/{id}/action`
pub(crate) fn pod_action(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = find(call.account, call.id())?;
    let word = call.body().text("action").unwrap_or_default();
    let action = Action::parse(word)
        .ok_or_else(|| Problem::shape(vec![format!("$.action: `{word}` is not modelled")]))?;
    check_allowed(&call.account.pods[index], action, call)?;
    if action == Action::Start {
        place::check_host(
            &Inventory::of(call.account, call.now),
            &call.account.pods[index],
        )?;
    }
    let (now, pace) = (call.now, call.pace);
    let pod = &mut call.account.pods[index];
    match action {
        Action::Start | Action::Restart => pod.boot_again(now, pace),
        Action::Stop => pod.power_off(now, Power::Off),
        Action::Terminate => return delete_pod(call),
    }
    let reply = Reply::ok(view::pod(pod, now));
    billing::meter_pod(call.account, call.id(), now);
    Ok(reply)
}

/// Refuses what members of a cluster do not take.
pub(crate) fn check_alone(pod: &Pod) -> Result<(), Problem> {
    match &pod.cluster {
        Some(member) => {
            let cluster = &member.cluster;
            Err(Problem::conflict(format!(
                "the pod is a member of cluster `{cluster}`, and changes and ends with it only"
            )))
        }
        None => Ok(()),
    }
}

/// Makes a pod fail. None if there is no such pod.
pub(crate) fn fail(account: &mut Account, id: &str, now: Timestamp) -> Option<()> {
    let pod = account.pods.iter_mut().find(|pod| pod.id == id)?;
    pod.power_off(now, Power::Failed);
    billing::meter_pod(account, id, now);
    Some(())
}

fn check_allowed(pod: &Pod, action: Action, call: &Call<'_>) -> Result<(), Problem> {
    let allowed = pod.actions(call.now);
    if allowed.contains(&action) {
        return Ok(());
    }
    let status: Status = pod.status(call.now);
    if action == Action::Terminate {
        check_alone(pod)?;
    }
    let lock = if pod.locked { " and locked" } else { "" };
    let names: Vec<&str> = allowed.into_iter().map(Action::as_str).collect();
    Err(Problem::conflict(format!(
        "`{}` is not possible while the pod is {}{lock}; possible: {}",
        action.as_str(),
        status.as_str(),
        names.join(", ")
    )))
}

/// Place of a pod in the account.
pub(crate) fn find(account: &Account, id: &str) -> Result<usize, Problem> {
    let index = account.pods.iter().position(|pod| pod.id == id);
    index.ok_or_else(|| Problem::not_found("pod", id))
}
