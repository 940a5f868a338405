//! Creates pods.

use http::StatusCode;
use serde_json::Value;

use crate::MAX_BODY_BYTES;
use crate::params::Fields;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::runpod::call::Call;
use crate::runpod::catalog::{Cpu, Gpu, Inventory, MIN_VCPUS, find_cpu, find_gpu};
use crate::runpod::cuda::HostCuda;
use crate::runpod::interior::Interior;
use crate::runpod::model::{
    Account, Boot, Container, Env, Mount, Pod, Power, Template, Tier, Volume, new_id,
};
use crate::runpod::place::{self, Places, Wanted};
use crate::runpod::settings::read_mount;
use crate::runpod::{billing, templates, view};

/// `POST /v2/pods`
pub(crate) fn create_pod(call: &mut Call<'_>) -> Result<Reply, Problem> {
    let (body, account) = (call.body(), &*call.account);
    let template = body
        .text("templateId")
        .map(|id| pod_template(account, id))
        .transpose()?;
    let template = template.as_ref();
    let mut container = container(account, body, template)?;
    let tier = Tier::parse(body.text("cloud"));
    let wanted = wanted(body, template, tier)?;
    let mount = mount(body, template, &wanted)?;
    let volume = mount
        .as_ref()
        .map(|mount| attached(account, mount))
        .transpose()?
        .flatten();
    let global_networking = body.flag("globalNetworking").unwrap_or(false);
    check_rules(&wanted, mount.as_ref(), tier, global_networking)?;
    let places = places(body, volume, global_networking)?;
    let place = place::choose(&Inventory::of(account, call.now), &wanted, tier, &places)?;
    add_access(account, &mut container, body, template);
    let pod = Pod {
        id: new_id(14),
        number: account.pods_created,
        name: body.text("name").unwrap_or_default().to_owned(),
        container,
        mount,
        compute: wanted.compute(),
        cloud: tier,
        data_center: place.id.to_owned(),
        proxy_token: format!("{:08x}", fastrand::u32(..)),
        locked: false,
        global_networking,
        created_at: call.now,
        started_at: None,
        past_boots: Vec::new(),
        power: Power::On(Boot::cold(call.now, call.pace)),
        boots: 1,
        disk_wipes: 0,
        cluster: None,
        interior: Interior::default(),
    };
    let reply = Reply::created(view::pod(&pod, call.now));
    let id = pod.id.clone();
    call.account.pods.push(pod);
    call.account.pods_created += 1;
    billing::meter_pod(call.account, &id, call.now);
    Ok(reply)
}

/// A template that pods can be made from: the account's own, or a public one.
pub(crate) fn pod_template(account: &Account, id: &str) -> Result<Template, Problem> {
    let template = templates::find(account, id);
    let template = template.ok_or_else(|| Problem::not_found("template", id))?;
    if template.serverless {
        return Err(Problem::shape(vec![
            "$.templateId: template is for serverless".into(),
        ]));
    }
    Ok(template)
}

pub(crate) fn container(
    account: &Account,
    body: Fields<'_>,
    template: Option<&Template>,
) -> Result<Container, Problem> {
    let inherited = template
        .map(|template| template.container.clone())
        .unwrap_or_default();
    let mut container = Container {
        env: Env::default(),
        ..inherited.clone()
    };
    container.apply(body, account)?;
    // On create, and only there, the request's `env` is merged key by key.
    container.env.add_missing(&inherited.env);
    if container.image.is_empty() {
        return Err(Problem::rule(
            "`image` is required unless a template names one",
        ));
    }
    check_size(&container)?;
    Ok(container)
}

/// Settings taken over from a template count towards the size of the body.
pub(crate) fn check_size(container: &Container) -> Result<(), Problem> {
    let size = Value::Object(container.to_json()).to_string().len();
    if size > MAX_BODY_BYTES {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the settings are larger than {MAX_BODY_BYTES} bytes with those of the template"
            ),
        ));
    }
    Ok(())
}

/// Exactly one of `gpu` and `cpu`, and one that the catalog has.
fn wanted<'a>(
    body: Fields<'a>,
    template: Option<&'a Template>,
    tier: Tier,
) -> Result<Wanted<'a>, Problem> {
    match (body.object("gpu"), body.object("cpu")) {
        (Some(gpu), None) => wanted_gpu(gpu, template, tier),
        (None, Some(cpu)) => wanted_cpu(cpu),
        (Some(_), Some(_)) => Err(Problem::rule("only one of `gpu` and `cpu` may be set")),
        (None, None) => Err(Problem::rule("one of `gpu` and `cpu` must be set")),
    }
}

fn wanted_gpu<'a>(
    fields: Fields<'a>,
    template: Option<&'a Template>,
    tier: Tier,
) -> Result<Wanted<'a>, Problem> {
    let id = fields.text("id").unwrap_or_default();
    let count = fields.integer("count").unwrap_or(1);
    let gpu = gpu_type(id, count, tier)?;
    let own = HostCuda::read(fields, "allowedCudaVersions")?;
    let inherited = template
        .map(|template| &template.cuda_versions)
        .filter(|list| !list.is_empty());
    let cuda = match (own, inherited) {
        (HostCuda::Any, Some(list)) => HostCuda::OneOf(list.iter().map(String::as_str).collect()),
        (own, _) => own,
    };
    Ok(Wanted::Gpu {
        gpu,
        count,
        cuda,
        min_vcpus: fields.integer("minVcpuCountPerGpu").unwrap_or(0),
        min_memory: fields.integer("minRamPerGpu").unwrap_or(0),
    })
}

/// The type, if so many of it may be in one pod.
pub(crate) fn gpu_type(id: &str, count: u64, tier: Tier) -> Result<&'static Gpu, Problem> {
    let gpu = find_gpu(id)
        .ok_or_else(|| Problem::rule(format!("`{id}` is no GPU type; pools and names are none")))?;
    let ceiling = gpu.offer(tier).max_count;
    // Where a cloud has none at all, the answer is the one for no capacity, given later.
    if ceiling > 0 && count > ceiling {
        return Err(Problem::rule(format!(
            "`{id}` comes at most {ceiling} to a pod"
        )));
    }
    Ok(gpu)
}

fn wanted_cpu(fields: Fields<'_>) -> Result<Wanted<'_>, Problem> {
    let (cpu, vcpus) = cpu_flavour(fields)?;
    Ok(Wanted::Cpu { cpu, vcpus })
}

/// A flavour and how many of its vCPUs, if it comes in that size.
pub(crate) fn cpu_flavour(fields: Fields<'_>) -> Result<(&'static Cpu, u64), Problem> {
    let id = fields.text("id").unwrap_or_default();
    let cpu = find_cpu(id).ok_or_else(|| Problem::rule(format!("`{id}` is no CPU flavour")))?;
    let vcpus = fields.integer("vcpuCount").unwrap_or_default();
    if !vcpus.is_power_of_two() || !(MIN_VCPUS..=cpu.max_vcpus).contains(&vcpus) {
        let max = cpu.max_vcpus;
        return Err(Problem::rule(format!(
            "`vcpuCount` of `{id}` must be a power of two from {MIN_VCPUS} to {max}"
        )));
    }
    Ok((cpu, vcpus))
}

/// The mount of the request, else that of the template, which CPU pods do not take over.
fn mount(
    body: Fields<'_>,
    template: Option<&Template>,
    wanted: &Wanted<'_>,
) -> Result<Option<Mount>, Problem> {
    if let Some(mounts) = body.object("mounts") {
        return read_mount(mounts);
    }
    let inherited = template.and_then(|template| template.persistent.clone());
    Ok(match wanted {
        Wanted::Gpu { .. } => inherited.map(|(size, path)| Mount::Persistent { size, path }),
        Wanted::Cpu { .. } => None,
    })
}

/// The network volume that a mount names.
pub(crate) fn attached<'a>(
    account: &'a Account,
    mount: &Mount,
) -> Result<Option<&'a Volume>, Problem> {
    match mount {
        Mount::Persistent { .. } => Ok(None),
        Mount::Network { volume: id, .. } => {
            let volume = account.volumes.iter().find(|volume| volume.id == *id);
            volume
                .map(Some)
                .ok_or_else(|| Problem::not_found("network volume", id))
        }
    }
}

/// Rules on which hardware goes with which storage, cloud and network.
fn check_rules(
    wanted: &Wanted<'_>,
    mount: Option<&Mount>,
    tier: Tier,
    global_networking: bool,
) -> Result<(), Problem> {
    let refuse = |text: &str| Err(Problem::rule(text));
    match (wanted, mount, tier) {
        (Wanted::Cpu { .. }, Some(Mount::Persistent { .. }), _) => {
            return refuse("CPU pods take no persistent mount; use a network volume");
        }
        (Wanted::Cpu { .. }, _, Tier::Community) => {
            return refuse("CPU pods run in the cloud SECURE only");
        }
        (_, Some(Mount::Network { .. }), Tier::Community) => {
            return refuse("network volumes are in the cloud SECURE only");
        }
        (Wanted::Cpu { .. } | Wanted::Gpu { .. }, _, _) => {}
    }
    let nvidia = matches!(wanted, Wanted::Gpu { gpu, .. } if gpu.manufacturer == "NVIDIA");
    if global_networking && !nvidia {
        return refuse("global networking is for pods with NVIDIA GPUs only");
    }
    Ok(())
}

pub(crate) fn places<'a>(
    body: Fields<'a>,
    volume: Option<&'a Volume>,
    networked: bool,
) -> Result<Places<'a>, Problem> {
    let preferred = body.texts("dataCenterIds").unwrap_or_default();
    let pinned = volume.map(|volume| volume.data_center.as_str());
    if let Some(pinned) = pinned
        && !preferred.is_empty()
        && !preferred.contains(&pinned)
    {
        return Err(Problem::rule(format!(
            "the network volume is in {pinned}, which `dataCenterIds` leaves out"
        )));
    }
    Ok(Places {
        preferred,
        pinned,
        networked,
    })
}

/// Gives the container what `startSsh` and `startJupyter` promise, unless `env` has it already.
/// Without a key on the account there is nothing to give.
pub(crate) fn add_access(
    account: &Account,
    container: &mut Container,
    body: Fields<'_>,
    template: Option<&Template>,
) {
    let wished = |key: &str, inherited: fn(&Template) -> bool| {
        body.flag(key)
            .unwrap_or_else(|| template.is_some_and(inherited))
    };
    let env = &mut container.env;
    if wished("startSsh", |template| template.access.ssh) && !account.ssh_keys.is_empty() {
        env.entry("PUBLIC_KEY".into())
            .or_insert_with(|| account.ssh_keys.join("\n"));
    }
    if wished("startJupyter", |template| template.access.jupyter) {
        env.entry("JUPYTER_PASSWORD".into())
            .or_insert_with(|| new_id(20));
    }
}
