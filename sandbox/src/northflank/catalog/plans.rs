//! Compute plans. Names, sizes and prices are those that the service publishes.

use serde_json::{Value, json};

use crate::northflank::call::Call;
use crate::northflank::catalog::gpus::{GPUS, Gpu};
use crate::northflank::page::data;
use crate::problem::Problem;
use crate::reply::Reply;

/// What a service may use.
struct Plan {
    id: &'static str,
    vcpu: f64,
    /// MB.
    memory: u64,
    /// US dollars.
    per_hour: f64,
    per_month: f64,
}

const fn plan(id: &'static str, vcpu: f64, memory: u64, per_hour: f64, per_month: f64) -> Plan {
    Plan {
        id,
        vcpu,
        memory,
        per_hour,
        per_month,
    }
}

const PLANS: &[Plan] = &[
    plan("nf-compute-10", 0.1, 256, 0.004, 2.7),
    plan("nf-compute-20", 0.2, 512, 0.008, 5.4),
    plan("nf-compute-50", 0.5, 1024, 0.017, 12.0),
    plan("nf-compute-100-1", 1.0, 1024, 0.025, 18.0),
    plan("nf-compute-100-2", 1.0, 2048, 0.033, 24.0),
    plan("nf-compute-100-4", 1.0, 4096, 0.05, 36.0),
    plan("nf-compute-200", 2.0, 4096, 0.067, 48.0),
    plan("nf-compute-200-8", 2.0, 8192, 0.1, 72.0),
    plan("nf-compute-200-16", 2.0, 16_384, 0.167, 120.0),
    plan("nf-compute-400", 4.0, 8192, 0.133, 96.0),
    plan("nf-compute-400-16", 4.0, 16_384, 0.2, 144.0),
    plan("nf-compute-800-8", 8.0, 8192, 0.2, 144.0),
    plan("nf-compute-800-16", 8.0, 16_384, 0.267, 192.0),
    plan("nf-compute-800-24", 8.0, 24_576, 0.333, 240.0),
    plan("nf-compute-800-32", 8.0, 32_768, 0.4, 288.0),
    plan("nf-compute-800-40", 8.0, 40_960, 0.467, 336.0),
    plan("nf-compute-1200-24", 12.0, 24_576, 0.4, 288.0),
    plan("nf-compute-1600-32", 16.0, 32_768, 0.533, 384.0),
    plan("nf-compute-2000-40", 20.0, 40_960, 0.667, 480.0),
];

/// The least that a build needs.
const BUILD_VCPU: f64 = 4.0;

/// `GET /v1/plans`
pub(crate) fn list_plans(_call: &Call<'_>) -> Reply {
    let rows = PLANS.iter().map(|plan| {
        json!({
            "id": plan.id,
            "name": plan.id,
            "currency": "USD",
            "amountPerMonth": plan.per_month,
            "amountPerHour": plan.per_hour,
            "cpuResource": plan.vcpu,
            "ramResource": plan.memory,
        })
    });
    data(json!({ "plans": rows.collect::<Vec<Value>>() }))
}

/// Checks the plan of what runs: one of the list, or one that is paired with a GPU, which no list has.
///
/// # Errors
/// 400 for any other.
pub(crate) fn check(id: &str) -> Result<(), Problem> {
    let listed = PLANS.iter().any(|plan| plan.id == id);
    if listed || GPUS.iter().any(|gpu| is_paired(id, gpu)) {
        return Ok(());
    }
    Err(Problem::rule(format!(
        "there is no plan `{id}`; `GET /v1/plans` lists them"
    )))
}

/// Checks the plan of a build.
///
/// # Errors
/// 400 for one that there is not or that is too small.
pub(crate) fn check_build(id: &str) -> Result<(), Problem> {
    let plan = PLANS.iter().find(|plan| plan.id == id);
    let plan = plan.ok_or_else(|| Problem::rule(format!("there is no plan `{id}`")))?;
    if plan.vcpu < BUILD_VCPU {
        return Err(Problem::rule(format!(
            "`{id}` is too small for builds: they need {BUILD_VCPU} vCPU"
        )));
    }
    Ok(())
}

/// Whether a plan is one of a GPU, as `nf-gpu-h100-80-1g` is of `h100-80`.
fn is_paired(plan: &str, gpu: &Gpu) -> bool {
    gpu.counts
        .iter()
        .any(|count| plan == format!("nf-gpu-{}-{count}g", gpu.id))
}
