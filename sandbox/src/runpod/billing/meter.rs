//! Writes into the ledger what a change means for the bill.

use jiff::Timestamp;

use super::ledger::{Ledger, Owner, Part, Rates};
use super::prices;
use crate::runpod::lifecycle::Status;
use crate::runpod::model::{Account, Compute, Pod, Power, Volume};
use crate::runpod::serverless::Worker;

/// The ledger. A state of an earlier version has none: it is made of what its pods tell of their past,
/// and of volumes from now on, since those did not keep when they were made.
fn ledger(account: &mut Account, now: Timestamp) -> &mut Ledger {
    let (pods, volumes) = (&account.pods, &account.volumes);
    account.ledger.get_or_insert_with(|| {
        let mut ledger = Ledger::default();
        for pod in pods {
            recall(&mut ledger, pod);
        }
        for volume in volumes {
            set_volume(&mut ledger, volume, now);
        }
        ledger
    })
}

/// Notes what a pod is charged from now on.
pub(crate) fn meter_pod(account: &mut Account, id: &str, now: Timestamp) {
    ledger(account, now);
    let pod = account.pods.iter().find(|pod| pod.id == id);
    if let (Some(ledger), Some(pod)) = (&mut account.ledger, pod) {
        set_pod(ledger, pod, now);
    }
}

/// Notes what a network volume is charged from now on.
pub(crate) fn meter_volume(account: &mut Account, id: &str, now: Timestamp) {
    ledger(account, now);
    let volume = account.volumes.iter().find(|volume| volume.id == id);
    if let (Some(ledger), Some(volume)) = (&mut account.ledger, volume) {
        set_volume(ledger, volume, now);
    }
}

/// Notes what a worker is charged from now on: until it idles, fails or ends.
pub(crate) fn meter_worker(account: &mut Account, endpoint: &str, worker: &Worker, now: Timestamp) {
    let ledger = ledger(account, now);
    let (Some(machine), true) = (&worker.machine, worker.is_in_use(now)) else {
        ledger.end(&worker.id, now);
        return;
    };
    let rates = prices::worker_rates(&machine.compute, worker.disk);
    let owner = Owner::Endpoint(endpoint.to_owned());
    ledger.set(&worker.id, &owner, part(&machine.compute), now, rates);
    if let Some(at) = worker.in_use_until() {
        ledger.end(&worker.id, at);
    }
}

/// Notes that something is gone. Before it is taken out of the account: a ledger that is made now
/// must still find it there.
pub(crate) fn end(account: &mut Account, id: &str, now: Timestamp) {
    ledger(account, now).end(id, now);
}

/// The ledger as it is now.
pub(crate) fn present(account: &mut Account, now: Timestamp) -> &Ledger {
    ledger(account, now)
}

fn part(compute: &Compute) -> Part {
    match compute {
        Compute::Gpu { .. } => Part::Gpu,
        Compute::Cpu { .. } => Part::Cpu,
    }
}

fn set_pod(ledger: &mut Ledger, pod: &Pod, at: Timestamp) {
    set_pod_rates(ledger, pod, at, prices::pod_rates(pod, pod.status(at)));
    // An image that cannot be pulled makes the pod fail by itself later.
    if let Power::On(boot) = pod.power
        && pod.cannot_be_pulled()
        && boot.running > at
    {
        let failed = prices::pod_rates(pod, Status::Error);
        set_pod_rates(ledger, pod, boot.running, failed);
    }
}

fn set_pod_rates(ledger: &mut Ledger, pod: &Pod, at: Timestamp, rates: Rates) {
    let owner = match &pod.cluster {
        Some(member) => Owner::Cluster(member.cluster.clone()),
        None => Owner::Pod,
    };
    ledger.set(&pod.id, &owner, part(&pod.compute), at, rates);
}

fn set_volume(ledger: &mut Ledger, volume: &Volume, at: Timestamp) {
    let part = match volume.kind.as_str() {
        "HIGH_PERFORMANCE" => Part::HighPerformance,
        _standard => Part::Standard,
    };
    let rates = prices::volume_rates(volume);
    ledger.set(&volume.id, &Owner::Volume, part, at, rates);
}

/// The charges of a pod as its boots tell of them, at today's prices.
fn recall(ledger: &mut Ledger, pod: &Pod) {
    let on = prices::pod_rates(pod, Status::Running);
    let off = prices::pod_rates(pod, Status::Exited);
    set_pod_rates(ledger, pod, pod.created_at, on);
    for past in &pod.past_boots {
        set_pod_rates(ledger, pod, past.boot.assigned.max(pod.created_at), on);
        set_pod_rates(ledger, pod, past.ended, off);
    }
    match pod.power {
        Power::On(_) if pod.past_boots.is_empty() => set_pod(ledger, pod, pod.created_at),
        Power::On(boot) => set_pod(ledger, pod, boot.assigned),
        Power::Off | Power::Failed => {}
    }
}
