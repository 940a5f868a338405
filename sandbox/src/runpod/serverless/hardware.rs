//! Which hardware a worker may have, and where it finds some.

use super::model::{Endpoint, GpuChoice, Hardware, Machine};
use crate::params::Fields;
use crate::problem::Problem;
use crate::runpod::catalog::{GPUS, Gpu, Inventory};
use crate::runpod::create::cpu_flavour;
use crate::runpod::cuda::HostCuda;
use crate::runpod::model::{Compute, Template, Tier};
use crate::runpod::place::{self, Places, Wanted};

/// What a request says of hardware: exactly one of `gpu` and `cpu`, or neither where there is some
/// before, of which keys that are absent stay.
pub(crate) fn read(body: Fields<'_>, before: Option<&Hardware>) -> Result<Hardware, Problem> {
    match (body.object("gpu"), body.objects("cpu"), before) {
        (Some(_), Some(_), _) => Err(Problem::rule("only one of `gpu` and `cpu` may be set")),
        (None, None, None) => Err(Problem::rule("one of `gpu` and `cpu` must be set")),
        (None, None, Some(before)) => Ok(before.clone()),
        (Some(gpu), None, before) => {
            let before = match before {
                Some(Hardware::Gpu(choice)) => choice.clone(),
                Some(Hardware::Cpu(_)) | None => GpuChoice {
                    count: 1,
                    ..GpuChoice::default()
                },
            };
            read_gpu(gpu, before).map(Hardware::Gpu)
        }
        (None, Some(flavours), _) => flavours
            .into_iter()
            .map(|fields| {
                let (cpu, vcpus) = cpu_flavour(fields)?;
                Ok((cpu.id.to_owned(), vcpus))
            })
            .collect::<Result<_, _>>()
            .map(Hardware::Cpu),
    }
}

/// Takes over what a template demands of hosts, where the request demands nothing.
pub(crate) fn inherit(hardware: &mut Hardware, body: Fields<'_>, template: &Template) {
    let says_nothing = body
        .object("gpu")
        .is_some_and(|gpu| !gpu.has("allowedCudaVersions") && !gpu.has("minCudaVersion"));
    if let Hardware::Gpu(choice) = hardware
        && says_nothing
    {
        choice.cuda_versions.clone_from(&template.cuda_versions);
    }
}

fn read_gpu(fields: Fields<'_>, mut choice: GpuChoice) -> Result<GpuChoice, Problem> {
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    if let Some(pools) = fields.texts("pools") {
        if let Some(unknown) = pools.iter().find(|pool| !is_pool(pool)) {
            return Err(Problem::rule(format!(
                "`{unknown}` is no pool of GPU types"
            )));
        }
        choice.pools = owned(pools);
        // What was left out of other pools says nothing of these.
        choice.excluded = Vec::new();
    }
    if let Some(excluded) = fields.texts("excludedTypes") {
        if let Some(unknown) = excluded
            .iter()
            .find(|id| !GPUS.iter().any(|gpu| gpu.id == **id))
        {
            return Err(Problem::rule(format!("`{unknown}` is no GPU type")));
        }
        choice.excluded = owned(excluded);
    }
    // Both at once are refused; an empty floor takes it away.
    HostCuda::read(fields, "allowedCudaVersions")?;
    if let Some(versions) = fields.texts("allowedCudaVersions") {
        choice.cuda_versions = owned(versions);
        choice.min_cuda = None;
    }
    if let Some(floor) = fields.text("minCudaVersion") {
        choice.min_cuda = Some(floor.to_owned()).filter(|floor| !floor.is_empty());
        choice.cuda_versions = Vec::new();
    }
    choice.count = fields.integer("count").unwrap_or(choice.count);
    let mut types = choice.types().peekable();
    if types.peek().is_none() {
        return Err(Problem::rule("`excludedTypes` leaves nothing of the pools"));
    }
    let ceiling = types.map(|gpu| gpu.secure.max_count).max().unwrap_or(0);
    if choice.count > ceiling {
        return Err(Problem::rule(format!(
            "these types come at most {ceiling} to a worker"
        )));
    }
    Ok(choice)
}

fn is_pool(id: &str) -> bool {
    GPUS.iter().any(|gpu| gpu.pool == Some(id))
}

impl GpuChoice {
    /// The types to try, by the order of their pools.
    fn types(&self) -> impl Iterator<Item = &'static Gpu> {
        let rank = |gpu: &Gpu| {
            let pool = gpu.pool?;
            if self.pools.is_empty() {
                return Some(0);
            }
            self.pools.iter().position(|wanted| wanted == pool)
        };
        let mut types: Vec<_> = GPUS
            .iter()
            .filter(|gpu| !self.excluded.iter().any(|id| id == gpu.id))
            .filter_map(|gpu| Some((rank(gpu)?, gpu)))
            .collect();
        types.sort_by_key(|(rank, _)| *rank);
        types.into_iter().map(|(_, gpu)| gpu)
    }

    fn cuda(&self) -> HostCuda<'_> {
        match &self.min_cuda {
            Some(floor) => HostCuda::AtLeast(floor),
            None if self.cuda_versions.is_empty() => HostCuda::Any,
            None => HostCuda::OneOf(self.cuda_versions.iter().map(String::as_str).collect()),
        }
    }
}

/// A machine for one more worker, if anything that it may have is free.
pub(crate) fn find_machine(
    inventory: &Inventory,
    endpoint: &Endpoint,
    places: &[String],
) -> Option<Machine> {
    let places = Places {
        preferred: places.iter().map(String::as_str).collect(),
        pinned: None,
        networked: false,
    };
    let wanted: Vec<Wanted<'_>> = match &endpoint.hardware {
        Hardware::Gpu(choice) => choice
            .types()
            .map(|gpu| Wanted::Gpu {
                gpu,
                count: choice.count,
                cuda: choice.cuda(),
                min_vcpus: 0,
                min_memory: 0,
            })
            .collect(),
        Hardware::Cpu(flavours) => flavours
            .iter()
            .filter_map(|(id, vcpus)| {
                let (id, vcpus) = (id.clone(), *vcpus);
                Wanted::all_of(&Compute::Cpu { id, vcpus }, 1)
            })
            .collect(),
    };
    wanted.iter().find_map(|wanted| {
        let place = place::choose(inventory, wanted, Tier::Secure, &places).ok()?;
        Some(Machine {
            compute: wanted.compute(),
            data_center: place.id.to_owned(),
        })
    })
}
