//! Changes to pods that are there.

use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::catalog::{find_data_center, find_gpu};
use crate::runpod::create::{check_size, pod_template};
use crate::runpod::model::{Compute, Mount, Pod, Power};
use crate::runpod::settings::read_mount;
use crate::runpod::{billing, pods, view};

/// `PATCH /v2/pods/{id}`: absent keys stay as they are. A change of anything but the name and the
/// lock resets a pod that is on, even if the value is the same as before.
pub(crate) fn update_pod(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let index = pods::find(call.account, call.id())?;
    pods::check_alone(&call.account.pods[index])?;
    let body = call.body();
    let mut pod = call.account.pods[index].clone();
    if let Some(locked) = body.flag("locked") {
        pod.locked = locked;
    }
    let resets = body.keys().any(|key| !matches!(key, "name" | "locked"));
    let is_on = matches!(pod.power, Power::On(_));
    if resets && is_on && pod.locked {
        return Err(Problem::conflict(
            "the pod is locked, and this change would reset it",
        ));
    }
    if let Some(name) = body.text("name") {
        name.clone_into(&mut pod.name);
    }
    change_container(call, body, &mut pod)?;
    if let Some(mounts) = body.object("mounts") {
        change_mount(&mut pod, mounts)?;
    }
    if let Some(enabled) = body.flag("globalNetworking") {
        change_networking(&mut pod, enabled)?;
    }
    if resets && is_on {
        pod.boot_again(call.now, call.pace);
    }
    let reply = Reply::ok(view::pod(&pod, call.now));
    call.account.pods[index] = pod;
    billing::meter_pod(call.account, call.id(), call.now);
    Ok(reply)
}

fn change_container(call: &Call<'_>, body: Fields<'_>, pod: &mut Pod) -> Result<(), Problem> {
    // No link to a template is kept, so an empty id has nothing to undo.
    if let Some(id) = body.text("templateId").filter(|id| !id.is_empty()) {
        let template = pod_template(call.account, id)?;
        pod.container.apply_template(&template.container);
    }
    pod.container.apply(body, call.account)?;
    if pod.container.image.is_empty() {
        return Err(Problem::rule("`image` cannot be cleared"));
    }
    check_size(&pod.container)
}

/// Kind and volume of a mount are fixed; its path may change, and the size of a persistent one may
/// grow.
fn change_mount(pod: &mut Pod, mounts: Fields<'_>) -> Result<(), Problem> {
    if mounts
        .objects("network")
        .is_some_and(|list| list.is_empty())
    {
        return Err(Problem::rule(
            "a network volume cannot be detached from a pod",
        ));
    }
    let Some(wanted) = read_mount(mounts)? else {
        return Ok(());
    };
    match (&pod.mount, &wanted) {
        (Some(Mount::Persistent { size: old, .. }), Mount::Persistent { size: new, .. }) => {
            if new < old {
                return Err(Problem::rule(format!(
                    "a persistent mount cannot shrink from {old} to {new} GB"
                )));
            }
        }
        (Some(Mount::Network { volume: old, .. }), Mount::Network { volume: new, .. }) => {
            if new != old {
                return Err(Problem::rule(
                    "the network volume of a pod is fixed when it is created",
                ));
            }
        }
        (None, _) => return Err(Problem::rule("a mount cannot be added to a pod later")),
        (Some(_), _) => return Err(Problem::rule("the kind of a mount cannot change")),
    }
    pod.mount = Some(wanted);
    Ok(())
}

fn change_networking(pod: &mut Pod, enabled: bool) -> Result<(), Problem> {
    let nvidia = match &pod.compute {
        Compute::Gpu { id, .. } => find_gpu(id).is_some_and(|gpu| gpu.manufacturer == "NVIDIA"),
        Compute::Cpu { .. } => false,
    };
    let networked = find_data_center(&pod.data_center).is_some_and(|place| place.global_network);
    if enabled && !(nvidia && networked) {
        return Err(Problem::rule(
            "global networking needs NVIDIA GPUs and a data center that has it",
        ));
    }
    pod.global_networking = enabled;
    Ok(())
}
