//! What a service costs.

use super::compute::Price;
use super::spec::ServiceSpec;
use crate::plan::Rate;
use crate::plan::cost::{CostLine, CostPart, Estimate};

/// What all instances of a service cost. A volume is not in it: the API does not tell its price.
pub(super) fn estimate(spec: &ServiceSpec, price: Price) -> Estimate {
    let instances = spec.least_instances();
    let times = f64::from(instances);
    let plan = spec.plan.as_deref().unwrap_or("compute");
    let mut lines = vec![CostLine {
        part: CostPart::Compute,
        item: format!("{instances} × {plan}"),
        usd_per_hour: Rate::while_running(price.plan * times),
    }];
    if let (Some(gpu), Some(usd)) = (&spec.gpu, price.gpu) {
        lines.push(CostLine {
            part: CostPart::Gpu,
            item: format!("{} × {}", instances * gpu.count, gpu.id),
            usd_per_hour: Rate::while_running(usd * times),
        });
    }
    let mut notes = vec![
        "plans and cards from the live catalog, network traffic not counted; a month is 730 hours"
            .to_owned(),
    ];
    if let Some(scaling) = &spec.scaling {
        notes.push(format!(
            "that is for {} of the up to {} instances that may run",
            scaling.min_instances, scaling.max_instances
        ));
    }
    if let Some(volume) = &spec.volume {
        notes.push(format!(
            "the volume of {} GB bills as well, running or paused; the API does not tell its price",
            volume.size_gb
        ));
    }
    Estimate::of(lines, notes)
}

/// As many instances as may bill at once.
pub(super) fn most_instances(spec: &ServiceSpec) -> u32 {
    match &spec.scaling {
        Some(scaling) => scaling.max_instances,
        None => spec.instances,
    }
}
