//! Makes and ends workers when an endpoint changes.
//!
//! An endpoint has as many workers as it may have. `min` of them run; the others start too, to have the
//! image at hand, and idle once their time without a request is over. No request can reach them here,
//! so that is all they do.

use std::time::Duration;

use jiff::Timestamp;

use super::model::{Endpoint, Worker};
use super::worker::Status;
use super::{hardware, settings};
use crate::clock::Pace;
use crate::problem::Problem;
use crate::runpod::billing;
use crate::runpod::call::Call;
use crate::runpod::catalog::Inventory;
use crate::runpod::model::{Boot, PastBoot, Tier, new_id};

/// Rolls the newest release out: all workers are made anew, and those of before go once the new ones
/// are up, or at once where there are to be none.
pub(super) fn release(call: &mut Call<'_>, index: usize) -> Result<(), Problem> {
    let boot = Boot::cold(call.now, call.pace);
    let endpoint = &mut call.account.endpoints[index];
    let end = if endpoint.scale.max > 0 {
        boot.reachable
    } else {
        call.now
    };
    for worker in &mut endpoint.workers {
        worker.ends_at = Some(worker.ends_at.map_or(end, |before| before.min(end)));
    }
    adjust(call, index)
}

/// Brings the workers of the newest release to the number that is wanted.
pub(super) fn adjust(call: &mut Call<'_>, index: usize) -> Result<(), Problem> {
    let (now, pace) = (call.now, call.pace);
    let endpoint = &mut call.account.endpoints[index];
    endpoint.workers.retain(|worker| worker.is_there(now));
    let (version, scale) = (endpoint.version(), endpoint.scale);
    let wanted = usize::try_from(scale.max).unwrap_or(usize::MAX);
    let kept = usize::try_from(scale.min).unwrap_or(usize::MAX);
    let fresh = endpoint.workers.iter_mut();
    let mut count = 0;
    for worker in fresh.filter(|worker| worker.version == version) {
        if count >= wanted {
            worker.ends_at = Some(now);
        } else {
            keep_or_let_idle(worker, count < kept, scale.idle_timeout, now, pace);
        }
        count += 1;
    }
    for number in count..wanted {
        let worker = new_worker(endpoint, number < kept, now, pace);
        endpoint.workers.push(worker);
    }
    settle(call, index)
}

/// Looks for machines for workers that have none, and writes down what each worker is charged.
pub(super) fn settle(call: &mut Call<'_>, index: usize) -> Result<(), Problem> {
    let (now, pace) = (call.now, call.pace);
    let mut endpoint = call.account.endpoints[index].clone();
    let places = settings::places(call.account, &endpoint)?;
    let mut inventory = Inventory::of(call.account, now);
    for place in 0..endpoint.workers.len() {
        let worker = &endpoint.workers[place];
        if worker.machine.is_some() || !worker.is_there(now) || worker.version != endpoint.version()
        {
            continue;
        }
        let Some(machine) = hardware::find_machine(&inventory, &endpoint, &places) else {
            // What is wanted is the same for all of them.
            break;
        };
        inventory.take(&machine.compute, Tier::Secure, &machine.data_center);
        let idle_timeout = endpoint.scale.idle_timeout;
        let worker = &mut endpoint.workers[place];
        worker.machine = Some(machine);
        worker.boot = Boot::cold(now, pace);
        if worker.idles_at.is_some() {
            worker.idles_at = Some(idles_at(worker.boot.running, idle_timeout, pace));
        }
    }
    for worker in &endpoint.workers {
        billing::meter_worker(call.account, &endpoint.id, worker, now);
    }
    call.account.endpoints[index] = endpoint;
    Ok(())
}

fn new_worker(endpoint: &Endpoint, kept: bool, now: Timestamp, pace: Pace) -> Worker {
    let boot = Boot::cold(now, pace);
    Worker {
        id: new_id(14),
        version: endpoint.version(),
        image: endpoint.container.image.clone(),
        disk: endpoint.container.disk.unwrap_or(0),
        machine: None,
        boot,
        idles_at: (!kept).then(|| idles_at(boot.running, endpoint.scale.idle_timeout, pace)),
        past_boots: Vec::new(),
        ends_at: None,
    }
}

fn keep_or_let_idle(worker: &mut Worker, kept: bool, timeout: u64, now: Timestamp, pace: Pace) {
    match (kept, worker.idles_at) {
        (true, Some(ended)) if worker.status(now) == Status::Idle => {
            // It let go of its machine, so it looks for one again.
            worker.past_boots.push(PastBoot {
                boot: worker.boot,
                ended,
                failed: false,
            });
            worker.machine = None;
            worker.idles_at = None;
        }
        (true, _) => worker.idles_at = None,
        (false, None) => {
            let since = now.max(worker.boot.running);
            worker.idles_at = Some(idles_at(since, timeout, pace));
        }
        (false, Some(_)) => {}
    }
}

fn idles_at(since: Timestamp, timeout: u64, pace: Pace) -> Timestamp {
    pace.after(since, Duration::from_secs(timeout))
}
